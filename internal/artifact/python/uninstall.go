package python

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/artifact/interpreted"
	ecosystem "dopt/internal/project/ecosystem/python"
	"dopt/internal/project/manifest"
	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// poetryPackages are Poetry and those packages that it brings of which programs make no use: what they do is install, build and ask for passwords.
// Others that it brings (requests, cryptography, packaging) stay, since a program may use them without asking for them. Source: METADATA of
// poetry 1.8.3 and 2.1.1 and of what these depend on, at pypi.org.
var poetryPackages = strings.Fields("poetry poetry-core poetry-plugin-export build cachecontrol cleo crashtest distlib dulwich findpython installer " +
	"jaraco-classes jaraco-context jaraco-functools jeepney keyring pbs-installer pkginfo pyproject-hooks rapidfuzz requests-toolbelt secretstorage trove-classifiers virtualenv")

// A removal is what the program does not need of what Poetry has installed.
type removal struct {
	// packages are removed; none where that cannot be done, as why says then, or where Poetry does not install into the image's own environment.
	packages []string
	why      string
	// because is the install by Poetry.
	because transform.Evidence
}

// uninstall tells what of Poetry, and of what only development needs, as the lock tells, can be removed when all is built.
func (f *finder) uninstall() (r removal) {
	dir, development := "", true
	for i, c := range f.Commands {
		u, _ := pkgmgr.Identify(c.Argv())
		switch {
		case f.uses[i].kind != installing || u.Manager == nil:
			continue
		case u.Manager.Name == "poetry" && f.uses[i].into == prefix && (dir == "" || dir == projectDir(c, u)):
			dir, r.because = projectDir(c, u), c.Evidence
			development = development && !u.HasFlag("--only", "--without", "--no-dev", "--only-root")
		case u.Manager.Name == "pip" && f.poetryAlone(c, u):
		default:
			r.why = fmt.Sprintf("line %d installs by another way", c.Evidence.Line)
		}
	}
	switch {
	case dir == "":
		return removal{}
	case r.why != "":
		return r
	case interpreted.User(f.Stage, f.LastStep()) != "root":
		r.why = "the last step is not root's"
		return r
	}
	if gone, why := f.unneeded(dir, development); why != "" {
		r.why = why
	} else {
		r.packages = gone
	}
	return r
}

// poetryAlone reports whether an install by pip names Poetry and nothing else.
func (f *finder) poetryAlone(c artifact.Command, u pkgmgr.Use) bool {
	argv := c.Argv()
	return len(u.Packages) > 0 && !u.HasFlag("-r", "--requirement", "-e", "--editable") && !slices.ContainsFunc(u.Packages, func(i int) bool {
		d, ok := ecosystem.ParseRequirement(strings.Trim(argv[i], `"'`))
		return !ok || d.Name != "poetry" && !slices.Contains(f.brought(), d.Name)
	})
}

// developmentGroups are the names that groups of dependencies have which no program needs when it runs. Of others, such as prod, that is not known.
var developmentGroups = strings.Fields("dev development test tests testing lint linting linters docs doc typing types format formatting style check qa ci")

