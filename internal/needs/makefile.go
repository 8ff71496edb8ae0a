package needs

import "strings"

// A rule is what a Makefile says of one target.
type rule struct {
	after   []string
	recipes []recipe
}

// A recipe is a line of a rule.
type recipe struct {
	line int
	text string
}

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
	m := parseMakefile(string(one.data))
	if m.include > 0 {
		f.unknown(at(one.name, m.include, m.included), "runs a Makefile that includes another one")
	}
	if len(targets) == 0 && m.first != "" {
		targets = []string{m.first}
	}
	seen := map[string]bool{}
	for i := 0; i < len(targets); i++ {
		target := targets[i]
		if seen[target] || len(seen) > maxScripts {
			continue
		}
		seen[target] = true
		r := m.rule(target)
		if r == nil {
			continue
		}
		targets = append(targets, r.after...)
		for _, step := range r.recipes {
			f.recipe(c, one, m, target, step)
		}
	}
}

func (f *frame) recipe(c command, one file, m *makefile, target string, r recipe) {
	key := one.name + "\x00" + target + "\x00" + r.text
	if f.scripts[key] {
		return
	}
	f.scripts[key] = true
	defer delete(f.scripts, key)
	c.because = at(one.name, r.line, r.text)
	c.certainty = Likely
	f.inner(c, m.expand(strings.TrimLeft(r.text, "@-+"), 0), nil)
}

// A makefile is what a Makefile says, as far as it is read: of conditions, both sides are.
type makefile struct {
	first string
	rules map[string]*rule
	// patterns are the targets with a %, in the order of the file.
	patterns  []string
	variables map[string]string
	// expansions counts the values that were put in.
	expansions int
	// include is the line that includes another file, 0 if none.
	include  int
	included string
}

func parseMakefile(src string) *makefile {
	m := &makefile{rules: map[string]*rule{}, variables: map[string]string{"CC": "cc", "CXX": "g++", "MAKE": "make", "RM": "rm -f", "AR": "ar", "INSTALL": "install"}}
	var current []*rule
	lines := strings.Split(strings.ReplaceAll(src, "\r\n", "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		start := i + 1
		text := lines[i]
		for strings.HasSuffix(text, `\`) && i+1 < len(lines) {
			i++
			text = strings.TrimSuffix(text, `\`) + " " + strings.TrimSpace(lines[i])
		}
		if strings.HasPrefix(text, "\t") {
			for _, r := range current {
				r.recipes = append(r.recipes, recipe{start, strings.TrimSpace(text)})
			}
			continue
		}
		text, _, _ = strings.Cut(text, "#")
		if text = strings.TrimSpace(text); text != "" {
			current = m.statement(text, start)
		}
	}
	return m
}

// statement reads an assignment, an include or the head of a rule, whose rules it returns.
func (m *makefile) statement(text string, line int) []*rule {
	if strings.HasPrefix(text, "include ") {
		m.include, m.included = line, text
		return nil
	}
	name, value, isAssign := strings.Cut(text, "=")
	head, after, isRule := strings.Cut(text, ":")
	switch {
	case isAssign && (!isRule || len(name) <= len(head)+1):
		name = strings.TrimSpace(strings.TrimRight(name, ":?+ \t"))
		m.variables[strings.TrimPrefix(name, "export ")] = strings.TrimSpace(value)
	case isRule:
		var rules []*rule
		after = strings.TrimPrefix(after, ":")
		for target := range strings.FieldsSeq(m.expand(head, 0)) {
			if m.first == "" && !strings.HasPrefix(target, ".") {
				m.first = target
			}
			if m.rules[target] == nil {
				m.rules[target] = &rule{}
				if strings.Contains(target, "%") {
					m.patterns = append(m.patterns, target)
				}
			}
			r := m.rules[target]
			r.after = append(r.after, strings.Fields(m.expand(after, 0))...)
			rules = append(rules, r)
		}
		return rules
	}
	return nil
}

// rule returns the rule for a target, nil if there is none.
func (m *makefile) rule(target string) *rule {
	if r := m.rules[target]; r != nil {
		return r
	}
	for _, p := range m.patterns {
		before, after, _ := strings.Cut(p, "%")
		if len(target) > len(before)+len(after) && strings.HasPrefix(target, before) && strings.HasSuffix(target, after) {
			return m.rules[p]
		}
	}
	return nil
}

// expand puts the values of variables in place of $(NAME); what is not known becomes a variable of the shell.
func (m *makefile) expand(text string, depth int) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '$' || i+1 >= len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		closing := strings.IndexByte("({", text[i])
		switch {
		case text[i] == '$':
			b.WriteByte('$')
		case closing < 0: // $@, $<
			b.WriteString("$unknown")
		default:
			end := strings.IndexByte(text[i:], ")}"[closing])
			if end < 0 {
				return b.String()
			}
			b.WriteString(m.value(text[i+1:i+end], depth))
			i += end
		}
	}
	return b.String()
}

// maxExpansion is how deep variables stand within each other, maxExpansions how many are put in altogether.
const (
	maxExpansion  = 10
	maxExpansions = 20_000
)

// value returns what $(name) stands for.
func (m *makefile) value(name string, depth int) string {
	value, ok := m.variables[name]
	m.expansions++
	switch {
	case ok && m.expansions < maxExpansions && depth < maxExpansion && !strings.Contains(value, "$(shell"):
		return m.expand(value, depth+1)
	case plainName(name):
		return "$" + name
	}
	return "$unknown"
}
