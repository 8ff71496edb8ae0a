package trial

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"dopt/internal/catalog"
	"dopt/internal/needs"
	"dopt/internal/verify/compare"
	"dopt/internal/verify/inspect"
	"dopt/internal/verify/result"
	"dopt/internal/verify/smoke"
	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// noise is by how much two builds of one Dockerfile may differ in size: files that carry the time of
// their making, and the order in which compiled files are written. A part of the size, and bytes on top.
const (
	noiseParts = 10_000
	noiseBytes = 8 << 10
)

// judge finds what is wrong with an image of a rewrite and not with the original's.
func (t *Trial) judge(ctx context.Context, a *attempt) error {
	for _, test := range a.tests {
		if test.After != nil && !test.After.Passed && smoke.Counts(test) {
			a.faults = append(a.faults, result.Fault{Check: "test", Message: test.Name + ": " + test.After.Reason, Output: test.After.Output})
		}
	}
	before := t.before.built
	a.faults = append(a.faults, compare.ConfigFaults(a.report.Before, t.Request.Target, before.Image, a.built.Image)...)
	if err := t.inspect(ctx, a); err != nil {
		return err
	}
	if grown := a.built.Size() - before.Size(); t.Sizes && grown > before.Size()/noiseParts+noiseBytes {
		a.faults = append(a.faults, result.Fault{Check: "size", Message: fmt.Sprintf("the image grew by %d bytes", grown)})
	}
	shipped := result.StageName(a.report.After, compare.Shipped(a.report.After, t.Request.Target))
	for i := range a.faults {
		a.faults[i].Stage = shipped
	}
	return nil
}

// inspect checks the image without running it.
func (t *Trial) inspect(ctx context.Context, a *attempt) error {
	before, err := t.before.built.Inspection(ctx)
	if err != nil {
		return err
	}
	after, err := a.built.Inspection(ctx)
	if err != nil {
		return err
	}
	program := t.needs(startedAs(a.report.Before, t.Request.Target, a.built.Image.Config.Config))
	program.Uninstalled = uninstalled(a.report.After)
	for _, f := range inspect.Compare(before, after, program) {
		fault := result.Fault{Check: string(f.Check), Path: f.Path, Missing: f.Missing, Message: f.Message}
		if f.Severity == inspect.Broken {
			a.faults = append(a.faults, fault)
		} else {
			a.suspects = append(a.suspects, fault)
		}
	}
	return nil
}

// startedAs returns a Dockerfile whose image starts what another image does, where that is what npm starts in its own: all else that it needs stays
// what it needs.
func startedAs(doc *transform.Document, target string, config ocispecs.ImageConfig) *transform.Document {
	for _, in := range slices.Backward(compare.Shipped(doc, target).Instructions) {
		var was, is []string
		switch c := in.Command.(type) {
		case *instructions.CmdCommand:
			was, is = c.CmdLine, config.Cmd
		case *instructions.EntrypointCommand:
			was, is = c.CmdLine, config.Entrypoint
		}
		if !compare.BehindNPM(was, is) {
			continue
		}
		words, err := json.Marshal(is)
		if err != nil {
			panic(err) // strings only
		}
		if other, err := doc.Apply(in.Replace(in.Keyword + " " + string(words))); err == nil {
			return other
		}
	}
	return doc
}

// uninstalled returns the packages of Python that commands of a Dockerfile remove by name.
func uninstalled(doc *transform.Document) (names []string) {
	for _, in := range doc.Instructions {
		if in.Keyword != "RUN" || in.Script().Shell == nil {
			continue
		}
		for _, c := range in.Script().Shell.Commands {
			argv := c.Argv()
			if u, ok := pkgmgr.Identify(argv); ok && u.Manager.Name == "pip" && u.Verb == pkgmgr.Remove {
				for _, i := range u.Packages {
					names = append(names, argv[i])
				}
			}
		}
	}
	return names
}

// needs returns what the program of a Dockerfile needs of its image.
func (t *Trial) needs(doc *transform.Document) inspect.Needs {
	o := needs.Options{Bases: catalog.Bases()}
	if t.Project != nil {
		o.Files = t.Project
	}
	if t.Request.Target != "" {
		o.Targets = []string{t.Request.Target}
	}
	n := inspect.NeedsOf(doc, t.Request.Target, o)
	n.Env = compare.DeclaredEnv(doc, t.Request.Target)
	return n
}
