package cleanup

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

// archives removes what a script downloads, unpacks and leaves behind.
func (s *step) archives() {
	for n := range s.commands {
		for _, f := range s.unpacked(n) {
			d, ok := s.downloaded(f)
			switch {
			case !ok:
				s.archiveFromElsewhere(f)
			case !s.named(f):
				s.archive(d, f)
			}
		}
	}
}

// downloaded returns the download of the step that a later command unpacks.
func (s *step) downloaded(f file) (file, bool) {
	for n := f.command - 1; n >= 0; n-- {
		for _, d := range s.downloads(n) {
			if d.path != "" && d.path == f.path || d.text == f.text && s.samePlace(n, f) {
				return d, true
			}
		}
	}
	return file{}, false
}

// samePlace reports whether a name means the same for command n as for the one that f stands in.
func (s *step) samePlace(n int, f file) bool {
	for _, cmd := range s.commands[n:f.command] {
		switch cmd.Name() {
		case "cd", "pushd", "popd":
			if !path.IsAbs(f.text) && !strings.HasPrefix(f.text, "$") {
				return false
			}
		case "", "export", "read":
			if strings.Contains(f.text, "$") {
				return false
			}
		}
	}
	return true
}

// named reports whether anything behind the command that unpacks f names it, or may: a removal, a
// pattern that it matches, a folder that holds it.
func (s *step) named(f file) bool {
	if f.path != "" && s.mounted(f.path) || f.path == "" && len(mountTargets(s.in)) > 0 {
		return true
	}
	for _, cmd := range s.commands[f.command+1:] {
		if f.path != "" && s.removes(cmd, f.path) || namesFile(cmd, s.script.Text, f) {
			return true
		}
		if f.path == "" && removesSomewhere(cmd) {
			return true // it may be the folder that holds the file
		}
	}
	for _, sq := range s.sequels(s.in) {
		for _, cmd := range sq.commands {
			if !removesQuietly(cmd) && namesFile(cmd, sq.text, f) {
				return true
			}
		}
		if sq.opaque && strings.Contains(plainText(sq.text), f.base()) {
			return true
		}
	}
	return s.setBehind(f) || s.copiedFrom(f)
}

// removesQuietly reports whether a command is rm with -f, to which a missing file does not matter.
func removesQuietly(cmd command) bool {
	return cmd.program() == "rm" && slices.ContainsFunc(cmd.Argv(), func(a string) bool {
		return strings.HasPrefix(a, "-") && strings.Contains(a, "f")
	})
}

// removesSomewhere reports whether a command is rm with -r, of something whose place is not known.
func removesSomewhere(cmd command) bool {
	if cmd.program() != "rm" {
		return false
	}
	recursive, relative := false, false
	for _, w := range cmd.Words[1:] {
		switch {
		case strings.HasPrefix(w.Value, "-"):
			recursive = recursive || strings.ContainsAny(w.Value, "rR")
		case !path.IsAbs(w.Value) && !strings.HasPrefix(w.Value, "~"):
			relative = true
		}
	}
	return recursive && relative
}

// namesFile reports whether a command of a text has a word that names f, a folder that holds it, or
// a pattern that it matches.
func namesFile(cmd command, text string, f file) bool {
	goes := cmd.program() == "cd" || cmd.program() == "mkdir"
	for _, w := range cmd.Words {
		if p := cmd.Path(w.Value); p != "" && p != "/" && !goes && strings.HasPrefix(f.path, p+"/") {
			return true
		}
		written := plainText(text[w.Start:w.End])
		if strings.Contains(w.Value, f.base()) || strings.Contains(written, f.base()) {
			return true
		}
		if strings.ContainsAny(path.Base(written), "*?[") && matchesPattern(cmd, written, f) {
			return true
		}
	}
	return false
}

// matchesPattern reports whether a glob of a command may match a file: where the name has unknown
// parts, what is known of both ends of it decides.
func matchesPattern(cmd command, pattern string, f file) bool {
	full := cmd.Path(pattern)
	switch {
	case full != "" && f.path != "":
		ok, err := path.Match(full, f.path)
		return ok || err != nil
	case path.IsAbs(pattern) && cmd.program() == "rm":
		return false // of a cache, most likely
	}
	dir, pattern := path.Base(path.Dir(pattern)), path.Base(pattern)
	if own := path.Base(path.Dir(f.text)); dir != "." && own != "." && own != dir {
		return false
	}
	name := f.base()
	if first := strings.IndexByte(name, '$'); first >= 0 {
		start, end := name[:first], afterVariable(name)
		star := strings.IndexAny(pattern, "*?[")
		tail := pattern[strings.LastIndexAny(pattern, "*?]")+1:]
		return hasCommonPrefix(start, pattern[:star]) && (strings.HasSuffix(end, tail) || strings.HasSuffix(tail, end))
	}
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}

