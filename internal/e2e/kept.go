package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"dopt/internal/project"
	"dopt/internal/verify/trial"
	"dopt/transform"
)

// fingerprint changes with all that a row of the results is made of, apart from base images and packages: the project's files
// and what dopt makes of them.
func (h *harness) fingerprint(c *Case, source *project.Project) (string, error) {
	sum := sha256.New()
	files := os.DirFS(c.Dir)
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || name == expertFile {
			return err
		}
		text, err := fs.ReadFile(files, name)
		fmt.Fprintf(sum, "%s\x00%d\x00%s", name, len(text), text)
		return err
	})
	if err != nil {
		return "", err
	}
	report, err := h.rewrite(c, source, trial.Variant{})
	if err != nil {
		return "", err
	}
	fmt.Fprintf(sum, "%d\x00%s", len(report.After.Src), report.After.Src)
	for _, f := range report.Files {
		fmt.Fprintf(sum, "%s\x00%d\x00%s", f.Path, len(f.After), f.After)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

// markOutdated tells which rows would be made of something else now.
func markOutdated(rows []Result, examples string) error {
	for i := range rows {
		r := &rows[i]
		variants, err := variantsOf([]string{r.Level})
		if err != nil {
			return err
		}
		c, err := loadCase(filepath.Join(examples, r.Case))
		if errors.Is(err, fs.ErrNotExist) {
			r.Outdated = true
			continue
		}
		if err != nil {
			return err
		}
		h := &harness{variant: variants[0]}
		c = h.variant.of(c)
		files := project.NewContext(c.Dir)
		now, err := h.fingerprint(c, project.New(files, c.Dockerfile, nil, nil))
		files.Close()
		if err != nil {
			return err
		}
		r.Outdated = now != r.Fingerprint
	}
	return nil
}

// known returns the row that a new one would repeat: the one that is kept, or that of a lower level where nothing more is done.
func (h *harness) known(c *Case, r Result, earlier []Result) (Result, bool) {
	for _, old := range h.kept {
		good := old.Status == Passed || old.Status == Short
		if good && old.key() == r.key() && old.Fingerprint == r.Fingerprint && (old.Rebuild != nil || !h.rebuilds) && (old.BuildAfter > 0 || !h.cold) {
			return old, true
		}
	}
	if _, ok := c.Expect[r.Level]; ok {
		return r, false
	}
	for _, old := range earlier {
		if old.Fingerprint != r.Fingerprint || old.Status != Passed && old.Status != Short {
			continue
		}
		old.Level, old.Status, old.Reason = r.Level, Passed, "" // what falls short of the lower level's aim
		return old, true
	}
	return r, false
}

// readResults reads the rows that writeJSON has written; without a file there are none.
func readResults(path string) ([]Result, error) {
	text, err := os.ReadFile(path)
	if path == "" || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var results []Result
	if err := json.Unmarshal(text, &results); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return results, nil
}

// writeJSON writes the results to a file.
func writeJSON(path string, results []Result) error {
	text, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}

// merge puts new rows into the place of those that are kept, by language, case and level. One that was left out replaces none.
func merge(kept, results []Result) []Result {
	rows := map[string]Result{}
	for _, r := range slices.Concat(kept, results) {
		if _, ok := rows[r.key()]; !ok || r.Status != LeftOut {
			rows[r.key()] = r
		}
	}
	order := func(r Result) int {
		if level, err := transform.ParseLevel(r.Level); err == nil {
			return int(level)
		}
		return -1 // the expert's
	}
	return slices.SortedFunc(maps.Values(rows), func(a, b Result) int {
		return cmp.Or(slices.Index(languages, a.Language)-slices.Index(languages, b.Language), cmp.Compare(a.Case, b.Case), order(a)-order(b))
	})
}
