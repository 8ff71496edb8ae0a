package llb

import (
	"github.com/moby/buildkit/solver/pb"
	"google.golang.org/protobuf/proto"

	"dopt/transform"
)

// sameMounts compares the mounts of two RUN steps in order, the root included. Cache mounts may come, where the
// claim allows it; whether they may stand where they are is judged with the script.
func (a *alignment) sameMounts(before, after *node) string {
	bs, as := before.op.GetExec().Mounts, after.op.GetExec().Mounts
	i := 0
	for _, m := range as {
		switch {
		case i < len(bs) && sameMount(bs[i], m):
			if why := a.sameMounted(before, after, bs[i], m); why != "" {
				return why
			}
			i++
		case m.MountType == pb.MountType_CACHE && a.claim.Allows(transform.CacheMounts):
			if why := after.ownCache(m); why != "" {
				return why
			}
		default:
			return "the mount at " + m.Dest + " is new or differs"
		}
	}
	if i < len(bs) {
		return "the mount at " + bs[i].Dest + " is gone"
	}
	return ""
}

// sameMount compares two mounts but for what is mounted.
func sameMount(before, after *pb.Mount) bool {
	b, a := proto.CloneOf(before), proto.CloneOf(after)
	if (b.Input < 0) != (a.Input < 0) {
		return false
	}
	b.Input, a.Input = 0, 0
	return proto.Equal(b, a)
}

// sameMounted compares what is mounted.
func (a *alignment) sameMounted(before, after *node, b, n *pb.Mount) string {
	if b.Dest == "/" || b.Input < 0 {
		return ""
	}
	if v := a.sameInput(before, after, int(b.Input), int(n.Input)); v.Status == transform.Unsound {
		return v.Reasons[0]
	}
	return ""
}

// ownCache checks a cache mount that a step has gained: it starts empty, is not shared by
// package managers that do not wait for each other, and the step's user may write to it.
func (n *node) ownCache(m *pb.Mount) string {
	script, _ := n.script()
	owner := int64(0)
	if m.Input >= 0 {
		made := n.inputs[m.Input].op.GetFile()
		if len(n.inputs[m.Input].inputs) > 0 || made == nil || len(made.Actions) != 1 || made.Actions[0].GetMkdir() == nil {
			return "the cache mount at " + m.Dest + " does not start empty"
		}
		owner = int64(made.Actions[0].GetMkdir().Owner.GetUser().GetByID())
	}
	switch {
	case m.Readonly:
		return "the cache mount at " + m.Dest + " cannot be written to"
	case script.NeedsLock(m.Dest) && m.CacheOpt.GetSharing() == pb.CacheSharingOpt_SHARED:
		return "the cache mount at " + m.Dest + " is shared, and apt does not wait for another apt"
	case owner == 0 && script.User != "" && !script.Root():
		return "the user " + script.User + " may not write to the cache mount at " + m.Dest
	}
	return ""
}
