package trial

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dopt/internal/project"
	"dopt/internal/verify"
	"dopt/internal/verify/smoke"
)

// An edit is another one in each build, on both sides; the median counts, and what ran is told by instruction. The first builds leave
// out the cache where that is asked for, on both sides, and those after an edit never do.
func TestRebuild(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "app.py"), []byte("print('a')\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	trial := newTrial(newDaemon(t), rewrite(t, original, []change{{"1", "RUN make /c\n", "RUN make /c\nRUN make /d\n"}}))
	files := project.NewContext(dir)
	defer files.Close()
	trial.Request.Dir, trial.Project = dir, project.New(files, "Dockerfile", nil, nil)
	trial.Rebuilds, trial.Cold = 3, true

	build := trial.Build
	var cold []bool
	var edits []string
	took := []float64{9, 2, 4, 8, 1, 5} // of the builds after an edit, three a side
	trial.Build = func(ctx context.Context, r verify.Request, run func(context.Context, smoke.Sandbox) error) (*verify.Built, error) {
		cold = append(cold, r.NoCache)
		built, err := build(ctx, r, run)
		if text := string(r.Overlay["app.py"]); err == nil && text != "" {
			built.Seconds = took[len(edits)]
			edits = append(edits, text)
			built.Vertices = []verify.Vertex{
				{Name: "[internal] load build context", Ran: true, Ended: time.Second},
				{Name: "[1/4] FROM scratch", Ran: true, Ended: time.Second},
				{Name: "[2/4] RUN make /a", Cached: true},
				{Name: "[3/4] RUN make /b"}, // it never began
				{Name: "[4/4] RUN make /c", Ran: true, Started: time.Second, Ended: 3 * time.Second},
				{Name: "exporting to oci image format", Ran: true, Ended: time.Second},
			}
		}
		return built, err
	}
	again := run(t, trial).Result.Rebuild
	if again == nil || again.Edited != "app.py" || again.Before.Seconds != 4 || again.After.Seconds != 5 || len(again.Before.Runs) != 3 {
		t.Fatalf("got %+v", again)
	}
	if want := []bool{true, true, false, false, false, false, false, false}; !slices.Equal(cold, want) {
		t.Errorf("builds without cache: %v, want %v", cold, want)
	}
	for i, text := range edits {
		if slices.Contains(edits[:i], text) || !strings.HasPrefix(text, "print('a')\n\n# edited ") {
			t.Errorf("edit %d: %q", i, text)
		}
	}
	if steps := again.Before.Steps; len(steps) != 1 || steps[0].Name != "RUN make /c" || steps[0].Line != 4 || steps[0].Seconds != 2 || steps[0].Start != 1 {
		t.Errorf("steps that ran: %+v", steps)
	}
}
