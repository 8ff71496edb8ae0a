package needs

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/ecosystem/beam"
	"dopt/internal/project/ecosystem/dotnet"
	"dopt/internal/project/ecosystem/golang"
	"dopt/internal/project/ecosystem/jvm"
	"dopt/internal/project/ecosystem/node"
	"dopt/internal/project/ecosystem/php"
	"dopt/internal/project/ecosystem/python"
	"dopt/internal/project/ecosystem/ruby"
	"dopt/internal/project/ecosystem/rust"
	"dopt/internal/project/manifest"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// dependencies are the readers of manifests, by ecosystem.
var dependencies = map[string]func(fs.FS, string) ([]manifest.Dependency, error){
	"python": python.Dependencies, "node": node.Dependencies, "go": golang.Dependencies, "ruby": ruby.Dependencies, "php": php.Dependencies,
	"rust": rust.Dependencies, "jvm": jvm.Dependencies, "dotnet": dotnet.Dependencies, "beam": beam.Dependencies,
}

// distributions are the ecosystems of distributions.
var distributions = []string{"debian", "alpine", "rpm", "arch"}

// trusting are the ecosystems whose managers check the servers of their index with the system's certificates. pip,
// npm and Maven bring their own.
var trusting = []string{"go", "rust", "php", "beam"}

// manager reads what a package manager installs.
func (f *frame) manager(c command) {
	use, ok := pkgmgr.Identify(c.argv)
	if !ok {
		return
	}
	ecosystem := use.Manager.Ecosystem
	switch {
	case use.Verb == pkgmgr.Build:
		f.image.builds = true
	case use.Verb != pkgmgr.Install && use.Verb != pkgmgr.Download && use.Verb != pkgmgr.Upgrade:
		return
	}
	if slices.Contains(distributions, ecosystem) {
		f.distribution(c, use)
		return
	}
	if slices.Contains(trusting, ecosystem) && !slices.ContainsFunc(c.argv, func(w string) bool { return w == "-mod=vendor" || w == "--offline" || w == "--local" }) {
		f.walk.need(Need{Kind: Certificates, Evidence: c.because, Certainty: Likely})
	}
	named := 0
	for _, i := range use.Packages {
		if f.namedPackage(c, ecosystem, c.argv[i]) {
			named++
		}
	}
	if named == 0 || use.HasFlag("-r", "--requirement") {
		f.project(c, use)
	}
}

// distribution takes in the packages that apt-get or apk installs.
func (f *frame) distribution(c command, use pkgmgr.Use) {
	if f.step == nil || use.Verb != pkgmgr.Install {
		return
	}
	install := Install{
		Manager: use.Manager.Name, Step: f.step, Evidence: c.because,
		Recommends: use.Manager.Ecosystem == "debian" && !use.HasFlag("--no-install-recommends") && !noRecommends(c.argv),
	}
	for _, i := range use.Packages {
		names := c.argv[i]
		if strings.Contains(names, shell.Unknown) {
			usual, ok := fallback(c.raw[min(i, len(c.raw)-1)])
			if !ok || usual != "" {
				f.unknown(c.because, "installs packages named by %s", c.raw[min(i, len(c.raw)-1)])
			}
			names = usual
		}
		for name := range strings.FieldsSeq(names) {
			if install.Package = packageName(name); install.Package != "" {
				f.out.Installs = append(f.out.Installs, install)
			}
		}
	}
	if use.More || c.more {
		f.unknown(c.because, "installs packages that xargs reads")
	}
}

// packageName returns the name in a word of an install, without version and architecture; "" for a file.
func packageName(word string) string {
	if strings.Contains(word, "/") {
		return ""
	}
	if i := strings.IndexAny(word, "=~:<>"); i >= 0 {
		word = word[:i]
	}
	return word
}

