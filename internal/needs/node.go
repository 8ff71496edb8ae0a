package needs

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/project/ecosystem/node"
	"dopt/internal/project/manifest"
	"dopt/transform/shell"
)

// lifecycle are the scripts that an install runs of the project itself. Source:
// https://docs.npmjs.com/cli/v11/using-npm/scripts#life-cycle-operation-order
var lifecycle = []string{"preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"}

// nodeManager reads what npm, Yarn, pnpm and Bun run of the scripts of package.json.
func (f *frame) nodeManager(c command) {
	dir := c.dir
	for i, w := range c.argv {
		if (w == "--prefix" || w == "-C" || w == "--cwd" || w == "--dir") && i+1 < len(c.argv) {
			dir = c.abs(c.argv[i+1])
		}
	}
	words := operands(c.argv[1:], "--prefix -C --cwd --dir --workspace -w --filter -F --loglevel --registry")
	if len(words) == 0 {
		if path.Base(c.argv[0]) == "yarn" {
			f.npmScripts(c, dir, lifecycle...)
		}
		return
	}
	switch verb := words[0]; verb {
	case "run", "run-script":
		if len(words) > 1 {
			f.npmScriptIn(c, dir, words[1])
		}
	case "start", "test", "stop", "restart":
		f.npmScriptIn(c, dir, verb)
	case "ci", "install", "i", "add":
		if !slices.Contains(c.argv, "--ignore-scripts") && !slices.Contains(c.argv, "-g") && !slices.Contains(c.argv, "--global") {
			f.npmScripts(c, dir, lifecycle...)
		}
	case "exec", "dlx", "x":
		f.npx(c.words(append([]string{"npx"}, words[1:]...)))
	default:
		if path.Base(c.argv[0]) != "npm" && !strings.HasPrefix(verb, "-") {
			f.npmScripts(c, dir, verb)
		}
	}
}

// npmScriptIn reads a script of the package in a folder, or of its workspaces where these are asked for.
func (f *frame) npmScriptIn(c command, dir, name string) {
	if !slices.Contains(c.argv, "--workspaces") && !slices.Contains(c.argv, "-ws") {
		f.npmScript(c, dir, name)
		return
	}
	root, ok := f.image.context(dir)
	if !ok {
		f.unknown(c.because, "runs the script %s of workspaces that are not in the build context", name)
		return
	}
	p, err := node.ReadPackage(f.files, path.Join(root, "package.json"))
	if err != nil {
		return
	}
	members, err := manifest.Glob(f.files, root, p.Workspaces)
	if err != nil {
		f.unknown(c.because, "runs the script %s of workspaces that cannot be read", name)
		return
	}
	for _, member := range members {
		if in, ok := strings.CutPrefix(member, strings.TrimPrefix(root+"/", "./")); ok {
			f.npmScripts(c, path.Join(dir, in), "pre"+name, name, "post"+name)
		}
	}
}

// npmScript reads a script of package.json that must be there.
func (f *frame) npmScript(c command, dir, name string) {
	if strings.Contains(name, shell.Unknown) {
		f.unknown(c.because, "runs a script of package.json named by a variable")
		return
	}
	file, ok := f.image.context(path.Join(dir, "package.json"))
	if !ok {
		f.unknown(c.because, "runs the script %s of a package.json that is not in the build context", name)
		return
	}
	p, err := node.ReadPackage(f.files, file)
	if err != nil {
		f.unknown(c.because, "runs the script %s of %s, which cannot be read", name, file)
		return
	}
	if p.Scripts[name] == "" && name == "start" {
		f.run(c.words([]string{"node", "server.js"})) // npm's default
		return
	}
	f.npmScripts(c, dir, "pre"+name, name, "post"+name)
}

// npmScripts reads those of the scripts that are there.
func (f *frame) npmScripts(c command, dir string, names ...string) {
	file, ok := f.image.context(path.Join(dir, "package.json"))
	if !ok {
		return
	}
	p, err := node.ReadPackage(f.files, file)
	if err != nil {
		return
	}
	data, _ := f.budget.read(f.files, file)
	for _, name := range names {
		text := p.Scripts[name]
		key := file + "\x00" + name
		if text == "" || f.scripts[key] {
			continue
		}
		f.scripts[key] = true
		one := c
		one.dir = dir
		one.because = at(file, manifest.LineOf(data, `"`+name+`":`), `"`+name+`": "`+text+`"`)
		f.walk.need(Need{Kind: Shell, Name: "sh", Evidence: one.because, Certainty: c.certainty})
		bins := f.bins
		f.bins = true
		f.inner(one, text, nil)
		f.bins = bins
		delete(f.scripts, key)
	}
}

// npx reads a program of a package.
func (f *frame) npx(c command) {
	words := operands(c.argv[1:], "-p --package -c --call")
	if len(words) == 0 {
		return
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(words[0], "@"), "@")
	if f.bins || f.projectProgram(name) || !known(f.out.Release, name) {
		return // what the project does not have is downloaded
	}
	f.walk.program(name, c.because, Likely)
}
