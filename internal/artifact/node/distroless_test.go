package node

import (
	"strings"
	"testing"

	"dopt/internal/artifact/artifacttest"
	"dopt/transform"
)

// project is one that distroless does for; git is what the slim image lacks, so that there is always an answer.
var project = map[string]string{
	"Dockerfile":        "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN git rev-parse HEAD > version\nRUN npm ci\nCMD [\"node\", \"server.js\"]\n",
	"package.json":      `{"scripts": {"start": "node server.js"}, "dependencies": {"express": "4.21.2"}}`,
	"package-lock.json": `{"lockfileVersion": 3, "packages": {"node_modules/express": {"version": "4.21.2", "resolved": "https://registry.npmjs.org/express/-/express-4.21.2.tgz"}}}`,
	"server.js":         "const app = require('express')()\n",
}

func TestDistroless(t *testing.T) {
	dockerfile := func(old, new string) map[string]string {
		return map[string]string{"Dockerfile": strings.Replace(project["Dockerfile"], old, new, 1)}
	}
	lock := func(packages string) map[string]string {
		return map[string]string{"package-lock.json": `{"lockfileVersion": 3, "packages": {` + packages + `}}`}
	}
	started := func(script string) map[string]string {
		files := dockerfile(`["node", "server.js"]`, "npm start")
		files["package.json"] = `{"scripts": {` + script + `}, "dependencies": {"express": "4.21.2"}}`
		return files
	}
	for _, c := range []struct {
		name   string
		change map[string]string
		// want is a part of why distroless will not do, "" where it will.
		want string
	}{
		{"as it is", nil, ""},
		{"a plain script of package.json", started(`"start": "node --enable-source-maps server.js"`), ""},
		{"another release", dockerfile("node:20", "node:22-trixie"), ""},
		{"a version of its own", dockerfile("node:20", "node:20.18.1"), "latest Node.js of one major version"},
		{"a version that is not published", dockerfile("node:20", "node:18"), "latest Node.js of one major version"},
		{"a script that sets a variable", started(`"start": "NODE_ENV=production node server.js"`), "npm start needs a shell"},
		{"a script with another before it", started(`"prestart": "node migrate.js", "start": "node server.js"`), "runs other scripts"},
		{"a script of another program", started(`"start": "forever server.js"`), "is no call of node alone"},
		{"a tool of development", map[string]string{
			"Dockerfile":   strings.Replace(project["Dockerfile"], `["node", "server.js"]`, `["npm", "run", "preview"]`, 1),
			"package.json": `{"scripts": {"preview": "vite preview --host"}, "dependencies": {"express": "4.21.2"}, "devDependencies": {"vite": "5.2.11"}}`,
		}, "npm run preview runs vite, which is for development: what only that needs has to stay"},
		{"Yarn 1", map[string]string{
			"Dockerfile":        "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN git rev-parse HEAD > version\nRUN yarn install\nCMD [\"yarn\", \"start\"]\n",
			"yarn.lock":         "# yarn lockfile v1\n\nexpress@4.21.2:\n  version \"4.21.2\"\n",
			"package-lock.json": "",
		}, ""},
		{"packages that are changed", map[string]string{"package.json": `{"dependencies": {"express": "4.21.2"}, "devDependencies": {"patch-package": "8.0.0"}}`}, "patch-package changes packages"},
		{"a later Yarn", map[string]string{
			"Dockerfile":  "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN git rev-parse HEAD > version\nRUN yarn install\nCMD [\"yarn\", \"start\"]\n",
			"yarn.lock":   "__metadata:\n  version: 8\n\n\"express@npm:4.21.2\":\n  version: 4.21.2\n",
			".yarnrc.yml": "nodeLinker: node-modules\n",
		}, "another Yarn than the first"},
		{"no script", started(`"serve": "node server.js"`), "no package.json says"},
		{"words of a shell", dockerfile(`["node", "server.js"]`, "node $OPTIONS server.js"), "are no plain words"},
		{"code on the command line", dockerfile(`"server.js"]`, `"-e", "require('./server')"]`), "is no call of node alone"},
		{"a package is loaded first", dockerfile(`"node", `, `"node", "--import", "tsx", `), "is no call of node alone"},
		{"npm with options", dockerfile(`["node", "server.js"]`, `["npm", "start", "--silent"]`), "says more than the name of a script"},
		{"settings of npm", map[string]string{"Dockerfile": started("")["Dockerfile"], ".npmrc": "script-shell=/bin/bash\n"}, "settings of npm"},
		{"a health check by a shell", dockerfile("CMD", "HEALTHCHECK CMD node health.js\nCMD"), "the health check, line 6"},
		{"a health check by node", dockerfile("CMD", "HEALTHCHECK CMD [\"node\", \"health.js\"]\nCMD"), ""},
		{"programs of packages in PATH", dockerfile("CMD", "ENV PATH=/app/node_modules/.bin:$PATH\nCMD"), "line 6 sets PATH"},
		{"programs for all projects", dockerfile("CMD", "RUN npm install -g express\nCMD"), "line 6 installs for all projects"},
		{"packages in the build context", map[string]string{"node_modules/express/index.js": ""}, "the build context has packages of its own"},
		{"no health check", dockerfile("CMD", "HEALTHCHECK NONE\nCMD"), ""},
		{"a package besides the lock", dockerfile("npm ci", "npm install express execa"), "no lock says"},
		{"a package that is not known", lock(`"node_modules/execa": {"version": "9.5.2"}`), "whether execa 9.5.2 starts other programs"},
		{"a later series", lock(`"node_modules/express": {"version": "9.0.0"}`), "whether express 9.0.0"},
		{"another package by the name", lock(`"node_modules/express": {"version": "4.0.0", "resolved": "https://registry.npmjs.org/execa/-/execa-4.0.0.tgz"}`), "whether express 4.0.0"},
		{"what only tests load", lock(`"node_modules/express": {"version": "4.21.2"}, "node_modules/execa": {"version": "9.5.2", "dev": true}`), ""},
		{"a package loads what is for development", lock(`"node_modules/express": {"version": "4.21.2", "peerDependencies": {"execa": "*"}}, "node_modules/execa": {"version": "9.5.2", "dev": true}`), "another package may load execa"},
		{"programs of its own", map[string]string{"package.json": `{"bin": {"shop": "cli.js"}, "dependencies": {"express": "4.21.2"}}`}, "package.json has programs"},
		{"starts other programs", map[string]string{"server.js": "\nconst { spawn } = require('node:child_process')\n"}, "server.js, line 2, has child_process"},
		{"a test does", map[string]string{"test/cli.js": "require('child_process')\n"}, ""},
		{"a program without an extension does", map[string]string{"bin/www": "require('child_process')\n"}, "bin/www, line 1, has child_process"},
		{"asks for the version", map[string]string{"server.js": "log(process.env.NODE_VERSION)\n"}, "has NODE_VERSION"},
		{"becomes another user", map[string]string{"server.js": "process.setuid('node')\n"}, "has setuid("},
		{"keeps files at home", map[string]string{"server.js": "os.homedir()\n"}, "has homedir("},
		{"asks for what npm says", map[string]string{
			"Dockerfile": started("")["Dockerfile"], "server.js": "log(process.env.npm_package_version)\n",
		}, "server.js, line 1, has npm_"},
		{"asks for it and starts without npm", map[string]string{"server.js": "log(process.env.npm_package_version)\n"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			why := whyNot(t, c.change)
			if c.want == "" && why != "" || !strings.Contains(why, c.want) {
				t.Errorf("distroless will not do: %q, want %q", why, c.want)
			}
		})
	}
}

