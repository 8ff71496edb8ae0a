// Package rust finds the programs that a stage builds with Cargo.
package rust

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	crates "dopt/internal/project/ecosystem/rust"
	"dopt/internal/project/manifest"
	"dopt/transform"
	"dopt/transform/shell"
)

// Language finds programs in Rust.
var Language = artifact.Language{Name: "Rust", Tools: []string{"cargo"}, Find: find}

// A finder looks at one stage.
type finder struct {
	*artifact.Stage
	out *artifact.Artifact
	// dynamic is true where a program is linked with the C library.
	dynamic bool
}

// find returns what the cargo commands of a stage build.
func find(s *artifact.Stage) *artifact.Artifact {
	f := finder{Stage: s, out: &artifact.Artifact{Language: "Rust", Builds: builds, Settled: settled, IsSource: isSource}}
	for i, c := range s.Commands {
		if argv := c.Argv(); len(argv) > 1 && path.Base(argv[0]) == "cargo" {
			switch verb := verb(argv); verb {
			case "build", "b", "install":
				f.build(i, c, verb == "install")
			}
		}
	}
	if len(f.out.Programs) == 0 && len(f.out.Unknowns) == 0 {
		return nil
	}
	f.out.Sources = s.SourceFolders(isSource)
	if where, call, ok := s.FirstCall(func(name string) bool { return path.Ext(name) == ".rs" }, tools); ok {
		f.out.Unknown(transform.Evidence{Source: where, Text: call}, "calls a tool of Rust when it runs")
	}
	if len(f.out.Unknowns) == 0 {
		f.opens()
		f.needs()
	}
	f.out.Bases = artifact.NativeBases(s)
	return f.out
}

// tools are calls of the tools by which an image builds.
var tools = []string{`Command::new("cargo")`, `Command::new("rustc")`, `Command::new("rustup")`}

// isSource reports whether a file is source of Rust, or says how it is compiled.
func isSource(name string) bool {
	return path.Ext(name) == ".rs" || slices.Contains([]string{"Cargo.toml", "Cargo.lock", "rust-toolchain", "rust-toolchain.toml", "rustfmt.toml", "Dockerfile"}, path.Base(name))
}

// verb returns the subcommand of a call of cargo.
func verb(argv []string) string {
	for _, w := range argv[1:] {
		if !strings.HasPrefix(w, "-") && !strings.HasPrefix(w, "+") {
			return w
		}
	}
	return ""
}

// builds reports whether a command only builds, or looks after the tools that do.
func builds(c artifact.Command) bool {
	argv := c.Argv()
	switch path.Base(c.Name()) {
	case "rustup", "rustc":
		return true
	case "cargo":
		return slices.Contains(strings.Fields("build b install fetch check test clippy fmt doc clean update vendor chef init new generate-lockfile --version"), verb(argv)) || len(argv) > 1 && argv[1] == "--version"
	}
	return false
}

// settled: what a crate is compiled with is in the build stage; what it loads is known by its name.
func settled(u transform.UnknownNeed) bool {
	return u.Step != nil || strings.HasPrefix(u.Reason, "whether rust package ") || strings.HasSuffix(u.Evidence.Source, "build.rs")
}

// build adds the programs that one command makes.
func (f *finder) build(index int, c artifact.Command, install bool) {
	dir, triple, profile, target, root, only := c.Dir, "", "debug", "", "", []string(nil)
	argv := c.Argv()
	for i := 1; i < len(argv); i++ {
		name, value, given := strings.Cut(argv[i], "=")
		valued := slices.Contains([]string{"--target", "--profile", "--target-dir", "--root", "--path", "--manifest-path", "--bin"}, name)
		if valued && !given && i+1 < len(argv) {
			i++
			value = argv[i]
		}
		switch name {
		case "--release", "-r":
			profile = "release"
		case "--profile":
			profile = map[string]string{"dev": "debug", "test": "debug", "bench": "release"}[value]
			if profile == "" {
				profile = value
			}
		case "--target":
			triple = value
		case "--target-dir":
			target = c.Path(value)
		case "--root":
			root = c.Path(value)
		case "--path":
			dir = c.Path(value)
		case "--manifest-path":
			dir = path.Dir(c.Path(value))
		case "--bin":
			only = append(only, value)
		}
		if strings.Contains(value, shell.Unknown) {
			f.out.Unknown(c.Evidence, "builds what a variable names")
			return
		}
	}
	folder, ok := f.Tree.Folder(dir)
	if !ok {
		f.out.Unknown(c.Evidence, "builds source that is not in the build context")
		return
	}
	names, workspace := f.names(folder)
	if len(names) == 0 {
		f.out.Unknown(c.Evidence, "builds no program that Cargo.toml names")
		return
	}
	if len(only) > 0 {
		names = slices.DeleteFunc(names, func(n string) bool { return !slices.Contains(only, n) })
	}
	if value, ok := c.Getenv("CARGO_BUILD_TARGET"); ok && triple == "" {
		triple = value
	}
	f.dynamic = f.dynamic || !strings.HasSuffix(triple, "-musl")
	out := f.folder(c, install, dir, workspace, target, root, path.Join(triple, profile))
	for _, name := range names {
		for _, place := range f.Placed(path.Join(out, name), index) {
			f.out.Programs = append(f.out.Programs, place)
			f.out.Add(artifact.File{Path: place, Because: c.Evidence})
			f.out.Evidence = append(f.out.Evidence, c.Evidence)
			f.out.Title = "program " + place
		}
	}
}

