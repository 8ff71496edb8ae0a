package passes_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"dopt/internal/catalog"
	"dopt/internal/corpus"
	"dopt/internal/system"
	"dopt/passes"
	"dopt/transform"
	"dopt/transform/validate/llb"
)

func newPipeline(level transform.Level, only ...string) *transform.Pipeline {
	all := slices.DeleteFunc(passes.All(), func(p *transform.Pass) bool { return len(only) > 0 && !slices.Contains(only, p.Name) })
	return &transform.Pipeline{Passes: all, Validators: []transform.Validator{llb.New()}, Bases: catalog.Bases(), Packages: system.Packages(), Level: level}
}

// each runs f over the corpus on all processors; every worker has pipelines of its own.
func each(t *testing.T, f func(w *worker, file corpus.File)) *tally {
	t.Helper()
	files := corpus.Files(t, "dockerfiles")
	total := &tally{status: map[string]int{}}
	queue := make(chan corpus.File)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			w := &worker{t: t, tally: total, pipelines: map[string]*transform.Pipeline{}}
			for file := range queue {
				f(w, file)
			}
		}()
	}
	for _, file := range files {
		queue <- file
	}
	close(queue)
	wg.Wait()
	return total
}

// A tally counts what happened over the corpus.
type tally struct {
	sync.Mutex
	files, changed, shown int
	status                map[string]int
}

type worker struct {
	t         *testing.T
	tally     *tally
	pipelines map[string]*transform.Pipeline
}

// rewrite runs a pipeline over a text and asserts what must hold for every result.
func (w *worker) rewrite(key string, p func() *transform.Pipeline, name string, src []byte) *transform.Report {
	if w.pipelines[key] == nil {
		w.pipelines[key] = p()
	}
	doc, err := transform.Parse(name, src)
	if err != nil {
		w.fail("%v", err)
		return nil
	}
	r, err := w.pipelines[key].Run(doc, nil)
	if err != nil {
		w.fail("%s: %s: %v", key, name, err)
		return nil
	}
	for _, f := range r.Findings {
		if f.Status == transform.StatusRejected {
			w.fail("%s: %s:%d: %s/%s rejected: %s", key, name, f.Line, f.Pass, f.Kind, strings.Join(f.Reasons, "; "))
		}
	}
	return r
}

// fail reports an error, the first few of them in full.
func (w *worker) fail(format string, args ...any) {
	w.tally.Lock()
	defer w.tally.Unlock()
	if w.tally.shown++; w.tally.shown <= 25 {
		w.t.Errorf(format, args...)
	} else {
		w.t.Fail()
	}
}

// The laws of the pipeline on every real file: nothing is rejected, a second run changes
// nothing, and rewriting at level safe first makes no difference to level standard.
func TestCorpusRewrite(t *testing.T) {
	total := each(t, func(w *worker, file corpus.File) {
		standard := func() *transform.Pipeline { return newPipeline(transform.Standard) }
		safe := func() *transform.Pipeline { return newPipeline(transform.Safe) }
		r := w.rewrite("standard", standard, file.Name, file.Src)
		if r == nil {
			return
		}
		w.count(r)
		if again := w.rewrite("standard", standard, file.Name, r.After.Src); again != nil && again.Changed() {
			w.fail("%s: a second run changes the file:\n%s", file.Name, transform.Diff("first", "second", r.After.Src, again.After.Src))
		}
		low := w.rewrite("safe", safe, file.Name, file.Src)
		if low == nil || !low.Changed() {
			return
		}
		if via := w.rewrite("standard", standard, file.Name, low.After.Src); via != nil && string(via.After.Src) != string(r.After.Src) {
			w.fail("%s: standard after safe differs from standard:\n%s", file.Name, transform.Diff("standard", "via safe", r.After.Src, via.After.Src))
		}
	})
	t.Log(total)
}

// Each pass alone is idempotent, too, with every setting that it reads.
func TestCorpusPassesAlone(t *testing.T) {
	settings := map[string]transform.Settings{
		"default":      {},
		"merge all":    {Merge: transform.MergeAll},
		"cache mounts": {CacheMounts: true},
		"early":        {Declarations: transform.DeclarationsEarly},
		"late":         {Declarations: transform.DeclarationsLate},
	}
	// readBy names the one pass that reads a setting.
	readBy := map[string]string{"merge all": "merge", "cache mounts": "cleanup", "early": "order", "late": "order"}
	each(t, func(w *worker, file corpus.File) {
		for _, p := range passes.All() {
			for name, s := range settings {
				if pass, ok := readBy[name]; ok && pass != p.Name {
					continue
				}
				alone := func() *transform.Pipeline {
					pipeline := newPipeline(transform.Standard, p.Name)
					pipeline.Settings = s
					return pipeline
				}
				key := p.Name + ", " + name
				r := w.rewrite(key, alone, file.Name, file.Src)
				if r == nil || !r.Changed() {
					continue
				}
				if again := w.rewrite(key, alone, file.Name, r.After.Src); again != nil && again.Changed() {
					w.fail("%s: %s: a second run changes the file:\n%s", key, file.Name, transform.Diff("first", "second", r.After.Src, again.After.Src))
				}
			}
		}
	})
}

func (w *worker) count(r *transform.Report) {
	w.tally.Lock()
	defer w.tally.Unlock()
	w.tally.files++
	if r.Changed() {
		w.tally.changed++
	}
	for _, f := range r.Findings {
		w.tally.status[fmt.Sprintf("%s %s/%s", f.Status, f.Pass, f.Kind)]++
	}
}

func (c *tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d files, %d changed\n", c.files, c.changed)
	var keys []string
	for k := range c.status {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		fmt.Fprintf(&b, "%6d %s\n", c.status[k], k)
	}
	return b.String()
}
