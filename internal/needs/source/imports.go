package source

import "strings"

// imports reads which names the file gives to modules and their functions.
func (s *scanner) imports() {
	for i, t := range s.tokens {
		if t.kind != word {
			continue
		}
		switch t.text {
		case "import":
			if s.prefixes {
				s.importPython(i)
			} else if s.patterns {
				s.importNode(i)
			}
		case "require":
			if s.isKind(i+2, text) && s.is(i+3, ")") {
				s.importRequire(i)
			}
		case "promisify":
			s.importPromisified(i)
		}
	}
}

// importPython reads "import a.b as c, d" and "from a import b as c, d"; token i is the word import.
func (s *scanner) importPython(i int) {
	module := s.fromPython(i)
	for j := i + 1; j < len(s.tokens); {
		if s.is(j, "(") {
			j++
		}
		if s.is(j, "*") && module != "" {
			s.importStar(module)
			return
		}
		if !s.isKind(j, word) {
			return
		}
		name, next := s.dottedFrom(j)
		local := name
		if s.is(next, "as") && s.isKind(next+1, word) {
			local, next = s.tokens[next+1].text, next+2
		}
		if module != "" {
			name = module + "." + name
		}
		if !strings.Contains(local, ".") {
			s.aliases[local] = name
		}
		if !s.is(next, ",") {
			return
		}
		j = next + 1
	}
}

// importStar gives all functions of a module their bare names.
func (s *scanner) importStar(module string) {
	for _, c := range s.calls {
		if c.module != module {
			continue
		}
		for name := range strings.FieldsSeq(c.names) {
			first, _, _ := strings.Cut(name, ".")
			s.aliases[first] = module + "." + first
		}
	}
}

// fromPython returns the module of "from module import", "" for "import module".
func (s *scanner) fromPython(i int) string {
	for j := i - 1; j >= 0 && j > i-20 && s.tokens[j].line == s.tokens[i].line; j-- {
		if s.is(j, "from") {
			name, _ := s.dottedFrom(j + 1)
			return name
		}
	}
	return ""
}

// dottedFrom returns the dotted name that begins at token i, and the token behind it.
func (s *scanner) dottedFrom(i int) (string, int) {
	start := i
	for i < len(s.tokens) && (s.is(i, ".") || s.isKind(i, word) && (i == start || s.is(i-1, "."))) {
		i++
	}
	return dotted(s.tokens[start:i]), i
}

// maxImport bounds how many tokens an import statement has.
const maxImport = 200

// importNode reads "import a, {b as c} from 'm'" and "import * as a from 'm'"; token i is the word import.
func (s *scanner) importNode(i int) {
	for j := i + 1; j < len(s.tokens) && j < i+maxImport; j++ {
		if s.is(j, "from") && s.isKind(j+1, text) {
			s.bind(s.tokens[i+1:j], strings.TrimPrefix(s.tokens[j+1].text, "node:"), "as")
			return
		}
		if s.isKind(j, text) || s.is(j, ";") {
			return
		}
	}
}

// importRequire reads "const a = require('m')" and "const {b: c} = require('m')"; token i is the word require.
func (s *scanner) importRequire(i int) {
	eq := i - 1
	for eq > 0 && !s.is(eq, "=") && eq > i-8 && s.tokens[eq].line == s.tokens[i].line {
		if !s.is(eq, "(") && !s.is(eq, ".") && !s.isKind(eq, word) {
			return
		}
		eq--
	}
	if !s.is(eq, "=") {
		return
	}
	module := strings.TrimPrefix(s.tokens[i+2].text, "node:")
	if s.is(i+4, ".") && s.isKind(i+5, word) {
		module += "." + s.tokens[i+5].text
	}
	start := eq - 1
	if s.is(start, "}") {
		for start > 0 && eq-start < maxImport && !s.is(start, "{") {
			start--
		}
	}
	if start >= 0 {
		s.bind(s.tokens[start:eq], module, ":")
	}
}

// bind gives names to a module, and those in braces to what it exports; as stands between the two names of one
// that is renamed.
func (s *scanner) bind(tokens []token, module, as string) {
	inside := false
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		switch {
		case t.kind == mark && t.text == "{":
			inside = true
		case t.kind == mark && t.text == "}":
			inside = false
		case t.kind != word || t.text == "as" || t.text == "type":
		case !inside:
			s.aliases[t.text] = module
		default:
			local := t.text
			if i+2 < len(tokens) && tokens[i+1].text == as && tokens[i+2].kind == word {
				local = tokens[i+2].text
				i += 2
			}
			s.aliases[local] = module + "." + t.text
		}
	}
}

// importPromisified reads "const run = promisify(exec)"; token i is the word promisify.
func (s *scanner) importPromisified(i int) {
	eq := i - 1
	for eq > 0 && (s.is(eq, ".") || s.isKind(eq, word)) && eq > i-4 {
		eq--
	}
	if !s.is(eq, "=") || !s.isKind(eq-1, word) || !s.is(i+1, "(") {
		return
	}
	inner := within(s.tokens[i+1 : min(len(s.tokens), i+20)])
	if len(inner) == 0 || inner[len(inner)-1].kind != word {
		return
	}
	name, _ := s.callee(i + 1 + len(inner))
	s.aliases[s.tokens[eq-1].text] = s.resolve(name)
}
