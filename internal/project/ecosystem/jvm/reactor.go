package jvm

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// maxParents is how many parents of a POM are followed.
const maxParents = 50

// A Reactor is what Maven loads for one command: a POM, its modules and theirs, and the parents of
// all of them that are in the context.
type Reactor struct {
	// Top is the POM that the command is about.
	Top *POM
	// Modules are the POMs that are built, Top among them, sorted by path.
	Modules []*POM

	// loaded are all POMs by path, because why each is; POMs of parents may be no modules.
	loaded  map[string]*POM
	because map[string]transform.Evidence
}

// ReadReactor reads the POM name and what Maven loads with it. Modules of profiles count where
// they are there.
func ReadReactor(fsys fs.FS, name string) (*Reactor, error) {
	r := &Reactor{loaded: map[string]*POM{}, because: map[string]transform.Evidence{}}
	modules := map[string]*POM{}
	var err error
	if r.Top, err = r.follow(fsys, name, modules, transform.Evidence{Source: name, Text: "Maven's project file"}); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		r.Modules = append(r.Modules, modules[name])
	}
	return r, nil
}

// follow loads a module and its modules.
func (r *Reactor) follow(fsys fs.FS, name string, modules map[string]*POM, because transform.Evidence) (*POM, error) {
	p, err := r.load(fsys, name, because)
	if err != nil || modules[name] != nil {
		return p, err
	}
	modules[name] = p
	for i, parts := range p.parts() {
		ofProfile := i > 0
		for _, module := range parts.Modules {
			file, err := moduleFile(fsys, p, module)
			if err != nil {
				return nil, err
			}
			if ofProfile && !manifest.IsFile(fsys, file) {
				continue
			}
			because := transform.Evidence{Source: p.Path, Line: manifest.LineOf(p.data, "<module>"+module), Text: "the module " + module}
			if _, err := r.follow(fsys, file, modules, because); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// moduleFile returns the POM that a module's name means: a folder's, or the file itself.
func moduleFile(fsys fs.FS, p *POM, module string) (string, error) {
	file, err := manifest.Resolve(p.dir(), p.expand(module))
	if err != nil {
		return "", fmt.Errorf("%s: module %w", p.Path, err)
	}
	if manifest.IsFile(fsys, file) {
		return file, nil
	}
	return path.Join(file, "pom.xml"), nil
}

// load reads a POM, once, and its parents.
func (r *Reactor) load(fsys fs.FS, name string, because transform.Evidence) (*POM, error) {
	if p := r.loaded[name]; p != nil {
		return p, nil
	}
	if len(r.loaded) >= manifest.MaxFollowed {
		return nil, fmt.Errorf("%s: more than %d POMs", name, manifest.MaxFollowed)
	}
	p, err := ReadPOM(fsys, name)
	if err != nil {
		return nil, err
	}
	r.loaded[name], r.because[name] = p, because
	if p.Parent == nil {
		return p, nil
	}
	file, err := parentFile(fsys, p)
	if err != nil || file == "" {
		return p, err
	}
	p.up, err = r.load(fsys, file, transform.Evidence{
		Source: p.Path, Line: manifest.LineOf(p.data, "<parent>"), Text: "the parent " + p.Parent.ArtifactID,
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil // Maven then asks the repositories
	}
	return p, err
}

// parentFile returns where in the context Maven looks for the parent, "" for nowhere.
func parentFile(fsys fs.FS, p *POM) (string, error) {
	to := "../pom.xml"
	if p.Parent.RelativePath != nil {
		if to = *p.Parent.RelativePath; to == "" {
			return "", nil
		}
	}
	file, err := manifest.Resolve(p.dir(), to)
	if err != nil {
		if p.Parent.RelativePath == nil {
			return "", nil // the folder above the context has none of the project's
		}
		return "", fmt.Errorf("%s: parent %w", p.Path, err)
	}
	if manifest.IsDir(fsys, file) {
		file = path.Join(file, "pom.xml")
	}
	return file, nil
}

// Files returns the paths of all POMs that Maven loads from the context, sorted.
func (r *Reactor) Files() []string { return sortedKeys(r.loaded) }

// artifacts returns the names of what the modules are.
func (r *Reactor) artifacts() map[string]bool {
	built := map[string]bool{}
	for _, p := range r.Modules {
		built[p.key()] = true
	}
	return built
}

// plugin returns a reference of a POM to one of the artifacts as a plugin, or as a dependency of one.
func (p *POM) plugin(built map[string]bool) (Artifact, bool) {
	for _, plugin := range slices.Concat(p.Build.Plugins, p.Build.ManagedPlugins) {
		for _, a := range append(plugin.Dependencies, plugin) {
			if built[p.keyOf(a)] {
				return a, true
			}
		}
	}
	return Artifact{}, false
}

// siblings returns the dependencies of a POM that are among the artifacts.
func (p *POM) siblings(built map[string]bool) []Artifact {
	var all []Artifact
	for _, parts := range p.parts() {
		for _, d := range parts.Dependencies {
			if built[p.keyOf(d)] {
				all = append(all, d)
			}
		}
	}
	return all
}