// noRecommends reports whether an option switches recommended packages off: -o APT::Install-Recommends=0.
func noRecommends(argv []string) bool {
	return slices.ContainsFunc(argv, func(w string) bool {
		name, value, _ := strings.Cut(strings.ToLower(w), "install-recommends=")
		return strings.HasSuffix(name, "apt::") && (value == "0" || value == "false" || value == "no")
	})
}

// namedPackage adds a package that a command line names. It reports whether it is one.
func (f *frame) namedPackage(c command, ecosystem, word string) bool {
	d := manifest.Dependency{Name: word, Source: c.because}
	switch {
	case ecosystem == "python" && strings.HasPrefix(word, "git+"):
		d = python.ParseURL(word)
		d.Source = c.because
	case strings.Contains(word, shell.Unknown) || strings.HasPrefix(word, ".") && !archive(word):
		return false
	case ecosystem == "python" && (archive(word) || strings.Contains(word, "://")) && !strings.Contains(word, " @ "):
		f.unknown(c.because, "installs %s, which is not read", word)
		return true
	case strings.HasPrefix(word, "/") || ecosystem == "python" && strings.Contains(word, "/") && !strings.Contains(word, " @ "):
		return false
	case ecosystem == "python":
		parsed, ok := python.ParseRequirement(word)
		if !ok {
			return false
		}
		parsed.Source = c.because
		d = parsed
	default:
		if i := strings.LastIndexByte(word, '@'); i > 0 {
			d.Name, d.Version = word[:i], word[i+1:]
		}
	}
	f.dependency(ecosystem, d, c.certainty)
	return true
}

// archive reports whether a word is the file of a package of Python.
func archive(word string) bool {
	return strings.HasSuffix(word, ".whl") || strings.HasSuffix(word, ".tar.gz") || strings.HasSuffix(word, ".zip")
}

// project adds what the manifests of the project ask for that the command installs from.
func (f *frame) project(c command, use pkgmgr.Use) {
	ecosystem := use.Manager.Ecosystem
	if ecosystem == "python" {
		files := requirementFiles(c, use)
		for _, name := range files {
			f.requirements(c, name, 0)
		}
		if len(files) > 0 {
			return
		}
	}
	read := dependencies[ecosystem]
	if read == nil {
		return
	}
	dir, ok := f.image.folder(f.projectDir(c, use))
	if !ok {
		f.unknown(c.because, "installs what a manifest asks for that is not in the build context")
		return
	}
	list, err := read(f.files, dir)
	if err != nil {
		f.unknown(c.because, "installs what a manifest asks for that cannot be read: %s", brief(err.Error()))
		return
	}
	production := use.HasFlag("--production", "--only=production", "--omit=dev", "--no-dev", "--without", "--prod") || slices.Contains(c.argv, "--omit=dev")
	for _, d := range list {
		if !(production && d.Group == "dev") {
			f.dependency(ecosystem, d, c.certainty)
		}
	}
	f.scriptsOf(ecosystem, dir)
}

// projectDir is the folder of the image in which a command finds its project.
func (f *frame) projectDir(c command, use pkgmgr.Use) string {
	if flag, ok := use.Flag("--prefix", "-C", "--cwd", "--dir", "--directory", "--project", "--manifest-path"); ok && flag.Value != "" {
		if p := c.abs(flag.Value); strings.HasSuffix(p, "/Cargo.toml") {
			return path.Dir(p)
		} else if p != "" {
			return p
		}
	}
	if use.Manager.Ecosystem != "python" {
		return c.dir
	}
	for _, i := range use.Packages {
		if w := c.argv[i]; strings.HasPrefix(w, ".") || strings.Contains(w, "/") && !strings.Contains(w, ":") {
			w, _, _ = strings.Cut(w, "[")
			if p := c.abs(w); p != "" {
				return p
			}
		}
	}
	return c.dir
}

func requirementFiles(c command, use pkgmgr.Use) []string {
	var files []string
	for _, flag := range use.Flags {
		if flag.Name == "-r" || flag.Name == "--requirement" || flag.Name == "--requirements" {
			files = append(files, c.abs(flag.Value))
		}
	}
	return files
}

