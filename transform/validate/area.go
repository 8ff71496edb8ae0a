package validate

import (
	"path"
	"slices"
	"strings"
)

// An Area is a part of the files of an image.
type Area struct {
	// Dir is an absolute path, cleaned.
	Dir string
	// Name is a pattern of path.Match for entries of Dir; each counts with all below it. "" is Dir
	// itself and all below it.
	Name string
	// Deep lets the entries be at any depth below Dir.
	Deep bool
}

// Everything is all files of an image.
var Everything = Area{Dir: "/"}

func (a Area) String() string {
	if a.Deep {
		return path.Join(a.Dir, "**", a.Name)
	}
	return path.Join(a.Dir, a.Name)
}

// Holds reports whether a path is in the area.
func (a Area) Holds(p string) bool {
	rest, ok := below(p, a.Dir)
	switch {
	case !ok:
		return false
	case a.Name == "":
		return true
	}
	for part := range strings.SplitSeq(rest, "/") {
		if ok, _ := path.Match(a.Name, part); ok {
			return true
		}
		if !a.Deep {
			return false
		}
	}
	return false
}

// Overlaps reports whether two areas may share a path.
func (a Area) Overlaps(b Area) bool {
	switch _, ok := below(a.Dir, b.Dir); {
	case !ok:
		_, ok = below(b.Dir, a.Dir)
		return ok && (a.Name == "" || a.Deep || a.Holds(b.Dir))
	case a.Dir != b.Dir:
		return b.Name == "" || b.Deep || b.Holds(a.Dir)
	}
	if a.Name == "" || b.Name == "" || a.Deep || b.Deep || strings.ContainsAny(a.Name+b.Name, `*?[\`) {
		return true
	}
	return a.Name == b.Name
}

// below returns the path of p relative to dir, "" for dir itself, if it is there or below.
func below(p, dir string) (rest string, ok bool) {
	if p == dir {
		return "", true
	}
	return strings.CutPrefix(p, strings.TrimSuffix(dir, "/")+"/")
}

// systemDirs are where package managers put programs, libraries and their databases. Source: the
// Filesystem Hierarchy Standard 3.0. The folders in which applications have their own
// places, such as /opt/app, /usr/src/app and /srv/app, are not among them.
var systemDirs = []string{
	"/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/boot", "/etc", "/run",
	"/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/include", "/usr/share", "/usr/games",
	"/usr/local/bin", "/usr/local/sbin", "/usr/local/lib", "/usr/local/lib64", "/usr/local/libexec", "/usr/local/include", "/usr/local/share",
	"/usr/local/etc", "/usr/local/bundle", "/usr/local/cargo", "/usr/local/rustup", "/usr/src/php",
	"/var/lib", "/var/cache", "/var/log", "/var/spool", "/var/mail", "/var/run",
	"/go/pkg", "/go/bin", "/opt/conda", "/opt/venv", "/venv", "/nix",
}

// rootDirs are directories that any base image has.
var rootDirs = []string{
	"/", "/home", "/root", "/opt", "/srv", "/mnt", "/media", "/tmp", "/usr", "/usr/src", "/usr/local", "/usr/local/src", "/var", "/var/tmp", "/go", "/go/src", "/dev", "/proc", "/sys",
}

// InBaseImage reports whether any base image has the directory.
func InBaseImage(dir string) bool {
	return slices.Contains(rootDirs, dir) || slices.Contains(systemDirs, dir)
}

// OfSystem reports whether a directory is one of those in which packages are.
func OfSystem(dir string) bool {
	return slices.ContainsFunc(systemDirs, func(s string) bool { _, ok := below(dir, s); return ok })
}

// homeNames are entries of a home directory in which tools keep settings, caches and packages.
var homeNames = []string{
	".npmrc", ".npm", ".yarnrc", ".yarnrc.yml", ".yarn", ".pnpm-store", ".nvm", ".node-gyp", ".bun", ".pip", ".pypirc", ".pydistutils.cfg", ".condarc",
	".gemrc", ".gem", ".bundle", ".cargo", ".rustup", ".m2", ".gradle", ".sbt", ".ivy2", ".nuget", ".dotnet", ".composer", ".mix", ".hex",
	".cache", ".config", ".local", ".netrc", ".ssh", ".gitconfig", ".git-credentials", ".curlrc", ".wgetrc", ".gnupg", ".fonts", ".profile", ".bashrc", ".bash_profile", "go",
}

// systemAreas are what a package manager may read and write besides a project's own files.
func (s Script) systemAreas() []Area {
	areas := make([]Area, 0, len(systemDirs)+len(homeNames))
	for _, dir := range systemDirs {
		areas = append(areas, Area{Dir: dir})
	}
	for _, name := range homeNames {
		areas = append(areas, Area{Dir: s.homeDir(), Name: name})
	}
	return areas
}

// packageAreas are those of systemAreas in which the package managers of languages write: the system's settings
// and accounts are not theirs.
func (s Script) packageAreas() []Area {
	return slices.DeleteFunc(s.systemAreas(), func(a Area) bool { return a.Dir == "/etc" })
}

// homeDir is the home directory that the script's programs most likely use.
func (s Script) homeDir() string {
	if h, ok := s.env("HOME"); ok && path.IsAbs(h) {
		return path.Clean(h)
	}
	if s.Root() {
		return "/root"
	}
	name, _, _ := strings.Cut(s.User, ":")
	return "/home/" + name
}
