package artifact

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

// A Tree maps files of the image to those of the build context that they are copied from.
type Tree struct {
	stage *Stage
	// Copies are what instructions copy, in order.
	Copies []Copy
	// Astray are the instructions that copy of the build context to a place that is not known, Unpacked those that unpack an archive of it, or may.
	Astray, Unpacked []*transform.Instruction
	// moves are what commands copy, link, move and remove within the image, in order.
	moves []move
}

// A Copy is a file or folder that an instruction copies from the build context, or makes of a here-document.
type Copy struct {
	In *transform.Instruction
	// Image is where it is in the image, Context where it comes from, "" for a here-document.
	Image, Context string
	// Folder is true where it is a folder: what lies in Context lies in Image.
	Folder bool
}

// maxCopies bounds how many copies are remembered.
const maxCopies = 2000

// newTree reads the COPY and ADD instructions of a stage. What they bring from elsewhere is no part of the tree.
func newTree(s *Stage) *Tree {
	t := &Tree{stage: s}
	for _, in := range s.Stage.Instructions {
		switch c := in.Command.(type) {
		case *instructions.CopyCommand:
			if c.From == "" && !c.Parents {
				t.add(in, c.SourcesAndDest)
			}
		case *instructions.AddCommand:
			if slices.ContainsFunc(c.SourcePaths, archive) {
				t.Unpacked = append(t.Unpacked, in)
			}
			t.add(in, c.SourcesAndDest)
		}
	}
	return t
}

// archive reports whether ADD unpacks a file of the build context, by its name.
func archive(name string) bool {
	name = strings.ToLower(name)
	return !strings.Contains(name, "://") && (strings.Contains(name, ".tar.") || slices.Contains([]string{".tar", ".tgz", ".tbz2", ".txz", ".tzst", ".gz", ".bz2", ".xz", ".zst"}, path.Ext(name)))
}

// add adds what an instruction copies.
func (t *Tree) add(in *transform.Instruction, sd instructions.SourcesAndDest) {
	word, known := t.stage.expand(in, sd.DestPath)
	dest := absolute(word, t.stage.DirAt(in))
	if !known || dest == "" {
		t.Astray = append(t.Astray, in)
		return
	}
	inFolder := strings.HasSuffix(word, "/") || dest == t.stage.DirAt(in) || len(sd.SourcePaths)+len(sd.SourceContents) > 1 || t.IsFolder(dest)
	for _, c := range sd.SourceContents {
		t.put(Copy{In: in, Image: target(dest, c.Path, inFolder)})
	}
	for _, source := range sd.SourcePaths {
		source, known := t.stage.expand(in, source)
		if !known || strings.Contains(source, "://") {
			continue
		}
		source = strings.TrimPrefix(path.Clean("/"+source), "/")
		for _, name := range t.glob(source) {
			info, err := fs.Stat(t.stage.Files, name)
			switch {
			case err != nil:
			case info.IsDir():
				t.put(Copy{In: in, Image: dest, Context: name, Folder: true})
			default:
				t.put(Copy{In: in, Image: target(dest, name, inFolder || name != source), Context: name})
			}
		}
	}
}

func (t *Tree) put(c Copy) {
	if len(t.Copies) < maxCopies {
		t.Copies = append(t.Copies, c)
	}
}

// glob returns what a source of COPY means.
func (t *Tree) glob(source string) []string {
	if source == "" {
		return []string{"."}
	}
	if !strings.ContainsAny(source, `*?[\`) {
		return []string{source}
	}
	list, err := fs.Glob(t.stage.Files, source)
	if err != nil {
		return nil
	}
	return list[:min(len(list), maxCopies)]
}

// Glob returns the paths of the context that a pattern matches.
func (s *Stage) Glob(pattern string) []string { return s.Tree.glob(pattern) }

// target is where a file goes that is copied to dest.
func target(dest, source string, inFolder bool) string {
	if inFolder {
		return path.Join(dest, path.Base(source))
	}
	return dest
}

// IsFolder reports whether a path of the image is a folder, as far as copies and the usual folders tell.
func (t *Tree) IsFolder(name string) bool {
	return name == "/" || slices.Contains(usualFolders, name) || slices.ContainsFunc(t.Copies, func(c Copy) bool {
		return c.Folder && c.Image == name || strings.HasPrefix(c.Image, name+"/")
	})
}

// usualFolders are folders that images of a distribution have. Source: Filesystem Hierarchy Standard 3.0.
var usualFolders = []string{
	"/bin", "/etc", "/home", "/lib", "/mnt", "/opt", "/root", "/sbin", "/srv", "/tmp", "/usr", "/usr/bin", "/usr/lib", "/usr/local",
	"/usr/local/bin", "/usr/local/etc", "/usr/local/lib", "/usr/local/sbin", "/usr/local/share", "/usr/sbin", "/usr/share", "/usr/src", "/var", "/var/lib",
	"/var/log", "/var/tmp",
}

// Context returns the path in the build context that a path of the image is copied from; ok is false where no instruction copies
// it.
func (t *Tree) Context(image string) (string, bool) {
	for _, c := range slices.Backward(t.Copies) {
		if !Within(image, c.Image) || c.Context == "" || !c.Folder && image != c.Image {
			continue
		}
		name := path.Join(c.Context, strings.TrimPrefix(image[len(strings.TrimSuffix(c.Image, "/")):], "/"))
		if _, err := fs.Stat(t.stage.Files, name); err == nil {
			return name, true
		}
	}
	return "", false
}

// Folder returns the folder of the build context that a folder of the image, or files in it, are copied from.
func (t *Tree) Folder(image string) (string, bool) {
	if name, ok := t.Context(image); ok {
		return name, true
	}
	for _, c := range slices.Backward(t.Copies) {
		if !c.Folder && c.Context != "" && path.Dir(c.Image) == image && path.Base(c.Image) == path.Base(c.Context) {
			return path.Dir(c.Context), true
		}
	}
	return "", false
}

// Image returns the path in the image of a path of the context, the last one where it is copied twice; ok is false where it is
// not copied.
func (t *Tree) Image(context string) (string, bool) {
	for _, c := range slices.Backward(t.Copies) {
		switch {
		case c.Context == context && c.Context != "":
			return c.Image, true
		case c.Folder && c.Context == ".":
			return path.Join(c.Image, context), true
		case c.Folder && strings.HasPrefix(context, c.Context+"/"):
			return path.Join(c.Image, context[len(c.Context):]), true
		}
	}
	return "", false
}
