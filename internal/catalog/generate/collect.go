package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/table"
)

// options are the flags and the texts written by hand.
type options struct {
	data, out, report, cache string
	check, wheels            bool
	recipes, explained       string
	needs                    string
	log                      io.Writer
}

// facts are what is written: tables by name, and two texts.
type facts struct {
	tables map[string][]table.Entry
	about  string // releases.txt
	truth  string // the ground-truth report
}

// collect makes all facts.
func collect(ctx context.Context, o options, m mirror) (*facts, error) {
	f := &facts{tables: map[string][]table.Entry{}}
	progress := newProgress(o.log, 2*len(debian.Releases)+1)
	var releases []*release
	for _, name := range debian.Releases {
		progress.step("packages of " + string(name))
		r, err := readRelease(ctx, m, name)
		if err != nil {
			return nil, err
		}
		releases = append(releases, r)
		f.about += fmt.Sprintf("%s\tDebian %s\t%s\n", r.name, r.version, r.date)
	}
	f.tables["packages"] = packageTable(releases)
	if err := f.images(o, releases); err != nil {
		return nil, err
	}
	files := newFileTables()
	var finders []*needFinder
	for i, name := range debian.Releases {
		progress.step("files of " + string(name))
		finder := newNeedFinder(releases[i])
		finders = append(finders, finder)
		err := readFiles(ctx, m, name, func(path string, packages []string) {
			for _, t := range files {
				t.add(path, packages, i, len(debian.Releases))
			}
			finder.addFile(path, packages)
		})
		if err != nil {
			return nil, err
		}
	}
	f.tables["renames"] = renameTable(releases, files[libraryTable], files[pkgConfigTable])
	files[headerTable].foldHeaders()
	for _, t := range files {
		f.tables[t.name] = t.entries()
	}
	var err error
	if f.tables["needs"], err = needTable(ctx, m, finders, o.needs); err != nil {
		return nil, err
	}
	progress.step("paths of all")
	f.tables["paths"], err = pathTable(ctx, m)
	progress.done()
	return f, err
}

// images adds the tables of images and of their tags, and the comparison of computed sets with known lists.
func (f *facts) images(o options, releases []*release) error {
	lists, err := readLists(o.data)
	if err != nil {
		return err
	}
	recipes, err := readRecipes(o.recipes)
	if err != nil {
		return err
	}
	why, err := readExplanations(o.explained)
	if err != nil {
		return err
	}
	computed := map[debian.Release]map[string][]string{}
	for _, r := range releases {
		if computed[r.name], err = compute(r, recipes); err != nil {
			return err
		}
	}
	f.tables["images"] = imageTable(knownImages(lists, releases, recipes, computed))
	tags, date, err := tagTable(o.data)
	if err != nil {
		return err
	}
	f.tables["tags"] = tags
	f.about += fmt.Sprintf("images\tdocker-library/official-images\t%s\n", date)
	f.truth = groundTruth(lists, releases, computed, why)
	return nil
}

// write writes the tables, one file each, and the texts.
func (f *facts) write(o options) error {
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(f.tables)) {
		entries := f.tables[name]
		var b bytes.Buffer
		if err := table.Write(&b, entries); err != nil {
			return fmt.Errorf("table %s: %w", name, err)
		}
		if err := os.WriteFile(tableFile(o, name), b.Bytes(), 0o644); err != nil {
			return err
		}
		fmt.Fprintf(o.log, "%-10s %7d lines %9d bytes\n", name, len(entries), b.Len())
	}
	if err := os.WriteFile(filepath.Join(o.out, "releases.txt"), []byte(f.about), 0o644); err != nil {
		return err
	}
	return os.WriteFile(o.report, []byte(f.truth), 0o644)
}

func tableFile(o options, name string) string { return filepath.Join(o.out, name+".tbl") }

// compare prints the lines that a new run would add, drop and change, table by table.
func (f *facts) compare(o options) error {
	for _, name := range slices.Sorted(maps.Keys(f.tables)) {
		data, err := os.ReadFile(tableFile(o, name))
		if err != nil {
			return err
		}
		before := map[string]string{}
		err = table.New(string(data)).Scan("", func(key, value string) bool {
			before[key] = value
			return true
		})
		if err != nil {
			return fmt.Errorf("table %s: %w", name, err)
		}
		compareTable(o.log, name, before, f.tables[name])
	}
	return nil
}

// maxShown bounds how many keys of each sort are printed of a table.
const maxShown = 20

func compareTable(w io.Writer, name string, before map[string]string, entries []table.Entry) {
	var added, changed []string
	for _, e := range entries {
		old, ok := before[e.Key]
		switch {
		case !ok:
			added = append(added, e.Key)
		case old != e.Value:
			changed = append(changed, e.Key)
		}
		delete(before, e.Key)
	}
	gone := slices.Collect(maps.Keys(before))
	fmt.Fprintf(w, "%s: %d new, %d changed, %d gone\n", name, len(added), len(changed), len(gone))
	show(w, "new", added)
	show(w, "changed", changed)
	show(w, "gone", gone)
}

func show(w io.Writer, label string, keys []string) {
	slices.Sort(keys)
	if len(keys) > maxShown {
		keys = append(keys[:maxShown:maxShown], "…")
	}
	if len(keys) > 0 {
		fmt.Fprintf(w, "  %s: %s\n", label, strings.Join(keys, ", "))
	}
}
