package node

import (
	"bytes"
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

// What a package.json is to the install, as a reason.
const (
	manifestOfProject = "it says what to install"
	manifestOfMember  = "it is a package of the workspace"
)

// postinstalls are packages whose own install script looks at files of the project that asks for them.
// Sources:
// https://www.prisma.io/docs/orm/prisma-client/setup-and-configuration/generating-prisma-client,
// https://pptr.dev/guides/configuration
var postinstalls = []struct {
	name  string
	files []string
}{
	{"puppeteer", []string{
		".puppeteerrc", ".puppeteerrc.json", ".puppeteerrc.yaml", ".puppeteerrc.yml", ".puppeteerrc.js", ".puppeteerrc.cjs",
		".puppeteerrc.mjs", "puppeteer.config.js", "puppeteer.config.cjs", "puppeteer.config.mjs", "puppeteer.config.ts",
	}},
}

// addPackage adds a package.json and what it names. because is "" where its folder is an input whole.
func (g *gatherer) addPackage(p *Package, because string) error {
	if g.seen[p.dir()] {
		return nil
	}
	if g.seen[p.dir()] = true; len(g.seen) > manifest.MaxFollowed {
		return fmt.Errorf("more than %d packages belong to the project", manifest.MaxFollowed)
	}
	if modules := path.Join(p.dir(), "node_modules"); manifest.IsDir(g.fsys, modules) {
		return fmt.Errorf("%s is in the context: an install would find it, and it would cover the one that is made (an ignore file keeps it out)", modules)
	}
	if because != "" {
		g.inputs.AddFile(p.File, transform.Evidence{Source: p.File, Text: because})
	}
	for _, add := range []func(*Package) error{g.addLocals, g.addPatches, g.addScripts, g.addPostinstalls} {
		if err := add(p); err != nil {
			return err
		}
	}
	return nil
}

// addLocals adds the folders and archives that dependencies are taken from.
func (g *gatherer) addLocals(p *Package) error {
	for _, name := range slices.Sorted(maps.Keys(p.Meta)) {
		if p.Meta[name].Injected {
			return fmt.Errorf("%s: the source of %s is copied into node_modules (injected)", p.File, name)
		}
	}
	specifiers, replacements := gathered(p.Dependencies, p.DevDependencies, p.Optional, p.Peer), gathered(p.Resolutions, p.PNPM.Overrides)
	collect(p.Overrides, replacements, 0)
	maps.Copy(specifiers, replacements)
	for _, specifier := range slices.Sorted(maps.Keys(specifiers)) {
		because := p.finder.Find(`"`+specifier+`"`, specifier)
		if strings.HasPrefix(specifier, "exec:") || strings.HasPrefix(specifier, "git+file:") {
			return fmt.Errorf("%s:%d: %s is not known before the build", p.File, because.Line, specifier)
		}
		err := g.addYarnPatch(specifier, because)
		if local, ok := localPath(specifier); ok {
			if replacements[specifier] != "" {
				return fmt.Errorf("%s:%d: %s takes the place of packages that others need", p.File, because.Line, specifier)
			}
			err = g.addLocal(p.dir(), local, because)
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", p.File, because.Line, err)
		}
	}
	return nil
}

// gathered returns the values of several objects.
func gathered(objects ...texts) map[string]string {
	all := map[string]string{}
	for _, values := range objects {
		for _, value := range values {
			all[value] = value
		}
	}
	return all
}

// collect gathers the texts of a nested object.
func collect(value any, into map[string]string, depth int) {
	switch v := value.(type) {
	case string:
		into[v] = v
	case map[string]any:
		for _, inner := range v {
			if depth < maxNested {
				collect(inner, into, depth+1)
			}
		}
	}
}

// addYarnPatch adds the patch that a specifier of Yarn names:
// patch:left-pad@npm%3A1.0.0#~/.yarn/patches/x.patch.
// Source: https://yarnpkg.com/protocol/patch
func (g *gatherer) addYarnPatch(specifier string, because transform.Evidence) error {
	if !strings.HasPrefix(specifier, "patch:") {
		return nil
	}
	_, patches, _ := strings.Cut(specifier, "#")
	patches, _, _ = strings.Cut(patches, "::")
	for patch := range strings.SplitSeq(patches, "&") {
		patch = strings.TrimPrefix(patch, "optional!")
		if patch == "" || strings.HasPrefix(patch, "builtin<") || strings.HasPrefix(patch, "~builtin<") {
			continue
		}
		if err := g.addFile(g.root, strings.TrimPrefix(patch, "~/"), because); err != nil {
			return err
		}
	}
	return nil
}

// addPatches adds the patches that pnpm and Bun apply.
func (g *gatherer) addPatches(p *Package) error {
	for _, patched := range []texts{p.Patched, p.PNPM.Patched} {
		for _, name := range slices.Sorted(maps.Keys(patched)) {
			if err := g.addFile(p.dir(), patched[name], p.finder.Find(`"`+name+`"`)); err != nil {
				return fmt.Errorf("%s: %w", p.File, err)
			}
		}
	}
	return nil
}

// addFile adds a file, relative to dir, that must be there.
func (g *gatherer) addFile(dir, name string, because transform.Evidence) error {
	file, err := manifest.Resolve(dir, name)
	if err != nil {
		return err
	}
	if !manifest.IsFile(g.fsys, file) {
		return fmt.Errorf("%s is not in the context", file)
	}
	g.inputs.AddFile(file, because)
	return nil
}

// addDir adds a folder, relative to dir, if it is there.
func (g *gatherer) addDir(dir, name string, because transform.Evidence) error {
	found, err := manifest.Resolve(dir, name)
	switch {
	case err != nil:
		return err
	case g.holdsProject(found):
		return fmt.Errorf("%s is the whole project", name)
	case manifest.IsDir(g.fsys, found):
		g.inputs.AddDir(found, because)
	}
	return nil
}

// holdsProject reports whether the project is in a folder.
func (g *gatherer) holdsProject(dir string) bool {
	return dir == "." || dir == g.root || strings.HasPrefix(g.root, dir+"/")
}

// addLocal adds a folder with a package, or an archive of one.
func (g *gatherer) addLocal(dir, name string, because transform.Evidence) error {
	found, err := manifest.Resolve(dir, name)
	switch {
	case err != nil:
		return err
	case g.members[found]:
		return nil
	case manifest.IsFile(g.fsys, found):
		g.inputs.AddFile(found, because)
		return nil
	case !manifest.IsDir(g.fsys, found):
		return fmt.Errorf("%s is not in the context", found)
	case g.holdsProject(found):
		return fmt.Errorf("%s is the project itself", name)
	}
	g.inputs.AddDir(found, because)
	p, err := ReadPackage(g.fsys, path.Join(found, "package.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // link: allows it
	}
	if err != nil {
		return err
	}
	if err := g.addPackage(p, ""); err != nil {
		return err
	}
	return g.addBins(p)
}

// addBins adds the programs of a package that is linked: without the file npm makes no link, and of
// what is linked it changes the mode, and the line endings: https://github.com/npm/bin-links. The
// source that is copied later would undo both.
func (g *gatherer) addBins(p *Package) error {
	if p.Directories.Bin != "" {
		return fmt.Errorf("%s: directories.bin: its programs are part of the source", p.File)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Bin)) {
		file, err := manifest.Resolve(p.dir(), p.Bin[name])
		if err != nil {
			return fmt.Errorf("%s: %w", p.File, err)
		}
		if !manifest.IsFile(g.fsys, file) {
			continue // not there either way when the install runs
		}
		because := p.finder.Find(`"` + p.Bin[name] + `"`)
		info, err := fs.Stat(g.fsys, file)
		if err != nil {
			return err
		}
		if info.Mode()&0o111 == 0 {
			return fmt.Errorf("%s:%d: the install makes %s executable, and the source copied later would change it back", p.File, because.Line, file)
		}
		code, err := manifest.Read(g.fsys, file)
		if err != nil {
			return err
		}
		if first, _, _ := bytes.Cut(code, []byte("\n")); bytes.HasPrefix(first, []byte("#!")) && bytes.HasSuffix(first, []byte("\r")) {
			return fmt.Errorf("%s: the install changes its line endings, and the source copied later would change them back", file)
		}
		g.inputs.AddFile(file, because)
	}
	return nil
}

// addPostinstalls adds what install scripts of dependencies read of the project.
func (g *gatherer) addPostinstalls(p *Package) error {
	if !g.scripts {
		return nil
	}
	for _, post := range postinstalls {
		if !p.HasDependency(post.name) {
			continue
		}
		for _, name := range post.files {
			file := path.Join(p.dir(), name)
			if !manifest.IsFile(g.fsys, file) {
				continue
			}
			if code := path.Ext(name); code != ".cjs" && code != ".js" && code != ".mjs" && code != ".ts" {
				g.inputs.AddFile(file, p.finder.Find(`"`+post.name+`"`))
			} else if err := g.addCode(file, "is read by the install of "+post.name, p); err != nil {
				return err
			}
		}
	}
	if p.HasDependency("@prisma/client") {
		return g.addPrisma(p, nil)
	}
	return nil
}
