package validate

import (
	"slices"
	"strings"
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
	var lines []string
	for _, stmt := range conjuncts(file.Stmts[0]) {
		c := s.simple(stmt)
		if c == nil || len(c.expr.Assigns) > 0 {
			return nil, false
		}
		lines = append(lines, strings.Join(c.words, " "))
	}
	const install = "apt-get install -y --no-install-recommends "
	const remove = "rm -rf /var/lib/apt/lists/*"
	if len(lines) < 2 || lines[0] != "apt-get update" || !strings.HasPrefix(lines[1], install) || !packageNames(strings.TrimPrefix(lines[1], install)) {
		return nil, false
	}
	switch {
	case len(lines) == 2:
		return nil, true
	case len(lines) == 3 && lines[2] == remove:
		apt := slices.IndexFunc(managers, func(m manager) bool { return m.name == "apt" })
		return &Loss{what: losesIndex, manager: &managers[apt]}, true
	}
	return nil, false
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
