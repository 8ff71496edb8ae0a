package inspect

import (
	"debug/elf"
	"fmt"
	"path"
	"slices"
	"strings"
)

// libraries checks that all that programs and libraries need is found.
func (c *checker) libraries() {
	reached := map[string]bool{}
	for name, f := range c.tree.sorted() {
		if f.Facts == nil || f.Facts.ELF == nil || f.Facts.ELF.Interpreter == "" {
			continue
		}
		if _, loader := c.tree.find(f.Facts.ELF.Interpreter); loader.Facts == nil {
			c.add(c.noLoader(name, f.Facts.ELF))
			continue
		}
		c.closure(name, f.Facts.ELF, reached)
	}
	// What no program is linked with is loaded by name, by a program that the image does not tell.
	for name, f := range c.tree.sorted() {
		if f.Facts != nil && f.Facts.ELF != nil && f.Facts.ELF.Type == elf.ET_DYN && f.Facts.ELF.Interpreter == "" && !reached[name] {
			c.closure(name, f.Facts.ELF, reached)
		}
	}
}

func (c *checker) noLoader(name string, e *ELF) Finding {
	f := Finding{Check: Loader, Path: name, Missing: e.Interpreter, Message: name + " needs the loader " + e.Interpreter}
	if own := c.search.of(e); own != c.search.libc {
		f.Message = fmt.Sprintf("%s is a program for %s, and the image has %s", name, own, c.search.libc)
	}
	return f
}

// maxLoads bounds how many libraries all programs of an image together are taken to load; those of a full image of Debian load 20,000.
const maxLoads = 1 << 20

// A loaded is a file in a process.
type loaded struct {
	path string
	elf  *ELF
	// inherited are the folders in which all looks that was loaded for it.
	inherited []string
}

// closure loads a file with all that it needs, as the loader does: breadth first, each name once.
func (c *checker) closure(name string, e *ELF, reached map[string]bool) {
	queue := []loaded{{path: name, elf: e}}
	names := map[string]*ELF{}
	for i := 0; i < len(queue) && c.loads < maxLoads; i++ {
		l := queue[i]
		c.loads++
		inherited := append(c.search.passesOn(l.path, l.elf), l.inherited...)
		for _, need := range l.elf.Needed {
			if _, there := names[need]; there {
				continue
			}
			at, found := c.search.find(need, l.path, l.elf, l.inherited)
			names[need] = found
			if found == nil {
				c.add(c.noLibrary(need, l))
				continue
			}
			reached[at] = true
			queue = append(queue, loaded{at, found, inherited})
		}
		c.versions(l, names)
	}
}

func (c *checker) noLibrary(need string, l loaded) Finding {
	f := Finding{Check: Library, Path: l.path, Missing: need, Message: l.path + " needs " + need}
	at := c.search.elsewhere(need, l.elf)
	switch own := c.search.of(l.elf); {
	case own != c.search.libc:
		f.Message = fmt.Sprintf("%s was built for %s, and the image has %s: it needs %s", l.path, own, c.search.libc, need)
	case at != "" && c.configured(path.Dir(at)):
		f.Message += fmt.Sprintf(", which is at %s, but ldconfig has not run since", at)
	case at != "":
		f.Severity = Suspect
		f.Message += fmt.Sprintf(", which is at %s, where the loader does not look", at)
	case optional(l.path):
		f.Severity = Suspect
	}
	return f
}

// incomplete are beginnings of modules and libraries that images leave without their libraries, since no program that one starts loads these: Tk's
// of Python's slim images, and GObject and GIO of distroless with Java, which come with GLib for the library that shapes fonts. Sources:
// github.com/docker-library/python, Dockerfile-linux.template; github.com/GoogleContainerTools/distroless, java/config.bzl.
var incomplete = []string{"/lib-dynload/_tkinter.", "/libgobject-2.0.so.", "/libgio-2.0.so."}

// optional reports whether a module or library is one that images leave without its libraries.
func optional(name string) bool {
	return slices.ContainsFunc(incomplete, func(start string) bool { return strings.Contains(name, start) })
}

// configured reports whether ldconfig looks for libraries in a folder.
func (c *checker) configured(dir string) bool {
	const folder = "/etc/ld.so.conf.d"
	text := c.tree.text("/etc/ld.so.conf")
	for _, name := range c.tree.names[folder] {
		text += "\n" + c.tree.text(path.Join(folder, name))
	}
	for line := range strings.Lines(text) {
		if path.Clean(strings.TrimSpace(line)) == dir {
			return true
		}
	}
	return false
}

// versions checks that the libraries that have been loaded have the versions of symbols that a file asks for.
// What has no versions at all is taken as it is.
func (c *checker) versions(l loaded, names map[string]*ELF) {
	for _, library := range l.elf.Needed {
		found := names[library]
		if found == nil || len(found.Defines) == 0 {
			continue
		}
		for _, version := range l.elf.Versions[library] {
			if _, has := slices.BinarySearch(found.Defines, version); !has {
				c.add(Finding{
					Check: Version, Path: l.path, Missing: version,
					Message: fmt.Sprintf("%s needs %s of %s, which the image has in an older version", l.path, version, library),
				})
			}
		}
	}
}
