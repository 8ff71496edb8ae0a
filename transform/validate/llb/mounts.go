package llb

import (
	"github.com/moby/buildkit/solver/pb"

	"dopt/transform"
)

// sameMounts compares the mounts of two RUN steps in order, the root included. Cache mounts may come, where the
// claim allows it; whether they may stand where they are is judged with the script.
func (a *alignment) sameMounts(before, after *node) transform.Verdict {
	bs, as := before.op.GetExec().Mounts, after.op.GetExec().Mounts
	v := transform.Verdict{Status: transform.Refines}
	i := 0
	for _, m := range as {
		switch {
		case i < len(bs) && sameMount(bs[i], m):
			if m.Dest != "/" && m.Input >= 0 {
				v = v.Worse(a.sameInput(before, after, int(bs[i].Input), int(m.Input)))
			}
			i++
		case m.MountType == pb.MountType_CACHE && a.claim.Allows(transform.CacheMounts):
			v = v.Worse(after.ownCache(m))
		default:
			v = v.Worse(unsound("the mount at %s is new or differs", m.Dest))
		}
	}
	if i < len(bs) {
		v = v.Worse(unsound("the mount at %s is gone", bs[i].Dest))
	}
	return v
}

// sameMount compares two mounts but for what is mounted.
func sameMount(before, after *pb.Mount) bool {
	b, a := before.CloneVT(), after.CloneVT()
	if (b.Input < 0) != (a.Input < 0) {
		return false
	}
	b.Input, a.Input = 0, 0
	return b.EqualVT(a)
}

// ownCache checks a cache mount that a step has gained: it starts empty, is not shared by
// package managers that do not wait for each other, and the step's user may write to it.
func (n *node) ownCache(m *pb.Mount) transform.Verdict {
	script, _ := n.script()
	writable := script.Root()
	if m.Input >= 0 {
		made := n.inputs[m.Input].op.GetFile()
		if len(n.inputs[m.Input].inputs) > 0 || made == nil || len(made.Actions) != 1 || made.Actions[0].GetMkdir() == nil {
			return unsound("the cache mount at %s does not start empty", m.Dest)
		}
		dir := made.Actions[0].GetMkdir()
		writable = writable || dir.Owner.GetUser().GetByID() != 0 || dir.Mode&0o002 != 0
	}
	switch {
	case m.Readonly:
		return unsound("the cache mount at %s cannot be written to", m.Dest)
	case script.NeedsLock(m.Dest) && m.CacheOpt.GetSharing() == pb.CacheSharingOpt_SHARED:
		return unsound("the cache mount at %s is shared, and apt does not wait for another apt", m.Dest)
	case !writable:
		return unsound("the user %s may not write to the cache mount at %s", script.User, m.Dest)
	}
	return transform.Verdict{Status: transform.Refines}
}
