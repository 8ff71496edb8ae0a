package main

import (
	"cmp"
	"context"
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
	// Drawn tells of the names that were drawn whether the index has them for the same thing.
	Drawn   map[string]bool `json:"drawn"`
	Results []result        `json:"results"`

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
	found := &results{Drawn: map[string]bool{}}
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

// note adds whether the index has a name that was drawn, and writes all.
func (f *results) note(name string, published bool, file string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Drawn[name] = published
	return f.write(file)
}

func (f *results) drawn(name string) (published, known bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	published, known = f.Drawn[name]
	return published, known
}

func (f *results) has(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.ContainsFunc(f.Results, func(r result) bool { return r.Name == name })
}

// names yields the packages to check: chosen and drawn ones in turn, so that a run that is stopped has some of both. The
// index is asked for a drawn one when its turn comes.
func (f *results) names(ctx context.Context, o options) iter.Seq2[string, error] {
	candidates := drawn(o.seed)
	return func(yield func(string, error) bool) {
		for i := range o.count / 2 {
			if i < len(chosen) && !yield(chosen[i], nil) {
				return
			}
			name, err := f.next(ctx, o, &candidates)
			if name != "" && !yield(name, err) || err != nil {
				return
			}
		}
	}
}

// next takes candidates until one means the same at the index, and returns it; "" when there is none left.
func (f *results) next(ctx context.Context, o options, candidates *[]string) (string, error) {
	for len(*candidates) > 0 {
		name := (*candidates)[0]
		*candidates = (*candidates)[1:]
		ok, known := f.drawn(name)
		if !known {
			var err error
			if ok, err = published(ctx, name); err != nil {
				return name, err
			}
			if err := f.note(name, ok, o.results); err != nil {
				return name, err
			}
		}
		if ok {
			return name, nil
		}
	}
	return "", nil
}

// table writes what was found as Markdown.
func table(f *results) string {
	sorted := slices.SortedFunc(slices.Values(f.Results), func(a, b result) int {
		return cmp.Or(cmp.Compare(fmt.Sprint(a.Drawn), fmt.Sprint(b.Drawn)), cmp.Compare(a.Name, b.Name))
	})
	var b strings.Builder
	b.WriteString(`# The Python table against reality

Written by "make catalog-verify". Each package was installed from its sources in ` + "`" + image + "`" + `: with the packages that the catalog names it must
install and, in an image with only those that it names for running, import; without them either must fail. Chosen packages are
named in the check, drawn ones come from the catalog's keys with a fixed seed.

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
	var passed []string
	for name, published := range f.Drawn {
		if !published {
			passed = append(passed, name)
		}
	}
	slices.Sort(passed)
	if passed != nil {
		fmt.Fprintf(&b, "\nDrawn, but not published under the name and version that Debian has, and so passed over: %s.\n", strings.Join(passed, ", "))
	}
	return b.String()
}
