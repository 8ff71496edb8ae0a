package validate

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
)

// An OwnChange is what a chown or chmod command of a script no longer does.
type OwnChange struct {
	// Mode is true for chmod, false for chown.
	Mode bool
	// Value is the owner or the mode, as the command has it.
	Value string
	// Files are the absolute paths that it no longer changes. Trees are those in which it no longer
	// changes anything; Kept are the trees that it still changes themselves.
	Files, Trees, Kept []string

	call *call
}

func (o OwnChange) String() string { return "`" + o.call.String() + "`" }

// owns reports whether the call is a chown or chmod that may go under the claim.
func (m *matcher) owns(c *call) bool {
	return m.claim.Allows(transform.OwnCopy) && c.ownership() && len(c.expr.Assigns) == 0 && c.output == ""
}

// ownership reports whether the call is chown or chmod, called by that name.
func (c *call) ownership() bool {
	return len(c.words) > 2 && (c.words[0] == "chown" || c.words[0] == "chmod")
}

// mayDropOwned reports whether the claim lets word i of a call go: a file, or the option -R.
func (m *matcher) mayDropOwned(c *call, i int) bool {
	if !m.owns(c) || i == 0 {
		return false
	}
	o, ok := c.ownWords()
	return ok && (c.words[i] == "-R" || c.words[i] == "--recursive" || slices.Contains(o.paths, i))
}

// An ownWords is where the words of a chown or chmod stand.
type ownWords struct {
	value     string
	recursive bool
	paths     []int
}

// quietOptions change only what chown and chmod print. Source: POSIX and GNU coreutils.
var quietOptions = []string{"-v", "-c", "-f", "--verbose", "--changes", "--silent", "--quiet"}

// ownWords takes the words apart; ok is false where one is not known before the script runs.
func (c *call) ownWords() (o ownWords, ok bool) {
	for i, w := range c.words[1:] {
		arg := c.expr.Args[i+1]
		text, plain := static(arg)
		switch {
		case !plain || text != w || strings.ContainsAny(text, "*?[{~"):
			return o, false
		case w == "-R" || w == "--recursive":
			o.recursive = true
		case slices.Contains(quietOptions, w):
		case strings.HasPrefix(w, "-") && (c.words[0] == "chown" || o.value != "" || strings.Trim(w, "-rwx") != ""):
			return o, false
		case o.value == "":
			o.value = w
		default:
			o.paths = append(o.paths, i+1)
		}
	}
	return o, len(o.paths) > 0
}

// resolved returns the paths of a call, nil where one cannot be told.
func (c *call) resolved(o ownWords) []string {
	var list []string
	for _, i := range o.paths {
		p := c.resolve(c.words[i])
		if p == "" {
			return nil
		}
		list = append(list, p)
	}
	return list
}

// ownChange returns what a command does that is gone, or what it does no more where after is what
// has become of it.
func ownChange(before, after *call) (OwnChange, bool) {
	b, ok := before.ownWords()
	paths := before.resolved(b)
	if !ok || len(paths) == 0 {
		return OwnChange{}, false
	}
	change := OwnChange{Mode: before.words[0] == "chmod", Value: b.value, call: before}
	var kept []string
	whole := true // what is kept, is kept with all that is in it
	if after != nil {
		a, ok := after.ownWords()
		if kept = after.resolved(a); !ok || len(kept) == 0 || a.value != b.value || a.recursive && !b.recursive {
			return OwnChange{}, false
		}
		whole = a.recursive == b.recursive
	}
	for _, p := range paths {
		switch {
		case slices.Contains(kept, p) && whole:
		case slices.Contains(kept, p):
			change.Kept = append(change.Kept, p)
		case b.recursive:
			change.Trees = append(change.Trees, p)
		default:
			change.Files = append(change.Files, p)
		}
	}
	return change, true
}

// owned returns the changes of owner and mode that the noted edits take away.
func (m *matcher) owned(after *unit) (changes []OwnChange, why string) {
	var all []*call
	for _, u := range m.units {
		all = append(all, u.all()...)
	}
	for _, e := range m.edits {
		if e.kind != lostOwnership {
			continue
		}
		var became *call
		if e.became != nil {
			became = at(after.all(), e.became)
		}
		change, ok := ownChange(at(all, e.call), became)
		if !ok {
			return nil, "what `" + e.call.String() + "` changes cannot be told"
		}
		changes = append(changes, change)
	}
	return changes, ""
}

// OnlyOwns returns what a script changes that does nothing but chown and chmod; ok is false for
// any other.
func (s Script) OnlyOwns() (changes []OwnChange, ok bool) {
	if !s.posix() {
		return nil, false
	}
	u, err := s.unit()
	if err != nil || len(u.ops) == 0 {
		return nil, false
	}
	all := u.all()
	for _, stmt := range u.ops {
		c := s.simple(stmt)
		if c == nil || !c.ownership() || len(c.expr.Assigns) > 0 {
			return nil, false
		}
		change, ok := ownChange(at(all, c), nil)
		if !ok {
			return nil, false
		}
		changes = append(changes, change)
	}
	return changes, true
}

