package dotnet

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// A closure is what MSBuild evaluates for a restore.
type closure struct {
	fsys    fs.FS
	inputs  manifest.Inputs
	loaded  map[string]*Project
	refusal string
}

// beside are the files that MSBuild and NuGet look for upwards from a project's folder and of
// which the nearest counts.
// Source: https://learn.microsoft.com/visualstudio/msbuild/customize-by-directory,
// https://learn.microsoft.com/nuget/consume-packages/central-package-management
var beside = []string{"Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"}

// readsFiles are property functions whose result is the content of other files, and targets that
// run before the restore.
var readsFiles = []string{"System.IO.File]", "System.IO.Directory]", "BeforeTargets=\"Restore", "BeforeTargets=\"CollectPackageReferences", "InitialTargets="}

func (c *closure) refuse(source transform.Evidence, format string, args ...any) {
	if c.refusal == "" {
		c.refusal = manifest.Refuse(source.Source, source.Line, format, args...).Refusal
	}
}

// solution follows a solution's projects.
func (c *closure) solution(name string, because transform.Evidence) error {
	c.inputs.AddFile(name, because)
	c.inputs.AddThere(c.fsys, path.Dir(name), "MSBuild imports it beside the solution", "Directory.Solution.props", "Directory.Solution.targets")
	projects, err := ReadSolution(c.fsys, name)
	if err != nil {
		return err
	}
	for _, r := range projects {
		if err := c.reference(path.Dir(name), path.Dir(name), r); err != nil || c.refusal != "" {
			return err
		}
	}
	return nil
}

// reference follows a project that a file in dir refers to, for a project in projectDir.
func (c *closure) reference(dir, projectDir string, r Reference) error {
	name, err := c.expand(dir, projectDir, r.Name)
	switch {
	case err != nil:
		c.refuse(r.Source, "%s", err)
	case strings.ContainsAny(name, "*?;"):
		c.refuse(r.Source, "%s: what it names cannot be told", r.Name)
	case !manifest.IsFile(c.fsys, name) && r.Conditional:
	case !manifest.IsFile(c.fsys, name):
		c.refuse(r.Source, "%s is not in the context", r.Name)
	default:
		return c.project(name, transform.Evidence{Source: r.Source.Source, Line: r.Source.Line, Text: "the project " + path.Base(name)})
	}
	return nil
}

// project follows a project, once: what it imports, what stands beside it and what it builds upon.
func (c *closure) project(name string, because transform.Evidence) error {
	dir := path.Dir(name)
	if c.loaded[name] != nil {
		return nil
	}
	if err := c.file(name, dir, because); err != nil || c.refusal != "" {
		return err
	}
	if assets := path.Join(dir, "obj/project.assets.json"); manifest.IsFile(c.fsys, assets) {
		c.refuse(transform.Evidence{Source: assets}, "a restore on another machine wrote it; it has to be in .dockerignore, since a later copy puts it over the image's own")
	}
	if manifest.IsFile(c.fsys, path.Join(dir, "paket.references")) {
		c.refuse(transform.Evidence{Source: path.Join(dir, "paket.references")}, "Paket restores the packages")
	}
	c.inputs.AddThere(c.fsys, dir, "the project's lock file", "packages.lock.json", "packages.config")
	for _, file := range beside {
		if up, ok := nearest(c.fsys, dir, file); ok {
			if err := c.file(up, dir, transform.Evidence{Source: up, Text: "MSBuild imports the nearest one upwards"}); err != nil {
				return err
			}
		}
	}
	if up, ok := nearest(c.fsys, dir, "Directory.Build.rsp"); ok {
		c.inputs.AddFile(up, transform.Evidence{Source: up, Text: "MSBuild takes the nearest one upwards for arguments"})
	}
	return nil
}

