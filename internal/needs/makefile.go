package needs

import (
	"strings"

	"dopt/internal/project/makefile"
)

// make reads the recipes of the targets that are asked for.
func (f *frame) make(c command) {
	f.builder(c)
	dir, name := c.dir, ""
	var targets []string
	for i := 1; i < len(c.argv); i++ {
		switch w := c.argv[i]; {
		case (w == "-C" || w == "--directory") && i+1 < len(c.argv):
			i++
			dir = c.abs(c.argv[i])
		case (w == "-f" || w == "--file") && i+1 < len(c.argv):
			i++
			name = c.argv[i]
		case w == "-j" && i+1 < len(c.argv) && strings.Trim(c.argv[i+1], "0123456789") == "":
			i++
		case strings.HasPrefix(w, "-") || strings.Contains(w, "="):
		default:
			targets = append(targets, w)
		}
	}
	c.dir = dir
	for _, candidate := range []string{name, "GNUmakefile", "makefile", "Makefile"} {
		if file, ok := f.image.read(c.abs(candidate), f.doc.Name); ok && candidate != "" {
			f.makefile(c, file, targets)
			return
		}
	}
	if f.image.generated {
		return
	}
	f.unknown(c.because, "runs a Makefile that is not in the build context")
}

// makefile reads the rules that targets, or the first rule, lead to.
func (f *frame) makefile(c command, one file, targets []string) {
	m := makefile.Parse(string(one.data))
	if m.Include > 0 {
		f.unknown(at(one.name, m.Include, m.Included), "runs a Makefile that includes another one")
	}
	if len(targets) == 0 && m.First != "" {
		targets = []string{m.First}
	}
	seen := map[string]bool{}
	for i := 0; i < len(targets); i++ {
		target := targets[i]
		if seen[target] || len(seen) > maxScripts {
			continue
		}
		seen[target] = true
		r, stem := m.Rule(target)
		if r == nil {
			continue
		}
		targets = append(targets, r.After...)
		for _, step := range r.Recipes {
			f.recipe(c, one, m.Command(step, target, stem), target, step)
		}
	}
}

func (f *frame) recipe(c command, one file, text, target string, r makefile.Recipe) {
	key := one.name + "\x00" + target + "\x00" + r.Text
	if f.scripts[key] {
		return
	}
	f.scripts[key] = true
	defer delete(f.scripts, key)
	c.because = at(one.name, r.Line, r.Text)
	c.certainty = Likely
	f.inner(c, text, nil)
}
