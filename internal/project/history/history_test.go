package history_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dopt/internal/project"
	"dopt/internal/project/history"
)

var _ project.History = (*history.History)(nil)

// git runs git in a folder, with nobody's configuration.
func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "protocol.file.allow=always"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %q: %v\n%s", args, err, out)
	}
	return string(out)
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// repository makes one with n commits of random changes and some merges.
func repository(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	git(t, dir, "init", "-q", "-b", "main")
	r := rand.New(rand.NewPCG(3, 4))
	random := func() string {
		return filepath.Join(dir, []string{"", "app", "app/src", "app.d", "docs"}[r.IntN(5)], fmt.Sprintf("f%d.txt", r.IntN(8)))
	}
	for i := range n {
		date := fmt.Sprintf("%d +0000", 1_700_000_000+100*i)
		t.Setenv("GIT_AUTHOR_DATE", date)
		t.Setenv("GIT_COMMITTER_DATE", date)
		if i > 5 && i%10 == 0 {
			git(t, dir, "checkout", "-q", "-b", fmt.Sprint("side", i), "HEAD~2")
			write(t, filepath.Join(dir, "app", fmt.Sprint("side", i)), "x")
			git(t, dir, "add", "-A")
			git(t, dir, "commit", "-q", "-m", "side")
			git(t, dir, "checkout", "-q", "main")
			git(t, dir, "merge", "-q", "-m", "merge", fmt.Sprint("side", i))
			continue
		}
		for range 1 + r.IntN(3) {
			if name := random(); r.IntN(4) > 0 {
				write(t, name, strings.Repeat(fmt.Sprintln(r.IntN(1000)), 50))
			} else if r.IntN(2) == 0 {
				os.Remove(name)
			}
		}
		git(t, dir, "add", "-A")
		git(t, dir, "commit", "-q", "--allow-empty", "-m", fmt.Sprint("change ", i))
	}
	return dir
}

// gitLog is what git itself says.
func gitLog(t *testing.T, dir, folder string) [][]string {
	t.Helper()
	out := git(t, dir, "log", "--no-merges", "--no-renames", "--name-only", "--relative="+folder, "--format=commit %P")
	var changes [][]string
	for part := range strings.SplitSeq(out, "commit ") {
		parents, files, _ := strings.Cut(part, "\n")
		if paths := strings.Fields(files); len(paths) > 0 && parents != "" {
			changes = append(changes, paths)
		}
	}
	return changes
}

func changes(t *testing.T, dir string) [][]string {
	t.Helper()
	f := &history.Finder{}
	defer f.Close()
	got := f.For(dir).Changes()
	for _, paths := range got {
		slices.Sort(paths)
	}
	return got
}

func compare(t *testing.T, name string, got, want [][]string) {
	t.Helper()
	for _, paths := range want {
		slices.Sort(paths)
	}
	if len(want) == 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %d changes, git has %d\ngot  %q\nwant %q", name, len(got), len(want), got, want)
	}
}

// TestChanges: git is the oracle, however the repository is stored.
func TestChanges(t *testing.T) {
	dir := repository(t, 40)
	check := func(name, dir string) {
		t.Helper()
		compare(t, name, changes(t, dir), gitLog(t, dir, ""))
		compare(t, name+", a folder", changes(t, filepath.Join(dir, "app")), gitLog(t, dir, "app/"))
	}
	check("loose objects", dir)
	git(t, dir, "gc", "-q", "--aggressive")
	if loose, _ := filepath.Glob(filepath.Join(dir, ".git/objects/??/*")); len(loose) > 0 {
		t.Fatalf("%d loose objects are left", len(loose))
	}
	check("one pack, packed references", dir)
	git(t, dir, "-c", "repack.useDeltaBaseOffset=false", "repack", "-q", "-a", "-d", "-f")
	check("deltas by hash", dir)
	write(t, filepath.Join(dir, "new"), "x")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "new")
	check("a pack and loose objects", dir)

	worktree := filepath.Join(t.TempDir(), "worktree")
	git(t, dir, "worktree", "add", "-q", worktree, "HEAD~3")
	check("a worktree", worktree)
	git(t, dir, "checkout", "-q", "HEAD~5")
	check("no branch", dir)

	outer := t.TempDir()
	git(t, outer, "init", "-q")
	git(t, outer, "submodule", "add", "-q", dir, "libs/inner")
	check("a submodule", filepath.Join(outer, "libs/inner"))
}

