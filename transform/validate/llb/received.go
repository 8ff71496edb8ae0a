package llb

import (
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"dopt/transform"
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

// each visits the files, in order of their paths; origin is where a file is in the build context.
func (r received) each(visit func(p, origin string)) {
	found, _ := r.in(validate.Everything)
	for _, p := range slices.Sorted(maps.Keys(found)) {
		visit(p, found[p])
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
	text, ok := r.text(p)
	return []byte(text), ok
}

// text returns the content of a file. Of one that is too large it is the beginning, and ok is false.
func (r received) text(p string) (text string, ok bool) {
	found, ok := r.in(validate.Area{Dir: p})
	origin, there := found[p]
	if !ok || !there {
		return "", false
	}
	return textOf(r.context.files, origin)
}

// textOf returns the content of a file of the context.
func textOf(files fs.FS, origin string) (text string, ok bool) {
	if text, ok = transform.ReadText(files, origin, maxManifest); ok {
		return text, true
	}
	f, err := files.Open(origin)
	if err != nil {
		return "", false
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Mode()&fs.ModeType != 0 {
		return "", false
	}
	data, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	return string(data), err == nil && len(data) <= maxManifest
}
