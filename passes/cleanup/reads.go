package cleanup

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform/shell"
)

// read reports whether a command behind the one with index after, a later script or a COPY names
// a folder whose content would be gone, or something in it, other than to remove it.
func (s *step) read(after int, dirs ...string) bool {
	for i := range dirs {
		dirs[i] = homeless(dirs[i])
	}
	if slices.ContainsFunc(s.commands[after+1:], func(cmd command) bool { return names(cmd, s.script.Text, dirs) }) {
		return true
	}
	for _, sq := range s.sequels(s.in) {
		if slices.ContainsFunc(sq.commands, func(cmd command) bool { return names(cmd, sq.text, dirs) }) {
			return true
		}
	}
	for _, in := range s.Doc.Instructions[s.in.Index:] {
		c, ok := in.Command.(*instructions.CopyCommand)
		if ok && c.From != "" && slices.ContainsFunc(c.SourcePaths, func(p string) bool { return copies(homeless(path.Clean("/"+p)), dirs) }) {
			return true
		}
	}
	return false
}

// copies reports whether a COPY of a path takes one of the folders along, as a folder above it
// does unless that is the root.
func copies(source string, dirs []string) bool {
	return inside(source, dirs) || source != "/" && slices.ContainsFunc(dirs, func(dir string) bool { return within(dir, source) })
}

// names reports whether a command has a word or a redirection that names one of the folders or
// something in it. A package manager's does not count, nor a removal that may find nothing.
func names(cmd command, text string, dirs []string) bool {
	if cmd.use != nil || removesQuietly(cmd) || cmd.program() == "find" && removing(cmd) {
		return false
	}
	words := cmd.Words
	for _, r := range cmd.Redirs {
		words = append(words, r.Target)
	}
	return inside(homeless(cmd.Dir), dirs) || slices.ContainsFunc(words, func(w shell.Word) bool {
		return inside(pathIn(cmd, text, w), dirs) || slices.ContainsFunc(dirs, func(dir string) bool {
			return strings.Contains(w.Value, " ") && strings.Contains(w.Value, strings.TrimPrefix(dir, "~"))
		})
	})
}

// removing reports whether a find removes what it finds.
func removing(cmd command) bool {
	return slices.ContainsFunc(cmd.Argv(), func(a string) bool { return a == "-delete" || a == "rm" })
}

// inside reports whether a path is one of the folders or below one.
func inside(p string, dirs []string) bool {
	return slices.ContainsFunc(dirs, func(dir string) bool { return within(p, dir) })
}
