package order

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// unknownDir begins the path of a working directory that is not known: that of an unknown base
// image, or one by a variable. Paths below the same one can be compared with each other.
const unknownDir = "/?"

// dir returns the working directory of an instruction.
func (o *orderer) dir(in *transform.Instruction) string {
	if dir := in.State().Dir; dir != "" {
		return dir
	}
	set := 0 // the WORKDIR that makes it unknown; 0 for the base image
	for prev := in.Prev(); prev != nil; prev = prev.Prev() {
		if prev.Keyword == "WORKDIR" {
			set = prev.Index
			break
		}
	}
	return fmt.Sprint(unknownDir, set)
}

// symbol returns the unknown working directory that a path lies below, "" if it is an absolute path.
func symbol(name string) string {
	if !strings.HasPrefix(name, unknownDir) {
		return ""
	}
	first, _, _ := strings.Cut(name[1:], "/")
	return first
}

func (o *orderer) abs(in *transform.Instruction, name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(o.dir(in), name)
}

// ignored reports whether the ignore file keeps a path from the build.
func (o *orderer) ignored(name string) bool { return o.Project != nil && o.Project.Ignored(name) }

// public are folders in which programs of the system look for what they run or obey. Source:
// Filesystem Hierarchy Standard 3.0.
var public = []string{
	"bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc", "boot", "dev", "proc", "sys", "run",
	"usr/bin", "usr/sbin", "usr/lib", "usr/lib32", "usr/lib64", "usr/libexec", "usr/include", "usr/share", "usr/etc",
	"usr/local/bin", "usr/local/sbin", "usr/local/lib", "usr/local/lib64", "usr/local/include", "usr/local/share", "usr/local/etc", "usr/local/libexec",
	"usr/src/php", "var/lib", "var/cache", "var/log", "var/run", "var/spool", "var/lock", "var/tmp",
	"opt/conda", "opt/venv", "go/bin",
}

// homes are the home of root and the folder of all others; files with one of the names of settings are obeyed
// by programs there.
var homes = []string{"root", "home"}

var settings = []string{
	".npmrc", ".yarnrc", ".yarnrc.yml", ".pip", ".config", ".condarc", ".ssh", ".gitconfig", ".curlrc", ".wgetrc", ".netrc", ".cargo", ".m2", ".gradle",
	".bundle", ".gemrc", ".composer", ".nuget", ".profile", ".bashrc", ".bash_profile", ".cache", ".local", ".docker", ".hex", ".mix", ".pypirc", ".pydistutils.cfg", ".fonts", ".fontconfig",
}

// obeyed reports whether programs that have nothing to do with the project may read what a
// transfer writes: it goes to a folder of the system, or may.
func (o *orderer) obeyed(t *transfer) bool {
	return slices.ContainsFunc(t.entries, func(e entry) bool {
		name := strings.TrimPrefix(e.image, "/")
		if symbol(e.image) != "" {
			_, name, _ = strings.Cut(name, "/") // it may be that of the file system
		}
		if !e.dir {
			return publicPath(name)
		}
		return publicPath(name) || o.holdsPublic(e, name)
	})
}

