// Package builds finds out how a project builds a Dockerfile: from which folder, and up to which stage.
// Compose and Bake files say so.
package builds

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

const (
	// maxFile is the largest Compose or Bake file, in bytes, that is read.
	maxFile = 256 << 10
	// maxAbove is how many folders above a Dockerfile are searched where no repository ends the search.
	maxAbove = 3
	// maxSteps bounds the references that are followed in one file: aliases and merges, or targets that inherit.
	maxSteps = 10_000
)

// A Build is one way in which a project builds a Dockerfile. Folders and files are absolute.
type Build struct {
	Context, Dockerfile string
	// Target is the stage that is built, "" for the last.
	Target string
	// Extra is true where the build has named contexts besides.
	Extra bool
	// Source is what says so, as messages call it: "compose.yaml:12: service web".
	Source string
}

// An Answer is what a project's files say about one Dockerfile.
type Answer struct {
	// Context is the folder of the build context as the Dockerfile's own path is written, absolute or
	// relative to the current folder; "" if no file names the Dockerfile.
	Context string
	// Ambiguous is true where files name the Dockerfile with several contexts: what fits one may break another.
	Ambiguous bool
	// AtRoot is true where the Dockerfile lies in the root of a repository.
	AtRoot bool
	// Targets are the stages that are built for their own sake.
	Targets []string
	// Notes say what was found and what could not be used, a line each.
	Notes []string
}

// formats are the files that name Dockerfiles. Of one row the first that is there counts, as for the
// programs that read them.
var formats = []struct {
	names []string
	read  func(data []byte) ([]definition, error)
}{
	{[]string{"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"}, readCompose},
	{[]string{"docker-bake.json"}, readBakeJSON},
	{[]string{"docker-bake.hcl"}, readBakeHCL},
}

// A definition is a build as its file writes it.
type definition struct {
	// name and line say which it is: "service web".
	name string
	line int
	// context is relative to the file's folder, dockerfile to the context.
	context, dockerfile, target string
	extra                       bool
}

// A Finder finds the builds of Dockerfiles and reads each file once.
type Finder struct {
	// folders maps absolute folders to what the files in them say.
	folders map[string]*folder
}

// A folder is what the files of one folder say.
type folder struct {
	builds []Build
	notes  []string
	// root is true for the root of a repository.
	root bool
}

// For returns what the files around a Dockerfile say about it. It looks in the Dockerfile's folder and those above, up to
// the root of the repository.
func (f *Finder) For(dockerfile string) Answer {
	file, err := filepath.Abs(dockerfile)
	if err != nil {
		return Answer{}
	}
	var found []Build
	var answer Answer
	top := filepath.Dir(file)
	answer.AtRoot = f.folder(top).root
	for _, dir := range f.above(top) {
		folder := f.folder(dir)
		answer.Notes = append(answer.Notes, folder.notes...)
		for _, b := range folder.builds {
			if b.Dockerfile == file {
				found = append(found, b)
			}
		}
		top = dir
	}
	found = slices.DeleteFunc(found, func(b Build) bool {
		if within(b.Context, top) {
			return false
		}
		answer.Notes = append(answer.Notes, fmt.Sprintf("%s: its context is not a folder of the project and is not used", b.Source))
		return true
	})
	answer.decide(found, dockerfile)
	return answer
}

// decide settles what several builds of one Dockerfile mean.
func (a *Answer) decide(found []Build, dockerfile string) {
	for _, b := range found {
		if b.Target != "" && !slices.Contains(a.Targets, b.Target) {
			a.Targets = append(a.Targets, b.Target)
		}
		if b.Extra {
			a.Notes = append(a.Notes, b.Source+": its additional contexts are not looked at")
		}
	}
	for _, b := range found {
		if b.Context != found[0].Context {
			a.Ambiguous = true
			a.Notes = append(a.Notes, fmt.Sprintf("no build context: %s and %s do not agree on it; --context chooses one", found[0].Source, b.Source))
			return
		}
	}
	if len(found) > 0 {
		a.Context = found[0].Context
		if !filepath.IsAbs(dockerfile) {
			if here, err := os.Getwd(); err == nil {
				a.Context, _ = filepath.Rel(here, a.Context) // both are absolute
			}
		}
		a.Notes = append(a.Notes, fmt.Sprintf("build context %s: %s", a.Context, found[0].Source))
	}
}

// above returns a folder and those above it up to the root of the repository; without one some levels only.
func (f *Finder) above(dir string) []string {
	var levels []string
	for d := dir; ; d = filepath.Dir(d) {
		levels = append(levels, d)
		if f.folder(d).root {
			return levels
		}
		if d == filepath.Dir(d) {
			return levels[:min(len(levels), maxAbove+1)]
		}
	}
}

// folder reads the files of a folder.
func (f *Finder) folder(dir string) *folder {
	if found, ok := f.folders[dir]; ok {
		return found
	}
	found := &folder{}
	_, err := os.Lstat(filepath.Join(dir, ".git"))
	found.root = err == nil
	for _, format := range formats {
		for _, name := range format.names {
			path := filepath.Join(dir, name)
			data, err := read(path)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			var list []definition
			if err == nil {
				list, err = format.read(data)
			}
			if err != nil {
				found.notes = append(found.notes, fmt.Sprintf("%s is not used: %v", shown(path), err))
			}
			for _, d := range list {
				found.builds = append(found.builds, d.build(path))
			}
			break
		}
	}
	if f.folders == nil {
		f.folders = map[string]*folder{}
	}
	f.folders[dir] = found
	return found
}

// build resolves the paths of a definition; path is its file.
func (d definition) build(path string) Build {
	b := Build{Context: join(filepath.Dir(path), d.context), Target: d.target, Extra: d.extra, Source: shown(path)}
	b.Dockerfile = join(b.Context, d.dockerfile)
	if d.line > 0 {
		b.Source += fmt.Sprintf(":%d", d.line)
	}
	b.Source += ": " + d.name
	return b
}

func join(folder, path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(folder, path)
}

// within reports whether a path lies in a folder or is it, symbolic links resolved.
func within(path, folder string) bool {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	if folder, err = filepath.EvalSymlinks(folder); err != nil {
		return false
	}
	rel, err := filepath.Rel(folder, real)
	return err == nil && filepath.IsLocal(rel)
}

// isLocal reports whether a context is a folder and not an address or another build's result.
func isLocal(context string) bool {
	return !strings.Contains(context, ":") && !strings.HasPrefix(context, "github.com/") && !strings.HasPrefix(context, "~")
}

// shown is a path as messages call it: from the current folder if it is below.
func shown(path string) string {
	if here, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return path
}

// read reads a regular file of at most maxFile bytes, without waiting for a pipe.
func read(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		if e, ok := errors.AsType[*fs.PathError](err); ok {
			err = e.Err
		}
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("larger than %d bytes", maxFile)
	}
	return data, err
}

var errTooMany = fmt.Errorf("more than %d references to follow", maxSteps)
