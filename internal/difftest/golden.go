package difftest

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// maxDifferences is how many differences a golden case lists.
const maxDifferences = 5

// Case returns a different program as a golden case. It expects that the file is left alone; who
// mends the pass may find that another result is right, and then changes what is wanted.
func Case(p *Program, r Result) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "Found by the differential test (seed %d): the rewrite built something else.\n", p.Seed)
	for _, d := range r.Differences[:min(len(r.Differences), maxDifferences)] {
		fmt.Fprintf(&b, "  %s\n", strings.Join(strings.Fields(d), " "))
	}
	fmt.Fprintf(&b, "\nlevel: %s\n", p.Level)
	if p.MergeAll {
		b.WriteString("merge: all\n")
	}
	if p.CacheMounts {
		b.WriteString("cache-mounts: yes\n")
	}
	archive := &txtar.Archive{Comment: []byte(b.String()), Files: []txtar.File{{Name: "Dockerfile", Data: ended(r.Before)}}}
	files := contextFiles()
	delete(files, contextArchive) // txtar holds texts only
	for name, data := range files {
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: data})
	}
	slices.SortFunc(archive.Files[1:], func(a, b txtar.File) int { return strings.Compare(a.Name, b.Name) })
	return txtar.Format(archive)
}

// ended returns the text with a final line break, which txtar needs.
func ended(text []byte) []byte {
	if len(text) > 0 && text[len(text)-1] != '\n' {
		return append(slices.Clone(text), '\n')
	}
	return text
}
