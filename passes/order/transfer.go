package order

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
	"dopt/transform/rebuild"
)

// A transfer is a COPY or ADD of what changes from build to build: files of the build context, or
// of another stage.
type transfer struct {
	in      *transform.Instruction
	entries []entry
	// flags are those that the copy of a part of its files needs too, as written.
	flags string
	// owner is the value of --chown, "" for root.
	owner string
	// partial is true where flags choose files among those of the sources.
	partial bool
	// variable is true where a path depends on a variable.
	variable bool
}

// An entry is what one source of a transfer becomes in the image.
type entry struct {
	// image is an absolute path; see folders.dir for the working directory that is not known.
	image string
	// context is the path in the build context; "" where it is not of the context, or not known.
	context string
	// dir is true where image is a folder that gets what is in the source.
	dir bool
	// exact is true where the files can be looked up in the context.
	exact bool
}

// readTransfer returns what an instruction copies, nil if it is no COPY or ADD of something that
// changes from build to build.
func (o *orderer) readTransfer(in *transform.Instruction) *transfer {
	t := &transfer{in: in}
	if dangling(in) {
		return nil
	}
	var files instructions.SourcesAndDest
	opaque := false // what comes is not told by the context
	switch c := in.Command.(type) {
	case *instructions.CopyCommand:
		if c.From != "" && rebuild.Stage(o.Doc, c.From, in.Stage) == nil {
			return nil
		}
		opaque = c.From != "" || c.Parents
		files, t.owner, t.partial = c.SourcesAndDest, c.Chown, len(c.ExcludePatterns) > 0
	case *instructions.AddCommand:
		files, t.owner, t.partial = c.SourcesAndDest, c.Chown, len(c.ExcludePatterns) > 0
	default:
		return nil
	}
	if len(files.SourceContents) > 0 || slices.ContainsFunc(files.SourcePaths, remote) {
		return nil
	}
	var flags []string
	for _, f := range in.Flags() {
		switch f.Name {
		case "chown", "chmod", "link":
			flags = append(flags, string(o.Doc.Src[f.Span.Start:f.Span.End]))
		}
	}
	t.flags = strings.Join(flags, " ")
	t.variable = strings.Contains(in.Args().Text, "$")
	dest, ok := expand(files.DestPath, in.State())
	if !ok {
		return nil
	}
	for _, source := range files.SourcePaths {
		if source, ok = expand(source, in.State()); !ok {
			return nil
		}
		t.entries = append(t.entries, o.entriesOf(in, source, dest, len(files.SourcePaths) > 1, opaque)...)
	}
	return t
}

// remote reports whether a source of ADD is fetched: it is what it is until its text changes.
func remote(source string) bool {
	return strings.Contains(source, "://") || strings.HasPrefix(source, "git@")
}

// expand returns a word with its variables replaced, and whether all of them are known and plain.
func expand(word string, st transform.State) (string, bool) {
	if strings.ContainsAny(word, "\\`'\"") {
		return "", false
	}
	for strings.Contains(word, "$") {
		before, rest, _ := strings.Cut(word, "$")
		name := strings.TrimPrefix(rest, "{")
		end := strings.IndexFunc(name, func(r rune) bool {
			return r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
		})
		if end < 0 {
			end = len(name)
		}
		after := name[end:]
		if len(name) < len(rest) && !strings.HasPrefix(after, "}") {
			return "", false
		}
		value, known := st.Var(name[:end])
		if !known || strings.Contains(value, "$") {
			return "", false
		}
		if len(name) < len(rest) {
			after = after[1:]
		}
		word = before + value + after
	}
	return word, true
}

