package cleanup

import (
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/shell"
)

// A tree is a folder for temporary files that a script has made.
type tree struct {
	// path is absolute; "" where only the shell's word for it is known.
	path string
	// word is the word to remove it by.
	word string
	// command is the index of the command that makes it.
	command int
}

// trees removes the folders below /tmp and /var/tmp in which a script builds and which it leaves behind.
func (s *step) trees() {
	if slices.ContainsFunc(s.commands, func(c command) bool { return c.program() == "ln" }) {
		return // a link may lead into any of them
	}
	var left []tree
	for n := range s.commands {
		t, ok := s.makesTree(n)
		within := func(o tree) bool { return o.word == t.word || strings.HasPrefix(t.path, o.path+"/") && o.path != "" }
		if ok && !slices.ContainsFunc(left, within) && s.usesUp(t) && s.forgets(t) {
			left = append(left, t)
		}
	}
	if len(left) > 0 {
		s.removeTrees(left)
	}
}

// makesTree returns the folder that a command makes, where that is certain.
func (s *step) makesTree(n int) (tree, bool) {
	cmd := s.commands[n]
	switch cmd.Name() {
	case "mkdir", "git":
		for _, made := range cmd.effect.Makes {
			if word := s.goesTo(n, made.Name); temporary(made.Name) && word != "" {
				return tree{made.Name, word, n}, true
			} else if temporary(made.Name) && cmd.Name() == "git" {
				return tree{made.Name, made.Name, n}, true
			}
		}
	case "tar":
		for _, f := range s.unpacked(n) {
			stem, _, found := strings.Cut(f.path, ".t")
			if word := s.goesTo(n, stem); found && temporary(stem) && !strings.Contains(s.written(cmd), "-C") && word != "" {
				return tree{stem, word, n}, true
			}
		}
	case "":
		for _, a := range cmd.Assigns {
			if text := s.source(a.Value); a.Value.Value == shell.Unknown && isMktemp(text) && s.assigns(a.Name) == 1 {
				return tree{"", `"$` + a.Name + `"`, n}, true
			}
		}
	}
	return tree{}, false
}

// written returns the text of a command as it is written.
func (s *step) written(cmd command) string { return s.script.Text[cmd.Start:cmd.End] }

// temporary reports whether a path is below a folder for temporary files and names no pattern.
func temporary(p string) bool {
	for _, dir := range []string{"/tmp/", "/var/tmp/"} {
		if rest, ok := strings.CutPrefix(p, dir); ok && rest != "" && !strings.ContainsAny(p, "*?[") {
			return true
		}
	}
	return false
}

// isMktemp reports whether a word is the folder that mktemp makes.
func isMktemp(text string) bool {
	text = strings.Trim(text, `"`)
	return strings.HasPrefix(text, "$(mktemp -d") && strings.HasSuffix(text, ")")
}

// assigns counts the assignments of a variable in the script.
func (s *step) assigns(name string) int {
	n := 0
	for _, cmd := range s.commands {
		for _, a := range cmd.Assigns {
			if a.Name == name {
				n++
			}
		}
	}
	return n
}

