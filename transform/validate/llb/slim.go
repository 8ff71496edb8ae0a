package llb

import (
	"strings"

	"github.com/moby/buildkit/solver/pb"

	"dopt/transform"
	"dopt/transform/validate"
)

// slimmed makes an image of before the one of after, where the catalog says that the latter is its slim variant on
// the same release.
func (c *comparison) slimmed(before, after *pb.SourceOp) {
	if before == nil || after == nil || !strings.HasPrefix(before.Identifier, imagePrefix) {
		return
	}
	slim := strings.TrimPrefix(after.Identifier, imagePrefix)
	full, known := c.facts(strings.TrimPrefix(before.Identifier, imagePrefix)), c.facts(slim)
	if slim != "" && full.Slim == slim && full.Release == known.Release && full.Distro == known.Distro && known.Distro == "debian" {
		before.Identifier = after.Identifier
	}
}

// from returns what the files of n start from: an image or the build context, "" for nothing.
func from(n *node) string {
	if n == nil {
		return ""
	}
	return n.history()[0].op.GetSource().GetIdentifier()
}

// slims reports whether the base has changed, where the claim allows that.
func (a *alignment) slims() bool {
	return a.claim.Allows(transform.SlimBase) && len(a.before) > 0 && len(a.after) > 0 && from(a.before[0]) != from(a.after[0])
}

// withoutInstalls judges a script as if it did not install packages by name, where the base has become slim; ok is false where it
// installs none.
func (a *alignment) withoutInstalls(before []validate.Script, script validate.Script) (judged validate.Judgement, ok bool) {
	if !a.slims() {
		return judged, false
	}
	if shorter, ok := script.WithoutInstall(); ok {
		judged = validate.Refine(before, shorter, a.claim)
		if judged.Status != transform.Unsound {
			return judged, true
		}
		script = shorter
	}
	shorter, lists, ok := script.WithoutBorrowed()
	if !ok {
		return judged, false
	}
	judged = validate.Refine(before, shorter, a.claim)
	if lists != nil {
		judged.Losses = append(judged.Losses, *lists)
	}
	return judged, true
}

// addedInstall leaves out a step of after that only installs packages on a base that has become slim.
func (a *alignment) addedInstall(i, j int) bool {
	if j == len(a.after) || !a.slims() {
		return false
	}
	exec := a.after[j].op.GetExec()
	if exec == nil || len(exec.Mounts) != 1 || exec.Network != pb.NetMode_UNSET || exec.Security != pb.SecurityMode_SANDBOX {
		return false
	}
	script, ok := a.after[j].script()
	lists, only := script.OnlyInstalls()
	if !ok || !only {
		return false
	}
	mark := len(a.pairs)
	added := pair{transform.Verdict{Status: transform.Refines}, nil, j + 1}
	if lists != nil {
		added.losses = []validate.Loss{*lists}
	}
	a.pairs = append(a.pairs, added)
	if a.from(i, j+1) {
		return true
	}
	a.pairs = a.pairs[:mark]
	return false
}
