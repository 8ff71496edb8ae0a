package validate

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// static returns the value of a word in which the shell expands nothing; globs and tildes
// stay as they are written.
func static(w *syntax.Word) (string, bool) {
	var b strings.Builder
	for _, part := range w.Parts {
		switch p := part.(type) {
		case *syntax.Lit:
			b.WriteString(unescape(p.Value))
		case *syntax.SglQuoted:
			if p.Dollar {
				return "", false
			}
			b.WriteString(p.Value)
		case *syntax.DblQuoted:
			for _, inner := range p.Parts {
				lit, ok := inner.(*syntax.Lit)
				if !ok {
					return "", false
				}
				b.WriteString(unescapeQuoted(lit.Value))
			}
		default:
			return "", false
		}
	}
	return b.String(), true
}

// unescape removes the backslashes of an unquoted literal.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// unescapeQuoted removes the backslashes that mean something between double quotes.
func unescapeQuoted(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\$`, `$`, "\\`", "`").Replace(s)
}

// symbolic is static for words with plain variables, which stay in it as "${NAME}", or as
// their value where the environment of the script has them.
func (s Script) symbolic(w *syntax.Word) (string, bool) {
	var b strings.Builder
	ok := s.symbolicParts(&b, w.Parts, false)
	return b.String(), ok
}

func (s Script) symbolicParts(b *strings.Builder, parts []syntax.WordPart, quoted bool) bool {
	for _, part := range parts {
		switch p := part.(type) {
		case *syntax.Lit:
			if quoted {
				b.WriteString(unescapeQuoted(p.Value))
			} else {
				b.WriteString(unescape(p.Value))
			}
		case *syntax.SglQuoted:
			b.WriteString(p.Value)
		case *syntax.DblQuoted:
			if !s.symbolicParts(b, p.Parts, true) {
				return false
			}
		case *syntax.ParamExp:
			if !sameSyntax(p, &syntax.ParamExp{Param: p.Param}) {
				return false
			}
			if v, known := s.variable(p.Param.Value); known {
				b.WriteString(v)
			} else {
				b.WriteString("${" + p.Param.Value + "}")
			}
		default:
			return false
		}
	}
	return true
}

// A call is a simple command with its words taken apart.
type call struct {
	script Script
	stmt   *syntax.Stmt
	expr   *syntax.CallExpr
	// words are the symbolic values of all words; dynamic ones are "\x00".
	words []string
	// program is the base name of the program behind sudo, env and the like; args follow it.
	program string
	args    []string
	// sudo is true when the command runs as another user.
	sudo bool
	// dir is the directory in which the command runs, "" where it cannot be told.
	dir string
	// output is the file that the command's output is written to, "" if it is not redirected.
	output string
}

func (c *call) String() string { return c.script.source(c.stmt) }

const dynamic = "\x00"

func (s Script) newCall(stmt *syntax.Stmt, expr *syntax.CallExpr) *call {
	c := &call{script: s, stmt: stmt, expr: expr, words: make([]string, len(expr.Args))}
	for i, w := range expr.Args {
		if v, ok := s.symbolic(w); ok {
			c.words[i] = v
		} else {
			c.words[i] = dynamic
		}
	}
	for _, r := range stmt.Redirs {
		if r.Op == syntax.RdrOut && r.N == nil {
			if c.output, _ = s.symbolic(r.Word); c.output == "" {
				c.output = dynamic
			}
		}
	}
	c.identify()
	return c
}

// wrappers run the command that their arguments name.
var wrappers = []string{"command", "exec", "env", "nice", "time", "nohup", "eatmydata"}

// identify finds the program behind wrappers, assignments and "python -m".
func (c *call) identify() {
	rest := c.words
	for len(rest) > 0 {
		name := path.Base(rest[0])
		switch {
		case name == "sudo":
			c.sudo = true
			rest = skipOptions(rest[1:])
		case slices.Contains(wrappers, name):
			rest = skipOptions(rest[1:])
		case len(rest) < len(c.words) && strings.Contains(rest[0], "=") && !strings.HasPrefix(rest[0], "-"):
			rest = rest[1:] // env NAME=value program
		case strings.HasPrefix(name, "python") && len(rest) > 2 && rest[1] == "-m":
			rest = rest[2:]
		default:
			c.program, c.args = programName(rest[0]), rest[1:]
			return
		}
	}
}

// programName is the program's base name, without the version of "pip3" and "pip3.11".
func programName(word string) string {
	name := path.Base(word)
	if trimmed := strings.TrimRight(name, "0123456789.-"); trimmed == "pip" {
		return trimmed
	}
	return name
}

func skipOptions(words []string) []string {
	for len(words) > 0 && strings.HasPrefix(words[0], "-") {
		words = words[1:]
	}
	return words
}

// verb is the first argument that is neither an option nor the value of one.
func (c *call) verb() string {
	for i, a := range c.args {
		if !strings.HasPrefix(a, "-") && (i == 0 || !slices.Contains(valued[c.program], c.args[i-1])) {
			return a
		}
	}
	return ""
}

// valued are options of package managers that stand in front of the verb and take a value.
var valued = map[string][]string{
	"apt-get": {"-o", "-c", "-t", "-a", "--option", "--config-file", "--target-release"}, "apt": {"-o", "-c", "-t", "-a"},
	"apk": {"-X", "--repository", "-p", "--root", "-t", "--virtual"},
	"dnf": {"-c", "--config", "--enablerepo", "--disablerepo", "-x"}, "yum": {"-c", "--config", "--enablerepo", "--disablerepo", "-x"},
	"npm": {"--prefix", "-C"}, "yarn": {"--cwd"}, "pnpm": {"-C", "--dir"}, "composer": {"-d", "--working-dir"}, "go": {"-C"}, "uv": {"--directory", "--project"},
}

// has reports whether one of the arguments is one of the words.
func (c *call) has(words ...string) bool {
	return slices.ContainsFunc(c.args, func(a string) bool { return slices.Contains(words, a) })
}

// simple returns the call that a statement is, nil if it is anything more.
func (s Script) simple(stmt *syntax.Stmt) *call {
	if len(stmt.Redirs) > 0 {
		return nil
	}
	return s.written(stmt)
}

// written is simple for statements whose output may be written to a file.
func (s Script) written(stmt *syntax.Stmt) *call {
	expr, ok := stmt.Cmd.(*syntax.CallExpr)
	if !ok || len(expr.Args) == 0 || stmt.Negated || stmt.Background || stmt.Coprocess || stmt.Disown || len(stmt.Redirs) > 1 {
		return nil
	}
	c := s.newCall(stmt, expr)
	if len(stmt.Redirs) == 1 && c.output == "" {
		return nil
	}
	return c
}
