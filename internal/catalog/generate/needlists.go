package main

import (
	"slices"
	"strings"
)

// compilers are the packages that compile a language. Python's, Ruby's and Node's official images have the headers
// of their own language.
var compilers = map[string][]string{
	"c":       {"gcc", "libc6-dev"},
	"c++":     {"g++"},
	"fortran": {"gfortran"},
	"rust":    {"cargo"},
}

// languageTools are what a language's own way of building calls beside the compiler: the Makefiles of mkmf and of
// ExtUtils::MakeMaker, node-gyp.
var languageTools = map[string][]string{"ruby": {"make"}, "perl": {"make"}, "r": {"make"}, "node": {"g++", "make", "python3"}}

// crateTools are what the crates call that build scripts use.
var crateTools = map[string][]string{"pkg-config": {"pkg-config"}, "system-deps": {"pkg-config"}, "bindgen": {"libclang-dev"}, "cmake": {"cmake", "g++"}}

// helperTools are what build dependencies call: python3-pkgconfig, which pip installs itself, is of no use without the program, and a project of
// CMake looks for compilers of C and C++ unless it says otherwise.
var helperTools = map[string][]string{"python3-pkgconfig": {"pkg-config"}, "cmake": {"g++"}}

// rustTools are build dependencies that say that there is code in Rust.
var rustTools = map[string]bool{
	"cargo": true, "rustc": true, "dh-cargo": true, "dh-sequence-rust": true, "dh-sequence-cargo": true, "rust-all": true,
	"maturin": true, "python3-maturin": true, "python3-setuptools-rust": true,
}

// buildTools are the build dependencies that are no development packages and that builds outside of Debian
// call as well. What pip, gem and npm bring along themselves (meson, cython, numpy) is not among them.
var buildTools = map[string]bool{
	"ant": true, "autoconf": true, "automake": true, "bison": true, "bzip2": true, "capnproto": true, "clang": true, "cmake": true,
	"default-jdk": true, "default-jdk-headless": true, "flex": true, "gfortran": true, "gobject-introspection": true, "gperf": true,
	"libtool": true, "llvm": true, "llvm-dev": true, "m4": true, "make": true, "nasm": true, "ninja-build": true,
	"pkg-config": true, "pkgconf": true, "protobuf-compiler": true, "protobuf-compiler-grpc": true,
	"ragel": true, "re2c": true, "swig": true, "swig4.0": true, "yasm": true,
}

// notForBuild are the development packages that belong to Debian's own way of building: the language itself, what its
// package manager brings along, and packages with a file for pkg-config that are there to test or to install.
var notForBuild = []string{
	"python3-", "python-", "libpython", "cython", "pybind11-", "dh-", "dpkg-", "ruby-", "r-", "perl-", "librust-", "golang-",
	"node-", "libnode-", "libperl-", "libghc-", "libjs-", "libr-", "libc6-", "bash-completion", "graphicsmagick-", "poppler-data", "systemd", "udev", "valgrind", "x11-xkb-utils",
}

// isBuildNeed tells whether a build dependency is one outside of Debian, too.
func (f *needFinder) isBuildNeed(name string) bool {
	if buildTools[name] {
		return true
	}
	other := func(prefix string) bool { return strings.HasPrefix(name, prefix) }
	if slices.ContainsFunc(notForBuild, other) || name == "ruby" {
		return false
	}
	// gcc, g++ and the like come from what the result is linked to.
	return strings.HasSuffix(name, "-dev") || f.pkgConfig[name] || strings.HasPrefix(name, "llvm-") || strings.HasPrefix(name, "clang-")
}

// interpreters are Debian's packages of languages that packages of another language run, with what the language is called here.
var interpreters = map[string]string{"r-base-core": "r", "nodejs": "node"}

// interpreterHeaders are what it takes to compile against an interpreter that a package of another language depends on.
var interpreterHeaders = map[string]string{"r-base-dev": "r-base-core"}

// everywhere are libraries that no image of Debian lacks.
var everywhere = map[string]bool{"libc6": true, "libgcc-s1": true, "libgcc1": true, "libstdc++6": true, "libcrypt1": true}

// ofDebian are packages with commands that Debian's packages depend on for the sake of Debian: to
// set themselves up, or instead of what is bundled elsewhere.
var ofDebian = map[string]bool{
	"adduser": true, "apt": true, "base-files": true, "ca-certificates": true, "coreutils": true, "debconf": true, "debianutils": true, "dpkg": true,
	"dpkg-dev": true, "fontconfig": true, "init-system-helpers": true, "lsb-base": true, "lsb-release": true, "mime-support": true, "media-types": true, "passwd": true,
	"policykit-1": true, "polkitd": true, "procps": true, "sensible-utils": true, "systemd": true, "sysvinit-utils": true, "tzdata": true, "ucf": true,
	"update-inetd": true, "xdg-utils": true, "xml-core": true, "sgml-base": true, "binutils": true, "cpp": true, "debhelper": true, "dh-python": true, "logrotate": true,
	"gcc": true, "g++": true, "make": true, "perl": true, "perl-base": true, "sed": true, "gawk": true, "mawk": true, "bash": true, "dash": true,
}

// languagePrefixes are how Debian names the packages of languages.
var languagePrefixes = []string{"python3", "python-", "libpython", "ruby", "libruby", "r-", "libperl", "perl", "node-", "nodejs", "libjs-", "fonts-", "golang-", "librust-", "cython3", "ipython3", "rake", "pypy3"}

// ofLanguage tells whether a package is one of a language, or of data that Debian has apart from it.
func ofLanguage(name string) bool {
	if strings.HasPrefix(name, "lib") && strings.HasSuffix(name, "-perl") {
		return true
	}
	return slices.ContainsFunc(languagePrefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}
