package cleanup

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// A relation is what a command, or all that runs later, has to do with
// something that a layer leaves behind.
type relation int

const (
	// unrelated: it does not look at it.
	unrelated relation = iota
	// replaces: it makes it anew, or removes it; what runs behind it never sees the old one.
	replaces
	// uses: it needs it.
	uses
	// unreadable: nobody can tell.
	unreadable
)

// A question is about something that package managers leave behind.
type question struct {
	// ofManager tells what a package manager's command has to do with it.
	ofManager func(*pkgmgr.Use) relation
	// ofProgram does so for programs that call package managers themselves; the zero relation for others.
	ofProgram map[string]relation
	// ofInstaller does so for scripts that are fetched and run, by a part of their URL.
	ofInstaller map[string]relation
	// mentions finds in a text that cannot be parsed what would use it.
	mentions func() *regexp.Regexp
	// atStart is true where it matters what a container starts that cannot be read.
	atStart bool
}

// An answer says what later scripts do with it.
type answer struct {
	relation relation
	// in and what say who uses it, or cannot be read.
	in   *transform.Instruction
	what string
}

// String says it for a report.
func (a answer) String() string {
	switch a.relation {
	case uses:
		return fmt.Sprintf("%s at line %d needs it", a.what, a.in.Line())
	case unreadable:
		return fmt.Sprintf("what %s at line %d does cannot be read", a.what, a.in.Line())
	}
	return ""
}

// An outlook is the answer to a question about all that runs on top of a layer.
type outlook struct {
	// users are those who use the thing, or cannot be read, in order.
	users []answer
	// replaced is true where a later RUN makes the thing anew.
	replaced bool
	// assumed is true where the answer rests on what is known of a script by its name.
	assumed bool
}

// level is that of a fix that rests on nobody using the thing.
func (o outlook) level() transform.Level {
	if o.assumed {
		return transform.Standard
	}
	return transform.Safe
}

// later answers a question about all that runs on top of an instruction's layer.
func (c *cleaner) later(in *transform.Instruction, q *question) outlook {
	var o outlook
	for _, sq := range c.sequels(in) {
		p := prober{cleaner: c, q: q, in: sq.in}
		r, what := p.sequel(sq)
		o.assumed = o.assumed || p.assumed && !sq.starts
		switch {
		case r == replaces && sq.in.Keyword == "RUN" && sq.in.Stage == in.Stage:
			o.replaced = true
			return o
		case r == uses, r == unreadable && (!sq.starts || q.atStart):
			o.users = append(o.users, answer{r, sq.in, what})
		}
	}
	return o
}

// A prober asks one question about the commands of one instruction.
type prober struct {
	*cleaner
	q  *question
	in *transform.Instruction
	// assumed is true once an answer has come from a script's name.
	assumed bool
}

// sequel answers for one script: the first command that uses the thing counts, unless one before
// it replaces it.
func (p *prober) sequel(sq sequel) (relation, string) {
	if sq.opaque {
		if m := p.q.mentions().FindString(sq.text); m != "" {
			return unreadable, "the script with \"" + strings.TrimSpace(m) + "\""
		}
		return unrelated, ""
	}
	return p.commands(sq.commands, sq.text, 0)
}

// maxDepth bounds how deep scripts that call scripts are read.
const maxDepth = 4

func (p *prober) commands(commands []command, text string, depth int) (relation, string) {
	for _, cmd := range commands {
		r, what := p.command(cmd, text, depth)
		switch {
		case r == replaces && !cmd.Always:
			return unrelated, "" // the rest of the script is not at risk; what comes after it may be
		case r != unrelated:
			return r, what
		}
	}
	return unrelated, ""
}

func (p *prober) command(cmd command, text string, depth int) (relation, string) {
	if len(cmd.Words) == 0 {
		return unrelated, ""
	}
	argv := cmd.Argv()
	p.assumed = p.assumed || strings.Contains(argv[0], "/") && !systemFolder(path.Dir(argv[0])) || path.Ext(argv[0]) == ".sh"
	if cmd.use != nil {
		return p.q.ofManager(cmd.use), strings.Join(argv[cmd.use.Program:max(cmd.use.Program, cmd.use.VerbAt)+1], " ")
	}
	argv = behindWrappers(argv)
	name := path.Base(argv[0])
	if argv[0] == shell.Unknown {
		return unrelated, "" // a compiler, as in $CC; a script is called by its name
	}
	if bare := strings.TrimRight(name, "0123456789."); bare != "" {
		name = bare // easy_install3, python3.9
	}
	if r, ok := p.q.ofProgram[name]; ok {
		return r, name
	}
	p.assumed = p.assumed || shells[name] || name == "." || name == "source"
	switch {
	case name == "." || name == "source":
		return p.sourced(cmd, argv, depth)
	case shells[name]:
		return p.shell(cmd, argv, text, depth)
	case cmd.effect.Known || harmless[name]:
		return unrelated, ""
	case name == "make" || name == "gmake":
		return p.target(argv)
	}
	return p.program(cmd, argv[0], depth)
}

// behindWrappers returns the words of the command that sudo, env and the like run.
func behindWrappers(argv []string) []string {
	for len(argv) > 1 && wrappers[path.Base(argv[0])] {
		rest := argv[1:]
		for len(rest) > 1 && (strings.HasPrefix(rest[0], "-") || strings.Contains(rest[0], "=")) {
			rest = rest[1:]
		}
		argv = rest
	}
	return argv
}

