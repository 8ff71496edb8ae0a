package transform

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
)

// A ChangedFile is a file of the build context that a rewrite changes together with the Dockerfile.
type ChangedFile struct {
	// Path is relative to the context, with slashes.
	Path string
	// Before is its content so far; nil for a new file.
	Before []byte
	// After is its new content.
	After []byte
}

// changesOf returns the changes that a group of fixes makes to other files.
func changesOf(group []Finding) []FileChange {
	var changes []FileChange
	for _, f := range group {
		changes = append(changes, f.Fix.Files...)
	}
	return changes
}

// merge returns the files of a rewrite after some more changes, in path order. Neither list is changed.
func merge(changes, more []FileChange) []FileChange {
	if len(more) == 0 {
		return changes
	}
	merged := slices.Clone(changes)
	for _, c := range more {
		at, found := slices.BinarySearchFunc(merged, c.Path, func(o FileChange, path string) int { return cmp.Compare(o.Path, path) })
		if found {
			merged[at] = c
		} else {
			merged = slices.Insert(merged, at, c)
		}
	}
	return merged
}

// reach notes the files that change on the way to a document, and sees the context with them.
func (r *run) reach(doc *Document, changes []FileChange) {
	r.doc = doc
	if len(changes) == 0 {
		return
	}
	r.changes = merge(r.changes, changes)
	r.files = Overlay(r.context, r.changes)
}

// changedFiles compares the files that have changed with what they were.
func (r *run) changedFiles() []ChangedFile {
	var files []ChangedFile
	for _, c := range r.changes {
		before, err := fs.ReadFile(r.context, c.Path)
		if err == nil && before == nil {
			before = []byte{}
		}
		if err != nil || string(before) != string(c.Data) {
			files = append(files, ChangedFile{Path: c.Path, Before: before, After: c.Data})
		}
	}
	return files
}

// environment is what validators look at when they judge a group of fixes.
func (r *run) environment(group []Finding) Environment {
	return Environment{Files: r.files, Changes: changesOf(group), Bases: r.Bases, Packages: r.Packages}
}

// checkChanges refuses changes of files that lie outside the context, or that are too large to be read again.
func (r *run) checkChanges(changes []FileChange) error {
	for _, c := range changes {
		switch {
		case r.context == nil:
			return fmt.Errorf("%s cannot change: the build context is not at hand", c.Path)
		case !fs.ValidPath(c.Path):
			return fmt.Errorf("%s is not in the build context", c.Path)
		case len(c.Data) > MaxSize:
			return fmt.Errorf("%s would be too large: %d bytes, the limit is %d", c.Path, len(c.Data), MaxSize)
		}
	}
	return nil
}

// A fileSet holds the files that the fixes of a group change: no two may change the same one.
type fileSet map[string]bool

func (s fileSet) free(files []FileChange) bool {
	return !slices.ContainsFunc(files, func(f FileChange) bool { return s[f.Path] })
}

func (s fileSet) add(files []FileChange) {
	for _, f := range files {
		s[f.Path] = true
	}
}
