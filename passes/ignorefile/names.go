package ignorefile

import (
	"strings"
	"sync"

	"dopt/internal/project/basename"
)

// A nameSet tells fast which of many patterns of base names fit a name: nearly all are plain names, or
// endings such as *.py.
type nameSet struct {
	plain, endings map[string][]int
	// rest are the other patterns, with their numbers.
	rest []numbered
}

type numbered struct {
	basename.Pattern
	number int
}

func newNameSet(patterns []string) *nameSet {
	s := &nameSet{plain: map[string][]int{}, endings: map[string][]int{}}
	for i, p := range patterns {
		ending, isEnding := strings.CutPrefix(p, "*.")
		switch {
		case !strings.ContainsAny(p, `*?[\`):
			s.plain[p] = append(s.plain[p], i)
		case isEnding && !strings.ContainsAny(ending, `*?[\`):
			s.endings[ending] = append(s.endings[ending], i)
		default:
			s.rest = append(s.rest, numbered{basename.NewPattern(p), i})
		}
	}
	return s
}

// each calls a function with the number of each pattern that fits, until it returns false.
func (s *nameSet) each(name string, do func(i int) bool) {
	for _, i := range s.plain[name] {
		if !do(i) {
			return
		}
	}
	for at := 0; at < len(name); at++ {
		if name[at] != '.' {
			continue
		}
		for _, i := range s.endings[name[at+1:]] {
			if !do(i) {
				return
			}
		}
	}
	for i := range s.rest {
		if s.rest[i].Fits(name) && !do(s.rest[i].number) {
			return
		}
	}
}

// has reports whether a pattern fits.
func (s *nameSet) has(name string) bool {
	found := false
	s.each(name, func(int) bool {
		found = true
		return false
	})
	return found
}

// The sets that every file of a context is compared with.
var (
	textSet       = sync.OnceValue(func() *nameSet { return newNameSet(textNames) })
	dataSet       = sync.OnceValue(func() *nameSet { return newNameSet(dataNames) })
	dockerfileSet = sync.OnceValue(func() *nameSet { return newNameSet(dockerfileNames) })
	composeSet    = sync.OnceValue(func() *nameSet { return newNameSet(composeNames) })
	sourceSet     = sync.OnceValue(func() *nameSet { return newNameSet(sourceNames) })
	scriptSet     = sync.OnceValue(func() *nameSet { return newNameSet(scriptNames) })
	manifestSet   = sync.OnceValue(func() *nameSet { return newNameSet(manifestSources) })
	rowIndex      = sync.OnceValue(newRowIndex)
)

// A rowTable tells which rows a name may belong to.
type rowTable struct {
	set *nameSet
	// rows are the rows of the set's patterns, folders says whether a pattern is about folders.
	rows    []int
	folders []bool
}

func newRowIndex() *rowTable {
	t := &rowTable{}
	var patterns []string
	for i, r := range rows {
		for _, n := range r.names {
			p, folder := strings.CutSuffix(n, "/")
			patterns = append(patterns, p)
			t.rows, t.folders = append(t.rows, i), append(t.folders, folder)
		}
	}
	t.set = newNameSet(patterns)
	return t
}

// of returns the rows of a name, in the order of the table.
func (t *rowTable) of(name string, folder bool) []*row {
	var found [8]int // more than any name has
	n := 0
	t.set.each(name, func(i int) bool {
		if t.folders[i] == folder && n < len(found) {
			found[n] = t.rows[i]
			n++
		}
		return true
	})
	if n == 0 {
		return nil
	}
	list := make([]*row, 0, n)
	for i := range rows {
		for _, f := range found[:n] {
			if f == i && (len(list) == 0 || list[len(list)-1] != &rows[i]) {
				list = append(list, &rows[i])
			}
		}
	}
	return list
}
