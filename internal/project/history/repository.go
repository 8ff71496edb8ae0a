package history

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// maxRefs is the largest file of references, in bytes, that is read.
const maxRefs = 16 << 20

// A repository is read when it is first asked for something.
type repository struct {
	worktree string

	mu     sync.Mutex
	opened bool
	// objects is nil where there is no repository that can be read.
	objects *objects
	head    hash
	commits [][]string
	walked  bool
}

// changes returns what the last commits changed, newest first.
func (r *repository) changes() [][]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open() && !r.walked {
		r.walked = true
		r.commits = r.objects.log(r.head)
	}
	return r.commits
}

// tracked reports whether the last commit has something at a path.
func (r *repository) tracked(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.open() && r.objects.has(r.head, name)
}

func (r *repository) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.objects != nil {
		r.objects.close()
		r.objects = nil
	}
}

// open opens the repository, once.
func (r *repository) open() bool {
	if r.opened {
		return r.objects != nil
	}
	r.opened = true
	own, common, err := gitFolders(r.worktree)
	if err != nil {
		return false
	}
	ownRoot, err := os.OpenRoot(own)
	if err != nil {
		return false
	}
	defer ownRoot.Close()
	root, err := os.OpenRoot(common)
	if err != nil {
		return false
	}
	if r.head, err = resolveHead(ownRoot, root); err != nil {
		root.Close()
		return false
	}
	r.objects = newObjects(root)
	return true
}

// gitFolders returns the folder of a worktree's own git files and the one that it shares with others. A .git file
// may name any folder of the machine; only what is laid out as git does it and names the worktree in turn is taken.
func gitFolders(worktree string) (own, common string, err error) {
	file := filepath.Join(worktree, ".git")
	info, err := os.Lstat(file)
	if err != nil || info.IsDir() {
		return file, file, err
	}
	root, err := os.OpenRoot(worktree)
	if err != nil {
		return "", "", err
	}
	defer root.Close()
	text, err := readFile(root, ".git", 4096)
	if err != nil {
		return "", "", err
	}
	own, ok := strings.CutPrefix(strings.TrimSpace(string(text)), "gitdir: ")
	if !ok {
		return "", "", errors.New("not a .git file")
	}
	if !filepath.IsAbs(own) {
		own = filepath.Join(worktree, own)
	}
	own = filepath.Clean(own)
	switch common = filepath.Dir(filepath.Dir(own)); {
	case isModule(worktree, own):
		return own, own, nil
	case filepath.Base(filepath.Dir(own)) == "worktrees" && namesBack(own, file):
		return own, common, nil
	}
	return "", "", fmt.Errorf("%s does not belong to %s", own, worktree)
}

// isModule reports whether own is the git folder of a submodule: it lies in the repository around it.
func isModule(worktree, own string) bool {
	above, _, ok := strings.Cut(own, filepath.Join(string(filepath.Separator), ".git", "modules")+string(filepath.Separator))
	return ok && strings.HasPrefix(worktree, above+string(filepath.Separator))
}

// namesBack reports whether the git folder of a worktree names the worktree's .git file.
func namesBack(own, file string) bool {
	root, err := os.OpenRoot(own)
	if err != nil {
		return false
	}
	defer root.Close()
	text, err := readFile(root, "gitdir", 4096)
	return err == nil && filepath.Clean(strings.TrimSpace(string(text))) == file
}

// resolveHead returns the commit that HEAD means.
func resolveHead(own, common *os.Root) (hash, error) {
	text, err := readFile(own, "HEAD", 4096)
	if err != nil {
		return hash{}, err
	}
	for range 5 { // a reference may name another
		name, symbolic := strings.CutPrefix(strings.TrimSpace(string(text)), "ref: ")
		if !symbolic {
			return parseHash(name)
		}
		if !fs.ValidPath(name) || !strings.HasPrefix(name, "refs/") {
			break
		}
		if text, err = readFile(common, name, 4096); errors.Is(err, fs.ErrNotExist) {
			return packedRef(common, name)
		}
		if err != nil {
			return hash{}, err
		}
	}
	return hash{}, errors.New("HEAD names no commit")
}

// packedRef looks a reference up in the file that holds those which have no file of their own.
func packedRef(root *os.Root, name string) (hash, error) {
	text, err := readFile(root, "packed-refs", maxRefs)
	if err != nil {
		return hash{}, err
	}
	for line := range strings.Lines(string(text)) {
		if h, ref, ok := strings.Cut(strings.TrimSpace(line), " "); ok && ref == name {
			return parseHash(h)
		}
	}
	return hash{}, fmt.Errorf("no reference %s", name)
}

// readFile reads a regular file of at most limit bytes.
func readFile(root *os.Root, name string, limit int64) ([]byte, error) {
	f, info, err := openFile(root, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info.Size() > limit {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, limit)
	}
	return io.ReadAll(io.LimitReader(f, limit))
}

// openFile opens a regular file; it does not wait for a pipe.
func openFile(root *os.Root, name string) (*os.File, fs.FileInfo, error) {
	f, err := root.OpenFile(filepath.FromSlash(name), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s: not a regular file", name)
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
