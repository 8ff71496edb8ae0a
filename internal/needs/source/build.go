package source

import (
	"path"
	"strings"
)

// buildFile returns the reader of a file that says how C and C++ are built, nil for any other.
func buildFile(name string) func(string) []Use {
	switch path.Base(name) {
	case "CMakeLists.txt":
		return func(src string) []Use { return modules(src, "pkg_check_modules(", "pkg_search_module(") }
	case "configure.ac", "configure.in":
		return func(src string) []Use { return modules(src, "PKG_CHECK_MODULES(") }
	case "meson.build":
		return func(src string) []Use { return modules(src, "dependency(") }
	}
	return nil
}

// modules returns the modules of pkg-config that calls of the given functions name. Sources:
// cmake.org/cmake/help/latest/module/FindPkgConfig.html, autotools.info/pkgconfig, mesonbuild.com/Dependencies.html.
func modules(src string, functions ...string) []Use {
	var uses []Use
	line := 0
	for text := range strings.SplitSeq(src, "\n") {
		line++
		text = strings.TrimSpace(text)
		for _, f := range functions {
			_, rest, ok := strings.Cut(text, f)
			if !ok || strings.HasPrefix(text, "#") || strings.HasPrefix(text, "dnl") {
				continue
			}
			for _, name := range moduleNames(rest, f) {
				uses = append(uses, Use{Kind: PkgConfig, Name: name, Line: line, Inferred: true})
			}
		}
	}
	return uses
}

// moduleNames returns the modules among the arguments of a call.
func moduleNames(rest, function string) []string {
	rest, _, _ = strings.Cut(rest, ")")
	args := strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune(" \t,[]'\"", r) })
	if function == "dependency(" {
		return args[:min(1, len(args))]
	}
	var names []string
	for i, arg := range args {
		name, _, _ := strings.Cut(arg, ">")
		name, _, _ = strings.Cut(name, "=")
		if i == 0 || name == "" || strings.ToUpper(name) == name || strings.Contains(name, "$") {
			continue // the variable's prefix, and the options REQUIRED, QUIET, IMPORTED_TARGET
		}
		names = append(names, name)
	}
	return names
}
