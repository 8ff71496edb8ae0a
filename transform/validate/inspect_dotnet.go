package validate

import (
	"path"
	"slices"
	"strings"
)

// besideProject are files that MSBuild and NuGet read in a project's folder and in those above it. Source:
// learn.microsoft.com/visualstudio/msbuild/customize-by-directory, learn.microsoft.com/nuget/consume-packages/configuring-nuget-behavior.
var besideProject = []string{
	"Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "Directory.Build.rsp", "nuget.config", "NuGet.config", "NuGet.Config", "global.json",
	"packages.lock.json", "packages.config",
}

// inspectDotnet follows the projects that are restored, and what they refer to.
func inspectDotnet(n *inspection) {
	for _, p := range n.projects() {
		n.project(p)
	}
	n.lockUnchecked()
}

// projects returns what the command names, a project, a solution or a folder, else what is where it runs.
func (n *inspection) projects() []string {
	for _, word := range n.argv[n.use.VerbAt+1:] {
		p := n.call.resolve(word)
		switch kind, _ := n.view.Stat(p); {
		case isProject(p):
			return []string{p}
		case kind == Folder:
			return n.projectsIn(p)
		}
	}
	return n.projectsIn(n.dir)
}

func isProject(p string) bool {
	return strings.HasSuffix(p, "proj") || slices.Contains([]string{".sln", ".slnx", ".slnf"}, path.Ext(p))
}

func (n *inspection) projectsIn(dir string) []string {
	var all []string
	for _, name := range []string{"*.*proj", "*.sln*"} {
		area := Area{Dir: dir, Name: name}
		n.reads = append(n.reads, area)
		found, ok := n.view.Find(area)
		if !ok {
			n.doubt("the projects in %s cannot be told", dir)
		}
		all = append(all, found...)
	}
	return all
}

// project reads one project or solution, and what lies in the folders above it.
func (n *inspection) project(p string) {
	text, ok := n.text(p)
	if !ok {
		return
	}
	n.references(p, text)
	for dir := path.Dir(p); ; dir = path.Dir(dir) {
		for _, name := range besideProject {
			n.beside(path.Join(dir, name))
		}
		if dir == "/" {
			return
		}
	}
}

// references follows each path in a project that ends as a project or a file of properties does.
func (n *inspection) references(p, text string) {
	for i, value := range strings.Split(text, `"`) {
		value = strings.ReplaceAll(value, `\`, "/")
		if i%2 == 0 || !isProject(value) && !slices.Contains([]string{".props", ".targets"}, path.Ext(value)) {
			continue
		}
		value = strings.TrimPrefix(value, "$(MSBuildThisFileDirectory)")
		if strings.Contains(value, "$(") {
			n.doubt("%s refers to %s, whose place is not known", p, value)
			continue
		}
		n.project(absolute(value, path.Dir(p)))
	}
}

// beside reads a file that counts for all projects below it.
func (n *inspection) beside(p string) {
	text, ok := n.text(p)
	switch {
	case !ok:
	case !strings.EqualFold(path.Base(p), "nuget.config"):
		n.references(p, text)
	default:
		for _, value := range strings.Split(text, `value="`)[1:] {
			if value, _, _ = strings.Cut(value, `"`); strings.HasPrefix(value, ".") || strings.Contains(value, `\`) {
				n.refuse("%s names %s as a source of packages", p, value)
			}
		}
	}
}
