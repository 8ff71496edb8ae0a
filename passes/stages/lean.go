package stages

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/internal/artifact"
	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// workers are packages for people who work in a container, by the name of the package: editors, pagers, manuals, views of processes. Source: sections
// editors, doc and text of Debian's index.
var workers = strings.Fields("vim vim-tiny vim-nox nano emacs emacs-nox joe mc less most man-db manpages htop tree bash-completion")

// lean adds an answer at level aggressive, where there is none: the careful one without packages for people who work in a container. What the others
// recommend stays, since plugins of theirs may be linked with it (iproute2's tc with libatm).
func (p *plan) lean(taken map[transform.Level]bool) {
	var own, left []string
	for _, name := range p.packages {
		if slices.Contains(workers, name) && !p.uses(name) {
			left = append(left, name)
		} else {
			own = append(own, name)
		}
	}
	if taken[transform.Aggressive] || len(left) == 0 {
		return
	}
	careful := *p
	careful.packages = own
	for _, b := range p.artifact.Bases {
		if o, ok := careful.option(b); ok && b.Level == transform.Standard {
			o.base.Level, o.without = transform.Aggressive, left
			p.options = slices.Insert(p.options, 0, o)
			return
		}
	}
}

// uses reports whether something in the image is known to use a package, or a variable names its program: EDITOR, PAGER.
func (p *plan) uses(name string) bool {
	program, _, _ := strings.Cut(name, "-")
	for _, in := range p.stage.Final.Stage.Instructions {
		env, ok := in.Command.(*instructions.EnvCommand)
		if ok && slices.ContainsFunc(env.Env, func(kv instructions.KeyValuePair) bool {
			return slices.ContainsFunc(strings.Fields(kv.Value), func(w string) bool { return path.Base(w) == program })
		}) {
			return true
		}
	}
	return slices.ContainsFunc(p.needs, func(n transform.Need) bool { return slices.Contains(n.Packages, name) })
}

// leanSteps is lean for a last stage, which installs by steps of its own.
func (f *final) leanSteps() {
	var edits []transform.Edit
	var left []string
	for _, c := range f.stage.Final.Commands {
		more, names := f.withoutWorkers(c)
		edits, left = append(edits, more...), append(left, names...)
	}
	if len(left) == 0 {
		return
	}
	o := f.options[0]
	o.base.Level, o.without = transform.Aggressive, left
	o.base.Edits = slices.Concat(o.base.Edits, edits)
	f.options = slices.Insert(f.options, 0, o)
}

// withoutWorkers returns the edits that take packages for people who work in a container out of a command that installs others as well.
func (f *final) withoutWorkers(c artifact.Command) (edits []transform.Edit, left []string) {
	use, managed := pkgmgr.Identify(c.Argv())
	if !managed || use.Manager.Ecosystem != "debian" || use.Verb != pkgmgr.Install || c.Made {
		return nil, nil
	}
	script := c.Step.Script()
	stays := false
	for i, w := range c.Words {
		if !slices.Contains(workers, w.Value) || f.uses(w.Value) {
			stays = stays || i > 1 && !strings.HasPrefix(w.Value, "-")
			continue
		}
		span := transform.Span{Start: script.EndOffset(c.Words[i-1].End), End: script.EndOffset(w.End)}
		if strings.Contains(string(f.Doc.Src[span.Start:span.End]), "#") { // somebody's comment
			return nil, nil
		}
		edits, left = append(edits, transform.Edit{Span: span}), append(left, w.Value)
	}
	if !stays {
		return nil, nil
	}
	return edits, left
}
