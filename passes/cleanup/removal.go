package cleanup

import (
	"path"
	"strings"

	"dopt/transform/shell"
)

// removes reports whether a command removes what dir holds, as far as its words
// tell: dir itself, a folder above it, or files in it by a pattern. dir is absolute or begins with "~".
func (s *step) removes(cmd command, dir string) bool {
	argv := behindWrappers(cmd.Argv())
	if len(argv) == 0 {
		return false
	}
	dir = homeless(dir)
	switch path.Base(argv[0]) {
	case "rm":
	case "find":
		if filters(argv) {
			return s.finds(cmd, dir)
		}
	default:
		return false
	}
	for _, w := range cmd.Words[1:] {
		for _, word := range expandBraces(pathIn(cmd, s.script.Text, w)) {
			if covers(word, dir) {
				return true
			}
		}
	}
	return false
}

// filters reports whether find chooses files by more than their type.
func filters(argv []string) bool {
	for _, arg := range argv {
		switch arg {
		case "-name", "-iname", "-path", "-ipath", "-regex", "-newer", "-mtime", "-mmin", "-size", "-perm", "-user":
			return true
		}
	}
	return false
}

// finds reports whether a command's words name dir or something below it.
func (s *step) finds(cmd command, dir string) bool {
	for _, w := range cmd.Words[1:] {
		if p := pathIn(cmd, s.script.Text, w); p == dir || strings.HasPrefix(p, dir+"/") {
			return true
		}
	}
	return false
}

// pathIn returns what a word of a command of a text names: an absolute path where it can be told,
// with "~" for any home directory, else the word as it is written without quotes.
func pathIn(cmd command, text string, w shell.Word) string {
	if p := cmd.Path(w.Value); p != "" && !strings.HasPrefix(w.Value, "-") {
		return homeless(p)
	}
	return homeless(unquote.Replace(text[w.Start:w.End]))
}

// unquote takes the quotes out of a text.
var unquote = strings.NewReplacer(`"`, "", `'`, "")

// homeless writes "~" for a home directory, so that all ways to name it are equal.
func homeless(p string) string {
	for _, home := range []string{"$HOME", "${HOME}", "/root", "~root"} {
		if rest, ok := strings.CutPrefix(p, home); ok && (rest == "" || rest[0] == '/') {
			return "~" + rest
		}
	}
	if rest, ok := strings.CutPrefix(p, "/home/"); ok {
		if _, below, found := strings.Cut(rest, "/"); found {
			return "~/" + below
		}
		return "~"
	}
	return p
}

// covers reports whether removing what a word names removes what dir holds.
func covers(word, dir string) bool {
	word = strings.TrimRight(word, "/")
	word = strings.TrimSuffix(strings.TrimSuffix(word, "/*"), "/.[!.]*")
	for d := dir; d != "/" && d != "." && d != "~"; d = path.Dir(d) {
		if ok, err := path.Match(word, d); word == d || err == nil && ok {
			return true
		}
	}
	inside, ok := strings.CutPrefix(word, dir+"/")
	return ok && strings.ContainsAny(inside, "*?[")
}

// expandBraces returns the words that a shell with brace expansion makes of a word with
// one level of braces.
func expandBraces(word string) []string {
	open := strings.IndexByte(word, '{')
	if open < 0 {
		return []string{word}
	}
	end := strings.IndexByte(word[open:], '}')
	if end < 0 || !strings.Contains(word[open:open+end], ",") {
		return []string{word}
	}
	var words []string
	for _, part := range strings.Split(word[open+1:open+end], ",") {
		words = append(words, expandBraces(word[:open]+part+word[open+end+1:])...)
	}
	return words
}
