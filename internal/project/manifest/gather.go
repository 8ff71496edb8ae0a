package manifest

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// Refuse returns inputs that cannot be told, for a reason that a line of a file gives; line is 0
// where it is none.
func Refuse(source string, line int, format string, args ...any) Inputs {
	reason := fmt.Sprintf(format, args...)
	switch {
	case source == "":
		return Inputs{Refusal: reason}
	case line == 0:
		return Inputs{Refusal: source + ": " + reason}
	}
	return Inputs{Refusal: fmt.Sprintf("%s:%d: %s", source, line, reason)}
}

// AddFile adds a file once, with the first of its reasons, unless a folder has it.
func (in *Inputs) AddFile(name string, because transform.Evidence) {
	if !covered(in.Dirs, name) {
		in.Files = add(in.Files, name, because)
	}
}

// AddDir adds a folder once, with the first of its reasons, in place of what is below it.
func (in *Inputs) AddDir(name string, because transform.Evidence) {
	if covered(in.Dirs, name) {
		return
	}
	below := func(other Input) bool { return strings.HasPrefix(other.Path, name+"/") }
	in.Files = slices.DeleteFunc(in.Files, below)
	in.Dirs = add(slices.DeleteFunc(in.Dirs, below), name, because)
}

// covered reports whether name is one of dirs, or below one.
func covered(dirs []Input, name string) bool {
	return slices.ContainsFunc(dirs, func(dir Input) bool { return name == dir.Path || strings.HasPrefix(name, dir.Path+"/") })
}

// AddThere adds those of the files in dir that are there, as files that a convention names.
func (in *Inputs) AddThere(fsys fs.FS, dir, convention string, names ...string) {
	for _, name := range names {
		if file := path.Join(dir, name); IsFile(fsys, file) {
			in.AddFile(file, transform.Evidence{Source: file, Text: convention})
		}
	}
}

// add keeps list sorted by path.
func add(list []Input, name string, because transform.Evidence) []Input {
	i, found := slices.BinarySearchFunc(list, name, func(in Input, name string) int { return strings.Compare(in.Path, name) })
	if found {
		return list
	}
	return slices.Insert(list, i, Input{Path: name, Because: because})
}

// Path returns the context-relative path of a file or folder that a word of the command names.
// The error says why it is none of the context's.
func (i Install) Path(word string) (string, error) {
	switch {
	case strings.Contains(word, pkgmgr.Unknown):
		return "", errors.New("the command names a file whose path is not known before the build")
	case strings.HasPrefix(word, "~"):
		return "", fmt.Errorf("%s is outside the context", word)
	case !path.IsAbs(word):
		return Resolve(i.Dir, word)
	}
	rest, below := strings.CutPrefix(path.Clean(word)+"/", path.Clean(i.Workdir)+"/")
	if i.Workdir == "" || i.Workdir == "/" || !below {
		return "", fmt.Errorf("%s is outside the working directory", word)
	}
	return path.Join(i.Dir, rest), nil
}
