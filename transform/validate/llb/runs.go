package llb

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/solver/pb"

	"dopt/transform"
	"dopt/transform/validate"
)

// script returns the script of a RUN step; ok is false where it calls no shell that can be
// read: then the script is the one command that it calls.
func (n *node) script() (s validate.Script, ok bool) {
	if n.run != nil {
		return *n.run, n.isScript
	}
	exec := n.op.GetExec()
	s, ok = validate.NewScript(exec.Meta.Args)
	s.Dir, s.Env, s.User = exec.Meta.Cwd, exec.Meta.Env, exec.Meta.User
	if s.User == baseUser {
		s.User = ""
	}
	for _, m := range exec.Mounts {
		if m.MountType == pb.MountType_CACHE {
			s.Mounted = append(s.Mounted, m.Dest)
		}
	}
	n.run, n.isScript = &s, ok
	return s, ok
}

// runs pairs one RUN step of after with one or, where the claim allows it, several of before.
func (a *alignment) runs(i, j int) bool {
	if i == len(a.before) || j == len(a.after) || a.before[i].op.GetExec() == nil || a.after[j].op.GetExec() == nil {
		return false
	}
	most := 1
	if a.claim.Allows(transform.JoinRuns) {
		// Whoever else reads the files in between is compared on its own.
		for i+most < len(a.before) && a.before[i+most].op.GetExec() != nil {
			most++
		}
	}
	// If this is the only joined step, it stands for so many.
	expected := max(1, min(most, len(a.before)-i-(len(a.after)-j)+1))
	if a.run(i, j, expected) {
		return true
	}
	script, _ := a.after[j].script()
	var before []validate.Script
	for n := 1; n <= most; n++ {
		s, _ := a.before[i+n-1].script()
		before = append(before, s)
		if n != expected && validate.MayJoin(before, script, a.claim) && a.run(i, j, n) {
			return true
		}
	}
	return false
}

// run pairs one RUN step of after with n of before, and what is behind them.
func (a *alignment) run(i, j, n int) bool {
	judged := a.sameRuns(a.before[i:i+n], a.after[j])
	if judged.Status == transform.Unsound {
		return a.fail(i, j, "%s: %s", a.before[i].describe(), strings.Join(judged.Reasons, "; "))
	}
	mark := len(a.pairs)
	a.pairs = append(a.pairs, pair{judged.Verdict, judged.Losses, j + 1})
	if a.from(i+n, j+1) {
		return true
	}
	a.pairs = a.pairs[:mark]
	return false
}

// sameRuns judges whether one RUN step does what several did.
func (a *alignment) sameRuns(before []*node, after *node) validate.Judgement {
	around := transform.Verdict{Status: transform.Refines}
	for _, b := range before {
		if around = around.Worse(a.sameExec(b, after)); around.Status == transform.Unsound {
			return validate.Judgement{Verdict: around}
		}
	}
	if m := forgetful(after.op.GetExec()); m != nil && len(before) > 1 {
		return validate.Judgement{Verdict: unsound("what a RUN writes to the mount at %s did not outlive it", m.Dest)}
	}
	script, ok := after.script()
	var scripts []validate.Script
	for _, b := range before {
		s, isScript := b.script()
		ok = ok && isScript
		scripts = append(scripts, s)
	}
	if !ok {
		return validate.Judgement{Verdict: around.Worse(sameArgs(before, after))}
	}
	judged := validate.Refine(scripts, script, a.claim)
	if judged.Status == transform.Unsound {
		if without, ok := a.withoutInstalls(scripts, script); ok {
			judged = without
		}
	}
	judged.Verdict = around.Worse(judged.Verdict)
	return judged
}

// sameArgs compares steps that call no shell that can be read: all must be equal.
func sameArgs(before []*node, after *node) transform.Verdict {
	b, n := before[0].op.GetExec(), after.op.GetExec()
	if len(before) > 1 || !slices.Equal(b.Meta.Args, n.Meta.Args) || b.Meta.Cwd != n.Meta.Cwd || len(b.Mounts) != len(n.Mounts) {
		return unsound("the command differs")
	}
	return transform.Verdict{Status: transform.Refines}
}

