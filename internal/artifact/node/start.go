package node

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/shell"
)

// started returns the words of the process that the image starts, behind the entrypoint of the official images, which only puts node
// in front of what is no program. It is never empty.
func (f *finder) started() []string {
	argv := append([]string{f.Start.Program}, f.Start.Args...)
	if path.Base(f.Start.Program) == "docker-entrypoint.sh" && len(f.Start.Args) > 0 {
		argv = f.Start.Args
		if len(argv) > 2 && path.Base(argv[0]) == "sh" && argv[1] == "-c" {
			argv = strings.Fields(strings.TrimPrefix(argv[2], "exec "))
		}
	}
	if len(argv) == 0 {
		return []string{""}
	}
	return behindInit(argv)
}

// inits are programs that start another one and look after its processes.
var inits = []string{"tini", "tini-static", "docker-init", "dumb-init", "catatonit"}

// behindInit returns the words of the process that an init starts, all of them where it is none.
func behindInit(argv []string) []string {
	if !slices.Contains(inits, path.Base(argv[0])) {
		return argv
	}
	rest := argv[1:]
	for len(rest) > 0 && strings.HasPrefix(rest[0], "-") {
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return argv
	}
	return rest
}

// watches says why the process is one for development; "" if nothing tells so.
func (f *finder) watches(argv []string, dir string, depth int) string {
	argv = withoutSettings(argv)
	if len(argv) == 0 || depth > maxNested {
		return ""
	}
	name, args := path.Base(argv[0]), argv[1:]
	watching := transform.Watches(argv) || name == "supervisor" || name != "npm" && slices.Contains(args, "-w")
	if watching {
		return "is for development: it starts " + strings.Join(argv, " ") + ", which looks for changes of the sources"
	}
	if !slices.Contains([]string{"npm", "yarn", "pnpm", "npx", "pnpx"}, name) {
		return ""
	}
	words, why := asked(argv)
	if why != "" {
		return ""
	}
	p, _, ok := f.manifest(dir)
	if !ok || name == "npx" || p.Scripts[words[0]] == "" {
		return f.watches(words, dir, depth+1)
	}
	parsed, err := shell.Parse(p.Scripts[words[0]], shell.POSIX, dir, nil)
	if err != nil {
		return ""
	}
	for _, c := range parsed.Commands {
		if why := f.watches(c.Argv(), dir, depth+1); why != "" {
			return why
		}
	}
	return ""
}

// A launch is a process that node alone can be started for.
type launch struct {
	// words are those of the process, file the path in the build context of what node runs, "" where that is built.
	words []string
	file  string
	// manifest is the package.json whose script npm would run, "" where the image starts node itself.
	manifest string
}

// launched returns the call of node that the image starts, by plain words, itself or by a script of package.json; or why there is none.
func (f *finder) launched() (l launch, why string) {
	s := f.Start
	both := s.Entrypoint != nil && s.Cmd != nil
	switch {
	case s.Entrypoint == nil && s.Cmd == nil, s.Program == "", s.Shell && (!s.Exact || both):
		return l, "what it starts are no plain words"
	case slices.Contains(scriptRunners, s.Program) && both:
		return l, "what it starts is put together of two instructions"
	}
	l.words = s.Words
	if slices.Contains(scriptRunners, s.Program) {
		if l.words, l.manifest, why = f.behindManager(s.Words); why != "" {
			return l, why
		}
	}
	if p, _, ok := f.manifest(f.Dir); ok && p.DevDependencies[l.words[0]] != "" {
		return l, fmt.Sprintf("%s runs %s, which is for development: what only that needs has to stay", strings.Join(s.Words, " "), l.words[0])
	}
	if !callsNode(l.words) {
		return l, strings.Join(l.words, " ") + " is no call of node alone"
	}
	at := slices.IndexFunc(l.words[1:], func(w string) bool { return !strings.HasPrefix(w, "-") })
	l.file, _ = f.Tree.Context(path.Join(f.Dir, l.words[at+1]))
	return l, ""
}

// preloading are options of node by which it loads packages first, inline those by which it runs text of the command line, scripts of
// package.json, or what is typed. Source: https://nodejs.org/api/cli.html
var (
	preloading = strings.Fields("-r --require --import --loader --experimental-loader")
	inline     = strings.Fields("-e --eval -p --print -pe --run -i --interactive -c --check -")
)

// preloads reports whether a word is an option of node by which it loads a package first.
func preloads(w string) bool {
	name, _, _ := strings.Cut(w, "=")
	return slices.Contains(preloading, name)
}

// callsNode reports whether words are a call of node with a file, and no package besides what that loads.
func callsNode(words []string) bool {
	for i, w := range words {
		name, _, _ := strings.Cut(w, "=")
		switch {
		case i == 0 && w != "node", slices.Contains(inline, name), preloads(w):
			return false
		case i > 0 && !strings.HasPrefix(w, "-"):
			return true
		}
	}
	return false
}

// scriptRunners are managers that start a script of package.json by a shell, with variables of their own.
var scriptRunners = []string{"npm", "yarn"}

// behindManager returns the plain words that npm or Yarn 1 has a shell start, and the package.json that says so. The rest of what they do is to tell
// the script their settings. Sources: https://docs.npmjs.com/cli/v11/commands/npm-run, https://classic.yarnpkg.com/en/docs/cli/run
func (f *finder) behindManager(argv []string) (words []string, file, why string) {
	asks := strings.Join(argv, " ")
	name := argv[len(argv)-1]
	p, _, ok := f.manifest(f.Dir)
	by, known := f.pruner(argv[0], f.Dir)
	configured := f.inTree(f.Dir, ".npmrc") || f.inTree(f.Dir, ".yarnrc") || slices.ContainsFunc(f.Stage.Stage.Instructions, func(in *transform.Instruction) bool {
		text := strings.ToLower(in.Args().Text)
		return in.Keyword == "ENV" && (strings.Contains(text, "npm_config_") || strings.Contains(text, "yarn_"))
	})
	switch {
	case !known || by.manager == yarnBerry:
		return nil, "", asks + " is started by another Yarn than the first"
	case !slices.Contains([]string{argv[0] + " start", argv[0] + " run " + name, argv[0] + " run-script " + name}, asks):
		return nil, "", asks + " says more than the name of a script"
	case !ok || p.Scripts[name] == "":
		return nil, "", "no package.json says what " + asks + " starts"
	case configured:
		return nil, "", "settings of " + argv[0] + " may say how " + asks + " starts it"
	case p.Scripts["pre"+name] != "" || p.Scripts["post"+name] != "":
		return nil, "", asks + " runs other scripts, too"
	}
	words, exact := f.Plain(p.Scripts[name])
	if !exact {
		return nil, "", asks + " needs a shell: " + p.Scripts[name]
	}
	return words, p.File, ""
}
