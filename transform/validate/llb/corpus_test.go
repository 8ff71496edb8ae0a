package llb_test

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"

	"dopt/transform"
	"dopt/transform/validate/llb"
)

const corpus = "../../../../shared/corpus/dockerfiles.tar.gz"

// TestCorpus validates each real Dockerfile against itself, parsed a second time.
func TestCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("the corpus takes some seconds")
	}
	v := llb.New()
	var mu sync.Mutex
	counts := map[string]int{}
	var jobs sync.WaitGroup
	files := make(chan corpusFile)
	for range 2 {
		jobs.Go(func() {
			for f := range files {
				outcome := validateSelf(t, v, f)
				mu.Lock()
				counts[outcome]++
				mu.Unlock()
			}
		})
	}
	for _, f := range readCorpus(t) {
		files <- f
	}
	close(files)
	jobs.Wait()
	t.Logf("%v", counts)
	if counts["refines"] < 1000 {
		t.Errorf("only %d files refine themselves", counts["refines"])
	}
}

func validateSelf(t *testing.T, v *llb.Validator, f corpusFile) string {
	before, err := transform.Parse(f.name, f.data)
	if err != nil {
		return "refused by the parser"
	}
	after, err := transform.Parse(f.name, f.data)
	if err != nil {
		t.Error(err)
	}
	got := v.Validate(before, after, transform.Environment{}, 0)
	switch {
	case got.Status == transform.Unproven && len(got.Reasons) > 0:
		t.Logf("%s: %s", f.name, strings.Join(got.Reasons, "; "))
	case got.Status != transform.Refines:
		t.Errorf("%s: %s: %s", f.name, got.Status, strings.Join(got.Reasons, "; "))
	}
	return got.Status.String()
}

type corpusFile struct {
	name string
	data []byte
}

// readCorpus returns the files of the corpus; the test is skipped where it is not at hand.
func readCorpus(tb testing.TB) []corpusFile {
	tb.Helper()
	f, err := os.Open(corpus)
	if errors.Is(err, fs.ErrNotExist) {
		tb.Skip("no corpus at " + corpus)
	}
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	var files []corpusFile
	for archive := tar.NewReader(z); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			tb.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		data, err := io.ReadAll(archive)
		if err != nil {
			tb.Fatal(err)
		}
		files = append(files, corpusFile{h.Name, data})
	}
}
