package llb

import (
	"fmt"
	"path"
	"strings"

	"github.com/moby/buildkit/solver/pb"

	"dopt/transform"
	"dopt/transform/validate"
)

// describe names a step for people.
func (n *node) describe() string {
	switch op := n.op.Op.(type) {
	case *pb.Op_Source:
		id := strings.TrimPrefix(op.Source.Identifier, "docker-image://")
		if n.op.Platform != nil && (n.op.Platform.OS != target.OS || n.op.Platform.Architecture != target.Architecture) {
			id += " for " + n.op.Platform.OS + "/" + n.op.Platform.Architecture
		}
		return id
	case *pb.Op_Exec:
		args := op.Exec.Meta.Args
		return "RUN " + shorten(args[len(args)-1])
	case *pb.Op_File:
		if len(op.File.Actions) > 0 {
			return describeAction(op.File.Actions[0])
		}
	case *pb.Op_Merge:
		if len(n.inputs) > 1 {
			return "linked " + n.inputs[1].describe()
		}
	}
	return "a step"
}

func describeAction(a *pb.FileAction) string {
	switch action := a.Action.(type) {
	case *pb.FileAction_Copy:
		keyword := "COPY"
		if action.Copy.AttemptUnpackDockerCompatibility {
			keyword = "ADD"
		}
		text := fmt.Sprintf("%s %s %s", keyword, action.Copy.Src, action.Copy.Dest)
		if u := action.Copy.Owner.GetUser(); u != nil {
			text += " with an owner"
		}
		if action.Copy.Mode >= 0 || action.Copy.ModeStr != "" {
			text += " with a mode"
		}
		return text
	case *pb.FileAction_Mkdir:
		return "WORKDIR " + action.Mkdir.Path
	case *pb.FileAction_Mkfile:
		return "the inline file " + action.Mkfile.Path
	}
	return "a file operation"
}

func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > 60 {
		return string(r[:57]) + "..."
	}
	return text
}

// addToCopy makes a file operation of before equal to that of after where the only
// difference is ADD for COPY, and judges whether any of the sources may be an archive.
func (c *comparison) addToCopy(before, after *pb.FileOp) transform.Verdict {
	v := transform.Verdict{Status: transform.Refines}
	if !c.claim.Allows(transform.AddToCopy) || before == nil || after == nil || len(before.Actions) != len(after.Actions) {
		return v
	}
	for i, action := range before.Actions {
		b, a := action.GetCopy(), after.Actions[i].GetCopy()
		if b != nil && a != nil && b.AttemptUnpackDockerCompatibility && !a.AttemptUnpackDockerCompatibility {
			v = v.Worse(c.plainSource(b.Src))
			b.AttemptUnpackDockerCompatibility = false
		}
	}
	return v
}

// reads reports whether the step reads a lost file from its input i.
func (n *node) reads(i int, l validate.Loss) bool {
	if l.Path == "" {
		return false
	}
	if exec := n.op.GetExec(); exec != nil {
		script := strings.Join(exec.Meta.Args, " ")
		for _, m := range exec.Mounts {
			if m.Input == int64(i) && (overlaps(path.Join("/", m.Selector), l.Path) || strings.Contains(script, path.Base(l.Path))) {
				return true
			}
		}
	}
	for _, action := range n.op.GetFile().GetActions() {
		if cp := action.GetCopy(); cp != nil && action.SecondaryInput == int64(i) && overlaps(cp.Src, l.Path) {
			return true
		}
	}
	return false
}

// overlaps reports whether reading one path, which may be a pattern, reads the other. The root directory is
// copied for what is kept, so it does not count.
func overlaps(pattern, p string) bool {
	if pattern == "/" {
		return false
	}
	if ok, _ := path.Match(pattern, p); ok {
		return true
	}
	pattern = strings.TrimSuffix(pattern, "/*")
	return p == pattern || strings.HasPrefix(p, pattern+"/") || strings.HasPrefix(pattern, p+"/")
}
