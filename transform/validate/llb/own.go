package llb

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/solver/pb"
	mode "github.com/tonistiigi/dchapes-mode"

	"dopt/transform"
	"dopt/transform/validate"
)

// A gain is an owner or a mode that a copy has in after and not in before.
type gain struct {
	step int
	// action is the place of the copy in its step.
	action int
	before *pb.FileActionCopy
	after  *pb.FileActionCopy
	node   *node
	// mode is true where the copy has gained a mode, else it has gained an owner.
	mode bool
}

func (g *gain) String() string {
	what := "owner"
	if g.mode {
		what = "mode"
	}
	return fmt.Sprintf("%s of COPY %s %s", what, g.before.Src, g.before.Dest)
}

// ownCopy compares two steps that are no RUN. Where the claim allows it the copies of after may
// have owners and modes of their own: what they stand for is judged by ownership.
func (a *alignment) ownCopy(before, after *node) (transform.Verdict, []gain) {
	b, n := before.bare(), after.bare()
	var gains []gain
	if copies := b.GetFile().GetActions(); a.claim.Allows(transform.OwnCopy) && len(copies) == len(n.GetFile().GetActions()) {
		for i, action := range copies {
			old, now := action.GetCopy(), n.GetFile().Actions[i].GetCopy()
			if old == nil || now == nil {
				continue
			}
			was := before.op.GetFile().Actions[i].GetCopy()
			if now.Owner != nil && old.Owner.String() != now.Owner.String() {
				gains = append(gains, gain{action: i, before: was, after: now, node: before})
				old.Owner = now.Owner
			}
			if now.Mode >= 0 && now.ModeStr == "" && old.Mode != now.Mode {
				gains = append(gains, gain{action: i, before: was, after: now, node: before, mode: true})
				old.Mode, old.ModeStr = now.Mode, ""
			}
		}
	}
	return a.sameOps(before, after, b, n), gains
}

// droppedOwnership leaves out a RUN step of before that did nothing but chown and chmod.
func (a *alignment) droppedOwnership(i, j int) bool {
	if i == len(a.before) || a.before[i].op.GetExec() == nil || !a.claim.Allows(transform.OwnCopy) || len(a.before[i].op.GetExec().Mounts) > 1 {
		return false
	}
	script, ok := a.before[i].script()
	if !ok {
		return false
	}
	if _, ok := script.OnlyOwns(); !ok {
		return false
	}
	mark := len(a.pairs)
	a.pairs = append(a.pairs, pair{transform.Verdict{Status: transform.Refines}, nil, j})
	if a.from(i+1, j) {
		return true
	}
	a.pairs = a.pairs[:mark]
	return false
}

// A lost is a change of owner or mode that a step of before makes and after does not.
type lost struct {
	validate.OwnChange
	step int
}

// A ledger is the account of what chown and chmod no longer do, and of what copies do instead.
type ledger struct {
	*alignment
	gains []*gain
	// done are the gains that stand for something that is gone, whole for all that they copy.
	done    map[*gain][]string
	verdict transform.Verdict
}

// ownership judges whether the copies that have gained owners and modes give just those that
// RUN steps no longer give.
func (a *alignment) ownership() transform.Verdict {
	l := &ledger{alignment: a, done: map[*gain][]string{}, verdict: transform.Verdict{Status: transform.Refines}}
	if !a.claim.Allows(transform.OwnCopy) {
		return l.verdict
	}
	changes, ok := l.read()
	if !ok {
		return transform.Verdict{Status: transform.Unproven, Reasons: []string{"owners and modes that move are judged where nothing else moves"}}
	}
	for _, change := range changes {
		for _, file := range change.Files {
			l.file(change, file)
		}
		for _, dir := range change.Trees {
			if l.isFile(change, dir) {
				l.file(change, dir)
				continue
			}
			l.tree(change, dir, false)
		}
		for _, dir := range change.Kept {
			l.tree(change, dir, true)
		}
	}
	for _, g := range l.gains {
		l.whole(g)
	}
	return l.verdict
}

