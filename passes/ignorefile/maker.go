package ignorefile

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// A maker is a command that makes a folder anew, beside the manifest that it reads.
type maker struct {
	// manager is the row of pkgmgr's table, or the ecosystem where any of its managers will do, and verb what
	// it is asked; for a program that has no row, program is its name. One of words must be among its words, if
	// there are any, the last part of a task such as :app:jar.
	manager, verb string
	program       string
	words         []string
	// not are flags with which it works elsewhere.
	not []string
	// below is true where it works in folders below its own, too: modules, subprojects.
	below bool
	// script is what the script of package.json that it runs must do.
	script string
	// config is a pattern of files beside it that may send its output elsewhere, which one of the words
	// moved shows; package.json counts as well.
	config string
	moved  []string
	// target is true where the folder is an operand.
	target bool
}

// elsewhere are the flags of Node's package managers that name another folder.
var elsewhere = []string{"--prefix", "-C", "--dir", "--cwd", "--modules-folder", "--modules-dir", "--dry-run", "-g", "--global"}

// swiftElsewhere are the flags of Swift that name another folder of the project, or for what is built.
var swiftElsewhere = []string{"--package-path", "--scratch-path", "--build-path"}

var nodeInstalls = []maker{{manager: "node", verb: "install", words: []string{"install", "i", "ci", "clean-install", "install-clean", "ic", "yarn"}, not: elsewhere}}

// environments make a virtual environment in the project's folder, or where they are told to.
// Sources: docs.astral.sh/uv "Project environments"; the other managers' pages on in-project environments.
var environments = []maker{
	{manager: "uv", verb: "install", words: []string{"sync"}, not: []string{"--project", "--directory"}},
	{program: "python", words: []string{"venv"}, target: true},
	{program: "virtualenv", target: true},
	{program: "uv", words: []string{"venv"}, target: true},
}

var (
	composerInstalls = []maker{{manager: "composer", verb: "install", not: []string{"-d", "--working-dir", "--dry-run", "--download-only"}}}
	dotnetBuilds     = []maker{{manager: "dotnet", verb: "build", words: []string{"build", "publish", "pack", "msbuild"}, below: true}}
	cargoBuilds      = []maker{{
		manager: "cargo", verb: "build", words: []string{"build", "b", "rustc", "zigbuild", "leptos"}, not: []string{"--target-dir", "--manifest-path"},
	}}
	mavenBuilds = []maker{{
		manager: "maven", verb: "build", words: []string{"package", "verify", "install", "deploy"}, not: []string{"-f", "--file"}, below: true,
	}}
	gradleBuilds = []maker{{
		manager: "gradle", verb: "build", words: []string{"build", "assemble", "jar", "war", "bootJar", "bootWar", "shadowJar", "installDist", "distZip", "distTar"},
		not: []string{"-p", "--project-dir"}, below: true,
	}}
)

// makes reports whether a step makes the folder at an absolute path of the image; p is its path in the context.
func (m maker) makes(j *judge, s step, landing, p string) bool {
	if !s.always || s.dir == "" {
		return false
	}
	if m.target {
		return m.runs(s) && slices.ContainsFunc(s.argv[1:], func(w string) bool { return !strings.HasPrefix(w, "-") && absolute(s.dir, w) == landing })
	}
	return j.worksAt(m, s.dir, landing, p) && m.runs(s) && !m.moves(j, s, p)
}

// worksAt reports whether a command in a directory makes what lands at a path: beside its manifest, or, for modules,
// subprojects and workspaces, in a folder below.
func (j *judge) worksAt(m maker, dir, landing, p string) bool {
	parent := path.Dir(landing)
	if dir == parent {
		return true
	}
	below := dir == "/" || strings.HasPrefix(parent, dir+"/")
	return below && (m.below || m.manager == "node" && j.workspace(dir, landing, p))
}

func absolute(dir, word string) string {
	if path.IsAbs(word) {
		return path.Clean(word)
	}
	return path.Join(dir, word)
}

// runs reports whether a step is the command that m means.
func (m maker) runs(s step) bool {
	if m.words != nil && !slices.ContainsFunc(s.argv, func(w string) bool { return slices.Contains(m.words, path.Base(w[strings.LastIndexByte(w, ':')+1:])) }) {
		return false
	}
	if m.program != "" {
		return s.program() == m.program || m.program == "python" && strings.HasPrefix(s.program(), "python")
	}
	use, ok := s.use()
	if !ok || use.More || use.Manager.Name != m.manager && use.Manager.Ecosystem != m.manager || use.HasFlag(m.not...) {
		return false
	}
	if m.script != "" {
		return use.Verb == pkgmgr.Run || use.Verb == pkgmgr.Build
	}
	return string(use.Verb) == m.verb && len(use.Packages) == 0 && !use.Global || m.verb == "build" && use.Verb == pkgmgr.Build
}

// verbWord is the word that says what a manager is asked; yarn alone installs.
func verbWord(s step, use pkgmgr.Use) string {
	if use.VerbAt < 0 {
		return path.Base(s.argv[use.Program])
	}
	return s.argv[use.VerbAt]
}

