package node

import (
	"fmt"
	"slices"
	"strings"
)

// pureModules are those of Node.js that read no file and start no program.
var pureModules = []string{"assert", "crypto", "dns", "events", "http", "https", "net", "os", "path", "process", "querystring", "timers", "tty", "url", "util"}

// places are the names through which a script learns where it is, or gets at more than the modules
// that it asks for.
var places = []string{
	"__dirname", "__filename", "process.cwd", "process.chdir", "process.binding", "process.dlopen", "process.mainModule", "process.loadEnvFile",
	"process.getBuiltinModule", "module.", "eval(", "Function(", "createRequire", "importScripts", "Bun.", "Deno.",
}

// ownOnly returns "" where a script of Node.js reads no other file, as far as its text shows:
// all that it asks for are modules that read none. Else it returns what else it uses.
func ownOnly(code string) string {
	code = strings.ReplaceAll(code, "module.exports", "")
	for _, place := range places {
		if strings.Contains(code, place) {
			return strings.TrimSuffix(strings.TrimSuffix(place, "("), ".")
		}
	}
	for _, word := range []string{"require", "import", "from"} {
		if other := asksFor(code, word); other != "" {
			return other
		}
	}
	return ""
}

// asksFor returns the first module that word asks for in code and that is none of pureModules, ""
// if there is none.
func asksFor(code, word string) string {
	for {
		before, after, ok := strings.Cut(code, word)
		if !ok {
			return ""
		}
		code = after
		if endsName(before) || after != "" && isNamePart(after[0]) {
			continue // a part of another name
		}
		rest := strings.TrimLeft(after, " \t\r\n")
		if word == "require" {
			call, isCall := strings.CutPrefix(rest, "(")
			if !isCall {
				return word
			}
			rest = strings.TrimLeft(call, " \t\r\n")
		}
		if rest == "" || !strings.ContainsRune("'\"`", rune(rest[0])) {
			if word == "require" || word == "import" && (strings.HasPrefix(rest, "(") || strings.HasPrefix(rest, ".")) {
				return word
			}
			continue // "import x from" is left to from; from is a name like any other
		}
		module, _, closed := strings.Cut(rest[1:], rest[:1])
		if !closed || !slices.Contains(pureModules, strings.TrimPrefix(module, "node:")) {
			return fmt.Sprintf("%s %q", word, module)
		}
	}
}

func endsName(s string) bool { return s != "" && isNamePart(s[len(s)-1]) }

func isNamePart(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
