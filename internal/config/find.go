package config

import (
	"os"
	"path/filepath"
	"sync"

	"dopt/internal/dockerfiles"
)

// A Finder finds the configurations of files, each once. It may be used by several goroutines.
type Finder struct {
	// Passes are the names of all passes.
	Passes []string

	mu sync.Mutex
	// found maps absolute folders to what holds for the files in them.
	found map[string]result
}

type result struct {
	config Config
	err    error
}

// For returns the configuration of a file: that of the nearest configuration file in its
// folder or above, up to the root of the repository. Without one it is empty.
func (f *Finder) For(file string) (Config, error) {
	folder, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return Config{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.folder(folder)
	return r.config, r.err
}

// folder returns what holds in a folder.
func (f *Finder) folder(folder string) result {
	if r, ok := f.found[folder]; ok {
		return r
	}
	r, ok := f.read(folder)
	if parent := filepath.Dir(folder); !ok && parent != folder && !isRepository(folder) {
		r = f.folder(parent)
	}
	if f.found == nil {
		f.found = map[string]result{}
	}
	f.found[folder] = r
	return r
}

// read reads the configuration file of a folder; ok is false if there is none.
func (f *Finder) read(folder string) (r result, ok bool) {
	path := dockerfiles.Relative(filepath.Join(folder, FileName))
	if _, err := os.Lstat(path); err != nil {
		return r, false
	}
	file, err := dockerfiles.Read(path)
	if err != nil {
		return result{err: err}, true
	}
	r.config, r.err = Parse(path, file.Data, f.Passes)
	return r, true
}

// isRepository reports whether a folder is the root of a git repository or worktree.
func isRepository(folder string) bool {
	_, err := os.Lstat(filepath.Join(folder, ".git"))
	return err == nil
}
