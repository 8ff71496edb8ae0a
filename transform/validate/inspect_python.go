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
		option, value := optionOf(line)
		switch option {
		case "-r", "--requirement", "-c", "--constraint":
			if !strings.Contains(value, "://") {
				n.requirements(absolute(value, path.Dir(p)))
			}
		case "-f", "--find-links":
			n.needsLinks(value, path.Dir(p))
		default:
			n.requirement(line, n.call.dir)
		}
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
	case strings.ContainsAny(name, "$\x00"):
		n.refuse("%s installs %s, whose place is not known", n.Install, name)
	case archive:
		n.needsFile(absolute(name, dir))
	default:
		n.needsFile(absolute(name, dir))
		n.doubt("%s builds %s, which may read more than that folder", n.Install, absolute(name, dir))
	}
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
	text, _ := n.view.Read(n.join("pyproject.toml"))
	toml := withoutComments(string(text), "#")
	built := mentions(toml, "[build-system]", "package = true") != "" && mentions(toml, "package = false") == ""
	if (built || len(text) == 0) && !n.has("--no-install-project", "--no-install-workspace", "--no-install-local") {
		n.refuse("%s installs the project itself", n.Install)
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

// inspectTOMLPaths refuses dependencies that are folders of the project, in pyproject.toml or Pipfile.
func inspectTOMLPaths(n *inspection) {
	for _, name := range []string{"pyproject.toml", "Pipfile"} {
		text, ok := n.text(n.join(name))
		if !ok {
			continue
		}
		toml := strings.ReplaceAll(withoutComments(text, "#"), " ", "")
		if word := mentions(toml, "{path=", ",path=", "\npath=", "file=", "file://", "workspace=true", "[tool.uv.workspace]"); word != "" {
			n.refuse("%s names folders of the source as dependencies", n.join(name))
		}
	}
	if n.installer.manager == "pipenv" {
		n.lockUnchecked()
	}
}
