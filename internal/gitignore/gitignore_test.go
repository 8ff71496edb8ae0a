package gitignore_test

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dopt/internal/gitignore"
)

func TestIgnores(t *testing.T) {
	for _, tc := range []struct {
		patterns, name string
		want           bool
	}{
		{"Dockerfile", "a/b/Dockerfile", true},
		{"/Dockerfile", "a/Dockerfile", false},
		{"/Dockerfile", "Dockerfile", true},
		{"build/", "build", false},
		{"build/", "a/build/Dockerfile", true},
		{"a/*", "a/b/c", true},
		{"a/*.d", "a/b/c.d", false},
		{"a/**/z", "a/z", true},
		{"a/**/z", "a/b/c/z", true},
		{"**/b/**/z", "b/x/b/y/z", true},
		{"a/**", "a", false},
		{"a/**", "a/b", true},
		{"*.d\n!keep.d", "keep.d", false},
		{"dir/\n!dir/keep", "dir/keep", true},
		{"# comment\n\\#file", "#file", true},
		{"\\!file", "!file", true},
		{"trail  \r\n", "trail", true},
		{"trail\\ ", "trail ", true},
		{"[!a]x", "bx", true},
		{"[!a]x", "ax", false},
		{"[", "[", false},
		{"/", "a", false},
		{"a//b", "a/b", false},
		{"\ufefffirst", "first", true},
	} {
		if got := gitignore.Parse(tc.patterns).Ignores(tc.name); got != tc.want {
			t.Errorf("patterns %q, file %q: ignored %v, want %v", tc.patterns, tc.name, got, tc.want)
		}
	}
}

// TestAgainstGit asks git itself about random patterns and paths. "a**/b" is not among them: the
// manual page calls such asterisks regular ones, but git 2.39 lets them match slashes.
func TestAgainstGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	dir := t.TempDir()
	git := func(stdin string, args ...string) string {
		cmd := exec.Command("git", append([]string{"-c", "core.excludesFile="}, args...)...)
		cmd.Dir, cmd.Stdin = dir, strings.NewReader(stdin)
		out, _ := cmd.Output() // check-ignore ends with 1 where nothing is ignored
		return string(out)
	}
	git("", "init", "-q")
	rnd := rand.New(rand.NewPCG(1, 2))
	pick := func(words ...string) string { return words[rnd.IntN(len(words))] }
	names := []string{"a", "b", "ab", "a/a", "a/b", "b/a", "a/b/a", "a/ab/b", "b/b/a/ab", "a/b/a/b/a"}
	for range 150 {
		var b strings.Builder
		for range 1 + rnd.IntN(3) {
			b.WriteString(pick("", "", "", "!") + pick("", "/"))
			for i := range 1 + rnd.IntN(4) {
				if i > 0 {
					b.WriteByte('/')
				}
				b.WriteString(pick("a", "b", "*", "**", "a*", "?b", "[!b]", `\a`))
			}
			b.WriteString(pick("", "", "/", " ") + "\n")
		}
		text := b.String()
		if err := os.WriteFile(filepath.Join(dir, ".gitignore"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		said := "\n" + git(strings.Join(names, "\n"), "check-ignore", "--no-index", "--stdin")
		patterns := gitignore.Parse(text)
		for _, name := range names {
			if want := strings.Contains(said, "\n"+name+"\n"); patterns.Ignores(name) != want {
				t.Errorf("patterns %q, file %q: ignored %v, git says %v", text, name, !want, want)
			}
		}
	}
}
