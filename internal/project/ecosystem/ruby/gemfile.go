// Package ruby reads Bundler's manifests.
package ruby

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// A Gemfile is what a Gemfile, and those that it evaluates, say. It is a program and is read line
// by line, not run: what stands under a condition counts.
// Source: https://bundler.io/man/gemfile.5.html
type Gemfile struct {
	// Paths are the Gemfile and those that it evaluates.
	Paths []string
	// Gems are what it asks for, folders given by a path block included.
	Gems []Gem
	// Files are other files that it reads, such as .ruby-version, with their lines.
	Files []manifest.Input
	// Unclear is the first line that reads files or is not understood, as a reason for people; ""
	// if there is none.
	Unclear string
}

// A Gem is one gem line, or one path block.
type Gem struct {
	Name string
	// Constraints are the versions asked for, joined by ", ".
	Constraints string
	Groups      []string
	// Path is the folder of a gem, or of several, that are part of the project.
	Path, Git string
	Source    transform.Evidence
}

// gemfileReads are what reads files, runs programs or calls what other files define.
var gemfileReads = []string{
	"File.", "IO.", "Dir.", "Dir[", "require ", "require(", "require_relative", "load ", "load(", "`", "%x", "system ", "system(", "exec ", "exec(",
	"open ", "open(", "eval", "Pathname", "YAML", "JSON", "Kernel", "spawn", "send(", "popen",
}

// gemfileWords begin the lines that are understood.
var gemfileWords = []string{
	"source", "git_source", "ruby", "gem", "group", "groups", "platforms", "platform", "install_if", "path", "git", "github", "plugin", "end", "}", "]", ")",
	"if", "unless", "else", "elsif", "case", "when",
}

var gemfilePatterns = sync.OnceValue(func() (p struct{ word, gem, versions, path, git, group, names, rubyFile, block, evaluated, assign, quoted, comment, variable *regexp.Regexp }) {
	p.word = regexp.MustCompile(`^[a-z_]+|^[\])}]`)
	p.gem = regexp.MustCompile(`^gem[\s(]+["']([^"'#]+)["'](.*)$`)
	p.versions = regexp.MustCompile(`^\s*,\s*["']([^"'#]+)["']`)
	p.path = regexp.MustCompile(`(?::path\s*=>|\bpath:)\s*(?:["']([^"'#]+)["'])?`)
	p.git = regexp.MustCompile(`(?::(?:git|github)\s*=>|\b(?:git|github):)\s*["']([^"'#]+)["']`)
	p.group = regexp.MustCompile(`(?::groups?\s*=>|\bgroups?:)\s*(:\w+|\[[^\]]*\])`)
	p.names = regexp.MustCompile(`:(\w+)`)
	p.rubyFile = regexp.MustCompile(`^ruby[\s(]+(?:file:|:file\s*=>|File\.read\(|IO\.read\()\s*["']([^"'#]+)["']`)
	p.block = regexp.MustCompile(`^path[\s(]+["']([^"'#]+)["'].*\bdo$`)
	p.evaluated = regexp.MustCompile(`^eval_gemfile[\s(]+["']([^"'#]+)["']\)?$`)
	p.assign = regexp.MustCompile(`^\w+\s*(?:\|\|)?=[^=~]`)
	// An argument that is a variable may be a path as well as a version.
	p.variable = regexp.MustCompile(`,\s*(?:\*|[a-z_]\w*\s*(?:,|\)|$))`)
	p.quoted = regexp.MustCompile(`"[^"#\\]*"|'[^'\\]*'`)
	p.comment = regexp.MustCompile("\\s#[^\"'`]*$")
	return p
})

// gemfileReader reads one Gemfile and those that it evaluates.
type gemfileReader struct {
	fsys fs.FS
	*Gemfile
	name string
	// groups are those of the blocks around the line, nil for a block without.
	groups [][]string
}

// ReadGemfile reads a Gemfile.
func ReadGemfile(fsys fs.FS, name string) (*Gemfile, error) {
	r := gemfileReader{fsys: fsys, Gemfile: &Gemfile{}, name: name}
	return r.Gemfile, r.read()
}

func (r *gemfileReader) unclear(line int, format string, args ...any) {
	if r.Unclear == "" {
		r.Unclear = manifest.Refuse(r.name, line, format, args...).Refusal
	}
}

func (r *gemfileReader) read() error {
	if slices.Contains(r.Paths, r.name) {
		return nil
	}
	if len(r.Paths) >= manifest.MaxFollowed {
		return fmt.Errorf("%s: more than %d Gemfiles", r.name, manifest.MaxFollowed)
	}
	data, err := manifest.Read(r.fsys, r.name)
	if err != nil {
		return err
	}
	r.Paths = append(r.Paths, r.name)
	var statement strings.Builder
	first := 0
	for n, line := range manifest.Code(data, "#") {
		if line == "__END__" {
			break
		}
		if statement.Len() == 0 {
			first = n
		}
		statement.WriteString(line)
		// A comma at the end continues on the next line.
		if strings.HasSuffix(line, ",") {
			statement.WriteByte(' ')
			continue
		}
		if err := r.statement(first, statement.String()); err != nil {
			return err
		}
		statement.Reset()
	}
	if statement.Len() > 0 {
		r.unclear(first, "%.80q is not understood", statement.String())
	}
	return nil
}

