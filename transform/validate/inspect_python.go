package validate

import (
	"path"
	"strings"
)

// inspectPip follows the requirement files that the command names, and refuses folders of the project.
func inspectPip(n *inspection) {
	for _, f := range n.use.Flags {
		p := n.call.resolve(f.Value)
		switch f.Name {
		case "-r", "--requirement", "-c", "--constraint":
			switch {
			case strings.Contains(f.Value, "://"):
			case p == "" || strings.ContainsAny(p, "$?*"):
				n.refuse("%s reads a file whose name is not known", n.Install)
			default:
				n.requirements(p)
			}
		case "-e", "--editable":
			n.requirement("-e "+f.Value, n.call.dir)
		case "-f", "--find-links":
			n.needsLinks(f.Value, n.call.dir)
		}
	}
	for _, at := range n.use.Packages {
		n.requirement(n.argv[at], n.call.dir)
	}
}

// requirements follows one requirement file. Source: pip.pypa.io/en/stable/reference/requirements-file-format.
func (n *inspection) requirements(p string) {
	text, ok := n.text(p)
	if !ok {
		return
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\\\n", " ")
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if i := strings.Index(line, " #"); i >= 0 {
			line = strings.TrimSpace(line[:i])
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		n.pipLine(line, path.Dir(p))
	}
}

// pipLine judges one line of a requirement file in dir.
func (n *inspection) pipLine(line, dir string) {
	option, value := optionOf(line)
	switch option {
	case "-r", "--requirement", "-c", "--constraint":
		if !strings.Contains(value, "://") {
			n.requirements(absolute(value, dir))
		}
	case "-f", "--find-links":
		n.needsLinks(value, dir)
	default:
		n.requirement(line, n.call.dir)
	}
}

// optionOf splits a line of a requirement file into an option and its value.
func optionOf(line string) (option, value string) {
	if !strings.HasPrefix(line, "-") {
		return "", line
	}
	i := strings.IndexAny(line, " =\t")
	if i < 0 {
		if len(line) > 2 && line[1] != '-' {
			return line[:2], line[2:]
		}
		return line, ""
	}
	return line[:i], strings.Trim(strings.TrimSpace(line[i+1:]), `"'`)
}

func absolute(p, dir string) string {
	if path.IsAbs(p) {
		return path.Clean(p)
	}
	return path.Join(dir, p)
}

// needsLinks notes a folder of archives that packages may come from.
func (n *inspection) needsLinks(value, dir string) {
	if value != "" && !strings.Contains(value, "://") {
		n.needsFile(absolute(value, dir))
	}
}

// requirement judges one requirement: a package of the index, an archive or a folder.
func (n *inspection) requirement(line, dir string) {
	spec, _, _ := strings.Cut(line, ";")
	spec = strings.Trim(strings.TrimSpace(spec), `"'`)
	option, value := optionOf(spec)
	switch {
	case option == "-e" || option == "--editable":
		spec = value
	case option != "":
		return
	}
	if i := strings.Index(spec, "file:"); i >= 0 {
		spec = strings.TrimPrefix(strings.TrimPrefix(spec[i:], "file:"), "//")
	} else if strings.Contains(spec, "://") || strings.HasPrefix(spec, "git+") {
		return
	}
	spec, _, _ = strings.Cut(spec, "[")
	name, _, _ := strings.Cut(spec, " --")
	name = strings.TrimSpace(name)
	archive := strings.HasSuffix(name, ".whl") || strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".zip")
	switch {
	case option == "" && !archive && !strings.HasPrefix(name, ".") && !strings.Contains(name, "/"):
	case archive:
		n.needsFile(absolute(name, dir))
	default:
		n.local(name, dir)
	}
}

// local notes a package that is a folder of the source: it is built where it is.
func (n *inspection) local(name, dir string) {
	if strings.ContainsAny(name, "${\x00") {
		n.refuse("%s installs %s, whose place is not known", n.Install, name)
		return
	}
	n.needsFile(absolute(name, dir))
	n.doubt("%s builds %s, which may read more than that folder", n.Install, absolute(name, dir))
}

// inspectUV follows "uv pip" as pip, and "uv sync" through pyproject.toml.
func inspectUV(n *inspection) {
	if strings.HasPrefix(n.verb, "pip") {
		inspectPip(n)
		for _, word := range n.argv[n.use.VerbAt+1:] {
			if p := n.call.resolve(word); path.Ext(word) == ".txt" && path.IsAbs(p) {
				n.requirements(p)
			}
		}
		return
	}
	inspectTOMLPaths(n)
	n.lockUnchecked()
	n.workspaceOfUV()
	text, _ := n.view.Read(n.join("pyproject.toml"))
	toml := withoutComments(string(text), "#")
	built := mentions(toml, "[build-system]", "package = true") != "" && mentions(toml, "package = false") == ""
	if (built || len(text) == 0) && !n.has("--no-install-project", "--no-install-workspace", "--no-install-local") {
		n.refuse("%s installs the project itself", n.Install)
	}
}

