package validate

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// maxManifests bounds how many manifests one install is followed through.
const maxManifests = 500

// An inspection finds out what one install reads by its words and the project's manifests.
type inspection struct {
	Install
	view    View
	reads   []Area
	verdict transform.Verdict
	// seen are the manifests that have been read.
	seen map[string]bool
}

// refuse notes that the install needs more of the project than files that can be named.
func (n *inspection) refuse(format string, args ...any) {
	n.verdict = n.verdict.Worse(transform.Verdict{Status: transform.Unsound, Reasons: []string{fmt.Sprintf(format, args...)}})
}

// doubt notes what cannot be told.
func (n *inspection) doubt(format string, args ...any) {
	n.verdict = n.verdict.Worse(transform.Verdict{Status: transform.Unproven, Reasons: []string{fmt.Sprintf(format, args...)}})
}

// join returns the absolute path of a file of the project.
func (n *inspection) join(rel string) string {
	if path.IsAbs(rel) {
		return path.Clean(rel)
	}
	return path.Join(n.dir, rel)
}

// needsFile notes a file, or a folder with all below it, that the install reads.
func (n *inspection) needsFile(p string) { n.reads = append(n.reads, Area{Dir: p}) }

// text returns a file that copies bring and notes that it is read; ok is false where there is
// none, and where it cannot be read, which is noted as a doubt.
func (n *inspection) text(p string) (text string, ok bool) {
	n.needsFile(p)
	if n.seen[p] || len(n.seen) >= maxManifests {
		return "", false
	}
	n.seen[p] = true
	switch kind, ok := n.view.Stat(p); {
	case !ok:
		n.doubt("%s cannot be read, and %s follows what it names", p, n.Install)
		return "", false
	case kind != File:
		return "", false
	}
	data, ok := n.view.Read(p)
	if !ok {
		n.doubt("%s cannot be read, and %s follows what it names", p, n.Install)
	}
	return string(data), ok
}

// has reports whether one of the flags is given.
func (n *inspection) has(names ...string) bool { return n.use.HasFlag(names...) }

// words follows the words of the command that name files of the project.
func (n *inspection) words() {
	for at, word := range n.argv {
		named := slices.Contains(n.use.Packages, at) && (n.ofPython() || !strings.HasPrefix(word, ".") && !strings.HasPrefix(word, "/"))
		if at <= n.use.Program || n.ofVerb(at) || named {
			continue // what a package of Python is, its own inspection tells
		}
		if _, value, ok := strings.Cut(word, "="); ok {
			word = value
		}
		if strings.HasPrefix(word, "-") || strings.Contains(word, "://") || n.isDir(word) {
			continue
		}
		n.word(word)
	}
	if len(n.use.Packages) > 0 && !n.ofPython() {
		n.refuse("%s changes the project's manifest, and a later copy puts the old one back", n.Install)
	}
}

// ofVerb reports whether a word is one of the verb: "mod" and "download". What a flag before it names is none.
func (n *inspection) ofVerb(at int) bool {
	return at == n.use.VerbAt || at < n.use.VerbAt && !slices.ContainsFunc(n.use.Flags, func(f pkgmgr.Flag) bool {
		return f.At == at || f.At == at-1 && f.Value == n.argv[at]
	})
}

// ofPython reports whether the manager is one whose packages may be folders of the project.
func (n *inspection) ofPython() bool {
	return slices.Contains([]string{"pip", "uv"}, n.installer.manager)
}

// isDir reports whether a word is the directory of the project itself.
func (n *inspection) isDir(word string) bool {
	f, ok := n.use.Flag(n.installer.dirFlags...)
	return ok && f.Value == word
}

// isLinks reports whether a word is a folder of archives, in which pip finds packages by their names.
func (n *inspection) isLinks(word string) bool {
	return n.ofPython() && slices.ContainsFunc(n.use.Flags, func(f pkgmgr.Flag) bool {
		return (f.Name == "-f" || f.Name == "--find-links") && f.Value == word
	})
}

func (n *inspection) word(word string) {
	p := n.call.resolve(word)
	if p == "" || !path.IsAbs(p) || strings.ContainsAny(p, "$?") {
		return
	}
	switch kind, ok := n.view.Stat(p); {
	case !ok:
		n.doubt("whether %s reads %s cannot be told", n.Install, p)
	case kind == File:
		n.needsFile(p)
	case kind == Folder && n.isLinks(word):
		n.needsFile(p)
	case kind == Folder && n.installer.manager != "dotnet":
		n.refuse("%s names %s, a folder of the source", n.Install, p)
	}
}

// environment follows variables of tools that name files of the project, such as PIP_CONSTRAINT and NODE_OPTIONS.
func (n *inspection) environment() {
	for _, kv := range n.call.script.Env {
		name, value, _ := strings.Cut(kv, "=")
		if name == "PATH" || !ofTool(name) {
			continue
		}
		for word := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune(" :=,;", r) }) {
			word = n.join(word)
			if kind, ok := n.view.Stat(word); ok && kind == File {
				n.needsFile(word)
			}
			if name == "PYTHONPATH" {
				n.reads = append(n.reads, Area{Dir: word, Name: "sitecustomize.py"}, Area{Dir: word, Name: "usercustomize.py"})
			}
		}
	}
}

// keepsLock reports whether the install leaves the lock file alone whatever the manifest says.
func (n *inspection) keepsLock() bool {
	return n.installer.lock == "" || slices.Contains(n.installer.keeps, n.verb) || n.has(n.installer.fixed...)
}

// mayRewrite notes that the install may change its lock file, which a later copy would undo.
func (n *inspection) mayRewrite(lock string) {
	n.doubt("%s may change %s, and a later copy puts the old one back", n.Install, lock)
}

// lockUnchecked notes a lock file that may be rewritten, where whether it fits the manifest is not looked at.
func (n *inspection) lockUnchecked() {
	lock := n.join(n.installer.lock)
	if n.keepsLock() {
		return
	}
	if kind, ok := n.view.Stat(lock); !ok || kind == File {
		n.mayRewrite(lock)
	}
}

// mentions returns the first of the words that a text holds, "" if there is none.
func mentions(text string, words ...string) string {
	for _, w := range words {
		if strings.Contains(text, w) {
			return w
		}
	}
	return ""
}

// withoutComments drops from each line what is behind a mark that begins a comment.
func withoutComments(text, mark string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		code, _, _ := strings.Cut(line, mark)
		b.WriteString(strings.TrimRight(code, "\n"))
		b.WriteByte('\n')
	}
	return b.String()
}
