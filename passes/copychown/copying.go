package copychown

import (
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

// A copying is a COPY or ADD.
type copying struct {
	in *transform.Instruction
	// opaque says why it is not known what the instruction makes; "" if it is.
	opaque string
	// from is the stage or image that it copies from, "" for the build context.
	from string
	// dest is where it copies to; into is true where that is a folder for sure.
	dest string
	into bool
	// chown and chmod are the values of its flags, "" if it has none.
	chown, chmod string
	sources      []source
}

// A source is something that a copying copies.
type source struct {
	// name is as written, without quotes; that of a here-document is what its word says.
	name string
	kind sourceKind
	// mode is that of a file, where known is true.
	mode  fs.FileMode
	known bool
	// size is in bytes, -1 where it is not known.
	size int64
}

// A sourceKind says what a source is.
type sourceKind int

const (
	// unclear: a file, a folder or a pattern.
	unclear sourceKind = iota
	// file: for sure.
	file
	// fileByName: as far as the name tells.
	fileByName
	// folder: for sure.
	folder
)

// readCopying reads a COPY or ADD; nil for other instructions.
func readCopying(c *transform.Context, in *transform.Instruction) *copying {
	cp := &copying{in: in}
	switch cmd := in.Command.(type) {
	case *instructions.CopyCommand:
		cp.from, cp.chown, cp.chmod = cmd.From, cmd.Chown, cmd.Chmod
		cp.read(c, cmd.SourcesAndDest)
		switch {
		case cmd.Link:
			cp.opaque = "COPY --link makes its folders anew and knows no users"
		case cmd.Parents:
			cp.opaque = "COPY --parents makes folders"
		}
	case *instructions.AddCommand:
		cp.chown, cp.chmod = cmd.Chown, cmd.Chmod
		cp.read(c, cmd.SourcesAndDest)
		if !cp.download() {
			cp.opaque = "ADD may unpack an archive, which keeps its own owners and modes"
		}
	default:
		return nil
	}
	return cp
}

func (cp *copying) read(c *transform.Context, files instructions.SourcesAndDest) {
	dir := cp.in.State().Dir
	if dir == "" {
		if dir = unknownDir; cp.afterWorkdir() {
			cp.opaque = "the directory to which it copies is not known"
		}
	}
	if strings.ContainsAny(files.DestPath+cp.chown+cp.chmod, "$\\`'\"") {
		cp.opaque = "what it does depends on a variable"
	}
	cp.dest = absolute(dir, files.DestPath)
	cp.into = strings.HasSuffix(files.DestPath, "/") || len(files.SourcePaths)+len(files.SourceContents) > 1 || slices.Contains([]string{".", ".."}, path.Base(files.DestPath))
	for _, name := range files.SourcePaths {
		cp.sources = append(cp.sources, cp.source(c, name))
	}
	for _, doc := range files.SourceContents {
		// Source: BuildKit's dockerfile2llb, dispatchCopy.
		cp.sources = append(cp.sources, source{name: doc.Path, kind: file, mode: 0o644, known: true, size: int64(len(doc.Data))})
	}
}

// afterWorkdir reports whether a WORKDIR stands above the instruction in its stage.
func (cp *copying) afterWorkdir() bool {
	for in := cp.in.Prev(); in != nil; in = in.Prev() {
		if in.Keyword == "WORKDIR" {
			return true
		}
	}
	return false
}

// download reports whether an ADD fetches a single URL.
func (cp *copying) download() bool {
	return len(cp.sources) == 1 && isURL(cp.sources[0].name) && !strings.Contains(cp.sources[0].name, "$") && len(cp.in.Node.Flags) == 0
}

func isURL(name string) bool {
	return strings.HasPrefix(name, "https://") || strings.HasPrefix(name, "http://")
}

// source reads what is known of a source.
func (cp *copying) source(c *transform.Context, name string) source {
	s := source{name: name, size: -1}
	switch {
	case isURL(name) && !strings.HasSuffix(name, ".git"):
		// Source: BuildKit's docs/reference.md, ADD: a downloaded file has mode 600.
		s.name, _, _ = strings.Cut(name, "?")
		s.kind, s.mode, s.known = file, 0o600, true
	case strings.ContainsAny(name, "*?[$\\`'\""), cp.from != "" && !fileName(name):
	case cp.from != "":
		s.kind = fileByName
	case c.Files != nil:
		s.stat(c.Files, contextPath(name))
	case fileName(name):
		s.kind = fileByName
	}
	return s
}

// contextPath is a source as a path within the build context.
func contextPath(name string) string {
	if p := strings.TrimPrefix(path.Clean("/"+name), "/"); p != "" {
		return p
	}
	return "."
}

func (s *source) stat(files fs.FS, name string) {
	info, err := fs.Stat(files, name)
	switch {
	case err != nil:
	case info.IsDir():
		s.kind = folder
	case info.Mode().IsRegular():
		s.kind, s.mode, s.size = file, info.Mode().Perm(), info.Size()
		// A setuid bit that the copy keeps is lost to chown.
		s.known = info.Mode()&(fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky) == 0 && modesCount
	}
}

// fileEndings are endings of names that folders do not have.
var fileEndings = strings.Fields(`
	.sh .bash .zsh .py .pl .rb .js .mjs .cjs .ts .php .lua .exs .jar .war .conf .cfg .cnf .ini .yml .yaml .json .toml .xml .txt
	.sql .properties .env .service .key .pem .crt .cer .pub .list .repo .html .css .csv .lock .so .exe .bin .run .template .tmpl .j2 .md`)

// fileNames are names that folders do not have.
var fileNames = strings.Fields(`
	docker-entrypoint entrypoint docker-healthcheck healthcheck crontab authorized_keys id_rsa known_hosts gradlew mvnw sudoers
	Makefile Gemfile Pipfile Procfile .bashrc .profile .npmrc .netrc .htaccess .gitconfig`)

// fileName reports whether a name is that of a file.
func fileName(name string) bool {
	base := path.Base(name)
	return !strings.HasSuffix(name, "/") && (slices.Contains(fileEndings, path.Ext(base)) || slices.Contains(fileNames, base))
}

// place returns where a source that is a file ends up.
func (cp *copying) place(s source) string {
	if cp.into || cp.dest == "/" {
		return path.Join(cp.dest, path.Base(s.name))
	}
	return cp.dest
}

// folder is the folder to which files are copied.
func (cp *copying) folder() string {
	if cp.into {
		return cp.dest
	}
	return path.Dir(cp.dest)
}

// sure reports whether a file ends up at its place for sure: dest is a folder if it ends in a
// slash, and no folder has a file's name.
func (cp *copying) sure(s source) bool {
	return cp.into || path.Base(cp.dest) == path.Base(s.name) || fileName(cp.dest)
}

// reach says how what is copied lies to a path.
type reach int

const (
	// apart: nothing of it is at the path, in it or above it.
	apart reach = iota
	// within: all of it is at the path or in it.
	within
	// across: some of it may be.
	across
)

// reaches returns how what is copied lies to a file or tree.
func (cp *copying) reaches(p string) reach {
	if cp.opaque != "" && strings.Contains(cp.opaque, "variable") {
		return across
	}
	if below(cp.dest, p) {
		return within
	}
	if !below(p, cp.dest) {
		return apart
	}
	found := apart
	for i, s := range cp.sources {
		r := apart
		switch {
		case s.kind != file && s.kind != fileByName:
			r = across
		case below(cp.place(s), p):
			r = within
		}
		if i > 0 && r != found {
			return across
		}
		found = r
	}
	return found
}

// below reports whether a path is another one or lies in it.
func below(p, dir string) bool {
	return p == dir || dir == "/" && path.IsAbs(p) || strings.HasPrefix(p, dir+"/")
}

// flag returns the value of a flag, "" if it is not there.
func (cp *copying) flag(name attribute) string {
	if name == owner {
		return cp.chown
	}
	return cp.chmod
}

// flagEdit returns the edit that gives the instruction a flag, or its flag another value.
func (cp *copying) flagEdit(name attribute, value string) transform.Edit {
	text := "--" + string(name) + "=" + value
	at := cp.in.Span.Start + len(cp.in.Node.Value)
	for _, f := range cp.in.Flags() {
		if f.Name == string(name) {
			return transform.Edit{Span: f.Span, New: text}
		}
		at = f.Span.End
	}
	return transform.Edit{Span: transform.Span{Start: at, End: at}, New: " " + text}
}

// startMode is the mode that a copied file has, before any command.
func (cp *copying) startMode(s source) (fs.FileMode, bool) {
	if cp.chmod == "" {
		return s.mode, s.known
	}
	m, err := strconv.ParseUint(cp.chmod, 8, 12)
	return fs.FileMode(m), err == nil && m <= 0o777
}
