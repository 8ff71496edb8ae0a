package artifact

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// SourceFolders returns what the stage copies that holds source: folders of the image, and files.
func (s *Stage) SourceFolders(source func(name string) bool) (found []string) {
	holdsSource := map[string]bool{}
	s.Partial = s.Partial || len(s.Tree.Copies) == maxCopies
	for _, c := range s.Tree.Copies {
		known, told := holdsSource[c.Context]
		holds := known || !c.Folder && source(c.Context)
		if c.Folder && !told {
			_ = s.eachFile(c.Context, func(name string) bool {
				holds = holds || source(name)
				return !holds
			})
		}
		holdsSource[c.Context] = holds
		if holds && !slices.Contains(found, c.Image) {
			found = append(found, c.Image)
		}
	}
	return found
}

// eachFile visits the files at and below a path of the context until visit returns false, and no more than maxFolder.
func (s *Stage) eachFile(folder string, visit func(name string) bool) error {
	left := maxFolder
	return fs.WalkDir(s.Files, folder, func(name string, entry fs.DirEntry, err error) error {
		left--
		switch {
		case left < 0:
			s.Partial = true
			return fs.SkipAll
		case err == nil && entry.Type().IsRegular() && !visit(name):
			return fs.SkipAll
		}
		return nil
	})
}

// installed are folders that package managers and git fill, and no source of the project is in.
var installed = []string{".git", "node_modules"}

// EachCopied visits the files of the project that are copied, each once, until visit returns false. all is false where there are more than
// are looked at.
func (s *Stage) EachCopied(visit func(name string) bool) (all bool) {
	left := maxFolder
	for _, root := range s.roots() {
		stopped := false
		_ = fs.WalkDir(s.Files, root, func(name string, entry fs.DirEntry, err error) error {
			left--
			switch {
			case left < 0:
				return fs.SkipAll
			case err == nil && entry.IsDir() && slices.Contains(installed, entry.Name()):
				return fs.SkipDir
			case err == nil && entry.Type().IsRegular() && !visit(name):
				stopped = true
				return fs.SkipAll
			}
			return nil
		})
		if stopped {
			break
		}
	}
	return left >= 0
}

// roots returns the paths of the context that are copied, each with all below it once.
func (s *Stage) roots() (list []string) {
	for _, c := range s.Tree.Copies {
		if c.Context == "" || slices.ContainsFunc(list, func(r string) bool { return r == "." || Within(c.Context, r) }) {
			continue
		}
		list = slices.DeleteFunc(list, func(r string) bool { return c.Context == "." || Within(r, c.Context) })
		list = append(list, c.Context)
	}
	return list
}

// maxReads bounds how many files of the context are read for one stage.
const maxReads = 20_000

// Read returns a file of the context, "" if it cannot be read.
func (s *Stage) Read(name string) string {
	if s.reads++; s.reads > maxReads {
		s.Partial = true
		return ""
	}
	data, err := manifest.Read(s.Files, name)
	if err != nil {
		s.Partial = true
		return ""
	}
	return string(data)
}

// A Text is a text in double quotes of a source, or a word of settings.
type Text struct {
	Text     string
	Evidence transform.Evidence
}

// maxText is the longest text, in bytes, that is taken for a path, maxTexts how many there are of one stage.
const (
	maxText  = 300
	maxTexts = 20_000
)

// Texts returns the texts in double quotes of the sources that the stage copies, tests aside.
func (s *Stage) Texts(source func(name string) bool) (found []Text) {
	return s.texts(source, quoted)
}

// Words returns the words of settings that the stage copies, tests aside, that may be paths: they have a slash or an extension.
func (s *Stage) Words(settings func(name string) bool) (found []Text) {
	return s.texts(settings, func(line string) []string {
		return slices.DeleteFunc(Split(line), func(w string) bool { return !strings.ContainsAny(w, "/.") })
	})
}

// Split returns the words of a text that is no source: a script, settings, an option with its value.
func Split(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("= \t\r\n\"'`,:;()[]{}<>|&", r) })
}

// quoted returns the texts in double quotes of a line of source, and what those amount to that it puts together; none of one that is a comment.
func quoted(line string) (list []string) {
	if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "#include") || strings.HasPrefix(trimmed, "//") {
		return nil
	}
	parts := strings.Split(line, `"`)
	joined, pieces := "", 0
	for i := 1; i < len(parts)-1; i += 2 {
		list = append(list, parts[i])
		if joint := strings.TrimSpace(parts[i-1]); i == 1 || !slices.Contains(joints, joint) && (joint != "," || !strings.Contains(line, "concat!(")) {
			joined, pieces = "", 0
		}
		joined += parts[i]
		if pieces++; pieces > 1 {
			list = append(list, joined)
		}
	}
	return list
}

// joints stand between texts that are put together: nothing in C, a sign in Java and its relatives, .NET and Elixir.
var joints = []string{"", "+", "<>"}

