// Package makefile reads Makefiles as far as it takes to know which commands a target runs. Of conditions, both sides are read.
package makefile

import "strings"

// A File is what a Makefile says.
type File struct {
	// First is the target that make takes where none is named.
	First string
	// Include is the line that includes another file, 0 if none, and Included its text.
	Include  int
	Included string

	rules map[string]*Rule
	// patterns are the targets with a %, in the order of the file.
	patterns  []string
	variables map[string]string
	// expansions counts the values that were put in.
	expansions int
}

// A Rule is what a Makefile says of one target.
type Rule struct {
	// After are the targets that are made before it.
	After   []string
	Recipes []Recipe
}

// A Recipe is a line of a rule, continuations joined, as it is written.
type Recipe struct {
	Line int
	Text string
}

// Parse reads a Makefile. It understands what it can; nothing is an error.
func Parse(src string) *File {
	m := &File{rules: map[string]*Rule{}, variables: map[string]string{"CC": "cc", "CXX": "g++", "MAKE": "make", "RM": "rm -f", "AR": "ar", "INSTALL": "install", "DESTDIR": ""}}
	var current []*Rule
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
				r.Recipes = append(r.Recipes, Recipe{start, strings.TrimSpace(text)})
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
func (m *File) statement(text string, line int) []*Rule {
	if strings.HasPrefix(text, "include ") {
		m.Include, m.Included = line, text
		return nil
	}
	name, value, isAssign := strings.Cut(text, "=")
	head, after, isRule := strings.Cut(text, ":")
	switch {
	case isAssign && (!isRule || len(name) <= len(head)+1):
		name = strings.TrimSpace(strings.TrimRight(name, ":?+ \t"))
		m.variables[strings.TrimPrefix(name, "export ")] = strings.TrimSpace(value)
	case isRule:
		var rules []*Rule
		after = strings.TrimPrefix(after, ":")
		for target := range strings.FieldsSeq(m.expand(head, 0)) {
			if m.First == "" && !strings.HasPrefix(target, ".") {
				m.First = target
			}
			if m.rules[target] == nil {
				m.rules[target] = &Rule{}
				if strings.Contains(target, "%") {
					m.patterns = append(m.patterns, target)
				}
			}
			r := m.rules[target]
			r.After = append(r.After, strings.Fields(m.expand(after, 0))...)
			rules = append(rules, r)
		}
		return rules
	}
	return nil
}

// Rule returns the rule for a target, nil if there is none, and what % stands for where the rule is a pattern.
func (m *File) Rule(target string) (r *Rule, stem string) {
	if r := m.rules[target]; r != nil {
		return r, ""
	}
	for _, p := range m.patterns {
		before, after, _ := strings.Cut(p, "%")
		if len(target) > len(before)+len(after) && strings.HasPrefix(target, before) && strings.HasSuffix(target, after) {
			return m.rules[p], target[len(before) : len(target)-len(after)]
		}
	}
	return nil, ""
}

// Command returns the text of a recipe for a target and its stem: the variables are put in, and the signs in front, which say
// whether it is shown and may fail, are gone.
func (m *File) Command(r Recipe, target, stem string) string {
	text := strings.NewReplacer("$$", "$$", "$@", target, "$(@)", target, "$*", stem, "$(*)", stem).Replace(r.Text)
	return m.expand(strings.TrimLeft(text, "@-+ \t"), 0)
}

// expand puts the values of variables in place of $(NAME); what is not known becomes a variable of the shell.
func (m *File) expand(text string, depth int) string {
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
func (m *File) value(name string, depth int) string {
	value, ok := m.variables[name]
	m.expansions++
	switch {
	case ok && m.expansions < maxExpansions && depth < maxExpansion && !strings.Contains(value, "$(shell"):
		return m.expand(value, depth+1)
	case isVariable(name):
		return "$" + name
	}
	return "$unknown"
}

// isVariable reports whether a text can be the name of a variable of the shell.
func isVariable(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}
