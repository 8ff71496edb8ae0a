package merge

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
	"dopt/transform/effects"
	"dopt/transform/rebuild"
	"dopt/transform/shell"
)

// A step is a RUN instruction that may be joined.
type step struct {
	in      *transform.Instruction
	script  *transform.Script
	effects []effects.Effect
	// text is the script, and end the offset in the source at which it ends, both without
	// a last ";" that says nothing.
	text string
	end  int
	// wrap is what goes around the script when something follows it: "", "{}" or "()".
	wrap wrapping
	// last is what goes around it when it comes at the end.
	last wrapping
	// refusal says why nothing can be joined to it, ends why nothing can be joined behind it.
	refusal, ends string
}

// A wrapping keeps a script together, or its state apart.
type wrapping string

const (
	plain    wrapping = ""
	braces   wrapping = "{}"
	subshell wrapping = "()"
)

func newStep(in *transform.Instruction) *step {
	s := &step{in: in, script: in.Script()}
	if s.refusal = refusal(in, s.script); s.refusal != "" {
		return s
	}
	s.effects = effects.OfAll(s.script.Shell)
	s.text, s.end = s.script.Text, in.TextSpan().End
	s.dropSemicolon()
	s.judge()
	return s
}

// dropSemicolon leaves out the ";" with which a script of one list ends: in front of "&&" it would need braces.
func (s *step) dropSemicolon() {
	bare := strings.TrimRight(s.text, " \t;")
	stmts := s.script.Shell.File.Stmts
	if len(stmts) != 1 || len(bare) == len(s.text) || int(stmts[0].Semicolon.Offset()) < len(bare) {
		return
	}
	end := s.script.Offset(len(bare))
	if rest := string(s.in.Document().Src[end:s.end]); strings.Trim(rest, " \t") == ";" {
		s.text, s.end = bare, end
	}
}

// refusal says why a script cannot be joined whatever stands beside it.
func refusal(in *transform.Instruction, script *transform.Script) string {
	switch {
	case script.Form == transform.FormHeredoc, script.Form == transform.FormMixed:
		return "has a here-document"
	case script.Form == transform.FormExec:
		return "is in exec form, without a shell"
	case script.Shell == nil:
		return "cannot be read: " + script.Opaque
	case len(script.Shell.File.Stmts) == 0:
		return "is empty"
	case script.Shell.HasComment():
		return "has a shell comment that would swallow what follows"
	case strings.Contains(script.Text, "\n"), script.Text[len(script.Text)-1] == '\\':
		return "ends in a word that runs on"
	case hasOption(in.State().Shell, "e", "errexit") && !chain(script.Shell):
		return "relies on the -e of SHELL, which has no effect before &&"
	case hasOption(in.State().Shell, "l", "--login"), hasOption(in.State().Shell, "i", "interactive"):
		return "is run by a login shell, which reads its profile anew for each RUN"
	}
	if forgets(in) {
		return "has a mount that forgets what is written to it"
	}
	if _, set := in.State().Var("BASH_ENV"); set {
		return "is run with BASH_ENV, which is read anew for each RUN"
	}
	return ""
}

// forgets reports whether a RUN has a mount that is empty, or as it was, for the next
// RUN: a tmpfs, or a bind mount that may be written.
func forgets(in *transform.Instruction) bool {
	for _, f := range in.Flags() {
		if f.Name != "mount" {
			continue
		}
		kind, writable := "bind", false
		for _, field := range strings.Split(f.Value, ",") {
			name, value, _ := strings.Cut(field, "=")
			switch strings.ToLower(name) {
			case "type":
				kind = strings.ToLower(value)
			case "rw", "readwrite":
				writable = value != "false"
			case "ro", "readonly":
				writable = value == "false"
			}
		}
		if kind == "tmpfs" || kind == "bind" && writable {
			return true
		}
	}
	return false
}

