package validate

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// pureModules are modules of Node.js that read no file of the project and start no program. Source: nodejs.org/api.
var pureModules = []string{"assert", "crypto", "dns", "events", "http", "https", "net", "os", "path", "process", "querystring", "timers", "tty", "url", "util"}

// telling are words by which code learns where it is, or gets at more than the modules that it asks for. Source: nodejs.org/api.
var telling = []string{
	"__dirname", "__filename", "cwd", "chdir", "binding", "dlopen", "mainModule", "loadEnvFile", "getBuiltinModule", "module", "createRequire", "meta",
	"eval", "Function", "constructor", "globalThis", "global", "importScripts", "Bun", "Deno", "WebAssembly",
}

// moduleAsked finds where code asks for a module: the word, whether it is a call, and the name if it is written there.
var moduleAsked = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile("(?:^|[^\\w$.])(require|import|from)(?:\\s*(\\()|\\b)\\s*(?:['\"`]([^'\"`]*)['\"`])?")
})

// nodeAlone reports whether a call of Node.js in dir runs code that reads nothing of the project but itself. A file of it is noted.
func (n *inspection) nodeAlone(dir string, c *call) bool {
	switch {
	case len(c.args) == 0 || slices.Contains(c.args, dynamic):
		return false
	case c.args[0] == "-e" || c.args[0] == "--eval":
		return len(c.args) > 1 && alone(c.args[1])
	case strings.HasPrefix(c.args[0], "-"):
		return false
	}
	file := c.args[0]
	if !path.IsAbs(file) {
		file = path.Join(dir, file)
	}
	for _, name := range []string{file, file + ".js", path.Join(file, "index.js")} {
		if kind, _ := n.view.Stat(name); kind == File {
			text, ok := n.text(name)
			return ok && alone(text)
		}
	}
	return false
}

// alone reports whether code of Node.js asks for nothing that could read a file.
func alone(code string) bool {
	code = strings.ReplaceAll(code, "module.exports", "")
	for word := range strings.FieldsFuncSeq(code, func(r rune) bool {
		return r != '_' && r != '$' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) {
		if slices.Contains(telling, word) {
			return false
		}
	}
	for _, m := range moduleAsked().FindAllStringSubmatch(code, -1) {
		word, call, name := m[1], m[2] != "", m[3]
		if name == "" && (word == "require" || word == "import" && call) || name != "" && !slices.Contains(pureModules, strings.TrimPrefix(name, "node:")) {
			return false
		}
	}
	return true
}
