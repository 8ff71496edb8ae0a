package golang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"dopt/internal/artifact"
	modules "dopt/internal/project/ecosystem/golang"
	"dopt/internal/project/manifest"
	"dopt/transform"
)

// The bounds of what is read of a build context.
const (
	maxFiles   = 5000
	maxFolders = 5000
	// maxLiteral is the longest text, in bytes, that is taken for a path.
	maxLiteral = 300
)

// A code is the Go source of a build context, as far as the programs of one stage reach.
type code struct {
	files fs.FS
	// left is how many files may still be read.
	left     int
	packages map[string]*pack
	roots    map[string]*root
	// unread is true where a program uses modules of which nothing is known.
	unread bool
	// partial is true where a file was not read.
	partial bool
}

func newCode(s *artifact.Stage) *code {
	return &code{files: s.Files, left: maxFiles, packages: map[string]*pack{}, roots: map[string]*root{}}
}

// A root is a module: its folder and its go.mod.
type root struct {
	folder string
	file   *modfile.File
	// vendored is true where the sources of other modules are in the folder vendor.
	vendored bool
}

// A pack is one package.
type pack struct {
	name    string
	imports []string
	// literals are the texts of its source, with the lines that have them.
	literals []literal
	// calls are the functions of other packages that it calls, as it names them: "time.LoadLocation".
	calls []string
	// constants are its constants with a value of their own, sums what it puts together.
	constants map[string][]ast.Expr
	sums      []sum
}

// A literal is a text of a source.
type literal struct {
	text    string
	because transform.Evidence
	// opened is true where it is an argument of a call that opens files.
	opened bool
}

// A use is what a program with all that it imports does.
type use struct {
	// c is true where C is compiled, resolver where the C library's resolver may be asked, plugins where plugins are loaded.
	c, resolver, plugins bool
}

// module returns the module that a folder of the context is part of.
func (c *code) module(folder string) *root {
	for dir := folder; ; dir = path.Dir(dir) {
		if r, ok := c.roots[dir]; ok {
			return r
		}
		if file, err := modules.ReadModule(c.files, path.Join(dir, "go.mod")); err == nil {
			_, err := fs.Stat(c.files, path.Join(dir, "vendor/modules.txt"))
			c.roots[dir] = &root{folder: dir, file: file, vendored: err == nil}
			return c.roots[dir]
		}
		if dir == "." || dir == "/" {
			return &root{folder: folder}
		}
	}
}

// local returns the folder of a package of the module, or of a module that stands in a folder for another; ok is false for others.
func (r *root) local(pkg string) (folder string, ok bool) {
	if r.file == nil || r.file.Module == nil {
		return "", false
	}
	if rest, ok := under(pkg, r.file.Module.Mod.Path); ok {
		return path.Join(r.folder, rest), true
	}
	for _, replace := range r.file.Replace {
		if rest, ok := under(pkg, replace.Old.Path); ok && modfile.IsDirectoryPath(replace.New.Path) {
			return path.Join(r.folder, replace.New.Path, rest), true
		}
	}
	if r.vendored {
		return path.Join(r.folder, "vendor", pkg), true
	}
	return "", false
}

// under returns the rest of an import path below a module's.
func under(pkg, module string) (rest string, ok bool) {
	if pkg == module {
		return "", true
	}
	rest, ok = strings.CutPrefix(pkg, module+"/")
	return rest, ok
}

// name returns the name that go build gives to the program of a folder.
func (c *code) name(folder string) string {
	r := c.module(folder)
	if r.file != nil && r.file.Module != nil {
		if rel := strings.TrimPrefix(strings.TrimPrefix(folder, r.folder), "/"); rel == "" || folder == r.folder {
			return programName(r.file.Module.Mod.Path)
		}
	}
	return path.Base(folder)
}

