package ignorefile

import (
	"slices"
	"strings"
)

// gitVerbs are the words behind git that make a call of it, in any language: git describe, "git", "rev-parse".
var gitVerbs = []string{
	"-C", "-c", "--git-dir", "archive", "blame", "branch", "cat-file", "checkout", "config", "describe", "diff", "fetch", "for-each-ref", "log", "ls-files",
	"ls-tree", "name-rev", "rev-list", "rev-parse", "shortlog", "show", "status", "submodule", "symbolic-ref", "tag", "update-index",
}

// otherCalls are texts that ask git in other ways; ReadBuildInfo reads what Go has stamped into the program.
var otherCalls = []string{`"rev-parse"`, `'rev-parse'`, "find_package(Git", "GIT_EXECUTABLE", "$(GIT) ", "${GIT} ", `executable="git"`, "ReadBuildInfo"}

// stampingCalls are commands that stamp the commit into what they build, as a script or a Makefile has them.
var stampingCalls = []string{"go build", "go install", "$(GO) build", "${GO} build", "$(GO) install", "${GO} install", "dotnet build", "dotnet publish", "dotnet pack"}

// stampingCall returns where a text builds a program into which the commit is stamped, -1 if it does not.
func stampingCall(text string) int {
	if strings.Contains(text, "-buildvcs=false") {
		return -1
	}
	for _, call := range stampingCalls {
		if at := strings.Index(text, call); at >= 0 {
			return at
		}
	}
	return -1
}

// gitCall returns where a text calls git or reads its folder, -1 if it does not. Addresses of repositories do neither.
func gitCall(text string) int {
	for _, call := range otherCalls {
		if at := strings.Index(text, call); at >= 0 {
			return at
		}
	}
	for from := 0; ; {
		i := strings.Index(text[from:], "git")
		if i < 0 {
			return -1
		}
		at := from + i
		from = at + len("git")
		if callsAt(text, at) || folderAt(text, at) {
			return at
		}
	}
}

// callsAt reports whether "git" at an offset is the program, with one of its verbs behind it.
func callsAt(text string, at int) bool {
	if at > 0 && (wordByte(text[at-1]) || strings.IndexByte("./:@+-", text[at-1]) >= 0) {
		return false
	}
	rest := strings.TrimPrefix(text[at+len("git"):], ".exe")
	verb := strings.TrimLeft(rest, "\"' \t,[(")
	if len(verb) == len(rest) {
		return false
	}
	end := strings.IndexFunc(verb, func(r rune) bool { return r != '-' && (r > 'z' || !wordByte(byte(r))) })
	if end < 0 {
		end = len(verb)
	}
	return slices.Contains(gitVerbs, verb[:end])
}

// folderAt reports whether "git" at an offset is the folder of a repository, and not the end of an address.
func folderAt(text string, at int) bool {
	end := at + len("git")
	if at == 0 || text[at-1] != '.' || end == len(text) {
		return false
	}
	if text[end] == '/' {
		for _, inside := range []string{"HEAD", "refs", "index", "logs", "modules", "hooks", "info", "config"} {
			if strings.HasPrefix(text[end+1:], inside) {
				return true
			}
		}
	}
	return at > 1 && strings.IndexByte("\"'/", text[at-2]) >= 0 && strings.IndexByte("\"'/", text[end]) >= 0
}

// wordAt returns where a word stands in a text, -1 if it does not.
func wordAt(text, word string) int {
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return -1
		}
		at := from + i
		end := at + len(word)
		if (at == 0 || !wordByte(text[at-1])) && (end == len(text) || !wordByte(text[end])) {
			return at
		}
		from = end
	}
}

func wordByte(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

func lineOf(text string, offset int) int { return 1 + strings.Count(text[:offset], "\n") }
