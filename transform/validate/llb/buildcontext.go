package llb

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/validate"
)

// maxVisited bounds how many entries of the build context one question looks at.
const maxVisited = 20000

// A buildContext is a build context as COPY sees it.
type buildContext struct {
	// files is nil where no context is at hand.
	files fs.FS
	// project knows the ignore file; nil where that is not at hand: then nothing is ignored.
	project transform.Project
	// prunes is true where all in an ignored folder is ignored.
	prunes bool
	// listed are the types of the entries of folders that have been looked at.
	listed map[string]map[string]fs.FileMode
	// trees are folders that have been walked.
	trees map[string]*walkedTree
}

func newBuildContext(files fs.FS) *buildContext {
	c := &buildContext{files: files, listed: map[string]map[string]fs.FileMode{}, trees: map[string]*walkedTree{}}
	if p, ok := files.(transform.Project); ok {
		_, text := p.IgnoreFile()
		c.project, c.prunes = p, !strings.Contains("\n"+string(text), "\n!")
	}
	return c
}

func (c *buildContext) ignored(p string) bool {
	return c.project != nil && p != "." && c.project.Ignored(p)
}

// list returns the types of a folder's entries. It follows no symbolic link.
func (c *buildContext) list(dir string) map[string]fs.FileMode {
	if l, ok := c.listed[dir]; ok {
		return l
	}
	l := map[string]fs.FileMode{}
	if dir == "." || c.mode(dir).IsDir() {
		entries, err := fs.ReadDir(c.files, dir)
		if err != nil {
			l = nil
		}
		for _, e := range entries {
			l[e.Name()] = e.Type()
		}
	}
	c.listed[dir] = l
	return l
}

// mode returns the type of what is at a path, fs.ModeIrregular where nothing is; what cannot be
// looked at counts as a file.
func (c *buildContext) mode(p string) fs.FileMode {
	if p == "." {
		return fs.ModeDir
	}
	l := c.list(path.Dir(p))
	if mode, ok := l[path.Base(p)]; ok || l == nil {
		return mode
	}
	return fs.ModeIrregular
}

// kind says what a copy of the path brings.
func (c *buildContext) kind(p string) validate.FileKind {
	switch mode := c.mode(p); {
	case mode == fs.ModeIrregular:
		return validate.Absent
	case mode.IsDir() && (!c.ignored(p) || !c.prunes):
		return validate.Folder
	case c.ignored(p):
		return validate.Absent
	}
	return validate.File
}

// A landing is one file that a delivery brings.
type landing struct{ path, origin string }

// find returns what a delivery brings to an area, at most limit files; ok is false where that
// cannot be told: it is opaque, or there is too much.
func (c *buildContext) find(d delivery, a validate.Area, limit int) (found []landing, ok bool) {
	found, ok = c.findAt(d, a, limit)
	if rest, below := strings.CutPrefix(d.dest+"/", baseDir+"/"); below && a != validate.Everything && !strings.HasPrefix(a.Dir+"/", baseDir+"/") {
		d.dest = path.Join("/", rest)
		more, known := c.findAt(d, a, limit)
		return append(found, more...), ok && known
	}
	return found, ok
}

// findAt is find for a delivery whose place is known. The working directory of a base image is not: it
// may be the root.
func (c *buildContext) findAt(d delivery, a validate.Area, limit int) (found []landing, ok bool) {
	switch {
	case d.opaque():
		if a.Overlaps(validate.Area{Dir: d.dest}) {
			return []landing{{d.dest, d.key}}, false
		}
		return nil, true
	case d.kind != validate.Folder:
		if d.kind == validate.File && a.Holds(d.dest) {
			return []landing{{d.dest, d.src}}, true
		}
		return nil, !d.guessed || !a.Overlaps(validate.Area{Dir: d.dest})
	}
	src, dest := d.src, d.dest
	if rest, ok := strings.CutPrefix(a.Dir, strings.TrimSuffix(dest, "/")+"/"); ok && rest != "" {
		src, dest = path.Join(src, rest), a.Dir
		switch c.kind(src) {
		case validate.Absent:
			return nil, true
		case validate.File:
			if a.Name == "" {
				return []landing{{dest, src}}, true
			}
			return nil, true
		}
	}
	if !a.Overlaps(validate.Area{Dir: dest}) {
		return nil, true
	}
	if a.Deep {
		return c.deep(src, dest, a)
	}
	w := &search{context: c, area: a, limit: limit, left: maxVisited}
	if a.Name != "" && dest == a.Dir && !strings.ContainsAny(a.Name, `*?[\`) {
		w.visit(path.Join(src, a.Name), path.Join(dest, a.Name))
	} else {
		w.entries(src, dest)
	}
	return w.found, w.left > 0
}

// deep returns what is in an area that names entries at any depth. Those are asked for by name after
// name, so that the tree is walked once.
func (c *buildContext) deep(src, dest string, a validate.Area) (found []landing, ok bool) {
	tree, walked := c.trees[src]
	if !walked {
		w := &search{context: c, area: validate.Everything, limit: maxVisited, left: maxVisited}
		w.entries(src, "/")
		tree = &walkedTree{files: w.found, whole: w.left > 0}
		c.trees[src] = tree
	}
	for _, l := range tree.files {
		if p := path.Join(dest, l.path); a.Holds(p) {
			found = append(found, landing{p, l.origin})
		}
	}
	return found, tree.whole
}

// A walkedTree is all files below a folder of the context; whole is false where there are too many.
type walkedTree struct {
	files []landing
	whole bool
}

// A search walks a part of the build context.
type search struct {
	context *buildContext
	area    validate.Area
	found   []landing
	limit   int
	// left is how many entries may still be looked at.
	left int
}

func (w *search) done() bool { return w.left <= 0 || len(w.found) >= w.limit }

func (w *search) entries(src, dest string) {
	names := w.context.list(src)
	if names == nil {
		w.left = 0
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if w.done() {
			return
		}
		w.visit(path.Join(src, name), path.Join(dest, name))
	}
}

func (w *search) visit(src, dest string) {
	w.left--
	switch w.context.kind(src) {
	case validate.Folder:
		if w.area.Overlaps(validate.Area{Dir: dest}) {
			w.entries(src, dest)
		}
	case validate.File:
		if w.area.Holds(dest) {
			w.found = append(w.found, landing{dest, src})
		}
	}
}
