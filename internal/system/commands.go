package system

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/catalog/official"
	"dopt/internal/needs"
	"dopt/transform"
)

// own are the commands that official images have below /usr/local, their slim variants too, by image. Source: the
// Dockerfiles of the images, read 2026-11.
var own = map[string]string{
	"python": "python python2 python3 pip pip3 pydoc pydoc3 python-config python3-config 2to3 idle idle3 easy_install wheel",
	"node":   "node nodejs npm npx corepack yarn yarnpkg",
	"php":    "php php-config php-fpm phpdbg phpize pear pecl phar docker-php-entrypoint",
	"ruby":   "ruby gem bundle bundler rake irb erb rdoc ri rbs racc typeprof test-unit",
	"rust":   "cargo rustc rustup rustfmt rustdoc rust-gdb rust-lldb cargo-fmt cargo-clippy clippy-driver",
}

// owns reports whether the base image itself has a command, and a need does not name another one by its path.
func (t *translation) owns(n *needs.Need) bool {
	r, _ := official.ParseReference(t.base)
	versioned := r.Family() == "python" && t.python != "" && n.Name == "python"+t.python
	return (versioned || slices.Contains(strings.Fields(own[r.Family()]), n.Name)) && !strings.Contains(n.Evidence.Text, "/bin/"+n.Name)
}

// companions are packages that a command is of little use without, though the package that has it only recommends them, or
// stands for a part of it. Source: Recommends of Debian's gcc and clang; perl-base has few of
// Perl's modules, python3-minimal few of Python's.
var companions = map[string][]string{
	"gcc": {"libc6-dev"}, "cc": {"libc6-dev"}, "c99": {"libc6-dev"}, "clang": {"libc6-dev"}, "perl": {"perl"}, "python3": {"python3"},
}

// builders are programs that compile what a project's files tell them to, with libraries that these name in ways
// that are not read.
var builders = strings.Fields("cmake meson ninja scons waf bazel autoreconf autogen.sh configure qmake xmake conan go stack ghc rebar3 swift zig")

// manuals are the commands that read what leftOut has.
var manuals = strings.Fields("man apropos whatis info mandb")

// command adds the packages of a command, and of what it is of no use without.
func (t *translation) command(n *needs.Need) {
	if t.owns(n) {
		return
	}
	for _, name := range companions[n.Name] {
		t.add(n.Step, n.Evidence, describe(n), name)
	}
	if n.Name == "git" && overSSH(n.Evidence.Text) {
		t.add(n.Step, n.Evidence, "ssh for git", "openssh-client")
	}
	if slices.Contains(manuals, path.Base(n.Name)) {
		t.unknown(n.Step, n.Evidence, "calls "+n.Name+", and slim images leave the manual pages out of every package")
	}
	if slices.Contains(builders, path.Base(n.Name)) && n.Step != nil {
		t.unknown(n.Step, n.Evidence, "compiles with "+n.Name+", and what with is not known")
	}
	t.add(n.Step, n.Evidence, describe(n), needs.Owners(t.stage.Release, n)...)
}

// overSSH reports whether a text names a repository that git reaches by ssh: ssh://host, or git@host, which ".git@v1" is not.
func overSSH(text string) bool {
	before, _, user := strings.Cut(text, "git@")
	return strings.Contains(text, "ssh://") || user && (before == "" || strings.ContainsAny(before[len(before)-1:], "+ \"'=/"))
}

// builds reports the steps whose scripts call a program that compiles by its path.
func (t *translation) builds(in *transform.Instruction, argv []string, because transform.Evidence) {
	if len(argv) > 0 && in != nil && strings.Contains(argv[0], "/") && slices.Contains(builders, path.Base(argv[0])) {
		t.unknown(in, because, "compiles with "+argv[0]+", and what with is not known")
	}
}
