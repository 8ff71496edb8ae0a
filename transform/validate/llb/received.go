package llb

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/transform/validate"
)

// maxManifest is the largest file, in bytes, that is read from the build context.
const maxManifest = 4 << 20

// received is what copies have brought, in order, when a step runs. It is a validate.View.
type received struct {
	context    *buildContext
	deliveries []delivery
}

// in returns what is in an area, by path: the last delivery to a path counts. ok is false where
// that cannot be told.
func (r received) in(a validate.Area) (found map[string]string, ok bool) {
	found, ok = map[string]string{}, true
	for _, d := range r.deliveries {
		landings, known := r.context.find(d, a, maxVisited)
		ok = ok && known
		for _, l := range landings {
			found[l.path] = l.origin
		}
	}
	return found, ok
}

// Find implements validate.View.
func (r received) Find(a validate.Area) ([]string, bool) {
	found, ok := r.in(a)
	var paths []string
	for p := range found {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	return paths, ok
}

// each visits the files, in order of their paths.
func (r received) each(visit func(p string)) {
	list, _ := r.Find(validate.Everything)
	for _, p := range list {
		visit(p)
	}
}

// Stat implements validate.View.
func (r received) Stat(p string) (validate.FileKind, bool) {
	kind := validate.Absent
	for _, d := range r.deliveries {
		rest, below := strings.CutPrefix(p, strings.TrimSuffix(d.dest, "/")+"/")
		_, above := strings.CutPrefix(d.dest, strings.TrimSuffix(p, "/")+"/")
		switch {
		case !below && !above && p != d.dest:
		case d.opaque(), d.guessed && p != d.dest:
			return validate.Absent, false
		case above:
			kind = validate.Folder
		case p == d.dest:
			kind = max(kind, d.kind)
		case d.kind == validate.Folder:
			kind = max(kind, r.context.kind(path.Join(d.src, rest)))
		}
	}
	return kind, true
}

// Read implements validate.View.
func (r received) Read(p string) ([]byte, bool) {
	found, ok := r.in(validate.Area{Dir: p})
	origin, there := found[p]
	if !ok || !there {
		return nil, false
	}
	f, err := r.context.files.Open(origin)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Mode()&fs.ModeType != 0 {
		return nil, false
	}
	data, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	return data, err == nil && len(data) <= maxManifest
}