// mains returns the folders of main packages at a folder, or at and below it.
func (c *code) mains(folder string, recursive bool) (found []string) {
	if !recursive {
		if p := c.pack(folder); p != nil && p.name == "main" {
			return []string{folder}
		}
		return nil
	}
	left := maxFolders
	_ = fs.WalkDir(c.files, folder, func(name string, entry fs.DirEntry, err error) error {
		base := path.Base(name)
		switch left--; {
		case err != nil || left < 0:
			return fs.SkipAll
		case !entry.IsDir():
			return nil
		case name != folder && (base == "vendor" || base == "testdata" || base == "node_modules" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")):
			return fs.SkipDir
		case name != folder && manifest.IsFile(c.files, path.Join(name, "go.mod")):
			return fs.SkipDir
		}
		if p := c.pack(name); p != nil && p.name == "main" {
			found = append(found, name)
		}
		return nil
	})
	return found
}

// program follows what a program imports.
func (c *code) program(folder string) use {
	r := c.module(folder)
	u := use{}
	seen := map[string]bool{folder: true}
	queue := []string{folder}
	for len(queue) > 0 {
		p := c.pack(queue[0])
		queue = queue[1:]
		if p == nil {
			continue
		}
		for _, pkg := range p.imports {
			u.note(pkg)
			next, ok := r.local(pkg)
			switch {
			case ok && !seen[next] && !standard(pkg):
				seen[next] = true
				queue = append(queue, next)
			case !ok && !standard(pkg):
				c.other(&u, pkg)
			}
		}
	}
	return u
}

// note takes note of what the import of a package of the standard library means.
func (u *use) note(pkg string) {
	switch {
	case pkg == "C":
		u.c = true
	case pkg == "plugin":
		u.plugins = true
	case pkg == "os/user" || networked(pkg):
		u.resolver = true
	}
}

// other takes note of a package of a module whose source is not in the context.
func (c *code) other(u *use, pkg string) {
	known, ok := knownModule(pkg)
	switch {
	case !ok:
		c.unread = true
		u.resolver = true
	case known.c:
		u.c = true
	case known.network:
		u.resolver = true
	}
}

// standard reports whether an import path is one of the standard library: its first part has no dot.
func standard(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	return !strings.Contains(first, ".") && module.CheckImportPath(pkg) == nil || pkg == "C"
}

// networked reports whether a package of the standard library is, or imports, package net. Source: go list -deps, Go 1.26.
func networked(pkg string) bool {
	return pkg == "net" || strings.HasPrefix(pkg, "net/") && pkg != "net/url" && pkg != "net/netip" ||
		slices.Contains([]string{"crypto/tls", "crypto/x509", "expvar", "log/syslog", "mime/multipart"}, pkg)
}

// pack reads a package of the context, nil where a folder has none.
func (c *code) pack(folder string) *pack {
	if p, ok := c.packages[folder]; ok {
		return p
	}
	c.packages[folder] = nil
	entries, err := fs.ReadDir(c.files, folder)
	if err != nil {
		return nil
	}
	var p *pack
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || elsewhere(name) {
			continue
		}
		c.left--
		data, err := manifest.Read(c.files, path.Join(folder, name))
		if err != nil || c.left < 0 {
			c.partial = true
			continue
		}
		if p == nil {
			p = &pack{constants: map[string][]ast.Expr{}}
		}
		p.read(path.Join(folder, name), data)
	}
	c.packages[folder] = p
	return p
}

// elsewhere reports whether a file is for another system than Linux, by its name. Source: go help buildconstraint.
func elsewhere(name string) bool {
	parts := strings.Split(strings.TrimSuffix(name, ".go"), "_")
	for _, p := range parts[1:] {
		if slices.Contains([]string{"windows", "darwin", "freebsd", "openbsd", "netbsd", "solaris", "plan9", "js", "wasip1", "android", "ios", "aix", "illumos", "dragonfly"}, p) {
			return true
		}
	}
	return false
}

// read adds a file to its package. Files that are not to be built, as those with "ignore", do not count.
func (p *pack) read(name string, data []byte) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, data, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil || ignored(file) {
		return
	}
	p.name = file.Name.Name
	for _, spec := range file.Imports {
		if pkg, err := strconv.Unquote(spec.Path.Value); err == nil {
			p.imports = append(p.imports, pkg)
		}
	}
	v := visitor{p, set, strings.Split(string(data), "\n")}
	ast.Inspect(file, v.visit)
}

// A visitor reads the syntax tree of a file.
type visitor struct {
	*pack
	set   *token.FileSet
	lines []string
}

func (v visitor) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ImportSpec:
		return false
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.SelectorExpr); ok {
			of, _ := f.X.(*ast.Ident)
			if of != nil && !slices.Contains(v.calls, of.Name+"."+f.Sel.Name) {
				v.calls = append(v.calls, of.Name+"."+f.Sel.Name)
			}
		}
		if len(n.Args) > 0 && opens(n.Fun) {
			if lit, ok := n.Args[0].(*ast.BasicLit); ok {
				v.literal(lit, true)
			}
		}
	case *ast.GenDecl:
		for _, spec := range n.Specs {
			if value, ok := spec.(*ast.ValueSpec); ok && n.Tok == token.CONST {
				v.declare(value)
			}
		}
	case *ast.BinaryExpr:
		if n.Op == token.ADD {
			parts := operands(n)
			v.sums = append(v.sums, sum{parts[:min(len(parts), maxParts)], v.evidence(n.Pos())})
			for _, part := range parts {
				ast.Inspect(part, v.visit)
			}
			return false
		}
	case *ast.BasicLit:
		v.literal(n, false)
	}
	return true
}

// ignored reports whether a build constraint keeps a file out of every build.
func ignored(file *ast.File) bool {
	for _, group := range file.Comments {
		for _, c := range group.List {
			if c.Pos() < file.Package && (c.Text == "//go:build ignore" || c.Text == "// +build ignore") {
				return true
			}
		}
	}
	return false
}

// literal adds a text.
func (v visitor) literal(lit *ast.BasicLit, opened bool) {
	text, err := strconv.Unquote(lit.Value)
	if lit.Kind != token.STRING || err != nil || text == "" || len(text) > maxLiteral || strings.ContainsAny(text, "\n\x00") {
		return
	}
	v.literals = append(v.literals, literal{text, v.evidence(lit.Pos()), opened})
}

// evidence returns the line of a place in the file.
func (v visitor) evidence(pos token.Pos) transform.Evidence {
	at := v.set.Position(pos)
	line := ""
	if at.Line-1 < len(v.lines) {
		line = strings.TrimSpace(v.lines[at.Line-1])
	}
	return transform.Evidence{Source: at.Filename, Line: at.Line, Text: line}
}
