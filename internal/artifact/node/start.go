package node

import (
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
