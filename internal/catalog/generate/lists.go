package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
)

// A list is the packages of an image as data/packages/INDEX.tsv and the file beside it give them.
type list struct {
	file         string // without .txt: image_tag
	family       string
	release      string // codename of Debian or Ubuntu, or alpine3.20; "" if the tag does not tell
	variant      string
	version      string // what the tag begins with
	method, date string // observed, simulated or derived; YYYY-MM or YYYY-MM-DD
	packages     []string
}

// readLists reads the lists below the folder of data.
func readLists(folder string) ([]list, error) {
	index, err := os.ReadFile(filepath.Join(folder, "packages", "INDEX.tsv"))
	if err != nil {
		return nil, err
	}
	var lists []list
	for line := range strings.Lines(string(index)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) < 4 || f[0] == "file" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, "packages", f[0]+".txt"))
		if err != nil {
			return nil, err
		}
		l := list{file: f[0], method: f[2], date: f[3], packages: strings.Fields(string(text))}
		slices.Sort(l.packages)
		var tag string
		l.family, tag, _ = strings.Cut(f[0], "_")
		l.release, l.variant = debian.ReadTag(l.family, tag)
		l.version, _, _ = strings.Cut(tag, "-")
		lists = append(lists, l)
	}
	return lists, nil
}

func (l list) key() string { return imageKey(l.family, l.release, l.variant) }

func imageKey(family, release, variant string) string {
	return fmt.Sprintf("%s/%s/%s", family, release, variant)
}

// inDebian returns the release that a list is of if the catalog has its index.
func (l list) inDebian(releases []*release) *release {
	for _, r := range releases {
		if r.name == debian.Release(l.release) {
			return r
		}
	}
	return nil
}