// texts returns what cut finds in the lines of files.
func (s *Stage) texts(wanted func(name string) bool, cut func(line string) []string) (found []Text) {
	seen := map[string]bool{}
	for _, root := range s.roots() {
		_ = s.eachFile(root, func(name string) bool {
			if wanted(name) && !strings.Contains("/"+name, "/tests/") && !strings.Contains("/"+name, "/test/") {
				found = append(found, textsOf(name, s.Read(name), seen, cut)...)
			}
			s.Partial = s.Partial || len(found) >= maxTexts
			return !s.Partial
		})
	}
	return found
}

// textsOf returns what cut finds in the lines of a file and has not been seen yet.
func textsOf(name, src string, seen map[string]bool, cut func(line string) []string) (found []Text) {
	number := 0
	for line := range strings.Lines(src) {
		number++
		for _, text := range cut(line) {
			if text != "" && len(text) <= maxText && !seen[text] {
				seen[text] = true
				found = append(found, Text{text, transform.Evidence{Source: name, Line: number, Text: strings.TrimSpace(line)}})
			}
		}
	}
	return found
}

// Data returns what the stage copies to a folder besides source: the files and folders directly in it.
func (s *Stage) Data(folder string, source func(name string) bool, because transform.Evidence) (found []File) {
	context, ok := s.Tree.Context(folder)
	if !ok {
		return nil
	}
	entries, err := fs.ReadDir(s.Files, context)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		name := path.Join(context, e.Name())
		switch _, err := fs.Stat(s.Files, name); {
		case err != nil, source(name), strings.HasPrefix(e.Name(), ".git"):
		case !e.IsDir() || !s.onlySource(name, source):
			found = append(found, File{Path: path.Join(folder, e.Name()), Folder: e.IsDir(), Because: because})
		}
	}
	return found
}

// Linked returns the needs of the libraries that a build links with: those of the development packages that its steps install, and of
// those whose headers and libraries they name.
func (s *Stage) Linked() (list []transform.Need) {
	for _, i := range s.Built().Installs {
		if i.Name == "libc6-dev" {
			continue // of the C library alone; others of its package are for programs that name them
		}
		for _, library := range s.Packages.Libraries(s.Base.Release, i.Name) {
			list = append(list, transform.Need{What: "the library of " + i.Name, Packages: []string{library}, Evidence: s.Evidence(i.Step)})
		}
	}
	for _, n := range s.Built().Needs {
		kind, _, _ := strings.Cut(n.What, " ")
		if n.Step == nil || !slices.Contains([]string{"library", "header", "pkg-config"}, kind) {
			continue
		}
		var libraries []string
		for _, name := range s.present(n.Packages) {
			if name != "libc6-dev" && name != "linux-libc-dev" {
				libraries = append(libraries, s.Packages.Libraries(s.Base.Release, name)...)
			}
		}
		if len(libraries) > 0 {
			list = append(list, transform.Need{What: "what it is linked with: " + n.What, Packages: libraries, Evidence: n.Evidence})
		}
	}
	return list
}

// present returns those of packages that the base of the stage has or its steps install: of several that have a header, the build links with
// the library of one that is there. Where none is, it returns them all.
func (s *Stage) present(packages []string) []string {
	base, _ := s.Packages.Installed(s.Image)
	there := slices.DeleteFunc(slices.Clone(packages), func(name string) bool {
		return !slices.Contains(base.Names, name) && !slices.ContainsFunc(s.Built().Installs, func(i transform.PackageInstall) bool { return i.Name == name })
	})
	if len(there) == 0 {
		return packages
	}
	return there
}

// encrypting are the beginnings of packages of libraries that look for the certificates of servers.
var encrypting = []string{"libcurl", "libssl", "libgnutls", "libpq", "libmariadb"}

// Trusts returns the need of certificates where one of the libraries may ask for them.
func Trusts(libraries []transform.Need) []transform.Need {
	for _, n := range libraries {
		for _, e := range encrypting {
			if slices.ContainsFunc(n.Packages, func(name string) bool { return strings.HasPrefix(name, e) }) {
				return []transform.Need{{What: "certificates of servers", Packages: []string{"ca-certificates"}, Evidence: n.Evidence}}
			}
		}
	}
	return nil
}

// Manifests returns the files at and below a path of the context that have one of the names.
func (s *Stage) Manifests(folder string, names []string) (found []string) {
	_ = s.eachFile(folder, func(name string) bool {
		if slices.Contains(names, path.Base(name)) {
			found = append(found, name)
		}
		return true
	})
	return found
}

// Calls returns the first source that has a text, such as the name of a function with its parenthesis.
func (s *Stage) Calls(source func(name string) bool, text string) (where string, ok bool) {
	where, _, ok = s.FirstCall(source, []string{text})
	return where, ok
}

// FirstCall returns the first source that has one of several texts, and which. It reads each source once.
func (s *Stage) FirstCall(source func(name string) bool, texts []string) (where, text string, ok bool) {
	for _, root := range s.roots() {
		_ = s.eachFile(root, func(name string) bool {
			if !source(name) {
				return true
			}
			content := s.Read(name)
			if i := slices.IndexFunc(texts, func(t string) bool { return strings.Contains(content, t) }); i >= 0 {
				where, text, ok = name, texts[i], true
			}
			return !ok
		})
		if ok {
			return where, text, true
		}
	}
	return "", "", false
}
