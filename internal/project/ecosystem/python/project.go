package python

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// A Project is a pyproject.toml.
// Source: https://packaging.python.org/en/latest/specifications/pyproject-toml/
type Project struct {
	// File is its path in the context.
	File string `toml:"-"`
	// BuildSystem says how the project becomes a package, nil where it does not say.
	BuildSystem *struct {
		Requires []string `toml:"requires"`
		Backend  string   `toml:"build-backend"`
	} `toml:"build-system"`
	// Metadata is the table [project] of PEP 621, nil where there is none.
	Metadata *struct {
		Name         string              `toml:"name"`
		Dynamic      []string            `toml:"dynamic"`
		Dependencies []string            `toml:"dependencies"`
		Optional     map[string][]string `toml:"optional-dependencies"`
		Scripts      map[string]string   `toml:"scripts"`
	} `toml:"project"`
	// Groups are the dependency groups of PEP 735: texts, and tables that include another group.
	Groups map[string][]any `toml:"dependency-groups"`
	Tool   struct {
		Poetry *Poetry `toml:"poetry"`
		UV     *UV     `toml:"uv"`
		PDM    *PDM    `toml:"pdm"`
		// PoetryVersioning is the table of the plugin that asks git for the version.
		PoetryVersioning *struct {
			Enable bool `toml:"enable"`
		} `toml:"poetry-dynamic-versioning"`
	} `toml:"tool"`

	text   []byte
	finder *manifest.Finder
}

// Poetry is the table [tool.poetry]. The value of a dependency is a constraint, a table or a list of
// tables.
// Source: https://python-poetry.org/docs/pyproject/
type Poetry struct {
	Name            string         `toml:"name"`
	PackageMode     *bool          `toml:"package-mode"`
	Dependencies    map[string]any `toml:"dependencies"`
	DevDependencies map[string]any `toml:"dev-dependencies"`
	Group           map[string]struct {
		Dependencies map[string]any `toml:"dependencies"`
	} `toml:"group"`
	Scripts map[string]any `toml:"scripts"`
}

// UV is the table [tool.uv]. A source is a table or a list of tables.
// Source: https://docs.astral.sh/uv/reference/settings/
type UV struct {
	Package         *bool          `toml:"package"`
	DevDependencies []string       `toml:"dev-dependencies"`
	Sources         map[string]any `toml:"sources"`
	FindLinks       []string       `toml:"find-links"`
	Index           []struct {
		URL string `toml:"url"`
	} `toml:"index"`
	Workspace *struct {
		Members []string `toml:"members"`
		Exclude []string `toml:"exclude"`
	} `toml:"workspace"`
}

// PDM is the table [tool.pdm].
// Source: https://pdm-project.org/en/latest/reference/pep621/
type PDM struct {
	Distribution    *bool               `toml:"distribution"`
	DevDependencies map[string][]string `toml:"dev-dependencies"`
	Scripts         map[string]any      `toml:"scripts"`
}

// ReadProject reads a pyproject.toml. The error begins with its path.
func ReadProject(fsys fs.FS, name string) (*Project, error) {
	p := &Project{File: name}
	text, err := manifest.ReadTOML(fsys, name, p)
	if err != nil {
		return nil, err
	}
	p.text, p.finder = text, manifest.NewFinder(name, text)
	return p, nil
}

// evidence is a line that has text.
func (p *Project) evidence(text string) transform.Evidence { return p.finder.Find(text) }

// A declared dependency is one entry of pyproject.toml: a text as PEP 508 writes it, or, for
// poetry, a name with a constraint, a table or a list of tables.
type declared struct {
	group, text, name string
	value             any
}

// declared returns all entries: those that the program needs first, then by group.
func (p *Project) declared() []declared {
	var all []declared
	texts := func(group string, list []string) {
		for _, text := range list {
			all = append(all, declared{group: group, text: text})
		}
	}
	byName := func(group string, entries map[string]any) {
		for _, name := range slices.Sorted(maps.Keys(entries)) {
			if name != "python" {
				all = append(all, declared{group: group, name: name, value: entries[name]})
			}
		}
	}
	if m := p.Metadata; m != nil {
		texts("", m.Dependencies)
		for _, group := range slices.Sorted(maps.Keys(m.Optional)) {
			texts("optional", m.Optional[group])
		}
	}
	if poetry := p.Tool.Poetry; poetry != nil {
		byName("", poetry.Dependencies)
		byName("dev", poetry.DevDependencies)
		for _, group := range slices.Sorted(maps.Keys(poetry.Group)) {
			byName(group, poetry.Group[group].Dependencies)
		}
	}
	for _, group := range slices.Sorted(maps.Keys(p.Groups)) {
		texts(group, textsOf(p.Groups[group]))
	}
	if p.Tool.UV != nil {
		texts("dev", p.Tool.UV.DevDependencies)
	}
	if p.Tool.PDM != nil {
		for _, group := range slices.Sorted(maps.Keys(p.Tool.PDM.DevDependencies)) {
			texts(group, p.Tool.PDM.DevDependencies[group])
		}
	}
	return all
}

