package source

import (
	"slices"
	"strings"
)

// A value is what an argument is, as far as the source tells.
type value struct {
	// known is false for what is no literal.
	known bool
	// text is a string with Unknown for its unknown parts, words are the items of a list.
	text  string
	words []string
	list  bool
	// inferred is true where it comes from an assignment.
	inferred bool
}

// own are the names of the program that runs the source.
var own = map[string]string{
	"sys.executable": "python3", "process.execPath": "node", "process.argv0": "node", "RbConfig.ruby": "ruby", "Gem.ruby": "ruby", "PHP_BINARY": "php",
}

// value reads an argument.
func (s *scanner) value(tokens []token) value {
	for len(tokens) > 0 && tokens[0].kind != text && slices.Contains([]string{"&", "*", "new", "await"}, tokens[0].text) {
		tokens = tokens[1:]
	}
	if len(tokens) == 0 {
		return value{}
	}
	switch first := tokens[0]; {
	case first.kind == text:
		return s.textValue(tokens)
	case first.text == "[" || first.text == "(" || first.text == "{":
		if inner := within(tokens); inner != nil && first.text == "[" && len(inner) == 0 && len(tokens) > 2 {
			return s.builtList(tokens[2:]) // []string{…}
		}
		return s.listValue(within(tokens))
	}
	name := dotted(tokens)
	if program := own[name]; program != "" {
		return value{known: true, text: program}
	}
	if open := slices.IndexFunc(tokens, func(t token) bool { return t.kind == mark && strings.Contains("([{", t.text) }); open > 0 {
		return s.made(name, tokens[open:])
	}
	if len(tokens) == 1 {
		return s.constant(name)
	}
	return value{}
}

// dotted returns the name that tokens are, up to what is none.
func dotted(tokens []token) string {
	var b strings.Builder
	for _, t := range tokens {
		switch {
		case t.kind == word:
			b.WriteString(t.text)
		case t.kind == mark && (t.text == "." || t.text == ":"):
			b.WriteString(".")
		case t.kind == mark && t.text == "!":
		default:
			return strings.ReplaceAll(b.String(), "..", ".")
		}
	}
	return strings.ReplaceAll(b.String(), "..", ".")
}

// made is what a function returns for its arguments; tokens begin with the bracket.
func (s *scanner) made(name string, tokens []token) value {
	inner := within(tokens)
	switch name {
	case "shlex.split", "shellwords.split", "Shellwords.split":
		v := s.value(inner)
		v.words, v.list = strings.Fields(v.text), true
		return v
	case "List.of", "Arrays.asList", "listOf", "Seq", "List", "arrayOf", "array":
		return s.listValue(inner)
	case "String": // new String[] {…}
		return s.builtList(tokens[min(2, len(tokens)):])
	case "format", "fmt.Sprintf", "sprintf", "String.format", "string.Format", "util.format":
		if parts := split(inner); len(parts) > 0 {
			v := s.value(parts[0])
			v.text = placeholders(v.text)
			return v
		}
	case "path.join", "str", "String.valueOf":
		if parts := split(inner); len(parts) == 1 {
			return s.value(parts[0])
		}
	}
	return value{}
}

// builtList is a list whose type stands in front of it.
func (s *scanner) builtList(tokens []token) value {
	open := slices.IndexFunc(tokens, func(t token) bool { return t.kind == mark && t.text == "{" })
	if open < 0 || open > 4 {
		return value{}
	}
	return s.listValue(within(tokens[open:]))
}

func (s *scanner) listValue(tokens []token) value {
	v := value{known: true, list: true}
	for _, part := range split(tokens) {
		item := s.value(part)
		v.inferred = v.inferred || item.inferred
		switch {
		case !item.known:
			v.words = append(v.words, Unknown)
		case item.list:
			v.words = append(v.words, item.words...)
		default:
			v.words = append(v.words, item.text)
		}
	}
	v.known = len(v.words) > 0
	return v
}