func TestShallow(t *testing.T) {
	dir := repository(t, 22)
	clone := filepath.Join(t.TempDir(), "clone")
	git(t, dir, "clone", "-q", "--depth=8", "file://"+dir, clone)
	// The last commits of the clone have no parent there, so nobody knows what they changed.
	compare(t, "shallow", changes(t, clone), gitLog(t, clone, ""))
	clone1 := filepath.Join(t.TempDir(), "clone1")
	git(t, dir, "clone", "-q", "--depth=1", "file://"+dir, clone1)
	if got := changes(t, clone1); len(got) > 0 {
		t.Errorf("a clone of one commit has changes: %q", got)
	}
}

func TestTracked(t *testing.T) {
	dir := t.TempDir()
	git(t, dir, "init", "-q")
	write(t, filepath.Join(dir, "app/src/a.txt"), "x")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "one")
	write(t, filepath.Join(dir, "app/dist/b.js"), "x")
	f := &history.Finder{}
	defer f.Close()
	h := f.For(filepath.Join(dir, "app"))
	for name, want := range map[string]bool{".": true, "src": true, "src/a.txt": true, "dist": false, "src/a.txt/x": false, "nowhere": false, "s": false} {
		if h.Tracked(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

func TestSweepingCommitsDoNotCount(t *testing.T) {
	dir := t.TempDir()
	git(t, dir, "init", "-q")
	git(t, dir, "commit", "-q", "--allow-empty", "-m", "first")
	for i, n := range []int{1000, 1001} {
		for j := range n {
			write(t, filepath.Join(dir, fmt.Sprintf("d%d/%d", i, j)), "x")
		}
		git(t, dir, "add", "-A")
		git(t, dir, "commit", "-q", "-m", "many")
	}
	if got := changes(t, dir); len(got) != 1 || len(got[0]) != 1000 {
		t.Errorf("%d changes", len(got))
	}
}

func TestNoRepository(t *testing.T) {
	sha256 := t.TempDir()
	git(t, sha256, "init", "-q", "--object-format=sha256")
	git(t, sha256, "commit", "-q", "--allow-empty", "-m", "one")
	empty := t.TempDir()
	git(t, empty, "init", "-q")
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "nowhere"), empty, sha256} {
		f := &history.Finder{}
		h := f.For(dir)
		if got := h.Changes(); len(got) > 0 || h.Tracked(".") {
			t.Errorf("%s: %q", dir, got)
		}
		f.Close()
	}
}

// BenchmarkChanges reads 500 commits of a repository of 2,000 files in 100 folders.
func BenchmarkChanges(b *testing.B) {
	dir := b.TempDir()
	git(b, dir, "init", "-q", "-b", "main")
	var stream strings.Builder
	name := func(i int) string { return fmt.Sprintf("src/d%d/d%d/f%d.txt", i%10, i/10%10, i) }
	for i := range 502 {
		fmt.Fprintf(&stream, "commit refs/heads/main\ncommitter a <a@example.org> %d +0000\ndata 1\nx\n", 1_700_000_000+i)
		first, last := 7*i, 7*i+2
		if i == 0 {
			first, last = 0, 2000
		}
		for f := first; f < last; f++ {
			text := fmt.Sprintln("text", i, f)
			fmt.Fprintf(&stream, "M 644 inline %s\ndata %d\n%s\n", name(f%2000), len(text), text)
		}
	}
	write := exec.Command("git", "fast-import", "--quiet")
	write.Dir, write.Stdin = dir, strings.NewReader(stream.String())
	if out, err := write.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	b.ReportAllocs()
	for b.Loop() {
		f := &history.Finder{}
		if got := f.For(dir).Changes(); len(got) != 500 {
			b.Fatal(len(got))
		}
		f.Close()
	}
}