// sameExec compares all of two RUN steps but the script and the cache mounts that the claim lets appear.
func (a *alignment) sameExec(before, after *node) transform.Verdict {
	b, n := before.bare().GetExec(), after.bare().GetExec()
	moved := a.movedVariables(before, after)
	if moved.Status == transform.Unsound {
		return moved
	}
	if a.claim.Allows(transform.Reorder) {
		b.Meta.Env = n.Meta.Env
	}
	if a.slims() && !slices.Contains(b.Meta.Env, validate.MirrorVariable) {
		n.Meta.Env = slices.DeleteFunc(n.Meta.Env, func(v string) bool { return v == validate.MirrorVariable })
	}
	if why := sameMeta(b.Meta, n.Meta, a.claim); why != "" {
		return unsound("%s", why)
	}
	b.Meta, n.Meta, b.Mounts, n.Mounts = nil, nil, nil, nil
	if !b.EqualVT(n) {
		return unsound("the network, security mode or secrets differ")
	}
	return moved.Worse(a.sameMounts(before, after))
}

// sameMeta compares what a step starts with.
func sameMeta(b, a *pb.Meta, claim transform.Claim) string {
	switch {
	case b.User != a.User:
		return "the user was " + quoted(b.User) + " and is " + quoted(a.User)
	case b.Cwd != a.Cwd && !claim.Allows(transform.CdToWorkdir):
		return "the directory was " + b.Cwd + " and is " + a.Cwd
	case !slices.Equal(b.Env, a.Env):
		return "the environment differs: " + difference(b.Env, a.Env)
	}
	b.Args, a.Args, b.Cwd, a.Cwd = nil, nil, "", ""
	if !b.EqualVT(a) {
		return "what the step starts with differs"
	}
	return ""
}

func quoted(user string) string {
	switch user {
	case baseUser:
		return "the base image's"
	case "":
		return "root"
	}
	return user
}

// difference names the first entry that only one of two lists has.
func difference(before, after []string) string {
	for _, v := range before {
		if !slices.Contains(after, v) {
			return v + " is gone"
		}
	}
	for _, v := range after {
		if !slices.Contains(before, v) {
			return v + " is new"
		}
	}
	return "the order"
}

// forgetful returns a mount whose files are gone when the step ends.
func forgetful(exec *pb.ExecOp) *pb.Mount {
	for _, m := range exec.Mounts {
		if m.MountType == pb.MountType_TMPFS || m.MountType == pb.MountType_BIND && m.Dest != "/" && !m.Readonly {
			return m
		}
	}
	return nil
}

// droppedUpdate leaves out a RUN step of before that only fetched a package index.
func (a *alignment) droppedUpdate(i, j int) bool {
	if i == len(a.before) || a.before[i].op.GetExec() == nil || !a.claim.Allows(transform.JoinUpdate) {
		return false
	}
	script, ok := a.before[i].script()
	if !ok {
		return false
	}
	loss, ok := script.OnlyUpdates()
	if !ok {
		return false
	}
	mark := len(a.pairs)
	a.pairs = append(a.pairs, pair{transform.Verdict{Status: transform.Refines}, []validate.Loss{loss}, j})
	if a.from(i+1, j) {
		return true
	}
	a.pairs = a.pairs[:mark]
	return false
}

// addedWorkdir leaves out a step of after that only makes the directory of a new WORKDIR.
func (a *alignment) addedWorkdir(i, j int) bool {
	if j == len(a.after) || !a.claim.Allows(transform.CdToWorkdir) {
		return false
	}
	file := a.after[j].op.GetFile()
	if file == nil || len(file.Actions) != 1 || file.Actions[0].GetMkdir() == nil || j+1 == len(a.after) {
		return false
	}
	next := a.after[j+1].op.GetExec()
	if next == nil || next.Meta.Cwd != file.Actions[0].GetMkdir().Path {
		return false
	}
	return a.from(i, j+1)
}
