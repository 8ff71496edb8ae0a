package validate

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
)

// A Loss is something that a step no longer leaves behind: a package index, the store of a
// package manager, or a file that it made.
type Loss struct {
	what    loss
	manager *manager
	// Path is the file or directory, as far as it can be told; "" for a package index or store.
	Path string
	// Moved is set for an update that is gone: it must come back before the end of the image's steps.
	Moved bool
}

func (l Loss) String() string {
	switch l.what {
	case losesIndex:
		return "the package lists of " + l.manager.name
	case losesStore:
		return "the downloads of " + l.manager.name
	}
	return l.Path
}

// judge checks each noted difference where it stands.
func (m *matcher) judge(after *unit) Judgement {
	j := Judgement{Verdict: transform.Verdict{Status: transform.Refines}}
	all := after.all()
	indexes := map[*manager]*indexLoss{}
	for _, e := range m.edits {
		losses, why := m.judgeEdit(e, after, all)
		if why != "" {
			return unsound(why)
		}
		for _, l := range losses {
			if l.what == losesIndex {
				lossOf(indexes, l.manager).add(e, l)
				continue
			}
			j.Verdict = j.Worse(l.usedBy(after.Script, following(all, e.call)))
			j.Losses = append(j.Losses, l)
		}
	}
	for _, dir := range m.gained {
		mounted := m.judgeMount(dir, after, all)
		j.Verdict = j.Worse(mounted.Verdict)
		for _, l := range mounted.Losses {
			if l.what == losesIndex {
				lossOf(indexes, l.manager).hidden = true
				continue
			}
			j.Losses = append(j.Losses, l)
		}
	}
	for i := range managers {
		if l := indexes[&managers[i]]; l != nil {
			j.judgeIndex(m, after, &managers[i], l)
		}
	}
	return j
}

// An indexLoss is how a script loses a package index.
type indexLoss struct {
	at map[*syntax.Stmt]bool
	// moved is set when an update is gone, hidden when a mount hides the index.
	moved, hidden bool
}

func lossOf(indexes map[*manager]*indexLoss, pm *manager) *indexLoss {
	if indexes[pm] == nil {
		indexes[pm] = &indexLoss{at: map[*syntax.Stmt]bool{}}
	}
	return indexes[pm]
}

func (i *indexLoss) add(e edit, l Loss) {
	if i.moved = i.moved || l.Moved; !l.Moved {
		i.at[e.call.stmt] = true
	}
}

// judgeIndex follows a package index that the script loses.
func (j *Judgement) judgeIndex(m *matcher, after *unit, pm *manager, l *indexLoss) {
	start := asBefore
	if l.moved || l.hidden {
		start = gone
	}
	v, end := after.followIndex(pm, l.at, start)
	if l.hidden && v.Status == transform.Unsound && slices.ContainsFunc(after.all(), func(c *call) bool { return managerOf(c) == pm && pm.fetchesIndex(c) }) {
		v.Status = transform.Unproven // the update may be skipped, and lists of the base image may have been used
	}
	j.Verdict = j.Worse(v)
	if l.hidden && !m.endsWithIndex(pm) && !l.moved && len(l.at) == 0 {
		return
	}
	if end == gone || l.hidden {
		j.Losses = append(j.Losses, Loss{what: losesIndex, manager: pm, Moved: l.moved && end == gone})
	}
}

// endsWithIndex reports whether the scripts before may leave an index behind: not when they
// remove it after they have fetched it for the last time.
func (m *matcher) endsWithIndex(pm *manager) bool {
	there := true
	for _, u := range m.units {
		for _, c := range u.all() {
			switch {
			case u.removesIndex(pm, c):
				there = false
			case managerOf(c) == pm && pm.fetchesIndex(c):
				there = true
			}
		}
	}
	return there
}

// following returns the calls behind c.
func following(all []*call, c *call) []*call {
	return slices.DeleteFunc(slices.Clone(all), func(o *call) bool { return o.stmt.Pos().Offset() <= c.stmt.Pos().Offset() })
}

// preceding returns the calls in front of c.
func preceding(all []*call, c *call) []*call {
	return slices.DeleteFunc(slices.Clone(all), func(o *call) bool { return o.stmt.Pos().Offset() >= c.stmt.Pos().Offset() })
}

// at returns the call of the list that stands where c does: the same command, with its directory.
func at(all []*call, c *call) *call {
	for _, o := range all {
		if o.stmt.Pos() == c.stmt.Pos() {
			return o
		}
	}
	return c
}

