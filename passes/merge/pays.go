package merge

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/effects"
	"dopt/transform/pkgmgr"
)

// pays says why it is worth joining the last of several steps to the first, "" if it is not. The
// steps between them come along.
func pays(c *transform.Context, steps []*step) string {
	a, b := steps[0], steps[len(steps)-1]
	if a.refusal != "" && a.effects == nil || b.refusal != "" && b.effects == nil {
		return ""
	}
	if c.Settings.Merge == transform.MergeAll {
		return "as asked by --merge=all"
	}
	if why := sameFiles(a, b); why != "" {
		return why
	}
	if m := sharedManager(a, b); m != "" && (refreshes(a) || !slices.ContainsFunc(steps[1:], newParagraph) && !a.longList() && !b.longList()) {
		return "both are steps of " + m
	}
	if a.cheap() && b.cheap() && a.wrap == plain && b.last == plain && !newParagraph(b) {
		return "both cost next to nothing"
	}
	return ""
}

// sameFiles tells whether b deletes or changes what a made.
func sameFiles(a, b *step) string {
	for i, later := range b.effects {
		name := program(b.script.Shell.Commands[i].Argv())
		for j, earlier := range a.effects {
			made := earlier.Makes
			if m := managerOf(earlier); m != nil && !cleaned(a.effects[j+1:], m) && cheapOnly(b.effects[:i]) {
				if cleans(later, m) {
					return fmt.Sprintf("%s cleans up after %s", name, describe(a, j))
				}
				made = append(made, caches(m)...)
			}
			for _, p := range made {
				if removed(a.effects[j+1:], p) {
					continue
				}
				if what := touch(name, later, p); what != "" && !makes(b.effects[:i], p) {
					return fmt.Sprintf("%s which %s made", what, describe(a, j))
				}
			}
		}
	}
	return ""
}

func managerOf(e effects.Effect) *pkgmgr.Manager {
	if e.Use == nil {
		return nil
	}
	return e.Use.Manager
}

func cleans(e effects.Effect, m *pkgmgr.Manager) bool {
	return managerOf(e) == m && e.Use.Verb == pkgmgr.Clean
}

// cheapOnly reports whether commands do nothing that could need cleaning up after: what
// stands behind them then cleans up after an earlier script.
func cheapOnly(list []effects.Effect) bool {
	return !slices.ContainsFunc(list, func(e effects.Effect) bool {
		return !e.Known || !e.Cheap && (e.Use == nil || e.Use.Verb != pkgmgr.Clean)
	})
}

// cleaned reports whether later commands of a script remove a package manager's caches.
func cleaned(later []effects.Effect, m *pkgmgr.Manager) bool {
	for _, e := range later {
		if cleans(e, m) {
			return true
		}
		for _, cache := range caches(m) {
			if touch("", e, cache) != "" {
				return true
			}
		}
	}
	return false
}

func uses(list []effects.Effect, m *pkgmgr.Manager) bool {
	for _, e := range list {
		if other := managerOf(e); other != nil && oneDatabase(other, m) && e.Use.Verb != pkgmgr.Clean {
			return true
		}
	}
	return false
}

// touch says what a later command does to a path that was made, "" if nothing.
func touch(name string, later effects.Effect, made effects.Path) string {
	deletes := "deletes"
	if name == "mv" {
		deletes = "moves"
	}
	for _, t := range []struct {
		verb  string
		paths []effects.Path
	}{{deletes, later.Removes}, {"changes", later.Changes}, {"overwrites", overwritten(name, later)}} {
		for _, p := range t.paths {
			if p.Touches(made) && (t.verb != "overwrites" || p.Name == made.Name) {
				return fmt.Sprintf("%s %s %s,", name, t.verb, p.Name)
			}
		}
	}
	return ""
}

// writers are the commands that write a file anew; others, such as mkdir, may find it there.
var writers = []string{"cp", "install", "mv", "wget", "curl", "tee", "echo", "printf", "cat"}