// moves reports whether the step does not run the script that m wants, or sends its output elsewhere.
func (m maker) moves(j *judge, s step, p string) bool {
	if m.script == "" {
		return s.variable("CARGO_TARGET_DIR") != ""
	}
	folder := path.Dir(p)
	manifest := j.read(path.Join(folder, "package.json"))
	line := strings.Join(s.argv, " ")
	if !strings.Contains(line, m.script) {
		text, ok := scriptNamed(manifest, s.argv)
		if !ok || !strings.Contains(text, m.script) {
			return true
		}
		line += text
	}
	for _, c := range j.beside(folder, m.config) {
		line += j.read(c)
	}
	return slices.ContainsFunc(m.moved, func(w string) bool { return strings.Contains(line, w) })
}

// scriptNamed returns the script of a package.json that a command line names.
func scriptNamed(manifest string, argv []string) (text string, ok bool) {
	var parsed struct{ Scripts map[string]string }
	if json.Unmarshal([]byte(manifest), &parsed) != nil {
		return "", false
	}
	for _, w := range argv[1:] {
		if text, ok = parsed.Scripts[w]; ok {
			return text, true
		}
	}
	return "", false
}

// workspace reports whether an install in a folder above that of the package.json at p installs for that, too.
func (j *judge) workspace(dir, landing, p string) bool {
	for folder, at := path.Dir(p), path.Dir(landing); folder != "."; {
		folder, at = path.Dir(folder), path.Dir(at)
		if at == dir {
			return strings.Contains(j.read(path.Join(folder, "package.json")), `"workspaces"`) || j.read(path.Join(folder, "pnpm-workspace.yaml")) != ""
		}
	}
	return false
}

// makerOf returns the instruction that puts something of the build's own at the place where a source brings a
// folder: a command of the stage or of one that it is built on, or a copy from another stage; nil if there is none.
func (j *judge) makerOf(d *dockerfile, r *row, s source, p string) *transform.Instruction {
	landing := s.landing(p)
	if landing == "" {
		return nil
	}
	for _, stage := range chain(d.doc, s.in.Stage) {
		for _, st := range d.steps {
			if st.in.Stage == stage && slices.ContainsFunc(r.makers, func(m maker) bool { return m.makes(j, st, landing, p) }) {
				return st.in
			}
		}
		for _, in := range stage.Instructions {
			if copiesTo(in, landing) {
				return in
			}
		}
	}
	return nil
}

// between returns the first step that names something while it is still the context's own: after it has
// been brought in, and before the build has made it anew.
func (d *dockerfile) between(s source, maker *transform.Instruction, base string) *transform.Instruction {
	for _, st := range d.steps {
		if st.in.Index > s.in.Index && st.in.Index < maker.Index && slices.ContainsFunc(st.argv, func(w string) bool { return anyNames(w, base) }) {
			return st.in
		}
	}
	return nil
}

// copiesTo reports whether an instruction copies a folder of another stage to a path.
func copiesTo(in *transform.Instruction, landing string) bool {
	cmd, ok := in.Command.(*instructions.CopyCommand)
	if !ok || cmd.From == "" {
		return false
	}
	dest := imagePath(cmd.DestPath, in)
	return dest != "" && len(cmd.SourcePaths) == 1 && dest == landing && path.Base(cmd.SourcePaths[0]) == path.Base(landing)
}

// productionOnly returns the first instruction that may use tools which an install before it has left out: so far they
// came with the packages of the context. nil if there is none.
func (d *dockerfile) productionOnly(s source) *transform.Instruction {
	partial := false
	for _, st := range d.steps {
		if !d.related(st.in.Stage, s.in.Stage) {
			continue
		}
		use, ok := st.use()
		installs := ok && (use.Manager.Ecosystem == "node" || use.Manager.Name == "composer")
		switch {
		case installs && use.Verb == pkgmgr.Install && len(use.Packages) == 0 && !use.Global:
			partial = omitsTools(st, use)
		case partial && st.in.Index > s.in.Index && (installs && use.Verb == pkgmgr.Run || runsTool(st)):
			return st.in
		}
	}
	last := d.doc.Instructions[len(d.doc.Instructions)-1]
	if partial && (last.Keyword == "CMD" || last.Keyword == "ENTRYPOINT") &&
		slices.ContainsFunc(words(last.Source()), func(w string) bool { return slices.Contains(developmentWords, w) }) {
		return last
	}
	return nil
}

// related reports whether one of two stages is built on the other.
func (d *dockerfile) related(a, b *transform.Stage) bool {
	return slices.Contains(chain(d.doc, a), b) || slices.Contains(chain(d.doc, b), a)
}

// runsTool reports whether a step runs a program out of a folder of packages.
func runsTool(st step) bool {
	return slices.ContainsFunc(st.argv, func(w string) bool {
		return strings.Contains(w, "vendor/bin/") || strings.Contains(w, "node_modules/.bin/")
	})
}

// developmentWords are words of commands that run what is installed for development.
var developmentWords = []string{"npx", "nodemon", "ts-node", "ts-node-dev", "tsx", "run", "dev", "exec", "vite", "webpack"}

// omitsTools reports whether an install leaves out what only development needs.
func omitsTools(st step, use pkgmgr.Use) bool {
	if f, ok := use.Flag("--omit", "--only"); ok && (strings.HasPrefix(f.Value, "dev") || strings.HasPrefix(f.Value, "prod")) {
		return true
	}
	return use.HasFlag("--production", "--prod", "-P", "--no-dev") || st.variable("NODE_ENV") == "production" && !use.HasFlag("--include")
}
