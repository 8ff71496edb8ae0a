package validate

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// The commands around a script that installs packages and removes them again, as the official images do it. Source: the Dockerfiles of
// github.com/docker-library, such as python's and php's.
const (
	saveMarks   = `savedAptMark="$(apt-mark showmanual)"`
	updateLists = "apt-get update"
	markAuto    = "apt-mark auto '.*' > /dev/null"
	markManual  = "apt-mark manual $savedAptMark"
	purge       = "apt-get purge -y --auto-remove"
	removeLists = "rm -rf /var/lib/apt/lists/*"
)

// WithoutBorrowed returns the script without the commands that install packages by name in front of other commands and remove them
// behind these. The commands in between must be none that installs packages of the distribution, which would be gone, too. lists
// is what the clean-up takes away, nil where the package lists stay; ok is false where there are no such commands.
func (s Script) WithoutBorrowed() (shorter Script, lists *Loss, ok bool) {
	if !s.posix() || !s.Root() {
		return s, nil, false
	}
	file, err := s.parse()
	if err != nil || len(file.Stmts) != 1 {
		return s, nil, false
	}
	list := conjuncts(file.Stmts[0])
	from := slices.IndexFunc(list, func(stmt *syntax.Stmt) bool { return s.plainSource(stmt) == saveMarks })
	to := slices.IndexFunc(list, func(stmt *syntax.Stmt) bool { return s.plainSource(stmt) == markAuto })
	if from < 0 || to < from+4 || to+2 >= len(list) {
		return s, nil, false
	}
	update := from + 1
	if s.switchesMirror(list[update]) {
		update++
	}
	if to < update+3 || s.plainSource(list[update]) != updateLists || s.plainSource(list[to+2]) != purge {
		return s, nil, false
	}
	installed, named := s.installed(list[update+1])
	kept, marked := strings.CutPrefix(s.plainSource(list[to+1]), markManual)
	kept, silent := strings.CutSuffix(kept, " > /dev/null")
	if !named || !marked || !silent || !subset(strings.Fields(kept), installed) {
		return s, nil, false
	}
	for _, stmt := range list[update+2 : to] {
		if !s.installsNone(stmt) {
			return s, nil, false
		}
	}
	end := to + 2
	if end+1 < len(list) && s.plainSource(list[end+1]) == removeLists {
		end++
		lists = aptLists()
	}
	s.Text = s.Text[:list[from].Pos().Offset()] + s.Text[list[update+2].Pos().Offset():list[to-1].End().Offset()] + s.Text[list[end].End().Offset():]
	s.syntax = &parsed{}
	return s, lists, true
}

// plainSource is the whole text of a statement, with single blanks and without the ";" behind it.
func (s Script) plainSource(stmt *syntax.Stmt) string {
	text := s.Text[stmt.Pos().Offset():min(int(stmt.End().Offset()), len(s.Text))]
	return strings.TrimSuffix(strings.Join(strings.Fields(text), " "), ";")
}

// installed returns the packages that a statement installs by name and does nothing else.
func (s Script) installed(stmt *syntax.Stmt) (names []string, ok bool) {
	c := s.simple(stmt)
	if c == nil || len(c.expr.Assigns) > 0 || !installsOnly(c) {
		return nil, false
	}
	return c.words[4:], true
}

func subset(some, all []string) bool {
	return !slices.ContainsFunc(some, func(name string) bool { return !slices.Contains(all, name) })
}

// installNothing are commands that install nothing.
var installNothing = strings.Fields("set cd echo printf export mkdir rm sed true : touch chmod chown useradd groupadd adduser addgroup umask")

// installsNone reports whether a statement is known to install no packages of the distribution: it installs those of a language, or is
// harmless.
func (s Script) installsNone(stmt *syntax.Stmt) bool {
	c := s.written(stmt)
	if c == nil || c.sudo || slices.Contains(c.words, dynamic) {
		return false
	}
	if slices.Contains(installNothing, c.program) {
		return true
	}
	m := managerOf(c)
	if m == nil || slices.Contains([]string{"apt", "apk", "dnf", "zypper", "pacman"}, m.name) {
		return false
	}
	verb := c.verb()
	if verb == "" {
		return m.name == "yarn" || m.name == "bundler" // they install
	}
	return slices.Contains(m.installs, verb) || slices.ContainsFunc(m.cleans, func(clean string) bool { return strings.HasPrefix(clean, verb) })
}
