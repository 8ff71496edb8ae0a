package inspect

import (
	"path"
	"slices"
	"strings"
)

// defaultPath is what engines set where an image has no PATH.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// searchPath returns the folders of the image's PATH.
func (c *checker) searchPath() []string {
	if p := c.env("PATH"); p != "" {
		return splitPath(p)
	}
	return splitPath(defaultPath)
}

// lookup returns the path without links of the program that a word names, "" if there is none.
func (c *checker) lookup(word string) (string, File) {
	if strings.Contains(word, "/") {
		return c.tree.resolve(c.workingDir(), word, nil)
	}
	for _, dir := range c.searchPath() {
		if p, f := c.tree.find(path.Join(dir, word)); f.Mode.IsRegular() && f.Mode&0o111 != 0 {
			return p, f
		}
	}
	return "", nothing
}

// interpreter returns the words of a shebang that name programs: the interpreter, and what env starts.
func interpreter(shebang string) []string {
	words := strings.Fields(shebang)
	if len(words) == 0 {
		return nil
	}
	programs := words[:1]
	if path.Base(words[0]) != "env" {
		return programs
	}
	for _, word := range words[1:] {
		if !strings.HasPrefix(word, "-") && !strings.Contains(word, "=") {
			return append(slices.Clone(programs), word)
		}
	}
	return programs
}

// shebangs checks that the interpreters of executable scripts are there. A script in no folder of PATH that the image
// does not start may be an example that nobody runs.
func (c *checker) shebangs() {
	folders := c.searchPath()
	for name, f := range c.tree.sorted() {
		if f.Facts == nil || f.Facts.Shebang == "" || f.Mode&0o111 == 0 {
			continue
		}
		for _, word := range interpreter(f.Facts.Shebang) {
			if at, _ := c.lookup(word); at != "" {
				continue
			}
			finding := Finding{Check: Shebang, Path: name, Missing: word, Message: name + " is a script for " + word + ", which is not there"}
			if !slices.Contains(folders, path.Dir(name)) && !c.started(name) {
				finding.Severity = Suspect
			}
			c.add(finding)
		}
	}
}

// started reports whether the image starts a file.
func (c *checker) started(name string) bool {
	return slices.ContainsFunc(c.programs, func(p program) bool {
		at, _ := c.lookup(p.argv[0])
		return at == name
	})
}
