package modernize

import (
	"path"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
	"dopt/transform/shell"
)

const kindCd = "cd"

// A cdRun is a RUN with a leading cd to an absolute directory that WORKDIR can set instead.
type cdRun struct {
	in  *transform.Instruction
	dir string
	// cut covers the cd and what joins it to the rest of the script.
	cut transform.Span
}

// cdToWorkdir takes the leading cd out of a RUN, and out of those that follow it, where nothing
// later would see that the working directory is another one.
func cdToWorkdir(c *transform.Context, in *transform.Instruction) {
	if script := in.Script(); script.Shell != nil && len(script.Shell.Commands) == 1 && script.Shell.Commands[0].Name() == "cd" {
		c.Missed(in, kindCd, "it has no effect: the next instruction starts in the WORKDIR again")
		return
	}
	first, why := readCd(in)
	if first == nil || follows(in) {
		if why != "" {
			c.Missed(in, kindCd, "%s", why)
		}
		return
	}
	runs, why := cdRuns(first)
	if why != "" {
		c.Missed(in, kindCd, "%s", why)
		return
	}
	var edits []transform.Edit
	for _, r := range runs {
		edits = append(edits, lineAbove(r.in, keyword(in, "WORKDIR")+" "+r.dir), transform.Edit{Span: r.cut})
	}
	made(c, in, kindCd, transform.Fix{
		Title:    "Set the directory with WORKDIR instead of cd",
		Level:    transform.Standard,
		Evidence: because(in, "the next instruction that depends on the directory sets its own"),
		Edits:    edits,
	})
}

// readCd returns a RUN whose cd can go, nil for any other, with the reason if the cd is there.
func readCd(in *transform.Instruction) (*cdRun, string) {
	if in.Keyword != "RUN" {
		return nil, ""
	}
	script := in.Script()
	if script.Shell == nil || script.Form != transform.FormShell || len(in.Flags()) > 0 || len(script.Shell.Commands) == 0 {
		return nil, ""
	}
	dir, rest := leadingCd(script.Shell)
	if rest == nil || !plainPath().MatchString(dir) {
		return nil, ""
	}
	cut := transform.Span{Start: script.Offset(0), End: script.Offset(int(rest.Pos().Offset()))}
	if hasComment(in, cut) {
		return nil, "a comment stands behind cd"
	}
	for _, way := range []string{"cd -", "OLDPWD", "popd", "~-"} {
		if strings.Contains(script.Text, way) {
			return nil, "the script goes back to the directory before"
		}
	}
	return &cdRun{in, path.Clean(dir), cut}, ""
}

// follows reports whether the instruction before that has to do with the directory is such a RUN, too:
// its fix then changes both.
func follows(in *transform.Instruction) bool {
	for prev := in.Prev(); prev != nil; prev = prev.Prev() {
		if dirUse(prev) != ignoresDir {
			r, _ := readCd(prev)
			return r != nil
		}
	}
	return false
}

// cdRuns returns the RUNs with a cd from first on up to the WORKDIR that follows them, or why first stays.
func cdRuns(first *cdRun) (runs []*cdRun, why string) {
	runs = []*cdRun{first}
	for next := first.in.Next(); next != nil; next = next.Next() {
		switch dirUse(next) {
		case setsDir:
			if path.Clean(next.Command.(*instructions.WorkdirCommand).Path) == runs[len(runs)-1].dir {
				return nil, "the same WORKDIR follows at line " + strconv.Itoa(next.Line()) + " and could stand above"
			}
			return runs, ""
		case seesDir:
			r, _ := readCd(next)
			if r == nil {
				return nil, "the " + next.Keyword + " that follows would start in another directory"
			}
			runs = append(runs, r)
		}
	}
	return nil, "it would be the stage's last WORKDIR, in which the program starts"
}

// lineAbove returns the edit that puts an instruction directly above in, below the comments that
// tell what both do, but above those that a tool reads for in alone.
func lineAbove(in *transform.Instruction, text string) transform.Edit {
	if len(in.Pragmas()) > 0 {
		return in.InsertBefore(text)
	}
	d := in.Document()
	at := in.Lines[0].Span.Start
	indent := string(d.Src[at:in.Span.Start])
	return transform.Edit{Span: transform.Span{Start: at, End: at}, New: indent + text + d.Newline}
}

// leadingCd returns the absolute directory of a script "cd DIR && rest", and rest; nil if the
// script is none, or runs anything where cd fails.
func leadingCd(s *shell.Script) (dir string, rest *syntax.Stmt) {
	if len(s.File.Stmts) != 1 {
		return "", nil
	}
	cd, operands := s.Commands[0], shell.Operands(s.File.Stmts[0])
	if len(operands) < 2 || operands[0] != cd.Stmt || cd.Name() != "cd" {
		return "", nil
	}
	if len(cd.Words) != 2 || !cd.Words[1].Plain || len(cd.Assigns)+len(cd.Redirs) > 0 || !path.IsAbs(cd.Words[1].Value) {
		return "", nil
	}
	return cd.Words[1].Value, operands[1]
}

// A dirUsage says what an instruction has to do with the working directory.
type dirUsage int

const (
	ignoresDir dirUsage = iota
	seesDir
	setsDir
)

// dirUse says what an instruction has to do with the working directory.
func dirUse(in *transform.Instruction) dirUsage {
	switch cmd := in.Command.(type) {
	case *instructions.WorkdirCommand:
		if path.IsAbs(cmd.Path) {
			return setsDir
		}
		return seesDir
	case *instructions.RunCommand:
		return seesDir
	case *instructions.CopyCommand:
		return destDirUse(cmd.DestPath)
	case *instructions.AddCommand:
		return destDirUse(cmd.DestPath)
	}
	// What remains takes effect when the program starts, in the last WORKDIR, or has no paths.
	return ignoresDir
}

// destDirUse says the same of the destination of a COPY.
func destDirUse(dest string) dirUsage {
	if path.IsAbs(dest) {
		return ignoresDir
	}
	return seesDir
}
