package python

import (
	"fmt"
	"path"
	"strings"

	"dopt/internal/project/manifest"
)

// pip adds what pip install, download and wheel read.
// Source: https://pip.pypa.io/en/stable/cli/pip_install/,
// https://pip.pypa.io/en/stable/topics/configuration/
func (g *gatherer) pip() error {
	switch g.Asks {
	case "install", "download", "wheel":
	default:
		return fmt.Errorf("what \"pip %s\" reads is not known", g.Asks)
	}
	if file := g.env("PIP_CONFIG_FILE"); file != "" {
		if _, err := g.in.Path(file); err == nil {
			return fmt.Errorf("PIP_CONFIG_FILE: %s may name more files", file)
		}
	}
	files := append(g.Values("-r", "--requirement", "--requirements", "-c", "--constraint", "--build-constraint"),
		strings.Fields(g.env("PIP_REQUIREMENT")+" "+g.env("PIP_CONSTRAINT")+" "+g.env("PIP_BUILD_CONSTRAINT"))...)
	if err := g.addRequirementFiles(files); err != nil {
		return err
	}
	for _, group := range g.Values("--group") {
		file, _, named := strings.Cut(group, ":")
		if !named {
			file = "pyproject.toml"
		}
		if _, err := g.addNamed(file, g.evidence()); err != nil {
			return err
		}
	}
	if len(g.Values("--requirements-from-script")) > 0 {
		return fmt.Errorf("the requirements stand in a script of the project")
	}
	links := append(g.Values("-f", "--find-links"), strings.Fields(g.env("PIP_FIND_LINKS"))...)
	return g.addOperands(links, g.Values("-e", "--editable"))
}

// addRequirementFiles adds requirements files that the command names.
func (g *gatherer) addRequirementFiles(names []string) error {
	for _, name := range names {
		if strings.Contains(name, "://") {
			continue
		}
		file, err := g.in.Path(name)
		if err != nil {
			return err
		}
		if err := g.addRequirements(file, g.evidence()); err != nil {
			return err
		}
	}
	return nil
}

// addOperands adds the local projects, archives and folders of archives that the command names.
func (g *gatherer) addOperands(links, editables []string) error {
	for _, link := range links {
		if err := g.addLinks(g.in.Dir, link, g.evidence()); err != nil {
			return err
		}
	}
	var locals []string
	for _, editable := range editables {
		if local, ok := editablePath(editable); ok {
			locals = append(locals, local)
		}
	}
	for _, operand := range g.Operands {
		if local, ok := localPath(operand); ok {
			locals = append(locals, local)
		} else if file, err := g.in.Path(operand); err == nil && manifest.IsFile(g.fsys, file) {
			return fmt.Errorf("%s is a file of the context, but no package", file)
		}
	}
	for _, local := range locals {
		if err := g.addLocal(g.in.Dir, local, g.evidence()); err != nil {
			return err
		}
	}
	return nil
}

// pipx reads no file of the project, unless a package is one.
func (g *gatherer) pipx() error {
	if g.Asks != "install" && g.Asks != "inject" {
		return fmt.Errorf("what \"pipx %s\" reads is not known", g.Asks)
	}
	if len(g.Values("--pip-args", "--preinstall", "--spec")) > 0 {
		return fmt.Errorf("the arguments may name files of the project")
	}
	return g.addOperands(nil, nil)
}

// conda adds the environment file, or the list of packages, that a command names.
// Source: https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html
func (g *gatherer) conda() error {
	files := g.Values("-f", "--file")
	environment := strings.HasPrefix(g.Asks, "env ")
	switch g.Asks {
	case "install", "create", "update", "upgrade":
	case "env create", "env update":
		if len(files) == 0 {
			files = []string{"environment.yml"}
		}
	default:
		return fmt.Errorf("what \"%s %s\" reads is not known", g.in.Manager, g.Asks)
	}
	for _, prefix := range g.Values("-p", "--prefix") {
		if dir, err := g.in.Path(prefix); err == nil && manifest.IsDir(g.fsys, dir) {
			return fmt.Errorf("%s is in the context, and the copy would put it over the environment that is made there", dir)
		}
	}
	for _, name := range files {
		if strings.Contains(name, "://") {
			continue
		}
		file, err := g.addNamed(name, g.evidence())
		if err != nil {
			return err
		}
		if yaml := path.Ext(file); environment || yaml == ".yml" || yaml == ".yaml" {
			if err := g.addEnvironment(file); err != nil {
				return err
			}
		}
	}
	return nil
}

// addEnvironment adds what the pip part of a conda environment names: conda runs pip in the
// folder of the file.
func (g *gatherer) addEnvironment(file string) error {
	environment, err := ReadEnvironment(g.fsys, file)
	if err != nil {
		return err
	}
	g.cwd = path.Dir(file)
	for _, text := range environment.Pip {
		entries, err := parseRequirements(text, g.in.Getenv)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for _, e := range entries {
			e.Line = environment.finder.Find(text).Line
			if err := g.addEntry(file, e); err != nil {
				return fmt.Errorf("%s:%d: %w", file, e.Line, err)
			}
		}
	}
	return nil
}

// addThere adds those of the names in dir that are there.
func (g *gatherer) addThere(dir string, names ...string) {
	g.inputs.AddThere(g.fsys, dir, g.in.Manager+" reads it in the project's folder", names...)
}

// isFile reports whether a file is in dir.
func (g *gatherer) isFile(dir, name string) bool {
	return manifest.IsFile(g.fsys, path.Join(dir, name))
}
