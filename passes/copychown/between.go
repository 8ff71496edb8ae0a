package copychown

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/effects"
	"dopt/transform/shell"
)

// disturbs returns why a step may see or change files at a path, or in it, so that a request for
// them must not move above it; "" if it does neither. Copies are for the caller.
func (s *survey) disturbs(st step, r *request, p string) string {
	switch st.in.Keyword {
	case "WORKDIR":
		if dir := workdir(st.in); dir == "" || dir != p && below(dir, p) {
			return fmt.Sprintf("the WORKDIR at line %d may make a folder there", st.in.Line())
		}
	case "RUN":
		list, ok := st.commands()
		if !ok {
			return fmt.Sprintf("what the RUN at line %d does is not known", st.in.Line())
		}
		if st.before == nil && mounts(st.in) {
			return fmt.Sprintf("the RUN at line %d has mounts", st.in.Line())
		}
		if strings.Contains(st.in.Script().Text, "[[") {
			return fmt.Sprintf("the RUN at line %d has a test that may look at it", st.in.Line())
		}
		if movesAndRedirects(st.in.Script().Shell) {
			return fmt.Sprintf("the RUN at line %d goes to another directory and redirects to a name in it", st.in.Line())
		}
		for _, c := range list {
			if s.commandDisturbs(st.in, c, r, p) {
				return fmt.Sprintf("`%s` at line %d may read or change it", commandText(st.in, c), commandLine(st.in, c))
			}
		}
	}
	return ""
}

// movesAndRedirects reports whether a script changes its directory and has a redirection to a relative path, which the validator
// does not follow: which folder that is in may depend on which of its commands succeed.
func movesAndRedirects(script *shell.Script) bool {
	if script == nil || !slices.ContainsFunc(script.Commands, func(c *shell.Command) bool {
		return slices.Contains([]string{"cd", "chdir", "pushd", "popd"}, c.Name())
	}) {
		return false
	}
	return slices.ContainsFunc(script.Commands, func(c *shell.Command) bool {
		return slices.ContainsFunc(c.Redirs, func(r shell.Redir) bool {
			return !strings.HasPrefix(r.Op, "<<") && !strings.HasSuffix(r.Op, "&") && !path.IsAbs(r.Target.Value)
		})
	})
}

// mounts reports whether a RUN has mounts.
func mounts(in *transform.Instruction) bool {
	return slices.ContainsFunc(in.Flags(), func(f transform.Flag) bool { return f.Name == "mount" })
}

// commandText is a command on one line, short enough for a message.
func commandText(in *transform.Instruction, c *shell.Command) string {
	text := strings.Join(strings.Fields(in.Script().Text[c.Start:c.End]), " ")
	if r := []rune(text); len(r) > 40 {
		return string(r[:37]) + "..."
	}
	return text
}

func commandLine(in *transform.Instruction, c *shell.Command) int {
	line, _ := in.Document().Position(in.Script().Offset(c.Start))
	return line
}

// pathless are commands whose words name no files.
var pathless = []string{
	"echo", "printf", "true", ":", "export", "set", "unset", "umask", "id", "whoami", "uname", "date", "pwd", "chpasswd",
}

// fileCommands are commands that touch no files but those that their words name; others also those of the system.
var fileCommands = []string{
	"echo", "printf", "true", ":", "export", "set", "unset", "umask", "id", "whoami", "uname", "date", "pwd", "cd", "test", "[",
	"cat", "ls", "mkdir", "touch", "rm", "rmdir", "ln", "cp", "mv", "sed", "chmod", "chown", "chgrp",
}

func (s *survey) commandDisturbs(in *transform.Instruction, c *shell.Command, r *request, p string) bool {
	if s.gone != nil && s.gone.cmd == c {
		return false
	}
	known := s.reading(in, c)
	if other := known.request; other != nil {
		return other.changes(p) && !(other.attr != r.attr && rootRuns(in) && rootRuns(r.in))
	}
	e, dir := known.effect, known.dir
	overlaps := func(q effects.Path) bool { return below(q.Name, p) || below(p, q.Name) }
	switch {
	case !e.Known, slices.ContainsFunc(e.Makes, overlaps), slices.ContainsFunc(e.Changes, overlaps), slices.ContainsFunc(e.Removes, overlaps):
		return !s.makesFolder(in, c, p)
	case slices.ContainsFunc(c.Redirs, func(f shell.Redir) bool { return f.Op == "<<" || f.Op == "<<-" || mayName(f.Target, dir, p) }):
		return true
	case e.Use != nil:
		return s.packagesDisturb(e, c, dir, p)
	case e.Fetches && len(e.Makes) == 0, e.Unpacks != "", c.Name() == "tar":
		if dir == "" || below(p, dir) || below(dir, p) {
			return true
		}
	case c.Name() == "ldconfig": // it looks for libraries in whatever folders the system's settings name
		return true
	case slices.Contains(userCommands, c.Name()):
		return below(p, "/etc") || below(p, "/home") || below(p, "/var/mail")
	case system(p) && !slices.Contains(fileCommands, c.Name()):
		return true
	case slices.Contains(pathless, c.Name()):
		return false
	}
	return len(c.Words) > 0 && slices.ContainsFunc(c.Words[1:], func(w shell.Word) bool { return mayName(w, dir, p) })
}

