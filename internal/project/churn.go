package project

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/transform"
)

// A History tells what past changes to a build context touched.
type History interface {
	// Changes returns the paths that each of the last changes touched, newest first, relative to the
	// context. What lies outside of the context is left out, and so are changes that touch nothing else.
	Changes() [][]string
	// Tracked reports whether the history knows what is at or below a path. What it does not know may
	// change all the time.
	Tracked(path string) bool
}

// minChanges is how many changes a history must have: below that a share says little, and a shallow
// clone has one or a few.
const minChanges = 20

// changes are the past changes to what the build receives.
type changes struct {
	// paths are those of each change that are not ignored.
	paths [][]string
}

// Churn implements transform.Project.
func (p *Project) Churn(paths ...string) transform.Churn {
	p, done := p.common()
	defer done()
	known, unknown := p.tracked(paths)
	churn := transform.Churn{Source: "no such files"}
	if len(known) > 0 {
		churn = p.changes.churn(known)
	}
	if len(unknown) > 0 {
		if c := p.byKind(unknown); c.Share > churn.Share || len(known) == 0 {
			churn = c
		}
	}
	return churn
}

// tracked parts paths into those that the history knows and the others.
func (p *Project) tracked(paths []string) (known, unknown []string) {
	if p.changes == nil {
		p.changes = p.readChanges()
	}
	if len(p.changes.paths) < minChanges {
		return nil, paths
	}
	for _, name := range paths {
		if p.history.Tracked(name) {
			known = append(known, name)
		} else {
			unknown = append(unknown, name)
		}
	}
	return known, unknown
}

// readChanges reads the history, without what the ignore file hides: a change of that alone counts
// as a change, but touches nothing.
func (p *Project) readChanges() *changes {
	c := &changes{}
	if p.history == nil {
		return c
	}
	f, ignored := p.ignoreFile(), map[string]bool{}
	for _, touched := range p.history.Changes() {
		c.paths = append(c.paths, slices.DeleteFunc(slices.Clone(touched), func(name string) bool {
			hidden, ok := ignored[name]
			if !ok {
				m, skipped := f.matchFolder(name)
				hidden = skipped || m.ignored
				ignored[name] = hidden
			}
			return hidden
		}))
	}
	return c
}

// churn counts the changes that touch what is at or below one of the paths.
func (c *changes) churn(paths []string) transform.Churn {
	n := 0
	for _, touched := range c.paths {
		if slices.ContainsFunc(touched, func(name string) bool { return isBelow(name, paths) }) {
			n++
		}
	}
	return transform.Churn{
		Share:  float64(n) / float64(len(c.paths)),
		Source: fmt.Sprintf("%d of the last %d commits", n, len(c.paths)),
	}
}

// isBelow reports whether a file is at or below one of the paths.
func isBelow(name string, paths []string) bool {
	for _, p := range paths {
		if p == "." || name == p || strings.HasPrefix(name, p) && name[len(p)] == '/' {
			return true
		}
	}
	return false
}

// byKind tells by the kinds of files that there are. It is the share of the kind that changes most; that of a
// single file is smaller.
func (p *Project) byKind(paths []string) transform.Churn {
	var found kindSet
	for _, name := range paths {
		s, err := p.below(name)
		if err != nil { // too large or not readable: the name is all there is
			s.kinds = fileKind(path.Base(name), folderKind(name))
		}
		found |= s.kinds
	}
	most, ok := found.most()
	if !ok {
		return transform.Churn{Source: "no such files"}
	}
	return transform.Churn{Share: most.share, Source: most.name}
}
