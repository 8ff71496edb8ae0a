package inspect

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// A comparison finds what only the two images together tell.
type comparison struct {
	before, after *checker
	findings      []Finding
}

func (c *comparison) run() {
	for _, check := range []func(){c.users, c.environment, c.healthcheck, c.arguments, c.rights, c.distributions, c.certificates} {
		check()
	}
}

func (c *comparison) add(f Finding) { c.findings = append(c.findings, f) }

// users compares whom the program runs as, whatever the two are called.
func (c *comparison) users() {
	if old, new := c.before.user, c.after.user; old.uid != new.uid {
		c.add(Finding{Check: User, Missing: old.name, Message: fmt.Sprintf("the program runs as user %s, not as %s", new.name, old.name)})
	}
}

func (c *comparison) environment() {
	for _, e := range c.before.Config.Env {
		name, value, _ := strings.Cut(e, "=")
		if slices.ContainsFunc(c.after.Config.Env, func(e string) bool { return strings.HasPrefix(e, name+"=") }) {
			continue
		}
		f := Finding{Check: Environment, Severity: Suspect, Missing: name, Message: fmt.Sprintf("the variable %s=%s is gone", name, value)}
		if slices.Contains(c.after.needs.Env, name) {
			f.Severity = Broken
		}
		c.add(f)
	}
}

func (c *comparison) healthcheck() {
	if len(c.before.Healthcheck) > 1 && len(c.after.Healthcheck) < 2 {
		c.add(Finding{Check: Healthcheck, Missing: "HEALTHCHECK", Message: "the health check is gone"})
	}
}

// arguments checks that the files which the command names are still there.
func (c *comparison) arguments() {
	for _, p := range c.after.programs {
		for _, word := range p.argv[1:] {
			for _, name := range operands(word) {
				was, _ := c.before.tree.resolve(c.before.workingDir(), name, nil)
				is, _ := c.after.tree.resolve(c.after.workingDir(), name, nil)
				if was != "" && is == "" {
					c.add(Finding{Check: Argument, Missing: name, Message: fmt.Sprintf("%s has the argument %s, which is not there", p.from, name)})
				}
			}
		}
	}
}

// operands returns what of an argument may be a path: the word, what stands behind "=", and the parts of a list.
func operands(word string) []string {
	_, value, _ := strings.Cut(word, "=")
	list := append([]string{word}, strings.Split(value, ":")...)
	return slices.DeleteFunc(append(list, strings.Split(word, ":")...), func(w string) bool { return w == "" })
}

// rights checks that the user may still do with files what it could. Of what is in a folder with the same fault, the folder
// is named. What the image starts, and where, has been asked before. Of a package that a step removes, another version may be there.
func (c *comparison) rights() {
	if c.before.user.uid != c.after.user.uid {
		return
	}
	said := map[string]bool{}
	for _, f := range c.findings {
		said[f.Path] = said[f.Path] || f.Check == Permission
	}
	var reported string
	for name, f := range c.after.tree.sorted() {
		if f.Mode.Type() == fs.ModeSymlink || said[name] || c.uninstalled(name) || reported != "" && below(name, reported) {
			continue
		}
		old, there := c.before.tree.files[name]
		if !there || old.Mode.Type() != f.Mode.Type() || old.Mode == f.Mode && old.UID == f.UID && old.GID == f.GID {
			continue
		}
		for _, r := range []struct {
			right right
			verb  string
		}{{read, "read"}, {write, "write to"}, {execute, "execute"}} {
			if c.before.may(c.before.user, name, r.right) && !c.after.may(c.after.user, name, r.right) {
				reported = name
				c.add(Finding{Check: Permission, Path: name, Missing: r.verb, Message: fmt.Sprintf("user %s may no longer %s %s", c.after.user.name, r.verb, name)})
				break
			}
		}
	}
}

// uninstalled reports whether a file is in the folder of a package of Python that a step removes by name.
func (c *comparison) uninstalled(file string) bool {
	_, module, ok := strings.Cut(file, "/site-packages/")
	name, _, _ := strings.Cut(module, "/")
	return ok && slices.Contains(c.after.needs.Uninstalled, strings.ReplaceAll(name, "_", "-"))
}

// distributions checks that what pip has installed is still there, but for what a step removes by name.
func (c *comparison) distributions() {
	old, new := c.before.distributions(), c.after.distributions()
	for _, name := range slices.Sorted(maps.Keys(old)) {
		if new[name] == "" && !slices.Contains(c.after.needs.Uninstalled, strings.ReplaceAll(name, ".", "-")) {
			c.add(Finding{Check: Python, Missing: name, Message: fmt.Sprintf("the Python package %s is gone: it was at %s", name, path.Dir(path.Dir(old[name])))})
		}
	}
}

// certificates tells where they have gone, whether or not the program is known to need them.
func (c *comparison) certificates() {
	if c.before.trusts() && !c.after.trusts() && !c.after.needs.Certificates {
		c.add(Finding{Check: Certificates, Severity: Suspect, Missing: authorities[0], Message: "the certificates of certificate authorities are gone"})
	}
}

// grouped replaces findings that say the same of many files by one: those about files of a Python distribution, and loose
// ends for want of the same thing.
func grouped(findings []Finding) []Finding {
	group := func(f Finding) key {
		switch {
		case f.Check == Python && f.Path != "":
			return key{check: Python, path: f.Path}
		case f.Severity == Suspect:
			return key{check: f.Check, missing: f.Missing}
		}
		return f.key()
	}
	members := map[key]int{}
	for _, f := range findings {
		members[group(f)]++
	}
	var list []Finding
	for _, f := range findings {
		n := members[group(f)]
		if n == 0 {
			continue
		}
		if n > 1 {
			f.Message = fmt.Sprintf("%s, and %d more like it", f.Message, n-1)
		}
		members[group(f)] = 0
		list = append(list, f)
	}
	return list
}
