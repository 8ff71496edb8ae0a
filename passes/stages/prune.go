package stages

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/artifact/node"
	"dopt/transform"
)

// kindPrune are fixes by which a stage that builds ends with removing what only development needs.
const kindPrune = "prune"

// prune has the stage that builds remove what only development needs of Node.js, where the last one takes all that is installed there.
func prune(c *transform.Context, build, last *transform.Stage) {
	if refusal(c, build) != "" || refusal(c, last) != "" || sharedStage(build, last) {
		return
	}
	s, transfers, why := artifact.Join(c, build, last)
	if why != "" {
		return
	}
	p := node.Prune(s)
	takes := slices.ContainsFunc(transfers, func(t artifact.Transfer) bool { return t.Folder && artifact.Within(p.Modules, t.From) })
	if p.Modules == "" || !takes {
		return
	}
	if p.Why == "" {
		p.Why = loads(s.Final)
	}
	if p.Why != "" {
		c.Missed(last.From, kindPrune, "takes what only development needs along: %s", p.Why)
		return
	}
	step := s.LastStep()
	title := fmt.Sprintf("Remove what only development needs from %s when all is built", p.Modules)
	c.Report(transform.Finding{Kind: kindPrune, Span: step.Span, Message: title, Fix: &transform.Fix{
		Title: title, Level: transform.Standard, Evidence: []transform.Evidence{p.Because, s.Evidence(transfers[0].In)},
		Edits: step.InsertAfter(c.Doc.Style().Keyword("RUN") + " " + p.Command),
	}})
}

// sharedStage reports whether a stage other than the last one is built on a stage, copies from it, or mounts it.
func sharedStage(build, last *transform.Stage) bool {
	doc := build.From.Document()
	return slices.ContainsFunc(doc.Stages, func(o *transform.Stage) bool {
		return o != last && o != build && (doc.StageOf(o.Base, o) == build || slices.ContainsFunc(o.Instructions, func(in *transform.Instruction) bool {
			return artifact.SourceOf(in) == build || in.Keyword == "RUN" && strings.Contains(in.Source(), "from=")
		}))
	})
}

// loads says which step or health check of the last stage may load packages of Node.js; "" if none does.
func loads(last *artifact.Stage) string {
	for _, c := range last.Commands {
		if name := path.Base(c.Name()); !prepares(c) && !slices.Contains(givers, name) {
			return fmt.Sprintf("line %d runs %s, and what that uses is not known", c.Evidence.Line, name)
		}
	}
	for _, in := range last.Opaque {
		return fmt.Sprintf("what line %d does is not known", in.Line())
	}
	for _, in := range last.Stage.Instructions {
		if text := in.Args().Text; in.Keyword == "HEALTHCHECK" && (strings.Contains(text, "npm") || strings.Contains(text, "npx") || strings.Contains(text, "node_modules") || strings.Contains(text, "yarn")) {
			return fmt.Sprintf("the health check, line %d, may start one of its programs", in.Line())
		}
	}
	return ""
}
