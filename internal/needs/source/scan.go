package source

import (
	"slices"
	"strings"
)

// A scanner reads one source.
type scanner struct {
	*language
	src    string
	tokens []token
	// aliases has the full name of what the file imports, by the name that it gives it.
	aliases map[string]string
	// constants has what is assigned to a name, nil where one of the values is no literal.
	constants map[string][]value
	// names are all words of the file.
	names map[string]bool
	uses  []Use
}

// maxUses bounds what one source asks for.
const maxUses = 2000

func (s *scanner) scan() []Use {
	s.tokens = (&lexer{language: s.language, src: s.src}).run()
	s.aliases, s.names = map[string]string{}, map[string]bool{}
	for _, t := range s.tokens {
		if t.kind == word {
			s.names[t.text] = true
		}
	}
	s.imports()
	s.assignments()
	for i := range s.tokens {
		if len(s.uses) >= maxUses {
			break
		}
		switch t := &s.tokens[i]; {
		case t.kind == command:
			s.addScript(t.line, value{text: t.text, known: true})
		case t.kind == text:
			s.literal(t)
		case t.kind == word && slices.Contains(s.settings, t.text):
			if j := s.assigned(i); j > 0 {
				s.addZone(t.line, s.value(s.statement(j)))
			}
		case t.kind == word:
			s.word(i)
		case s.includes && t.text == "#":
			s.include(i)
		}
	}
	slices.SortStableFunc(s.uses, func(a, b Use) int { return a.Line - b.Line })
	return slices.CompactFunc(s.uses, func(a, b Use) bool {
		return a.Kind == b.Kind && a.Name == b.Name && a.Line == b.Line && a.Problem == b.Problem && slices.Equal(a.Args, b.Args)
	})
}

func (s *scanner) is(i int, text string) bool {
	return i >= 0 && i < len(s.tokens) && (s.tokens[i].kind == mark || s.tokens[i].kind == word) && s.tokens[i].text == text
}

func (s *scanner) isKind(i int, k tokenKind) bool {
	return i >= 0 && i < len(s.tokens) && s.tokens[i].kind == k
}

// definers stand before a name that is defined, not called.
var definers = []string{"def", "func", "function", "fn", "fun", "void", "class", "defp"}

// word looks at a name that may be that of a function.
func (s *scanner) word(i int) {
	open := i + 1
	if bare := s.bare && s.bareCall(i); !bare && !s.is(open, "(") {
		return
	}
	name, first := s.callee(i)
	if first > 0 && slices.Contains(definers, s.tokens[first-1].text) {
		return
	}
	k := s.callOf(s.resolve(name), name)
	switch {
	case k < 0:
	case s.is(open, "("):
		s.call(&s.calls[k], i, s.arguments(open))
	default:
		s.call(&s.calls[k], i, s.bareArguments(open))
	}
}

// callOf returns the index of the first call of the table that a name means, -1 if it means none.
func (s *scanner) callOf(full, name string) int {
	found := -1
	for _, list := range [][]int{s.byLast[lastPart(full)], s.byLast[lastPart(name)]} {
		k := slices.IndexFunc(list, func(k int) bool {
			c := &s.calls[k]
			return (found < 0 || k < found) && c.matches(full, name) && (c.beside == "" || s.names[c.beside])
		})
		if k >= 0 {
			found = list[k]
		}
	}
	return found
}

// bareCall reports whether a name may be called with what stands behind it, without parentheses.
func (s *scanner) bareCall(i int) bool {
	open := i + 1
	if open >= len(s.tokens) || s.tokens[open].line != s.tokens[i].line || s.tokens[open].at == s.tokens[i].at+len(s.tokens[i].text) {
		return false
	}
	next := s.tokens[open]
	return next.kind == text || next.kind == mark && next.text == "[" || next.kind == word && !slices.Contains([]string{"do", "if", "unless", "and", "or", "in", "then"}, next.text)
}

// maxDots is how many parts of a dotted name are looked at.
const maxDots = 6

