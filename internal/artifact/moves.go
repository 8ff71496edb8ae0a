package artifact

import (
	"path"
	"slices"
	"strings"

	"dopt/transform/effects"
)

// A move is what one command does to the places of files.
type move struct {
	command int
	// from are the sources of a copy, with wildcards, to is its destination and into true where that is a folder.
	from  []string
	to    string
	into  bool
	keeps bool
	// links is true where to becomes a symbolic link.
	links bool
	// removes are paths that are gone, with what is below them.
	removes []effects.Path
}

// movers are the programs that put files to other places, with whether the file stays where it was.
var movers = map[string]bool{"cp": true, "ln": true, "install": true, "mv": false}

// move takes note of a command that copies, moves or removes.
func (t *Tree) move(index int, c Command) {
	effect := effects.Of(c.Command)
	m := move{command: index, removes: effect.Removes, keeps: true}
	argv := c.Argv()
	if len(argv) > 0 && path.Base(argv[0]) == "find" {
		m.removes = nil // some of what lies there, and not all
	}
	if len(argv) > 2 {
		if keeps, ok := movers[path.Base(argv[0])]; ok {
			m.keeps, m.links = keeps, Symbolic(c)
			m.operands(c)
			m.into = m.into || t.IsFolder(m.to) || t.stage.made(m.to)
			if !keeps {
				m.removes = nil
			}
		}
	}
	if m.to != "" || len(m.removes) > 0 {
		t.moves = append(t.moves, m)
	}
}

// operands reads the operands of cp, mv, ln and install.
func (m *move) operands(c Command) {
	var words []string
	argv := c.Argv()
	for i := 1; i < len(argv); i++ {
		switch w := argv[i]; {
		case w == "-t" && i+1 < len(argv):
			i++
			m.to, m.into = c.Path(argv[i]), true
		case slices.Contains([]string{"-m", "-o", "-g", "-S"}, w):
			i++
		case !strings.HasPrefix(w, "-"):
			words = append(words, w)
		}
	}
	if m.to == "" && len(words) > 1 {
		dest := words[len(words)-1]
		words = words[:len(words)-1]
		m.to, m.into = c.Path(dest), strings.HasSuffix(dest, "/") || dest == "." || len(words) > 1
	}
	for _, w := range words {
		m.from = append(m.from, c.Path(w))
	}
}

// Moves returns where a file is at the end that the command with an index makes: its own path, unless it is moved away or removed, and
// those to which later commands copy, link or move it.
func (t *Tree) Moves(made string, command int) []string {
	places := []string{made}
	for _, m := range t.moves {
		if m.command <= command {
			continue
		}
		for _, p := range slices.Clone(places) {
			if to := m.target(p); to != "" && !slices.Contains(places, to) {
				places = append(places, to)
				if !m.keeps {
					places = slices.DeleteFunc(places, func(q string) bool { return q == p })
				}
			}
		}
		places = slices.DeleteFunc(places, func(p string) bool {
			return slices.ContainsFunc(m.removes, func(r effects.Path) bool { return r.Covers(effects.Path{Name: p}) })
		})
	}
	return places
}

// Origin returns where a command has a file or folder from that it copies, links or moves to a path, with wildcards; the last one counts. ok is
// false where no command does.
func (t *Tree) Origin(name string) (from string, ok bool) {
	for _, m := range slices.Backward(t.moves) {
		for _, source := range m.from {
			to := m.to
			if m.into {
				to = path.Join(to, path.Base(source))
			}
			if source == "" || m.to == "" {
				continue
			}
			if matched, err := path.Match(to, name); err == nil && matched && to != source {
				if m.into {
					source = path.Join(path.Dir(source), path.Base(name))
				}
				return source, true
			}
			if rest, below := strings.CutPrefix(name, to+"/"); below && to != source {
				return path.Join(source, rest), true
			}
		}
	}
	return "", false
}

// zones is the folder of time zones.
const zones = "/usr/share/zoneinfo"

// Symbolic reports whether a command makes symbolic links. One to a time zone counts as a copy: what reads it follows it.
func Symbolic(c Command) bool {
	argv := c.Argv()
	return len(argv) > 2 && path.Base(argv[0]) == "ln" && slices.ContainsFunc(argv, func(w string) bool {
		return w == "--symbolic" || strings.HasPrefix(w, "-") && !strings.HasPrefix(w, "--") && strings.Contains(w, "s")
	}) && !slices.ContainsFunc(argv, func(w string) bool { return strings.HasPrefix(w, zones+"/") })
}

// Linked reports whether a path of the image is a symbolic link that a command makes, or lies below one.
func (t *Tree) Linked(name string) bool {
	return slices.ContainsFunc(t.moves, func(m move) bool {
		return m.links && slices.ContainsFunc(m.from, func(from string) bool {
			link := m.to
			if m.into {
				link = path.Join(m.to, path.Base(from))
			}
			return m.to != "" && Within(name, link)
		})
	})
}

// Placed returns where a program is at the end that the command with an index makes. Where it is put to another place, the one at which it was
// made counts only if the image starts it there, or a link leads to it.
func (s *Stage) Placed(made string, command int) []string {
	places := s.Tree.Moves(made, command)
	if len(places) > 1 && places[0] == made && !s.Starts(made) && !slices.ContainsFunc(places, s.Tree.Linked) {
		return places[1:]
	}
	return places
}

// target returns where a move puts a path, "" if it does not.
func (m move) target(p string) string {
	for _, from := range m.from {
		if from == "" || m.to == "" {
			continue
		}
		if ok, err := path.Match(from, p); err == nil && ok || from == p {
			if m.into {
				return path.Join(m.to, path.Base(p))
			}
			return m.to
		}
		if strings.HasPrefix(p, from+"/") { // a folder with all in it
			to := m.to
			if m.into {
				to = path.Join(to, path.Base(from))
			}
			return path.Join(to, p[len(from):])
		}
	}
	return ""
}

// made reports whether a command so far makes a folder.
func (s *Stage) made(folder string) bool {
	return slices.ContainsFunc(s.Commands, func(c Command) bool {
		return path.Base(c.Name()) == "mkdir" && slices.ContainsFunc(effects.Of(c.Command).Makes, func(m effects.Path) bool { return m.Name == folder })
	})
}

// Removed reports whether a path of the image is gone at the end.
func (t *Tree) Removed(name string) bool {
	removed, replaced := t.removed(name)
	return removed && !replaced
}

// Replaced reports whether a command removes a path of the image, and something is put there after that.
func (t *Tree) Replaced(name string) bool {
	_, replaced := t.removed(name)
	return replaced
}

// removed reports whether a command removes a path, and whether the path is made or copied after the last one that does so.
func (t *Tree) removed(name string) (removed, replaced bool) {
	for _, m := range slices.Backward(t.moves) {
		if m.keeps && !slices.ContainsFunc(m.removes, func(r effects.Path) bool { return r.Covers(effects.Path{Name: name}) }) || !m.keeps && m.target(name) == "" {
			continue
		}
		again := func(p effects.Path) bool { return p.Covers(effects.Path{Name: name}) }
		by := t.stage.Commands[m.command]
		return true, slices.ContainsFunc(t.stage.Commands[m.command+1:], func(c Command) bool { return slices.ContainsFunc(effects.Of(c.Command).Makes, again) }) ||
			slices.ContainsFunc(t.Copies, func(c Copy) bool {
				return c.In.Line() > by.Step.Line() && (c.Image == name || c.Folder && Within(name, c.Image))
			})
	}
	return false, false
}
