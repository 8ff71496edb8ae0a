// Package cfamily finds the programs that a stage builds with compilers of C and C++, by hand, make, autotools, CMake or Meson.
package cfamily

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
)

// Language finds programs in C and C++.
var Language = artifact.Language{Name: "C", Tools: strings.Fields("gcc g++ cc c++ clang clang++ make cmake meson ninja configure"), Find: find}

var (
	compilers  = strings.Fields("gcc g++ cc c++ clang clang++ c99 tcc")
	plusplus   = strings.Fields("g++ c++ clang++")
	generators = strings.Fields("cmake configure autogen.sh autoreconf autoconf automake bootstrap libtoolize aclocal meson ninja ctest")
	extensions = strings.Fields(".c .h .cc .cpp .cxx .hpp .hh .hxx .inl .s .S .o")
	manifests  = strings.Fields("Makefile makefile GNUmakefile Makefile.am Makefile.in CMakeLists.txt configure.ac configure.in meson.build autogen.sh bootstrap configure Dockerfile")
)

// A finder looks at one stage.
type finder struct {
	*artifact.Stage
	out *artifact.Artifact
	// dynamic is true where a program is linked with the C library, cxx where one is linked with that of C++.
	dynamic, cxx bool
	// prefixes are the folders that a build system installs to; apart are those that an option names for one kind of files.
	prefixes []string
	apart    []artifact.File
}

// find returns what the compilers of a stage build.
func find(s *artifact.Stage) *artifact.Artifact {
	f := finder{Stage: s, out: &artifact.Artifact{Language: "C", Settled: func(u transform.UnknownNeed) bool { return u.Step != nil }, IsSource: isSource}}
	f.out.Builds = f.builds
	found := false
	for i, c := range s.Commands {
		switch name := path.Base(c.Name()); {
		case slices.Contains(compilers, name):
			found = true
			f.compile(i, c)
		case slices.Contains(generators, name):
			found = true
			f.generate(c)
		case name == "make" || name == "ninja":
			found = found || f.hasSource()
			f.install(c)
		}
	}
	if !found {
		return nil
	}
	f.out.Sources = s.SourceFolders(isSource)
	f.installed()
	f.started()
	f.described()
	switch {
	case len(f.out.Unknowns) > 0:
		return f.out
	case len(f.out.Programs) == 0:
		return nil
	}
	f.opens()
	f.needs()
	f.out.Bases = artifact.NativeBases(s)
	return f.out
}

// isSource reports whether a file is source, or says how it is compiled.
func isSource(name string) bool {
	return slices.Contains(extensions, path.Ext(name)) || slices.Contains(manifests, path.Base(name)) || path.Ext(name) == ".am" || path.Ext(name) == ".cmake"
}

func (f *finder) hasSource() bool {
	return len(f.SourceFolders(func(n string) bool { return slices.Contains(extensions, path.Ext(n)) })) > 0
}

// compile reads a call of a compiler that links.
func (f *finder) compile(index int, c artifact.Command) {
	argv := c.Argv()
	output, static, shared := "a.out", false, false
	f.defined(c)
	for i, w := range argv {
		switch {
		case w == "-c" || w == "-E" || w == "-S" || w == "--version":
			return
		case w == "-shared":
			shared = true
		case w == "-o" && i+1 < len(argv):
			output = argv[i+1]
		case strings.HasPrefix(w, "-o") && len(w) > 2:
			output = w[2:]
		case w == "-static" || w == "-static-pie":
			static = true
		case strings.HasPrefix(w, "-fsanitize"):
			f.out.Unknown(c.Evidence, "links with a sanitizer")
		}
		f.cxx = f.cxx || slices.Contains([]string{".cc", ".cpp", ".cxx"}, path.Ext(w))
	}
	f.cxx = f.cxx || slices.Contains(plusplus, path.Base(c.Name()))
	f.dynamic = f.dynamic || !static
	made := c.Path(output)
	if made == "" {
		f.out.Unknown(c.Evidence, "makes a program whose path is not known")
		return
	}
	if shared {
		f.linkable(index, c, made)
		return
	}
	for _, place := range f.Placed(made, index) {
		f.program(place, c.Evidence)
	}
}

// program adds a program.
func (f *finder) program(place string, because transform.Evidence) {
	if slices.Contains(f.out.Programs, place) {
		return
	}
	f.out.Programs = append(f.out.Programs, place)
	f.out.Add(artifact.File{Path: place, Because: because})
	f.out.Evidence = append(f.out.Evidence, because)
	f.out.Title = "program " + place
}

// generate reads the folder that a build system is told to install to.
func (f *finder) generate(c artifact.Command) {
	f.dynamic = true
	f.defined(c)
	argv := c.Argv()
	for i, w := range argv {
		for _, option := range []string{"--prefix=", "-DCMAKE_INSTALL_PREFIX=", "-DCMAKE_INSTALL_PREFIX:PATH=", "-Dprefix="} {
			if prefix, ok := strings.CutPrefix(w, option); ok {
				f.prefixes = append(f.prefixes, path.Clean(prefix))
			}
		}
		f.elsewhere(c, w)
		if w == "--prefix" && i+1 < len(argv) {
			f.prefixes = append(f.prefixes, path.Clean(argv[i+1]))
		}
		if w == "--install" {
			f.install(c)
		}
	}
}

