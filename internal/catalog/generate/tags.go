package main

import (
	"bufio"
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"dopt/internal/catalog/official"
	"dopt/internal/catalog/table"
)

// tagTable makes the table of the tags of official images, by image:tag, of official-tags.tsv, variants.tsv and
// sizes.tsv in the folder of data, and returns the day up to which the first one goes, YYYY-MM-DD.
func tagTable(folder string) (entries []table.Entry, date string, err error) {
	tags, date, err := readTags(folder)
	if err != nil {
		return nil, "", err
	}
	err = readTSV(folder, "variants.tsv", 5, func(f []string) error {
		if t := tags[f[0]+":"+f[1]]; t != nil {
			t.Slim, t.Alpine, t.AlpineSlim = f[2], f[3], f[4]
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	err = readTSV(folder, "sizes.tsv", 4, func(f []string) (err error) {
		if t := tags[f[0]+":"+f[1]]; t != nil {
			t.SizeDate = f[3]
			t.Size, err = strconv.ParseInt(f[2], 10, 64)
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	if err := resolveLatest(tags, latestText); err != nil {
		return nil, "", err
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		entries = append(entries, table.Entry{Key: key, Value: tags[key].String()})
	}
	return entries, date, nil
}

// A period is a time in which a tag meant one release; until is empty where it goes on.
type period struct {
	distro, release, variant, since, until string
}

// readTags reads what each tag means today, and what it has meant.
func readTags(folder string) (tags map[string]*official.Tag, date string, err error) {
	periods := map[string][]period{}
	err = readTSV(folder, "official-tags.tsv", 7, func(f []string) error {
		date = max(date, f[5], f[6])
		for tag := range strings.FieldsSeq(f[1]) {
			key := f[0] + ":" + tag
			periods[key] = append(periods[key], period{f[2], f[3], f[4], f[5], f[6]})
		}
		return nil
	})
	tags = make(map[string]*official.Tag, len(periods))
	for key, list := range periods {
		slices.SortFunc(list, func(a, b period) int {
			const never = "9999"
			return cmp.Or(cmp.Compare(cmp.Or(a.until, never), cmp.Or(b.until, never)), cmp.Compare(a.since, b.since))
		})
		p := list[len(list)-1]
		t := &official.Tag{Distro: p.distro, Release: p.release, Variant: p.variant, Since: p.since, Until: p.until}
		for _, p := range list[:len(list)-1] {
			t.Moves = append(t.Moves, official.Move{Release: p.release, Until: p.until})
		}
		tags[key] = t
	}
	return tags, date, err
}

// readTSV calls read for each line of a file but the first, with as many fields as it should have: empty ones
// at the end may be left out.
func readTSV(folder, name string, fields int, read func(f []string) error) error {
	file, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		f := strings.Split(lines.Text(), "\t")
		if n == 1 {
			continue
		}
		if len(f) > fields {
			return fmt.Errorf("%s:%d: %d fields, want %d", name, n, len(f), fields)
		}
		for len(f) < fields {
			f = append(f, "")
		}
		if err := read(f); err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	return lines.Err()
}
