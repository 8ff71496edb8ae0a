package llb

import (
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/validate"
)

// A runtime is an interpreter that official images have in /usr/local, the full and the slim ones of a version alike. Source:
// the Dockerfiles at github.com/docker-library/python and nodejs/docker-node.
type runtime struct {
	// variable is the one by which an image says that it has it.
	variable string
	// programs are those that come with it.
	programs []string
	// modules is where packages are installed to, with $ for the minor version.
	modules string
	// folders are others that every image with it has, likewise.
	folders []string
	// source is the extension of what it reads when it runs and no build has made into anything else; "" if there is none.
	source string
}

var runtimes = []runtime{
	{
		variable: "PYTHON_VERSION", programs: strings.Fields("python python3 pip pip3"),
		modules: "/usr/local/lib/python$/site-packages", folders: strings.Fields("/usr/local/bin /usr/local/share /usr/local/etc /usr/local/include/python$"), source: ".py",
	},
	{
		variable: "NODE_VERSION", programs: strings.Fields("node nodejs npm npx yarn docker-entrypoint.sh"),
		modules: "/usr/local/lib/node_modules", folders: strings.Fields("/usr/local/bin /usr/local/share"),
	},
	{
		variable: "RUBY_VERSION", programs: strings.Fields("ruby gem bundle bundler rake irb erb"),
		modules: "/usr/local/bundle", folders: strings.Fields("/usr/local/bundle/bin"), source: ".rb",
	},
	{
		variable: "PHP_VERSION", programs: strings.Fields("php php-fpm phar pecl docker-php-entrypoint docker-php-ext-install apache2-foreground curl xz"),
		modules: "/usr/local/lib/php/extensions", folders: strings.Fields("/usr/local/etc/php/conf.d"), source: ".php",
	},
}

// runtimeOf returns the interpreter that an image has, with its version as the tag writes it; nil where it has none.
func (c *comparison) runtimeOf(image string) (r *runtime, version string) {
	config := c.facts(image).Config
	if config == nil {
		return nil, ""
	}
	i := slices.IndexFunc(runtimes, func(r runtime) bool {
		return slices.ContainsFunc(config.Env, func(v transform.ImageVariable) bool { return v.Name == r.variable })
	})
	if i < 0 {
		return nil, ""
	}
	_, tag, _ := strings.Cut(path.Base(image), ":")
	version, _, _ = strings.Cut(tag, "-")
	return &runtimes[i], version
}

// distrolessPythons are the versions of Python in the images of distroless, by release. They look for packages in dist-packages. Sources:
// github.com/GoogleContainerTools/distroless, python3/python.bzl; Debian Python Policy, section 2.5.
var distrolessPythons = map[string]string{"bookworm": "3.11", "trixie": "3.13"}

// distrolessPython returns the folder in which an image looks for packages of a version of Python, where it is the image of distroless with
// the Python of a release; "" for any other image, version and release.
func distrolessPython(image, release, version string) (packages string) {
	name, _, _ := strings.Cut(strings.TrimPrefix(image, "gcr.io/distroless/python3-debian"), ":")
	if minor := of("$", version); distrolessReleases[name] == release && distrolessPythons[release] == minor && minor != "" {
		return of("/usr/local/lib/python$/dist-packages", version)
	}
	return ""
}

// elsewhere reports whether the image has what is at a path of the build stage at another one, at which its own interpreter looks for it.
func (d *division) elsewhere(from, to string) bool {
	r, version := d.runtimeOf(d.before.graph.base())
	return r != nil && r.variable == "PYTHON_VERSION" && from == of(r.modules, version) && to == d.dist
}

// of is a folder for a version of the interpreter, as the image has it.
func of(folder, version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Replace(folder, "$", strings.Join(parts[:min(2, len(parts))], "."), 1)
}

// shipped reports whether a path is one that the base of the stage has with its interpreter.
func (d *division) shipped(p string) bool {
	r, version := d.runtimeOf(d.before.graph.base())
	return r != nil && slices.ContainsFunc(append([]string{r.modules}, r.folders...), func(folder string) bool { return p == of(folder, version) })
}

