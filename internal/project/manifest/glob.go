package manifest

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// The bounds of the search for the members of a workspace.
const (
	maxFolders = 10_000
	maxLevels  = 16
)

// Glob returns the folders below dir that match one of the patterns and, read in order, none of the
// later ones that begin with "!". In a pattern * and ? stand for characters of one name, ** for any
// number of folders, {a,b} for one of the names. Folders named node_modules, and those whose name
// begins with a dot, are not entered. It looks 16 levels deep; more than 10,000 folders are an error.
func Glob(fsys fs.FS, dir string, patterns []string) ([]string, error) {
	var matchers []matcher
	for _, p := range patterns {
		negated := strings.HasPrefix(p, "!")
		for _, alternative := range braces(strings.TrimPrefix(p, "!")) {
			matchers = append(matchers, matcher{negated, strings.Split(path.Clean(alternative), "/")})
		}
	}
	g := globber{fsys: fsys, matchers: matchers, budget: maxFolders}
	err := g.walk(dir, nil)
	return g.found, err
}

type matcher struct {
	negated  bool
	segments []string
}

type globber struct {
	fsys     fs.FS
	matchers []matcher
	budget   int
	found    []string
}

// walk collects the folders at and below dir, whose names below the first one are names.
func (g *globber) walk(dir string, names []string) error {
	if g.budget--; g.budget < 0 {
		return fmt.Errorf("more than %d folders to look for workspaces in", maxFolders)
	}
	if g.matches(names) {
		g.found = append(g.found, dir)
	}
	if len(names) == maxLevels || !slices.ContainsFunc(g.matchers, func(m matcher) bool { return !m.negated && leads(m.segments, names) }) {
		return nil
	}
	entries, err := fs.ReadDir(g.fsys, dir)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, cause(err))
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() != "node_modules" && !strings.HasPrefix(e.Name(), ".") {
			if err := g.walk(path.Join(dir, e.Name()), append(slices.Clip(names), e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *globber) matches(names []string) bool {
	found := false
	for _, m := range g.matchers {
		if matchSegments(m.segments, names) {
			found = !m.negated
		}
	}
	return found
}

// matchSegments reports whether a pattern matches names, "." being no names at all.
func matchSegments(pattern, names []string) bool {
	for len(pattern) > 0 {
		switch {
		case pattern[0] == ".":
			pattern = pattern[1:]
		case pattern[0] == "**":
			// Two in a row say what one does; without this they cost a power of the depth each.
			for len(pattern) > 1 && pattern[1] == "**" {
				pattern = pattern[1:]
			}
			for skip := range len(names) + 1 {
				if matchSegments(pattern[1:], names[skip:]) {
					return true
				}
			}
			return false
		case len(names) == 0 || !matchName(pattern[0], names[0]):
			return false
		default:
			pattern, names = pattern[1:], names[1:]
		}
	}
	return len(names) == 0
}

// leads reports whether a folder below names may match.
func leads(pattern, names []string) bool {
	for i, p := range pattern {
		switch {
		case p == "**":
			return true
		case i == len(names):
			return p != "."
		case !matchName(p, names[i]):
			return false
		}
	}
	return false
}

func matchName(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}

// braces returns what a pattern with one {a,b} stands for; others are taken as they are.
func braces(pattern string) []string {
	before, rest, open := strings.Cut(pattern, "{")
	inner, after, closed := strings.Cut(rest, "}")
	if !open || !closed || strings.ContainsAny(inner+after, "{}") {
		return []string{pattern}
	}
	var all []string
	for alternative := range strings.SplitSeq(inner, ",") {
		all = append(all, before+alternative+after)
	}
	return all
}