// hasOption reports whether a SHELL has an option, by its letter or its long name.
func hasOption(sh []string, letter, name string) bool {
	for _, word := range sh[1:] {
		if word == name || strings.HasPrefix(word, "-") && !strings.HasPrefix(word, "--") && strings.Contains(word, letter) {
			return true
		}
	}
	return false
}

// chain reports whether a script is one list of simple commands and pipelines that
// "&&" joins: then "set -e" makes no difference in it.
func chain(s *shell.Script) bool {
	if len(s.File.Stmts) != 1 {
		return false
	}
	for _, op := range shell.Operands(s.File.Stmts[0]) {
		if !simple(op) {
			return false
		}
	}
	return true
}

func simple(stmt *syntax.Stmt) bool {
	if stmt.Background {
		return false
	}
	switch c := stmt.Cmd.(type) {
	case *syntax.CallExpr:
		return true
	case *syntax.BinaryCmd:
		return (c.Op == syntax.Pipe || c.Op == syntax.PipeAll) && simple(c.X) && simple(c.Y)
	}
	return false
}

// confinable are the leaks that a subshell keeps in.
var confinable = []string{"changes the directory", "sets a variable", "unsets a variable", "sets the umask", "sets a limit", "sets a shell option"}

// judge decides how the script stands beside others.
func (s *step) judge() {
	script := s.script.Shell
	stmts := script.File.Stmts
	list := len(stmts) > 1 || stmts[0].Semicolon.IsValid() && s.text == s.script.Text || hasOr(stmts[0])
	if list {
		s.wrap, s.last = braces, braces
	}
	leaks := script.Leaks()
	for _, leak := range leaks {
		if !slices.Contains(confinable, leak) {
			s.refusal = leak
			return
		}
	}
	if len(leaks) > 0 {
		s.wrap = subshell
	}
	if slices.Contains(leaks, "sets a shell option") && !chain(script) {
		s.refusal = "relies on the options that it sets, which may have no effect before &&"
		return
	}
	if name := daemon(script); name != "" {
		s.refusal = "calls " + name + ", which may leave a process behind that the next command would see"
		return
	}
	for i, e := range s.effects {
		for _, p := range slices.Concat(e.Makes, e.Changes, e.Removes) {
			if why := volatilePath(p.Name); why != "" {
				s.refusal = why
				return
			}
		}
		if why := s.outlives(script.Commands[i]); why != "" {
			s.ends = why
		}
	}
}

// userChanges are the commands that change which groups a user is in: it counts from the next RUN on.
var userChanges = []string{"usermod", "groupmod", "gpasswd", "adduser", "addgroup"}

// outlives says what a command changes that the next RUN would start with anew.
func (s *step) outlives(c *shell.Command) string {
	st := s.in.State()
	argv := c.Argv()
	name := program(argv)
	if st.User != "" && st.User != "root" && st.User != "0" && slices.Contains(userChanges, name) {
		return "calls " + name + ", which counts from the next RUN on"
	}
	if name == "rm" || name == "rmdir" || name == "mv" {
		gone := argv[1:]
		if name == "mv" && len(gone) > 0 {
			gone = gone[:len(gone)-1] // the last is where the others go
		}
		for _, word := range gone {
			if p := c.Path(word); p != "" && (effects.Path{Name: p, Tree: true}).Covers(effects.Path{Name: st.Dir}) {
				return "takes away the directory in which the next RUN starts"
			}
		}
	}
	return ""
}

// hasOr reports whether a list has an "||" at its top.
func hasOr(stmt *syntax.Stmt) bool {
	bin, ok := stmt.Cmd.(*syntax.BinaryCmd)
	if !ok || bin.Op != syntax.AndStmt && bin.Op != syntax.OrStmt {
		return false
	}
	return bin.Op == syntax.OrStmt || hasOr(bin.X) || hasOr(bin.Y)
}

