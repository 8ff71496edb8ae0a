package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// results are what was found up to now.
type results struct {
	Results []result `json:"results"`

	mu sync.Mutex
}

// A result is what was found of one package.
type result struct {
	Name  string   `json:"name"`
	Drawn bool     `json:"drawn"`
	Build []string `json:"build"`
	Run   []string `json:"run"`
	// Miss tells what the catalog has wrong, "" if nothing.
	Miss string `json:"miss"`
	// Output is the end of what the failed step wrote.
	Output string `json:"output,omitempty"`
}

// decided is false if a build took too long to tell.
func (r result) decided() bool { return !strings.Contains(r.Miss, timedOut) }

func readResults(file string) (*results, error) {
	found := &results{}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return found, nil
	}
	if err != nil {
		return nil, err
	}
	return found, json.Unmarshal(text, found)
}

func (f *results) write(file string) error {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", text, 0o644); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// add adds a result and writes all.
func (f *results) add(r result, file string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Results = append(f.Results, r)
	return f.write(file)
}

func (f *results) has(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.ContainsFunc(f.Results, func(r result) bool { return r.Name == name })
}

// names yields the packages to check: chosen and drawn ones in turn, so that a run that is stopped has some of both. In place of
// one of which nothing can be told comes another.
func (f *results) names(o options) iter.Seq[string] {
	return func(yield func(string) bool) {
		candidates := drawn(o.seed)
		for i := 0; i < max(len(chosen), len(candidates)); i++ {
			for _, half := range [][]string{chosen, candidates} {
				if i < len(half) && f.decided(half[:i]) < o.count/2 && !yield(half[i]) {
					return
				}
			}
		}
	}
}

// decided returns of how many packages it is known whether the catalog is right, or not yet known whether that can be told.
func (f *results) decided(names []string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	count := len(names)
	for _, r := range f.Results {
		if !r.decided() && slices.Contains(names, r.Name) {
			count--
		}
	}
	return count
}

// table writes what was found as Markdown.
func table(f *results) string {
	sorted := slices.SortedFunc(slices.Values(f.Results), func(a, b result) int {
		return cmp.Or(cmp.Compare(fmt.Sprint(a.Drawn), fmt.Sprint(b.Drawn)), cmp.Compare(a.Name, b.Name))
	})
	var b strings.Builder
	b.WriteString(`# The Python table against reality

Written by "make catalog-verify". Each package was installed from its sources in ` + "`" + image + "`" + `: with the packages that the catalog names it must
install and, in an image with only those that it names for running, import; without them either must fail, or nothing be compiled
(some packages then go without their compiled part). Chosen packages are named in the check; drawn ones come with a fixed seed from the packages that real Dockerfiles install
(internal/catalog/languagecheck/named.txt), and the table was not changed for any of them before it was checked.

| package | | to build | to run | result |
| --- | --- | --- | --- | --- |
`)
	right, decided := 0, 0
	for _, r := range sorted {
		how, outcome := "chosen", "right"
		if r.Drawn {
			how = "drawn"
		}
		if r.Miss != "" {
			outcome = "**miss**: " + r.Miss
		}
		if r.decided() {
			decided++
			if r.Miss == "" {
				right++
			}
		} else {
			outcome = "undecided: " + r.Miss
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", r.Name, how, strings.Join(r.Build, " "), strings.Join(r.Run, " "), outcome)
	}
	percent := 0.0
	if decided > 0 {
		percent = 100 * float64(right) / float64(decided)
	}
	fmt.Fprintf(&b, "\n%d of %d packages that were decided are right, %.0f %%.\n", right, decided, percent)
	return b.String()
}
