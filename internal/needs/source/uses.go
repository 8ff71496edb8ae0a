package source

import (
	"path"
	"slices"
	"strings"
)

// call adds what a call asks for; token i is its name.
func (s *scanner) call(c *call, i int, args [][]token) {
	line := s.tokens[i].line
	if c.arg >= len(args) && c.means != checks {
		return
	}
	var arg []token
	if c.arg < len(args) {
		arg = args[c.arg]
	}
	v := s.value(arg)
	switch c.means {
	case words, list, program, either:
		s.addCommand(c, line, args)
	case script:
		if !v.known || v.list {
			s.problem(line, Command, "runs a text named by %s in a shell", arg)
			return
		}
		s.addScript(line, v)
	case asks:
		s.addAsked(line, v)
	case loads:
		s.addLibrary(line, arg, v)
	case zone:
		s.addZone(line, v)
	case locale:
		s.addLocale(line, arg, v)
	case types:
		s.add(Use{Kind: Path, Name: "/etc/mime.types", Line: line, Inferred: true})
	case services:
		s.add(Use{Kind: Path, Name: servicesFile(s.tokens[i].text), Line: line})
	case checks:
		s.add(Use{Kind: Certificates, Name: s.tokens[i].text, Line: line, Inferred: true})
	case opens:
		s.addFont(line, arg, v)
	}
}

func (s *scanner) add(u Use) { s.uses = append(s.uses, u) }

// problem adds what cannot be told; format has a %s for the argument.
func (s *scanner) problem(line int, kind Kind, format string, arg []token) {
	s.add(Use{Kind: kind, Line: line, Problem: strings.Replace(format, "%s", "`"+s.written(arg)+"`", 1)})
}

// maxWritten is the length, in bytes, up to which source is quoted.
const maxWritten = 40

// written returns the source of tokens, on one line and cut where it is long.
func (s *scanner) written(tokens []token) string {
	if len(tokens) == 0 {
		return ""
	}
	from, last := tokens[0].at, tokens[len(tokens)-1]
	to := last.at + len(last.text)
	if last.kind != word && last.kind != mark {
		to += 2
	}
	out := strings.Join(strings.Fields(s.src[from:min(to, len(s.src))]), " ")
	if len(out) > maxWritten {
		out = strings.ToValidUTF8(out[:maxWritten], "") + "…"
	}
	return out
}

// addCommand adds a command that is called with its arguments.
func (s *scanner) addCommand(c *call, line int, args [][]token) {
	arg := args[c.arg]
	v := s.value(arg)
	if c.means == either && s.bare && (v.list || environment(arg)) && c.arg+1 < len(args) {
		args = args[1:] // Ruby: the environment comes first
		arg = args[c.arg]
		v = s.value(arg)
	}
	rest := args[c.arg+1:]
	if !v.known {
		s.problem(line, Command, "calls a command named by %s", arg)
		return
	}
	argv := v.words
	switch {
	case v.list:
	case c.means == either && len(rest) == 0, inShell(rest):
		s.addScript(line, v)
		return
	case c.means == list:
		argv = strings.Fields(v.text)
	default:
		argv = append([]string{v.text}, s.further(c, rest)...)
	}
	if len(argv) == 0 || argv[0] == "" {
		return
	}
	if strings.Contains(argv[0], Unknown) {
		s.problem(line, Command, "calls a command named by %s", arg)
		return
	}
	s.add(Use{Kind: Command, Name: argv[0], Args: argv[1:], Line: line, Inferred: v.inferred})
}

// environment reports whether an argument is a variable that holds an environment, by its name.
func environment(arg []token) bool {
	return len(arg) == 1 && arg[0].kind == word && strings.Contains(strings.ToLower(arg[0].text), "env")
}

// further returns the words behind the program.
func (s *scanner) further(c *call, rest [][]token) []string {
	var argv []string
	for _, arg := range rest {
		v := s.value(arg)
		switch {
		case c.means == program:
			return v.words
		case v.known && !v.list:
			argv = append(argv, v.text)
		default:
			argv = append(argv, Unknown)
		}
	}
	return argv
}

// inShell reports whether an argument asks for a shell: shell=True, {shell: true}.
func inShell(args [][]token) bool {
	return slices.ContainsFunc(args, func(arg []token) bool {
		i := slices.IndexFunc(arg, func(t token) bool { return t.kind == word && t.text == "shell" })
		return i >= 0 && i+2 < len(arg) && strings.EqualFold(arg[i+2].text, "true")
	})
}

func (s *scanner) addScript(line int, v value) {
	name := strings.TrimSpace(v.text)
	if name == "" {
		return
	}
	s.add(Use{Kind: Script, Name: name, Line: line, Inferred: v.inferred})
}

func (s *scanner) addAsked(line int, v value) {
	if v.known && !v.list && v.text != "" && !strings.Contains(v.text, Unknown) {
		s.add(Use{Kind: Command, Name: v.text, Line: line, Optional: true, Inferred: v.inferred})
	}
}

