package verify_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"dopt/internal/verify"
)

// What a killed run has left is removed by the next one; what a run uses, or has only just made, is not.
func TestAbandonedWorkspaces(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	folder := func(name string, age time.Duration) string {
		t.Helper()
		dir := filepath.Join(tmp, name)
		if err := os.MkdirAll(filepath.Join(dir, "store-1", "blobs"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "lock"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		when := time.Now().Add(-age)
		if err := os.Chtimes(dir, when, when); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	left, fresh, used, other := folder("dopt-verify-1", time.Hour), folder("dopt-verify-2", 0), folder("dopt-verify-3", time.Hour), folder("else-4", time.Hour)
	lock := flock.New(filepath.Join(used, "lock"))
	if ok, err := lock.TryLock(); !ok || err != nil {
		t.Fatal(ok, err)
	}
	defer lock.Close()
	w, err := verify.NewWorkspace()
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	w.Close() // a second time does no harm
	for dir, want := range map[string]bool{left: false, fresh: true, used: true, other: true} {
		if _, err := os.Stat(dir); (err == nil) != want {
			t.Errorf("%s is there: %t, want %t", dir, err == nil, want)
		}
	}
	if dirs, _ := filepath.Glob(filepath.Join(tmp, "*")); len(dirs) != 3 {
		t.Errorf("there are %v", dirs)
	}
}
