package llb

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/solver/pb"

	"dopt/transform"
	"dopt/transform/validate"
)

// A carriage is a copy of what lies at one path of the stage that builds to a path of the last one.
type carriage struct{ from, to string }

// compareFinal judges a last stage that takes less of the stage that it copies from, or runs on another base. All that is asked of a division is
// asked of it, in the paths of the last stage; its own steps have to be the same, but for packages that are installed by name.
func compareFinal(before, after *document, env transform.Environment, claim transform.Claim) transform.Verdict {
	last := len(before.Stages) - 1
	d := &division{comparison: &comparison{env: env, claim: claim, seen: map[[2]*node]*state{}}}
	d.verdict.Status = transform.Refines
	var err error
	if d.before, err = before.stage(last); err == nil {
		d.after, err = after.stage(last)
	}
	if err != nil {
		return unsound("BuildKit does not compile the result: %v", err)
	}
	d.align(d.before.graph.result.history(), d.after.graph.result.history())
	for i := range last {
		if build, err := after.stage(i); err == nil && d.source != nil && build.graph.result != nil && build.graph.result.digest == d.source.digest {
			d.builder = build
		}
	}
	if d.builder == nil {
		return d.verdict.Worse(unsound("the last stage copies from no stage before it, or from several"))
	}
	if d.verdict.Status == transform.Unsound {
		return d.verdict
	}
	d.readCarried()
	d.unpacked()
	if d.withLayers && d.unpacking == nil {
		d.note(unsound("the stage that it copies from takes a jar apart"))
	}
	was, is := d.facts(d.before.graph.base()), d.facts(d.after.graph.base())
	if was.Release == "" || was.Distro != is.Distro || was.Release != is.Release {
		d.base()
	}
	d.withoutCgo()
	d.judgeImage()
	d.checks(d.before.checks, d.after.checks)
	return d.verdict
}

// align pairs the steps of the last stage before and after.
func (d *division) align(before, after []*node) {
	i, j := 0, 0
	for i < len(before) && j < len(after) {
		b, a := before[i], after[j]
		switch {
		case i == 0 && j == 0 && b.op.GetSource() != nil:
			i = 1
			if a.op.GetSource() != nil { // scratch is no step
				j = 1
			}
		case d.same(b, a) || d.leavesWorkers(b, a):
			d.keep(b, a)
			i, j = i+1, j+1
		case d.copiesLayers(b, after[j:]):
			i, j = i+1, j+len(bootLayers)
		case d.narrows(b, a):
			for j < len(after) && d.narrows(b, after[j]) {
				d.narrowed = append(d.narrowed, path.Clean(after[j].op.GetFile().Actions[0].GetCopy().Dest))
				j++
			}
			i++
		case i == 1 && d.prepares(a):
			j++
		default:
			d.note(becomes(b, a))
			return
		}
	}
	if i < len(before) {
		d.note(unsound("%s is gone", before[i].describe()))
	} else if j < len(after) {
		d.note(unsound("%s is new", after[j].describe()))
	}
}

// same reports whether two steps do the same, whatever the variables of their base images are.
func (d *division) same(before, after *node) bool {
	b, a := before.bare(), after.bare()
	for _, exec := range []*pb.ExecOp{b.GetExec(), a.GetExec()} {
		if exec != nil {
			exec.Meta.Env = nil
		}
	}
	return b.EqualVT(a) && len(before.inputs) == len(after.inputs) && d.sameInputs(before, after).Status == transform.Refines
}

// leavesWorkers reports whether two steps install the same packages but for some that only people at a shell use.
func (d *division) leavesWorkers(before, after *node) bool {
	if before.op.GetExec() == nil || after.op.GetExec() == nil {
		return false
	}
	was, _ := before.script()
	is, _ := after.script()
	_, installed := was.InstallsPackages()
	if _, installs := is.InstallsPackages(); !installed || !installs {
		return false
	}
	rest := strings.Fields(is.Text)
	for word := range strings.FieldsSeq(was.Text) {
		switch {
		case len(rest) > 0 && rest[0] == word:
			rest = rest[1:]
		case !slices.Contains(workerPackages, word):
			return false
		}
	}
	alike := after.op.CloneVT()
	alike.GetExec().Meta.Args = before.op.GetExec().Meta.Args
	return len(rest) == 0 && d.same(before, &node{op: alike, inputs: after.inputs})
}

// keep takes note of a step that stays.
func (d *division) keep(before, n *node) {
	if n.op.GetExec() != nil {
		s, _ := n.script()
		d.repeats = append(d.repeats, s)
		names, _ := s.Programs()
		for _, name := range names {
			d.program(name)
		}
		if names, ok := s.InstallsPackages(); ok {
			d.installed = append(d.installed, names...)
		}
		return
	}
	actions, from, ok := n.copies()
	_, was, wasCopy := before.copies()
	if !ok || !wasCopy {
		return
	}
	for _, a := range actions {
		d.copied = append(d.copied, path.Clean(a.GetCopy().Dest))
		d.carry(a.GetCopy(), was.input(a.SecondaryInput), from.input(a.SecondaryInput))
	}
}

