package stages

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/internal/artifact"
	"dopt/transform"
)

// layered gives the answers at level aggressive layers for the artifact, and adds one where there is none: the careful one with layers.
func (p *plan) layered() {
	if p.artifact.Layers == nil || len(p.options) == 0 {
		return
	}
	if !slices.ContainsFunc(p.options, func(o option) bool { return o.base.Level == transform.Aggressive }) {
		o := p.options[0]
		o.base.Level = transform.Aggressive
		p.options = slices.Insert(p.options, 0, o)
	}
	for i := range p.options {
		if p.options[i].base.Level == transform.Aggressive {
			p.options[i].layers = p.artifact.Layers
		}
	}
}

// transferOf returns the copy by which a last stage gets a file that can have layers, nil where that is not one plain copy of that file, as it is not
// where a build argument names it, or where another stage uses the one that builds.
func (f *final) transferOf(l *artifact.Layers, build *transform.Stage) *artifact.Transfer {
	i := slices.IndexFunc(f.transfers, func(t artifact.Transfer) bool { return t.To == l.File && !t.Folder })
	if i < 0 || sharedStage(build, f.last) {
		return nil
	}
	in := f.transfers[i].In
	cp, plain := in.Command.(*instructions.CopyCommand)
	libraries := path.Join(path.Dir(l.File), "lib")
	into := func(o *transform.Instruction) bool { return o != in && f.copiesAbove(o, libraries) }
	if !plain || strings.Contains(in.Source(), "$") || len(cp.SourcePaths) != 1 || len(in.Flags()) != 1 || slices.ContainsFunc(f.last.Instructions, into) {
		return nil
	}
	return &f.transfers[i]
}

// copiesAbove reports whether an instruction copies to a folder, or to one that it lies in: what comes there may be a folder as well.
func (f *final) copiesAbove(in *transform.Instruction, folder string) bool {
	words := strings.Fields(in.Args().Text)
	if in.Keyword != "COPY" && in.Keyword != "ADD" || len(words) == 0 {
		return false
	}
	to := strings.Trim(words[len(words)-1], `"[],`)
	if !path.IsAbs(to) {
		to = path.Join(f.stage.Final.DirAt(in), to)
	}
	return artifact.Within(folder, path.Clean(to)) || strings.Contains(to, "$")
}

// layerEdits returns the edits by which the stage that builds takes the file apart, and the last one copies its folders.
func (f *final) layerEdits(o option) []transform.Edit {
	t := f.transferOf(o.layers, f.stage.Stage)
	var lines []string
	for _, folder := range o.layers.Folders {
		lines = append(lines, t.In.Node.Value+" --from="+t.In.Flags()[0].Value+" "+folder+"/ "+strings.TrimSuffix(path.Dir(t.To), "/")+"/")
	}
	step := f.stage.LastStep().InsertAfter(f.style.Keyword("RUN") + " " + o.layers.Command)
	return append(step, t.In.Replace(strings.Join(lines, "\n")))
}

// inOneLayer tells why the last stage copies in one layer what could have several.
func (f *final) inOneLayer() {
	if w := f.artifact.Whole; w.Reason != "" {
		f.Report(transform.Finding{
			Kind: kindFinalSmallest, Span: f.last.From.Span, Status: transform.StatusMissed, Level: transform.Aggressive,
			Message: fmt.Sprintf("what line %d starts stays in one layer: it %s", w.Evidence.Line, w.Reason),
		})
	}
}
