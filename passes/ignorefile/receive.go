package ignorefile

import (
	"os"
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

// A source is a part of the build context that an instruction brings into the build.
type source struct {
	in *transform.Instruction
	// path is relative to the context, "." for all of it. It may have wildcards and variables.
	path string
	// dest is the absolute folder that takes what lies in the source; "" if that is not known, and for
	// a mount, which leaves nothing in the image.
	dest string
	// excluded are the values of --exclude.
	excluded []string
}

// sourcesOf returns what a document's instructions bring in from the context, in order.
func sourcesOf(doc *transform.Document) []source {
	var found []source
	for _, in := range doc.Instructions {
		switch cmd := in.Command.(type) {
		case *instructions.CopyCommand:
			if cmd.From == "" {
				found = append(found, copied(in, cmd.SourcesAndDest, cmd.ExcludePatterns, cmd.Parents)...)
			}
		case *instructions.AddCommand:
			found = append(found, copied(in, cmd.SourcesAndDest, cmd.ExcludePatterns, false)...)
		case *instructions.RunCommand:
			found = append(found, mounted(in)...)
		}
	}
	return found
}

// copied returns the sources of a COPY or ADD. With parents the folders of a source come along,
// so that it is not known where its files land.
func copied(in *transform.Instruction, sd instructions.SourcesAndDest, excluded []string, parents bool) []source {
	var found []source
	for _, p := range sd.SourcePaths {
		if strings.Contains(p, ":") {
			continue // a URL or a git repository
		}
		s := source{in: in, path: contextPath(p), excluded: excluded}
		if !parents {
			s.dest = imagePath(sd.DestPath, in)
		}
		found = append(found, s)
	}
	return found
}

// mounted returns the parts of the context that a RUN mounts.
func mounted(in *transform.Instruction) []source {
	var found []source
	for _, f := range in.Flags() {
		if f.Name != "mount" {
			continue
		}
		option := map[string]string{"type": "bind", "source": "."}
		for part := range strings.SplitSeq(f.Value, ",") {
			key, value, _ := strings.Cut(part, "=")
			if key = strings.ToLower(key); key == "src" {
				key = "source"
			}
			option[key] = value
		}
		if option["type"] == "bind" && option["from"] == "" {
			found = append(found, source{in: in, path: contextPath(option["source"])})
		}
	}
	return found
}

// contextPath returns a source as a path of the context. Variables keep their place.
func contextPath(p string) string {
	if p = strings.TrimPrefix(path.Clean("/"+p), "/"); p != "" {
		return p
	}
	return "."
}

// imagePath returns an absolute path for a destination, "" if it is not known.
func imagePath(dest string, in *transform.Instruction) string {
	known := true
	dest = os.Expand(dest, func(name string) string {
		value, ok := in.State().Var(name)
		known = known && ok
		return value
	})
	dir := in.State().Dir
	switch {
	case !known || strings.ContainsAny(dest, `"'\`):
		return ""
	case path.IsAbs(dest):
		return path.Clean(dest)
	case dir == "":
		return ""
	}
	return path.Join(dir, dest)
}

// A relation is what a source has to do with a path of the context.
type relation int

const (
	unrelated relation = iota
	// receives: the path lies in a folder that the source brings in whole.
	receives
	// names: the source means the path itself, or something in it.
	names
)

// to returns what the source has to do with a path.
func (s source) to(p string) relation {
	if s.path == "." {
		return s.unlessExcluded(p)
	}
	if i := strings.IndexByte(s.path, '$'); i >= 0 {
		return toVariable(s.path[:strings.LastIndexByte(s.path[:i], '/')+1], p)
	}
	src, parts := strings.Split(s.path, "/"), strings.Split(p, "/")
	for i := range min(len(src), len(parts)) {
		if ok, err := path.Match(src[i], parts[i]); err == nil && !ok {
			return unrelated
		}
	}
	last := src[len(src)-1]
	if len(src) > len(parts) || len(src) == len(parts) && strings.Trim(last, "*") != "" {
		return names
	}
	return s.unlessExcluded(p)
}

// toVariable is the relation of a source of which only the folder is known: it may mean anything in there.
func toVariable(folder, p string) relation {
	if strings.HasPrefix(p+"/", folder) || strings.HasPrefix(folder, p+"/") {
		return names
	}
	return unrelated
}

// unlessExcluded is receives, unless --exclude may keep the path out already.
func (s source) unlessExcluded(p string) relation {
	for _, pattern := range s.excluded {
		if ok, err := path.Match(path.Base(pattern), path.Base(p)); ok || err != nil {
			return unrelated
		}
	}
	return receives
}

// landing returns where a received path is in the image, "" if that is not known.
func (s source) landing(p string) string {
	switch {
	case s.dest == "":
		return ""
	case s.path == ".":
		return path.Join(s.dest, p)
	}
	n := strings.Count(s.path, "/") + 1
	parts := strings.Split(p, "/")
	if n >= len(parts) {
		return "" // a wildcard that matches a folder: what is in it lands in the destination
	}
	return path.Join(append([]string{s.dest}, parts[n:]...)...)
}

// chain returns a stage and the stages that it is built on, nearest first.
func chain(doc *transform.Document, s *transform.Stage) []*transform.Stage {
	var list []*transform.Stage
	for ; s != nil; s = doc.StageOf(s.Base, s) {
		list = append(list, s)
	}
	return list
}
