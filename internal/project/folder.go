package project

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
)

// maxListed is how many entries of folders are kept in memory. Beyond that folders are read again each time.
const maxListed = 20_000

// maxKept is how many bytes of files are kept in memory, and maxKeptFile of one file: several passes look at the same sources.
const (
	maxKept     = 2 << 20
	maxKeptFile = 64 << 10
)

// A Folder is the build context of one or more Dockerfiles: what one of them has made it read is not read again
// for the others. It is for several goroutines at once. The folder is opened when something is first asked for.
type Folder struct {
	path string
	once sync.Once
	root *os.Root
	err  error

	mu sync.Mutex
	// last is the folder in which a file was looked for last, lastName its path.
	last     *os.File
	lastName string
	// listings maps folders to their entries, in the order of their names. Nobody may write to them.
	listings map[string][]fs.DirEntry
	listed   int
	// files maps small files to what they were when they were first opened.
	files map[string]*keptFile
	kept  int
	// common maps ignore files to what is known of the context with them.
	common map[string]*commonProject
}

// A commonProject is what Dockerfiles with the same context and the same ignore file share.
type commonProject struct {
	sync.Mutex
	project *Project
}

// NewFolder returns the build context in a folder.
func NewFolder(path string) *Folder {
	return &Folder{path: path, listings: map[string][]fs.DirEntry{}, files: map[string]*keptFile{}, common: map[string]*commonProject{}}
}

// opened returns the folder.
func (f *Folder) opened() (*os.Root, error) {
	f.once.Do(func() { f.root, f.err = os.OpenRoot(f.path) })
	return f.root, f.err
}

// Close ends the use of the folder.
func (f *Folder) Close() error {
	if f.root == nil {
		return nil
	}
	f.below(".", nil)
	return f.root.Close()
}

// open opens a file or a folder of the opened folder, without waiting for a pipe.
func (f *Folder) open(name string) (*os.File, error) {
	return f.root.OpenFile(filepath.FromSlash(name), os.O_RDONLY|syscall.O_NONBLOCK, 0)
}

// inside returns the opened folder that a file lies in, nil if it cannot be opened. Files are mostly read one folder after another, and a root
// goes down all of a path for each of them: this is half of what opening takes.
func (f *Folder) inside(folder string) *os.File {
	f.mu.Lock()
	last, name := f.last, f.lastName
	f.mu.Unlock()
	if last != nil && name == folder {
		return last
	}
	opened, err := f.open(folder)
	if err != nil {
		return nil
	}
	f.below(folder, opened)
	return opened
}

// below closes the folder that was used last, and sets the next. Who still uses the old one is told that it is closed.
func (f *Folder) below(folder string, opened *os.File) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.last != nil {
		f.last.Close()
	}
	f.last, f.lastName = opened, folder
}

// Context returns the context as one of the Dockerfiles sees it, with limits of its own: what is read for the
// others does not count.
func (f *Folder) Context() *Context { return &Context{folder: f} }

// Project returns the project around one of the Dockerfiles; see New. All of them have the same history.
func (f *Folder) Project(dockerfile string, beside fs.FS, history History) *Project {
	p := New(f.Context(), dockerfile, beside, history)
	p.folder = f
	return p
}

// with returns what is known of the context with an ignore file.
func (f *Folder) with(ignored *ignoreFile, history History) *commonProject {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := ignored.path + "\n" + string(ignored.text)
	c, ok := f.common[key]
	if !ok {
		c = &commonProject{project: New(f.Context(), "", nil, history)}
		c.project.ignored = newIgnoreFile(ignored.path, ignored.text, nil) // a matcher is for one goroutine
		f.common[key] = c
	}
	return c
}

// listing returns the entries of a folder that has been read, in the order of their names.
func (f *Folder) listing(name string) (entries []fs.DirEntry, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	entries, ok = f.listings[name]
	return entries, ok
}

// keep remembers the entries of a folder, in the order of their names, as long as there are not too many in all.
func (f *Folder) keep(name string, entries []fs.DirEntry) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.listings[name]; !ok && f.listed+len(entries) <= maxListed {
		f.listings[name] = entries
		f.listed += len(entries)
	}
}

// A keptFile is a file with its content.
type keptFile struct {
	info fs.FileInfo
	text string
}

// file opens a file that is kept; nil for any other.
func (f *Folder) file(name string) fs.File {
	f.mu.Lock()
	defer f.mu.Unlock()
	if kept, ok := f.files[name]; ok {
		return &openKept{kept, strings.NewReader(kept.text)}
	}
	return nil
}

// small opens a small regular file and keeps it, as long as there is room; nil for any other, and for one that a link leads to.
func (f *Folder) small(name string) (fs.File, error) {
	f.mu.Lock()
	room := int64(min(maxKept-f.kept, maxKeptFile))
	f.mu.Unlock()
	file, err := f.readSmall(name, room)
	if file == nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.files[name]; !ok {
		f.files[name] = file
		f.kept += len(file.text)
	}
	return &openKept{file, strings.NewReader(file.text)}, nil
}

// An openKept is an open file that is kept.
type openKept struct {
	*keptFile
	*strings.Reader
}

func (f *openKept) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *openKept) Close() error               { return nil }

// An openFolder is an open folder of a context. Listing a folder below an os.Root takes a system call for each
// entry, so that it is done once for all who ask.
type openFolder struct {
	*os.File
	folder *Folder
	name   string
	// entries are those that have been read and not been returned; begun is true once there were any, and whole
	// where no more are to be read.
	entries      []fs.DirEntry
	begun, whole bool
}

// ReadDir implements fs.ReadDirFile. The order is that of the names where the folder has few enough entries to remember.
func (d *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if err := d.begin(); err != nil {
		return nil, err
	}
	list := d.entries
	if n > 0 {
		list = list[:min(n, len(list))]
	}
	d.entries = d.entries[len(list):]
	switch {
	case d.whole && n > 0 && len(list) == 0:
		return nil, io.EOF
	case d.whole || n > 0 && len(list) > 0:
		return slices.Clone(list), nil // the caller may do as he likes with it
	}
	more, err := d.File.ReadDir(n)
	return append(slices.Clip(list), more...), err
}

// begin takes what is remembered of the folder, or reads as much as can be.
func (d *openFolder) begin() error {
	if d.begun {
		return nil
	}
	d.begun = true
	if d.entries, d.whole = d.folder.listing(d.name); d.whole {
		return nil
	}
	entries, err := d.File.ReadDir(maxListed + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	d.entries, d.whole = entries, len(entries) <= maxListed
	if d.whole {
		slices.SortFunc(d.entries, byName)
		d.folder.keep(d.name, d.entries)
	}
	return nil
}

func byName(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) }
