package llb

import (
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/validate"
)

// distroUsers are the users and groups that images of a distribution have from the beginning. Sources: Debian's base-passwd (passwd.master and
// group.master), which Ubuntu shares; buildroot's system/skeleton/etc, which busybox has.
var distroUsers = map[string]string{
	"debian": basePasswd, "ubuntu": basePasswd,
	"busybox": "daemon bin sys sync mail www-data operator nobody adm tty disk wheel users",
}

const basePasswd = "daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc _apt nobody nogroup adm tty disk kmem dialout fax voice cdrom floppy " +
	"tape sudo audio dip operator src shadow utmp video sasl plugdev staff users"

// accounts judges whether the user of the image is there.
func (d *division) accounts() {
	user, group, _ := strings.Cut(d.after.image.Config.User, ":")
	for _, name := range []string{user, group} {
		known := name == "" || name == "root" || name == baseUser || strings.Trim(name, "0123456789") == "" || d.covered("/etc/passwd") ||
			slices.Contains(d.facts(d.after.graph.base()).Users, name) || slices.Contains(strings.Fields(distroUsers[d.facts(d.after.graph.base()).Distro]), name) ||
			slices.ContainsFunc(d.repeats, func(s validate.Script) bool { return s.Names(name) })
		if !known {
			d.note(unsound("the image has no user or group %s", name))
		}
	}
	if d.carried != nil || d.covered("/etc/passwd") {
		return
	}
	for _, s := range d.ran {
		for _, change := range s.ChangesAccounts() {
			if !slices.ContainsFunc(d.repeats, func(o validate.Script) bool { return slices.Contains(o.ChangesAccounts(), change) }) {
				d.note(unsound("the stage runs `%s`, which the image does not", change))
			}
		}
	}
}

// owners judges folders that the stage gives to a user: one that a copy makes is root's, whatever it was where it is copied from.
// Source: BuildKit 0.33, copy of a folder's contents to one that is not there.
func (d *division) owners() {
	for _, s := range d.ran {
		paths, recursive := s.Gives()
		for _, p := range paths {
			at, carried := d.place(p)
			if d.carried != nil && carried && slices.ContainsFunc(d.narrowed, func(n string) bool { return strings.HasPrefix(n, at+"/") }) {
				d.note(unsound("the stage gives %s to a user, and in the image folders in it are root's", p))
			}
			if d.carried != nil {
				continue // the same copies make the same folders
			}
			kind, _ := d.given.Stat(p)
			folder := slices.Contains(recursive, p) || kind == validate.Folder || d.hadFolder(p)
			given := slices.ContainsFunc(d.repeats, func(o validate.Script) bool {
				again, _ := o.Gives()
				return slices.Contains(again, p)
			})
			if folder && slices.Contains(d.copied, p) && !given {
				d.note(unsound("the stage gives %s to a user, and in the image it is root's", p))
			}
		}
	}
}

// passing are folders in which nothing is expected to stay.
var passing = strings.Fields("/tmp /var/tmp /var/cache /var/lib/apt /root/.cache /dev /proc /run")

// made judges whether what commands make is there, unless it is in a folder of sources, or passing.
func (d *division) made() {
	var sources []string
	for _, given := range d.given.deliveries {
		if given.kind == validate.Folder {
			sources = append(sources, given.dest)
		}
	}
	removed := d.gone()
	for _, s := range d.ran {
		made, _ := s.Makes()
		for _, p := range slices.Concat(made, s.Writes()) {
			p, ok := d.place(p)
			if !ok {
				continue
			}
			below := func(dir string) bool { return p == dir || strings.HasPrefix(p, strings.TrimSuffix(dir, "/")+"/") }
			switch {
			case slices.ContainsFunc(passing, below) || slices.ContainsFunc(removed, below) || slices.ContainsFunc(sources, below):
			case d.covered(p) || d.remade(p) || slices.ContainsFunc(d.copied, func(c string) bool { return strings.HasPrefix(c, p+"/") }):
			default:
				d.note(unsound("the stage makes %s, which the image does not have", p))
			}
		}
	}
	for _, given := range d.given.deliveries {
		below := func(dir string) bool {
			return dir == given.dest || strings.HasPrefix(given.dest, strings.TrimSuffix(dir, "/")+"/")
		}
		if given.kind == validate.File && !d.covered(given.dest) && !slices.ContainsFunc(removed, below) && !sourceFile(path.Base(given.dest)) {
			d.note(unsound("the stage gets %s, which the image does not have", given.dest))
		}
	}
}

// remade reports whether a step of the image makes a path again; a link is no folder.
func (d *division) remade(p string) bool {
	if makesFolder(d.ran, p) {
		return makesFolder(d.repeats, p)
	}
	return slices.ContainsFunc(d.repeats, func(s validate.Script) bool {
		made, _ := s.Makes()
		return slices.Contains(made, p)
	})
}

