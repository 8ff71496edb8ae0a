package artifact

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

// A Transfer is a copy of one file or folder that the last stage takes from a stage that builds.
type Transfer struct {
	In *transform.Instruction
	// From is where it is in the stage that builds, which may be a pattern for one file, To in the last one. Folder is true where what lies in From lies in To.
	From, To string
	Folder   bool
}

// Join returns what is known of a stage that builds and of the last one, which copies from it, as if the copies were commands of the first: what
// is built is where the last stage has it, and that one starts. Why says why that cannot be told.
func Join(c *transform.Context, build, last *transform.Stage) (s *Stage, transfers []Transfer, why string) {
	built, final := Look(c, build), Look(c, last)
	for _, in := range last.Instructions {
		cp, ok := in.Command.(*instructions.CopyCommand)
		if !ok || cp.From == "" {
			continue
		}
		if SourceOf(in) != build {
			return nil, nil, fmt.Sprintf("line %d copies from %s as well", in.Line(), cp.From)
		}
		more, why := built.transfers(final, in, cp)
		if why != "" {
			return nil, nil, fmt.Sprintf("line %d %s", in.Line(), why)
		}
		transfers = append(transfers, more...)
	}
	alone := c.WithBases(c.Bases) // a document of its own
	var err error
	if alone.Doc, err = transform.Parse(c.Doc.Name, c.Doc.Src[:c.Doc.Stages[build.Index+1].From.Span.Start]); err != nil {
		return nil, nil, "the stage that it copies from cannot be read by itself"
	}
	joined := *built
	joined.Final, joined.Start, joined.Dir = final, final.Start, final.Dir
	joined.Needs, joined.Built = named(c, final).Needs, named(alone, built).Needs
	joined.Tree, why = built.Tree.carried(final.Tree, transfers, len(built.Commands))
	return &joined, transfers, why
}

// SourceOf returns the stage that a COPY takes its files from; nil where it takes them from the build context or an image.
func SourceOf(in *transform.Instruction) *transform.Stage {
	cp, ok := in.Command.(*instructions.CopyCommand)
	if !ok || cp.From == "" {
		return nil
	}
	doc := in.Document()
	if s := doc.StageOf(cp.From, in.Stage); s != nil {
		return s
	}
	if i, err := strconv.Atoi(cp.From); err == nil && i >= 0 && i < in.Stage.Index {
		return doc.Stages[i]
	}
	return nil
}

// transfers reads a copy of the last stage.
func (s *Stage) transfers(final *Stage, in *transform.Instruction, cp *instructions.CopyCommand) (list []Transfer, why string) {
	word, known := final.expand(in, cp.DestPath)
	dir := final.DirAt(in)
	to := absolute(word, dir)
	if !known || to == "" {
		return nil, "copies to a folder that is not known"
	}
	inFolder := strings.HasSuffix(word, "/") || to == dir || len(cp.SourcePaths) > 1
	for _, source := range cp.SourcePaths {
		source, known := final.expand(in, source)
		pattern := strings.ContainsAny(source, `*?[\`)
		if !known || pattern && inFolder || cp.Parents || len(cp.ExcludePatterns) > 0 {
			return nil, "copies what a pattern or a variable names"
		}
		t := Transfer{In: in, From: path.Clean("/" + source), To: to, Folder: !pattern && s.isFolder(path.Clean("/"+source))}
		if inFolder && !t.Folder {
			if path.Ext(t.From) == "" {
				return nil, "copies " + t.From + ", and whether that is a folder is not known"
			}
			t.To = path.Join(to, path.Base(t.From))
		}
		list = append(list, t)
	}
	return list, ""
}

// isFolder reports whether a path of the image is known to be a folder: an instruction copies it, or something below it, or works there, or it is
// where packages of Node.js are installed to, or what dotnet publish makes.
func (s *Stage) isFolder(name string) bool {
	if path.Base(name) == "node_modules" || slices.ContainsFunc(s.Commands, func(c Command) bool { return c.publishesTo(name) }) {
		return true
	}
	if context, ok := s.Tree.Context(name); ok {
		info, err := fs.Stat(s.Files, context)
		return err == nil && info.IsDir()
	}
	return s.Tree.IsFolder(name) || slices.ContainsFunc(s.Commands, func(c Command) bool { return c.Dir == name })
}

// publishesTo reports whether a command is dotnet publish, and makes a folder: the one that it is told, or publish in the project's own. Source:
// learn.microsoft.com/dotnet/core/tools/dotnet-publish.
func (c Command) publishesTo(folder string) bool {
	argv := c.Argv()
	if len(argv) < 2 || path.Base(argv[0]) != "dotnet" || argv[1] != "publish" {
		return false
	}
	for i, w := range argv {
		name, value, joined := strings.Cut(w, "=")
		if !joined && i+1 < len(argv) {
			value = argv[i+1]
		}
		if (name == "-o" || name == "--output") && c.Path(value) == folder {
			return true
		}
	}
	return path.Base(folder) == "publish"
}

// carried returns a tree with what it has, what copies of a last stage put to other places, and what that stage copies itself. Why says that
// paths of the two stages cannot be told apart.
func (t *Tree) carried(last *Tree, transfers []Transfer, command int) (joined *Tree, why string) {
	joined = &Tree{stage: t.stage, Copies: slices.Clone(t.Copies), moves: slices.Clone(t.moves), Astray: slices.Clone(t.Astray), Unpacked: t.Unpacked}
	for _, transfer := range transfers {
		joined.moves = append(joined.moves, move{command: command, from: []string{transfer.From}, to: transfer.To, keeps: true})
		if transfer.From == transfer.To {
			continue
		}
		for _, c := range t.Copies {
			if Within(c.Image, transfer.To) || c.Folder && Within(transfer.To, c.Image) {
				return nil, transfer.To + " is another folder in the stage that builds"
			}
		}
		for _, c := range t.Copies {
			carried := Copy{In: transfer.In, Image: transfer.To, Context: c.Context, Folder: c.Folder}
			switch {
			case Within(c.Image, transfer.From):
				carried.Image = path.Join(transfer.To, strings.TrimPrefix(c.Image, transfer.From))
			case c.Folder && c.Context != "" && Within(transfer.From, c.Image):
				carried.Context = path.Join(c.Context, strings.TrimPrefix(transfer.From, c.Image))
				info, err := fs.Stat(t.stage.Files, carried.Context)
				if err != nil {
					continue
				}
				carried.Folder = info.IsDir()
			default:
				continue
			}
			joined.put(carried)
		}
	}
	for _, c := range last.Copies {
		joined.put(c)
	}
	return joined, ""
}
