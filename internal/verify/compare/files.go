package compare

import (
	"archive/tar"
	"cmp"
	"path"
	"slices"
	"strings"

	"dopt/internal/verify"
	"dopt/internal/verify/result"
)

const (
	// shownPaths is how many files of a group are named, shownGroups how many groups there are.
	shownPaths  = 5
	shownGroups = 50
	// folderDepth is how many parts of a path name the folder that a file is counted under.
	folderDepth = 4
)

// An Owner tells which package of the distribution a file belongs to, "" for none.
type Owner func(path string) string

// Files says which files of two images differ. Folders are left out.
func Files(before, after verify.Tree, ownerBefore, ownerAfter Owner) *result.Files {
	gone, added, changed := newFileSet(ownerBefore), newFileSet(ownerAfter), newFileSet(ownerAfter)
	for name, f := range before {
		if _, ok := after[name]; !ok && f.Type != tar.TypeDir {
			gone.add(name, f.Size)
		}
	}
	for name, f := range after {
		old, ok := before[name]
		switch {
		case f.Type == tar.TypeDir:
		case !ok:
			added.add(name, f.Size)
		case f != old:
			changed.add(name, f.Size)
		}
	}
	return &result.Files{Gone: gone.result(), Added: added.result(), Changed: changed.result()}
}

// A fileSet collects files into groups.
type fileSet struct {
	owner  Owner
	groups map[groupKey]*group
}

type groupKey struct{ pkg, folder string }

// A group keeps the largest of its files, so that a set takes little memory whatever its size.
type group struct {
	files   int
	bytes   int64
	largest []sized
}

type sized struct {
	path  string
	bytes int64
}

func newFileSet(owner Owner) *fileSet {
	return &fileSet{owner: owner, groups: map[groupKey]*group{}}
}

func (s *fileSet) add(name string, size int64) {
	key := groupKey{}
	if s.owner != nil {
		key.pkg = s.owner(name)
	}
	if key.pkg == "" {
		key.folder = folder(name)
	}
	g := s.groups[key]
	if g == nil {
		g = &group{}
		s.groups[key] = g
	}
	g.files++
	g.bytes += size
	g.largest = append(g.largest, sized{name, size})
	if len(g.largest) > 2*shownPaths {
		g.trim()
	}
}

func (g *group) trim() {
	slices.SortFunc(g.largest, func(a, b sized) int {
		return cmp.Or(cmp.Compare(b.bytes, a.bytes), strings.Compare(a.path, b.path))
	})
	g.largest = g.largest[:min(len(g.largest), shownPaths)]
}

// folder returns the first parts of the folder that holds a file.
func folder(name string) string {
	parts := strings.SplitN(path.Dir(name), "/", folderDepth+2)
	return strings.Join(parts[:min(len(parts), folderDepth+1)], "/")
}

func (s *fileSet) result() result.FileSet {
	var set result.FileSet
	for key, g := range s.groups {
		g.trim()
		r := result.FileGroup{Package: key.pkg, Folder: key.folder, Files: g.files, Bytes: g.bytes}
		for _, f := range g.largest {
			r.Paths = append(r.Paths, f.path)
		}
		set.Files += g.files
		set.Bytes += g.bytes
		set.Groups = append(set.Groups, r)
	}
	slices.SortFunc(set.Groups, func(a, b result.FileGroup) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(b.Files, a.Files), strings.Compare(a.Package+a.Folder, b.Package+b.Folder))
	})
	set.Groups = set.Groups[:min(len(set.Groups), shownGroups)]
	return set
}
