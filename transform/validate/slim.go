package validate

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// OnlyInstalls reports whether the script does nothing but update apt's package lists, install packages by name, and remove the lists;
// lists is then what is gone, nil where the lists stay.
func (s Script) OnlyInstalls() (lists *Loss, ok bool) {
	if !s.posix() || !s.Root() {
		return nil, false
	}
	file, err := s.parse()
	if err != nil || len(file.Stmts) != 1 {
		return nil, false
	}
	var calls []*call
	list := conjuncts(file.Stmts[0])
	if s.switchesMirror(list[0]) {
		list = list[1:]
	}
	for _, stmt := range list {
		c := s.simple(stmt)
		if c == nil || len(c.expr.Assigns) > 0 {
			return nil, false
		}
		calls = append(calls, c)
	}
	if len(calls) < 2 || strings.Join(calls[0].words, " ") != updateLists || !installsOnly(calls[1]) {
		return nil, false
	}
	switch {
	case len(calls) == 2:
		return nil, true
	case len(calls) == 3 && strings.Join(calls[2].words, " ") == removeLists:
		return aptLists(), true
	}
	return nil, false
}

// MirrorVariable is what the environment of a step has where the build argument that chooses a mirror of apt is not set.
const MirrorVariable = "APT_MIRROR="

// switchesMirror reports whether a statement does nothing but replace the host in apt's sources where a build argument says so.
func (s Script) switchesMirror(stmt *syntax.Stmt) bool {
	const replace = `[ -z "$APT_MIRROR" ] || sed -i "s|deb.debian.org|$APT_MIRROR|g" `
	file, ok := strings.CutPrefix(s.plainSource(stmt), replace)
	return ok && slices.Contains([]string{"/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources"}, file)
}

// aptLists is the loss of apt's package lists.
func aptLists() *Loss {
	apt := slices.IndexFunc(managers, func(m manager) bool { return m.name == "apt" })
	return &Loss{what: losesIndex, manager: &managers[apt]}
}

// installsOnly reports whether a call does nothing but install packages by name.
func installsOnly(c *call) bool {
	names, ok := strings.CutPrefix(strings.Join(c.words, " "), "apt-get install -y --no-install-recommends ")
	return ok && packageNames(names)
}

// packageNames reports whether words are names of packages. A "-" or "+" at the end would be a request to apt-get, but for
// names such as g++. Source: Debian Policy Manual, section 5.6.1; apt-get(8).
func packageNames(words string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	for name := range strings.SplitSeq(words, " ") {
		if len(name) < 2 || !strings.Contains(letters, name[:1]) || strings.Trim(name, letters+"+-.") != "" || strings.HasSuffix(strings.TrimSuffix(name, "++"), "+") || strings.HasSuffix(name, "-") {
			return false
		}
	}
	return true
}

// WithoutInstall returns the script without the first command that installs packages by name directly in front of another
// install; ok is false where there is none.
func (s Script) WithoutInstall() (shorter Script, ok bool) {
	if !s.posix() || !s.Root() {
		return s, false
	}
	file, err := s.parse()
	if err != nil {
		return s, false
	}
	for _, stmt := range file.Stmts {
		list := conjuncts(stmt)
		for i := range len(list) - 1 {
			c, next := s.simple(list[i]), s.simple(list[i+1])
			if c == nil || next == nil || len(c.expr.Assigns) > 0 || managerOf(next) == nil || managerOf(next).name != "apt" || next.sudo || next.verb() != "install" || !installsOnly(c) {
				continue
			}
			start, end := int(list[i].Pos().Offset()), int(list[i+1].Pos().Offset())
			s.Text, s.syntax = s.Text[:start]+s.Text[end:], &parsed{}
			return s, true
		}
	}
	return s, false
}
