package passes_test

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"dopt/internal/catalog"
	"dopt/passes"
	"dopt/transform"
	"dopt/transform/validate/llb"
)

type corpusFile struct {
	name string
	src  []byte
}

// corpus returns the real Dockerfiles beside the repository; it skips the test where there are none.
func corpus(tb testing.TB) []corpusFile {
	tb.Helper()
	file, err := os.Open("../../shared/corpus/dockerfiles.tar.gz")
	if err != nil {
		tb.Skip("no corpus of real Dockerfiles beside the repository: ", err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		tb.Fatal(err)
	}
	var files []corpusFile
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			tb.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg || !strings.HasPrefix(h.Name, "dockerfiles/") {
			continue
		}
		src, err := io.ReadAll(r)
		if err != nil {
			tb.Fatal(err)
		}
		files = append(files, corpusFile{strings.TrimPrefix(h.Name, "dockerfiles/"), src})
	}
	slices.SortFunc(files, func(a, b corpusFile) int { return strings.Compare(a.name, b.name) })
	return files
}

func newPipeline(level transform.Level, only ...string) *transform.Pipeline {
	all := slices.DeleteFunc(passes.All(), func(p *transform.Pass) bool { return len(only) > 0 && !slices.Contains(only, p.Name) })
	return &transform.Pipeline{Passes: all, Validators: []transform.Validator{llb.New()}, Bases: catalog.Bases(), Level: level}
}

// each runs f over the corpus on all processors; every worker has pipelines of its own.
func each(t *testing.T, f func(w *worker, file corpusFile)) *tally {
	t.Helper()
	files := corpus(t)
	total := &tally{status: map[string]int{}}
	queue := make(chan corpusFile)
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
	total := each(t, func(w *worker, file corpusFile) {
		standard := func() *transform.Pipeline { return newPipeline(transform.Standard) }
		safe := func() *transform.Pipeline { return newPipeline(transform.Safe) }
		r := w.rewrite("standard", standard, file.name, file.src)
		if r == nil {
			return
		}
		w.count(r)
		if again := w.rewrite("standard", standard, file.name, r.After.Src); again != nil && again.Changed() {
			w.fail("%s: a second run changes the file:\n%s", file.name, transform.Diff("first", "second", r.After.Src, again.After.Src))
		}
		low := w.rewrite("safe", safe, file.name, file.src)
		if low == nil || !low.Changed() {
			return
		}
		if via := w.rewrite("standard", standard, file.name, low.After.Src); via != nil && string(via.After.Src) != string(r.After.Src) {
			w.fail("%s: standard after safe differs from standard:\n%s", file.name, transform.Diff("standard", "via safe", r.After.Src, via.After.Src))
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
	}
	each(t, func(w *worker, file corpusFile) {
		for _, p := range passes.All() {
			for name, s := range settings {
				if name != "default" && (name == "merge all") != (p.Name == "merge") {
					continue
				}
				alone := func() *transform.Pipeline {
					pipeline := newPipeline(transform.Standard, p.Name)
					pipeline.Settings = s
					return pipeline
				}
				key := p.Name + ", " + name
				r := w.rewrite(key, alone, file.name, file.src)
				if r == nil || !r.Changed() {
					continue
				}
				if again := w.rewrite(key, alone, file.name, r.After.Src); again != nil && again.Changed() {
					w.fail("%s: %s: a second run changes the file:\n%s", key, file.name, transform.Diff("first", "second", r.After.Src, again.After.Src))
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
