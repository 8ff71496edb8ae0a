package llb

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/solver/pb"

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
}

func newBuildContext(files fs.FS) *buildContext {
	c := &buildContext{files: files, listed: map[string]map[string]fs.FileMode{}}
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

// baseDir stands for the working directory of a base image.
const baseDir = "/base-dir"

// A delivery is one source of a copy, and where it goes.
type delivery struct {
	action *pb.FileActionCopy
	// key tells sources apart that are not looked into: those of other stages, of URLs, and all where no context is at hand.
	key string
	// src is a path of the context, dest the place of the file, or of what is in the folder.
	src, dest string
	kind      validate.FileKind
	// foreign is true for what is not in the build context.
	foreign bool
	// guessed is true where dest may as well be a folder that the file goes to.
	guessed bool
}

// opaque reports whether it is not known what the delivery brings.
func (d delivery) opaque() bool { return d.key != "" }

// copies returns the copies of a step, with the node that has their inputs; ok is false where the step is no copy, or
// more than copies.
func (n *node) copies() (actions []*pb.FileAction, from *node, ok bool) {
	from = n
	if n.op.GetMerge() != nil && len(n.inputs) == 2 {
		from = n.inputs[1]
	}
	actions = from.op.GetFile().GetActions()
	for _, a := range actions {
		if a.GetCopy() == nil {
			return nil, nil, false
		}
	}
	return actions, from, len(actions) > 0
}

// A receiver follows what copies bring into an image. It knows which paths are directories by then.
type receiver struct {
	context *buildContext
	dirs    map[string]bool
}

// step returns what one step brings.
func (r *receiver) step(n *node) []delivery {
	if mkdir := n.mkdir(); mkdir != nil {
		r.made(path.Clean(mkdir.Path))
	}
	actions, from, ok := n.copies()
	if !ok {
		return nil
	}
	var all []delivery
	for _, a := range actions {
		all = append(all, r.action(a.GetCopy(), from.input(a.SecondaryInput), len(actions) > 1)...)
	}
	for _, d := range all {
		if dir := d.dest; d.kind == validate.File {
			r.made(path.Dir(dir))
		} else {
			r.made(dir)
		}
	}
	return all
}

// made notes a directory and those above it.
func (r *receiver) made(dir string) {
	for ; dir != "/" && !r.dirs[dir]; dir = path.Dir(dir) {
		r.dirs[dir] = true
	}
}

// input returns the input of an action, nil where it is none of the node's.
func (n *node) input(at int64) *node {
	if at < 0 || at >= int64(len(n.inputs)) {
		return nil
	}
	return n.inputs[at]
}

// mkdir returns what a WORKDIR makes, nil for another step.
func (n *node) mkdir() *pb.FileActionMkDir {
	if actions := n.op.GetFile().GetActions(); len(actions) == 1 {
		return actions[0].GetMkdir()
	}
	return nil
}

// fromContext reports whether a node is the build context.
func (n *node) fromContext() bool {
	return n != nil && n.op.GetSource().GetIdentifier() == "local://context"
}

// action returns what one source of a copy brings.
func (r *receiver) action(a *pb.FileActionCopy, source *node, several bool) []delivery {
	dest := path.Clean("/" + a.Dest)
	unknown := delivery{action: a, dest: dest, kind: validate.Folder, key: describeCopy(a)}
	if !source.fromContext() {
		unknown.foreign = true
		if source != nil {
			unknown.key += " of " + source.digest
		}
		return []delivery{unknown}
	}
	if r.context.files == nil || len(a.ExcludePatterns) > 0 {
		return []delivery{unknown}
	}
	if len(a.IncludePatterns) > 0 {
		return r.parents(a, unknown)
	}
	sources, ok := r.sources(contextPath(a.Src), a.AllowWildcard)
	if !ok {
		return []delivery{unknown}
	}
	var all []delivery
	for _, src := range sources {
		if r.context.mode(src)&fs.ModeSymlink != 0 {
			return []delivery{unknown} // COPY follows it
		}
		all = append(all, r.place(a, src, dest, several || len(sources) > 1))
	}
	return all
}

// sources returns the paths that a source stands for; one that is not there stands for itself.
func (r *receiver) sources(src string, wildcard bool) ([]string, bool) {
	if !wildcard || !strings.ContainsAny(src, `*?[\`) {
		return []string{src}, true
	}
	found, err := fs.Glob(r.context.files, src)
	found = slices.DeleteFunc(found, func(p string) bool { return r.context.kind(p) == validate.Absent })
	return found, err == nil && !strings.Contains(src, "**")
}

// parents returns what COPY --parents brings.
func (r *receiver) parents(a *pb.FileActionCopy, unknown delivery) []delivery {
	var all []delivery
	for _, pattern := range a.IncludePatterns {
		base := contextPath(a.Src)
		found, ok := r.sources(path.Join(base, pattern), true)
		if !ok {
			return []delivery{unknown}
		}
		for _, src := range found {
			rel, _ := strings.CutPrefix(src, base+"/")
			all = append(all, delivery{action: a, src: src, dest: path.Join("/", a.Dest, rel), kind: r.context.kind(src)})
		}
	}
	return all
}

// place returns what one path of the context brings, and where to. Source:
// docs.docker.com/reference/dockerfile, "COPY: Destination".
func (r *receiver) place(a *pb.FileActionCopy, src, dest string, several bool) delivery {
	d := delivery{action: a, src: src, dest: dest, kind: r.context.kind(src)}
	if d.kind == validate.Folder {
		return d
	}
	switch {
	case several, strings.HasSuffix(a.Dest, "/"), r.dirs[dest], dest == "/":
		d.dest = path.Join(dest, path.Base(src))
	default:
		d.guessed = true
	}
	return d
}

// describeCopy names a copy so that copies of different sources have different names.
func describeCopy(a *pb.FileActionCopy) string {
	return strings.Join(append(append([]string{"COPY", a.Src, a.Dest}, a.IncludePatterns...), a.ExcludePatterns...), " ")
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
	w := &search{context: c, area: a, limit: limit, left: maxVisited}
	if a.Name != "" && !a.Deep && dest == a.Dir && !strings.ContainsAny(a.Name, `*?[\`) {
		w.visit(path.Join(src, a.Name), path.Join(dest, a.Name))
	} else {
		w.entries(src, dest)
	}
	return w.found, w.left > 0
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
