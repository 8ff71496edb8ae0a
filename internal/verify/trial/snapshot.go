package trial

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"dopt/transform"
)

// A snapshot is the state of a build context by path, as far as a builder looks at it: what differs in nothing of
// this is not sent again.
type snapshot map[string]state

type state struct {
	mode fs.FileMode
	size int64
	time time.Time
}

// observe takes a snapshot of what a builder receives.
func observe(dir string, context transform.Project) (snapshot, error) {
	s := snapshot{}
	if context == nil || dir == "" {
		return s, nil
	}
	// The project remembers what it has read; what counts is what is there now.
	err := fs.WalkDir(os.DirFS(dir), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if p != "." && context.Ignored(p) || p == ".git" {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if !d.IsDir() {
			s[p] = state{info.Mode(), info.Size(), info.ModTime()}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("build context: %w", err)
	}
	return s, nil
}

// changed returns the path of a file that is other than it was, "" if all are the same.
func (s snapshot) changed(dir string, context transform.Project) string {
	now, err := observe(dir, context)
	if err != nil {
		return err.Error()
	}
	for _, p := range slices.Sorted(maps.Keys(now)) {
		if old, ok := s[p]; !ok || old != now[p] {
			return p
		}
	}
	for _, p := range slices.Sorted(maps.Keys(s)) {
		if _, ok := now[p]; !ok {
			return p
		}
	}
	return ""
}
