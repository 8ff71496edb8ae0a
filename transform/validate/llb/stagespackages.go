package llb

import (
	"slices"
	"strings"

	"dopt/transform"
)

// settings judges whether what the image installs comes from where the stage says.
func (d *division) settings() {
	for _, s := range d.ran {
		for _, file := range s.EditsSettings() {
			if len(d.installed) > 0 && !d.covered(file) {
				d.note(unsound("the stage edits %s, and the image installs packages without it", file))
			}
		}
	}
}

// packages judges whether the image of a program that is interpreted has the packages that the stage installs by name: all but those that only
// serve to build, of which it needs the libraries. Where the facts are those of another release than the stage is built on, there is nothing to say.
func (d *division) packages() {
	base := d.before.graph.base()
	release := d.facts(base).Release
	if r, _ := d.runtimeOf(base); r == nil || d.env.Packages == nil || d.facts(base).Distro != "debian" {
		return
	}
	if len(d.stage.EditsSourcesList()) > 0 && transform.AptSources(release) != transform.SourcesList {
		return
	}
	var named []string
	for _, s := range d.ran {
		named = append(named, s.PackagesByName()...)
	}
	if _, err := d.env.Packages.Closure(release, named, false, nil); err != nil {
		return
	}
	own, known := d.env.Packages.Installed(d.after.graph.base())
	if !known {
		return
	}
	more, err := d.env.Packages.Closure(release, d.installed, true, own.Names)
	if err != nil {
		d.note(unsound("the image installs what its release does not have: %v", err))
		return
	}
	there := slices.Concat(own.Names, d.installed, more)
	for _, name := range named {
		for _, library := range d.env.Packages.Libraries(release, name) {
			if !slices.Contains(there, library) && !strings.HasPrefix(name, "python") && name != "libc6-dev" {
				d.note(unsound("packages may be compiled with %s, and the image does not have %s", name, library))
			}
		}
		if !slices.Contains(there, name) && !buildPackage(name) {
			d.note(unsound("the stage installs %s, and the image does not have it", name))
		}
	}
}

// buildPackages are packages that an image can do without: those that only builds use, those by which steps download and unpack.
// Source: sections devel, vcs and utils of Debian's index.
var buildPackages = strings.Fields("build-essential gcc g++ cpp make cmake autoconf automake libtool pkg-config pkgconf bison flex ninja-build meson clang llvm lld nasm yasm ccache patch m4 re2c " +
	"dpkg-dev binutils cargo rustc golang golang-go python python3 python3-pip python3-setuptools python3-wheel python3-cffi python3-venv cython3 gettext protobuf-compiler swig upx-ucl " +
	"valgrind check maven gradle ant sbt default-jdk default-jdk-headless git subversion mercurial curl wget unzip xz-utils bzip2 gnupg file sqlite3 apt-transport-https apt-utils " +
	"software-properties-common")

// workerPackages are those for people who work in a container. Source: sections editors, doc and text of Debian's index.
var workerPackages = strings.Fields("vim vim-tiny vim-nox nano emacs emacs-nox joe mc less most man-db manpages htop tree bash-completion")

// buildPackage reports whether an image can do without a package.
func buildPackage(name string) bool {
	return strings.HasSuffix(name, "-dev") || strings.HasSuffix(name, "-dev-compat") || slices.Contains(buildPackages, name) || slices.Contains(workerPackages, name)
}
