package modernize

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

const kindWorkdir = "workdir"

// plainPath are paths in which BuildKit's lexer expands nothing.
var plainPath = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_./@+,=-]+$`) })

// absoluteWorkdir writes a relative WORKDIR as the absolute path that it means.
func absoluteWorkdir(c *transform.Context, in *transform.Instruction) {
	dir := in.Command.(*instructions.WorkdirCommand).Path
	if !relative(dir) || onWindows(in.Stage) {
		return
	}
	if strings.HasPrefix(dir, "~") {
		c.Missed(in, kindWorkdir, "WORKDIR knows no home directory: this is a folder named %s", dir)
		return
	}
	start := startOf(c, in)
	if start.unknown != "" {
		c.Missed(in, kindWorkdir, "%s", start.unknown)
		return
	}
	args := in.Args()
	made(c, in, kindWorkdir, transform.Fix{
		Title:    "Write WORKDIR as the absolute path that it means",
		Level:    start.level,
		Evidence: start.evidence,
		Edits:    []transform.Edit{{Span: args.Span(0, len(args.Text)), New: path.Join(start.dir, dir)}},
	})
}

// A start is the directory that a relative WORKDIR starts from, or why that is unknown.
type start struct {
	dir      string
	unknown  string
	level    transform.Level
	evidence []transform.Evidence
}

// startOf returns the directory that a relative WORKDIR starts from. That of a base image is what the catalog knows.
func startOf(c *transform.Context, in *transform.Instruction) start {
	dir, image, why := literalDir(c.Doc, in)
	if image == "" || why != "" {
		return start{dir, why, transform.Safe, because(in, "the working directory is %s", dir)}
	}
	base, known := c.Bases.Base(image)
	if !known || base.Config == nil || slices.Contains(base.Config.Unknown, "workdir") {
		return start{unknown: "the working directory of the base image " + image + " is not known"}
	}
	below := path.Join("/", base.Config.WorkingDir)
	evidence := transform.Evidence{Source: base.Source, Text: "the working directory of " + image + " is " + below}
	return start{path.Join(below, dir), "", transform.Standard, []transform.Evidence{evidence}}
}

// relative reports whether a WORKDIR's argument is surely relative. One with a variable is if it begins with text, but
// what it means is then for BuildKit to say.
func relative(dir string) bool {
	return !path.IsAbs(dir) && dir != "" && strings.IndexByte(`$"'\`+"`", dir[0]) < 0
}

// onWindows reports whether a stage is built for Windows, whose paths have drives and backslashes.
func onWindows(s *transform.Stage) bool {
	return len(s.Instructions) > 0 && s.Instructions[0].State().Shell == nil
}

// literalDir returns the directory that a relative WORKDIR starts from, where it is written in
// the file; a build argument could change any other. Where it starts from the directory of a base image, image is that, and dir is
// relative to it. Where the file does not tell, why is the reason.
func literalDir(d *transform.Document, in *transform.Instruction) (dir, image, why string) {
	var below []string
	for cur := in; ; {
		cmd := cur.Command.(*instructions.WorkdirCommand)
		switch {
		case strings.Contains(cmd.Path, "$"):
			return "", "", "the directory depends on a variable"
		case !plainPath().MatchString(cmd.Path):
			return "", "", "the directory is quoted or has special characters"
		}
		if cur != in {
			below = append(below, cmd.Path)
		}
		if path.IsAbs(cmd.Path) {
			break
		}
		next, bottom := workdirBefore(d, cur)
		if next == nil && strings.EqualFold(bottom.Base, "scratch") {
			below = append(below, "/")
			break
		}
		if next == nil {
			image = bottom.Base
			break
		}
		cur = next
	}
	slices.Reverse(below)
	return path.Join(below...), image, ""
}

// workdirBefore returns the WORKDIR that holds before one, nil if there is none, and then the stage at the bottom.
func workdirBefore(d *transform.Document, in *transform.Instruction) (*transform.Instruction, *transform.Stage) {
	for prev := in.Prev(); prev != nil; prev = prev.Prev() {
		if prev.Keyword == "WORKDIR" {
			return prev, nil
		}
	}
	below := d.StageOf(in.Stage.Base, in.Stage)
	if below == nil {
		return nil, in.Stage
	}
	return inherited(d, below, "WORKDIR")
}
