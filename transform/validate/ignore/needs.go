package ignore

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
	"dopt/transform/pkgmgr"
)

var refines = transform.Verdict{Status: transform.Refines}

// instruction judges what one instruction takes from the context.
func (j *judge) instruction(in *transform.Instruction) transform.Verdict {
	switch cmd := in.Command.(type) {
	case *instructions.CopyCommand:
		if cmd.From == "" {
			return j.sources(in, cmd.SourcePaths)
		}
	case *instructions.AddCommand:
		return j.sources(in, cmd.SourcePaths)
	case *instructions.RunCommand:
		return j.run(in)
	case *instructions.CmdCommand, *instructions.EntrypointCommand, *instructions.HealthCheckCommand:
		return j.substituted(in, words(in.Source()))
	}
	return refines
}

// sources judges what is copied by name.
func (j *judge) sources(in *transform.Instruction, sources []string) transform.Verdict {
	for _, src := range sources {
		p := strings.TrimPrefix(path.Clean("/"+src), "/")
		if p == "" || strings.Contains(src, ":") {
			continue
		}
		if j.hides(p) {
			return unsound("line %d copies %s, which would be hidden", in.Line(), src)
		}
		if !strings.ContainsAny(p, "*?[") || strings.Trim(path.Base(p), "*") == "" {
			continue
		}
		matches, err := fs.Glob(j.files, p)
		if err != nil {
			continue // BuildKit refuses the pattern, too
		}
		for _, m := range matches {
			if j.hides(m) {
				return unsound("line %d copies %s, which would be hidden", in.Line(), m)
			}
		}
	}
	return refines
}

// run judges what a RUN reads: what it names, the manifests of its package managers, and the repository.
func (j *judge) run(in *transform.Instruction) transform.Verdict {
	script := in.Script()
	if script.Shell == nil {
		return j.named(in, words(in.Source()))
	}
	v := refines
	for _, c := range script.Shell.Commands {
		argv := c.Argv()
		for _, r := range c.Redirs {
			argv = append(argv, r.Target.Value)
		}
		for _, a := range c.Assigns {
			v = v.Worse(j.substituted(in, words(script.Shell.Text[a.Value.Start:a.Value.End])))
		}
		if c.Name() == "rm" && len(argv) > 1 && strings.HasPrefix(argv[1], "-") && strings.Contains(argv[1], "f") {
			continue
		}
		v = v.Worse(j.named(in, words(strings.Join(argv, " ")))).Worse(j.manifests(in, argv)).Worse(j.repository(in, argv))
	}
	return v
}

// substituted judges a text that may run anything: the value of an assignment, what a container starts.
func (j *judge) substituted(in *transform.Instruction, text []string) transform.Verdict {
	v := j.named(in, text)
	if i := slices.Index(text, "git"); i >= 0 {
		v = v.Worse(j.repository(in, text[i:]))
	}
	return v
}

// words cuts a text where no part of a file name is.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n\"'`;|&<>(){}[],=:", r) })
}

// named judges the paths that a command names. What the build itself makes is there all the same.
func (j *judge) named(in *transform.Instruction, words []string) transform.Verdict {
	for _, g := range j.gone {
		for _, w := range words {
			if slices.Contains(strings.Split(w, "/"), path.Base(g.path)) && !j.mayMake(path.Base(g.path)) {
				return unsound("line %d names %s, which would be hidden", in.Line(), g.path)
			}
		}
	}
	return refines
}

// manifests judges what an install reads by convention.
func (j *judge) manifests(in *transform.Instruction, argv []string) transform.Verdict {
	use, ok := pkgmgr.Identify(argv)
	if !ok {
		return refines
	}
	read := slices.Concat(use.Manager.Manifests, use.Manager.Locks, use.Manager.Configs)
	for _, g := range j.gone {
		for _, pattern := range read {
			if ok, err := path.Match(pattern, path.Base(g.path)); ok && err == nil {
				return unsound("line %d runs %s, which reads %s, and that would be hidden", in.Line(), use.Manager.Name, g.path)
			}
		}
	}
	return refines
}

// repositoryTools are programs that fail, or do something else, outside of a repository. Sources: dvc.org/doc (dvc init),
// github.com/mgedmin/check-manifest, goreleaser.com, pre-commit.com, github.com/conventional-changelog/commitlint, reuse.software.
var repositoryTools = []string{"dvc", "check-manifest", "goreleaser", "pre-commit", "commitlint", "semantic-release", "reuse"}

