package llb_test

import (
	"strings"
	"sync"
	"testing"

	"dopt/internal/corpus"
	"dopt/transform"
	"dopt/transform/validate/llb"
)

// TestCorpus validates each real Dockerfile against itself, parsed a second time.
func TestCorpus(t *testing.T) {
	if testing.Short() {
		t.Skip("the corpus takes some seconds")
	}
	v := llb.New()
	var mu sync.Mutex
	counts := map[string]int{}
	var jobs sync.WaitGroup
	files := make(chan corpus.File)
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
	for _, f := range corpus.Files(t, "dockerfiles") {
		files <- f
	}
	close(files)
	jobs.Wait()
	t.Logf("%v", counts)
	if counts["refines"] < 1000 {
		t.Errorf("only %d files refine themselves", counts["refines"])
	}
}

func validateSelf(t *testing.T, v *llb.Validator, f corpus.File) string {
	before, err := transform.Parse(f.Name, f.Src)
	if err != nil {
		return "refused by the parser"
	}
	after, err := transform.Parse(f.Name, f.Src)
	if err != nil {
		t.Error(err)
	}
	got := v.Validate(before, after, transform.Environment{}, 0)
	switch {
	case got.Status == transform.Unproven && len(got.Reasons) > 0:
		t.Logf("%s: %s", f.Name, strings.Join(got.Reasons, "; "))
	case got.Status != transform.Refines:
		t.Errorf("%s: %s: %s", f.Name, got.Status, strings.Join(got.Reasons, "; "))
	}
	return got.Status.String()
}