// read takes the gains of copies and the changes that are gone from the pairs; ok is false where
// not each of them stands for one step of before, since another claim was used, too.
func (l *ledger) read() (changes []lost, ok bool) {
	if len(l.pairs) != len(l.before)-l.common {
		return nil, false
	}
	next := l.common
	for k, p := range l.pairs {
		i := l.common + k
		b := l.before[i]
		isRun := b.op.GetExec() != nil
		if p.next != next+1 && (p.next != next || !isRun) {
			return nil, false
		}
		var owned []validate.OwnChange
		switch {
		case p.next == next:
			script, _ := b.script()
			if owned, ok = script.OnlyOwns(); !ok {
				return nil, false
			}
		case (l.after[next].op.GetExec() != nil) != isRun:
			return nil, false
		case isRun:
			owned = l.sameRuns(l.before[i:i+1], l.after[next]).Owned
		default:
			l.gain(i, l.after[next])
		}
		for _, o := range owned {
			changes = append(changes, lost{o, i})
		}
		next = p.next
	}
	return changes, next == len(l.after)
}

// gain takes the gains of one step.
func (l *ledger) gain(step int, after *node) {
	_, gains := l.ownCopy(l.before[step], after)
	for _, g := range gains {
		g.step = step
		l.gains = append(l.gains, &g)
	}
}

func (l *ledger) note(status transform.VerdictStatus, format string, args ...any) {
	l.verdict = l.verdict.Worse(transform.Verdict{Status: status, Reasons: []string{fmt.Sprintf(format, args...)}})
}

// file accounts for a file that a command no longer changes: the last thing that made it is a
// copy, which now gives it the same.
func (l *ledger) file(change lost, file string) {
	l.undisturbed(change, change.step, file)
	for i := change.step - 1; i >= 0; i-- {
		n := l.before[i]
		if n.op.GetExec() != nil {
			l.undisturbed(change, i, file)
			continue
		}
		actions := n.op.GetFile().GetActions()
		for k := len(actions) - 1; k >= 0; k-- {
			cp := actions[k].GetCopy()
			if cp == nil {
				continue
			}
			switch at, certain := l.placeOf(n, k, cp); {
			case at == file:
				if !certain {
					l.note(transform.Unproven, "nothing tells whether %s is a file", cp.Src)
				}
				l.given(change, i, k, n, cp, file)
				return
			case at == "" && (below(file, cp.Dest) || below(path.Clean(cp.Dest), file)):
				l.note(transform.Unsound, "%s is gone, and COPY %s %s may have brought more than %s", change, cp.Src, cp.Dest, file)
				return
			}
		}
	}
	l.note(transform.Unsound, "%s is gone, and no copy gives %s", change, file)
}

// isFile reports whether the last copy to a path leaves a file there, for sure.
func (l *ledger) isFile(change lost, p string) bool {
	for i := change.step - 1; i >= 0; i-- {
		n := l.before[i]
		actions := n.op.GetFile().GetActions()
		for k := len(actions) - 1; k >= 0; k-- {
			if cp := actions[k].GetCopy(); cp != nil && below(p, cp.Dest) {
				at, certain := l.placeOf(n, k, cp)
				return certain && at == p
			}
		}
	}
	return false
}

// undisturbed checks that a step in front of a command leaves alone what the command changes.
func (l *ledger) undisturbed(change lost, step int, p string) {
	if l.before[step].op.GetExec() == nil {
		return
	}
	script, ok := l.before[step].script()
	if !ok {
		l.note(transform.Unproven, "what %s does to %s is not known", l.before[step].describe(), p)
		return
	}
	l.verdict = l.verdict.Worse(change.Disturbed(script, p))
}

// placeOf returns the path at which a copy leaves its one file, "" where it copies a folder or a
// pattern; certain is false where the name alone tells that it is a file.
func (l *ledger) placeOf(n *node, k int, cp *pb.FileActionCopy) (at string, certain bool) {
	if cp.AttemptUnpackDockerCompatibility || strings.ContainsAny(cp.Src, "*?[") || len(cp.IncludePatterns) > 0 {
		return "", false
	}
	at = path.Clean(cp.Dest)
	into := strings.HasSuffix(cp.Dest, "/") || l.folderThere(at, slices.Index(l.before, n))
	if into {
		at = path.Join(at, path.Base(cp.Src))
	}
	// No folder has a file's name.
	certain = into || path.Base(at) == path.Base(cp.Src) || slices.Contains(plainExtensions, path.Ext(at)) || l.usedInBase(at) == ""
	src := n.source(k)
	switch {
	case src == nil:
		return "", false
	case src.op.GetFile() != nil, strings.HasPrefix(src.op.GetSource().GetIdentifier(), "http"):
		// A here-document, or a download.
		inline := src.op.GetFile() == nil || len(src.inputs) == 0 && src.op.GetFile().Actions[0].GetMkfile() != nil
		return at, certain && inline
	case !src.isContext() || l.env.Files == nil:
		return at, false
	}
	info, err := fs.Stat(l.env.Files, contextPath(cp.Src))
	if err == nil && info.IsDir() {
		return "", false
	}
	return at, certain && err == nil && info.Mode().IsRegular()
}

