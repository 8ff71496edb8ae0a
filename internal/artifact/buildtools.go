package artifact

import (
	"path"
	"slices"
	"strings"

	"dopt/transform"
)

// buildTools are packages that builds use, besides those whose names end in -dev, with the program that a step has to call; "" where nothing
// but a build calls it. Source: section devel of Debian's index.
var buildTools = map[string]string{
	"build-essential": "", "gcc": "", "g++": "", "make": "", "cmake": "", "autoconf": "", "automake": "", "libtool": "", "pkg-config": "", "pkgconf": "",
	"bison": "", "flex": "", "ninja-build": "", "meson": "", "clang": "", "llvm": "", "lld": "", "nasm": "", "yasm": "", "ccache": "", "patch": "",
	"cpp": "", "dpkg-dev": "", "m4": "",
	"python3": "", "python3-pip": "", "python3-setuptools": "", "python3-wheel": "", "python3-cffi": "", "python3-venv": "", "python": "", "cython3": "",
	"gettext": "", "protobuf-compiler": "", "swig": "", "upx-ucl": "", "binutils": "", "cargo": "", "rustc": "", "golang-go": "", "golang": "", "valgrind": "", "check": "",
	"maven": "", "gradle": "", "ant": "", "sbt": "", "default-jdk": "", "default-jdk-headless": "",
	"git": "git", "curl": "curl", "wget": "wget", "unzip": "unzip", "xz-utils": "tar", "bzip2": "tar", "gnupg": "gpg", "apt-transport-https": "", "apt-utils": "",
	"software-properties-common": "", "subversion": "svn", "mercurial": "hg", "sqlite3": "sqlite3", "file": "file",
}

// callers are programs that call a tool without being told to.
var callers = map[string][]string{"git": {"go", "cargo", "mix", "composer"}, "unzip": {"composer"}}

// StaysBehind reports whether a package that the stage installs by name serves the build alone: it has headers, or is a tool of
// builds, and the program does not use it.
func (s *Stage) StaysBehind(name string) bool {
	if slices.ContainsFunc(s.Needs().Needs, func(n transform.Need) bool { return n.Step == nil && slices.Contains(n.Packages, name) }) {
		return false
	}
	if strings.HasSuffix(name, "-dev") || len(s.Packages.Libraries(s.Base.Release, name)) > 0 {
		return true
	}
	program, ok := buildTools[name]
	if (name == "python3" || name == "python") && !s.compiles() {
		return false // packages of a language may call it when they run, as much as when they are compiled
	}
	return ok && (program == "" || slices.ContainsFunc(s.Commands, func(c Command) bool {
		called := path.Base(c.Name())
		return called == program || slices.Contains(callers[name], called)
	}))
}

// compilers are packages, and programs, that compile.
var compilers = strings.Fields("build-essential gcc g++ cc c++ clang make cmake meson ninja cargo go mvn gradle configure")

// compiles reports whether the stage installs a compiler by name, or a step calls one.
func (s *Stage) compiles() bool {
	return slices.ContainsFunc(s.Needs().Installs, func(i transform.PackageInstall) bool { return slices.Contains(compilers, i.Name) }) ||
		slices.ContainsFunc(s.Commands, func(c Command) bool { return slices.Contains(compilers, path.Base(c.Name())) })
}

// handTools are packages of which nothing but their programs is of use, for people at a shell or for scripts, with these programs. Source: the
// packages' file lists at packages.debian.org, bookworm and trixie.
var handTools = map[string]string{
	"sqlite3": "sqlite3 sqldiff", "postgresql-client": "psql pg_dump pg_dumpall pg_restore pg_isready pg_basebackup pgbench createdb dropdb createuser dropuser vacuumdb reindexdb clusterdb",
	"default-mysql-client": mariadbPrograms, "mariadb-client": mariadbPrograms, "redis-tools": "redis-cli redis-benchmark redis-check-aof redis-check-rdb",
	"curl": "curl", "wget": "wget", "vim": "vim vi view vimdiff", "vim-tiny": "vi view", "nano": "nano editor", "less": "less pager", "htop": "htop", "tree": "tree",
	"procps": "ps top free kill pgrep pkill pidof sysctl uptime vmstat w watch", "net-tools": "netstat ifconfig route arp", "iputils-ping": "ping ping4 ping6",
	"telnet": "telnet", "dnsutils": "dig nslookup host nsupdate", "netcat-openbsd": "nc netcat", "strace": "strace", "jq": "jq",
}

const mariadbPrograms = "mysql mysqldump mysqladmin mysqlcheck mysqlimport mysqlshow mariadb mariadb-dump mariadb-admin mariadb-check mariadb-import mariadb-show"

// ByHand reports whether a package that the stage installs by name is of use only to somebody at a shell: it holds programs alone, and neither what
// the image runs nor, as far as mentions tells, a source of it has the name of one.
func (s *Stage) ByHand(name string, mentions func(program string) bool) bool {
	programs, ok := handTools[name]
	return ok && mentions != nil && !slices.ContainsFunc(strings.Fields(programs), func(program string) bool {
		used := "command " + program
		return mentions(program) || slices.ContainsFunc(s.Needs().Needs, func(n transform.Need) bool { return n.Step == nil && n.What == used })
	})
}