// carry takes note of a copy from another stage, with what that was.
func (d *division) carry(a *pb.FileActionCopy, was, source *node) {
	if source == nil || source.fromContext() {
		return
	}
	if d.source != nil && d.source.digest != source.digest {
		d.note(unsound("the last stage copies from several stages"))
	}
	d.source, d.was = source, was
	d.carried = append(d.carried, carriage{path.Clean("/" + a.Src), path.Clean("/" + a.Dest)})
}

// narrows reports whether a step copies a part of what one of before copies, to where that puts it, and takes note of both.
func (d *division) narrows(before, after *node) bool {
	if len(before.op.GetFile().GetActions()) != 1 || len(after.op.GetFile().GetActions()) != 1 || len(before.inputs) != len(after.inputs) {
		return false
	}
	wide, narrow := before.op.GetFile().Actions[0], after.op.GetFile().Actions[0]
	w, n := wide.GetCopy(), narrow.GetCopy()
	if w == nil || n == nil {
		return false
	}
	from, to := path.Clean("/"+w.Src), path.Clean("/"+w.Dest)
	rest, below := strings.CutPrefix(path.Clean("/"+n.Src), from+"/")
	alike := n.CloneVT()
	alike.Src, alike.Dest = w.Src, w.Dest
	plain := w.Owner == nil && w.Mode < 0 && w.ModeStr == "" && !strings.ContainsAny(n.Src+w.Src, "*?[")
	if !below || path.Clean("/"+n.Dest) != path.Join(to, rest) || !plain || !alike.EqualVT(w) {
		return false
	}
	source := after.input(narrow.SecondaryInput)
	if source == nil || source.fromContext() || d.sameInput(before, after, int(wide.SecondaryInput), int(narrow.SecondaryInput)).Status != transform.Refines {
		return false
	}
	d.carry(w, before.input(wide.SecondaryInput), source)
	d.copied = append(d.copied, path.Clean("/"+n.Dest))
	return true
}

// prepares reports whether a step makes up for another base: it installs packages by name, or is the working directory of the old one.
func (d *division) prepares(n *node) bool {
	if mkdir := n.mkdir(); mkdir != nil {
		config := d.facts(d.before.graph.base()).Config
		return config != nil && path.Clean(mkdir.Path) == path.Join("/", config.WorkingDir)
	}
	exec := n.op.GetExec()
	if exec == nil || len(exec.Mounts) != 1 {
		return false
	}
	script, ok := n.script()
	names, installs := script.InstallsPackages()
	if !ok || !installs {
		return false
	}
	d.installed = append(d.installed, names...)
	return true
}

// place returns where a path of the stage that builds is in the image: at the same one, where a stage has become two. ok is false where no copy
// takes it along.
func (d *division) place(p string) (place string, ok bool) {
	if d.carried == nil {
		return p, true
	}
	for _, c := range d.carried {
		if p == c.from || strings.HasPrefix(p, strings.TrimSuffix(c.from, "/")+"/") {
			return path.Join(c.to, strings.TrimPrefix(p, c.from)), true
		}
	}
	return "", false
}

// readCarried reads what the stage that builds ran, and was given, as far as copies take it along.
func (d *division) readCarried() {
	d.ran, d.built = scripts(d.was.history()), scripts(d.source.history())
	d.given.context = newBuildContext(d.env.Files)
	d.code.context = d.given.context
	given, _ := d.given.context.follow(d.source.history())
	d.code.deliveries = slices.Concat(given...)
	for _, g := range d.code.deliveries {
		for _, c := range d.carried {
			if carried, ok := d.carriedTo(g, c); ok {
				d.given.deliveries = append(d.given.deliveries, carried)
			}
		}
	}
	own, _ := d.given.context.follow(d.after.graph.result.history())
	for _, g := range slices.Concat(own...) {
		if !g.foreign {
			d.given.deliveries = append(d.given.deliveries, g)
			d.copied = append(d.copied, g.dest)
		}
	}
	for _, p := range d.narrowed {
		if !d.exists(p) {
			d.note(unsound("nothing tells that the build stage has %s", p))
		}
	}
}

// carriedTo returns a delivery of the stage that builds as a copy brings it to the image; ok is false where it brings nothing of it.
func (d *division) carriedTo(g delivery, c carriage) (delivery, bool) {
	switch {
	case g.dest == c.from || strings.HasPrefix(g.dest, strings.TrimSuffix(c.from, "/")+"/"):
		g.dest = path.Join(c.to, strings.TrimPrefix(g.dest, c.from))
	case g.kind == validate.Folder && strings.HasPrefix(c.from, strings.TrimSuffix(g.dest, "/")+"/"):
		g.src = path.Join(g.src, strings.TrimPrefix(c.from, g.dest))
		if g.dest = c.to; !g.opaque() {
			g.kind = d.given.context.kind(g.src)
		}
	default:
		return g, false
	}
	return g, g.opaque() || g.kind != validate.Absent
}
