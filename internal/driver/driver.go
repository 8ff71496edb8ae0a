// Package driver runs passes over many files at once.
package driver

import (
	"context"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"

	"dopt/internal/config"
	"dopt/internal/dockerfiles"
	"dopt/internal/project/history"
	"dopt/internal/report"
	"dopt/transform"
)

// StdinName is what messages call standard input when the user gives no name.
const StdinName = "<stdin>"

// Options say what a Driver does with each file.
type Options struct {
	// Passes are all passes; the configuration selects.
	Passes []*transform.Pass
	// Validators returns new validators, for one file: what they remember is of no use for the next.
	Validators func() []transform.Validator
	Bases      transform.Bases
	// Packages may be nil; see transform.Pipeline.
	Packages transform.Packages
	// Choice overrides what configuration files choose.
	Choice config.Config
	// FormatAll formats whole files and not just what other passes wrote.
	FormatAll bool
	// Disabled holds IDs of fixes that must not be made, Limit the largest number of fixes in
	// a file; 0 is no limit.
	Disabled map[string]bool
	Limit    int
	// InPlace replaces the files that change.
	InPlace bool
	// Alone leaves all files but the Dockerfiles as they are: fixes that change another one are not made.
	Alone bool
	// Verify, if not nil, builds each rewrite and says what of it holds; files without a build context are an error then.
	Verify Verify
	// Jobs is how many files are rewritten at once, at least 1.
	Jobs int
}

// An Input is a Dockerfile to rewrite.
type Input struct {
	// Path is the file, and what messages call it.
	Path string
	// Context is the folder of its build context, "" if there is none.
	Context string
	// Targets are the stages, besides the last, that the project's own files build.
	Targets []string
	// Notes say where the context comes from, a line each.
	Notes []string
	// Source is the file's content where it has been read already.
	Source *dockerfiles.Source
	// guessed is true where nothing but its place says that Context is the context.
	guessed bool
}

// Inputs returns the Dockerfiles that paths mean, in path order; folder is their
// build context, and if it is "" what Compose and Bake files say, else each file's own folder. What cannot
// be found makes an error and the rest goes on.
func Inputs(paths []string, folder string) ([]Input, []error) {
	found, errs := dockerfiles.Find(paths)
	l := &locator{folder: folder}
	var inputs []Input
	for _, path := range found {
		inputs = append(inputs, l.input(path))
	}
	return inputs, errs
}

// Stdin reads the one input that standard input is. name is the file that it stands for, "" if
// there is none.
func Stdin(r io.Reader, name, folder string) (Input, error) {
	in := Input{Path: StdinName, Context: folder}
	if name != "" {
		in = (&locator{folder: folder}).input(dockerfiles.Relative(name))
	}
	var err error
	in.Source, err = dockerfiles.ReadFrom(r, in.Path)
	return in, err
}

// Run rewrites the inputs and yields the results in their order. It stops early, without an
// error, when ctx is done; a file is never left half written.
func Run(ctx context.Context, inputs []Input, o Options) iter.Seq[report.File] {
	return func(yield func(report.File) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var workers sync.WaitGroup
		histories := &history.Finder{}
		defer histories.Close()
		folders := newFolders(inputs)
		defer folders.close()
		defer workers.Wait()
		defer cancel()
		// Each job carries the channel for its result. Queue holds these channels in the order of
		// the inputs; its capacity bounds how many results wait for their turn.
		jobs := make(chan job)
		queue := make(chan chan report.File, waiting*o.Jobs)
		workers.Go(func() { feed(ctx, inputs, jobs, queue) })
		finder := &config.Finder{}
		for _, p := range o.Passes {
			finder.Passes = append(finder.Passes, p.Name)
		}
		working := make(slots, o.Jobs)
		for range waiting * o.Jobs {
			workers.Go(func() {
				w := &worker{o, finder, histories, folders, working}
				for j := range jobs {
					j.result <- w.file(j.input, j.turn)
				}
			})
		}
		for result := range queue {
			if !yield(<-result) {
				return
			}
		}
	}
}

// waiting is how many inputs for each of the jobs may wait: for their turn, or to be yielded.
const waiting = 8

// slots bound how many workers rewrite at the same time.
type slots chan struct{}

func (s slots) take()  { s <- struct{}{} }
func (s slots) leave() { <-s }

// A job is an input and where its result goes.
type job struct {
	input  Input
	turn   *turn
	result chan report.File
}

