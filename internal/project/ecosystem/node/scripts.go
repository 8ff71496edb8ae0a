package node

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dopt/internal/project/manifest"
	"dopt/transform/pkgmgr"
)

// The bounds of what is read of install scripts.
const (
	maxScript  = 10_000 // bytes
	maxNested  = 20     // scripts that run scripts
	maxScripts = 1000   // scripts in all, one counted each time that it is run
)

// lifecycle are the scripts of a project that an install without arguments runs, by manager. npm
// before 7, and Yarn 1, leave prepare out of a production install; what they run then is less.
//
// Sources: https://docs.npmjs.com/cli/v11/using-npm/scripts (npm ci, npm install) and, for prepare
// with --production, https://github.com/npm/cli/issues/4027;
// https://classic.yarnpkg.com/en/docs/package-json#toc-scripts;
// https://yarnpkg.com/advanced/lifecycle-scripts; https://pnpm.io/scripts;
// https://bun.com/docs/pm/lifecycle
var lifecycle = map[string][]string{
	"npm":        {"preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare", "predependencies", "dependencies", "postdependencies"},
	"yarn":       {"preinstall", "install", "postinstall", "prepublish", "prepare"},
	"yarn-berry": {"preinstall", "install", "postinstall"},
	"pnpm":       {"pnpm:devPreinstall", "preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"},
	"bun":        {"preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"},
}

// A tool is a program that install scripts run and of which is known what it reads.
type tool struct {
	// words are the program and what must follow it.
	words []string
	// files and dirs are all that it reads of the project, where they are there.
	files, dirs []string
	// needsGit is true where it fails outside of a repository.
	needsGit bool
}

var tools = []tool{
	{words: []string{"true"}},
	{words: []string{":"}},
	{words: []string{"exit"}},
	{words: []string{"echo"}},
	// github.com/typicode/husky: it sets up hooks; outside of a repository 5 to 9 return 0 (tried).
	{words: []string{"husky"}},
	{words: []string{"lefthook", "install"}, files: []string{"lefthook.yml", "lefthook.yaml", "lefthook.json", "lefthook.toml"}, needsGit: true},
	{words: []string{"simple-git-hooks"}, files: []string{".simple-git-hooks.json", "simple-git-hooks.json"}, needsGit: true},
	// They look at the environment: github.com/watson/is-ci, github.com/pnpm/only-allow.
	{words: []string{"is-ci"}},
	{words: []string{"only-allow"}},
	// They print a message about package.json: github.com/opencollective/opencollective-postinstall.
	{words: []string{"opencollective"}},
	{words: []string{"opencollective-postinstall"}},
	// github.com/ds300/patch-package: it applies the patches of a folder to node_modules.
	{words: []string{"patch-package"}, dirs: []string{"patches"}},
	// github.com/nonara/ts-patch: it changes typescript in node_modules.
	{words: []string{"ts-patch", "install"}},
	// https://www.electron.build/cli: it rebuilds what is in node_modules.
	{
		words: []string{"electron-builder", "install-app-deps"},
		files: []string{"electron-builder.yml", "electron-builder.yaml", "electron-builder.json", "electron-builder.json5", "electron-builder.toml"},
	},
	// They download programs.
	{words: []string{"playwright", "install"}},
	{words: []string{"cypress", "install"}},
	// https://v15.angular.io/guide/migration-ngcc: it compiles what is in node_modules, and takes paths
	// from tsconfig.json.
	{words: []string{"ngcc"}, files: []string{"tsconfig.json", "tsconfig.base.json", "ngcc.config.js"}},
}

// addScripts adds what the install scripts of a package read.
func (g *gatherer) addScripts(p *Package) error {
	if !g.scripts {
		return nil
	}
	for _, name := range lifecycle[g.manager] {
		if p.Scripts[name] == "" {
			continue
		}
		if err := g.addScript(p, name, 0); err != nil {
			return fmt.Errorf("%s:%d: %q: %w", p.File, p.finder.Find(`"`+name+`"`).Line, name, err)
		}
	}
	return g.addGyp(p)
}

