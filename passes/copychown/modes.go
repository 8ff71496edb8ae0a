package copychown

import (
	"fmt"
	"io/fs"
	"runtime"
	"strings"
)

// modesCount is true where the modes of files are those that the build receives: Windows has none,
// and there BuildKit's client sends another one than Go shows.
const modesCount = runtime.GOOS != "windows"

// umask is what a RUN starts with. Source: runc's and crun's default.
const umask = 0o022

// modeBits are the permissions that the letters of a symbolic mode stand for, of one class of users.
var modeBits = map[rune]fs.FileMode{'r': 4, 'w': 2, 'x': 1}

// classes are the places of the classes of users in a mode.
var classes = map[rune]fs.FileMode{'u': 0o100, 'g': 0o010, 'o': 0o001, 'a': 0o111}

// changedMode returns what chmod makes of a file's mode, in octal. Source: POSIX, chmod.
func changedMode(m fs.FileMode, value string) (string, bool) {
	if octal(value) {
		return value, true
	}
	for clause := range strings.SplitSeq(value, ",") {
		next, ok := changedClause(m, clause)
		if !ok {
			return "", false
		}
		m = next
	}
	return fmt.Sprintf("%03o", m), true
}

// changedClause applies one clause such as "u+x": who, one operator, and permissions.
func changedClause(m fs.FileMode, clause string) (fs.FileMode, bool) {
	at := strings.IndexAny(clause, "+-=")
	if at < 0 || strings.ContainsAny(clause[at+1:], "+-=augo") {
		return 0, false
	}
	var who, bits fs.FileMode
	for _, r := range clause[:at] {
		who |= classes[r]
	}
	for _, r := range clause[at+1:] {
		bits |= modeBits[r]
	}
	mask := fs.FileMode(0o777)
	if at == 0 {
		who, mask = classes['a'], ^fs.FileMode(umask)&0o777
	}
	set := who * bits & mask
	switch clause[at] {
	case '+':
		return m | set, true
	case '-':
		return m &^ set, true
	}
	return m&^(who*7) | set, true
}