// callee returns the dotted name that ends at token i, and its first token.
func (s *scanner) callee(i int) (string, int) {
	name := s.tokens[i].text
	for range maxDots {
		j := i - 1
		switch {
		case s.is(j, "."):
			j--
		case s.is(j, ":") && s.is(j-1, ":"), s.is(j, ">") && s.is(j-1, "-"):
			j -= 2
		default:
			return strings.TrimPrefix(name, `\`), i
		}
		if s.is(j, "?") {
			j--
		}
		if module, first := s.required(j); module != "" {
			return module + "." + name, first
		}
		if s.is(j, ")") && s.is(j-1, "(") {
			j -= 2
		}
		if !s.isKind(j, word) {
			return "?." + name, i
		}
		name, i = s.tokens[j].text+"."+name, j
	}
	return name, i
}

// required returns the module of a require("module") that ends at token i, and its first token.
func (s *scanner) required(i int) (string, int) {
	if i < 3 || !s.is(i, ")") || !s.isKind(i-1, text) || !s.is(i-2, "(") || !s.is(i-3, "require") {
		return "", 0
	}
	return strings.TrimPrefix(s.tokens[i-1].text, "node:"), i - 3
}

// resolve returns the full name of what the file calls name.
func (s *scanner) resolve(name string) string {
	first, rest, dotted := strings.Cut(name, ".")
	full, ok := s.aliases[first]
	switch {
	case ok && dotted:
		return full + "." + rest
	case ok:
		return full
	}
	return name
}

// matches reports whether a call of this full name is meant; name is how it is written.
func (c *call) matches(full, name string) bool {
	for n := range strings.FieldsSeq(c.names) {
		alone, only := strings.CutPrefix(n, "^")
		switch {
		case only:
			if name == alone {
				return true
			}
			continue
		case c.module != "":
			n = c.module + "." + n
		}
		if full == n || strings.HasSuffix(full, "."+n) || full+".default" == n {
			return true
		}
	}
	return false
}

// maxArguments bounds how many tokens the arguments of one call have.
const maxArguments = 2000

// arguments returns the tokens of each argument of a call whose parenthesis is token open.
func (s *scanner) arguments(open int) [][]token {
	end := min(len(s.tokens), open+maxArguments)
	return split(within(s.tokens[open:end]))
}

// bareArguments returns those of a call without parentheses: up to the end of the line, or a block.
func (s *scanner) bareArguments(first int) [][]token {
	end := first
	for end < len(s.tokens) && end < first+maxArguments && s.tokens[end].line == s.tokens[first].line &&
		!s.is(end, "do") && !s.is(end, ";") && !s.is(end, "if") && !s.is(end, "unless") && !s.is(end, "or") && !s.is(end, "and") {
		end++
	}
	return split(s.tokens[first:end])
}

// within returns the tokens between the bracket that tokens begin with and the one that closes it.
func within(tokens []token) []token {
	depth := 0
	for i, t := range tokens {
		if t.kind != mark {
			continue
		}
		switch t.text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth == 0 {
				return tokens[1:i]
			}
		}
	}
	return nil
}

// split cuts tokens at the commas that are in no bracket.
func split(tokens []token) [][]token {
	var parts [][]token
	depth, start := 0, 0
	for i, t := range tokens {
		if t.kind != mark {
			continue
		}
		switch t.text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
		case ",":
			if depth == 0 {
				parts = append(parts, tokens[start:i])
				start = i + 1
			}
		}
	}
	if start < len(tokens) {
		parts = append(parts, tokens[start:])
	}
	return parts
}

// include adds the header of an #include.
func (s *scanner) include(i int) {
	if !s.is(i+1, "include") || !s.is(i+2, "<") {
		return
	}
	from := s.tokens[i+2].at + 1
	line, _, _ := strings.Cut(s.src[from:], "\n")
	if name, _, ok := strings.Cut(line, ">"); ok {
		s.uses = append(s.uses, Use{Kind: Header, Name: strings.TrimSpace(name), Line: s.tokens[i].line})
	}
}
