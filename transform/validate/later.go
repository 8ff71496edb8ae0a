package validate

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/transform"
)

// UsedBy judges whether a later step needs what an earlier one lost. over is true when the
// step fetches it anew, so that those after it need not be asked.
func (l Loss) UsedBy(s Script) (v transform.Verdict, over bool) {
	u, err := s.unit()
	if err != nil {
		return transform.Verdict{Status: transform.Unproven, Reasons: []string{fmt.Sprintf("whether a later step needs %s cannot be read", l)}}, false
	}
	return l.usedBy(s, u.all())
}

// usedBy judges calls that come after the loss, in the order in which they run.
func (l Loss) usedBy(s Script, calls []*call) (v transform.Verdict, over bool) {
	for _, c := range calls {
		switch {
		case l.what == losesIndex && managerOf(c) == l.manager && l.manager.fetchesIndex(c):
			return transform.Verdict{Status: transform.Refines}, true
		case l.neededBy(s, c):
			return transform.Verdict{Status: transform.Unsound, Reasons: []string{fmt.Sprintf("`%s` needs %s, gone by then", c, l)}}, false
		case l.what == losesIndex && opaque(c):
			return transform.Verdict{Status: transform.Unproven, Reasons: []string{fmt.Sprintf("`%s` may need %s, gone by then", c, l)}}, false
		}
	}
	return transform.Verdict{Status: transform.Refines}, false
}

// neededBy reports whether a call fails, or has to do work again, for the loss.
func (l Loss) neededBy(s Script, c *call) bool {
	switch l.what {
	case losesIndex:
		return managerOf(c) == l.manager && l.manager.needsIndex(c)
	case losesStore:
		mounted := slices.ContainsFunc(s.Mounted, func(dir string) bool {
			pm, what, ok := s.cacheAt(dir)
			return ok && pm == l.manager && what == losesStore
		})
		return managerOf(c) == l.manager && !mounted
	case losesFile:
		return c.mentions(l.Path) && !removes(c)
	case losesTree:
		return slices.ContainsFunc(c.words[1:], func(w string) bool { return within(s.home(c.resolve(w)), s.home(l.Path)) }) && !removes(c)
	}
	return false
}

// removes reports whether the call only removes things, so that it does not miss any.
func removes(c *call) bool { return c.program == "rm" && c.short("f") || emptiesCache(c) }

// shells are programs that run a script that is a file or comes through a pipe.
var shells = []string{"sh", "bash", "ash", "dash", "zsh", "source", "."}

// opaque reports whether the call runs a script that cannot be seen here.
func opaque(c *call) bool {
	switch path.Ext(c.program) {
	case ".sh", ".bash":
		return true
	}
	for _, sh := range shells {
		if c.program == sh {
			return true
		}
	}
	return strings.HasPrefix(c.words[0], "./")
}

// OnlyUpdates reports whether the script does nothing but fetch a package index, and what is
// lost without it.
func (s Script) OnlyUpdates() (Loss, bool) {
	if !s.posix() {
		return Loss{}, false
	}
	u, err := s.unit()
	if err != nil || len(u.ops) != 1 {
		return Loss{}, false
	}
	c := s.simple(u.ops[0])
	if c == nil || len(c.expr.Assigns) > 0 || !updates(c) {
		return Loss{}, false
	}
	return Loss{what: losesIndex, manager: managerOf(c), Moved: true}, true
}

// UsedByWords judges whether a command line that a container runs needs what is lost.
func (l Loss) UsedByWords(words []string) transform.Verdict {
	for _, w := range words {
		uses := l.what == losesFile && strings.Contains(w, path.Base(l.Path)) || l.what == losesTree && strings.Contains(w, l.Path)
		if l.what == losesStore {
			for _, p := range l.manager.programs {
				uses = uses || path.Base(w) == p || strings.HasPrefix(w, p+" ")
			}
		}
		if uses {
			return transform.Verdict{Status: transform.Unsound, Reasons: []string{fmt.Sprintf("the container runs `%s`, which needs %s", strings.Join(words, " "), l)}}
		}
	}
	return transform.Verdict{Status: transform.Refines}
}
