package node

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	ecosystem "dopt/internal/project/ecosystem/node"
	"dopt/transform"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// builders are programs of packages that put what they make into the project's folder, by their defaults and as a rule.
// checkers make nothing that a program needs. Sources: the command line references of the tools.
var (
	builders = strings.Fields(`astro babel copyfiles cpx cpy esbuild gatsby graphql-codegen grunt gulp lerna mkdirp nest next ncc ng ngc node-gyp node-gyp-build
		node-pre-gyp node-sass nuxi nuxt nx parcel patch-package postcss prebuild-install prisma react-scripts remix rimraf rollup sass shx svelte-kit swc tailwindcss tsc
		tsc-alias tsup turbo vite vue-cli-service vue-tsc webpack webpack-cli`)
	checkers = strings.Fields("ava c8 echo eslint exit husky is-ci jest mocha nyc only-allow prettier stylelint tap true tslint vitest")
	// runners run code of the project.
	runners = []string{"gulp", "grunt", "ts-node", "tsx"}
)

// maxNested bounds how deep scripts that run scripts are followed.
const maxNested = 10

// run reads npm run and its like: a script of package.json, or a program of a package.
func (f *finder) run(c artifact.Command, u pkgmgr.Use, dir string, depth int) use {
	argv := c.Argv()[u.Program:]
	words, why := asked(argv)
	if why != "" {
		return use{kind: harmless, unknown: why}
	}
	p, _, ok := f.manifest(dir)
	switch {
	case ok && p.Scripts[words[0]] != "" && argv[0] != "npx":
		return f.script(c, p, dir, words[0], depth)
	case words[0] == "test" || words[0] == "t":
		return use{kind: harmless}
	}
	return f.tool(c, words)
}

// asked returns the script or program that a manager is to run, with the words behind it, or why that is not known.
func asked(argv []string) (words []string, why string) {
	words = argv[1:]
	for len(words) > 0 {
		switch w := words[0]; {
		case strings.Contains(w, shell.Unknown):
			return nil, "runs what a variable names"
		case slices.Contains([]string{"-w", "-ws", "-r", "-F", "--filter", "--recursive", "--workspace", "--workspaces", "workspace", "workspaces", "foreach"}, w):
			return nil, "runs scripts of a workspace, which are not looked at"
		case w == "-p" || w == "--package" || w == "-c" || w == "--call":
			return nil, "runs a program of a package that is not the project's"
		case strings.HasPrefix(w, "-") || w == "run" || w == "run-script" || w == "exec" || w == "x" || w == "dlx":
			words = words[1:]
		default:
			if i := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, "--workspace") || w == "-w" || w == "-ws" }); i > 0 {
				return nil, "runs scripts of a workspace, which are not looked at"
			}
			return words, ""
		}
	}
	return nil, "runs a script of package.json that is not known"
}

// script reads a script of package.json, with those that are run before and behind it.
func (f *finder) script(c artifact.Command, p *ecosystem.Package, dir, name string, depth int) use {
	out := use{kind: harmless}
	if depth > maxNested {
		out.unknown = "runs scripts of package.json that run each other"
		return out
	}
	for _, one := range []string{"pre" + name, name, "post" + name} {
		text := p.Scripts[one]
		if text == "" || name == "test" {
			continue
		}
		parsed, err := shell.Parse(text, shell.POSIX, dir, shell.Env(c.Getenv))
		if err != nil {
			return use{kind: harmless, unknown: "runs a script of package.json that does not parse"}
		}
		for _, command := range parsed.Commands {
			u := f.scriptCommand(c, command, depth)
			out.runs = out.runs || u.runs
			if u.unknown != "" || u.kind == other {
				_, line, _ := f.manifest(dir)
				out.unknown, out.because = u.unknown, transform.Evidence{Source: p.File, Line: line(one), Text: one + ": " + text}
				if out.unknown == "" {
					out.unknown = "runs " + command.Name() + ", of which it is not known where it puts files"
				}
				return out
			}
		}
	}
	return out
}

// scriptCommand reads a command of a script.
func (f *finder) scriptCommand(c artifact.Command, command *shell.Command, depth int) use {
	argv := withoutSettings(command.Argv())
	if len(argv) == 0 {
		return use{kind: harmless}
	}
	inner := artifact.Command{Command: command, Step: c.Step, Evidence: c.Evidence, Getenv: c.Getenv}
	if u, ok := pkgmgr.Identify(argv); ok && u.Manager.Ecosystem == "node" {
		return f.manager(inner, u, depth+1)
	}
	if argv[0] == "node" {
		return f.node(inner, argv[1:])
	}
	if f.within(inner) {
		return use{kind: harmless}
	}
	return f.tool(inner, argv)
}

// withoutSettings drops programs that set variables for another one: cross-env NODE_ENV=production webpack.
func withoutSettings(argv []string) []string {
	for len(argv) > 0 && (argv[0] == "cross-env" || argv[0] == "env" || argv[0] == "cross-env-shell") {
		argv = argv[1:]
		for len(argv) > 0 && strings.Contains(argv[0], "=") {
			argv = argv[1:]
		}
	}
	return argv
}

// tool reads a call of a program that a package brings.
func (f *finder) tool(c artifact.Command, argv []string) use {
	if len(argv) == 0 {
		return use{}
	}
	name := path.Base(argv[0])
	switch {
	case name == "playwright":
		return use{kind: harmless, unknown: "downloads browsers, which need libraries of the distribution"}
	case slices.ContainsFunc(argv[1:], func(w string) bool { return f.outside(c, w) }):
		return use{kind: harmless, unknown: "has " + name + " put files outside of the project's folders"}
	case slices.Contains(runners, name):
		return use{kind: harmless, runs: true}
	case slices.Contains(builders, name) || slices.Contains(checkers, name):
		return use{kind: harmless}
	}
	return use{}
}

// outside reports whether a word is, or a flag has, a path outside of the project's folders.
func (f *finder) outside(c artifact.Command, w string) bool {
	if _, value, ok := strings.Cut(w, "="); ok && strings.HasPrefix(w, "-") {
		w = value
	}
	if !strings.HasPrefix(w, "/") && !strings.HasPrefix(w, "..") {
		return false
	}
	p := c.Path(w)
	return !slices.ContainsFunc(f.folders, func(folder artifact.File) bool { return artifact.Within(p, folder.Path) })
}
