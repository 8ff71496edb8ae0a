package pkgmgr

import "strings"

// A wrapper is a program that runs the command line behind it.
type wrapper struct {
	name      string
	versioned bool
	// values are its flags that take a value, stops those with which it runs no other program.
	values, stops []string
	// operands is the number of its own words before the command.
	operands int
	// assigns is true where NAME=value may stand before the command.
	assigns bool
	// sudo is true where the command runs as another user: of the flag -u, else the operand.
	sudo bool
	// more is true where it adds words to the command.
	more bool
	// modules is true where -m runs a module that may be a manager.
	modules bool
}

// The wrappers. Sources: the manual page of each; for interpreters, what they do with a script
// file as first operand (php composer.phar, sh ./gradlew, node .../npm).
var wrappers = []wrapper{
	{
		name: "sudo", sudo: true, assigns: true, stops: []string{"-l", "--list", "-v", "--validate", "-V", "--version", "-e", "--edit"},
		values: []string{
			"-u", "--user", "-g", "--group", "-C", "--close-from", "-D", "--chdir", "-h", "--host", "-p", "--prompt", "-R", "--chroot", "-r",
			"--role", "-t", "--type", "-T", "--command-timeout", "-U", "--other-user",
		},
	},
	{name: "doas", sudo: true, values: []string{"-u", "-C"}},
	{name: "gosu", sudo: true, operands: 1},
	{name: "su-exec", sudo: true, operands: 1},
	{name: "env", assigns: true, values: []string{"-u", "--unset", "-C", "--chdir", "-S", "--split-string"}, stops: []string{"-S", "--split-string"}},
	{name: "nice", values: []string{"-n", "--adjustment"}},
	{name: "ionice", values: []string{"-c", "--class", "-n", "--classdata"}, stops: []string{"-p", "--pid"}},
	{name: "time", values: []string{"-f", "--format", "-o", "--output"}},
	{name: "timeout", operands: 1, values: []string{"-k", "--kill-after", "-s", "--signal"}},
	{name: "exec", values: []string{"-a"}},
	{name: "command", stops: []string{"-v", "-V"}},
	{name: "nohup"},
	{name: "stdbuf", values: []string{"-i", "--input", "-o", "--output", "-e", "--error"}},
	{name: "eatmydata"},
	{name: "fakeroot", values: []string{"-l", "--lib", "--faked", "-s", "-i", "-b"}},
	{name: "linux32"},
	{name: "linux64"},
	{name: "chronic"},
	{name: "corepack"},
	{
		name: "xargs", more: true,
		values: []string{"-a", "--arg-file", "-d", "--delimiter", "-E", "-I", "-L", "--max-lines", "-n", "--max-args", "-P", "--max-procs", "-s", "--max-chars"},
	},
	{name: "python", versioned: true, modules: true, values: []string{"-W", "-X", "-m", "-c"}, stops: []string{"-c", "-V", "--version"}},
	{name: "pypy", versioned: true, modules: true, values: []string{"-W", "-X", "-m", "-c"}, stops: []string{"-c", "-V", "--version"}},
	{name: "php", versioned: true, values: []string{"-d", "-c", "-z", "-r"}, stops: []string{"-r", "-i", "-v", "-m", "-l"}},
	{name: "node", values: []string{"-r", "--require", "--import", "-e", "--eval", "-p", "--print"}, stops: []string{"-e", "--eval", "-p", "--print", "-v", "--version"}},
	{name: "sh", values: []string{"-o", "-c"}, stops: []string{"-c"}},
	{name: "bash", values: []string{"-o", "-O", "--rcfile", "--init-file", "-c"}, stops: []string{"-c"}},
}

// A caller is what stands before a manager's program, and the program itself.
type caller struct {
	at      int
	manager *Manager
	// runner is true where the program is one of the manager's Runners.
	runner bool
	sudo   bool
	user   string
	more   bool
}

// findProgram returns the manager that a command line runs.
func findProgram(argv []string) (caller, bool) {
	var c caller
	for c.at < len(argv) {
		name := programName(argv[c.at])
		w := findWrapper(name)
		if w == nil {
			c.manager, c.runner = byProgram(name)
			return c, c.manager != nil
		}
		module, ok := w.skip(argv, &c)
		if !ok {
			return c, false
		}
		if module != "" {
			c.manager = byModule(module)
			return c, c.manager != nil
		}
	}
	return c, false
}

// skip moves c.at from the wrapper's own word to the command that it runs. It returns false where
// it runs none, and the module's name where it runs that.
func (w *wrapper) skip(argv []string, c *caller) (module string, ok bool) {
	table := flagTable{values: [2][]string{w.values}}
	c.sudo, c.more = c.sudo || w.sudo, c.more || w.more
	var buffer [4]Flag
	i := c.at + 1
words:
	for i < len(argv) {
		switch word := argv[i]; {
		case word == "--":
			i++
			break words
		case isFlag(word):
			var flags []Flag
			flags, i = table.read(buffer[:0], argv, i)
			for _, f := range flags {
				switch {
				case has(w.stops, f.Name):
					return "", false
				case w.modules && f.Name == "-m":
					c.at = i - 1
					return f.Value, true
				case w.sudo && (f.Name == "-u" || f.Name == "--user"):
					c.user = userName(f.Value)
				}
			}
		case w.assigns && strings.IndexByte(word, '=') > 0:
			i++
		default:
			break words
		}
	}
	if w.sudo && w.operands > 0 && i < len(argv) {
		c.user = userName(argv[i])
	}
	c.at = i + w.operands
	return "", true
}

// userName returns the user of "user" and of "user:group", "" for root.
func userName(user string) string {
	user, _, _ = strings.Cut(user, ":")
	if user == "root" || user == "0" {
		return ""
	}
	return user
}

func has(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// programName returns the name that a program word has without folder, and without the version
// that npx and corepack let it carry (pnpm@9); "" where it is not known.
func programName(word string) string {
	name := word[strings.LastIndexByte(word, '/')+1:]
	if at := strings.IndexByte(name, '@'); at > 0 {
		name = name[:at]
	}
	if strings.Contains(name, Unknown) {
		return ""
	}
	return name
}

func findWrapper(name string) *wrapper {
	for i := range wrappers {
		if w := &wrappers[i]; name == w.name || w.versioned && isVersionOf(name, w.name) {
			return w
		}
	}
	return nil
}

// byProgram returns the manager that a program belongs to, and whether it is one of its runners.
func byProgram(name string) (m *Manager, runner bool) {
	for _, m := range Managers {
		for _, p := range m.Programs {
			if p == name || m.Versioned && isVersionOf(name, p) {
				return m, false
			}
		}
		for _, p := range m.Runners {
			if p == name {
				return m, true
			}
		}
	}
	return nil, false
}

func byModule(name string) *Manager {
	for _, m := range Managers {
		if has(m.Modules, name) {
			return m
		}
	}
	return nil
}

// isVersionOf reports whether name is program with a version behind it: pip3.11, dnf-3.
func isVersionOf(name, program string) bool {
	version, ok := strings.CutPrefix(name, program)
	version = strings.TrimPrefix(version, "-")
	if !ok || version == "" {
		return false
	}
	for i := 0; i < len(version); i++ {
		if c := version[i]; c != '.' && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
