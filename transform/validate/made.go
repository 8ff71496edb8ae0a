package validate

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// fetched returns the file that a call of curl or wget writes, or the directory that git
// clones to; "" if it writes none or that cannot be told.
func (c *call) fetched() string {
	switch c.program {
	case "curl":
		if c.output != "" {
			return c.resolve(c.output)
		}
		if out := c.value("o", "--output"); out != "" {
			return c.resolve(out)
		}
		if c.short("O") || c.has("--remote-name") {
			return c.resolve(c.lastOfURL())
		}
	case "wget":
		if out := c.value("O", "--output-document"); out != "" {
			return c.resolve(out)
		}
		if dir := c.value("P", "--directory-prefix"); dir != "" {
			return c.resolve(path.Join(dir, c.lastOfURL()))
		}
		return c.resolve(c.lastOfURL())
	case "git":
		if operands := c.operands(); len(operands) > 1 && operands[0] == "clone" {
			return c.resolve(strings.TrimSuffix(path.Base(operands[len(operands)-1]), ".git"))
		}
	}
	return ""
}

// value returns the value of an option, given by its letter or its long name.
func (c *call) value(letter, long string) string {
	for i, a := range c.args {
		switch {
		case strings.HasPrefix(a, long+"="):
			return a[len(long)+1:]
		case i+1 == len(c.args):
		case a == long, strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.HasSuffix(a, letter):
			return c.args[i+1]
		}
	}
	return ""
}

// short reports whether an option of one letter is given.
func (c *call) short(letter string) bool {
	return slices.ContainsFunc(c.args, func(a string) bool {
		return strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "--") && strings.Contains(a, letter)
	})
}

// operands returns the arguments that are no options.
func (c *call) operands() []string {
	return slices.DeleteFunc(slices.Clone(c.args), func(a string) bool { return strings.HasPrefix(a, "-") })
}

// lastOfURL returns the last part of the path of the one URL that the call names.
func (c *call) lastOfURL() string {
	name := ""
	for _, a := range c.args {
		if u, err := url.Parse(a); err == nil && (u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "ftp") || strings.HasPrefix(a, "${") && err == nil && strings.Contains(a, "/") {
			if name != "" || u.RawQuery != "" {
				return ""
			}
			name = path.Base(a)
		}
	}
	return name
}

// unpackers are programs that take out of a file what it is there for.
var unpackers = []string{"tar", "bsdtar", "unzip", "7z", "7za", "gunzip", "dpkg", "rpm", "apt-get", "apt", "yum", "dnf", "pip", "sh", "bash", "java", "install", "cpio", "apk"}

// unpacks reports whether the call unpacks or installs from a file.
func (c *call) unpacks(file string) bool {
	if c.resolve(c.words[0]) == file {
		return true
	}
	return slices.Contains(unpackers, c.program) && slices.ContainsFunc(c.args, func(a string) bool { return c.resolve(a) == file })
}

// scratch are the directories for temporary files.
var scratch = []string{"/tmp/", "/var/tmp/"}

// made checks a path that an added rm removes: the same script has made it, has taken out of it
// what it made it for, and nothing leads into it.
func (u *unit) made(rm *call, arg string, word *syntax.Word, all []*call) (Loss, string) {
	p := rm.resolve(arg)
	not := fmt.Sprintf("`%s` removes what is neither a cache nor made and used up by the same script", rm)
	before := preceding(all, rm)
	if u.temporary(word) {
		name, _ := u.symbolic(word)
		return Loss{}, u.leadsInto(name, before)
	}
	if p == "" || strings.ContainsAny(p, "*?[") {
		return Loss{}, not
	}
	loss := Loss{what: losesFile, Path: p}
	for i, c := range before {
		switch {
		case c.makesTree(p) && !rm.recursive():
			return Loss{}, fmt.Sprintf("`%s` fails at directories", rm)
		case c.fetched() == p && c.program != "git" && slices.ContainsFunc(before[i+1:], func(o *call) bool { return o.unpacks(p) }):
			return loss, ""
		case c.makesTree(p):
			return loss, u.leadsInto(p, before)
		}
	}
	return Loss{}, not
}

// makesTree reports whether the call makes a directory below a directory for temporary files.
func (c *call) makesTree(p string) bool {
	if !slices.ContainsFunc(scratch, func(dir string) bool { return strings.HasPrefix(p, dir) && len(p) > len(dir) }) {
		return false
	}
	switch c.program {
	case "git":
		return c.fetched() == p || c.resolve(c.args[len(c.args)-1]) == p && c.verb() == "clone"
	case "mkdir":
		return slices.ContainsFunc(c.operands(), func(a string) bool { return c.resolve(a) == p })
	case "tar", "bsdtar":
		return slices.ContainsFunc(c.args, func(a string) bool { return archiveStem(c.resolve(a)) == p }) && c.value("C", "--directory") == ""
	}
	return false
}

// archiveStem returns the directory that an archive of the usual kind holds, next to the archive.
func archiveStem(p string) string {
	for _, ext := range []string{".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".tbz2", ".tar"} {
		if s, ok := strings.CutSuffix(p, ext); ok {
			return s
		}
	}
	return ""
}

// temporary reports whether a word is a variable that holds a directory of mktemp.
func (u *unit) temporary(word *syntax.Word) bool {
	name, ok := u.symbolic(word)
	if !ok || !strings.HasPrefix(name, "${") || !strings.HasSuffix(name, "}") {
		return false
	}
	set, other := false, false
	for _, stmt := range u.stmts {
		syntax.Walk(stmt, func(n syntax.Node) bool {
			if a, ok := n.(*syntax.Assign); ok && a.Name != nil && "${"+a.Name.Value+"}" == name {
				text := ""
				if a.Value != nil {
					text = strings.Trim(u.source(a.Value), `"`)
				}
				mktemp := strings.HasPrefix(text, "$(mktemp") && strings.HasSuffix(text, ")")
				set, other = set || mktemp, other || !mktemp
			}
			return true
		})
	}
	return set && !other
}

// leadsInto says which command leaves something behind that needs the directory: a link, or a
// package that is installed in place.
func (u *unit) leadsInto(p string, calls []*call) string {
	for _, c := range calls {
		inside := c.mentions(p) || within(c.dir, p)
		linked := c.program == "ln" || c.has("-e", "--editable", "develop", "link") || c.program == "alternatives" || c.program == "update-alternatives"
		if inside && linked {
			return fmt.Sprintf("`%s` leads into %s, which is removed", c, p)
		}
	}
	return ""
}

// mentions reports whether a word of the call may stand for the path, something in it or a directory around it.
func (c *call) mentions(p string) bool {
	for _, w := range c.words {
		r := c.resolve(w)
		switch {
		case strings.Contains(w, path.Base(p)):
			return true
		case r == "":
		case within(r, p), within(p, r) && r != "/" && !c.changesDir() && c.program != "mkdir":
			return true
		case strings.ContainsAny(r, "*?["):
			if ok, err := path.Match(r, p); ok && err == nil {
				return true
			}
		}
	}
	return within(c.dir, p)
}