// daemons are commands that start a process which goes on when they return: it ends with its RUN,
// but would still be there for what is joined.
var daemons = []string{
	"service", "systemctl", "initctl", "invoke-rc.d", "start-stop-daemon", "supervisord", "supervisorctl", "rc-service", "openrc",
	"pg_ctl", "pg_ctlcluster", "mysqld", "mysqld_safe", "mysql_install_db", "mongod", "redis-server", "dbus-daemon", "slapd", "nginx",
	"apachectl", "apache2ctl", "httpd", "php-fpm", "rabbitmq-server", "rabbitmqctl", "Xvfb", "dockerd", "sshd", "crond", "cron",
}

func daemon(s *shell.Script) string {
	for _, c := range s.Commands {
		argv := c.Argv()
		for len(argv) > 1 && slices.Contains([]string{"sudo", "nohup", "env", "exec", "command"}, argv[0]) {
			argv = argv[1:]
		}
		if len(argv) == 0 {
			continue
		}
		if slices.Contains(daemons, path.Base(argv[0])) || strings.HasPrefix(argv[0], "/etc/init.d/") {
			return argv[0]
		}
		if i := slices.Index(argv, "-c"); i > 0 && i+1 < len(argv) && (strings.Contains(argv[i+1], "service ") || strings.Contains(argv[i+1], "init.d/")) {
			return argv[0]
		}
	}
	return ""
}

// volatilePath says why a change of a path does not outlive its RUN.
func volatilePath(name string) string {
	switch {
	case name == "/etc/hosts", name == "/etc/resolv.conf", name == "/etc/hostname":
		return "changes " + name + ", which is lost after a RUN and would take effect in a joined one"
	case strings.HasPrefix(name, "/proc/"), strings.HasPrefix(name, "/sys/"), strings.HasPrefix(name, "/dev/shm/"), strings.HasPrefix(name, "/run/secrets/"):
		return "changes " + name + ", which is lost after a RUN"
	}
	return ""
}

// cheap reports whether every command costs next to nothing.
func (s *step) cheap() bool {
	return s.refusal == "" && !slices.ContainsFunc(s.effects, func(e effects.Effect) bool { return !e.Known || !e.Cheap || e.Fetches })
}

// obstacle says why step b cannot be joined to step a, "" if it can.
func obstacle(a, b *step) string {
	switch {
	case a.refusal != "":
		return "the RUN above " + a.refusal
	case a.ends != "":
		return "the RUN above " + a.ends
	case b.refusal != "":
		return "this RUN " + b.refusal
	}
	for _, p := range b.in.Pragmas() {
		return "the comment for " + p.Tool + " above is bound to this RUN"
	}
	for _, p := range a.in.Pragmas() {
		if p.Tool == "dockerfmt" {
			return "the comment for dockerfmt is bound to the RUN above"
		}
	}
	if name := lastStatus(b.script.Shell); name != "" {
		return "$" + name + " would have another value in this RUN"
	}
	if one, other := volatileArgs(a), volatileArgs(b); !slices.Equal(one, other) {
		return "the build argument " + append(one, other...)[0] + " changes with every build; joined, both would run again"
	}
	return ""
}

// lastStatus returns a special parameter that a script reads and that what stands before would change.
func lastStatus(s *shell.Script) string {
	found := ""
	syntax.Walk(s.File, func(n syntax.Node) bool {
		if p, ok := n.(*syntax.ParamExp); ok && p.Param != nil {
			switch p.Param.Value {
			case "?", "!", "_", "OLDPWD", "SECONDS", "RANDOM", "LINENO":
				found = p.Param.Value
			}
		}
		return found == ""
	})
	return found
}

// volatileArgs returns the volatile build arguments that a step uses.
func volatileArgs(s *step) []string {
	var used []string
	for _, name := range s.in.State().Args() {
		if rebuild.Volatile(name) && usesVariable(s.script.Shell, name) && !slices.Contains(used, name) {
			used = append(used, name)
		}
	}
	slices.Sort(used)
	return used
}

func usesVariable(s *shell.Script, name string) bool {
	found := false
	syntax.Walk(s.File, func(n syntax.Node) bool {
		if p, ok := n.(*syntax.ParamExp); ok && p.Param != nil && p.Param.Value == name {
			found = true
		}
		return !found
	})
	return found
}
