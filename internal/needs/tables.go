package needs

import (
	"slices"
	"strings"
	"sync"
)

// builtins are the commands that every shell of an image has by itself, bash's included. Source: POSIX.1-2024,
// section 2.15 and the built-ins of dash(1), bash(1) and BusyBox's ash.
var builtins = sync.OnceValue(func() map[string]bool {
	return set(`. : [ [[ alias bg break builtin caller cd chdir command compgen complete continue declare dirs disown echo enable eval exec exit
		export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd read readarray readonly return set shift
		shopt source suspend test times trap true type typeset ulimit umask unalias unset wait`)
})

// Builtin reports whether every shell of an image has a command by itself.
func Builtin(name string) bool { return builtins()[name] }

// shells run scripts.
var shells = []string{"sh", "bash", "dash", "ash", "zsh", "ksh", "mksh"}

// A wrapper is a program that runs the command behind its own arguments.
type wrapper struct {
	// valued are its flags that take a value in the next word, separated by blanks.
	valued string
	// skip is how many words stand before the command besides flags.
	skip int
	// user is true where the first of these is a user, and where users are the values of users.
	user  bool
	users string
	// behind is the word behind which the command stands; "" where it follows the flags.
	behind string
}

// wrappers are all of these programs. Sources: their manual pages, and the pages of tini (github.com/krallin/tini),
// dumb-init (github.com/Yelp/dumb-init), gosu (github.com/tianon/gosu), su-exec (github.com/ncopa/su-exec),
// dockerize (github.com/jwilder/dockerize), wait-for-it (github.com/vishnubob/wait-for-it).
var wrappers = sync.OnceValue(func() map[string]wrapper {
	return map[string]wrapper{
		"sudo":                     {valued: "-u -g -p -C -h --user --group", users: "-u --user"},
		"doas":                     {valued: "-u -C", users: "-u"},
		"env":                      {valued: "-u -C --unset --chdir"},
		"nice":                     {valued: "-n --adjustment"},
		"ionice":                   {valued: "-c -n -p"},
		"nohup":                    {},
		"time":                     {valued: "-f -o"},
		"timeout":                  {valued: "-k -s --kill-after --signal", skip: 1},
		"setsid":                   {},
		"stdbuf":                   {valued: "-i -o -e"},
		"xargs":                    {valued: "-I -n -P -d -L -s -a -E --max-args --max-procs --delimiter --arg-file"},
		"parallel":                 {valued: "-j --jobs"},
		"flock":                    {valued: "-w -E", skip: 1},
		"watch":                    {valued: "-n"},
		"gosu":                     {skip: 1, user: true},
		"su-exec":                  {skip: 1, user: true},
		"chpst":                    {valued: "-u -U -b -e -d -n -l -L -m -o -p", users: "-u"},
		"s6-setuidgid":             {skip: 1, user: true},
		"setpriv":                  {valued: "--reuid --regid --groups"},
		"runuser":                  {valued: "-u -g", users: "-u"},
		"tini":                     {valued: "-p -e"},
		"tini-static":              {valued: "-p -e"},
		"dumb-init":                {valued: "-r --rewrite"},
		"catatonit":                {},
		"dockerize":                {valued: "-wait -timeout -template -stdout -stderr -wait-retry-interval -wait-http-header"},
		"wait-for-it":              {valued: "-h -p -t", behind: "--"},
		"wait-for-it.sh":           {valued: "-h -p -t", behind: "--"},
		"xvfb-run":                 {valued: "-n -e -f -p -s -w --server-num --server-args --error-file --auth-file"},
		"strace":                   {valued: "-e -o -p -s"},
		"setuser":                  {skip: 1, user: true},
		"my_init":                  {behind: "--"},
		"catchsegv":                {},
		"cross-env":                {},
		"dotenv":                   {valued: "-f -e", behind: "--"},
		"with-contenv":             {},
		"fakeroot":                 {},
		"eatmydata":                {},
		"unbuffer":                 {},
		"busybox":                  {},
		"newrelic-admin":           {skip: 1},
		"ddtrace-run":              {},
		"opentelemetry-instrument": {},
	}
})

