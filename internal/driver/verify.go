package driver

import (
	"fmt"

	"dopt/internal/config"
	"dopt/internal/verify/result"
	"dopt/transform"
)

// A Candidate is a rewrite that has been made and is to be verified.
type Candidate struct {
	// Path is the Dockerfile, Context the folder of its build context.
	Path, Context string
	// Name is the Dockerfile's path in the context, with slashes; "" where it lies outside.
	Name string
	// Project is the build context.
	Project transform.Project
	Level   transform.Level
	// Rewrite makes the rewrite anew, with a pipeline that adapt has changed.
	Rewrite func(adapt func(*transform.Pipeline)) (*transform.Report, error)
}

// A Verify builds a candidate, and returns what of it holds with what it found out.
type Verify func(c Candidate) (*transform.Report, *result.Result, error)

// verify puts a rewrite to the test, if that is asked for.
func (w *worker) verify(in Input, doc *transform.Document, changes []transform.FileChange, c config.Config) (*transform.Report, *result.Result, error) {
	if in.Context == "" {
		return nil, nil, fmt.Errorf("%s: there is no build context to build it from: name it with --context", in.Path)
	}
	project, closeProject := openProject(in, w.folders.folder(&in), w.histories)
	defer closeProject()
	files, _ := transform.Overlay(project, changes).(transform.Project)
	candidate := Candidate{Path: in.Path, Context: in.Context, Project: files, Level: c.Pipeline(w.Passes).Level}
	if name, inside := in.inContext(); inside {
		candidate.Name = name
	}
	candidate.Rewrite = func(adapt func(*transform.Pipeline)) (*transform.Report, error) {
		p := w.pipeline(in, c)
		adapt(p)
		return p.Run(doc, files)
	}
	return w.Verify(candidate)
}
