package history_test

import (
	"bytes"
	"compress/zlib"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"dopt/internal/project/history"
)

// hostileConfig names a program wherever git would run one.
const hostileConfig = `[core]
	repositoryformatversion = 0
	fsmonitor = touch PWNED
	pager = touch PWNED
	sshCommand = touch PWNED
	hooksPath = .
	gitProxy = touch PWNED
	alternateRefsCommand = touch PWNED
	attributesFile = attributes
[pager]
	log = touch PWNED
[diff]
	external = touch PWNED
[diff "x"]
	textconv = touch PWNED
	command = touch PWNED
[log]
	showSignature = true
[gpg]
	program = touch PWNED
[include]
	path = /etc/passwd
[alias]
	log = !touch PWNED
[extensions]
	partialClone = origin
[protocol "ext"]
	allow = always
[remote "origin"]
	promisor = true
	url = ext::touch% PWNED
`

// TestHostileConfig: nothing that the configuration names is run, and the history is read all the same.
func TestHostileConfig(t *testing.T) {
	dir := repository(t, 10)
	want := gitLog(t, dir, "")
	pwned := filepath.Join(dir, "PWNED")
	write(t, filepath.Join(dir, ".git/config"), strings.ReplaceAll(hostileConfig, "PWNED", pwned))
	write(t, filepath.Join(dir, ".gitattributes"), "* diff=x filter=x\n")
	compare(t, "hostile configuration", changes(t, dir), want)
	if _, err := os.Lstat(pwned); err == nil {
		t.Error("a program was run")
	}
}

// deflate compresses as git does.
func deflate(data []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write(data)
	z.Close()
	return b.Bytes()
}

// TestHostileRepository: whatever a repository is made of, it is read without harm, or not at all.
func TestHostileRepository(t *testing.T) {
	const id = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	object := ".git/objects/aa/" + id[2:]
	outside := repository(t, 12)
	for name, files := range map[string]map[string]string{
		"a commit that is its own parent": {
			".git/HEAD": id, object: string(deflate([]byte("commit 150\x00tree " + id + "\nparent " + id + "\ncommitter a <a> 1 +0000\n" + strings.Repeat("x", 35)))),
		},
		"a size without end":    {".git/HEAD": id, object: string(deflate([]byte("commit 99999999999999\x00tree ")))},
		"a negative size":       {".git/HEAD": id, object: string(deflate([]byte("commit -1\x00tree ")))},
		"a bomb":                {".git/HEAD": id, object: string(deflate(append([]byte("commit 1000000000\x00"), make([]byte, 64<<20)...)))},
		"no object":             {".git/HEAD": id, object: "garbage"},
		"HEAD in a circle":      {".git/HEAD": "ref: refs/heads/a", ".git/refs/heads/a": "ref: refs/heads/a"},
		"HEAD leads out":        {".git/HEAD": "ref: refs/../../../secret"},
		"a large HEAD":          {".git/HEAD": strings.Repeat("a", 1<<20)},
		"an index of nothing":   {".git/HEAD": id, ".git/objects/pack/p.idx": "\xfftOc\x00\x00\x00\x02", ".git/objects/pack/p.pack": ""},
		"an index of too much":  {".git/HEAD": id, ".git/objects/pack/p.idx": "\xfftOc\x00\x00\x00\x02" + strings.Repeat("\xff", 1024), ".git/objects/pack/p.pack": "x"},
		"another's repository":  {".git": "gitdir: " + outside + "/.git\n"},
		"another's worktree":    {".git": "gitdir: " + outside + "/.git/worktrees/x\n"},
		"a .git file of nobody": {".git": "nonsense"},
	} {
		dir := t.TempDir()
		for path, text := range files {
			write(t, filepath.Join(dir, path), text)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if got := changes(t, dir); len(got) > 0 {
			t.Errorf("%s: %q", name, got)
		}
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 32<<20 {
			t.Errorf("%s: took %d MB", name, used>>20)
		}
	}
}

// TestLinksOutOfRepository: what links lead to is not read.
func TestLinksOutOfRepository(t *testing.T) {
	other := repository(t, 12)
	for _, name := range []string{".git", ".git/objects", ".git/HEAD", ".git/refs"} {
		dir := t.TempDir()
		if name != ".git" {
			write(t, filepath.Join(dir, ".git/HEAD"), "ref: refs/heads/main\n")
			os.Remove(filepath.Join(dir, name))
		}
		if err := os.Symlink(filepath.Join(other, name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if got := changes(t, dir); len(got) > 0 {
			t.Errorf("%s: %d changes", name, len(got))
		}
	}
}

// FuzzPack: no pack makes the reader panic or hang.
func FuzzPack(f *testing.F) {
	f.Add([]byte("\x9a\x03"), []byte("x"))
	f.Add([]byte("\xe1\x01\x01"), []byte("\x01\x01\x90\x01"))
	f.Add([]byte("\xf1aaaaaaaaaaaaaaaaaaaa"), []byte("\x00\x00"))
	f.Fuzz(func(t *testing.T, head, data []byte) {
		dir := t.TempDir()
		git := filepath.Join(dir, ".git")
		write(t, filepath.Join(git, "HEAD"), strings.Repeat("00", 20))
		pack := string(head) + string(deflate(data))
		write(t, filepath.Join(git, "objects/pack/p.pack"), pack)
		index := "\xfftOc\x00\x00\x00\x02" + strings.Repeat("\x00\x00\x00\x01", 256) + strings.Repeat("\x00", 20+4+4)
		write(t, filepath.Join(git, "objects/pack/p.idx"), index)
		finder := &history.Finder{}
		defer finder.Close()
		finder.For(dir).Changes()
		finder.For(dir).Tracked("a/b")
	})
}