// renamed are programs that have another name than the package that brings them, by ecosystem. Sources: the
// packages' pages at npmjs.com and pypi.org.
var renamed = sync.OnceValue(func() map[string]map[string]string {
	return map[string]map[string]string{
		"node": {
			"tsc": "typescript", "tsserver": "typescript", "ng": "@angular/cli", "vue-cli-service": "@vue/cli-service", "vue": "@vue/cli", "nest": "@nestjs/cli",
			"babel": "@babel/cli", "babel-node": "@babel/node", "webpack": "webpack-cli", "run-s": "npm-run-all", "run-p": "npm-run-all",
			"sequelize": "sequelize-cli", "sass": "sass", "ncc": "@vercel/ncc", "vue-tsc": "vue-tsc", "astro": "astro", "sv": "svelte", "svelte-kit": "@sveltejs/kit",
			"remix": "@remix-run/dev", "remix-serve": "@remix-run/serve", "playwright": "@playwright/test", "pm2-runtime": "pm2", "pm2-docker": "pm2", "gulp": "gulp-cli",
		},
		"python": {
			"supervisord": "supervisor", "supervisorctl": "supervisor", "django-admin": "django", "scrapy": "scrapy", "jupyter": "jupyter-core", "airflow": "apache-airflow",
			"superset": "apache-superset", "mkdocs": "mkdocs", "sphinx-build": "sphinx", "pytest": "pytest", "py.test": "pytest", "ansible-playbook": "ansible-core",
			"jupyter-lab": "jupyterlab", "jupyter-notebook": "notebook", "hypercorn": "hypercorn", "daphne": "daphne", "streamlit": "streamlit", "dotenv": "python-dotenv",
			"odoo": "odoo", "fastapi": "fastapi-cli", "huggingface-cli": "huggingface-hub", "aws": "awscli", "cython": "cython", "cythonize": "cython", "saw": "saws",
			"virtualenv": "virtualenv", "wheel": "wheel", "twine": "twine", "circusd": "circus", "pybabel": "babel", "prefect": "prefect", "dagster": "dagster",
		},
		"ruby": {"sidekiq": "sidekiq", "rackup": "rack", "rails": "railties", "rspec": "rspec-core", "rake": "rake"},
	}
})

// testers are the programs that run tests, and runners those that do so when one of the words of tests asks for it;
// Maven runs them whenever it packages.
var (
	testers = []string{"pytest", "py.test", "ctest", "tox", "nox", "jest", "mocha", "vitest", "rspec", "phpunit", "prove"}
	runners = []string{"make", "gmake", "ninja", "npm", "yarn", "pnpm", "bun", "go", "cargo", "mvn", "mvnw", "gradle", "gradlew", "sbt", "dotnet", "python", "python3", "bundle", "rake", "mix", "composer", "poetry", "uv", "pipenv", "rails"}
	tests   = []string{"test", "tests", "check", "unittest", "pytest", "package", "verify"}
)

// runsTests reports whether a command runs tests.
func runsTests(name string, args []string) bool {
	return slices.Contains(testers, name) || slices.Contains(runners, name) && slices.ContainsFunc(args, func(w string) bool { return slices.Contains(tests, w) })
}

// set is the words of a text.
func set(text string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(text) {
		m[w] = true
	}
	return m
}

// operands returns the words of a command that are no flags and no values of the flags in valued.
func operands(argv []string, valued string) []string {
	var out []string
	for i := 0; i < len(argv); i++ {
		switch w := argv[i]; {
		case w == "--":
			return append(out, argv[i+1:]...)
		case strings.HasPrefix(w, "-") && w != "-":
			if slices.Contains(strings.Fields(valued), w) {
				i++
			}
		default:
			out = append(out, w)
		}
	}
	return out
}
