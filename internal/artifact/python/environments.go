package python

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/artifact/interpreted"
	ecosystem "dopt/internal/project/ecosystem/python"
	"dopt/transform/pkgmgr"
)

// manager reads a command of a package manager.
func (f *finder) manager(c artifact.Command, u pkgmgr.Use) use {
	switch u.Verb {
	case pkgmgr.Install, pkgmgr.Upgrade, pkgmgr.Remove:
	case pkgmgr.Run:
		return f.wrapped(c, u)
	case pkgmgr.Unclear:
		return use{}
	default:
		if u.Manager.Name == "uv" && slices.Contains(c.Argv(), "venv") {
			return f.uvEnvironment(c)
		}
		return use{kind: harmless}
	}
	if flag, ok := u.Flag("--root", "--src", "--python", "-p", "--platform"); ok {
		return use{kind: installing, unknown: "installs with " + flag.Name + ", by which the place is not known"}
	}
	if u.Global && u.Manager.Name != "pip" || u.More {
		return use{kind: installing, unknown: "installs with " + u.Manager.Name + " what is not looked at"}
	}
	switch u.Manager.Name {
	case "pip":
		return f.pip(c, u)
	case "uv":
		return f.uv(c, u)
	case "poetry":
		return f.poetry(c, u)
	case "pipenv":
		return f.pipenv(c, u)
	}
	return use{kind: installing, unknown: "installs with " + u.Manager.Name + ", whose environments are not known"}
}

// wrapped reads what poetry run and its like start.
func (f *finder) wrapped(c artifact.Command, u pkgmgr.Use) use {
	argv := c.Argv()
	at := slices.Index(argv, "run")
	if at < 0 || at+1 >= len(argv) || strings.HasPrefix(argv[at+1], "-") || u.More {
		return use{}
	}
	inner := *c.Command
	inner.Words = inner.Words[at+1:]
	c.Command = &inner
	return f.read(c)
}

// pip reads an install or a removal by pip.
func (f *finder) pip(c artifact.Command, u pkgmgr.Use) use {
	for _, target := range []string{"-t", "--target", "--prefix"} {
		if flag, ok := u.Flag(target); ok {
			if p := c.Path(flag.Value); p != "" && !interpreted.Temporary(p) && p != prefix {
				return use{kind: installing, into: p}
			}
			return use{kind: installing, unknown: "installs with " + target + ", by which the place is not known"}
		}
	}
	if why := unseen(c, u); why != "" {
		return use{kind: installing, unknown: why}
	}
	argv := c.Argv()
	program := u.Program
	if program > 1 && argv[program-1] == "-m" {
		program -= 2
	}
	return f.named(c, u, f.install(c, argv[program:]))
}

// pipPlaces are variables that have pip install elsewhere than into the environment that it is found in. Source:
// https://pip.pypa.io/en/stable/topics/configuration/#environment-variables
var pipPlaces = strings.Fields("PIP_TARGET PIP_PREFIX PIP_ROOT PIP_USER PIP_SRC PIP_PYTHON")

// unseen says why an install leaves packages where they are not looked for; "" if nothing tells so.
func unseen(c artifact.Command, u pkgmgr.Use) string {
	for _, name := range pipPlaces {
		if _, set := c.Getenv(name); set {
			return "installs to where " + name + " says"
		}
	}
	if flag, ok := u.Flag("-e", "--editable"); ok && interpreted.Temporary(c.Path(flag.Value)) {
		return "links to sources in a folder that nothing is kept in"
	}
	return ""
}

// named reads which packages an install into the environment of the base image names.
func (f *finder) named(c artifact.Command, u pkgmgr.Use, into use) use {
	if into.unknown != "" || into.into != prefix {
		return into
	}
	argv := c.Argv()
	var replaces []string
	for _, i := range u.Packages {
		d, ok := ecosystem.ParseRequirement(argv[i])
		if ok && slices.Contains(f.brought(), d.Name) {
			replaces = append(replaces, d.Name)
		}
		if strings.HasPrefix(argv[i], "git+") && u.HasFlag("-e", "--editable") {
			into.unknown = "keeps the sources of a package where pip chooses"
		}
	}
	switch {
	case len(replaces) == 0 && u.Verb == pkgmgr.Remove:
		return use{kind: harmless}
	case len(replaces) > 0 && len(replaces) == len(u.Packages) && !u.HasFlag("-r", "--requirement"):
		if u.Verb == pkgmgr.Remove {
			return use{kind: replacing}
		}
		return use{kind: replacing, brings: replaces}
	case len(replaces) > 0 && u.Verb == pkgmgr.Remove:
		into.unknown = "removes packages of the base image, whose files a copy cannot remove, together with others"
	}
	into.brings = replaces
	for _, flag := range u.Flags {
		if flag.Name == "-r" || flag.Name == "--requirement" || flag.Name == "--requirements" {
			if name := f.replacedBy(c.Path(flag.Value), 0); name != "" {
				into.unknown = "replaces " + name + " of the base image, whose old files a copy cannot remove"
			}
		}
	}
	return into
}

