package main

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"dopt/internal/catalog/debian"
	"dopt/internal/catalog/language"
)

// testdata/needs.txtar has a mirror with one release, needs by hand, and the lines that are wanted.
func TestNeeds(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/needs.txtar")
	if err != nil {
		t.Fatal(err)
	}
	files, err := txtar.FS(archive)
	if err != nil {
		t.Fatal(err)
	}
	sub, err := fs.Sub(files, "mirror")
	if err != nil {
		t.Fatal(err)
	}
	mirror := folderMirror{sub}
	r, err := readRelease(t.Context(), mirror, "bookworm")
	if err != nil {
		t.Fatal(err)
	}
	finder := newNeedFinder(r)
	if err := readFiles(t.Context(), mirror, "bookworm", finder.addFile); err != nil {
		t.Fatal(err)
	}
	entries, err := needTable(t.Context(), mirror, []*needFinder{finder}, text(t, files, "by-hand"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, e := range entries {
		lines = append(lines, e.Key+"\t"+e.Value+"\n")
	}
	slices.Sort(lines)
	if got, want := strings.Join(lines, ""), text(t, files, "want"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestHandNeedsAreRefused(t *testing.T) {
	for name, line := range map[string]string{
		"fields":   "python\tx\tsource\t-\t-\treason\n",
		"language": "cobol\tx\tsource\t-\t-\t-\treason\n",
		"answer":   "python\tx\tperhaps\t-\t-\t-\treason\n",
		"reason":   "python\tx\tsource\t-\t-\t-\t\n",
		"twice":    "python\tx_y\tsource\t-\t-\t-\tr\npython\tX.y\tsource\t-\t-\t-\tr\n",
	} {
		if _, err := readHandNeeds(line); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	needs, err := readHandNeeds("python\tx\tsource\tno-such-package\t-\t-\treason\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := needs[0].records([]*needFinder{newNeedFinder(&release{})}, nil); err == nil {
		t.Error("a package that no release has: no error")
	}
	if needs, err = readHandNeeds("python\tx\tunknown\t=\t-\t-\treason\n"); err != nil {
		t.Fatal(err)
	}
	same := []language.Record{{Release: "bookworm", Native: true, Build: []string{"gcc"}}}
	if _, err := needs[0].records([]*needFinder{newNeedFinder(&release{name: "bookworm"})}, same); err == nil {
		t.Error("what the index says: no error")
	}
	if needs, err = readHandNeeds("python\tx>=2\tunknown\t-\t-\t-\treason\n"); err != nil {
		t.Fatal(err)
	}
	newer := []language.Record{{Release: "bookworm", Version: "2.0", Native: true, Build: []string{"gcc"}}}
	if _, err := needs[0].records([]*needFinder{newNeedFinder(&release{name: "bookworm"})}, newer); err == nil {
		t.Error("a version that the index knows: no error")
	}
}

func TestDistinct(t *testing.T) {
	records := []language.Record{
		{Release: "bullseye", Version: "1", Build: []string{"a"}},
		{Release: "bookworm", Version: "2", Build: []string{"a"}},
		{Release: "trixie", Version: "3", Build: []string{"b"}},
	}
	got := distinct(records)
	if len(got) != 2 || got[0].Version != "2" || !slices.Equal(got[0].Same, []debian.Release{"bullseye"}) || got[1].Version != "3" || got[1].Same != nil {
		t.Errorf("got %+v", got)
	}
}