// addGyp refuses a package of which npm builds native code without being told to.
func (g *gatherer) addGyp(p *Package) error {
	file := path.Join(p.dir(), "binding.gyp")
	explicit := p.Scripts["install"] != "" || p.Scripts["preinstall"] != ""
	if explicit || p.Gypfile != nil && !*p.Gypfile || !manifest.IsFile(g.fsys, file) {
		return nil
	}
	return fmt.Errorf("%s: the install builds native code of the project", file)
}

// addScript adds what one script reads.
func (g *gatherer) addScript(p *Package, name string, depth int) error {
	script := p.Scripts[name]
	if g.ran++; g.ran > maxScripts || len(script) > maxScript || depth > maxNested {
		return errors.New("too long to be read")
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(script), "")
	if err != nil {
		return fmt.Errorf("no shell script that can be read: %s", script)
	}
	for _, stmt := range file.Stmts {
		if err := g.addStatement(p, stmt, depth); err != nil {
			return err
		}
	}
	return nil
}

// addStatement adds what a simple command, or a list of them, reads.
func (g *gatherer) addStatement(p *Package, stmt *syntax.Stmt, depth int) error {
	if len(stmt.Redirs) > 0 || stmt.Background {
		return errors.New("what it reads and writes is not known")
	}
	switch c := stmt.Cmd.(type) {
	case *syntax.BinaryCmd:
		if c.Op == syntax.AndStmt || c.Op == syntax.OrStmt {
			if err := g.addStatement(p, c.X, depth); err != nil {
				return err
			}
			return g.addStatement(p, c.Y, depth)
		}
	case *syntax.CallExpr:
		if runsNothingElse(c) {
			words := make([]string, len(c.Args))
			for i, w := range c.Args {
				words[i] = literal(w.Parts)
			}
			return g.addCommand(p, words, depth)
		}
	}
	var code strings.Builder
	if err := syntax.NewPrinter(syntax.SingleLine(true)).Print(&code, stmt); err != nil {
		return err
	}
	return unknown(code.String())
}

// runsNothingElse reports whether a command has words, none of them made by another command, and
// sets no variable that makes Node.js load more code.
func runsNothingElse(c *syntax.CallExpr) bool {
	alone := len(c.Args) > 0
	for _, a := range c.Assigns {
		if a.Name == nil || strings.HasPrefix(a.Name.Value, "NODE_OPTIONS") || strings.HasPrefix(a.Name.Value, "NODE_PATH") {
			alone = false
		}
	}
	syntax.Walk(c, func(node syntax.Node) bool {
		switch node.(type) {
		case *syntax.CmdSubst, *syntax.ProcSubst:
			alone = false
		}
		return true
	})
	return alone
}