// shell answers for "sh -c text", "sh file", ". file" and "… | sh".
func (p *prober) shell(cmd command, argv []string, text string, depth int) (relation, string) {
	for i := 1; i+1 < len(argv); i++ {
		if arg := argv[i]; strings.HasPrefix(arg, "-") && !strings.HasPrefix(arg, "--") && strings.HasSuffix(arg, "c") {
			return p.text(argv[i+1], strings.Join(argv[:i+1], " "), depth)
		}
	}
	for _, arg := range argv[1:] {
		switch {
		case arg == "-s" || arg == "-" || arg == shell.Unknown || strings.HasPrefix(arg, "/dev/"):
			return p.fetched(cmd, text)
		case !strings.HasPrefix(arg, "-"):
			return p.file(cmd, arg, depth)
		}
	}
	return p.fetched(cmd, text)
}

// sourced answers for a script that the shell reads: most set variables only.
func (p *prober) sourced(cmd command, argv []string, depth int) (relation, string) {
	if len(argv) < 2 || strings.HasPrefix(path.Base(argv[1]), "setup.") {
		return unrelated, ""
	}
	if r, what := p.file(cmd, argv[1], depth); r != unreadable || prepares().MatchString(argv[1]) {
		return r, what
	}
	return unrelated, ""
}

// fetched answers for a script that comes from the network, by the address that stands last before the end of the shell that runs it.
func (p *prober) fetched(cmd command, text string) (relation, string) {
	end := cmd.End
	for _, r := range cmd.Redirs {
		end = max(end, r.End)
	}
	answer, from, last := unreadable, "the script that is piped into a shell", -1
	for part, r := range p.q.ofInstaller {
		if at := strings.LastIndex(text[:end], part); at > last {
			answer, from, last = r, part, at
		}
	}
	return answer, from
}

// file answers for a script in the image, which may come from the build context.
func (p *prober) file(cmd command, word string, depth int) (relation, string) {
	if unpacksItself().MatchString(path.Base(word)) {
		return unrelated, ""
	}
	if name := cmd.Path(word); name != "" {
		if text, ok := p.contextFile(p.in, name); ok {
			return p.text(text, word, depth)
		}
	}
	return unreadable, word
}

// text answers for the text of a script.
func (p *prober) text(text, name string, depth int) (relation, string) {
	if interpreter, _, _ := strings.Cut(text, "\n"); strings.HasPrefix(interpreter, "#!") && !strings.Contains(interpreter, "sh") || strings.HasPrefix(text, "\x7fELF") {
		return unrelated, ""
	}
	s, err := shell.Parse(text, shell.Bash, "", nil)
	if text == shell.Unknown || err != nil || depth >= maxDepth {
		if p.q.mentions().MatchString(text) || text == shell.Unknown {
			return unreadable, name
		}
		return unrelated, ""
	}
	return p.commands(commandsOf(s), text, depth+1)
}

// target answers for make: a target that prepares the machine may do anything.
func (p *prober) target(argv []string) (relation, string) {
	for _, arg := range argv[1:] {
		if !strings.HasPrefix(arg, "-") && !strings.Contains(arg, "=") && preparesTarget().MatchString(arg) {
			return unreadable, "make " + arg
		}
	}
	return unrelated, ""
}

// prepares matches names of programs that set a machine up, preparesTarget those of targets that do.
var (
	prepares       = lazy(`(?i)install|setup|set-up|bootstrap|provision|deps\b|depend|prereq|requirements|packages|prepare`)
	preparesTarget = lazy(`(?i)setup|bootstrap|provision|deps\b|depend|prereq|requirements|packages|prepare|apt`)
)

// program answers for a program that no table has.
func (p *prober) program(cmd command, word string, depth int) (relation, string) {
	name := path.Base(word)
	if interpreted[path.Ext(name)] || unpacksItself().MatchString(name) {
		return unrelated, ""
	}
	if systemFolder(path.Dir(word)) || !strings.Contains(word, "/") {
		if text, ok := p.inPath(name); ok {
			return p.text(text, word, depth)
		}
		if prepares().MatchString(name) {
			return unreadable, word
		}
		return unrelated, ""
	}
	if full := cmd.Path(word); full != "" {
		if text, ok := p.contextFile(p.in, full); ok {
			return p.text(text, word, depth)
		}
	}
	if strings.HasSuffix(name, ".sh") || strings.HasSuffix(name, ".bash") || prepares().MatchString(name) {
		return unreadable, word
	}
	return unrelated, ""
}

// inPath returns a script that the file has put into a folder of PATH.
func (p *prober) inPath(name string) (string, bool) {
	for _, dir := range []string{"/usr/local/bin", "/usr/local/sbin", "/usr/bin", "/usr/sbin", "/bin", "/sbin"} {
		if text, ok := p.contextFile(p.in, path.Join(dir, name)); ok {
			return text, true
		}
	}
	return "", false
}

func systemFolder(dir string) bool {
	switch dir {
	case "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin":
		return true
	}
	return false
}

// userQuestion asks who needs what a manager's caches hold: its index, or what builds find there.
func userQuestion(m *pkgmgr.Manager, loss pkgmgr.Loss) *question {
	names := append([]string{regexp.QuoteMeta(path.Base(m.Caches[0].Path))}, m.Programs...)
	return &question{
		ofManager: func(u *pkgmgr.Use) relation {
			switch {
			case u.Manager != m || u.Verb == pkgmgr.Other || u.Verb == pkgmgr.Clean || u.Verb == pkgmgr.Remove:
				return unrelated
			case loss == pkgmgr.LosesIndex && u.RefreshesIndex():
				return replaces
			}
			return uses
		},
		mentions: lazy(`\b(` + strings.Join(names, "|") + `)\b`),
		atStart:  loss == pkgmgr.LosesInputs,
	}
}
