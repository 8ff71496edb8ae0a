package catalog

import (
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/table"
)

// A FileKind is a way of naming a file.
type FileKind string

// The kinds of files.
const (
	Command   FileKind = "command"    // what a shell finds in PATH: "mysql_config"
	Header    FileKind = "header"     // what #include names: "mysql/mysql.h", or any end of a path: "mysql.h"
	Library   FileKind = "library"    // the file of a library: "libpq.so.5", "libpq.so", "libz.a"
	PkgConfig FileKind = "pkg-config" // what pkg-config is asked for: "libpq"
	Path      FileKind = "path"       // an absolute path: "/usr/share/zoneinfo/Europe/Berlin"
)

// FileKinds are all kinds, in the order in which one looks for a bare name.
var FileKinds = []FileKind{Command, Header, Library, PkgConfig, Path}

// An Owner is what installs a file.
type Owner struct {
	// Packages each hold the file, or the folder that is in Match; sorted. One of them is enough, but
	// where there are several the catalog does not choose.
	Packages []string
	// Match is what was found, where it is not the name itself: the whole path of a header, the folder that
	// belongs to the packages, or the reason of an override.
	Match  string
	Source Source
}

// maxOwners bounds how many packages a folder or the end of a header's path is told to belong to.
const maxOwners = 12

// FileOwner returns the packages of a release that hold a file; ok is false if none is known to.
func FileOwner(r debian.Release, kind FileKind, name string) (Owner, bool) {
	if o, ok := overridden(r, kind, name); ok {
		return o, true
	}
	o := indexOwner(r, kind, name)
	return o, len(o.Packages) > 0
}

// indexOwner is FileOwner without what is said by hand.
func indexOwner(r debian.Release, kind FileKind, name string) Owner {
	var o Owner
	switch kind {
	case Command:
		o = exactOwner(commands, r, name)
	case Library:
		o = exactOwner(libraries, r, name)
	case PkgConfig:
		o = exactOwner(pkgConfig, r, name)
	case Header:
		o = headerOwner(r, name)
	case Path:
		o = pathOwner(r, name)
	}
	o.Source = index(r, "Contents")
	return o
}

func exactOwner(t *table.Table, r debian.Release, name string) Owner {
	text, _ := get(t, name)
	return Owner{Packages: names(debian.In(text, r))}
}

// names splits a value of the tables of files.
func names(value string) []string {
	if value == "" {
		return nil
	}
	return strings.Split(value, ",")
}

// headerOwner looks for a header of exactly this path, in the folder of a package that has too many headers to
// list, then for paths that end with this one, and last for such folders whose path ends so.
func headerOwner(r debian.Release, name string) Owner {
	key := debian.HeaderSuffix(name)
	_, folder, inFolder := strings.Cut(key, "/")
	folder = "/" + folder
	if o := exactOwner(headers, r, key); len(o.Packages) > 0 {
		return o
	}
	if o := exactOwner(headers, r, folder); inFolder && len(o.Packages) > 0 {
		o.Match = headerMatch(folder)
		return o
	}
	if o := nearestHeaders(r, key+"/"); len(o.Packages) > 0 || !inFolder {
		return o
	}
	return nearestHeaders(r, folder+"/")
}

// nearestHeaders returns the packages of the headers whose key begins with prefix. Of those, the
// shortest paths count: pkg-config names folders near the top.
func nearestHeaders(r debian.Release, prefix string) Owner {
	var o Owner
	depth := 0
	err := headers.Scan(prefix, func(key, value string) bool {
		found, slashes := names(debian.In(value, r)), strings.Count(key, "/")
		switch {
		case found == nil || o.Packages != nil && slashes > depth:
		case o.Packages != nil && slashes == depth:
			o.Packages = append(o.Packages, found...)
		default:
			o, depth = Owner{Packages: found, Match: headerMatch(key)}, slashes
		}
		return true
	})
	return few(o, err)
}

func headerMatch(key string) string { return "/usr/include/" + debian.HeaderPath(key) }

// few sorts the packages of an owner. Too many are as good as none.
func few(o Owner, err error) Owner {
	slices.Sort(o.Packages)
	o.Packages = slices.Compact(o.Packages)
	if err != nil || len(o.Packages) > maxOwners {
		return Owner{}
	}
	return o
}

// pathOwner looks for a file, for the folder above that belongs to one package, and for what is in a folder.
func pathOwner(r debian.Release, name string) Owner {
	key := strings.Trim(name, "/")
	if kind, base := pathKind(key); base != "" {
		o, _ := FileOwner(r, kind, base)
		return o
	}
	for _, key := range []string{key, otherPath(key)} {
		if o := listedPath(r, key); len(o.Packages) > 0 {
			return o
		}
	}
	return Owner{}
}

// otherPath returns the same path with or without usr/: /lib is a link to /usr/lib from bookworm on.
func otherPath(key string) string {
	if rest, ok := strings.CutPrefix(key, "usr/lib/"); ok {
		return "lib/" + rest
	}
	return "usr/" + key
}

func listedPath(r debian.Release, key string) Owner {
	found, value, err := paths.Floor(key)
	switch {
	case err != nil:
		return Owner{}
	case found == key:
		return Owner{Packages: names(debian.In(value, r))}
	case strings.HasSuffix(found, "/") && strings.HasPrefix(key, found):
		return Owner{Packages: names(debian.In(value, r)), Match: "/" + found}
	}
	return folderOwners(r, key+"/")
}

// pathKind returns the kind and the name of a path that another table has.
func pathKind(key string) (FileKind, string) {
	for kind, name := range map[FileKind]string{
		Command: debian.CommandKey(key), Library: debian.LibraryKey(key), PkgConfig: debian.PkgConfigKey(key),
	} {
		if name != "" {
			return kind, name
		}
	}
	return Header, debian.HeaderPath(debian.HeaderKey(key)) // "" if it is none
}

// maxScanned bounds how many lines are read for a folder.
const maxScanned = 2000

// folderOwners returns the packages of what is in a folder, unless they are too many.
func folderOwners(r debian.Release, folder string) Owner {
	var o Owner
	scanned := 0
	err := paths.Scan(folder, func(_, value string) bool {
		o.Packages = append(o.Packages, names(debian.In(value, r))...)
		scanned++
		return scanned < maxScanned
	})
	return few(o, err)
}