func (s *scanner) addLibrary(line int, arg []token, v value) {
	names := v.words
	if !v.list {
		names = []string{v.text}
	}
	switch {
	case len(arg) > 0 && slices.Contains([]string{"None", "null", "nil", "NULL", "FFI"}, arg[0].text):
		return // the program itself
	case slices.ContainsFunc(arg, func(t token) bool { return t.kind == word && strings.HasSuffix(t.text, "find_library") }):
		return // which is read itself
	case !v.known || slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, Unknown) }):
		s.problem(line, Library, "loads a library named by %s", arg)
		return
	}
	for _, name := range names {
		if name == "" || strings.Contains(name, "/") && !path.IsAbs(name) {
			continue // the project's own
		}
		s.add(Use{Kind: Library, Name: path.Base(name), Line: line, Inferred: v.inferred, Optional: len(names) > 1})
	}
}

// addZone adds a time zone; those that programs know without files are none.
func (s *scanner) addZone(line int, v value) {
	if slices.Contains([]string{"UTC", "GMT", "Local", "localtime"}, v.text) {
		return
	}
	name := v.text
	if !v.known || strings.Contains(name, Unknown) {
		name = ""
	}
	s.add(Use{Kind: Zone, Name: name, Line: line, Inferred: v.inferred})
}

func (s *scanner) addLocale(line int, arg []token, v value) {
	switch {
	case !v.known || v.list || strings.Contains(v.text, Unknown):
		s.problem(line, Locale, "sets the locale that %s names", arg)
	case v.text != "" && !Portable(v.text):
		s.add(Use{Kind: Locale, Name: v.text, Line: line, Inferred: v.inferred})
	}
}

// Portable reports whether a locale is part of the C library.
func Portable(locale string) bool {
	name, _, _ := strings.Cut(locale, ".")
	return name == "C" || name == "POSIX" || name == ""
}

func servicesFile(function string) string {
	if strings.Contains(function, "proto") {
		return "/etc/protocols"
	}
	return "/etc/services"
}

func (s *scanner) addFont(line int, arg []token, v value) {
	switch {
	case !v.known || strings.Contains(v.text, Unknown):
		s.problem(line, Path, "opens a font named by %s", arg)
	case !strings.Contains(v.text, "/"):
		s.problem(line, Path, "looks for the font %s in the folders of the system", arg)
	}
}

const (
	// secure begins an address whose server is checked.
	secure = "https://"
	// zonesImport is the package of Go that has all time zones.
	zonesImport = "time/tzdata"
)

// literal adds what a string names wherever it stands: a path of the distribution, an address, a file that may be served.
func (s *scanner) literal(t *token) {
	if s.store && strings.HasPrefix(t.text, secure) {
		s.add(Use{Kind: Certificates, Name: address(t.text), Line: t.line, Inferred: true})
		return
	}
	if t.text == zonesImport {
		s.add(Use{Kind: Zones, Name: t.text, Line: t.line})
		return
	}
	name, _, _ := strings.Cut(t.text, Unknown)
	if !SystemPath(name) {
		if s.served {
			s.fileName(t)
		}
		return
	}
	if program, ok := Program(name); ok {
		if name == t.text {
			s.add(Use{Kind: Command, Name: program, Line: t.line, Inferred: true})
		}
		return
	}
	s.add(Use{Kind: Path, Name: path.Clean(name), Line: t.line, Inferred: true})
}

// address returns the host of a URL, with its scheme.
func address(url string) string {
	host, _, _ := strings.Cut(strings.TrimPrefix(url, "https://"), "/")
	host, _, _ = strings.Cut(host, Unknown)
	return "https://" + host
}

// system are the folders and files that only packages of a distribution fill. Source: Filesystem Hierarchy
// Standard 3.0, and the contents of Debian's packages netbase, media-types, ca-certificates and tzdata.
var system = []string{
	"/usr/share/", "/usr/lib/", "/usr/include/", "/usr/bin/", "/usr/sbin/", "/usr/libexec/", "/bin/", "/sbin/", "/lib/x86_64-linux-gnu/",
	"/etc/ssl/", "/etc/pki/", "/etc/services", "/etc/protocols", "/etc/mime.types", "/etc/localtime",
}

// maxPath is the length, in bytes, of the longest path that is taken for one.
const maxPath = 200

// SystemPath reports whether an absolute path is one that the distribution fills.
func SystemPath(name string) bool {
	if len(name) > maxPath || strings.ContainsAny(name, " \t\n*?[{}$<>\"'|;,=") {
		return false
	}
	return slices.ContainsFunc(system, func(folder string) bool {
		if strings.HasSuffix(folder, "/") {
			return strings.HasPrefix(name, folder) && name != folder
		}
		return name == folder
	})
}

// Program returns the command that an absolute path is.
func Program(name string) (string, bool) {
	for _, folder := range []string{"/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"} {
		if program, ok := strings.CutPrefix(name, folder); ok && program != "" && !strings.Contains(program, "/") {
			return program, true
		}
	}
	return "", false
}