// sourceExts are the extensions of what programs are made of.
var sourceExts = strings.Fields(".ex .exs .eex .heex .leex .erl .hrl .go .c .h .cc .cpp .cxx .hpp .hh .inl .s .S .rs .java .kt .kts .scala .groovy .ts .tsx .cs .fs .vb .swift .hs .ml .zig .d .nim .am .ac .in .m4 .cmake .gradle .sln .slnx .csproj .fsproj .vbproj .props .targets .razor .cshtml .resx .lock .mod .sum .toml .proto .sbt")

// wrappers are files of the wrappers of build tools, and settings of these tools.
var wrappers = strings.Fields("mvnw mvnw.cmd gradlew gradlew.bat gradle.properties settings.xml global.json NuGet.Config nuget.config NuGet.config packages.lock.json")

// sourceFile reports whether a file is what programs are made of, or says how.
func sourceFile(name string) bool {
	return slices.Contains(sourceExts, path.Ext(name)) || slices.Contains(manifests, name) || slices.Contains(wrappers, name) || strings.HasPrefix(name, "Dockerfile") || name == "configure"
}

// maxSource is the largest source, in bytes, that is read for what it names.
const maxSource = 1 << 20

// sources judges whether files that the source of compiled programs names are there.
func (d *division) sources() {
	seen := map[string]bool{}
	d.given.each(func(p, origin string) {
		ext := path.Ext(p)
		if !slices.Contains([]string{".go", ".c", ".cc", ".cpp", ".cxx", ".rs", ".java", ".kt", ".scala", ".groovy", ".cs", ".fs", ".vb"}, ext) || strings.HasSuffix(p, "_test.go") || strings.Contains(p, "/vendor/") || strings.Contains(p, "/tests/") || strings.Contains(p, "/test/") || strings.Contains(p, "/testdata/") || d.covered(p) {
			return
		}
		list := transform.Remember(d.env.Files, quoting(origin), func(files fs.FS) []string {
			text, _ := transform.ReadText(files, origin, maxSource)
			return texts(text)
		})
		for _, name := range list {
			if !seen[name] { // what many of them name need be found once
				seen[name] = true
				d.opened(p, name)
			}
		}
	})
}

// quotedLines are the lines of a source that have a double quote.
func quotedLines(source string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			at := strings.IndexByte(source, '"')
			if at < 0 {
				return
			}
			start, end := strings.LastIndexByte(source[:at], '\n')+1, len(source)
			if i := strings.IndexByte(source[at:], '\n'); i >= 0 {
				end = at + i
			}
			if !yield(source[start:end]) {
				return
			}
			source = source[end:]
		}
	}
}

// quoting is the key under which a project remembers the texts of a source.
type quoting string

// texts returns those in double quotes of a source, each once.
func texts(source string) (list []string) {
	for line := range quotedLines(source) {
		if strings.Contains(line, "include") || strings.HasPrefix(strings.TrimSpace(line), "//") {
			continue
		}
		parts := strings.Split(line, `"`)
		for i := 1; i < len(parts)-1; i += 2 {
			list = append(list, parts[i])
		}
	}
	slices.Sort(list)
	list = slices.Clip(slices.Compact(list))
	for i := range list {
		list[i] = strings.Clone(list[i]) // not all of the source is to be remembered
	}
	return list
}

// opened judges whether a path that a source names is there, where the stage had one.
func (d *division) opened(source, name string) {
	d.filledIn(source, name)
	if i := strings.IndexAny(name, "*?[{%$"); i >= 0 {
		name = name[:strings.LastIndexByte(name[:i], '/')+1]
	}
	if name = strings.TrimSuffix(name, "/"); name == "" || name == "." || name == ".." {
		return
	}
	p := path.Join(d.dir(), name)
	if path.IsAbs(name) {
		p = path.Clean(name)
	}
	kind, ok := d.given.Stat(p)
	if !ok || d.covered(p) || p == d.dir() || p == "/" {
		return
	}
	if kind == validate.Absent {
		written := func(s validate.Script) bool {
			made, _ := s.Makes()
			return slices.Contains(made, p) || slices.Contains(s.Writes(), p)
		}
		if strings.ContainsAny(path.Base(p), ".") && !sourceFile(path.Base(p)) && !d.removed(p) && slices.ContainsFunc(d.ran, written) {
			d.note(unsound("%s names %s, which the stage makes and the image does not have", source, p))
		}
		return
	}
	if kind == validate.File && sourceFile(path.Base(p)) {
		return
	}
	if kind == validate.Folder && d.onlySource(p) {
		return
	}
	d.note(unsound("%s names %s, which the image does not have", source, p))
}

// filledIn judges whether the files of the working directory are there that a source names by a text with an extension to be filled in.
func (d *division) filledIn(source, text string) {
	i := strings.IndexAny(text, "%{")
	if i < 0 || strings.Contains(text, "/") || strings.ContainsAny(text, "*?[\\ ") {
		return
	}
	behind := strings.TrimLeft(text[i+1:], "0123456789")
	if text[i] == '{' {
		_, behind, _ = strings.Cut(text[i:], "}")
	} else {
		behind = behind[min(1, len(behind)):]
	}
	if len(strings.Trim(path.Ext(behind), ".")) < 2 || strings.ContainsAny(behind, "%{}") {
		return
	}
	list, _ := d.given.Find(validate.Area{Dir: d.dir(), Name: text[:i] + "*" + behind})
	for _, p := range list {
		if path.Dir(p) == d.dir() && !sourceFile(path.Base(p)) && !d.covered(p) && !d.removed(p) {
			d.note(unsound("%s names %s, which may be %s, and the image does not have that", source, text, p))
		}
	}
}

