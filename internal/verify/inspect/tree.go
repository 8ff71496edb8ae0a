package inspect

import (
	"io/fs"
	"iter"
	"maps"
	"path"
	"slices"
	"strings"
)

// A File is an entry of an image's file tree.
type File struct {
	// Mode is its type and its permissions.
	Mode     fs.FileMode
	UID, GID int
	// Link is the target of a symbolic link.
	Link string
	// Facts is what its content told, nil for nothing. Files with the same content may share them, so
	// that what a file is called is asked anew.
	Facts *Facts
}

// A Tree is an image's files by absolute, clean path.
type Tree struct {
	files map[string]File
	// paths are those of files, sorted.
	paths []string
	// names are the entries of each folder, sorted.
	names map[string][]string
}

// NewTree returns a tree of files by absolute path. Folders that are not listed are made, as an
// engine does that unpacks a layer: they belong to root, and all may read them.
func NewTree(files iter.Seq2[string, File]) *Tree {
	t := &Tree{files: map[string]File{"/": {Mode: fs.ModeDir | 0o755}}, names: map[string][]string{}}
	for name, f := range files {
		t.files[path.Clean("/"+name)] = f
	}
	for _, name := range slices.Collect(maps.Keys(t.files)) {
		t.addFolders(name)
	}
	t.paths = slices.Sorted(maps.Keys(t.files))
	for _, name := range t.paths[1:] {
		t.names[path.Dir(name)] = append(t.names[path.Dir(name)], path.Base(name))
	}
	return t
}

// addFolders adds the folders above a path that are not listed.
func (t *Tree) addFolders(name string) {
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		if _, listed := t.files[dir]; listed {
			return
		}
		t.files[dir] = File{Mode: fs.ModeDir | 0o755}
	}
}

// maxLinks is how many symbolic links one path may lead through, as in Linux (path_resolution(7)).
const maxLinks = 40

// nothing is the file that is not there: no regular one, as the zero value would be.
var nothing = File{Mode: fs.ModeIrregular}

// resolve returns the path without symbolic links of what name leads to, "" if it leads nowhere.
// A relative name starts at dir. It calls through, which may be nil, for each folder on the way.
func (t *Tree) resolve(dir, name string, through func(File)) (string, File) {
	if !path.IsAbs(name) {
		name = dir + "/" + name
	}
	at, rest, links := "/", strings.Split(name, "/"), 0
	for len(rest) > 0 {
		word := rest[0]
		rest = rest[1:]
		if word == "" || word == "." {
			continue
		}
		if !t.files[at].Mode.IsDir() {
			return "", nothing
		}
		if through != nil {
			through(t.files[at])
		}
		next := path.Join(at, word) // ".." too: at has no links
		f, ok := t.files[next]
		if !ok {
			return "", nothing
		}
		if f.Mode.Type() != fs.ModeSymlink {
			at = next
			continue
		}
		if links++; links > maxLinks {
			return "", nothing
		}
		if path.IsAbs(f.Link) {
			at = "/"
		}
		rest = append(strings.Split(f.Link, "/"), rest...)
	}
	return at, t.files[at]
}

// find returns the path without symbolic links of what an absolute path leads to, "" if it leads nowhere.
func (t *Tree) find(name string) (string, File) { return t.resolve("/", name, nil) }

// text returns the content of a file that [Scanner.Scan] keeps the text of, "" if it is not there.
func (t *Tree) text(name string) string {
	if _, f := t.find(name); f.Facts != nil {
		return f.Facts.Text
	}
	return ""
}

// sorted yields the files in path order, so that findings are in the same order for the same image.
func (t *Tree) sorted() iter.Seq2[string, File] {
	return func(yield func(string, File) bool) {
		for _, name := range t.paths {
			if !yield(name, t.files[name]) {
				return
			}
		}
	}
}
