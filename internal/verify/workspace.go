package verify

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

const (
	// workspacePrefix begins the names of the folders of workspaces.
	workspacePrefix = "dopt-verify-"
	// lockName is the file that a workspace in use has locked.
	lockName = "lock"
	// unlockedFor is how old a folder must be that nobody has locked: a new one is not locked yet.
	unlockedFor = time.Minute
)

// A Workspace is a temporary folder for images. It is removed by Close; what a killed run has left is removed by
// the next one.
type Workspace struct {
	dir  string
	lock *flock.Flock
	once sync.Once
}

// NewWorkspace makes a workspace where this system keeps temporary files.
func NewWorkspace() (*Workspace, error) {
	removeAbandoned(os.TempDir())
	dir, err := os.MkdirTemp("", workspacePrefix)
	if err != nil {
		return nil, fmt.Errorf("place for images: %w", err)
	}
	w := &Workspace{dir: dir, lock: flock.New(filepath.Join(dir, lockName))}
	if _, err := w.lock.TryLock(); err != nil {
		w.Close()
		return nil, fmt.Errorf("place for images: %w", err)
	}
	return w, nil
}

// Store makes a new store in the workspace.
func (w *Workspace) Store() (*Store, error) {
	dir, err := os.MkdirTemp(w.dir, "store-")
	if err != nil {
		return nil, fmt.Errorf("place for images: %w", err)
	}
	return OpenStore(dir)
}

// Close removes the workspace with all that is in it. It may be called more than once, and at any time.
func (w *Workspace) Close() {
	w.once.Do(func() {
		_ = w.lock.Close()      // a lock that is gone is released
		_ = os.RemoveAll(w.dir) // what cannot be removed now is removed by the next run
	})
}

// removeAbandoned removes the workspaces in a folder that no process uses.
func removeAbandoned(folder string) {
	dirs, _ := filepath.Glob(filepath.Join(folder, workspacePrefix+"*")) // the pattern is good
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil || time.Since(info.ModTime()) < unlockedFor {
			continue
		}
		lock := flock.New(filepath.Join(dir, lockName))
		if locked, err := lock.TryLock(); err == nil && locked {
			_ = lock.Close()
			_ = os.RemoveAll(dir) // it is another user's, perhaps
		}
	}
}