// afterVariable is what follows the last "$NAME" of a text.
func afterVariable(text string) string {
	rest := text[strings.LastIndexByte(text, '$')+1:]
	return strings.TrimLeft(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
}

func hasCommonPrefix(a, b string) bool { return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) }

// setBehind reports whether an instruction behind the step that runs nothing names f: ENV, LABEL, VOLUME.
func (s *step) setBehind(f file) bool {
	for _, in := range s.Doc.Instructions[s.in.Index+1:] {
		if in.Script() == nil && strings.Contains(plainText(in.Source()), f.base()) && in.Keyword != "ADD" && in.Keyword != "COPY" {
			return true
		}
	}
	return false
}

// copiedFrom reports whether a later stage copies the folder that holds f out of this one.
func (s *step) copiedFrom(f file) bool {
	for _, in := range s.Doc.Instructions[s.in.Index:] {
		c, ok := in.Command.(*instructions.CopyCommand)
		if !ok || c.From == "" || in.Stage == s.in.Stage {
			continue
		}
		for _, source := range c.SourcePaths {
			if dir := path.Clean("/" + source); f.path == "" || dir == "/" || strings.HasPrefix(f.path, dir+"/") {
				return true
			}
		}
	}
	return false
}

// archive puts the removal behind the command that unpacks, where the archive's name means what it means there.
func (s *step) archive(d, f file) {
	cmd := s.commands[f.command]
	i := s.lists.at(cmd.Start)
	if !cmd.Top || s.lists.operands[i].end < cmd.End {
		return
	}
	for i < s.lists.last() && s.lists.operands[i].after == "||" {
		i++ // what follows "||" may need the archive
	}
	joint, refusal := s.lists.joinAfter(i)
	if refusal == "" && s.script.Form == transform.FormShell && s.script.Shell.HasComment() && i == s.lists.last() {
		refusal = "the script ends in a shell comment"
	}
	if refusal != "" {
		s.Missed(s.in, "archive", "the archive %s stays: %s", f.base(), refusal)
		return
	}
	command := "rm -f " + s.source(f.word)
	if sudo := s.sudo(s.commands[d.command]); sudo != "" {
		command = sudo + " " + command
	}
	s.Report(transform.Finding{Kind: "archive", Span: s.in.Span, Message: "the layer keeps an archive that is unpacked", Fix: &transform.Fix{
		Title: "Remove the archive " + f.base() + " once it is unpacked", Level: transform.Standard,
		Evidence: s.evidence(s.commands[d.command], "downloads it; nothing behind it names it"),
		Edits:    []transform.Edit{s.putAfter(i, joint, command)},
	}})
}

// archiveFromElsewhere reports an archive that another layer holds, and that this one unpacks.
func (s *step) archiveFromElsewhere(f file) {
	for i := s.in.Index - 1; i > s.in.Stage.From.Index; i-- {
		in := s.Doc.Instructions[i]
		var how string
		switch {
		case in.Keyword != "ADD" && in.Keyword != "COPY" && in.Keyword != "RUN", !strings.Contains(plainText(in.Source()), f.base()):
			continue
		case in.Keyword == "RUN":
			if o := s.steps[in]; o == nil || !o.fetches(f) {
				continue
			}
			how = "the RUN at line %d downloads it, and its layer keeps it"
		case in.Keyword == "ADD" && strings.Contains(in.Source(), "://"):
			how = "ADD at line %d stores it in a layer of its own; a download in this RUN would leave nothing"
		default:
			how = in.Keyword + " at line %d stores it in a layer of its own; RUN --mount=type=bind would not"
		}
		s.Missed(s.in, "archive", "the archive %s stays: %s", f.base(), fmt.Sprintf(how, in.Line()))
		return
	}
}

// fetches reports whether a command of the step downloads a file of that name.
func (s *step) fetches(f file) bool {
	for n := range s.commands {
		if slices.ContainsFunc(s.downloads(n), func(d file) bool { return d.base() == f.base() }) {
			return true
		}
	}
	return false
}
