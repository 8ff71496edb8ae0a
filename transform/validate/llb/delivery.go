package llb

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/solver/pb"

	"dopt/transform/validate"
)

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
	// missing is true for a path or a pattern that nothing in the build context has: it may be made before the build.
	missing bool
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

// A receiver follows what copies bring into an image.
type receiver struct {
	context *buildContext
	// dirs are the directories by then, each with the place of the step that made it.
	dirs map[string]int
	// at is the place of the step that is looked at.
	at int
}

// follow returns what each step brings, and which makes which directory first.
func (c *buildContext) follow(steps []*node) (given [][]delivery, dirs map[string]int) {
	r := &receiver{context: c, dirs: map[string]int{}}
	for i, n := range steps {
		r.at = i
		given = append(given, r.step(n))
	}
	return given, r.dirs
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
		r.made(d.dir())
	}
	return all
}

// made notes a directory and those above it.
func (r *receiver) made(dir string) {
	for ; dir != "/"; dir = path.Dir(dir) {
		if _, ok := r.dirs[dir]; !ok {
			r.dirs[dir] = r.at
		}
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
			unknown.key += " of " + string(source.digest)
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
	if len(sources) == 0 {
		unknown.missing = true
		return []delivery{unknown}
	}
	for _, src := range sources {
		if r.context.mode(src) == fs.ModeIrregular {
			absent := unknown
			absent.src, absent.missing = src, true
			all = append(all, absent)
			continue
		}
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
	_, isDir := r.dirs[dest]
	switch {
	case several, strings.HasSuffix(a.Dest, "/"), isDir, dest == "/":
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
