package system

import (
	"strconv"
	"strings"

	"dopt/internal/catalog/debian"
	catalanguage "dopt/internal/catalog/language"
	"dopt/internal/needs"
	"dopt/internal/project/ecosystem/python"
)

// locked is what a lock file says of how a version of a package is published for the base image, "" if nothing.
type locked string

const (
	lockedPortable locked = "portable" // as a wheel of which nothing is compiled
	lockedCompiled locked = "compiled" // as a wheel
	lockedSource   locked = "source"   // not as a wheel
)

// prebuilt is the same in the catalog's words.
func (l locked) prebuilt() catalanguage.Answer {
	switch l {
	case lockedPortable, lockedCompiled:
		return catalanguage.Yes
	case lockedSource:
		return catalanguage.No
	}
	return ""
}

// glibc is the minor version of the releases' C library 2.x.
var glibc = map[debian.Release]int{"bullseye": 31, "bookworm": 36, "trixie": 41}

// locked reads the names of the files that a lock file lists of a package of Python: those of poetry, uv and pdm list all that the index
// had when they were written.
func (t *translation) locked(n *needs.Need) locked {
	text, ok := strings.CutPrefix(t.python, "3.")
	minor, err := strconv.Atoi(text)
	if n.Ecosystem != "python" || n.Files == "" || !ok || err != nil {
		return ""
	}
	how := lockedSource
	for file := range strings.FieldsSeq(n.Files) {
		w, ok := python.ParseWheel(file)
		switch {
		case !ok || !w.Fits(minor, glibc[t.stage.Release]):
		case !w.Portable(): // pip prefers it
			return lockedCompiled
		default:
			how = lockedPortable
		}
	}
	return how
}