// statement reads one statement.
func (r *gemfileReader) statement(n int, text string) error {
	p := gemfilePatterns()
	if m := p.evaluated.FindStringSubmatch(text); m != nil {
		return r.evaluate(n, m[1])
	}
	if m := p.rubyFile.FindStringSubmatch(text); m != nil {
		r.readsVersion(n, m[1])
		return nil
	}
	if strings.HasPrefix(text, "gemspec") {
		r.unclear(n, "gemspec: a gem's specification is a program that reads the gem's source")
		return nil
	}
	code := codeOf(text)
	if strings.Contains(code, ";") {
		r.unclear(n, "%.80q: several statements on one line are not understood", text)
		return nil
	}
	word := p.word.FindString(text)
	for _, call := range gemfileReads {
		if strings.Contains(code, call) {
			r.unclear(n, "%.80q: what it reads cannot be told", text)
			return nil
		}
	}
	switch {
	case word == "gem":
		r.gem(n, text)
	case word == "plugin" && p.path.MatchString(text):
		r.unclear(n, "%.80q: what it reads cannot be told", text)
	case word == "path":
		r.pathBlock(n, text)
	case !slices.Contains(gemfileWords, word) && !p.assign.MatchString(text) && !strings.HasSuffix(text, "|") && text[0] != '"':
		r.unclear(n, "%.80q is not understood", text)
	}
	r.blocks(word, text)
	return nil
}

// codeOf returns a statement without its texts, those with interpolation aside, and without a
// comment behind it: a gem may be called "file_validators".
func codeOf(text string) string {
	p := gemfilePatterns()
	return p.comment.ReplaceAllString(p.quoted.ReplaceAllString(text, `""`), "")
}

// maxBlocks is how many blocks around each other are followed.
const maxBlocks = 50

// blocks keeps the groups of the blocks around the next line.
func (r *gemfileReader) blocks(word, text string) {
	opens := strings.HasSuffix(text, " do") || strings.Contains(text, " do |") || slices.Contains([]string{"if", "unless", "case"}, word)
	switch {
	case word == "end" && len(r.groups) > 0:
		r.groups = r.groups[:len(r.groups)-1]
	case opens && len(r.groups) >= maxBlocks:
		r.unclear(0, "more than %d blocks are around each other", maxBlocks)
	case opens && (word == "group" || word == "groups"):
		r.groups = append(r.groups, names(text))
	case opens:
		r.groups = append(r.groups, nil)
	}
}

// names returns the symbols of a text: group :development, :test do.
func names(text string) []string {
	var all []string
	for _, m := range gemfilePatterns().names.FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return all
}

func (r *gemfileReader) evaluate(n int, file string) error {
	name, err := manifest.Resolve(path.Dir(r.name), file)
	if err != nil {
		r.unclear(n, "%s", err)
		return nil
	}
	outer := r.name
	r.name = name
	err = r.read()
	r.name = outer
	return err
}

// readsVersion takes the file that says which Ruby is wanted.
func (r *gemfileReader) readsVersion(n int, file string) {
	name, err := manifest.Resolve(path.Dir(r.name), file)
	if err != nil {
		r.unclear(n, "%s", err)
		return
	}
	r.Files = append(r.Files, manifest.Input{Path: name, Because: transform.Evidence{Source: r.name, Line: n, Text: "the version of Ruby is in it"}})
}

// gem reads gem "name", "~> 1.0", path: "…".
func (r *gemfileReader) gem(n int, text string) {
	p := gemfilePatterns()
	m := p.gem.FindStringSubmatch(text)
	if m == nil || p.variable.MatchString(codeOf(m[2])) {
		r.unclear(n, "%.80q: what it names cannot be told", text)
	}
	if m == nil {
		return
	}
	g := Gem{Name: m[1], Groups: slices.Concat(r.groups...), Source: transform.Evidence{Source: r.name, Line: n, Text: "the gem " + m[1]}}
	rest := m[2]
	var constraints []string
	for v := p.versions.FindStringSubmatch(rest); v != nil; v = p.versions.FindStringSubmatch(rest) {
		constraints = append(constraints, v[1])
		rest = rest[len(v[0]):]
	}
	g.Constraints = strings.Join(constraints, ", ")
	if m := p.git.FindStringSubmatch(rest); m != nil {
		g.Git = m[1]
	}
	if m := p.group.FindStringSubmatch(rest); m != nil {
		g.Groups = append(g.Groups, names(m[1])...)
	}
	if m := p.path.FindStringSubmatch(rest); m != nil {
		if m[1] == "" {
			r.unclear(n, "%.80q: what it names cannot be told", text)
			return
		}
		r.folder(n, &g, m[1])
	}
	r.Gems = append(r.Gems, g)
}

// pathBlock reads path "components" do.
func (r *gemfileReader) pathBlock(n int, text string) {
	m := gemfilePatterns().block.FindStringSubmatch(text)
	if m == nil {
		r.unclear(n, "%.80q is not understood", text)
		return
	}
	g := Gem{Source: transform.Evidence{Source: r.name, Line: n, Text: "the gems in " + m[1]}}
	r.folder(n, &g, m[1])
	r.Gems = append(r.Gems, g)
}

// folder sets the folder of a gem.
func (r *gemfileReader) folder(n int, g *Gem, dir string) {
	var err error
	if g.Path, err = manifest.Resolve(path.Dir(r.name), dir); err != nil {
		r.unclear(n, "%s", err)
	} else if g.Path == "." {
		r.unclear(n, "the gem is the project itself")
	}
}
