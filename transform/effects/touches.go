package effects

import (
	"path"
	"strings"
)

// Touches reports whether doing something to p concerns what made has created:
// the same path, one below it where p means the tree, or one within a tree that was made.
func (p Path) Touches(made Path) bool {
	if matches(p.Name, made.Name) {
		return true
	}
	if p.Tree {
		for dir := path.Dir(made.Name); dir != "/" && dir != "."; dir = path.Dir(dir) {
			if matches(p.Name, dir) {
				return true
			}
		}
	}
	return made.Tree && strings.HasPrefix(p.Name, strings.TrimSuffix(made.Name, "/")+"/")
}

func matches(pattern, name string) bool {
	if pattern == name {
		return true
	}
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}