// brought are the packages that the base image brings. Since 3.12 that is pip alone: https://github.com/docker-library/python/pull/833
func (f *finder) brought() []string {
	if slices.Contains([]string{"2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11"}, f.version) {
		return []string{"pip", "setuptools", "wheel"}
	}
	return []string{"pip"}
}

// maxNested bounds how deep requirements files that name others are followed.
const maxNested = 10

// replacedBy returns the first package of the base image that a requirements file names, or the files that it names.
func (f *finder) replacedBy(file string, depth int) string {
	name, ok := f.Tree.Context(file)
	if !ok || depth > maxNested {
		return "" // that it cannot be read is an unknown of the analysis of needs
	}
	entries, err := ecosystem.ReadRequirements(f.Files, name, func(string) string { return "" })
	if err != nil {
		return ""
	}
	for _, e := range entries {
		if e.Package != nil && slices.Contains(f.brought(), e.Package.Name) {
			return e.Package.Name
		}
		for _, nested := range e.Requirements {
			if found := f.replacedBy(path.Join(path.Dir(file), nested), depth+1); found != "" {
				return found
			}
		}
	}
	return ""
}

// install returns the environment that a program of Python installs into: the one that it lies in, else the one that
// PATH leads to. argv begins with the program.
func (f *finder) install(c artifact.Command, argv []string) use {
	if slices.Contains(argv, "--user") {
		return f.userBase(c)
	}
	root := f.active(c)
	if program := argv[0]; strings.Contains(program, "/") {
		root = path.Dir(path.Dir(c.Path(program)))
	}
	switch {
	case root == "/usr" || root == "/":
		return use{kind: installing, unknown: "installs into the distribution's own Python"}
	case root == prefix && interpreted.User(f.Stage, c.Step) != "root":
		return f.userBase(c) // pip falls back to it where it may not write
	}
	return use{kind: installing, into: root}
}

// userBase returns the use of an install into a user's own folder.
func (f *finder) userBase(c artifact.Command) use {
	if base, ok := c.Getenv("PYTHONUSERBASE"); ok && path.IsAbs(base) {
		return use{kind: installing, into: path.Clean(base)}
	}
	home, ok := interpreted.Home(f.Stage, c.Step)
	if !ok {
		return use{kind: installing, unknown: "installs into the home folder of a user, which is not known"}
	}
	return use{kind: installing, into: path.Join(home, ".local")}
}

// active returns the root of the environment whose programs a command finds first: one that the script has activated, one in PATH,
// or the image's own.
func (f *finder) active(c artifact.Command) string {
	for _, o := range f.Commands {
		argv := o.Argv()
		if o.Step == c.Step && o.Start < c.Start && len(argv) == 2 && (argv[0] == "." || argv[0] == "source") {
			if root, ok := strings.CutSuffix(o.Path(argv[1]), "/bin/activate"); ok {
				return root
			}
		}
	}
	search, _ := c.Getenv("PATH")
	for folder := range strings.SplitSeq(search, ":") {
		if root, ok := strings.CutSuffix(path.Clean(folder), "/bin"); ok && f.makes(root) {
			return root
		}
	}
	return prefix
}

// makes reports whether a command makes a virtual environment in a folder.
func (f *finder) makes(root string) bool {
	for _, c := range f.Commands {
		argv := c.Argv()
		if len(argv) > 1 && (slices.Contains(argv, "venv") || path.Base(argv[0]) == "virtualenv") && c.Path(argv[len(argv)-1]) == root {
			return true
		}
	}
	return false
}
