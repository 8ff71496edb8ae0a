package validate

import (
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// A View is the files that copies have brought into an image when a step runs.
type View interface {
	// Find returns the paths of files in an area, sorted. ok is false where they cannot be told.
	Find(a Area) (paths []string, ok bool)
	// Stat says what is at a path; ok is false where that cannot be told.
	Stat(path string) (kind FileKind, ok bool)
	// Read returns the content of a file; ok is false where it cannot be read.
	Read(path string) (data []byte, ok bool)
}

// A FileKind says what a copy brings to a path.
type FileKind int

// The kinds.
const (
	Absent FileKind = iota
	File
	Folder
)

// An Install is a command that installs, or only downloads, what a project's manifests name.
type Install struct {
	installer *installer
	call      *call
	use       pkgmgr.Use
	// dir is the directory of the project.
	dir string
	// argv are the words that use speaks of, verb those of the verb.
	argv []string
	verb string
}

func (i Install) String() string { return "`" + i.call.String() + "`" }

// settings are the managers whose verb "config" sets something, with what it may write to in the
// directory where it runs; npm, pip and pnpm write to the user's home.
var settings = map[string]string{"npm": ".npmrc", "pnpm": ".npmrc", "pip": "pip.conf", "bundler": ".bundle", "poetry": "poetry.toml"}

// systemEcosystems are those whose packages have nothing to do with a project's files.
var systemEcosystems = []string{"debian", "alpine", "rpm", "arch"}

// manager notes what a call of a package manager does; ok is false where that is not known.
func (w *effectWalk) manager(c *call) bool {
	argv := slices.Clone(c.words)
	use, ok := pkgmgr.Identify(argv)
	if !ok || use.More {
		return false
	}
	system := w.script.systemAreas()
	switch {
	case slices.Contains(systemEcosystems, use.Manager.Ecosystem):
		if use.Verb == pkgmgr.Run || use.Verb == pkgmgr.Build {
			return false
		}
		return w.systemPackages(c, argv[use.Program+1:], system)
	case use.Verb == pkgmgr.Clean:
		w.write(w.script.packageAreas()...)
		return true
	}
	i := Install{call: c, use: use, argv: argv, verb: verbOf(use, argv), dir: c.dir}
	if file, ok := settings[use.Manager.Name]; ok && (i.verb == "config" || i.verb == "config set") && !use.HasFlag("--location") && path.IsAbs(c.dir) {
		w.write(append(w.script.packageAreas(), Area{Dir: c.dir, Name: file})...)
		return true
	}
	if w.namedPackages(i, system) {
		return true
	}
	if i.installer = installerOf(use.Manager.Name, i.verb); i.installer == nil {
		return false
	}
	if f, ok := use.Flag(i.installer.dirFlags...); ok {
		i.dir = c.resolve(f.Value)
	}
	if !path.IsAbs(i.dir) || strings.ContainsAny(i.dir, "?*$") {
		return false
	}
	w.read(system...)
	w.write(w.script.packageAreas()...)
	if f, ok := use.Flag(i.installer.prefixes...); ok {
		area, known := c.area(f.Value)
		if !known {
			return false
		}
		w.write(area)
	}
	for _, name := range i.installer.makes {
		w.write(Area{Dir: path.Join(i.dir, name)})
	}
	for _, name := range i.installer.makesDeep {
		w.write(Area{Dir: i.dir, Name: name, Deep: true})
	}
	w.effects.Installs = append(w.effects.Installs, i)
	return true
}

// websites is where web servers of distributions keep pages: /var/www/html of Debian's apache2 and nginx, /var/www/localhost of Alpine's.
var websites = Area{Dir: "/var/www"}

// servesNothing are names of packages of which none needs or recommends a web server, and neither do those whose names have
// one of the beginnings or endings.
var (
	servesNothing = []string{
		"git", "curl", "wget", "unzip", "zip", "gnupg", "gnupg2", "ca-certificates", "vim", "nano", "sudo", "cron", "supervisor", "locales", "tzdata", "procps", "less", "bash",
		"openssl", "acl", "gettext", "gettext-base", "build-essential", "g++", "gcc", "make", "autoconf", "pkg-config", "jq", "rsync", "ffmpeg", "imagemagick", "ghostscript",
		"jpegoptim", "optipng", "pngquant", "gifsicle", "nodejs", "yarn", "sqlite3", "sqlite", "icu-libs",
	}
	libraryBeginnings = []string{"lib", "zlib"}
	libraryEndings    = []string{"-dev", "-client"}
	serverNames       = []string{"apache", "nginx", "httpd", "lighttpd", "php", "web", "libjs"}
	systemVerbs       = []string{"install", "update", "upgrade", "dist-upgrade", "full-upgrade", "makecache", "add", "clean", "all", "autoremove", "autoclean", "purge", "remove", "del"}
)

// mayServe reports whether a word of a system's package manager may name a package that brings a web server.
func mayServe(word string) bool {
	name, _, _ := strings.Cut(word, "=")
	switch {
	case strings.HasPrefix(word, "-"), strings.HasPrefix(word, "."), slices.Contains(systemVerbs, word):
		return false
	case slices.ContainsFunc(serverNames, func(s string) bool { return strings.Contains(name, s) }):
		return true
	case slices.Contains(servesNothing, name):
		return false
	}
	return !slices.ContainsFunc(libraryBeginnings, func(s string) bool { return strings.HasPrefix(name, s) }) &&
		!slices.ContainsFunc(libraryEndings, func(s string) bool { return strings.HasSuffix(name, s) })
}

// systemPackages notes what a system's package manager does: packages in the form of files are
// read, too.
func (w *effectWalk) systemPackages(c *call, words []string, system []Area) bool {
	w.read(system...)
	w.write(system...)
	if slices.ContainsFunc(words, mayServe) {
		w.read(websites)
		w.write(websites)
	}
	for _, word := range words {
		switch {
		case strings.Contains(word, dynamic), strings.Contains(word, "://"), !strings.Contains(word, "/"), strings.HasPrefix(word, "-"):
			continue
		}
		if area, ok := c.area(word); ok {
			w.read(area)
		} else {
			return false
		}
	}
	return true
}

// globalVerbs are verbs that install named packages where all projects find them, or set the
// manager up.
var globalVerbs = map[string][]string{
	"pip": {"install"}, "pipx": {"install"}, "gem": {"install", "update"}, "conda": {"install"}, "mamba": {"install"}, "micromamba": {"install"},
	"mix": {"local.hex", "local.rebar"}, "go": {"install"}, "cargo": {"install"}, "pecl": {"install"}, "uv": {"pip install", "tool install"},
	"cpanm": {"install"}, "luarocks": {"install"},
}

// namedPackages notes an install of packages that the command itself names, for all projects.
func (w *effectWalk) namedPackages(i Install, system []Area) bool {
	use := i.use
	global := use.Global || slices.Contains(globalVerbs[use.Manager.Name], i.verb) && len(use.Packages) > 0 ||
		use.Manager.Name == "mix" && slices.Contains(globalVerbs["mix"], i.verb)
	if !global {
		return false
	}
	for _, f := range use.Flags {
		if slices.Contains(use.Manager.PathFlags, f.Name) {
			return false
		}
	}
	for _, at := range use.Packages {
		word := i.argv[at]
		if strings.Contains(word, pkgmgr.Unknown) || namesFile(word, use.Manager.Ecosystem) {
			return false
		}
		if use.Manager.Name == "go" && !strings.Contains(word, "@") {
			return false
		}
	}
	w.read(system...)
	w.write(w.script.packageAreas()...)
	return true
}

// namesFile reports whether a word may name a file instead of a package. The names of packages have a slash in two ecosystems only.
func namesFile(word, ecosystem string) bool {
	switch {
	case strings.Contains(word, "://"):
		return strings.HasPrefix(word, "file:")
	case strings.HasPrefix(word, "."), strings.HasPrefix(word, "/"), strings.HasPrefix(word, "~"), strings.HasPrefix(word, "file:"), strings.ContainsAny(word, "*?"):
		return true
	case strings.Contains(word, "/"):
		return ecosystem != "node" && ecosystem != "go"
	}
	return slices.Contains([]string{".gem", ".whl", ".tgz", ".gz", ".zip", ".rpm", ".deb", ".phar", ".tar"}, path.Ext(word))
}

// verbOf returns the words of the verb, joined by spaces.
func verbOf(use pkgmgr.Use, argv []string) string {
	if use.VerbAt < 0 {
		return ""
	}
	words := slices.DeleteFunc(slices.Clone(argv[use.Program+1:use.VerbAt+1]), func(w string) bool {
		return strings.HasPrefix(w, "-") || strings.HasPrefix(w, "+")
	})
	if use.Manager.Name == "rebar3" && len(words) > 2 && words[0] == "as" {
		words = words[2:] // behind the profile
	}
	if use.Manager.Goals {
		words = words[max(0, len(words)-1):]
	}
	return strings.Join(words, " ")
}

func installerOf(manager, verb string) *installer {
	for i := range projectInstalls {
		row := &projectInstalls[i]
		if row.manager == manager && (slices.Contains(row.verbs, verb) || slices.Contains(row.downloads, verb)) {
			return row
		}
	}
	return nil
}

// Downloads reports whether the command only downloads.
func (i Install) Downloads() bool { return slices.Contains(i.installer.downloads, i.verb) }

// Prepares reports whether the command does a part of what another one does: it leaves out the project itself.
func (i Install) Prepares(whole Install) bool {
	words := slices.DeleteFunc(slices.Clone(i.argv), func(w string) bool { return slices.Contains(i.installer.partial, w) })
	return len(words) < len(i.argv) && i.installer == whole.installer && i.dir == whole.dir && slices.Equal(words, whole.argv)
}

// Judge returns the areas that the install reads of what copies bring, and whether there is
// more that cannot be told. The view is the one that the install has before the rewrite.
func (i Install) Judge(view View) (reads []Area, v transform.Verdict) {
	i = i.found(view)
	n := &inspection{Install: i, view: view, verdict: transform.Verdict{Status: transform.Refines}, seen: map[string]bool{}}
	for _, name := range i.installer.reads {
		n.reads = append(n.reads, Area{Dir: i.dir, Name: name})
	}
	for _, name := range i.installer.deep {
		n.reads = append(n.reads, Area{Dir: i.dir, Name: name, Deep: true})
	}
	for _, name := range i.installer.above {
		for dir := i.dir; dir != "/"; {
			dir = path.Dir(dir)
			n.reads = append(n.reads, Area{Dir: dir, Name: name})
		}
	}
	n.words()
	n.environment()
	if i.installer.inspect != nil {
		i.installer.inspect(n)
	}
	return n.reads, n.verdict
}

// Needs reports whether the view may have what the install cannot do without: the project that it names, else a
// manifest where it runs.
func (i Install) Needs(view View) bool {
	i = i.found(view)
	if slices.ContainsFunc(i.argv[i.use.VerbAt+1:], func(word string) bool {
		kind, ok := view.Stat(i.call.resolve(word))
		return ok && kind == File
	}) {
		return true
	}
	return len(i.installer.needs) == 0 || i.manifestIn(i.dir, view)
}

// manifestIn reports whether a directory may have what the install cannot do without.
func (i Install) manifestIn(dir string, view View) bool {
	return slices.ContainsFunc(i.installer.needs, func(name string) bool {
		paths, ok := view.Find(Area{Dir: dir, Name: name})
		return !ok || len(paths) > 0
	})
}

// found returns the install with the directory in which it finds its project.
func (i Install) found(view View) Install {
	for dir := i.dir; i.installer.climbs; dir = path.Dir(dir) {
		if i.manifestIn(dir, view) {
			i.dir = dir
			break
		}
		if dir == "/" {
			break
		}
	}
	return i
}

// Program returns the name under which the package manager is called.
func (i Install) Program() string { return i.call.program }

// Dir returns the directory of the project, an absolute path.
func (i Install) Dir() string { return i.dir }