// literal returns the value of a word, with pkgmgr.Unknown for what is not known.
func literal(parts []syntax.WordPart) string {
	var b strings.Builder
	for _, part := range parts {
		switch part := part.(type) {
		case *syntax.Lit:
			b.WriteString(strings.ReplaceAll(part.Value, `\`, ""))
		case *syntax.SglQuoted:
			b.WriteString(part.Value)
		case *syntax.DblQuoted:
			b.WriteString(literal(part.Parts))
		default:
			b.WriteString(pkgmgr.Unknown)
		}
	}
	return b.String()
}

// addCommand adds what one command of a script reads.
func (g *gatherer) addCommand(p *Package, words []string, depth int) error {
	command := strings.Join(words, " ")
	words, script := withoutRunner(words, p.Scripts)
	if script != "" {
		return g.addNamedScript(p, script, depth)
	}
	if len(words) == 0 {
		return unknown(command)
	}
	switch words[0] {
	case "node":
		return g.addNode(p, words[1:])
	case "prisma":
		if len(words) > 1 && words[1] == "generate" {
			return g.addPrisma(p, words[2:])
		}
	}
	for _, t := range tools {
		if len(words) >= len(t.words) && slices.Equal(words[:len(t.words)], t.words) {
			return g.addTool(p, t, words[len(t.words):])
		}
	}
	return unknown(command)
}

// addNamedScript adds what a script, and those around it, read.
func (g *gatherer) addNamedScript(p *Package, name string, depth int) error {
	for _, script := range []string{"pre" + name, name, "post" + name} {
		if p.Scripts[script] != "" {
			if err := g.addScript(p, script, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// quiet are the flags of managers and runners that change nothing but what is printed or asked.
var quiet = []string{"-s", "--silent", "-q", "--quiet", "-y", "--yes", "--no-install", "--no", "--if-present"}

// withoutRunner returns the command that npx, yarn or the like runs, or the script of the package;
// neither where flags or arguments may change what that does.
func withoutRunner(words []string, scripts texts) (command []string, script string) {
	runner, rest := words[0], slices.DeleteFunc(slices.Clone(words[1:]), func(word string) bool { return slices.Contains(quiet, word) })
	switch runner {
	case "npx", "bunx":
	case "npm", "bun", "yarn", "pnpm":
		named := len(rest) > 0 && (rest[0] == "run" || rest[0] == "run-script" || rest[0] == "exec")
		if named {
			rest = rest[1:]
		}
		if !named && (runner == "npm" || runner == "bun") {
			return nil, ""
		}
		if len(rest) == 1 && scripts[rest[0]] != "" {
			return nil, rest[0]
		}
		if len(rest) > 0 && (scripts[rest[0]] != "" || runner == "npm") {
			return nil, ""
		}
	default:
		return words, ""
	}
	if len(rest) > 0 && strings.HasPrefix(rest[0], "-") {
		return nil, ""
	}
	return rest, ""
}

func unknown(command string) error {
	return fmt.Errorf("runs %q, which may read the source", strings.ReplaceAll(command, pkgmgr.Unknown, "…"))
}

// addTool adds the files of a tool that are there.
func (g *gatherer) addTool(p *Package, t tool, args []string) error {
	name := strings.Join(t.words, " ")
	if t.needsGit && manifest.IsDir(g.fsys, path.Join(p.dir(), ".git")) {
		return fmt.Errorf("runs %q, which needs .git", name)
	}
	dirs := t.dirs
	for i, arg := range args {
		value, ok := strings.CutPrefix(arg, "--patch-dir")
		if !ok {
			continue
		}
		if dirs = []string{strings.TrimPrefix(value, "=")}; value == "" && i+1 < len(args) {
			dirs = args[i+1 : i+2]
		}
	}
	if slices.Contains(args, "--use-program-dependencies") {
		return unknown(name + " --use-program-dependencies")
	}
	for _, file := range t.files {
		g.inputs.AddThere(g.fsys, p.dir(), name+" reads it", file)
	}
	for _, dir := range dirs {
		if err := g.addDir(p.dir(), dir, p.finder.Find(name)); err != nil {
			return err
		}
	}
	return nil
}

// addNode adds a script of Node.js that reads nothing else.
func (g *gatherer) addNode(p *Package, args []string) error {
	if len(args) > 1 && slices.Contains([]string{"-e", "--eval", "-p", "--print", "-pe"}, args[0]) {
		if other := ownOnly(args[1]); other != "" || strings.Contains(args[1], pkgmgr.Unknown) {
			return fmt.Errorf("runs code that may read the source (%s)", other)
		}
		return nil
	}
	if len(args) == 0 || strings.HasPrefix(args[0], "-") || strings.Contains(args[0], pkgmgr.Unknown) {
		return unknown("node " + strings.Join(args, " "))
	}
	file, err := manifest.Resolve(p.dir(), args[0])
	if err != nil {
		return err
	}
	for _, name := range []string{file, file + ".js", path.Join(file, "index.js")} {
		if manifest.IsFile(g.fsys, name) {
			return g.addCode(name, "is run by the install", p)
		}
	}
	return fmt.Errorf("runs %s, which is not in the context", args[0])
}

// addCode adds a file with code that reads nothing else.
func (g *gatherer) addCode(file, role string, p *Package) error {
	code, err := manifest.Read(g.fsys, file)
	if err != nil {
		return err
	}
	if other := ownOnly(string(code)); other != "" {
		return fmt.Errorf("%s %s, and may read the source (%s)", file, role, other)
	}
	g.inputs.AddFile(file, p.finder.Find(path.Base(file)))
	return nil
}
