package driver

import (
	"slices"

	"dopt/internal/dockerfiles"
	"dopt/internal/project"
	"dopt/internal/project/history"
	"dopt/transform"
)

// An Opened is a Dockerfile that has been read, with its build context.
type Opened struct {
	Document *transform.Document
	// Project is nil where there is no build context; Notes say why, or where it comes from.
	Project *project.Project
	Targets []string
	Notes   []string
	close   func()
}

// Open reads a Dockerfile for a question about it. folder is its build context, "" for the one that Run takes.
func Open(path, folder string) (*Opened, error) {
	source, err := dockerfiles.Read(path)
	if err != nil {
		return nil, err
	}
	doc, err := transform.Parse(path, source.Data)
	if err != nil {
		return nil, err
	}
	in := (&locator{folder: folder}).input(path)
	context := project.NewFolder(in.Context)
	in.checkGuess(doc, context)
	o := &Opened{Document: doc, Targets: slices.Clone(in.Targets), Notes: in.Notes, close: func() { context.Close() }}
	if in.Context != "" {
		histories := &history.Finder{}
		var closeProject func()
		o.Project, closeProject = openProject(in, context, histories)
		o.close = func() { closeProject(); context.Close(); histories.Close() }
	}
	return o, nil
}

// Close ends the use of the build context.
func (o *Opened) Close() { o.close() }
