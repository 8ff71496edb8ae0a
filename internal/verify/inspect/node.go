package inspect

import (
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"
)

// A Package is what a package.json says.
type Package struct {
	Name string
	// Dependencies are the packages that it cannot do without in production, sorted.
	Dependencies []string
}

// packageFacts reads a package.json.
func packageFacts(text string) *Facts {
	var p struct {
		Name         string         `json:"name"`
		Dependencies map[string]any `json:"dependencies"`
		Optional     map[string]any `json:"optionalDependencies"`
	}
	if json.Unmarshal([]byte(text), &p) != nil {
		return nil // what npm would not take, either
	}
	maps.DeleteFunc(p.Dependencies, func(name string, _ any) bool { _, optional := p.Optional[name]; return optional })
	return &Facts{Package: &Package{p.Name, slices.Sorted(maps.Keys(p.Dependencies))}}
}

// modules is the folder for packages.
const modules = "node_modules"

// node checks that the production dependencies of projects, and theirs, are found as Node.js looks for them. A package.json in
// node_modules is no project: it counts if one depends on it.
func (c *checker) node() {
	seen := map[string]bool{}
	for name, f := range c.tree.sorted() {
		if f.Facts == nil || f.Facts.Package == nil || path.Base(name) != "package.json" || strings.Contains(name, "/"+modules+"/") {
			continue
		}
		if _, plugAndPlay := c.tree.files[path.Join(path.Dir(name), ".pnp.cjs")]; plugAndPlay {
			continue // Yarn finds packages in archives
		}
		c.dependencies(path.Dir(name), seen)
	}
}

// dependencies checks what is reached from the package in a folder.
func (c *checker) dependencies(dir string, seen map[string]bool) {
	queue := []string{dir}
	for len(queue) > 0 {
		dir, queue = queue[0], queue[1:]
		manifest := path.Join(dir, "package.json")
		facts := c.tree.files[manifest].Facts
		if seen[dir] || facts == nil || facts.Package == nil {
			continue
		}
		seen[dir] = true
		for _, name := range facts.Package.Dependencies {
			at := c.module(dir, name)
			if at == "" {
				c.add(Finding{Check: Node, Path: manifest, Missing: name, Message: manifest + " depends on " + name + ", which is not installed"})
				continue
			}
			queue = append(queue, at)
		}
	}
}

// module returns the folder of a package as seen from a folder, without links, "" if there is none:
// https://nodejs.org/api/modules.html#loading-from-node_modules-folders
func (c *checker) module(dir, name string) string {
	for ; ; dir = path.Dir(dir) {
		if at, _ := c.tree.find(path.Join(dir, modules, name)); at != "" && path.Base(dir) != modules {
			return at
		}
		if dir == "/" {
			return ""
		}
	}
}