// feed hands out the inputs until ctx is done.
func feed(ctx context.Context, inputs []Input, jobs chan<- job, queue chan<- chan report.File) {
	defer close(jobs)
	defer close(queue)
	order := turns{}
	for _, in := range inputs {
		if ctx.Err() != nil {
			return
		}
		j := job{in, order.next(in.Context), make(chan report.File, 1)}
		select {
		case queue <- j.result:
			jobs <- j // whoever waits for a result gets it: workers stop when jobs is closed, no earlier
		case <-ctx.Done():
			return
		}
	}
}

// A worker rewrites one file after the other.
type worker struct {
	Options
	finder    *config.Finder
	histories *history.Finder
	folders   *folders
	working   slots
}

// file rewrites one file. A panic is a bug of dopt and costs this file only.
func (w *worker) file(in Input, t *turn) (f report.File) {
	f.Path = in.Path
	defer t.end()
	w.working.take()
	defer w.working.leave()
	defer w.folders.done(in.Context)
	defer func() {
		if v := recover(); v != nil {
			f.Result, f.Err = nil, &PanicError{in.Path, v, debug.Stack()}
		}
	}()
	found, err := w.finder.For(in.Path)
	if err != nil {
		f.Err = err
		return f
	}
	if found.Excludes(in.Path) {
		f.Excluded = found.Path
		return f
	}
	f.Err = w.rewrite(&in, found.Override(w.Choice), t, &f)
	f.Context, f.Notes = in.Context, in.Notes
	return f
}

// rewrite rewrites one file, and says in f what became of it. It takes a context away from the input that cannot be that of the file.
func (w *worker) rewrite(in *Input, c config.Config, t *turn, f *report.File) (err error) {
	source := in.Source
	if source == nil {
		if source, err = dockerfiles.Read(in.Path); err != nil {
			return err
		}
	}
	doc, err := transform.Parse(in.Path, source.Data)
	if err != nil {
		return err
	}
	in.checkGuess(doc, w.folders.folder(in))
	r, err := w.run(doc, *in, nil, c)
	if err != nil {
		return err
	}
	w.working.leave() // to those that can go on
	earlier := t.wait()
	w.working.take()
	if len(earlier) > 0 {
		// A file before this one has changed the context that both share.
		if r, err = w.run(doc, *in, earlier, c); err != nil {
			return err
		}
	}
	if w.Verify != nil {
		if r, f.Verified, err = w.verify(*in, doc, earlier, c); err != nil {
			return err
		}
	}
	if w.InPlace && r.Changed() {
		if err := replace(source, in.Context, r); err != nil {
			return err
		}
		f.Written = true
	}
	f.Result = r
	t.change(r.Files)
	return nil
}

// replace writes all that a rewrite changes, or nothing.
func replace(dockerfile *dockerfiles.Source, folder string, r *transform.Report) error {
	var set []dockerfiles.Replacement
	if r.Rewritten() {
		set = append(set, dockerfiles.Replacement{Source: dockerfile, New: r.After.Src})
	}
	for _, f := range r.Files {
		source, err := dockerfiles.ReadBeside(filepath.Join(folder, filepath.FromSlash(f.Path)))
		if err != nil {
			return err
		}
		source.Data = f.Before // what the rewrite has seen must be what is there
		set = append(set, dockerfiles.Replacement{Source: source, New: f.After})
	}
	return dockerfiles.ReplaceAll(set)
}

// run runs the pipeline that c chooses over a document, in a context of which some files have changed.
func (w *worker) run(doc *transform.Document, in Input, changes []transform.FileChange, c config.Config) (*transform.Report, error) {
	p := w.pipeline(in, c)
	if in.Context == "" {
		return p.Run(doc, nil)
	}
	files, closeFiles := openProject(in, w.folders.folder(&in), w.histories)
	defer closeFiles()
	return p.Run(doc, transform.Overlay(files, changes))
}

// pipeline returns the pipeline that c chooses for an input.
func (w *worker) pipeline(in Input, c config.Config) *transform.Pipeline {
	p := c.Pipeline(w.Passes)
	p.Validators, p.Bases = w.Validators(), w.Bases
	p.Packages = w.Packages
	p.Disabled, p.Limit, p.Alone = w.Disabled, w.Limit, w.Alone
	p.Settings.FormatAll = w.FormatAll
	p.Settings.Targets = slices.Concat(p.Settings.Targets, in.Targets)
	return p
}

// A PanicError is a bug of dopt that a file has brought to light.
type PanicError struct {
	Path  string
	Value any
	// Stack is where it happened.
	Stack []byte
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("%s:1:1: bug in dopt, please report it with this file: %v", e.Path, e.Value)
}