// file reads an MSBuild file, once, and follows its imports and project references, which are
// relative to the folder of the project.
func (c *closure) file(name, projectDir string, because transform.Evidence) error {
	if c.loaded[name] != nil || c.refusal != "" {
		return nil
	}
	if len(c.loaded) >= manifest.MaxFollowed {
		return fmt.Errorf("%s: more than %d project files", name, manifest.MaxFollowed)
	}
	p, err := ReadProject(c.fsys, name)
	if err != nil {
		return err
	}
	c.loaded[name] = p
	c.inputs.AddFile(name, because)
	if line, call := manifest.FirstWith(p.data, "<!--", readsFiles); line > 0 {
		c.refuse(transform.Evidence{Source: name, Line: line}, "%s: what it reads cannot be told", call)
	}
	if p.looks.Text != "" {
		c.refuse(p.looks, "%s: it depends on which files are there", strings.TrimSpace(p.looks.Text))
	}
	if lock := p.properties["NuGetLockFilePath"]; lock.Name != "" {
		c.refuse(lock.Source, "the lock file is elsewhere")
	}
	for _, i := range p.Imports {
		if err := c.imported(projectDir, p, i); err != nil {
			return err
		}
	}
	for _, r := range p.Projects {
		if !isProject(name) && !strings.HasPrefix(r.Name, thisFolder) {
			c.refuse(r.Source, "%s: it means another file for each project", r.Name)
		} else if err := c.reference(path.Dir(name), projectDir, r); err != nil {
			return err
		}
	}
	return nil
}

// imported follows an import.
func (c *closure) imported(projectDir string, p *Project, i Reference) error {
	name, err := c.expand(path.Dir(p.Path), projectDir, i.Name)
	switch {
	case err != nil:
		c.refuse(i.Source, "%s", err)
	case name == "": // of the SDK
	case strings.ContainsAny(name, "*?"):
		c.refuse(i.Source, "%s: what it imports cannot be told", i.Name)
	case manifest.IsFile(c.fsys, name):
		return c.file(name, projectDir, transform.Evidence{Source: i.Source.Source, Line: i.Source.Line, Text: "imports " + path.Base(name)})
	case !i.Conditional:
		c.refuse(i.Source, "%s is not in the context", i.Name)
	}
	return nil
}

// sdkFolders are properties that lead to the SDK or to the folder of packages.
var sdkFolders = []string{"$(MSBuildExtensionsPath", "$(MSBuildToolsPath", "$(MSBuildBinPath", "$(MSBuildSDKsPath", "$(VSToolsPath", "$(NuGetPackageRoot", "$(FSharpTargetsPath"}

// thisFolder is the folder of the file that says it.
const thisFolder = "$(MSBuildThisFileDirectory)"

// expand returns the context-relative path of what an MSBuild file in dir calls name, for a project
// in projectDir; "" for a file of the SDK.
func (c *closure) expand(dir, projectDir, name string) (string, error) {
	for _, folder := range sdkFolders {
		if strings.HasPrefix(name, folder) {
			return "", nil
		}
	}
	if file, from, ok := fileAbove(name); ok {
		up, err := manifest.Resolve(dir, strings.ReplaceAll(from, `\`, "/"))
		if err != nil {
			return "", nil // above the context there is none of the project's
		}
		found, _ := nearest(c.fsys, up, file)
		return found, nil
	}
	if rest, ok := strings.CutPrefix(name, thisFolder); ok {
		name = strings.TrimLeft(rest, `\/`)
	} else if rest, ok := strings.CutPrefix(name, "$(MSBuildProjectDirectory)"); ok {
		dir, name = projectDir, strings.TrimLeft(rest, `\/`)
	}
	if strings.Contains(name, "$(") || strings.Contains(name, "@(") || strings.Contains(name, "%(") {
		return "", fmt.Errorf("%s: what it names cannot be told", name)
	}
	return manifest.Resolve(dir, strings.ReplaceAll(name, `\`, "/"))
}

// fileAbove reads $([MSBuild]::GetPathOfFileAbove('file', '$(MSBuildThisFileDirectory)../')), the
// nearest file from there upwards.
func fileAbove(call string) (file, from string, ok bool) {
	_, arguments, ok := strings.Cut(call, "GetPathOfFileAbove(")
	if !ok {
		return "", "", false
	}
	parts := strings.FieldsFunc(arguments, func(r rune) bool { return strings.ContainsRune(`'",)`, r) })
	var words []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			words = append(words, p)
		}
	}
	if len(words) == 0 {
		return "", "", false
	}
	from = "."
	if rest, found := strings.CutPrefix(strings.Join(words[1:], ")"), thisFolder); found {
		from = path.Join(".", strings.TrimLeft(rest, `\/`))
	}
	return words[0], from, true
}

// nearest returns the first file of a name in a folder and those above it.
func nearest(fsys fs.FS, dir, name string) (string, bool) {
	for {
		if file := path.Join(dir, name); manifest.IsFile(fsys, file) {
			return file, true
		}
		if dir == "." {
			return "", false
		}
		dir = path.Dir(dir)
	}
}