// install takes note of make install and its like.
func (f *finder) install(c artifact.Command) {
	argv := c.Argv()
	if !slices.Contains(argv, "install") && !slices.Contains(argv, "--install") {
		return
	}
	f.dynamic = true
	for _, w := range argv {
		if strings.HasPrefix(w, "DESTDIR=") {
			f.out.Unknown(c.Evidence, "installs to another root")
		}
		for _, option := range []string{"PREFIX=", "prefix="} {
			if prefix, ok := strings.CutPrefix(w, option); ok {
				f.prefixes = append(f.prefixes, path.Clean(prefix))
			}
		}
	}
	f.out.Evidence = append(f.out.Evidence, c.Evidence)
}

// installed adds what a build system has installed, whose files are not known: all of the folder. The images of Debian have nothing in
// /usr/local; others have their compiler there.
func (f *finder) installed() {
	if len(f.out.Evidence) == 0 || !slices.ContainsFunc(f.out.Evidence, func(e transform.Evidence) bool { return strings.Contains(e.Text, "install") }) || len(f.out.Programs) > 0 {
		return
	}
	because := f.out.Evidence[len(f.out.Evidence)-1]
	if len(f.prefixes) == 0 {
		f.prefixes = []string{"/usr/local"}
	}
	for _, prefix := range f.prefixes {
		family, _, _ := strings.Cut(f.Image, ":")
		if !path.IsAbs(prefix) || prefix == "/usr" || prefix == "/" || prefix == "/usr/local" && family != "debian" {
			f.out.Unknown(because, fmt.Sprintf("installs to %s, where other files are, too", prefix))
			return
		}
		f.out.Add(artifact.File{Path: prefix, Folder: true, Because: because})
		for _, dir := range f.apart {
			if !artifact.Within(dir.Path, prefix) {
				f.out.Unknown(dir.Because, fmt.Sprintf("installs to %s as well, and what of that it needs is not known", dir.Path))
			}
		}
		if name := f.Start.Program; name != "" && !strings.Contains(name, "/") && f.named(name) {
			f.out.Programs = append(f.out.Programs, path.Join(prefix, "bin", name))
			f.out.Title = "program " + name
		} else if artifact.Within(name, prefix) {
			f.out.Programs = append(f.out.Programs, name)
		}
	}
}

// named reports whether the build's own files name a program.
func (f *finder) named(name string) bool {
	found := false
	for _, c := range f.Tree.Copies {
		if c.Context != "" {
			found = found || slices.ContainsFunc(f.Manifests(c.Context, manifests), func(m string) bool { return strings.Contains(f.Read(m), name) })
		}
	}
	return found
}

// started adds the program that the image starts where it lies among the sources and no compiler is seen to make it.
func (f *finder) started() {
	name := f.Start.Program
	if len(f.out.Programs) > 0 || !path.IsAbs(name) {
		return
	}
	if _, copied := f.Tree.Context(name); copied || !slices.ContainsFunc(f.out.Sources, func(dir string) bool { return artifact.Within(name, dir) }) || !f.named(path.Base(name)) {
		return
	}
	for _, c := range slices.Backward(f.Commands) {
		if f.builds(c) {
			f.program(name, c.Evidence)
			f.dynamic = true
			return
		}
	}
}

// builds reports whether a command is one of a compiler or a build system.
func (f *finder) builds(c artifact.Command) bool {
	name := path.Base(c.Name())
	if slices.Contains(compilers, name) || slices.Contains(generators, name) || slices.Contains(strings.Fields("ar ranlib as ld strip libtool pkg-config"), name) {
		return true
	}
	return (name == "make" || name == "ninja") && f.hasSource()
}

// newest are the versions of GCC whose C++ library the releases have. Source: packages.debian.org, package libstdc++6.
var newest = map[string]int{"bullseye": 10, "bookworm": 12, "trixie": 14}

// needs adds what the programs ask the system for, and what they are linked with.
func (f *finder) needs() {
	f.asked()
	if !f.dynamic {
		return
	}
	because := f.out.Evidence[0]
	f.cxx = f.cxx || len(f.SourceFolders(func(n string) bool { return slices.Contains([]string{".cc", ".cpp", ".cxx"}, path.Ext(n)) })) > 0
	f.out.Needs = append(f.out.Needs, transform.Need{What: "the C library", Packages: []string{"libc6"}, Evidence: because})
	if f.cxx {
		f.out.Needs = append(f.out.Needs,
			transform.Need{What: "the library of C++", Packages: []string{"libstdc++6"}, Evidence: because},
			transform.Need{What: "the compiler's library", Packages: []string{"libgcc-s1"}, Evidence: because})
		family, tag, _ := strings.Cut(f.Image, ":")
		major, _, _ := strings.Cut(tag, "-")
		major, _, _ = strings.Cut(major, ".")
		version, err := strconv.Atoi(major)
		if family == "gcc" && (err != nil || version > newest[f.Base.Release]) {
			f.out.Unknown(because, "compiles C++ with a compiler whose library is newer than that of Debian "+f.Base.Release)
		}
	}
	libraries := f.Linked()
	f.out.Needs = append(append(f.out.Needs, libraries...), artifact.Trusts(libraries)...)
}

// opens adds the files that the programs open when they run.
func (f *finder) opens() {
	source := func(name string) bool { return slices.Contains(extensions, path.Ext(name)) }
	for _, t := range f.Texts(source) {
		for _, file := range f.OpenedAll(t.Text, isSource, t.Evidence) {
			f.out.Add(file)
		}
	}
	if name, ok := f.Calls(source, "dlopen("); ok {
		f.out.Unknown(transform.Evidence{Source: name}, "loads libraries when it runs")
	}
	if name, ok := f.Calls(source, "iconv_open("); ok && f.dynamic {
		f.out.Needs = append(f.out.Needs, transform.Need{What: "character sets", Packages: []string{"libc-bin"}, Evidence: transform.Evidence{Source: name, Text: "iconv_open"}})
	}
}