// interprets reports whether a program comes with the interpreter that the image has.
func (d *division) interprets(program string) bool {
	if d.dist != "" {
		return program == "python" || program == "python3"
	}
	if distrolessNode(d.after.graph.base()) != "" {
		return program == "node" && d.findsNode()
	}
	r, _ := d.runtimeOf(d.after.graph.base())
	if d.hasJava(d.after.graph.base(), program) || program == "dotnet" && hasDotnet(d.after.graph.base()) {
		return true
	}
	return r != nil && slices.Contains(r.programs, program)
}

// interpreter judges whether the image has the interpreter that the stage had: another version looks for packages elsewhere, and loads no
// native code of this one. What replaces packages of the base has to be run in both stages, since a copy removes nothing.
func (d *division) interpreter() {
	from, to := d.before.graph.base(), d.after.graph.base()
	had, version := d.runtimeOf(from)
	if had == nil {
		return
	}
	has, now := d.runtimeOf(to)
	if d.dist != "" {
		if d.covered("/usr/local/bin") {
			d.note(unsound("the image gets another interpreter than it has"))
		}
		for _, s := range d.ran {
			for _, root := range s.InstallsInto() {
				if root != "/usr/local" || !d.covered(of(had.modules, version)) {
					d.note(unsound("the stage installs packages into %s, where the interpreter of %s does not look for them", root, to))
				}
			}
		}
		d.read(had)
		return
	}
	if distrolessNode(to) != "" {
		d.node(had, version)
		return
	}
	if has != had || now != version {
		for _, s := range d.ran {
			if names, _ := s.Programs(); slices.ContainsFunc(names, func(name string) bool { return slices.Contains(had.programs, path.Base(name)) }) {
				d.note(unsound("%s does not have the interpreter of %s, with which the stage installs", to, from))
				return
			}
		}
		return
	}
	if d.facts(from).Release != d.facts(to).Release {
		d.note(unsound("%s is on another release than %s", to, from))
	}
	for _, s := range d.ran {
		for _, root := range s.InstallsInto() {
			if root == "/usr/local" {
				root = of(had.modules, version)
			}
			if !d.covered(root) {
				d.note(unsound("the stage installs packages into %s, which the image does not have", root))
			}
		}
	}
	d.read(had)
	if !d.covered(of(had.modules, version)) {
		return
	}
	for _, s := range d.ran {
		for _, replaced := range s.ReplacesShipped() {
			if replaced == "pip" && d.ownPip {
				continue
			}
			if !slices.ContainsFunc(d.repeats, func(o validate.Script) bool { return slices.Contains(o.ReplacesShipped(), replaced) }) {
				d.note(unsound("the image keeps files of the %s that the stage replaces", replaced))
			}
		}
	}
}

// read judges whether the sources that the interpreter reads are there, as far as no step removes them.
func (d *division) read(r *runtime) {
	d.eachGiven(func(p string) {
		if r.source == path.Ext(p) && r.source != "" && !d.covered(p) && !d.removed(p) && !slices.ContainsFunc(passing, func(dir string) bool { return strings.HasPrefix(p, dir+"/") }) {
			d.note(unsound("the stage gets %s, which the image does not have", p))
		}
	})
}

// environments are the folders below the home folder in which programs keep virtual environments. Sources:
// python-poetry.org/docs/configuration, pipenv.pypa.io/en/latest/virtualenv.html.
var environments = map[string]string{"poetry": "/.cache/pypoetry/virtualenvs", "pipenv": "/.local/share/virtualenvs"}

// keepsEnvironments reports whether a path is one in which a program keeps virtual environments that the stage calls.
func (d *division) keepsEnvironments(p string) bool {
	return slices.ContainsFunc(d.ran, func(s validate.Script) bool {
		names, _ := s.Programs()
		return slices.ContainsFunc(names, func(name string) bool {
			folder, ok := environments[path.Base(name)]
			return ok && strings.HasSuffix(p, folder)
		})
	})
}
