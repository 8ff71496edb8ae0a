package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
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
	Group group    `json:"group"`
	Build []string `json:"build"`
	Run   []string `json:"run"`
	// Miss tells what the catalog has wrong, "" if nothing.
	Miss string `json:"miss"`
	// First is the miss that was found before the catalog named what it names now, "" if there was none.
	First string `json:"first,omitempty"`
	// Output is the end of what the failed step wrote.
	Output string `json:"output,omitempty"`
}

// A group is why a package is in the sample.
type group string

// The groups, in the order of the table.
const (
	inChosen group = "chosen"
	inDrawn  group = "drawn"
	heldOut  group = "held out"
)

// undecided are the misses that say nothing of the catalog.
var undecided = []string{timedOut, notPublished}

func (r result) decided() bool {
	return !slices.ContainsFunc(undecided, func(miss string) bool { return strings.Contains(r.Miss, miss) })
}

// current tells whether a result is one of what the catalog names now.
func (r result) current() bool {
	n, _ := need(r.Name)
	return slices.Equal(r.Build, claimed(n)) && slices.Equal(r.Run, n.Run)
}

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

// add adds a result, in place of the one from before the catalog was changed, and writes all.
func (f *results) add(r result, file string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if i := f.index(r.Name); i >= 0 {
		old := f.Results[i]
		r.Group, r.First = old.Group, old.First
		if r.First == "" && old.decided() {
			r.First = old.Miss
		}
		f.Results[i] = r
	} else {
		f.Results = append(f.Results, r)
	}
	return f.write(file)
}

// index returns where the result of a package is, -1 if there is none; the lock is held.
func (f *results) index(name string) int {
	return slices.IndexFunc(f.Results, func(r result) bool { return r.Name == name })
}

// has tells whether there is a result for what the catalog names now.
func (f *results) has(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := f.index(name)
	return i >= 0 && f.Results[i].current()
}

// names yields the packages to check with their groups: chosen and drawn ones in turn, so that a run that is stopped has some of both,
// and then those held out. In place of one of which nothing can be told comes another.
func (f *results) names(o options) iter.Seq2[string, group] {
	return func(yield func(string, group) bool) {
		candidates := drawn(o.seed)
		used := map[string]bool{}
		for i := 0; i < max(len(chosen), len(candidates)); i++ {
			if i < len(chosen) && f.decided(chosen[:i]) < o.count/2 && !yield(chosen[i], inChosen) {
				return
			}
			if i < len(candidates) && f.decided(candidates[:i]) < o.count/2 {
				used[candidates[i]] = true
				if !yield(candidates[i], inDrawn) {
					return
				}
			}
		}
		fresh := slices.DeleteFunc(drawn(o.seed+1), func(name string) bool { return used[name] })
		for i := 0; i < len(fresh) && f.decided(fresh[:i]) < o.heldOut; i++ {
			if !yield(fresh[i], heldOut) {
				return
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
	order := []group{inChosen, inDrawn, heldOut}
	sorted := slices.SortedFunc(slices.Values(f.Results), func(a, b result) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Group), slices.Index(order, b.Group)), cmp.Compare(a.Name, b.Name))
	})
	var b strings.Builder
	b.WriteString(tableHead)
	for _, r := range sorted {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", r.Name, r.Group, strings.Join(r.Build, " "), strings.Join(r.Run, " "), r.outcome())
	}
	b.WriteString("\n| packages | decided | right | right at first |\n| --- | --- | --- | --- |\n")
	writeRate(&b, "chosen and drawn", sorted, func(r result) bool { return r.Group != heldOut })
	for _, g := range order {
		writeRate(&b, string(g), sorted, func(r result) bool { return r.Group == g })
	}
	b.WriteString("\nNot counted, never drawn or drawn and replaced, since nothing can be told of them here:\n\n")
	for _, name := range slices.Sorted(maps.Keys(left)) {
		fmt.Fprintf(&b, "- `%s`: %s\n", name, left[name])
	}
	return b.String()
}

// outcome is the last column of the table.
func (r result) outcome() string {
	outcome := "right"
	switch {
	case !r.decided():
		outcome = "undecided: " + r.Miss
	case r.Miss != "":
		outcome = "**miss**: " + r.Miss
	}
	if r.First != "" {
		outcome += "; at first: " + r.First
	}
	return outcome
}

// writeRate writes how many of the results that are wanted are right, now and when they were found first.
func writeRate(w io.Writer, label string, all []result, wanted func(result) bool) {
	decided, right, first := 0, 0, 0
	for _, r := range all {
		if !wanted(r) || !r.decided() {
			continue
		}
		decided++
		if r.Miss == "" {
			right++
			if r.First == "" {
				first++
			}
		}
	}
	if decided > 0 {
		fmt.Fprintf(w, "| %s | %d | %d, %.0f %% | %d, %.0f %% |\n", label, decided, right, percent(right, decided), first, percent(first, decided))
	}
}

func percent(part, all int) float64 { return 100 * float64(part) / float64(all) }

const tableHead = `# The Python table against reality

Written by "make catalog-verify". Each package was installed from its sources in ` + "`" + image + "`" + `: with the packages that the catalog names it must
install and, in an image with only those that it names for running, import; without them either must fail, or nothing be compiled
(some packages then go without their compiled part). What comes with a package and is linked to the same library was built from its sources, too, with what is named for
it: two copies of a library do not get along. Where the catalog says that the release is too old ("libx-dev>=2"), it must fail with what the release has. Chosen packages are named in the check; drawn ones come with a fixed seed from the packages that real Dockerfiles install
(internal/catalog/languagecheck/named.txt) and, when these are used up, from the rest of the table; held out are some that were drawn with another seed
when the misses of the others had been looked at. The table was not changed for any of the last two before it was first checked. "At first" tells what was found
then, where the catalog has been changed since.

| package | | to build | to run | result |
| --- | --- | --- | --- | --- |
`
