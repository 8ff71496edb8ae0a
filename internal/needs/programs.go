package needs

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// packages are packages of programming languages, or libraries, each once.
type packages struct {
	list []Need
	has  map[Need]bool
}

func newPackages() *packages { return &packages{has: map[Need]bool{}} }

func (p *packages) clone() *packages {
	return &packages{slices.Clone(p.list), maps.Clone(p.has)}
}

func (p *packages) add(n Need) {
	key := n.key()
	key.Step = nil
	if !p.has[key] {
		p.has[key] = true
		p.list = append(p.list, n)
	}
}

// bring reports whether one of the packages has a program of that name and fits.
func (p *packages) bring(program string, fits func(Need) bool) bool {
	return slices.ContainsFunc(p.list, func(n Need) bool { return fits(n) && brings(n, program) })
}

// brings reports whether a package has a program of that name.
func brings(n Need, program string) bool {
	if of := renamed()[n.Ecosystem][program]; of != "" {
		return of == n.Name
	}
	name := n.Name
	if n.Ecosystem == "node" || n.Ecosystem == "go" || n.Ecosystem == "php" {
		name = path.Base(name)
	}
	return strings.EqualFold(strings.ReplaceAll(name, "_", "-"), strings.ReplaceAll(program, "_", "-"))
}

// has reports whether a step puts a program into PATH that is no package of a language.
func (m *image) has(program string) bool {
	_, ok := m.commands[program]
	return ok
}

// brought reports whether a step puts a program into PATH as part of a package of a language. Those of Node.js do
// so where they are named on the command line, for the whole machine.
func (w *walk) brought(program string) bool {
	return w.packages.bring(program, func(n Need) bool { return n.Ecosystem != "node" || n.Evidence.Source == w.doc.Name })
}

// projectProgram reports whether a program is one of the packages of Node.js that a step installs for the project.
func (w *walk) projectProgram(program string) bool {
	node := func(n Need) bool { return n.Ecosystem == "node" }
	return w.packages.bring(program, node) || w.development.bring(program, node)
}
