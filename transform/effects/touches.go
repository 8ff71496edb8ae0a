package effects

import (
	"path"
	"strings"
)

// Touches reports whether doing something to p concerns what made has created:
// the same path, one below it where p means the tree, or one within a tree that was made.
func (p Path) Touches(made Path) bool {
	if p.Covers(made) {
		return true
	}
	// Archives are what trees are unpacked from, not what is in them.
	return made.Tree && strings.HasPrefix(p.Name, strings.TrimSuffix(made.Name, "/")+"/") && !archive(p.Name)
}

// Covers reports whether all of o lies within p.
func (p Path) Covers(o Path) bool {
	if matches(p.Name, o.Name) {
		return true
	}
	if p.Tree {
		for dir := path.Dir(o.Name); dir != "/" && dir != "."; dir = path.Dir(dir) {
			if matches(p.Name, dir) {
				return true
			}
		}
	}
	return false
}

func matches(pattern, name string) bool {
	if pattern == name {
		return true
	}
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}

func archive(name string) bool {
	for _, ext := range []string{".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz", ".zst", ".tar", ".zip", ".deb", ".rpm", ".jar", ".whl"} {
		if strings.HasSuffix(name, ext) {
			return true
		}
	}
	return false
}