// goesTo returns the word for a folder to which a command behind n changes, "" if none does: with the
// author's variables, so that it stays right when their values change.
func (s *step) goesTo(n int, dir string) string {
	for _, cmd := range s.commands[n+1:] {
		if cmd.Name() != "cd" || len(cmd.Words) != 2 || cmd.Path(cmd.Words[1].Value) != dir {
			continue
		}
		written := strings.TrimPrefix(s.source(cmd.Words[1]), "./")
		switch {
		case !strings.Contains(written, "$") || strings.ContainsAny(written, `"'\`) || strings.Contains(written, "../"):
			return dir
		case path.IsAbs(written):
			return written
		case cmd.Dir != "":
			return strings.TrimSuffix(cmd.Dir, "/") + "/" + written
		}
	}
	return ""
}

// usesUp reports whether the script fetches or unpacks something into the tree, and builds or copies
// something out of it: a folder that is only made may be there for the program.
func (s *step) usesUp(t tree) bool {
	filled, used := s.commands[t.command].Name() != "mkdir" && t.path != "", false
	for _, cmd := range s.commands[t.command:] {
		if len(cmd.Words) == 0 || !s.within(cmd, t) {
			continue
		}
		switch name := cmd.program(); {
		case name == "git" || name == "tar" || name == "unzip" || name == "curl" || name == "wget":
			filled = true
		case name == "mv" && cmd.Path(cmd.Words[1].Value) == t.path && t.path != "", name == "chown", name == "chmod":
			return false
		case takesOut[name] || cmd.use != nil:
			used = true
		}
	}
	return filled && used
}

// takesOut are commands that build or copy something out of a folder.
var takesOut = set("make", "cmake", "ninja", "meson", "cp", "mv", "install", "python", "python2", "python3", "perl", "dpkg", "rpm", "bash", "sh", "go", "waf", "scons", "install.sh", "checkinstall")

// forgets reports whether nothing needs the tree once the script has ended, and the script does not remove it.
func (s *step) forgets(t tree) bool {
	if t.path == "" && len(mountTargets(s.in)) > 0 || t.path != "" && s.mounted(t.path) {
		return false
	}
	for _, cmd := range s.commands[t.command+1:] {
		switch {
		case cmd.End <= s.commands[t.command].End: // the mktemp whose output it assigns
		case t.path != "" && s.removes(cmd, t.path), removesSomewhere(cmd):
			return false
		case s.within(cmd, t) && !builds(cmd):
			return false
		}
	}
	if t.path == "" {
		return true
	}
	for _, sq := range s.sequels(s.in) {
		if sq.opaque && strings.Contains(sq.text, t.path) {
			return false
		}
		for _, cmd := range sq.commands {
			if !removesQuietly(cmd) && mentionsPath(cmd, sq.text, t.path) {
				return false
			}
		}
	}
	return !s.setBehind(file{text: t.path}) && !s.copiedFrom(file{path: t.path})
}

// within reports whether a command works in the tree or names it.
func (s *step) within(cmd command, t tree) bool {
	if t.path == "" {
		return strings.Contains(s.written(cmd), strings.Trim(t.word, `"$`))
	}
	return mentionsPath(cmd, s.script.Text, t.path)
}

// mentionsPath reports whether a command runs below a folder, or a word of it may name the folder
// or something in it.
func mentionsPath(cmd command, text, dir string) bool {
	if cmd.Dir == dir || strings.HasPrefix(cmd.Dir, dir+"/") {
		return true
	}
	for _, w := range cmd.Words {
		p := cmd.Path(w.Value)
		switch {
		case strings.Contains(text[w.Start:w.End], dir):
			return true
		case p == "" && strings.Contains(text[w.Start:w.End], path.Base(dir)):
			return true
		case p == dir || strings.HasPrefix(p, dir+"/"):
			return true
		case p != "" && p != "/" && strings.HasPrefix(dir, p+"/") && cmd.Name() != "cd":
			return true
		case strings.ContainsAny(p, "*?["):
			if ok, err := path.Match(p, dir); ok || err != nil {
				return true
			}
		}
	}
	for _, r := range cmd.Redirs {
		if strings.Contains(text[r.Start:r.End], dir) {
			return true
		}
	}
	return false
}

// builds reports whether what a command does in a folder lasts without the folder: it builds,
// copies or installs. Links and packages installed in place do not.
func builds(cmd command) bool {
	for _, w := range cmd.Words[min(1, len(cmd.Words)):] {
		switch w.Value {
		case "-e", "--editable", "develop", "link", "--prefix":
			return false
		}
		if strings.Contains(w.Value, "PREFIX=") || strings.HasPrefix(w.Value, "--prefix=") && strings.Contains(w.Value, "/tmp/") {
			return false
		}
	}
	if cmd.use != nil {
		return cmd.use.Manager.Ecosystem != "node" && cmd.use.Manager.Ecosystem != "php"
	}
	return lasting[cmd.program()] || len(cmd.Words) == 0
}

// lasting are commands whose results do not need the folder that they run in.
var lasting = set(
	"cd", "pushd", "popd", "mkdir", "git", "tar", "unzip", "curl", "wget", "make", "cmake", "ninja", "meson", "configure", "autogen.sh", "buildconf", "bootstrap.sh", "autoreconf",
	"cp", "mv", "install", "chmod", "chown", "rm", "ls", "cat", "find", "sed", "patch", "gpg", "sha256sum", "sha1sum", "md5sum", "dpkg", "rpm", "python", "python3", "perl", "bash", "sh",
	"gcc", "g++", "cc", "go", "strip", "ldconfig", "true", "echo", "set", "test", "[", "export", "phpize", "qmake", "scons", "waf", "rake", "checkinstall", "autoconf", "automake",
)

// removeTrees reports the removal of folders at the end of the script.
func (s *step) removeTrees(left []tree) {
	words := make([]string, len(left))
	for i, t := range left {
		words[i] = t.word
	}
	names := strings.Join(words, " ")
	text := "rm -rf " + names
	if !s.root() && slices.ContainsFunc(s.commands, func(cmd command) bool { return s.sudo(cmd) != "" }) {
		text = "sudo " + text
	}
	edit, refusal := s.atEnd(text)
	if refusal != "" {
		s.Missed(s.in, "build-tree", "%s stays: %s", names, refusal)
		return
	}
	s.Report(transform.Finding{Kind: "build-tree", Span: s.in.Span, Message: "the layer keeps a folder for temporary files", Fix: &transform.Fix{
		Title: "Remove " + names + " in the layer that makes it", Level: transform.Standard,
		Evidence: s.evidence(s.commands[left[0].command], "makes it; nothing behind it needs it"),
		Edits:    []transform.Edit{edit},
	}})
}
