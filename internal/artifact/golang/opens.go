package golang

import (
	"go/ast"
	"maps"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
)

// openers are the functions and methods that open a file or folder that an argument names.
var openers = strings.Fields("Open OpenFile ReadFile ReadDir Dir DirFS Walk WalkDir Glob ParseFiles ParseGlob ServeFile FileServer Static StaticFile StaticFS " +
	"LoadHTMLGlob LoadHTMLFiles AddConfigPath SetConfigFile Load Chdir LoadX509KeyPair ListenAndServeTLS Lstat Stat")

// opens reports whether a call opens files by its name.
func opens(fun ast.Expr) bool {
	switch f := fun.(type) {
	case *ast.SelectorExpr:
		return slices.Contains(openers, f.Sel.Name)
	case *ast.Ident:
		return slices.Contains(openers, f.Name)
	}
	return false
}

// conventions are packages that open files of the working directory without being told their names.
var conventions = []string{
	"github.com/spf13/viper", "github.com/joho/godotenv", "github.com/beego/", "github.com/astaxie/beego", "github.com/revel/", "github.com/gobuffalo/",
	"github.com/jinzhu/configor", "github.com/knadh/koanf", "github.com/gobuffalo/packr", "github.com/markbates/pkger", "github.com/rakyll/statik",
	"github.com/subosito/gotenv", "github.com/kataras/iris", "github.com/goravel/", "github.com/gogf/gf", "github.com/pocketbase/",
}

// opens adds the files that the programs open when they run: those of the context that a text of the source names, as
// seen from the working directory. A program that may open any gets them all.
func (f *finder) opens() {
	f.code.join()
	for _, folder := range slices.Sorted(maps.Keys(f.code.packages)) {
		p := f.code.packages[folder]
		if p == nil || p.name != "main" && strings.Contains(folder, "vendor/") {
			continue
		}
		for _, pkg := range p.imports {
			if slices.ContainsFunc(conventions, func(c string) bool { return strings.HasPrefix(pkg, c) }) {
				f.all(transform.Evidence{Source: folder, Text: "imports " + pkg + ", which looks for files itself"})
			}
		}
		for _, l := range p.literals {
			f.opened(l)
		}
		if slices.Contains(p.calls, "runtime.Caller") {
			f.besideSource(folder, p)
		}
	}
}

// besideSource adds what the texts of a package name as seen from its folder, or from one above: its programs can tell where their source was.
func (f *finder) besideSource(folder string, p *pack) {
	for dir := folder; ; dir = path.Dir(dir) {
		if image, ok := f.Tree.Image(dir); ok {
			for _, l := range p.literals {
				if file, ok := f.OpenedFrom(image, l.text, isSource, l.because); ok {
					f.out.Add(file)
				}
			}
		}
		if dir == "." || dir == "/" {
			return
		}
	}
}

// opened adds what one text of the source names.
func (f *finder) opened(l literal) {
	for _, file := range f.OpenedAll(l.text, isSource, l.because) {
		f.out.Add(file)
	}
	if l.opened && slices.Contains([]string{".", "./"}, l.text) {
		f.all(l.because)
	}
}

// isSource reports whether a file is source of Go, or says what it is made of.
func isSource(name string) bool {
	base := path.Base(name)
	return strings.HasSuffix(base, ".go") || base == "go.mod" || base == "go.sum"
}

// all adds the whole working directory, where the context is copied to it.
func (f *finder) all(because transform.Evidence) {
	if _, ok := f.Tree.Context(f.Dir); ok {
		f.out.Add(artifact.File{Path: f.Dir, Folder: true, Because: because})
	}
}