// repository judges calls of git: those that need no repository of the context are a few.
func (j *judge) repository(in *transform.Instruction, argv []string) transform.Verdict {
	if len(argv) == 0 {
		return refines
	}
	program := path.Base(argv[0])
	tool := slices.Contains(repositoryTools, program)
	if !tool && (len(argv) < 2 || program != "git" || slices.Contains([]string{"clone", "config", "lfs", "--version", "version", "ls-remote", "credential", "help"}, firstOperand(argv[1:]))) {
		return refines
	}
	for _, g := range j.gone {
		if path.Base(g.path) == ".git" && j.arrived(g.path, in) {
			return unsound("line %d runs %s, and %s would be hidden", in.Line(), program, g.path)
		}
	}
	return refines
}

// arrived reports whether an instruction up to in may have brought a path into the build.
func (j *judge) arrived(p string, in *transform.Instruction) bool {
	for _, o := range j.doc.Instructions[:in.Index+1] {
		switch cmd := o.Command.(type) {
		case *instructions.CopyCommand:
			if cmd.From == "" && slices.ContainsFunc(cmd.SourcePaths, func(s string) bool { return mayHold(s, p) }) {
				return true
			}
		case *instructions.AddCommand:
			if slices.ContainsFunc(cmd.SourcePaths, func(s string) bool { return mayHold(s, p) }) {
				return true
			}
		case *instructions.RunCommand:
			if slices.ContainsFunc(o.Flags(), func(f transform.Flag) bool { return f.Name == "mount" && !strings.Contains(f.Value, "from=") }) {
				return true
			}
		}
	}
	return false
}

// mayHold reports whether a source of a copy may be a folder that holds a path.
func mayHold(src, p string) bool {
	src = strings.TrimPrefix(path.Clean("/"+src), "/")
	return src == "" || strings.ContainsAny(src, "*?[$") || strings.HasPrefix(p, src+"/")
}

// firstOperand returns git's own command: options may stand in front of it.
func firstOperand(args []string) string {
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "-c" || args[i] == "-C":
			i++
		case !strings.HasPrefix(args[i], "-") || args[i] == "--version":
			return args[i]
		}
	}
	return ""
}

// products are folders that programs need and that a build may make itself: by the name of the folder, the programs that do.
// Where none of them runs, the image has the folder of the context.
var products = map[string][]string{
	"node_modules":     {"npm", "npx", "yarn", "pnpm", "bun", "corepack"},
	"bower_components": {"bower"},
	"vendor":           {"composer", "php"},
	"target":           {"cargo", "mvn", "mvnw", "./mvnw", "mvnd", "sbt"},
	"build":            {"gradle", "gradlew", "./gradlew", "npm", "npx", "yarn", "pnpm", "bun"},
	"dist":             {"npm", "npx", "yarn", "pnpm", "bun"},
	".next":            {"npm", "npx", "yarn", "pnpm", "bun"},
	".nuxt":            {"npm", "npx", "yarn", "pnpm", "bun"},
	".output":          {"npm", "npx", "yarn", "pnpm", "bun"},
	"obj":              {"dotnet"},
	"bin":              {"dotnet"},
	"deps":             {"mix"},
	"_build":           {"mix", "rebar3", "./rebar3"},
	".build":           {"swift"},
}

// environmentMakers make virtual environments, whatever these are called.
var environmentMakers = []string{"uv", "poetry", "pipenv", "pdm", "hatch", "rye", "virtualenv", "venv"}

// mayMake reports whether a RUN runs a program that can make a folder of that name.
func (j *judge) mayMake(base string) bool {
	makers := products[base]
	if makers == nil {
		makers = environmentMakers
	}
	for _, in := range j.doc.Instructions {
		if in.Keyword == "RUN" && slices.ContainsFunc(words(in.Source()), func(w string) bool { return slices.Contains(makers, w) || slices.Contains(makers, path.Base(w)) }) {
			return true
		}
	}
	// A copy from another stage puts it there as well.
	return slices.ContainsFunc(j.doc.Instructions, func(in *transform.Instruction) bool {
		cmd, ok := in.Command.(*instructions.CopyCommand)
		return ok && cmd.From != "" && slices.ContainsFunc(cmd.SourcePaths, func(s string) bool { return path.Base(s) == base })
	})
}

// made judges a folder that programs need.
func (j *judge) made(g gone) transform.Verdict {
	base := path.Base(g.path)
	if _, ok := products[base]; !ok || !g.folder || j.mayMake(base) {
		return refines
	}
	return unsound("%s would be hidden, and no step makes it", g.path)
}
