package validate

import (
	"fmt"
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
}

func (l Loss) String() string {
	switch {
	case l.what == losesIndex:
		return "the package lists of " + l.manager.name
	case l.what == losesStore:
		return "the downloads of " + l.manager.name
	}
	return l.Path
}

// judge checks each noted difference where it stands.
func (m *matcher) judge(after *unit) Judgement {
	j := Judgement{Verdict: transform.Verdict{Status: transform.Refines}}
	all := after.all()
	for _, e := range m.edits {
		losses, why := m.judgeEdit(e, after, all)
		if why != "" {
			return unsound(why)
		}
		for _, l := range losses {
			used, _ := l.usedBy(after.Script, following(all, e.call))
			if used.Status != transform.Refines {
				j.Verdict = j.Verdict.Worse(used)
			}
		}
		j.Losses = append(j.Losses, losses...)
	}
	return j
}

// following returns the calls behind c.
func following(all []*call, c *call) []*call {
	return slices.DeleteFunc(slices.Clone(all), func(o *call) bool { return o.stmt.Pos().Offset() <= c.stmt.Pos().Offset() })
}

// preceding returns the calls in front of c.
func preceding(all []*call, c *call) []*call {
	return slices.DeleteFunc(slices.Clone(all), func(o *call) bool { return o.stmt.Pos().Offset() >= c.stmt.Pos().Offset() })
}

func (m *matcher) judgeEdit(e edit, after *unit, all []*call) ([]Loss, string) {
	switch e.kind {
	case insertedCommand:
		return m.judgeInsertion(e.call, after, all)
	case insertedFlag:
		pm := managerOf(e.call)
		if len(pm.index) > 0 && e.call.has(slices.DeleteFunc(slices.Clone(pm.updating), func(f string) bool { return f == e.flag })...) {
			return []Loss{{what: losesIndex, manager: pm}}, ""
		}
	case removedCommand:
		return m.judgeRemoval(e.call, all)
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
	if why := m.permitted(c, all, pm); why != "" {
		return nil, why
	}
	return lost(pm, what), ""
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
		return fmt.Sprintf("`%s` was added, but no install follows it", after.source(c.stmt))
	}
	if next[0].sudo != c.sudo {
		return fmt.Sprintf("`%s` runs as another user than the install behind it", after.source(c.stmt))
	}
	return ""
}

// permitted checks that the step may do what was added: as the user that also ran the manager.
func (m *matcher) permitted(c *call, all []*call, pm *manager) string {
	for _, o := range preceding(all, c) {
		if managerOf(o) == pm && slices.Contains(pm.installs, o.verb()) && o.sudo != c.sudo {
			return fmt.Sprintf("`%s` runs as another user than `%s`", m.after.source(c.stmt), m.after.source(o.stmt))
		}
	}
	return ""
}

// judgeRemove checks an rm that was added: each path is a cache, or something that the same
// script has made and does not use again.
func (m *matcher) judgeRemove(c *call, after *unit, all []*call) ([]Loss, string) {
	var losses []Loss
	if !slices.ContainsFunc(c.args, func(a string) bool { return strings.HasPrefix(a, "-") && strings.Contains(a, "f") }) {
		return nil, fmt.Sprintf("`%s` fails where there is nothing to remove", after.source(c.stmt))
	}
	for i, arg := range c.args {
		if strings.HasPrefix(arg, "-") {
			continue
		}
		word := c.expr.Args[len(c.words)-len(c.args)+i]
		ls, why := m.judgePath(c, arg, word, after, all)
		if why != "" {
			return nil, why
		}
		losses = append(losses, ls...)
	}
	return losses, ""
}

func (m *matcher) judgePath(c *call, arg string, _ *syntax.Word, after *unit, all []*call) ([]Loss, string) {
	if pm, what, ok := after.cacheAt(arg); ok {
		if strings.HasPrefix(arg, "/root/") && after.User != "" && after.User != "root" && after.User != "0" && !c.sudo && !strings.HasPrefix(after.home("/root"), "~") {
			return nil, fmt.Sprintf("`%s` is not the user's own directory", arg)
		}
		return lost(pm, what), m.permitted(c, all, pm)
	}
	return nil, fmt.Sprintf("`%s` removes what is neither a cache nor made by the same script", after.source(c.stmt))
}

// judgeRemoval checks that a clean-up that is gone would only have emptied a mount.
func (m *matcher) judgeRemoval(c *call, all []*call) ([]Loss, string) {
	if updates(c) {
		return nil, ""
	}
	pms := []*manager{managerOf(c)}
	if c.program == "rm" {
		pms = nil
		for _, arg := range c.args {
			pm, _, ok := m.after.cacheAt(arg)
			if strings.HasPrefix(arg, "-") {
				continue
			}
			if !ok {
				return nil, fmt.Sprintf("`%s` is gone, and it removes more than caches", m.after.source(c.stmt))
			}
			pms = append(pms, pm)
		}
	}
	for _, pm := range pms {
		if !m.mounts(pm) {
			return nil, fmt.Sprintf("a clean-up of %s is gone, and its cache is not mounted", pm.name)
		}
	}
	return nil, ""
}