// folder returns the folder of the image that programs are written to.
func (f *finder) folder(c artifact.Command, install bool, dir, workspace, target, root, profile string) string {
	if install {
		if root == "" {
			root, _ = c.Getenv("CARGO_INSTALL_ROOT")
		}
		if root == "" {
			root, _ = c.Getenv("CARGO_HOME")
		}
		if root == "" {
			root = "/root/.cargo"
		}
		return path.Join(root, "bin")
	}
	if target == "" {
		if value, ok := c.Getenv("CARGO_TARGET_DIR"); ok && value != "" {
			target = c.Path(value)
		}
	}
	if target == "" {
		target = path.Join(dir, "target")
		if image, ok := f.Tree.Image(workspace); ok {
			target = path.Join(image, "target")
		}
	}
	return path.Join(target, profile)
}

// names returns the programs of the package in a folder, or of the members of the workspace there, and the folder of the
// workspace.
func (f *finder) names(folder string) (names []string, workspace string) {
	m, err := crates.Read(f.Files, folder)
	if err != nil {
		return nil, folder
	}
	names = m.Binaries(f.Files)
	if m.Workspace == nil {
		for dir := path.Dir(folder); ; dir = path.Dir(dir) {
			if up, err := crates.Read(f.Files, dir); err == nil && up.Workspace != nil {
				return names, dir
			}
			if dir == "." || dir == "/" {
				return names, folder
			}
		}
	}
	for _, member := range m.Workspace.Members {
		for _, dir := range f.Glob(path.Join(folder, member)) {
			if p, err := crates.Read(f.Files, dir); err == nil {
				names = append(names, p.Binaries(f.Files)...)
			}
		}
	}
	return names, folder
}

// conventions are crates that open files of the working directory without being told their names.
var conventions = []string{"rocket", "dotenv", "dotenvy", "config", "figment", "tera", "handlebars"}

// opens adds the files that the programs open when they run.
func (f *finder) opens() {
	asking := map[string]bool{} // the sources that ask Cargo for the folder of their crate
	f.EachCopied(func(name string) bool {
		asking[name] = path.Ext(name) == ".rs" && strings.Contains(f.Read(name), "CARGO_MANIFEST_DIR")
		return true
	})
	for _, t := range f.Texts(func(name string) bool { return path.Ext(name) == ".rs" }) {
		for _, file := range f.OpenedAll(t.Text, isSource, t.Evidence) {
			f.out.Add(file)
		}
		if asking[t.Evidence.Source] {
			f.besideManifest(t)
		}
	}
	for _, l := range f.locked() {
		if slices.Contains(conventions, l.Name) {
			for _, file := range f.Data(f.Dir, isSource, transform.Evidence{Source: "Cargo.lock", Text: l.Name + " looks for files itself"}) {
				f.out.Add(file)
			}
		}
	}
}

// besideManifest adds what a text names as seen from the folder of its crate.
// Source: doc.rust-lang.org/cargo/reference/environment-variables.html.
func (f *finder) besideManifest(t artifact.Text) {
	for dir := path.Dir(t.Evidence.Source); ; dir = path.Dir(dir) {
		if manifest.IsFile(f.Files, path.Join(dir, "Cargo.toml")) {
			if image, ok := f.Tree.Image(dir); ok {
				if file, ok := f.OpenedFrom(image, t.Text, isSource, t.Evidence); ok {
					f.out.Add(file)
				}
			}
			return
		}
		if dir == "." || dir == "/" {
			return
		}
	}
}

// locked returns the crates of the lock files that are copied.
func (f *finder) locked() (list []crates.Locked) {
	for _, c := range f.Tree.Copies {
		if c.Context == "" {
			continue
		}
		for _, name := range f.Manifests(c.Context, []string{"Cargo.lock"}) {
			if lock, err := crates.ReadLock(f.Files, path.Dir(name)); err == nil {
				list = append(list, lock.Packages...)
			}
		}
	}
	return list
}