func (m *matcher) judgeEdit(e edit, after *unit, all []*call) ([]Loss, string) {
	switch e.kind {
	case insertedCommand:
		return m.judgeInsertion(at(all, e.call), after, all)
	case insertedFlag:
		pm := managerOf(e.call)
		updating := slices.DeleteFunc(slices.Clone(pm.updating), func(f string) bool { return f == e.flag })
		if len(pm.index) > 0 && e.call.has(updating...) {
			return []Loss{{what: losesIndex, manager: pm}}, ""
		}
	case insertedPath:
		return m.judgePath(at(all, e.call), e.word, after, all)
	case removedCommand:
		return m.judgeRemoval(e.call)
	case removedPath:
		return nil, m.mounted(e.call, e.flag)
	}
	return nil, ""
}

func (m *matcher) judgeInsertion(c *call, after *unit, all []*call) ([]Loss, string) {
	switch {
	case m.claim.Allows(transform.CacheMounts) && keepsDownloads(c):
		return nil, ""
	case updates(c):
		return nil, m.judgeUpdate(c, after, all)
	case c.program == "rm":
		return m.judgeRemove(c, after, all)
	}
	pm := managerOf(c)
	what, _ := pm.emptiedBy(c)
	return lost(pm, what), m.permitted(c, all, pm)
}

func lost(pm *manager, what loss) []Loss {
	if what == losesNothing {
		return nil
	}
	return []Loss{{what: what, manager: pm}}
}

// judgeUpdate checks that an update that was added stands directly before an install.
func (m *matcher) judgeUpdate(c *call, after *unit, all []*call) string {
	next := following(all, c)
	if len(next) == 0 || managerOf(next[0]) != managerOf(c) || !managerOf(c).needsIndex(next[0]) {
		return fmt.Sprintf("`%s` was added, but no install follows it", c)
	}
	if next[0].sudo != c.sudo {
		return fmt.Sprintf("`%s` runs as another user than the install behind it", c)
	}
	return ""
}

// permitted checks that the step may do what was added: as the user that also ran the manager.
func (m *matcher) permitted(c *call, all []*call, pm *manager) string {
	for _, o := range preceding(all, c) {
		if managerOf(o) == pm && slices.Contains(pm.installs, o.verb()) && o.sudo != c.sudo {
			return fmt.Sprintf("`%s` runs as another user than `%s`", c, o)
		}
	}
	return ""
}

// judgeRemove checks an rm that was added: each path is a cache, or something that the same
// script has made and does not use again.
func (m *matcher) judgeRemove(c *call, after *unit, all []*call) ([]Loss, string) {
	var losses []Loss
	for i, word := range c.words {
		if i < len(c.words)-len(c.args) || strings.HasPrefix(word, "-") {
			continue
		}
		ls, why := m.judgePath(c, i, after, all)
		if why != "" {
			return nil, why
		}
		losses = append(losses, ls...)
	}
	return losses, ""
}

// judgePath checks word i of an rm.
func (m *matcher) judgePath(c *call, i int, after *unit, all []*call) ([]Loss, string) {
	if !c.short("f") && !c.has("--force") {
		return nil, fmt.Sprintf("`%s` fails where there is nothing to remove", c)
	}
	pm, what, ok := after.cacheAt(c.words[i])
	if !ok {
		loss, why := after.made(c, c.words[i], c.expr.Args[i], all)
		if why != "" || loss.Path == "" {
			return nil, why
		}
		return []Loss{loss}, ""
	}
	if !c.recursive() && !strings.HasPrefix(c.words[i], "/var/cache/apk/") && !strings.Contains(path.Base(c.words[i]), "*_*") {
		return nil, fmt.Sprintf("`%s` fails at directories", c)
	}
	return lost(pm, what), m.reaches(c, c.words[i], pm, all)
}

func (c *call) recursive() bool { return c.short("r") || c.short("R") || c.has("--recursive") }

// reaches checks that the user who removes a cache may look into its directory: rm -f fails
// where it may not.
func (m *matcher) reaches(c *call, dir string, pm *manager, all []*call) string {
	if strings.HasPrefix(dir, "/root") && !m.after.Root() && !c.sudo {
		return fmt.Sprintf("the user %s may not look into %s", m.after.User, dir)
	}
	return m.permitted(c, all, pm)
}