// source returns what an action copies from, nil where that is another output of the step.
func (n *node) source(k int) *node {
	if i := n.op.GetFile().Actions[k].SecondaryInput; i >= 0 && i < int64(len(n.inputs)) {
		return n.inputs[i]
	}
	return nil
}

func (n *node) isContext() bool {
	return strings.HasPrefix(n.op.GetSource().GetIdentifier(), "local://")
}

// given checks that a copy gives what a command gave, and notes for which path.
func (l *ledger) given(change lost, step, action int, n *node, cp *pb.FileActionCopy, p string) {
	now := cp
	for _, g := range l.gains {
		if g.step == step && g.action == action {
			now = g.after
			if g.mode == change.Mode {
				l.done[g] = append(l.done[g], p)
			}
		}
	}
	if change.Mode {
		l.sameMode(change, n, action, cp, now)
	} else {
		l.sameOwner(change, step, n, action, cp, now)
	}
}

// sameMode checks that a copy gives the mode that a command gave.
func (l *ledger) sameMode(change lost, n *node, action int, was, now *pb.FileActionCopy) {
	want, err := strconv.ParseUint(change.Value, 8, 32)
	switch {
	case err == nil && want > 0o777:
		l.note(transform.Unproven, "%s sets special bits", change)
	case err != nil:
		start, known := l.modeOf(n, action, was)
		set, err := mode.ParseWithUmask(change.Value, 0o22)
		if !known || err != nil || len(change.Trees)+len(change.Kept) > 0 {
			l.note(transform.Unproven, "what %s makes of the mode of %s is not known", change, was.Src)
			return
		}
		want = uint64(set.Apply(start))
	}
	if now.Mode != int32(want) || now.ModeStr != "" {
		l.note(transform.Unsound, "%s is gone, and COPY %s %s does not give the mode %03o", change, was.Src, was.Dest, want)
	}
}

// modeOf returns the mode that a copied file had before the command.
func (l *ledger) modeOf(n *node, action int, cp *pb.FileActionCopy) (fs.FileMode, bool) {
	if cp.Mode >= 0 || cp.ModeStr != "" {
		return fs.FileMode(cp.Mode), cp.ModeStr == "" && cp.Mode <= 0o777
	}
	src := n.source(action)
	if src.op.GetFile() != nil && len(src.op.GetFile().Actions) == 1 && src.op.GetFile().Actions[0].GetMkfile() != nil {
		return fs.FileMode(src.op.GetFile().Actions[0].GetMkfile().Mode).Perm(), true
	}
	if strings.HasPrefix(src.op.GetSource().GetIdentifier(), "http") {
		return 0o600, true
	}
	if l.env.Files == nil || !src.isContext() {
		return 0, false
	}
	info, err := fs.Stat(l.env.Files, contextPath(cp.Src))
	if err != nil {
		return 0, false
	}
	return info.Mode().Perm(), info.Mode().IsRegular() && info.Mode() == info.Mode().Perm()
}

// scriptOf is script for any node; ok is false where it is no RUN.
func (n *node) scriptOf() (s validate.Script, ok bool) {
	if n.op.GetExec() == nil {
		return s, false
	}
	s, _ = n.script()
	return s, true
}

// writesTo reports whether a copy may write one of the files.
func (n *node) writesTo(files ...string) bool {
	return slices.ContainsFunc(n.op.GetFile().GetActions(), func(a *pb.FileAction) bool {
		cp := a.GetCopy()
		return cp != nil && slices.ContainsFunc(files, func(f string) bool { return below(f, cp.Dest) })
	})
}

func below(p, dir string) bool {
	dir = path.Clean(dir)
	return p == dir || strings.HasPrefix(p, strings.TrimSuffix(dir, "/")+"/")
}
