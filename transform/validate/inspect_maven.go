package validate

import (
	"encoding/xml"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A pom is what counts of a pom.xml. Source: maven.apache.org/pom.html.
type pom struct {
	Artifact string   `xml:"artifactId"`
	Modules  []string `xml:"modules>module"`
	Parent   *struct {
		Path *string `xml:"relativePath"`
	} `xml:"parent"`
	Plugins      []pomPlugin `xml:"build>plugins>plugin"`
	Managed      []pomPlugin `xml:"build>pluginManagement>plugins>plugin"`
	Dependencies []struct {
		Artifact   string `xml:"artifactId"`
		SystemPath string `xml:"systemPath"`
	} `xml:"dependencies>dependency"`
}

type pomPlugin struct {
	Artifact string `xml:"artifactId"`
	Version  string `xml:"version"`
}

// inspectMaven refuses modules that depend on each other: to go offline, Maven looks for them in a repository.
func inspectMaven(n *inspection) {
	poms := n.poms(n.join("pom.xml"))
	var own []string
	for _, m := range poms {
		own = append(own, m.Artifact)
	}
	for _, m := range poms {
		for _, d := range m.Dependencies {
			switch {
			case d.SystemPath != "":
				n.refuse("pom.xml takes %s from %s", d.Artifact, d.SystemPath)
			case slices.Contains(own, d.Artifact):
				n.sibling(m.Artifact, d.Artifact, poms)
			}
		}
	}
}

// sibling judges a module that needs another one, which has not been built. From version 3.1.2 on, go-offline leaves modules out;
// flags that exclude artifacts do nothing before. Source: github.com/apache/maven-dependency-plugin, issues 1186 (MDEP-204) and 1246 (MDEP-725).
func (n *inspection) sibling(module, other string, poms []pom) {
	version := ""
	for _, m := range poms {
		for _, p := range slices.Concat(m.Managed, m.Plugins) {
			if p.Artifact == "maven-dependency-plugin" && p.Version != "" {
				version = p.Version
			}
		}
	}
	old, known := before(version, []int{3, 1, 2})
	switch {
	case !strings.HasSuffix(n.verb, "go-offline"), known && old:
		n.refuse("the module %s needs %s, which %s would look for in a repository", module, other, n.Install)
	case !known:
		n.doubt("the module %s needs %s, which %s looks for in a repository before version 3.1.2 of its plugin", module, other, n.Install)
	}
}

// before reports whether a version is older than another one; known is false where it is no version.
func before(version string, than []int) (older, known bool) {
	parts := strings.Split(version, ".")
	for i, want := range than {
		got := 0
		if i < len(parts) {
			var err error
			if got, err = strconv.Atoi(parts[i]); err != nil {
				return false, false
			}
		}
		if got != want {
			return got < want, true
		}
	}
	return false, true
}

// poms reads a pom.xml, its parent and those of its modules.
func (n *inspection) poms(p string) []pom {
	text, ok := n.text(p)
	if !ok {
		return nil
	}
	var m pom
	if err := xml.Unmarshal([]byte(text), &m); err != nil {
		n.doubt("%s cannot be read: %v", p, err)
		return nil
	}
	n.parentPOM(p, m)
	all := []pom{m}
	for _, module := range m.Modules {
		module = path.Join(path.Dir(p), strings.TrimSpace(module))
		if path.Ext(module) != ".xml" {
			module = path.Join(module, "pom.xml")
		}
		all = append(all, n.poms(module)...)
	}
	return all
}

// parentPOM follows the parent of a pom.xml outside of the command's directory.
func (n *inspection) parentPOM(p string, m pom) {
	if m.Parent == nil || m.Parent.Path != nil && *m.Parent.Path == "" {
		return
	}
	parent := "../pom.xml"
	if m.Parent.Path != nil {
		parent = *m.Parent.Path
	}
	if path.Ext(parent) != ".xml" {
		parent = path.Join(parent, "pom.xml")
	}
	n.needsFile(path.Join(path.Dir(p), parent))
}