// workspaceOfUV follows the members of a workspace, which the lock file lists: the manifest of each is read, and a member
// that is installed is built. Source: docs.astral.sh/uv/concepts/projects/workspaces.
func (n *inspection) workspaceOfUV() {
	lock, locked := n.text(n.join("uv.lock"))
	for _, kind := range []string{"virtual", "editable", "directory"} {
		for _, dir := range valuesOf(lock, kind) {
			if dir == "." {
				continue
			}
			n.needsFile(path.Join(n.join(dir), "pyproject.toml"))
			if kind != "virtual" && !n.has("--no-install-workspace", "--no-install-local") {
				n.local(dir, n.dir)
			}
		}
	}
	text, _ := n.view.Read(n.join("pyproject.toml"))
	if !locked && mentions(withoutComments(string(text), "#"), "[tool.uv.workspace]") != "" {
		n.refuse("%s builds the members of the workspace", n.Install)
	}
}

// inspectPoetry follows pyproject.toml.
func inspectPoetry(n *inspection) {
	inspectTOMLPaths(n)
	text, _ := n.view.Read(n.join("pyproject.toml"))
	if !n.has("--no-root") && !strings.Contains(withoutComments(string(text), "#"), "package-mode = false") {
		n.refuse("%s installs the project itself", n.Install)
	}
}

// inspectPDM follows pyproject.toml. Source: pdm-project.org/en/latest/reference/cli, .../reference/pep621.
func inspectPDM(n *inspection) {
	inspectTOMLPaths(n)
	n.lockUnchecked()
	text, _ := n.view.Read(n.join("pyproject.toml"))
	code := withoutComments(string(text), "#")
	if !n.has("--no-self", "--no-project") && mentions(code, "distribution = false") == "" {
		n.refuse("%s installs the project itself", n.Install)
	}
	if hook := mentions(code, "pre_invoke", "pre_lock", "post_lock", "pre_install", "post_install"); hook != "" {
		n.refuse("%s runs the script %s, which may read the source", n.Install, hook)
	}
}

// inspectPipenv follows the Pipfile.
func inspectPipenv(n *inspection) {
	inspectTOMLPaths(n)
	n.lockUnchecked()
}

// inspectTOMLPaths follows dependencies that are folders or archives of the project, in pyproject.toml or Pipfile.
func inspectTOMLPaths(n *inspection) {
	for _, name := range []string{"pyproject.toml", "Pipfile"} {
		text, ok := n.text(n.join(name))
		if !ok {
			continue
		}
		text = withoutComments(text, "#")
		if mentions(text, "{root:uri") != "" {
			n.refuse("%s names folders of the source as dependencies", n.join(name))
		}
		for _, local := range pathsOfTOML(text) {
			n.local(local, n.dir)
		}
	}
}

// pathsOfTOML returns the paths that tables of dependencies give, and those of file: URLs.
func pathsOfTOML(text string) []string {
	var paths []string
	table := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			table = line
		}
		if mentions(table, "dependencies", "packages", "sources") != "" {
			paths = append(append(paths, valuesOf(line, "path")...), valuesOf(line, "file")...)
		}
	}
	for _, rest := range strings.Split(text, "file://")[1:] {
		local, _, _ := strings.Cut(rest, `"`)
		paths = append(paths, strings.TrimPrefix(local, "/${PROJECT_ROOT}/"))
	}
	return paths
}

// valuesOf returns the quoted values of a key in a text, as in { path = "x" }.
func valuesOf(text, key string) []string {
	var values []string
	for before, rest, found := strings.Cut(text, key); found; before, rest, found = strings.Cut(rest, key) {
		value, ok := strings.CutPrefix(strings.TrimSpace(rest), "=")
		value = strings.TrimSpace(value)
		if !ok || value == "" || !strings.ContainsAny(value[:1], `"'`) || before != strings.TrimRight(before, "abcdefghijklmnopqrstuvwxyz-_") {
			continue
		}
		value, _, _ = strings.Cut(value[1:], value[:1])
		values = append(values, value)
	}
	return values
}

// inspectConda follows the files that the command names, else the usual one, and what pip installs from them. Source:
// docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html.
func inspectConda(n *inspection) {
	files := 0
	for _, f := range n.use.Flags {
		if f.Name == "-f" || f.Name == "--file" {
			files++
			n.environmentFile(n.call.resolve(f.Value))
		}
	}
	if files == 0 && strings.HasPrefix(n.verb, "env") {
		n.environmentFile(n.join("environment.yml"))
	}
}

// environmentFile follows one environment, whose list below "pip:" is one of requirements. pip runs in its folder.
func (n *inspection) environmentFile(p string) {
	if p == "" || strings.ContainsAny(p, "$?*") {
		n.refuse("%s reads a file whose name is not known", n.Install)
		return
	}
	text, ok := n.text(p)
	if !ok {
		return
	}
	pip, indent := false, 0
	for line := range strings.Lines(withoutComments(text, " #")) {
		item := strings.TrimSpace(line)
		at := len(line) - len(strings.TrimLeft(line, " "))
		switch {
		case item == "- pip:":
			pip, indent = true, at
		case item != "" && at <= indent:
			pip = false
		case pip:
			n.pipLine(strings.Trim(strings.TrimSpace(strings.TrimPrefix(item, "-")), `"'`), path.Dir(p))
		}
	}
}