// unneeded returns the packages that the program in a folder does not need: those of Poetry, and of the lock those that only development asks for,
// where that is installed. why says why that cannot be told.
func (f *finder) unneeded(dir string, development bool) (gone []string, why string) {
	lock, locked := f.Tree.Context(path.Join(dir, "poetry.lock"))
	project, declared := f.Tree.Context(path.Join(dir, "pyproject.toml"))
	if !locked || !declared {
		return nil, "no lock says what the project needs"
	}
	packages, err := ecosystem.ReadLock(f.Files, lock)
	if err != nil {
		return nil, err.Error()
	}
	p, err := ecosystem.ReadProject(f.Files, project)
	if err != nil {
		return nil, err.Error()
	}
	needed := map[string]bool{}
	requires := map[string][]string{}
	for _, l := range packages {
		requires[l.Name] = l.Requires
	}
	var need func(name string)
	need = func(name string) {
		if !needed[name] {
			needed[name] = true
			for _, other := range requires[name] {
				need(other)
			}
		}
	}
	for _, d := range p.Dependencies() {
		if !slices.Contains(developmentGroups, d.Group) {
			need(d.Name)
		}
	}
	candidates := slices.Clone(poetryPackages)
	if development {
		for _, l := range packages {
			candidates = append(candidates, l.Name)
		}
	}
	for _, name := range candidates {
		if !needed[name] && !slices.Contains(f.brought(), name) && !slices.Contains(gone, name) {
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	return gone, f.names(gone)
}

// modules are the names under which packages are imported that differ from their own in more than a hyphen. Source: top_level.txt of the packages at
// pypi.org.
var modules = map[string]string{
	"pyyaml": "yaml", "python-dateutil": "dateutil", "pillow": "PIL", "attrs": "attr", "beautifulsoup4": "bs4", "pyjwt": "jwt", "python-dotenv": "dotenv",
	"scikit-learn": "sklearn", "opencv-python": "cv2", "mysqlclient": "MySQLdb", "psycopg2-binary": "psycopg2", "ipython": "IPython", "poetry-core": "poetry",
	"python-jose": "jose", "pyopenssl": "OpenSSL", "msgpack-python": "msgpack", "factory-boy": "factory", "setuptools": "pkg_resources", "djangorestframework": "rest_framework",
}

// modulesOf returns the names under which a source may know a package.
func modulesOf(name string) (list []string) {
	list = []string{name, strings.ReplaceAll(name, "-", "_")}
	for _, framework := range []string{"django-", "flask-", "python-"} {
		if rest, ok := strings.CutPrefix(name, framework); ok {
			list = append(list, strings.ReplaceAll(rest, "-", "_"))
		}
	}
	if module, ok := modules[name]; ok {
		list = append(list, module)
	}
	return list
}

// names says which file that the program may read when it runs names a package, or the module that it brings; "" if none does.
func (f *finder) names(packages []string) (why string) {
	started := []string{f.Start.Program}
	for _, w := range f.Start.Args {
		started = append(started, artifact.Split(w)...) // an argument may be a script
	}
	for _, w := range started {
		if slices.Contains(packages, ecosystem.Normalize(path.Base(w))) {
			return "the image starts " + w
		}
	}
	all := f.EachCopied(func(name string) bool {
		if forDevelopment(name) {
			return true
		}
		data, err := manifest.Read(f.Files, name)
		if err != nil {
			why = err.Error()
			return false
		}
		words := map[string]bool{}
		for _, text := range manifest.Code(data, code.Comment) {
			for w := range strings.FieldsFuncSeq(text, func(r rune) bool {
				return !strings.ContainsRune("-_", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
			}) {
				words[w] = true
			}
		}
		if i := slices.IndexFunc(packages, func(p string) bool {
			return slices.ContainsFunc(modulesOf(p), func(module string) bool { return words[module] })
		}); i >= 0 {
			why = name + " names " + packages[i]
		}
		return why == ""
	})
	if why == "" && !all {
		why = "the project has more files than are looked at"
	}
	return why
}

// developmentFiles are manifests and the settings of tools.
var developmentFiles = strings.Fields("pyproject.toml setup.cfg tox.ini mypy.ini pytest.ini .flake8 .pre-commit-config.yaml .travis.yml .gitlab-ci.yml .readthedocs.yaml " +
	"azure-pipelines.yml appveyor.yml Jenkinsfile .gitignore .dockerignore Makefile LICENSE conftest.py noxfile.py")

// forDevelopment reports whether no program reads a file when it runs, by its name: manifests, documents, tests and settings of tools.
func forDevelopment(name string) bool {
	base := path.Base(name)
	switch path.Ext(base) {
	case ".lock", ".md", ".rst", ".png", ".jpg", ".svg", ".ico", ".woff2", ".csv":
		return true
	}
	for dir := range strings.SplitSeq(path.Dir(name), "/") {
		if slices.Contains([]string{"test", "tests", "docs", ".github", ".git"}, dir) {
			return true
		}
	}
	return slices.Contains(developmentFiles, base) || strings.HasPrefix(base, "test_") || strings.HasPrefix(base, "Dockerfile")
}