// Disturbed judges whether a script, up to the command of a change where that is one of its own,
// may see or change what is at a path or in it. Folders made above it do no harm, and
// neither does chmod to a chown or the other way round.
func (o OwnChange) Disturbed(s Script, p string) transform.Verdict {
	u, err := s.unit()
	if err != nil || !s.posix() {
		return unproven("what `" + s.oneLine() + "` does to " + p + " cannot be read")
	}
	calls := u.all()
	own := slices.ContainsFunc(calls, func(c *call) bool { return c.stmt == o.call.stmt })
	if own {
		calls = preceding(calls, o.call)
	} else if len(s.Mounted) > 0 {
		return unproven("`" + s.oneLine() + "` has mounts")
	}
	w := effectWalk{script: s}
	w.redirections(u.stmts)
	for _, c := range calls {
		if o.commutes(c) || c.onlyAbove(p) || c.ownsElsewhere(p) {
			continue
		}
		w.call(c)
		for _, area := range append(slices.Clone(w.effects.Reads), w.effects.Writes...) {
			if area.Overlaps(Area{Dir: p}) {
				return transform.Verdict{Status: transform.Unsound, Reasons: []string{o.String() + " is gone, and `" + c.String() + "` in front of it may see or change " + p}}
			}
		}
	}
	for _, i := range w.effects.Installs {
		if dir := (Area{Dir: i.Dir()}); dir.Overlaps(Area{Dir: p}) {
			return unproven("what " + i.String() + " does to " + p + " is not known")
		}
	}
	if w.effects.Unknown != "" {
		return unproven("what `" + w.effects.Unknown + "` does to " + p + " is not known")
	}
	return transform.Verdict{Status: transform.Refines}
}

// onlyAbove reports whether the call makes folders above a path, or changes their owner or mode, and
// nothing else: root goes through them all the same.
func (c *call) onlyAbove(p string) bool {
	var paths []string
	switch {
	case c.program == "mkdir":
		for _, a := range c.operands() {
			paths = append(paths, c.resolve(a))
		}
	case c.ownership() && c.script.Root():
		if words, ok := c.ownWords(); ok && !words.recursive {
			paths = c.resolved(words)
		}
	}
	return len(paths) > 0 && !slices.ContainsFunc(paths, func(q string) bool {
		_, inside := below(q, p)
		return q == "" || inside
	})
}

// ownsElsewhere reports whether the call is a chown or chmod of other paths.
func (c *call) ownsElsewhere(p string) bool {
	if !c.ownership() || len(c.stmt.Redirs) > 0 {
		return false
	}
	words, ok := c.ownWords()
	paths := c.resolved(words)
	return ok && len(paths) > 0 && !slices.ContainsFunc(paths, func(q string) bool { return Area{Dir: q}.Overlaps(Area{Dir: p}) })
}

// commutes reports whether a call changes the other attribute and no special bits, as root, who
// may change what others own.
func (o OwnChange) commutes(c *call) bool {
	if !c.ownership() || !c.script.Root() || !o.call.script.Root() {
		return false
	}
	words, ok := c.ownWords()
	chmod := c.words[0] == "chmod"
	switch {
	case !ok || chmod == o.Mode:
		return false
	case chmod && strings.ContainsAny(words.value, "+-="):
		return !strings.ContainsAny(words.value, "st")
	}
	return !chmod || len(strings.TrimPrefix(words.value, "0")) < 4
}

func unproven(reason string) transform.Verdict {
	return transform.Verdict{Status: transform.Unproven, Reasons: []string{reason}}
}

// accountChanges are commands that change users or groups, whatever else they do.
var accountChanges = []string{"useradd", "adduser", "usermod", "userdel", "deluser", "groupadd", "addgroup", "groupmod", "groupdel", "delgroup"}

// Names reports whether a script makes a user or group of a name whenever it succeeds.
func (s Script) Names(name string) bool {
	u, err := s.unit()
	if err != nil || !s.posix() {
		return false
	}
	return slices.ContainsFunc(u.ops, func(stmt *syntax.Stmt) bool {
		c := s.simple(stmt)
		return c != nil && slices.Contains([]string{"useradd", "adduser", "groupadd", "addgroup"}, c.program) && slices.Contains(c.args, name)
	})
}

// ChangesAccounts reports whether a script, up to the command of a change where that is one of
// its own, may change users or groups; of the name alone if one is given.
func (o OwnChange) ChangesAccounts(s Script, name string) bool {
	u, err := s.unit()
	if err != nil || !s.posix() {
		return true
	}
	calls := u.all()
	if slices.ContainsFunc(calls, func(c *call) bool { return c.stmt == o.call.stmt }) {
		calls = preceding(calls, o.call)
	}
	return slices.ContainsFunc(calls, func(c *call) bool {
		if slices.Contains(accountChanges, c.program) {
			return name == "" || slices.Contains(c.args, name)
		}
		if name != "" {
			return false
		}
		w := effectWalk{script: s}
		w.call(c)
		return w.effects.Unknown != "" || slices.ContainsFunc(w.effects.Writes, func(a Area) bool { return a.Overlaps(Area{Dir: "/etc/passwd"}) || a.Overlaps(Area{Dir: "/etc/group"}) })
	})
}

// MakesFolder reports whether a script makes a folder, or one in it, whenever it succeeds.
func (s Script) MakesFolder(dir string) bool {
	u, err := s.unit()
	if err != nil || !s.posix() {
		return false
	}
	all := u.all()
	return slices.ContainsFunc(u.ops, func(stmt *syntax.Stmt) bool {
		c := s.simple(stmt)
		return c != nil && c.program == "mkdir" && slices.ContainsFunc(c.operands(), func(a string) bool { return within(at(all, c).resolve(a), dir) })
	})
}