// entriesOf returns what one source becomes.
func (o *orderer) entriesOf(in *transform.Instruction, source, dest string, several, opaque bool) []entry {
	folder := several || dest == "." || strings.HasSuffix(dest, "/") || strings.HasSuffix(dest, "/.")
	image := o.abs(in, dest)
	folder = folder || image == o.dir(in)
	if opaque {
		return []entry{{image: image, dir: true}}
	}
	source = strings.TrimPrefix(path.Clean("/"+source), "/")
	if source == "" {
		return []entry{{image: image, context: ".", dir: true, exact: o.Files != nil}}
	}
	names, ok := o.glob(source)
	if !ok || len(names) == 0 {
		return []entry{{image: image, dir: true}}
	}
	var entries []entry
	for _, name := range names {
		info, err := fs.Stat(o.Files, name)
		switch {
		case err != nil, in.Keyword == "ADD" && archive(name):
			entries = append(entries, entry{image: image, dir: true})
		case info.IsDir():
			entries = append(entries, entry{image: image, context: name, dir: true, exact: true})
		case folder:
			entries = append(entries, entry{image: path.Join(image, path.Base(name)), context: name, exact: true})
		case path.Base(name) == path.Base(image):
			entries = append(entries, entry{image: image, context: name, exact: true})
		default: // a new name, or a folder that is there already
			entries = append(entries, entry{image: image, dir: true})
		}
	}
	return entries
}

// maxMatches bounds how many files a pattern is followed to.
const maxMatches = 200

// glob returns the paths of the context that a source names.
func (o *orderer) glob(source string) ([]string, bool) {
	if o.Files == nil {
		return nil, false
	}
	if !strings.ContainsAny(source, "*?[") {
		if _, err := fs.Stat(o.Files, source); err != nil || o.ignored(source) {
			return nil, false
		}
		return []string{source}, true
	}
	names, err := fs.Glob(o.Files, source)
	names = slices.DeleteFunc(names, o.ignored)
	return names, err == nil && len(names) <= maxMatches
}

// archive reports whether ADD may unpack a file: it looks at the content, so this errs on the safe side.
func archive(name string) bool {
	for _, part := range []string{".tar", ".tgz", ".tbz", ".txz", ".gz", ".bz2", ".xz", ".zst"} {
		if strings.Contains(strings.ToLower(path.Base(name)), part) {
			return true
		}
	}
	return false
}

// wide reports whether the transfer copies a folder of the context: what people call the source.
func (t *transfer) wide() bool {
	return slices.ContainsFunc(t.entries, func(e entry) bool { return e.dir && e.context != "" })
}

// ofContext reports whether all of the transfer comes from the build context.
func (t *transfer) ofContext() bool {
	return !slices.ContainsFunc(t.entries, func(e entry) bool { return e.context == "" })
}

// touches reports whether a path of the image, with all below it where tree is set, may be among
// what the transfer writes.
func (o *orderer) touches(t *transfer, name string, tree bool) bool {
	return slices.ContainsFunc(t.entries, func(e entry) bool { return o.within(e, name, tree) })
}

func (o *orderer) within(e entry, name string, tree bool) bool {
	switch {
	case symbol(e.image) != symbol(name):
		return true // where one lies is not known
	case e.image == name:
		return true
	case below(e.image, name):
		return tree
	case !e.dir || !below(name, e.image):
		return false
	case !e.exact:
		return true
	}
	return o.there(path.Join(e.context, strings.TrimPrefix(name, strings.TrimSuffix(e.image, "/")+"/")))
}

// there reports whether the build receives a path of the context.
func (o *orderer) there(name string) bool {
	_, err := fs.Stat(o.Files, name)
	return err == nil && !o.ignored(name)
}

// below reports whether name lies below folder.
func below(name, folder string) bool {
	return name != folder && strings.HasPrefix(name, strings.TrimSuffix(folder, "/")+"/")
}

// overlap reports whether two transfers may write the same file, so that the later one counts.
func (o *orderer) overlap(t, other *transfer) bool {
	return slices.ContainsFunc(t.entries, func(a entry) bool {
		return slices.ContainsFunc(other.entries, func(b entry) bool { return o.clash(a, b) })
	})
}

func (o *orderer) clash(a, b entry) bool {
	switch {
	case symbol(a.image) != symbol(b.image):
		return true
	case a.image == b.image:
		return !a.exact || !b.exact || !a.dir || !b.dir || o.shared(a.context, b.context)
	case below(a.image, b.image):
		return o.within(b, a.image, a.dir)
	}
	return below(b.image, a.image) && o.within(a, b.image, b.dir)
}

// shared reports whether two folders of the context have an entry of the same name.
func (o *orderer) shared(one, other string) bool {
	list, err := fs.ReadDir(o.Files, one)
	if err != nil {
		return true
	}
	return slices.ContainsFunc(list, func(d fs.DirEntry) bool { return o.there(path.Join(other, d.Name())) })
}
