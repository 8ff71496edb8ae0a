package validate

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/transform"
)

// UsedBy judges whether a later step needs what an earlier one lost. over is true when the
// step fetches it anew, so that those after it need not be asked.
func (l Loss) UsedBy(s Script) (v transform.Verdict, over bool) {
	u, err := s.unit()
	if err != nil {
		return transform.Verdict{Status: transform.Unproven, Reasons: []string{fmt.Sprintf("whether a later step needs %s cannot be read", l)}}, false
	}
	if l.what == losesIndex {
		v, end := u.followIndex(l.manager, nil, gone)
		return v, end != gone
	}
	return l.usedBy(s, u.all()), false
}

// usedBy judges calls that come after the loss of a file or a store.
func (l Loss) usedBy(s Script, calls []*call) transform.Verdict {
	for _, c := range calls {
		if inner, ok := c.inner(); ok {
			if v, _ := l.UsedBy(inner); v.Status != transform.Refines {
				return v
			}
		}
		if l.neededBy(s, c) {
			return transform.Verdict{Status: transform.Unsound, Reasons: []string{fmt.Sprintf("`%s` needs %s, gone by then", c, l)}}
		}
	}
	return transform.Verdict{Status: transform.Refines}
}

// neededBy reports whether a call fails, or has to do work again, for the loss.
func (l Loss) neededBy(s Script, c *call) bool {
	switch l.what {
	case losesStore:
		mounted := slices.ContainsFunc(s.Mounted, func(dir string) bool {
			pm, what, ok := s.cacheAt(dir)
			return ok && pm == l.manager && what == losesStore
		})
		return managerOf(c) == l.manager && !mounted
	case losesFile:
		return c.mentions(l.Path) && !removes(c)
	case losesTree:
		return slices.ContainsFunc(c.words[1:], func(w string) bool { return within(s.home(c.resolve(w)), s.home(l.Path)) }) && !removes(c)
	}
	return false
}

// removes reports whether the call only removes things, so that it does not miss any.
func removes(c *call) bool { return c.program == "rm" && c.short("f") || emptiesCache(c) }

// shells are programs that run a script that is a file or comes through a pipe.
var shells = []string{"sh", "bash", "ash", "dash", "zsh", "ksh", "source", "."}

// inner returns the script that a call hands to a shell, as in sh -c "a && b".
func (c *call) inner() (Script, bool) {
	if !slices.Contains(shells, c.program) || slices.ContainsFunc(c.args, func(a string) bool { return strings.Contains(a, dynamic) }) {
		return Script{}, false
	}
	s, ok := NewScript(append([]string{c.program}, c.args...))
	s.Dir, s.Env, s.User, s.Mounted = c.dir, c.script.Env, c.script.User, c.script.Mounted
	return s, ok
}

// harmless are parts of the names of scripts that install nothing with the system's package manager.
var harmless = []string{"configure", "autogen", "conda", "activate", "rustup", "nvm", "profile", ".env"}

// opaque reports whether the call runs a script that cannot be seen here and may install packages.
func opaque(c *call) bool {
	script := c.program
	if slices.Contains(shells, c.program) {
		if operands := c.operands(); len(operands) > 0 {
			script = path.Base(operands[0])
		}
	}
	if slices.ContainsFunc(harmless, func(part string) bool { return strings.Contains(script, part) }) {
		return false
	}
	named := script != "install" && path.Ext(script) != ".py" && slices.ContainsFunc([]string{"install", "setup", "bootstrap", "provision", "deps"}, func(part string) bool { return strings.Contains(script, part) })
	return slices.Contains(shells, c.program) || path.Ext(script) == ".sh" || path.Ext(script) == ".bash" || named && strings.Contains(c.words[0], "/")
}

// OnlyUpdates reports whether the script does nothing but fetch a package index, and what is
// lost without it.
func (s Script) OnlyUpdates() (Loss, bool) {
	if !s.posix() {
		return Loss{}, false
	}
	u, err := s.unit()
	if err != nil || len(u.ops) != 1 {
		return Loss{}, false
	}
	c := s.simple(u.ops[0])
	if c == nil || len(c.expr.Assigns) > 0 || !updates(c) {
		return Loss{}, false
	}
	return Loss{what: losesIndex, manager: managerOf(c), Moved: true}, true
}

// UsedByWords judges whether a command line that a container runs needs what is lost.
func (l Loss) UsedByWords(words []string) transform.Verdict {
	for _, w := range words {
		uses := l.names(w)
		if l.what == losesStore {
			for _, p := range l.manager.programs {
				uses = uses || path.Base(w) == p || strings.HasPrefix(w, p+" ")
			}
		}
		if uses {
			return transform.Verdict{Status: transform.Unsound, Reasons: []string{fmt.Sprintf("the container runs `%s`, which needs %s", strings.Join(words, " "), l)}}
		}
	}
	return transform.Verdict{Status: transform.Refines}
}

// NamedBy judges whether a setting of the image, such as a variable, names what is lost.
func (l Loss) NamedBy(setting string) transform.Verdict {
	if l.names(setting) {
		return transform.Verdict{Status: transform.Unsound, Reasons: []string{fmt.Sprintf("the image's setting %s names %s", setting, l)}}
	}
	return transform.Verdict{Status: transform.Refines}
}

func (l Loss) names(text string) bool {
	switch l.what {
	case losesFile:
		return strings.Contains(text, path.Base(l.Path))
	case losesTree:
		i := strings.Index(text, l.Path)
		return i >= 0 && (i+len(l.Path) == len(text) || strings.ContainsRune("/ :\"'", rune(text[i+len(l.Path)])))
	}
	return false
}

// MakesFolders returns the absolute paths of folders that calls of mkdir in the script name plainly.
func (s Script) MakesFolders() (folders []string) {
	file, err := s.parse()
	if err != nil || !s.posix() {
		return nil
	}
	for _, c := range s.calls(file.Stmts...) {
		if c.program != "mkdir" {
			continue
		}
		for _, w := range c.args {
			if p := c.located(w); p != "" && !strings.HasPrefix(w, "-") && !strings.Contains(w, dynamic) {
				folders = append(folders, path.Clean(p))
			}
		}
	}
	return folders
}
