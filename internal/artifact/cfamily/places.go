package cfamily

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
)

// defined adds what the definitions on a command line name, as -DDATADIR='"/app/share"' does: the program has the path without its source saying so.
func (f *finder) defined(c artifact.Command) {
	for _, w := range c.Argv()[1:] {
		name, value, ok := strings.Cut(w, "=")
		value = strings.Trim(value, `\"'`)
		if !ok || !strings.HasPrefix(name, "-D") || strings.HasPrefix(name, "-DCMAKE_") || !path.IsAbs(value) {
			continue
		}
		value = path.Clean(value)
		if value == f.Dir || slices.ContainsFunc(f.Tree.Copies, func(o artifact.Copy) bool { return o.Folder && artifact.Within(o.Image, value) }) {
			f.out.Unknown(c.Evidence, "compiles the place of its sources into the program")
			return
		}
		for _, file := range f.OpenedAll(value, isSource, c.Evidence) {
			f.out.Add(file)
		}
	}
}

// linkable adds a shared library that a command links, where it ends up.
func (f *finder) linkable(index int, c artifact.Command, output string) {
	f.dynamic = true
	for _, place := range f.Placed(output, index) {
		f.out.Add(artifact.File{Path: place, Because: c.Evidence})
	}
}

// elsewhere notes an option by which a build system installs files that a program reads to a folder of its own. Sources: the GNU Coding Standards,
// section 7.2.5; cmake-modules(7), GNUInstallDirs; mesonbuild.com/Builtin-options.html.
func (f *finder) elsewhere(c artifact.Command, option string) {
	name, dir, ok := strings.Cut(option, "=")
	name, _, _ = strings.Cut(name, ":")
	kind := strings.ToLower(strings.TrimLeft(name, "-D"))
	kind = strings.TrimPrefix(kind, "cmake_install_")
	if ok && path.IsAbs(dir) && slices.Contains(strings.Fields("bindir sbindir libdir libexecdir datadir datarootdir sysconfdir localstatedir sharedstatedir runstatedir"), kind) {
		f.apart = append(f.apart, artifact.File{Path: path.Clean(dir), Because: c.Evidence})
	}
}

// described reads what the files of CMake and Meson say of places: where a program finds its sources, or libraries that are built with it, is known
// to them alone. Sources: cmake-commands(7), cmake-variables(7); mesonbuild.com/Reference-manual_functions.html.
func (f *finder) described() {
	installed := slices.ContainsFunc(f.out.Files, func(file artifact.File) bool { return file.Folder && slices.Contains(f.prefixes, file.Path) })
	f.EachCopied(func(name string) bool {
		if base := path.Base(name); !slices.Contains([]string{"CMakeLists.txt", "meson.build"}, base) && !fills(base) {
			return true
		}
		number := 0
		for line := range strings.Lines(f.Read(name)) {
			number++
			because := transform.Evidence{Source: name, Line: number, Text: strings.TrimSpace(line)}
			switch {
			case strings.Contains(line, "DESTINATION /") || strings.Contains(line, `DESTINATION "/`):
				f.out.Unknown(because, "installs to a folder that is not below its prefix")
			case tellsPlace(line, fills(name)):
				f.out.Unknown(because, "compiles the place of its sources into the program")
			case !installed && slices.ContainsFunc(sharing, func(mark string) bool { return strings.Contains(line, mark) }):
				f.out.Unknown(because, "builds a shared library, and where that stays is not known")
			}
		}
		return len(f.out.Unknowns) == 0
	})
}

// fills reports whether a file is one that a build system fills in and compiles.
func fills(name string) bool {
	return slices.ContainsFunc([]string{".h.in", ".hpp.in", ".c.in", ".cpp.in"}, func(ext string) bool { return strings.HasSuffix(name, ext) })
}

// sharing are marks of what builds shared libraries.
var sharing = []string{" SHARED", " MODULE", "(BUILD_SHARED_LIBS ON", "shared_library(", "shared_module("}

// tellsPlace reports whether a line gives a program the folder of its sources, or that in which it is built.
func tellsPlace(line string, filled bool) bool {
	if filled {
		return strings.Contains(line, "SOURCE_DIR") || strings.Contains(line, "BINARY_DIR")
	}
	for _, mark := range []string{`="${`, `=\"${`, "=${", `="@`, `="' + meson.`, `="'+meson.`} {
		if _, behind, ok := strings.Cut(line, mark); ok {
			place := slices.ContainsFunc([]string{"SOURCE_DIR", "BINARY_DIR", "source_root", "source_dir", "build_root", "build_dir"}, func(w string) bool { return strings.Contains(behind, w) })
			if place {
				return true
			}
		}
	}
	return false
}

// asks are the functions by which a program asks for files of the system, with the packages that have them. Sources: their manual pages; GCC's manual
// of its C++ library, std::chrono. The resolver of a static program loads parts of the C library.
var asks = []struct{ what, calls, packages string }{
	{"users", "getpwnam( getpwuid( getpwnam_r( getpwuid_r( getgrnam( getgrgid( getlogin(", "base-passwd"},
	{"folders for temporary files", `tmpfile( tmpnam( mkstemp( mkdtemp( temp_directory_path( "/tmp`, "base-files"},
	{"time zones", "localtime( localtime_r( mktime( tzset( current_zone( locate_zone(", "tzdata"},
	{"names of services", "getservbyname( getprotobyname(", "netbase"},
	{"names of hosts", "getaddrinfo( gethostbyname(", "libc6"},
}

// asked adds what the sources ask the system for.
func (f *finder) asked() {
	for _, a := range asks {
		source := func(name string) bool { return slices.Contains(extensions, path.Ext(name)) }
		if name, call, ok := f.FirstCall(source, strings.Fields(a.calls)); ok {
			f.out.Needs = append(f.out.Needs, transform.Need{What: a.what, Packages: strings.Fields(a.packages), Evidence: transform.Evidence{Source: name, Text: call}})
		}
	}
}