// makesFolder reports whether a command does no more to a path than to make folders above it.
func (s *survey) makesFolder(in *transform.Instruction, c *shell.Command, p string) bool {
	folders := s.made(in, c)
	return len(folders) > 0 && slices.IndexFunc(folders, func(dir string) bool { return below(dir, p) }) < 0
}

// changes reports whether a request may change a path or something in it.
func (r *request) changes(p string) bool {
	return slices.ContainsFunc(r.targets, func(t target) bool { return below(t.path, p) || r.recursive && below(p, t.path) })
}

// rootRuns reports whether the script of a RUN runs as root, who may change the files of others.
func rootRuns(in *transform.Instruction) bool {
	user, _, _ := strings.Cut(in.State().User, ":")
	return user == "" || user == "root" || user == "0"
}

// mayName reports whether a word may name a path, something in it or a folder above it.
func mayName(w shell.Word, dir, p string) bool {
	if w.Value == shell.Unknown {
		return true
	}
	name := w.Value
	if strings.HasPrefix(name, "-") || strings.Contains(name, "=") {
		at := strings.IndexByte(name, '/')
		if at < 0 {
			return false
		}
		name = name[at:]
	}
	if at := strings.IndexAny(name, "*?[{~"); at >= 0 {
		name = name[:at]
		if name = path.Dir(name + "x"); w.Value[0] == '~' {
			return true
		}
	}
	if name == "" || dir == "" && !path.IsAbs(name) {
		return !strings.HasPrefix(w.Value, "-") && name != ""
	}
	q := absolute(dir, name)
	return below(q, p) || below(p, q)
}

// systemPackages are the ecosystems of distributions.
var systemPackages = []string{"debian", "alpine", "rpm", "arch"}

// packagesDisturb reports whether a package manager may see or change files at a path.
func (s *survey) packagesDisturb(e effects.Effect, c *shell.Command, dir, p string) bool {
	if !system(p) && s.onlyRequirements(c) {
		s.doubt = true
		return false
	}
	if slices.ContainsFunc(c.Words, func(w shell.Word) bool {
		return w.Value != shell.Unknown && strings.Contains(w.Value, "/") && mayName(w, dir, p)
	}) {
		return true
	}
	if slices.Contains(systemPackages, e.Use.Manager.Ecosystem) {
		return system(p)
	}
	return dir == "" || below(p, dir) || below(dir, p) || system(p)
}

// userCommands change the users or groups of the image.
var userCommands = []string{"useradd", "adduser", "usermod", "userdel", "deluser", "groupadd", "addgroup", "groupmod", "groupdel", "delgroup"}

// changesUsers reports whether a step may change who the image's users are.
func (s *survey) changesUsers(st step) bool {
	if cp := s.copying(st.in); cp != nil {
		return cp.opaque != "" || cp.reaches("/etc/passwd") != apart || cp.reaches("/etc/group") != apart
	}
	list, ok := st.commands()
	return !ok || slices.ContainsFunc(list, func(c *shell.Command) bool {
		e := s.reading(st.in, c).effect
		return !e.Known || e.Use != nil || slices.Contains(userCommands, c.Name()) ||
			slices.ContainsFunc(append(slices.Clone(e.Changes), e.Makes...), func(p effects.Path) bool { return below(p.Name, "/etc") })
	})
}

// mayChange reports whether a command is known to change a path or something in it.
func (s *survey) mayChange(in *transform.Instruction, c *shell.Command, p string) bool {
	known := s.reading(in, c)
	switch c.Name() {
	case string(owner), string(mode), "chgrp":
		return len(c.Words) > 2 && slices.ContainsFunc(c.Words[2:], func(w shell.Word) bool { return w.Value != shell.Unknown && mayName(w, known.dir, p) })
	}
	return slices.ContainsFunc(known.effect.Changes, func(q effects.Path) bool { return below(q.Name, p) })
}
