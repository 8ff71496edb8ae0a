package cleanup

import (
	"io/fs"
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

// maxScript is the size, in bytes, up to which a script of the build context is read.
const maxScript = 256 << 10

// contextFile returns the text of the file that COPY or ADD has put at an
// absolute path of the image before an instruction; ok is false where it cannot be read.
func (c *cleaner) contextFile(in *transform.Instruction, name string) (text string, ok bool) {
	for i := in.Index - 1; i >= 0; i-- {
		o := c.Doc.Instructions[i]
		if o.Stage == nil || !c.builtFrom(in.Stage, o.Stage) {
			continue
		}
		var from instructions.SourcesAndDest
		switch cmd := o.Command.(type) {
		case *instructions.CopyCommand:
			if cmd.From != "" {
				continue
			}
			from = cmd.SourcesAndDest
		case *instructions.AddCommand:
			from = cmd.SourcesAndDest
		default:
			continue
		}
		if text, ok = c.copied(from, o.State().Dir, name); ok {
			return text, true
		}
	}
	return "", false
}

// builtFrom reports whether stage is base or has it among its bases.
func (c *cleaner) builtFrom(stage, base *transform.Stage) bool {
	for ; stage != nil; stage = c.Doc.StageOf(stage.Base, stage) {
		if stage == base {
			return true
		}
	}
	return false
}

// copied returns the file that a COPY puts at name.
func (c *cleaner) copied(from instructions.SourcesAndDest, dir, name string) (string, bool) {
	dest := from.DestPath
	if !path.IsAbs(dest) {
		if dir == "" {
			return "", false
		}
		dest = path.Join(dir, dest)
	}
	dest = path.Clean(dest)
	for _, h := range from.SourceContents {
		if name == dest || name == path.Join(dest, h.Path) {
			return h.Data, true
		}
	}
	below, inside := strings.CutPrefix(name, strings.TrimSuffix(dest, "/")+"/")
	for _, source := range from.SourcePaths {
		source = strings.TrimPrefix(path.Clean(source), "/")
		switch {
		case name == dest:
			if text, ok := c.readFile(source); ok {
				return text, true
			}
		case inside && matchesBase(source, below):
			if text, ok := c.readFile(path.Join(path.Dir(source), below)); ok {
				return text, true
			}
		}
		if inside {
			if text, ok := c.readFile(path.Join(source, below)); ok {
				return text, true
			}
		}
	}
	return "", false
}

// matchesBase reports whether the last part of a source of COPY means the file called name.
func matchesBase(source, name string) bool {
	ok, err := path.Match(path.Base(source), name)
	return err == nil && ok
}

func (c *cleaner) readFile(name string) (string, bool) {
	if c.Files == nil || !fs.ValidPath(name) {
		return "", false
	}
	info, err := fs.Stat(c.Files, name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxScript {
		return "", false
	}
	text, err := fs.ReadFile(c.Files, name)
	return string(text), err == nil
}
