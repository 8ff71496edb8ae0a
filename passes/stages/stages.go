package stages

import (
	"fmt"
	"path"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/artifact/cfamily"
	"dopt/internal/artifact/dotnet"
	"dopt/internal/artifact/elixir"
	"dopt/internal/artifact/golang"
	"dopt/internal/artifact/java"
	"dopt/internal/artifact/node"
	"dopt/internal/artifact/php"
	"dopt/internal/artifact/python"
	"dopt/internal/artifact/ruby"
	"dopt/internal/artifact/rust"
	"dopt/transform"
)

// languages are those in which stages are understood.
var languages = []artifact.Language{
	golang.Language, rust.Language, java.Language, python.Language, node.Language, ruby.Language, elixir.Language, php.Language,
	dotnet.Language, cfamily.Language,
}

// The kinds of fixes: on a base of the same distribution, and on the smallest there is.
const (
	kindRuntime  = "runtime"
	kindSmallest = "smallest"
)

// run divides the only stage of a file, and improves the last of several.
func run(c *transform.Context) error {
	stage := c.Doc.Stages[len(c.Doc.Stages)-1]
	switch {
	case c.Packages == nil:
		return nil
	case stage.Index > 0:
		finish(c, stage)
		return nil
	case !candidate(stage, languages):
		return nil
	}
	if why := copiesFrom(stage); why != "" {
		c.Missed(stage.From, kindRuntime, "stays one stage: %s", why)
		return nil
	}
	if why := refusal(c, stage); why != "" {
		c.Missed(stage.From, kindRuntime, "stays one stage: %s", why)
		return nil
	}
	c, earlier := artifact.OnRelease(c, stage)
	s := artifact.Look(c, stage)
	noSmaller := ""
	for _, l := range languages {
		a := l.Find(s)
		if a == nil {
			continue
		}
		if len(a.Bases) == 0 && len(a.Unknowns) == 0 {
			noSmaller = a.NoSmaller
			continue
		}
		p := &plan{Context: c, stage: s, artifact: a, style: c.Doc.Style(), earlier: earlier}
		if why := p.make(); why != "" {
			c.Missed(stage.From, kindRuntime, "stays one stage: %s", why)
			return nil
		}
		p.report()
		return nil
	}
	if noSmaller != "" {
		c.Report(transform.Finding{
			Kind: kindSmallest, Span: stage.From.Span, Message: "stays one stage: " + noSmaller, Status: transform.StatusMissed, Level: transform.Aggressive,
		})
	}
	return nil
}

// report reports a fix for each base that is an answer at its level, the boldest first: the pipeline takes the first that is asked for.
func (p *plan) report() {
	for _, o := range p.options {
		kind := kindRuntime
		if o.base.Level == transform.Aggressive {
			kind = kindSmallest
		}
		title := fmt.Sprintf("Build in a stage of its own, and run on %s", o.base.Image)
		if len(o.without) > 0 {
			title += " without " + strings.Join(o.without, ", ") + ", which nothing that it runs calls"
		}
		if l := o.layers; l != nil {
			title += ", with the libraries of " + path.Base(l.File) + " in a layer of their own"
		}
		p.Report(transform.Finding{Kind: kind, Span: p.stage.Stage.From.Span, Message: title, Fix: &transform.Fix{
			Title: title, Level: o.base.Level, Evidence: p.evidence(o), Edits: p.edits(o), Scope: p.scope(), Bolder: p.bolder(o, kindSmallest),
		}})
	}
}