// onlySource reports whether a folder has nothing but source.
func (d *division) onlySource(dir string) bool {
	list, ok := d.given.Find(validate.Area{Dir: dir})
	return ok && !slices.ContainsFunc(list, func(p string) bool { return !sourceFile(path.Base(p)) })
}

// argv returns the words of what the image starts, without an entrypoint of its base that starts the others as they are.
func (d *division) argv() []string {
	config := d.after.image.Config
	if own := d.facts(d.after.graph.base()).Config; own != nil && slices.Equal(config.Entrypoint, own.Entrypoint) && len(config.Cmd) > 0 {
		return config.Cmd
	}
	return slices.Concat(config.Entrypoint, config.Cmd)
}

// starts judges whether what the image runs is there.
func (d *division) starts() {
	d.process(d.argv())
	config := d.after.image.Config
	if h := config.Healthcheck; h != nil && len(h.Test) > 1 {
		if h.Test[0] == "CMD" {
			d.process(h.Test[1:])
			return
		}
		sh := config.Shell
		if len(sh) == 0 {
			sh = []string{"/bin/sh", "-c"}
		}
		d.process(append(slices.Clone(sh), h.Test[1]))
	}
}

// process judges the words of a process.
func (d *division) process(argv []string) {
	if len(argv) == 0 {
		return
	}
	base := d.after.graph.base()
	script, isScript := validate.NewScript(argv)
	d.java(script)
	if !isScript {
		d.program(argv[0])
		return
	}
	if !d.shell(base) && !d.covered(argv[0]) {
		d.note(unsound("`%s` needs a shell, which the image does not have", strings.Join(argv, " ")))
		return
	}
	names, _ := script.Programs()
	for _, name := range names {
		d.program(name)
	}
}

// essential are programs that each of Debian's images, and busybox, has, with the words of the shell itself. Source: packages.debian.org
// (essential packages), POSIX.1-2024.
var essential = strings.Fields("sh dash : . [ alias break cat cd chmod chown cp cut date dirname basename echo env eval exec exit export expr false find grep head id kill ln ls mkdir mv nice printf pwd read rm sed seq set shift sleep sort stat tail test touch tr trap true umask uname unset wait wc xargs awk bash")

// distributionPrograms are those that each image of a distribution has for its packages and users.
var distributionPrograms = map[string]string{
	"debian": "apt-get apt dpkg useradd groupadd adduser addgroup usermod", "ubuntu": "apt-get apt dpkg useradd groupadd usermod", "alpine": "apk adduser addgroup",
}

// packagePrograms are programs that images start and that a package of another name has. Source: packages.debian.org, contents of packages.
var packagePrograms = map[string]string{"supervisord": "supervisor", "supervisorctl": "supervisor", "crond": "cron", "apache2ctl": "apache2", "redis-cli": "redis-tools", "gs": "ghostscript"}

// installs reports whether the image installs a package that has a program.
func (d *division) installs(program string) bool {
	return slices.Contains(d.installed, program) || packagePrograms[program] != "" && slices.Contains(d.installed, packagePrograms[program])
}

// program judges whether a program is there.
func (d *division) program(name string) {
	base := d.after.graph.base()
	switch {
	case strings.Contains(name, "\x00"):
		return
	case strings.Contains(name, "/"):
		p := name
		if !path.IsAbs(p) {
			p = path.Join(d.dir(), p)
		}
		system := slices.Contains([]string{"/bin", "/usr/bin", "/sbin", "/usr/sbin"}, path.Dir(p)) && d.shell(base) && (slices.Contains(essential, path.Base(p)) || d.installs(path.Base(p)))
		if d.covered(p) || system || d.inJavaHome(p) {
			return
		}
	case slices.ContainsFunc(d.copied, func(c string) bool { return path.Base(c) == name }) || d.copiedFolder(name) || d.links(name):
		return
	case d.shell(base) && (slices.Contains(essential, name) || d.installs(name)) || d.interprets(name):
		return
	case name != "" && slices.Contains(strings.Fields(distributionPrograms[d.facts(base).Distro]), name):
		return
	}
	d.note(unsound("the image does not have %s, which it runs", name))
}

// links reports whether a step of the image makes a link by the name of a program.
func (d *division) links(program string) bool {
	return slices.ContainsFunc(d.repeats, func(s validate.Script) bool {
		return slices.ContainsFunc(s.LinkedPaths(), func(link string) bool { return path.Base(link) == program })
	})
}

// copiedFolder reports whether a folder of PATH is copied whole: it may have the program.
func (d *division) copiedFolder(string) bool {
	for _, kv := range d.after.image.Config.Env {
		if list, ok := strings.CutPrefix(kv, "PATH="); ok {
			return slices.ContainsFunc(strings.Split(list, ":"), d.covered)
		}
	}
	return false
}