// whyNot returns why distroless will not do for the project with other files, "" where it will.
func whyNot(t *testing.T, change map[string]string) string {
	t.Helper()
	var archive strings.Builder
	for name, text := range project {
		if _, ok := change[name]; !ok {
			archive.WriteString("-- " + name + " --\n" + text + "\n")
		}
	}
	for name, text := range change {
		archive.WriteString("-- " + name + " --\n" + text + "\n")
	}
	a := artifacttest.Find(t, Language, archive.String())
	if a == nil || len(a.Bases) == 0 {
		t.Fatal("nothing is found")
	}
	if a.Bases[0].Level == transform.Aggressive {
		return ""
	}
	if a.NoSmaller == "" {
		t.Fatal("no reason is given")
	}
	return a.NoSmaller
}

// Each line of the table is a package with at least one version, once, in order.
func TestSelfContained(t *testing.T) {
	last := ""
	for line := range strings.Lines(selfContainedText) {
		words := strings.Fields(line)
		if words[0] == "#" {
			continue
		}
		if len(words) < 2 || words[0] <= last {
			t.Errorf("%q behind %s", line, last)
		}
		last = words[0]
	}
	for version, want := range map[string]string{"4.21.2": "4", "0.6.0": "0.6", "0.10.1": "0.10", "10.0.0-rc.1": "10"} {
		if got := series(version); got != want {
			t.Errorf("series(%q) = %q, want %q", version, got, want)
		}
	}
}
