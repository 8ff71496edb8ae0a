package dotnet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// Inputs returns what dotnet restore, nuget restore and dotnet tool restore read of the context.
// Builds are refused: they read the source.
// Source: https://learn.microsoft.com/dotnet/core/tools/dotnet-restore
func Inputs(fsys fs.FS, in manifest.Install) (manifest.Inputs, error) {
	command, err := in.Command()
	if err != nil {
		return manifest.Refuse("", 0, "%s", err), nil
	}
	switch {
	case command.Asks == "tool restore":
		return toolInputs(fsys, in, command)
	case command.Asks == "tool install" && command.HasFlag("-g", "--global", "--tool-path"):
		return manifest.Inputs{}, nil
	case command.Verb != pkgmgr.Install || command.Asks != "restore":
		return manifest.Refuse("", 0, "the command is no restore: it reads, or changes, the source"), nil
	case command.HasFlag("--lock-file-path"):
		return manifest.Refuse("", 0, "the lock file is elsewhere"), nil
	case len(command.Operands) > 1:
		return manifest.Refuse("", 0, "the command names several projects"), nil
	}
	return restoreInputs(fsys, in, command)
}

func restoreInputs(fsys fs.FS, in manifest.Install, command manifest.Command) (manifest.Inputs, error) {
	target, refusal := findTarget(fsys, in, command.Operands)
	if refusal != "" {
		return manifest.Inputs{Refusal: refusal}, nil
	}
	c := closure{fsys: fsys, loaded: map[string]*Project{}}
	because := transform.Evidence{Source: target, Text: "what is restored"}
	var err error
	switch path.Ext(target) {
	case ".sln", ".slnx":
		err = c.solution(target, because)
	default:
		err = c.project(target, because)
	}
	if err != nil || c.refusal != "" {
		return manifest.Inputs{Refusal: c.refusal}, err
	}
	if file, ok := nearest(fsys, in.Dir, "global.json"); ok {
		c.inputs.AddFile(file, transform.Evidence{Source: file, Text: "dotnet chooses the SDK by the nearest one upwards"})
	}
	if err := c.settings(in, command, path.Dir(target)); err != nil || c.refusal != "" {
		return manifest.Inputs{Refusal: c.refusal}, err
	}
	return c.inputs, nil
}

// findTarget returns the project or solution that the command restores: the one named, or the only
// one of the folder.
func findTarget(fsys fs.FS, in manifest.Install, operands []string) (target, refusal string) {
	target = in.Dir
	if len(operands) == 1 {
		var err error
		if target, err = in.Path(operands[0]); err != nil {
			return "", err.Error()
		}
	}
	if manifest.IsFile(fsys, target) {
		if ext := path.Ext(target); ext != ".sln" && ext != ".slnx" && !isProject(target) {
			return "", fmt.Sprintf("%s is neither a project nor a solution", target)
		}
		return target, ""
	}
	entries, err := fs.ReadDir(fsys, target)
	if err != nil {
		return "", fmt.Sprintf("%s is not in the context", target)
	}
	var solutions, projects []string
	for _, e := range entries {
		switch name := path.Join(target, e.Name()); {
		case path.Ext(name) == ".sln" || path.Ext(name) == ".slnx":
			solutions = append(solutions, name)
		case isProject(name):
			projects = append(projects, name)
		}
	}
	switch found := slices.Concat(solutions, projects); {
	case len(found) == 0:
		return "", "there is no project and no solution in the folder"
	case len(found) > 1:
		return "", fmt.Sprintf("there are several projects or solutions in the folder: %s and %s", found[0], found[1])
	default:
		return found[0], ""
	}
}

// settings adds the NuGet settings that count for a target in dir and the projects loaded, and the folders of packages that they name.
// Source: https://learn.microsoft.com/nuget/consume-packages/configuring-nuget-behavior
func (c *closure) settings(in manifest.Install, command manifest.Command, dir string) error {
	var files []string
	if given := command.Values("--configfile", "-ConfigFile"); len(given) > 0 {
		name, err := in.Path(given[0])
		if err != nil || !manifest.IsFile(c.fsys, name) {
			c.refuse(transform.Evidence{}, "the settings %s are not in the context", given[0])
			return nil
		}
		files = []string{name}
	} else {
		files = settingsUpwards(c.fsys, dir)
		for name := range c.loaded {
			files = append(files, settingsUpwards(c.fsys, path.Dir(name))...)
		}
		slices.Sort(files)
	}
	for _, name := range slices.Compact(files) {
		c.inputs.AddFile(name, transform.Evidence{Source: name, Text: "settings of NuGet"})
		if err := c.sources(name); err != nil {
			return err
		}
	}
	for _, source := range command.Values("-s", "--source", "-Source", "-FallbackSource") {
		if !strings.Contains(source, "://") {
			c.refuse(transform.Evidence{}, "the source %s is a folder", source)
		}
	}
	return nil
}

// settingsUpwards returns the settings files in a folder and those above it. On Linux NuGet knows
// three spellings.
func settingsUpwards(fsys fs.FS, dir string) []string {
	var files []string
	for up := dir; ; up = path.Dir(up) {
		for _, name := range []string{"nuget.config", "NuGet.config", "NuGet.Config"} {
			if file := path.Join(up, name); manifest.IsFile(fsys, file) {
				files = append(files, file)
			}
		}
		if up == "." {
			return files
		}
	}
}

// sources adds the folders that a settings file names as sources of packages.
func (c *closure) sources(name string) error {
	data, err := manifest.Read(c.fsys, name)
	if err != nil {
		return err
	}
	section := ""
	for d := manifest.XML(data); ; {
		line, _ := d.InputPos()
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "add":
		case "clear", "remove":
			continue
		default:
			section = e.Name.Local
			continue
		}
		source := attribute(e, "value")
		if section != "packageSources" || source == "" || strings.Contains(source, "://") {
			continue
		}
		because := transform.Evidence{Source: name, Line: line, Text: "the source of packages " + attribute(e, "key")}
		dir, err := manifest.Resolve(path.Dir(name), strings.ReplaceAll(source, `\`, "/"))
		if err != nil || !manifest.IsDir(c.fsys, dir) {
			c.refuse(because, "the source %s is not in the context", source)
			continue
		}
		c.inputs.AddDir(dir, because)
	}
}

// toolInputs is about dotnet tool restore, which reads the nearest manifest of tools.
// Source: https://learn.microsoft.com/dotnet/core/tools/dotnet-tool-restore
func toolInputs(fsys fs.FS, in manifest.Install, command manifest.Command) (manifest.Inputs, error) {
	c := closure{fsys: fsys}
	file, ok := nearest(fsys, in.Dir, ".config/dotnet-tools.json")
	if !ok {
		file, ok = nearest(fsys, in.Dir, "dotnet-tools.json")
	}
	if !ok || command.HasFlag("--tool-manifest") {
		return manifest.Refuse("", 0, "the manifest of the tools is not in the context"), nil
	}
	c.inputs.AddFile(file, transform.Evidence{Source: file, Text: "the manifest of the tools"})
	if global, ok := nearest(fsys, in.Dir, "global.json"); ok {
		c.inputs.AddFile(global, transform.Evidence{Source: global, Text: "dotnet chooses the SDK by the nearest one upwards"})
	}
	if err := c.settings(in, command, in.Dir); err != nil || c.refusal != "" {
		return manifest.Inputs{Refusal: c.refusal}, err
	}
	return c.inputs, nil
}