// textValue is a string and what is done to it.
func (s *scanner) textValue(tokens []token) value {
	v := value{known: true}
	i := 0
	for ; i < len(tokens) && tokens[i].kind == text; i++ {
		v.text += tokens[i].text
	}
	rest := dotted(tokens[i:])
	switch {
	case i == len(tokens):
	case tokens[i].text == "%":
		v.text = placeholders(v.text)
	case rest == ".format":
		v.text = placeholders(v.text)
	case rest == ".split":
		v.words, v.list = strings.Fields(v.text), true
	case tokens[i].text == "+" || tokens[i].text == ".":
		v.text += Unknown
	case tokens[i].kind == word || tokens[i].text == "?" || tokens[i].text == "|": // a condition
		return value{}
	}
	return v
}

// placeholders puts Unknown in the place of %s and {}.
func placeholders(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '%' && i+1 < len(s) && s[i+1] != '%':
			if s[i+1] == '(' {
				i += max(0, strings.IndexByte(s[i:], ')')-1)
			}
			i++
			b.WriteString(Unknown)
		case s[i] == '{' && strings.IndexByte(s[i:], '}') > 0:
			i += strings.IndexByte(s[i:], '}')
			b.WriteString(Unknown)
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// constant is what the file assigns to a name, if that is one literal.
func (s *scanner) constant(name string) value {
	list := s.constants[name]
	if len(list) != 1 {
		return value{}
	}
	v := list[0]
	v.inferred = true
	return v
}

// assignments finds the names that are given literals, and nothing else, in the whole file.
func (s *scanner) assignments() {
	s.constants = map[string][]value{}
	depth := 0
	parameters := false // whether names are those of parameters, or of a loop
	for i, t := range s.tokens {
		switch {
		case t.kind == mark && (t.text == "(" || t.text == "["):
			depth++
		case t.kind == mark && (t.text == ")" || t.text == "]"):
			depth--
		case s.is(i, "=") && s.is(i+1, ">"):
			s.parametersBefore(i)
		case t.kind == word && (slices.Contains(definers, t.text) || slices.Contains(loops, t.text)):
			parameters, depth = true, 0
			continue
		}
		if parameters && depth <= 0 && (t.kind == mark && strings.Contains("{:;", t.text) || i > 0 && t.line != s.tokens[i-1].line) {
			parameters = false
		}
		if t.kind != word {
			continue
		}
		if parameters {
			s.give(t.text, value{})
		} else if j := s.assigned(i); j > 0 && depth == 0 {
			s.give(t.text, s.value(s.statement(j)))
		}
	}
}

// loops begin what gives values to names.
var loops = []string{"for", "foreach", "lambda", "with", "each", "catch", "except"}

// give takes note of a value of a name.
func (s *scanner) give(name string, v value) { s.constants[name] = append(s.constants[name], v) }

// parametersBefore takes note of the names in front of the arrow at token i.
func (s *scanner) parametersBefore(i int) {
	line := s.tokens[i].line
	for i--; i >= 0 && s.tokens[i].line == line; i-- {
		if t := s.tokens[i]; t.kind == word {
			s.give(t.text, value{})
		}
	}
}

// assigned returns the first token of the value where token i is a name that is assigned to, else 0.
func (s *scanner) assigned(i int) int {
	if i > 0 && (s.is(i-1, ".") || s.is(i-1, ">")) {
		return 0
	}
	j := i + 1
	for s.is(j, ":") || s.is(j, "+") || s.isKind(j, word) && s.tokens[j].line == s.tokens[i].line && j < i+4 {
		j++ // := and the type of a constant
	}
	if !s.is(j, "=") || s.is(j+1, "=") || s.is(j+1, ">") {
		return 0
	}
	return j + 1
}

// statement returns the tokens from first to the end of the statement.
func (s *scanner) statement(first int) []token {
	depth := 0
	for i := first; i < len(s.tokens) && i < first+maxArguments; i++ {
		t := s.tokens[i]
		if depth == 0 && i > first && (t.line != s.tokens[i-1].line || s.is(i, ";")) {
			return s.tokens[first:i]
		}
		if t.kind != mark {
			continue
		}
		switch t.text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth < 0 {
				return s.tokens[first:i]
			}
		}
	}
	return s.tokens[min(first, len(s.tokens)):min(len(s.tokens), first+maxArguments)]
}
