package golang

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// Inputs returns what "go mod download", "go mod verify" or a "go install" of another module's
// program reads. Commands that read packages of the project are refused.
func Inputs(fsys fs.FS, in manifest.Install) (manifest.Inputs, error) {
	c, err := in.Command()
	if err != nil {
		return manifest.Inputs{}, err
	}
	dir := in.Dir
	if flag, ok := c.Flag("-C", "--C"); ok {
		if dir, err = in.Path(flag.Value); err != nil {
			return manifest.Inputs{}, err
		}
	}
	if c.Asks == "install" && len(c.Operands) > 0 && !slices.ContainsFunc(c.Operands, unversioned) {
		// It does not look at the go.mod of the folder: https://go.dev/ref/mod#go-install.
		return manifest.Inputs{}, nil
	}
	r := &reader{fsys: fsys, getenv: in.Getenv}
	r.find(dir)
	if r.work == "" && r.module == "" {
		return r.withoutModule(c)
	}
	if refusal := r.refuse(c); refusal != "" {
		return manifest.Refuse("", 0, "%s", refusal), nil
	}
	if err := r.gather(c); err != nil {
		return manifest.Inputs{}, err
	}
	return r.inputs, nil
}

// unversioned reports whether an operand of go install is a package of the module it is run in.
func unversioned(operand string) bool { return !strings.Contains(operand, "@") }

// A reader finds what one command reads.
type reader struct {
	fsys   fs.FS
	getenv func(string) string
	// work and module are the paths of the go.work and go.mod that count, "" where there is none.
	work, module string
	inputs       manifest.Inputs
}

// find looks for go.work and go.mod in dir and the folders above it.
func (r *reader) find(dir string) {
	for {
		if file := path.Join(dir, "go.mod"); r.module == "" && manifest.IsFile(r.fsys, file) {
			r.module = file
		}
		if file := path.Join(dir, "go.work"); r.work == "" && manifest.IsFile(r.fsys, file) && r.env("GOWORK") != "off" {
			r.work = file
		}
		if dir == "." {
			return
		}
		dir = path.Dir(dir)
	}
}

// env returns a variable's value, "" for what is not set.
func (r *reader) env(name string) string {
	if r.getenv == nil {
		return ""
	}
	return r.getenv(name)
}

// withoutModule tells the inputs of a command that is run outside of any module.
func (r *reader) withoutModule(c manifest.Command) (manifest.Inputs, error) {
	if strings.HasPrefix(c.Asks, "mod ") {
		return manifest.Refuse("", 0, "there is no go.mod"), nil
	}
	return manifest.Refuse("", 0, "there is no go.mod: \"go %s\" finds the dependencies in the source", c.Asks), nil
}

// local reports whether an operand names packages of the working directory.
func local(operand string) bool {
	return modfile.IsDirectoryPath(operand) || operand == "all" || operand == "..."
}

// refuse returns why the files that c reads cannot be told, "" if they can.
func (r *reader) refuse(c manifest.Command) string {
	modules := path.Dir(r.module)
	if r.work != "" {
		modules = path.Dir(r.work)
	}
	vendored := path.Join(modules, "vendor/modules.txt")
	switch {
	case r.env("GO111MODULE") == "off":
		return "GO111MODULE=off: the dependencies are found in the source"
	case r.env("GOWORK") != "" && r.env("GOWORK") != "off":
		return "GOWORK names a file that may lie outside the context"
	case c.HasFlag("-modfile", "--modfile", "-overlay", "--overlay"),
		strings.Contains(r.env("GOFLAGS"), "-modfile"), strings.Contains(r.env("GOFLAGS"), "-overlay"):
		return "another file takes the place of go.mod"
	case manifest.IsFile(r.fsys, vendored):
		return vendored + ": the modules are vendored, nothing need be downloaded"
	case c.Asks == "get" && len(c.Operands) > 0 && !slices.ContainsFunc(c.Operands, local):
		return `"go get" changes go.mod, which the source copied later would change back`
	case c.Asks == "mod download", c.Asks == "mod verify":
		return ""
	case c.Asks == "install" && len(c.Operands) > 0 && !slices.ContainsFunc(c.Operands, local):
		return r.refuseInstall(c.Operands)
	}
	return fmt.Sprintf("%q reads the packages of the project", "go "+c.Asks)
}

// refuseInstall returns why a go install of packages without a version needs the source, "" if all
// of them belong to other modules.
func (r *reader) refuseInstall(packages []string) string {
	if r.work != "" || r.module == "" {
		return "\"go install\" in a workspace may mean packages of the project"
	}
	file, err := ReadModule(r.fsys, r.module)
	if err != nil {
		return err.Error()
	}
	own := []string{"main"}
	if file.Module != nil {
		own = append(own, file.Module.Mod.Path)
	}
	for _, replace := range file.Replace {
		if modfile.IsDirectoryPath(replace.New.Path) {
			own = append(own, replace.Old.Path)
		}
	}
	for _, p := range packages {
		for _, prefix := range own {
			if p == prefix || strings.HasPrefix(p, prefix+"/") {
				return fmt.Sprintf("%q installs a package of the project", "go install "+p)
			}
		}
	}
	return ""
}

// gather collects the files of the workspace, or of the module where there is none.
func (r *reader) gather(c manifest.Command) error {
	if r.work == "" {
		return r.addModule(r.module, convention(r.module), true)
	}
	dir := path.Dir(r.work)
	r.inputs.AddFile(r.work, convention(r.work))
	r.inputs.AddThere(r.fsys, dir, "go reads it beside go.work", "go.work.sum")
	work, err := ReadWork(r.fsys, r.work)
	if err != nil {
		return err
	}
	for _, use := range work.Use {
		member, err := manifest.Resolve(dir, use.Path)
		if err != nil {
			return fmt.Errorf("%s: %w", at(r.work, use.Syntax), err)
		}
		if err := r.addModule(path.Join(member, "go.mod"), evidence(r.work, use.Syntax), true); err != nil {
			return err
		}
	}
	return r.addReplaced(r.work, work.Replace)
}

func convention(name string) transform.Evidence {
	return transform.Evidence{Source: name, Text: "go reads " + path.Base(name) + " of its working directory, or of the nearest folder above"}
}

// addModule adds a go.mod and, of a main module, its go.sum and what its replacements name: in
// other modules neither counts.
func (r *reader) addModule(name string, because transform.Evidence, main bool) error {
	file, err := ReadModule(r.fsys, name)
	if err != nil {
		return err
	}
	r.inputs.AddFile(name, because)
	if !main {
		return nil
	}
	r.inputs.AddThere(r.fsys, path.Dir(name), "go checks the modules against it", "go.sum")
	return r.addReplaced(name, file.Replace)
}

// addReplaced adds the go.mod of each folder that takes the place of a module.
func (r *reader) addReplaced(name string, replaces []*modfile.Replace) error {
	for _, replace := range replaces {
		if !modfile.IsDirectoryPath(replace.New.Path) {
			continue
		}
		dir, err := manifest.Resolve(path.Dir(name), replace.New.Path)
		if err != nil {
			return fmt.Errorf("%s: %w", at(name, replace.Syntax), err)
		}
		because := evidence(name, replace.Syntax)
		if err := r.addModule(path.Join(dir, "go.mod"), because, false); err != nil {
			return fmt.Errorf("%s: %w", at(name, replace.Syntax), err)
		}
	}
	return nil
}
