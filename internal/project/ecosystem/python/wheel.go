package python

import (
	"fmt"
	"slices"
	"strings"
)

// A Wheel says for what a package is published compiled, by the name of the file. Source: PEP 425, PEP 427, PEP 600.
type Wheel struct {
	Version string
	// pythons, abis and platforms are the three tags, each of which may have several values.
	pythons, abis, platforms []string
}

// ParseWheel reads the name of a file, which may stand behind a path; ok is false if it is none of a wheel.
func ParseWheel(file string) (w Wheel, ok bool) {
	name, ok := strings.CutSuffix(file[strings.LastIndexByte(file, '/')+1:], ".whl")
	f := strings.Split(name, "-") // name, version, perhaps a build number, three tags
	if !ok || len(f) < 5 || len(f) > 6 {
		return Wheel{}, false
	}
	tag := func(i int) []string { return strings.Split(f[len(f)-i], ".") }
	return Wheel{Version: f[1], pythons: tag(3), abis: tag(2), platforms: tag(1)}, true
}

// Portable reports whether nothing of it is compiled.
func (w Wheel) Portable() bool {
	return slices.Contains(w.platforms, "any") && slices.Contains(w.abis, "none")
}

// Fits reports whether pip takes it for CPython 3.minor on Linux on amd64 with glibc 2.glibc.
func (w Wheel) Fits(minor, glibc int) bool {
	return slices.ContainsFunc(w.platforms, func(platform string) bool { return ofGlibc(platform, glibc) }) &&
		slices.ContainsFunc(w.pythons, func(python string) bool { return w.forPython(python, minor) })
}

func (w Wheel) forPython(python string, minor int) bool {
	version, of := 0, ""
	if _, err := fmt.Sscanf(python, "cp3%d", &version); err == nil {
		of = "cp"
	} else if _, err := fmt.Sscanf(python, "py3%d", &version); err == nil || python == "py3" {
		of = "py"
	}
	switch {
	case slices.Contains(w.abis, "none"):
		return of == "py" && version <= minor || of == "cp" && version == minor
	case slices.Contains(w.abis, "abi3"):
		return of == "cp" && version <= minor
	}
	return of == "cp" && version == minor && slices.Contains(w.abis, python)
}

// ofGlibc tells whether a platform's tag is one of amd64 with a glibc that is old enough, or of all.
func ofGlibc(platform string, newest int) bool {
	var minor int
	if n, _ := fmt.Sscanf(platform, "manylinux_2_%d_x86_64", &minor); n == 1 && strings.HasSuffix(platform, "_x86_64") {
		return minor <= newest
	}
	return slices.Contains([]string{"any", "linux_x86_64", "manylinux1_x86_64", "manylinux2010_x86_64", "manylinux2014_x86_64"}, platform)
}
