package golang

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"dopt/internal/artifact"
	"dopt/transform/shell"
)

// A build is a call of go build or go install.
type build struct {
	artifact.Command
	verb, dir, output string
	flags             map[string]string
	packages          []string
}

// A product is a program that a build makes.
type product struct {
	path string
	// folder is that of its main package in the build context; external is true where it is of another module.
	folder   string
	external bool
}

// valued are the flags of go build that take a value. Source: go help build.
var valued = strings.Fields("C p asmflags buildmode buildvcs compiler covermode coverpkg gccgoflags gcflags installsuffix ldflags mod modfile o overlay pgo pkgdir tags toolexec")

// verb returns the subcommand of a call of go.
func verb(argv []string) string {
	for i := 1; i < len(argv); i++ {
		switch {
		case argv[i] == "-C":
			i++
		case !strings.HasPrefix(argv[i], "-"):
			return argv[i]
		}
	}
	return ""
}

// read reads a call of go; ok is false where it is another one than build and install.
func (f *finder) read(c artifact.Command) (b build, ok bool) {
	argv := c.Argv()
	b = build{Command: c, verb: verb(argv), dir: c.Dir, flags: map[string]string{}}
	if b.verb != "build" && b.verb != "install" {
		return b, false
	}
	for i := 1; i < len(argv); i++ {
		w := argv[i]
		if !strings.HasPrefix(w, "-") {
			if w != b.verb || len(b.packages) > 0 {
				b.packages = append(b.packages, w)
			}
			continue
		}
		name, value, given := strings.Cut(strings.TrimLeft(w, "-"), "=")
		if !given && slices.Contains(valued, name) && i+1 < len(argv) {
			i++
			value = argv[i]
		}
		b.flags[name] = value
	}
	if dir := b.flags["C"]; dir != "" {
		b.dir = c.Path(dir)
	}
	b.output = b.flags["o"]
	if len(b.packages) == 0 {
		b.packages = []string{"."}
	}
	for _, w := range append(slices.Clone(b.packages), b.output) {
		if strings.Contains(w, shell.Unknown) {
			f.out.Unknown(c.Evidence, "builds what a variable names")
			return b, false
		}
	}
	if mode := b.flags["buildmode"]; mode != "" && mode != "pie" && mode != "exe" && mode != "default" {
		f.out.Unknown(c.Evidence, "builds with -buildmode="+mode)
		return b, false
	}
	return b, true
}

// withoutC reports whether a build has cgo switched off.
func (b build) withoutC() bool {
	value, _ := b.Getenv("CGO_ENABLED")
	return value == "0"
}

// sanitizers are the flags by which a program is linked with the C library whatever it imports. Source: go help build.
var sanitizers = []string{"race", "msan", "asan"}

// sanitizes reports whether a build has one of the sanitizers.
func (b build) sanitizes() bool {
	return slices.ContainsFunc(sanitizers, func(flag string) bool { _, set := b.flags[flag]; return set })
}

// linkedStatically reports whether the linker is told to link all libraries into the program.
func (b build) linkedStatically() bool { return strings.Contains(b.flags["ldflags"], "-static") }

// products returns the programs that a build makes.
func (f *finder) products(b build) (list []product) {
	for _, pattern := range b.packages {
		if name, version, ok := strings.Cut(pattern, "@"); ok && version != "" {
			list = append(list, product{path: path.Join(f.bin(b), programName(name)), external: true})
			continue
		}
		folders := f.mains(b, pattern)
		for _, folder := range folders {
			list = append(list, product{folder: folder, path: f.code.name(folder)})
		}
	}
	files := slices.ContainsFunc(b.packages, func(p string) bool { return strings.HasSuffix(p, ".go") })
	if files && len(list) > 0 { // a list of files is one package
		list = list[:1]
		list[0].path = strings.TrimSuffix(path.Base(b.packages[0]), ".go")
	}
	for i := range list {
		if !list[i].external {
			list[i].path = f.place(b, list[i].path, len(list) > 1)
		}
	}
	return slices.DeleteFunc(list, func(p product) bool { return p.path == "" })
}

// place returns where the program of a name is written, "" where it is not.
func (f *finder) place(b build, name string, several bool) string {
	switch {
	case b.verb == "install":
		return path.Join(f.bin(b), name)
	case b.output == "" && several:
		return "" // go build only checks that they compile
	case b.output == "":
		return path.Join(b.dir, name)
	case strings.HasSuffix(b.output, "/") || several || f.folder(b.Path(b.output)):
		return path.Join(b.at(b.output), name)
	}
	return b.at(b.output)
}

// folder reports whether a path of the image is known to be a folder.
func (f *finder) folder(name string) bool {
	context, ok := f.Tree.Context(name)
	if !ok {
		return slices.Contains([]string{"/usr/local/bin", "/usr/bin", "/bin", "/go/bin", "/opt", "/root", "/", "/tmp"}, name)
	}
	info, err := fs.Stat(f.Files, context)
	return err == nil && info.IsDir()
}

// at returns the absolute path of an operand.
func (b build) at(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(b.dir, name)
}

// bin is the folder of go install.
func (f *finder) bin(b build) string {
	if bin, ok := b.Getenv("GOBIN"); ok && bin != "" {
		return bin
	}
	if list, ok := b.Getenv("GOPATH"); ok && list != "" {
		first, _, _ := strings.Cut(list, ":")
		return path.Join(first, "bin")
	}
	return "/root/go/bin"
}

// programName is the name of the program of a package: the last part of its path, or the one in front of a major version.
func programName(pkg string) string {
	if prefix, _, ok := module.SplitPathVersion(pkg); ok {
		pkg = prefix
	}
	return path.Base(pkg)
}

// mains returns the folders of main packages, in the build context, that a pattern names.
func (f *finder) mains(b build, pattern string) []string {
	dir := b.at(pattern)
	if strings.HasSuffix(pattern, ".go") {
		dir = path.Dir(dir)
	}
	dir, recursive := strings.CutSuffix(dir, "/...")
	if !strings.HasPrefix(pattern, ".") && !path.IsAbs(pattern) && !strings.HasSuffix(pattern, ".go") {
		return f.imported(b, pattern)
	}
	folder, ok := f.Tree.Folder(dir)
	if !ok {
		f.out.Unknown(b.Evidence, "builds source that is not in the build context")
		return nil
	}
	return f.code.mains(folder, recursive)
}

// imported returns the folders of main packages that a pattern of import paths names.
func (f *finder) imported(b build, pattern string) []string {
	base, ok := f.Tree.Folder(b.dir)
	if !ok {
		f.out.Unknown(b.Evidence, "builds source that is not in the build context")
		return nil
	}
	pattern, recursive := strings.CutSuffix(pattern, "/...")
	folder, ok := f.code.module(base).local(pattern)
	if !ok {
		f.out.Unknown(b.Evidence, "builds the package "+pattern+", which is of another module")
		return nil
	}
	return f.code.mains(folder, recursive)
}
