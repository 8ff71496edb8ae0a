package project

import (
	"io/fs"

	"dopt/transform"
)

// A Project is a build context that knows its ignore file, its sizes and how often its files
// change. It looks everything up when it is first asked for, and each folder once. It is not for
// several goroutines at once.
type Project struct {
	fsys       fs.FS
	dockerfile string
	beside     fs.FS
	history    History
	// folder is the context where other Dockerfiles are built from it, too; nil where that is not known.
	folder *Folder
	// shared is what those have in common that have the same ignore file as well, nil as long as nobody has asked.
	shared *commonProject

	ignored *ignoreFile
	walk    walk
	changes *changes
	// remembered is what was found out for passes.
	remembered map[any]any
}

var _ transform.Project = (*Project)(nil)

// New returns the project whose build context is fsys. dockerfile is the path of the Dockerfile as
// seen from the context, "" if it is no file; where it begins with "../" it lies outside, and
// beside is the folder that holds it. history may be nil.
func New(fsys fs.FS, dockerfile string, beside fs.FS, history History) *Project {
	p := &Project{fsys: fsys, dockerfile: dockerfile, beside: beside, history: history}
	p.walk = walk{fsys: fsys, folders: map[string]sum{}}
	p.remembered = map[any]any{}
	return p
}

// Open implements fs.FS.
func (p *Project) Open(name string) (fs.File, error) { return p.fsys.Open(name) }

// Stat implements fs.StatFS.
func (p *Project) Stat(name string) (fs.FileInfo, error) { return fs.Stat(p.fsys, name) }

// Lstat implements fs.ReadLinkFS.
func (p *Project) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(p.fsys, name) }

// ReadLink implements fs.ReadLinkFS. It returns an error where the context cannot tell.
func (p *Project) ReadLink(name string) (string, error) { return fs.ReadLink(p.fsys, name) }

// ReadFile implements fs.ReadFileFS.
func (p *Project) ReadFile(name string) ([]byte, error) { return fs.ReadFile(p.fsys, name) }

// ReadDir implements fs.ReadDirFS.
func (p *Project) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(p.fsys, name) }

// IgnoreFile implements transform.Project.
func (p *Project) IgnoreFile() (path string, text []byte) {
	f := p.ignoreFile()
	return f.path, f.text
}

// Ignored implements transform.Project. A folder counts as ignored only if nothing below it can be
// an exception.
func (p *Project) Ignored(path string) bool { return p.ignoreFile().hides(p.fsys, path) }

// Usage implements transform.Project.
func (p *Project) Usage(path string) (transform.Usage, error) {
	q, done := p.common()
	defer done()
	s, err := q.below(path)
	return s.usage, err
}

// Remember implements transform.Project.
func (p *Project) Remember(key any, find func(transform.Project) any) any {
	q, done := p.common()
	defer done()
	value, ok := q.remembered[key]
	if !ok {
		value = find(q)
		q.remembered[key] = value
	}
	return value
}

// common returns the project that finds things out: one for all Dockerfiles with the same folder and the same ignore
// file. done ends its use.
func (p *Project) common() (q *Project, done func()) {
	if p.folder == nil || p.ignoreFile().err != nil {
		return p, func() {}
	}
	if p.shared == nil {
		p.shared = p.folder.with(p.ignoreFile(), p.history)
	}
	p.shared.Lock()
	return p.shared.project, p.shared.Unlock
}

// With implements transform.Project.
func (p *Project) With(files fs.FS) transform.Project {
	return New(files, p.dockerfile, p.beside, p.history)
}

// below adds up what the build receives at and below a path.
func (p *Project) below(path string) (sum, error) {
	f := p.ignoreFile()
	if f.err != nil {
		return sum{}, f.err
	}
	if !fs.ValidPath(path) {
		return sum{}, &fs.PathError{Op: "walk", Path: path, Err: fs.ErrInvalid}
	}
	return p.walk.below(path, f)
}