// publicPath reports whether a path, without the slash in front, lies in a folder of the system,
// or is one of the settings in a home.
func publicPath(name string) bool {
	for _, folder := range public {
		if rest, ok := strings.CutPrefix(name, folder); ok && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	for _, home := range homes {
		rest, ok := strings.CutPrefix(name, home)
		if !ok || rest == "" || rest[0] != '/' {
			continue
		}
		if rest = rest[1:]; home == "home" { // the user's name
			_, rest, _ = strings.Cut(rest, "/")
		}
		if file, _, _ := strings.Cut(rest, "/"); slices.Contains(settings, file) {
			return true
		}
	}
	return false
}

// holdsPublic reports whether a folder that is copied to name, which may be "" for the root of the
// file system, has something in it for a folder of the system.
func (o *orderer) holdsPublic(e entry, name string) bool {
	depth := 0
	if parts := strings.Split(name, "/"); name != "" {
		depth = len(parts)
	}
	around := depth == 0 || name == "usr" || name == "usr/local" || name == "var" || name == "opt" || name == "go" || name == "home" || name == "root"
	if ok, _ := path.Match("home/*", name); !ok && !around {
		return false
	}
	switch {
	case !e.exact:
		return true
	case o.Project == nil:
		return listsPublic(o.Files, o.ignored, e.context, name)
	}
	return o.Project.Remember(copied{e.context, name}, func(p transform.Project) any { return listsPublic(p, p.Ignored, e.context, name) }).(bool)
}

// A copied is a folder of the context that is copied to a place of the image, without the slash in front.
type copied struct{ context, to string }

// listsPublic reports whether a folder of the context has something in it for a folder of the system when it is copied to name.
func listsPublic(files fs.FS, ignored func(string) bool, folder, name string) bool {
	list, err := fs.ReadDir(files, folder)
	if err != nil {
		return true
	}
	return slices.ContainsFunc(list, func(d fs.DirEntry) bool {
		inside := path.Join(name, d.Name())
		top := inside == "usr" || inside == "var" || inside == "opt" || inside == "home" || inside == "root" || inside == "go"
		return (publicPath(inside) || d.IsDir() && top) && !ignored(path.Join(folder, d.Name()))
	})
}

// usual are folders besides the public ones that each base image has.
var usual = []string{"", "opt", "srv", "mnt", "media", "tmp", "home", "root", "usr", "usr/src", "usr/local", "usr/local/src", "var", "var/tmp"}

// lacksFolder returns a folder in which command c of in makes something and which is there only because t makes
// it, "" if there is none.
func (o *orderer) lacksFolder(t *transfer, in *transform.Instruction, c call) string {
	if path.Base(c.Name()) == "mkdir" {
		return "" // see ownFolder
	}
	for _, p := range c.effect.Makes {
		dir := path.Dir(p.Name)
		name := strings.TrimPrefix(dir, "/")
		if !slices.Contains(usual, name) && !publicPath(name) && o.alone(t, in, dir) {
			return dir
		}
	}
	return ""
}

// alone reports whether t makes a folder that no WORKDIR above an instruction makes.
func (o *orderer) alone(t *transfer, in *transform.Instruction, dir string) bool {
	around := func(e entry) bool { return !e.dir && (path.Dir(e.image) == dir || below(e.image, dir)) }
	if !o.makes(t, dir) && !slices.ContainsFunc(t.entries, around) {
		return false
	}
	return !slices.ContainsFunc(o.chain(in.Stage), func(s *transform.Stage) bool {
		return slices.ContainsFunc(s.Instructions, func(other *transform.Instruction) bool {
			if other.Keyword != "WORKDIR" || other.Next() == nil || s == in.Stage && other.Index > in.Index {
				return false
			}
			made := o.dir(other.Next())
			return made == dir || below(made, dir)
		})
	})
}

// maxLinks bounds how many entries of a folder are looked at.
const maxLinks = 10_000

// link returns a symbolic link among the folders in which a need lies, or in the folder that it is; "" if there is
// none. A copy by name follows it and makes a folder, over which no later copy can put the link; one within a folder
// may lead to what is not there yet.
func (o *orderer) link(n need) string {
	for name := n.context; name != "."; name = path.Dir(name) {
		if (n.dir || name != n.context) && o.isLink(name) {
			return name
		}
	}
	if !n.dir {
		return ""
	}
	found, seen := "", 0
	err := fs.WalkDir(o.Files, n.context, func(name string, d fs.DirEntry, err error) error {
		if seen++; err == nil && d.Type()&fs.ModeSymlink != 0 {
			found = name
		}
		if found != "" || seen > maxLinks {
			return fs.SkipAll
		}
		return err
	})
	if err != nil {
		return n.context
	}
	return found
}

func (o *orderer) isLink(name string) bool {
	list, _ := fs.ReadDir(o.Files, path.Dir(name))
	return slices.ContainsFunc(list, func(d fs.DirEntry) bool { return d.Name() == path.Base(name) && d.Type()&fs.ModeSymlink != 0 })
}

// websites is where the packages of web servers have files of their own. Source: the file lists of Debian's and
// Alpine's packages apache2, nginx and lighttpd.
const websites = "/var/www"

// plainPackages are packages of systems that bring no web server, not even by what they recommend; patterns of
// path.Match. Source: the dependencies of Debian's packages.
var plainPackages = []string{
	"lib*", "zlib*", "*-dev", "*-client", "git", "curl", "wget", "unzip", "zip", "gnupg", "gnupg2", "ca-certificates", "vim", "nano", "sudo", "cron", "supervisor",
	"locales", "tzdata", "procps", "less", "bash", "openssl", "acl", "gettext", "gettext-base", "build-essential", "g++", "gcc", "make", "autoconf", "pkg-config",
	"jq", "rsync", "ffmpeg", "imagemagick", "ghostscript", "jpegoptim", "optipng", "pngquant", "gifsicle", "nodejs", "yarn", "sqlite3", "sqlite", "icu-libs",
}

// webWords are parts of the names of packages that may bring one all the same, such as libapache2-mod-php.
var webWords = []string{"apache", "nginx", "httpd", "lighttpd", "php", "web", "libjs"}

// serves returns the package of a system that c may install, and that may have files among those that t copies;
// "" if there is none.
func (o *orderer) serves(t *transfer, c call) string {
	use, argv := c.effect.Use, c.Argv()
	if !slices.Contains(system, use.Manager.Ecosystem) || use.Verb != pkgmgr.Install || !o.touches(t, websites, true) && !o.touches(t, websites+"/html", true) {
		return ""
	}
	for _, i := range use.Packages {
		name, _, _ := strings.Cut(argv[i], "=")
		is := func(part string) bool { return strings.Contains(name, part) }
		plain := slices.ContainsFunc(plainPackages, func(pattern string) bool { ok, _ := path.Match(pattern, name); return ok })
		if !plain || slices.ContainsFunc(webWords, is) {
			return argv[i]
		}
	}
	return ""
}
