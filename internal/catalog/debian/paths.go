package debian

import "strings"

// The places of files of a kind, without leading slash. /bin, /sbin and /lib are links to /usr/bin, /usr/sbin and
// /usr/lib from bookworm on; before, a package has its files in one or the other.
var (
	commandFolders   = []string{"usr/bin/", "usr/sbin/", "bin/", "sbin/", "usr/games/"}
	libraryFolders   = []string{"usr/lib/x86_64-linux-gnu/", "lib/x86_64-linux-gnu/", "usr/lib/", "lib/", "usr/lib64/", "lib64/"}
	pkgConfigFolders = []string{"usr/lib/x86_64-linux-gnu/pkgconfig/", "usr/lib/pkgconfig/", "usr/share/pkgconfig/"}
)

// CommandKey returns the name of the command that a path is, "" if it is none.
func CommandKey(path string) string { return inFolder(path, commandFolders) }

// LibraryKey returns the file name of the library that the linker or the loader finds at a path, shared or
// static; "" if it is none.
func LibraryKey(path string) string {
	name := inFolder(path, libraryFolders)
	if strings.HasSuffix(name, ".so") || strings.Contains(name, ".so.") || strings.HasSuffix(name, ".a") {
		return name
	}
	return ""
}

// PkgConfigKey returns the name of the module that a pkg-config file describes, "" if the path is none.
func PkgConfigKey(path string) string {
	name, ok := strings.CutSuffix(inFolder(path, pkgConfigFolders), ".pc")
	if !ok {
		return ""
	}
	return name
}

// inFolder returns the name of a file right in one of the folders, "" if it is elsewhere.
func inFolder(path string, folders []string) string {
	for _, f := range folders {
		if name, ok := strings.CutPrefix(path, f); ok && !strings.Contains(name, "/") {
			return name
		}
	}
	return ""
}

const (
	includeFolder = "usr/include/"
	machineFolder = "x86_64-linux-gnu/"
)

// HeaderKey returns the key of a header below /usr/include, its path backwards: mysql/mysql.h is
// "mysql.h/mysql". Headers are often included by the end of their path, since pkg-config adds
// folders to the compiler's list; backwards, that end is a prefix. "" if the path is none.
func HeaderKey(path string) string {
	name, ok := strings.CutPrefix(path, includeFolder)
	if !ok {
		return ""
	}
	return backwards(strings.TrimPrefix(name, machineFolder))
}

// backwards turns the parts of a path round.
func backwards(path string) string {
	parts := strings.Split(path, "/")
	for i, k := 0, len(parts)-1; i < k; i, k = i+1, k-1 {
		parts[i], parts[k] = parts[k], parts[i]
	}
	return strings.Join(parts, "/")
}

// HeaderSuffix returns the beginning of the keys of all headers whose path ends with that of an #include.
func HeaderSuffix(include string) string { return backwards(strings.Trim(include, "/")) }

// HeaderPath returns the path below /usr/include of a key, with a slash at the end if it is that of a folder.
func HeaderPath(key string) string { return backwards(key) }
