package node

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// A setting of .npmrc or .yarnrc that names a file, or makes an install run code.
type setting struct {
	name string
	// isDir is true where it names a folder, isCode where it names, or gives, code.
	isDir, isCode bool
}

// settings are those of the project's own files. Sources:
// https://docs.npmjs.com/cli/v11/using-npm/config, https://pnpm.io/settings,
// https://classic.yarnpkg.com/en/docs/yarnrc
var settings = []setting{
	{name: "cafile"},
	{name: "certfile"},
	{name: "keyfile"},
	{name: "yarn-path"},
	{name: "yarn-offline-mirror", isDir: true},
	{name: "node-options", isCode: true},
	{name: "onload-script", isCode: true},
	{name: "script-shell", isCode: true},
	{name: "pnpmfile", isCode: true},
	{name: "global-pnpmfile", isCode: true},
	{name: "userconfig", isCode: true},
	{name: "lockfile-dir", isCode: true},
	{name: "inject-workspace-packages", isCode: true},
}

// addSettings adds what the settings of the project name, and notes whether they switch install
// scripts off.
func (g *gatherer) addSettings() error {
	if err := g.refuseAbove(); err != nil {
		return err
	}
	names := []string{".npmrc"}
	switch g.manager {
	case "yarn":
		names = []string{".yarnrc", ".npmrc"}
	case "yarn-berry":
		return g.addBerry()
	}
	for _, name := range names {
		file := path.Join(g.root, name)
		data, err := manifest.Read(g.fsys, file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		number := 0
		for line := range strings.Lines(string(data)) {
			number++
			if err := g.addSetting(transform.Evidence{Source: file, Line: number, Text: strings.TrimSpace(line)}); err != nil {
				return fmt.Errorf("%s:%d: %w", file, number, err)
			}
		}
	}
	if g.manager == "pnpm" {
		return g.addPNPM()
	}
	return nil
}

// above are the settings that Yarn takes from the folders above the project, too. Sources:
// https://classic.yarnpkg.com/en/docs/yarnrc, https://yarnpkg.com/configuration/yarnrc
var above = map[string][]string{"yarn": {".yarnrc", ".npmrc"}, "yarn-berry": {".yarnrc.yml"}}

// refuseAbove refuses a project with such settings: they belong to a larger one.
func (g *gatherer) refuseAbove() error {
	for dir := g.root; dir != "."; {
		dir = path.Dir(dir)
		for _, name := range above[g.manager] {
			if file := path.Join(dir, name); manifest.IsFile(g.fsys, file) {
				return fmt.Errorf("%s: its settings count in %s, too", file, g.root)
			}
		}
	}
	return nil
}

// addSetting reads one line: name=value, or name value in .yarnrc.
func (g *gatherer) addSetting(line transform.Evidence) error {
	end := strings.IndexAny(line.Text, "= ")
	if end < 0 || strings.HasPrefix(line.Text, "#") || strings.HasPrefix(line.Text, ";") {
		return nil
	}
	name := strings.Trim(strings.TrimPrefix(line.Text[:end], "--install."), `"`)
	value := strings.Trim(strings.TrimLeft(line.Text[end:], "= "), `"'`)
	if strings.TrimPrefix(name, "--") == "ignore-scripts" && value == "true" {
		g.scripts = false
	}
	for _, s := range settings {
		switch {
		case s.name != name:
		case s.isCode:
			return fmt.Errorf("%s may make the install read the source", name)
		case s.isDir:
			return g.addDir(g.root, value, line)
		default:
			return g.addFile(g.root, value, line)
		}
	}
	return nil
}

// Yarnrc is what an install reads of a .yarnrc.yml. Source: https://yarnpkg.com/configuration/yarnrc
type Yarnrc struct {
	YarnPath                string `yaml:"yarnPath"`
	NodeLinker              string `yaml:"nodeLinker"`
	EnableScripts           *bool  `yaml:"enableScripts"`
	EnableConstraintsChecks bool   `yaml:"enableConstraintsChecks"`
	CAFile                  string `yaml:"httpsCaFilePath"`
	// Plugins are tables with path and spec, or paths.
	Plugins []any `yaml:"plugins"`
}

// berryDirs are folders of .yarn that Yarn reads:
// https://yarnpkg.com/getting-started/qa#which-files-should-be-gitignored
var berryDirs = []string{".yarn/cache", ".yarn/patches", ".yarn/plugins", ".yarn/releases", ".yarn/unplugged"}

// addBerry adds what .yarnrc.yml and the folder .yarn have.
func (g *gatherer) addBerry() error {
	file := path.Join(g.root, ".yarnrc.yml")
	var rc Yarnrc
	if _, err := manifest.ReadYAML(g.fsys, file, &rc); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if rc.EnableConstraintsChecks {
		return fmt.Errorf("%s: enableConstraintsChecks runs code of the project", file)
	}
	if rc.EnableScripts != nil && !*rc.EnableScripts {
		g.scripts = false
	}
	named := []string{rc.YarnPath, rc.CAFile}
	for _, plugin := range rc.Plugins {
		switch plugin := plugin.(type) {
		case string:
			named = append(named, plugin)
		case map[string]any:
			spec, _ := plugin["spec"].(string)
			if !strings.HasPrefix(spec, "@yarnpkg/") {
				return fmt.Errorf("%s: the plugin %s is code of the project", file, spec)
			}
			local, _ := plugin["path"].(string)
			named = append(named, local)
		}
	}
	for _, name := range named {
		if name == "" || strings.HasPrefix(name, "@yarnpkg/") {
			continue
		}
		if err := g.addFile(g.root, name, transform.Evidence{Source: file, Text: name}); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	for _, dir := range berryDirs {
		if err := g.addDir(g.root, dir, transform.Evidence{Source: dir, Text: "yarn reads it in the project's folder"}); err != nil {
			return err
		}
	}
	return nil
}

// Workspace is a pnpm-workspace.yaml, which holds settings, too. Source:
// https://pnpm.io/pnpm-workspace_yaml
type Workspace struct {
	Packages      []string          `yaml:"packages"`
	Patched       map[string]string `yaml:"patchedDependencies"`
	Overrides     map[string]string `yaml:"overrides"`
	IgnoreScripts bool              `yaml:"ignoreScripts"`
	Pnpmfile      any               `yaml:"pnpmfile"`
	// Inject makes pnpm copy the packages of the workspace instead of linking them.
	Inject bool `yaml:"injectWorkspacePackages"`
}

// ReadWorkspace reads a pnpm-workspace.yaml. The error begins with its path.
func ReadWorkspace(fsys fs.FS, name string) (*Workspace, error) {
	w := &Workspace{}
	_, err := manifest.ReadYAML(fsys, name, w)
	return w, err
}

// addPNPM adds what pnpm-workspace.yaml names, and .pnpmfile.cjs.
func (g *gatherer) addPNPM() error {
	for _, name := range []string{".pnpmfile.cjs", ".pnpmfile.mjs", "pnpmfile.js"} {
		file := path.Join(g.root, name)
		if !manifest.IsFile(g.fsys, file) {
			continue
		}
		p := &Package{File: file, finder: manifest.NewFinder(file, nil)}
		if err := g.addCode(file, "is run by the install", p); err != nil {
			return err
		}
	}
	file := path.Join(g.root, "pnpm-workspace.yaml")
	w, err := ReadWorkspace(g.fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if w.Pnpmfile != nil || w.Inject {
		return fmt.Errorf("%s: pnpmfile and injectWorkspacePackages make the install read the source", file)
	}
	g.scripts = g.scripts && !w.IgnoreScripts
	for _, name := range slices.Sorted(maps.Keys(w.Patched)) {
		if err := g.addFile(g.root, w.Patched[name], transform.Evidence{Source: file, Text: w.Patched[name]}); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.Overrides)) {
		if local, ok := localPath(w.Overrides[name]); ok {
			if err := g.addLocal(g.root, local, transform.Evidence{Source: file, Text: w.Overrides[name]}); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return nil
}

// addFetch adds what pnpm fetch reads: the lock file, and no manifest but for the patches and the
// version of pnpm that it names. Source: https://pnpm.io/cli/fetch
func (g *gatherer) addFetch() error {
	if !g.isFile("pnpm-lock.yaml") {
		return fmt.Errorf("there is no %s", path.Join(g.root, "pnpm-lock.yaml"))
	}
	g.inputs.AddThere(g.fsys, g.root, "pnpm reads it", lockFiles["pnpm"]...)
	p, err := ReadPackage(g.fsys, path.Join(g.root, "package.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	g.inputs.AddFile(p.File, transform.Evidence{Source: p.File, Text: "it may say which version of pnpm to use"})
	return g.addPatches(p)
}