// requirements adds what a requirements file asks for.
func (f *frame) requirements(c command, name string, depth int) {
	file, ok := f.image.context(name)
	if !ok || depth > maxDepth {
		f.unknown(c.because, "installs what a requirements file asks for that is not in the build context")
		return
	}
	getenv := func(name string) string { v, _ := f.env(name); return v }
	entries, err := python.ReadRequirements(f.files, file, getenv)
	if err != nil {
		f.unknown(c.because, "installs what a requirements file asks for that cannot be read: %s", brief(err.Error()))
		return
	}
	for _, e := range entries {
		f.entry(c, name, file, e, depth)
	}
}

// entry adds what one line of a requirements file asks for. name is the file in the image, source in the context.
func (f *frame) entry(c command, name, source string, e python.Entry, depth int) {
	for _, other := range e.Requirements {
		f.requirements(c, absolute(other, path.Dir(name)), depth+1)
	}
	switch {
	case e.Package != nil:
		d := *e.Package
		d.Source = at(source, e.Line, e.Text)
		f.dependency("python", d, c.certainty)
	case e.Local != "":
		folder, _, _ := strings.Cut(e.Local, "[")
		dir, ok := f.image.context(absolute(folder, c.dir))
		if !ok {
			return
		}
		list, err := python.Dependencies(f.files, dir)
		if err != nil {
			return
		}
		for _, d := range list {
			if d.Group == "" {
				f.dependency("python", d, c.certainty)
			}
		}
		f.scriptsOf("python", dir)
	}
}

// dependency adds a package of a language: for the step, and for the run time unless only development needs it.
func (f *frame) dependency(ecosystem string, d manifest.Dependency, certainty Certainty) {
	if d.Marker != "" && d.Group == "" && certainty == Certain {
		certainty = Likely
	}
	if d.Git != "" {
		f.walk.need(Need{Kind: Command, Name: "git", Evidence: d.Source, Certainty: certainty})
		if strings.Contains(d.Git, "https://") {
			f.walk.need(Need{Kind: Certificates, Evidence: d.Source, Certainty: certainty})
		}
	}
	n := Need{Kind: Package, Name: d.Name, Ecosystem: ecosystem, Version: d.Version, Files: strings.Join(d.Files, " "), Evidence: d.Source, Certainty: certainty}
	n.Source = ecosystem == "python" && (d.Git != "" || d.URL != "" && !strings.HasSuffix(d.URL, ".whl"))
	n.Evidence.Text = brief(n.Evidence.Text)
	if d.Path == "" && d.Name != "" {
		f.walk.need(n)
		if d.Group != "dev" && d.Group != "test" && d.Group != "build" {
			f.packages.add(n)
		} else {
			f.development.add(n)
		}
	}
}

// phpExtensions adds the extensions that the scripts of the official image compile. Source:
// https://github.com/docker-library/docs/tree/master/php
func (f *frame) phpExtensions(c command) {
	for _, name := range operands(c.argv[1:], "-j") {
		if plainName(name) {
			f.dependency("php", manifest.Dependency{Name: name, Source: c.because}, c.certainty)
		}
	}
}

// scriptsOf takes note of the programs that the project itself installs.
func (f *frame) scriptsOf(ecosystem, dir string) {
	switch ecosystem {
	case "python":
		var p struct {
			Project struct {
				Scripts map[string]any `toml:"scripts"`
			} `toml:"project"`
			Tool struct {
				Poetry struct {
					Scripts map[string]any `toml:"scripts"`
				} `toml:"poetry"`
			} `toml:"tool"`
		}
		if _, err := manifest.ReadTOML(f.files, path.Join(dir, "pyproject.toml"), &p); err != nil {
			return
		}
		for _, scripts := range []map[string]any{p.Project.Scripts, p.Tool.Poetry.Scripts} {
			for name := range scripts {
				f.image.commands[name] = ""
			}
		}
	case "rust", "go":
		f.image.builds = true
	}
}