// Dependencies returns what the project asks for: what the program needs first, then by group.
// Path is left empty where it leads out of the context.
func (p *Project) Dependencies() []manifest.Dependency {
	var all []manifest.Dependency
	for _, entry := range p.declared() {
		if entry.name != "" {
			all = append(all, p.named(entry))
		} else if d, ok := p.texted(entry); ok {
			all = append(all, d)
		}
	}
	return all
}

// texted reads an entry that PEP 508 defines, false if it is none.
func (p *Project) texted(entry declared) (d manifest.Dependency, ok bool) {
	text := strings.TrimPrefix(entry.text, "-e ")
	if local, isLocal := localPath(text); isLocal {
		name, _, _ := strings.Cut(text, "@")
		d, ok = manifest.Dependency{Name: Normalize(strings.TrimSpace(name))}, true
		d.Path, _ = resolveLocal(path.Dir(p.File), local)
	} else {
		d, ok = ParseRequirement(text)
	}
	d.Group, d.Source = entry.group, p.evidence(entry.text)
	return d, ok
}

// named reads an entry of poetry.
func (p *Project) named(entry declared) manifest.Dependency {
	d := manifest.Dependency{Name: Normalize(entry.name), Group: entry.group, Source: p.finder.Find("\n"+entry.name+" =", entry.name)}
	d.Constraint, _ = entry.value.(string)
	for _, table := range tables(entry.value) {
		d.Constraint, d.Marker = stringOf(table, "version"), stringOf(table, "markers")
		d.Git, d.URL = stringOf(table, "git"), stringOf(table, "url")
		d.Extras = textsOf(listOf(table["extras"]))
		if local := stringOf(table, "path"); local != "" {
			d.Path, _ = resolveLocal(path.Dir(p.File), local)
		}
		if optional, _ := table["optional"].(bool); optional && d.Group == "" {
			d.Group = "optional"
		}
	}
	d.Version = exact(d.Constraint)
	return d
}

// A localEntry is a path that a manifest or a lock gives to a dependency, as it is written.
type localEntry struct {
	path    string
	because transform.Evidence
}

// locals returns the paths of dependencies.
func (p *Project) locals() []localEntry {
	entries := p.declared()
	if uv := p.Tool.UV; uv != nil {
		for _, name := range slices.Sorted(maps.Keys(uv.Sources)) {
			entries = append(entries, declared{name: name, value: uv.Sources[name]})
		}
	}
	var all []localEntry
	for _, entry := range entries {
		if local, ok := localPath(strings.TrimPrefix(entry.text, "-e ")); ok {
			all = append(all, localEntry{local, p.evidence(entry.text)})
		}
		for _, table := range tables(entry.value) {
			for _, local := range []string{stringOf(table, "path"), localRepository(table)} {
				if local != "" {
					all = append(all, localEntry{local, p.evidence(local)})
				}
			}
		}
	}
	return all
}

// localRepository returns the path of the folder that a dependency is cloned from, "" where it is on another machine, written as a URL or, as
// git allows, host:path. Source: https://git-scm.com/docs/git-clone#_git_urls
func localRepository(table map[string]any) string {
	repository := stringOf(table, "git")
	host, _, _ := strings.Cut(repository, "/")
	if strings.Contains(host, ":") && !strings.HasPrefix(repository, "file:") {
		return ""
	}
	return repository
}

// localName returns the path of a folder or archive that is given as a path or a file: URL.
// ${PROJECT_ROOT} is the folder of pyproject.toml for pdm, {root:uri} for hatch.
func localName(name string) string {
	name = strings.TrimPrefix(strings.Replace(name, "{root:uri}", ".", 1), "file:")
	name = strings.TrimPrefix(name, "//")
	if below, ok := strings.CutPrefix(name, "/${PROJECT_ROOT}"); ok {
		return "." + below
	}
	return name
}

// resolveLocal returns the context-relative path of a folder or archive, given as a path or a
// file: URL, relative to dir.
func resolveLocal(dir, name string) (string, error) {
	name = localName(name)
	if strings.ContainsAny(name, "$%{") {
		return "", fmt.Errorf("%s has parts that are not known before the build", name)
	}
	return manifest.Resolve(dir, name)
}

// tables returns the tables of a value that is one or a list of them.
func tables(value any) []map[string]any {
	if table, ok := value.(map[string]any); ok {
		return []map[string]any{table}
	}
	var all []map[string]any
	for _, entry := range listOf(value) {
		if table, ok := entry.(map[string]any); ok {
			all = append(all, table)
		}
	}
	return all
}

// textsOf returns the texts of a list that holds other things, too.
func textsOf(list []any) []string {
	var all []string
	for _, entry := range list {
		if text, ok := entry.(string); ok {
			all = append(all, text)
		}
	}
	return all
}

func listOf(value any) []any {
	list, _ := value.([]any)
	return list
}

func stringOf(table map[string]any, key string) string {
	s, _ := table[key].(string)
	return s
}
