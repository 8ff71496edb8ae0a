package dockerfiles_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dopt/internal/dockerfiles"
)

func TestIsName(t *testing.T) {
	for name, want := range map[string]bool{
		"Dockerfile": true, "Dockerfile.dev": true, "app.Dockerfile": true, "app.dockerfile": true,
		"Containerfile": true, "Containerfile.web": true, "dockerfile": true, "Dockerfile.prod.old": true,
		"Dockerfile.md": false, "Dockerfile.orig": false, "Dockerfile.rej": false, "Dockerfile.bak": false,
		".Dockerfile.swp": false, "Dockerfile.dockerignore": false, "Dockerfile~": false,
		"Dockerfile.j2": false, "Containerfile.in": false, "Makefile": false, "docker": false, "Dockerfiles": false,
	} {
		if got := dockerfiles.IsName(name); got != want {
			t.Errorf("IsName(%q) = %v, want %v", name, got, want)
		}
	}
}

// tree makes files in a new folder, which becomes the current one. A name with
// " -> " is a symbolic link, one with a final slash a folder, and "name=text" has content.
func tree(t *testing.T, names ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, name := range names {
		name, text, _ := strings.Cut(name, "=")
		name, target, isLink := strings.Cut(name, " -> ")
		if err := os.MkdirAll(filepath.Dir(name+"x"), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		switch {
		case isLink:
			err = os.Symlink(target, name)
		case !strings.HasSuffix(name, "/"):
			err = os.WriteFile(name, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestFind(t *testing.T) {
	for _, tc := range []struct {
		name  string
		tree  []string
		paths []string
		want  []string
	}{
		{
			"nested and hidden folders, sorted as paths",
			[]string{"b/Dockerfile", "a/x.dockerfile", ".devcontainer/Dockerfile", "Dockerfile", "b.d/Dockerfile", "README.md"},
			[]string{"."},
			[]string{".devcontainer/Dockerfile", "Dockerfile", "a/x.dockerfile", "b.d/Dockerfile", "b/Dockerfile"},
		},
		{
			"other people's code",
			[]string{".git/Dockerfile", "vendor/x/Dockerfile", "a/node_modules/b/Dockerfile", "src/Dockerfile"},
			[]string{"."},
			[]string{"src/Dockerfile"},
		},
		{
			"ignore files of the repository, of folders above and below",
			[]string{
				".git/info/exclude=/private/\n", ".gitignore=build/\n*.dockerfile\n", "private/Dockerfile",
				"sub/.gitignore=!keep.dockerfile\nDockerfile.tmp1\n", "sub/keep.dockerfile", "sub/lose/a.dockerfile",
				"sub/Dockerfile.tmp1", "sub/build/Dockerfile", "sub/Dockerfile",
			},
			[]string{"sub", "private"},
			[]string{"private/Dockerfile", "sub/Dockerfile", "sub/keep.dockerfile"},
		},
		{
			"an ignore file outside of a repository holds for its own folder only",
			[]string{".gitignore=Dockerfile\n", "a/.gitignore=x.dockerfile\n", "a/x.dockerfile", "a/Dockerfile"},
			[]string{"a"},
			[]string{"a/Dockerfile"},
		},
		{
			"an ignored file that is named is meant",
			[]string{".git/x", ".gitignore=Dockerfile\n", "Dockerfile"},
			[]string{"Dockerfile"},
			[]string{"Dockerfile"},
		},
		{
			"any name when it is named, and twice is once",
			[]string{"docker.txt", "Dockerfile"},
			[]string{"docker.txt", "Dockerfile", "./Dockerfile", "."},
			[]string{"Dockerfile", "docker.txt"},
		},
		{
			"links: loops and ways out of the folder are not followed, the file counts before its link",
			[]string{
				"w/Dockerfile", "w/Dockerfile.link -> Dockerfile", "w/up -> ..", "w/self -> self", "w/Dockerfile.loop -> Dockerfile.loop",
				"out/Dockerfile", "w/Dockerfile.out -> ../out/Dockerfile", "w/Dockerfile.gone -> nowhere",
				"w/Dockerfile.other -> settings", "w/settings", "w/Dockerfile.folder -> d", "w/d/",
			},
			[]string{"w"},
			[]string{"w/Dockerfile", "w/Dockerfile.other"},
		},
		{
			"a link that is named is followed",
			[]string{"w/Dockerfile -> ../out", "out", "folder -> other", "other/Dockerfile"},
			[]string{"w/Dockerfile", "folder"},
			[]string{"folder/Dockerfile", "w/Dockerfile"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tree(t, tc.tree...)
			got, errs := dockerfiles.Find(tc.paths)
			if len(errs) > 0 {
				t.Error(errs)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("found %q\nwant  %q", got, tc.want)
			}
		})
	}
}

func TestFindAbsolute(t *testing.T) {
	tree(t, "a/Dockerfile")
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := dockerfiles.Find([]string{here}); !slices.Equal(got, []string{"a/Dockerfile"}) {
		t.Errorf("found %q, want the path relative to the current folder", got)
	}
	t.Chdir("a")
	want := filepath.Join(here, "a/Dockerfile")
	t.Chdir(t.TempDir())
	if got, _ := dockerfiles.Find([]string{want}); !slices.Equal(got, []string{want}) {
		t.Errorf("found %q, want %q", got, want)
	}
}

func TestFindErrors(t *testing.T) {
	tree(t, "Dockerfile")
	got, errs := dockerfiles.Find([]string{"nowhere", ".", "Dockerfile/x"})
	if !slices.Equal(got, []string{"Dockerfile"}) {
		t.Errorf("found %q: the other paths must go on", got)
	}
	want := []string{"nowhere:1:1: no such file or directory", "Dockerfile/x:1:1: not a directory"}
	for i, err := range errs {
		if i >= len(want) || err.Error() != want[i] {
			t.Errorf("error %q, want %q", err, want[min(i, len(want)-1)])
		}
	}
	if len(errs) != len(want) {
		t.Errorf("%d errors, want %d", len(errs), len(want))
	}
}
