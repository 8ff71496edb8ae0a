// Package history tells which paths the last commits of a git repository changed.
//
// It reads the repository's files itself and runs no git. A repository may be hostile, and git runs
// programs that .git/config names: core.fsmonitor, core.pager, gpg.program by log.showSignature, the
// transports of a partial clone's remotes, and more with every release. No list of flags and variables is sure
// to neutralise all of them in all versions; and git refuses to work in a checkout that belongs to somebody else, as in many
// containers of CI. Here nothing reads the configuration, so nothing in it can have an effect, and what is read is
// bounded. The general library, go-git, was tried: it has no such bounds, and its object reader alone brings 14 modules,
// 2 MB, and 0.6 ms at the start of each run (measured).
//
// It understands what git writes by default: loose objects and packs (version 2) with SHA-1, plain and packed
// references, worktrees and submodules. Shallow clones end where their commits end. With SHA-256,
// reftable, or objects in another repository (alternates) there is no history.
package history

import (
	"path"
	"path/filepath"
	"strings"
	"sync"
)

// A Finder finds the histories of folders and reads each repository once, when it is first asked for. It may
// be used by several goroutines. Close ends its use.
type Finder struct {
	mu sync.Mutex
	// repositories maps the roots of worktrees to their repositories.
	repositories map[string]*repository
}

// For returns the history of a folder. It looks at nothing yet.
func (f *Finder) For(folder string) *History { return &History{finder: f, folder: folder} }

// Close closes the repositories.
func (f *Finder) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.repositories {
		r.close()
	}
}

// repository returns the one whose worktree has the given root.
func (f *Finder) repository(root string) *repository {
	f.mu.Lock()
	defer f.mu.Unlock()
	r, ok := f.repositories[root]
	if !ok {
		r = &repository{worktree: root}
		if f.repositories == nil {
			f.repositories = map[string]*repository{}
		}
		f.repositories[root] = r
	}
	return r
}

// A History is that of one folder; without a repository it is empty. It implements project.History.
type History struct {
	finder *Finder
	folder string

	once       sync.Once
	repository *repository
	// prefix is the folder as seen from the root of the worktree, with slashes, "." for itself.
	prefix string
}

// Changes returns the paths at and below the folder, and relative to it, that each of the last commits changed,
// newest first. Commits that change nothing there are left out; so are merges, which repeat what
// they merge, the first commit, which adds all that there is, and commits of more than 1,000 files, which
// move or lay out everything once.
func (h *History) Changes() [][]string {
	h.once.Do(h.find)
	if h.repository == nil {
		return nil
	}
	var changes [][]string
	for _, paths := range h.repository.changes() {
		var here []string
		for _, p := range paths {
			if rel, ok := below(p, h.prefix); ok {
				here = append(here, rel)
			}
		}
		if len(here) > 0 {
			changes = append(changes, here)
		}
	}
	return changes
}

// Tracked reports whether the last commit has a file or folder at a path of the folder.
func (h *History) Tracked(name string) bool {
	h.once.Do(h.find)
	return h.repository != nil && h.repository.tracked(path.Join(h.prefix, name))
}

// find looks for the repository that holds the folder.
func (h *History) find() {
	folder, err := filepath.EvalSymlinks(h.folder)
	if err != nil {
		return
	}
	if folder, err = filepath.Abs(folder); err != nil {
		return
	}
	for root := folder; ; root = filepath.Dir(root) {
		if exists(filepath.Join(root, ".git")) {
			h.repository = h.finder.repository(root)
			rel, _ := filepath.Rel(root, folder) // cannot fail: root is above
			h.prefix = filepath.ToSlash(rel)
			return
		}
		if root == filepath.Dir(root) {
			return
		}
	}
}

// below returns a path as seen from a folder, if it lies in it.
func below(name, folder string) (string, bool) {
	if folder == "." {
		return name, true
	}
	return strings.CutPrefix(name, folder+"/")
}