// overwritten are the files that a command writes anew. "cp a b" is left out: b may be a folder.
func overwritten(name string, e effects.Effect) []effects.Path {
	if !slices.Contains(writers, name) || len(e.Makes) != 1 {
		return nil
	}
	return e.Makes
}

// removed reports whether commands remove all of a path.
func removed(list []effects.Effect, p effects.Path) bool {
	for _, e := range list {
		for _, r := range e.Removes {
			if r.Covers(p) {
				return true
			}
		}
	}
	return false
}

// makes reports whether commands make a path, or something within it, themselves.
func makes(list []effects.Effect, p effects.Path) bool {
	for _, e := range list {
		for _, made := range e.Makes {
			if made.Touches(p) || p.Touches(made) {
				return true
			}
		}
	}
	return false
}

// newParagraph reports whether the author has set a step apart, by a blank line and a comment.
func newParagraph(s *step) bool {
	prev := s.in.Prev()
	return prev != nil && s.in.Comment.Len() > 0 && s.in.Comment.Start > prev.Span.End
}

// caches are the folders that a package manager fills.
func caches(m *pkgmgr.Manager) []effects.Path {
	var dirs []effects.Path
	for _, cache := range m.Caches {
		if dir, ok := strings.CutPrefix(cache.Path, "~"); ok {
			dirs = append(dirs, effects.Path{Name: "/root" + dir, Tree: true})
		} else if path.IsAbs(cache.Path) {
			dirs = append(dirs, effects.Path{Name: cache.Path, Tree: true})
		}
	}
	return dirs
}

func describe(s *step, i int) string {
	argv := s.script.Shell.Commands[i].Argv()
	if use := s.effects[i].Use; use != nil && use.VerbAt > 0 {
		return use.Manager.Name + " " + argv[use.VerbAt]
	}
	if len(argv) == 0 {
		return "the RUN above"
	}
	return program(argv)
}

// program is the name of the program that a command runs, behind sudo.
func program(argv []string) string {
	if len(argv) > 1 && argv[0] == "sudo" {
		argv = argv[1:]
	}
	if len(argv) == 0 {
		return ""
	}
	return path.Base(argv[0])
}

// system are the ecosystems whose managers keep one database for the whole image: it is
// stored again in every layer that installs something.
var system = []string{"debian", "alpine", "rpm", "arch"}

// sharedManager returns the system's package manager of which both scripts are steps: an
// index refresh and whatever uses it, or scripts that do nothing else of cost.
func sharedManager(a, b *step) string {
	m := onlyManager(a)
	if m == nil || !slices.Contains(system, m.Ecosystem) {
		return ""
	}
	if other := onlyManager(b); other != nil && oneDatabase(other, m) || refreshes(a) && uses(b.effects, m) {
		return m.Name
	}
	return ""
}

// oneDatabase reports whether two package managers are one, or fill the same database, as apt and apt-get do.
func oneDatabase(a, b *pkgmgr.Manager) bool {
	return a == b || a.Ecosystem == b.Ecosystem && slices.Contains(system, a.Ecosystem)
}

// onlyManager returns the package manager that does all of a script's costly work.
func onlyManager(s *step) (m *pkgmgr.Manager) {
	for _, e := range s.effects {
		switch {
		case e.Use != nil && (m == nil || oneDatabase(e.Use.Manager, m)):
			m = cmp.Or(m, e.Use.Manager)
		case e.Use != nil || !e.Known || !e.Cheap:
			return nil
		}
	}
	return m
}

// refreshes reports whether the package manager of a script does nothing but fetch its index:
// what is installed from it in another layer may be outdated.
func refreshes(s *step) bool {
	return !slices.ContainsFunc(s.effects, func(e effects.Effect) bool { return e.Use != nil && e.Use.Verb != pkgmgr.Update })
}

// longList reports whether the script would stand in braces that open on one line and close on
// another: worth it for the files that it saves, but not for tidiness.
func (s *step) longList() bool {
	return (s.wrap == braces || s.last == braces) && len(s.in.Lines) > 1
}
