package driver_test

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"dopt/internal/driver"
	"dopt/transform"
)

// lookAt runs a pass that tells what it sees of the context of one Dockerfile; the notes come with it.
func lookAt(t *testing.T, file, folder string) (seen string, notes []string) {
	t.Helper()
	pass := &transform.Pass{Name: "look", Doc: "Look.", Run: func(c *transform.Context) error {
		if c.Project == nil {
			seen = "nothing"
			return nil
		}
		path, text := c.Project.IgnoreFile()
		usage, err := c.Project.Usage(".")
		seen = fmt.Sprintf("%d files, %s %q, targets %q", usage.Files, path, text, c.Settings.Targets)
		return err
	}}
	o := options()
	o.Passes = []*transform.Pass{pass}
	inputs, errs := driver.Inputs([]string{file}, folder)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for f := range driver.Run(t.Context(), inputs, o) {
		if f.Err != nil {
			t.Fatal(f.Err)
		}
		notes = f.Notes
	}
	return seen, notes
}

func TestProjectOfContext(t *testing.T) {
	compose := "services:\n  web:\n    build: {context: ., dockerfile: docker/Dockerfile, target: web}\n"
	for _, tc := range []struct {
		name         string
		files        map[string]string
		file, folder string
		seen         string
		notes        []string
	}{
		{
			"the folder of the Dockerfile",
			map[string]string{"Dockerfile": "FROM a\nCOPY a b /\n", "a": ""},
			"Dockerfile", "",
			`2 files, .dockerignore "", targets []`, nil,
		},
		{
			"that of Compose",
			map[string]string{
				"compose.yaml": compose, "docker/Dockerfile": "FROM a\n", "docker/Dockerfile.dockerignore": "x\n", ".dockerignore": "y\n", "x": "", "y": "", ".git/HEAD": "",
			},
			"docker/Dockerfile", "",
			`6 files, docker/Dockerfile.dockerignore "x\n", targets ["web"]`,
			[]string{"build context .: compose.yaml:2: service web"},
		},
		{
			"the user's choice wins",
			map[string]string{"compose.yaml": compose, "docker/Dockerfile": "FROM a\n", "docker/Dockerfile.dockerignore": "x\n", "other/x": "", "other/y": "", ".git/HEAD": ""},
			"docker/Dockerfile", "other",
			`1 files, ../docker/Dockerfile.dockerignore "x\n", targets ["web"]`, nil,
		},
		{
			"files that do not agree",
			map[string]string{"compose.yaml": compose + "  api: {build: docker}\n", "docker/Dockerfile": "FROM a\n", ".git/HEAD": ""},
			"docker/Dockerfile", "",
			"nothing",
			[]string{"no build context: compose.yaml:2: service web and compose.yaml:4: service api do not agree on it; --context chooses one"},
		},
		{
			"a folder that has nothing of what is copied",
			map[string]string{"docker/Dockerfile": "FROM a\nCOPY . go.* /\nCOPY --from=0 /x /\nCOPY main.go lib /\n", "main.go": ""},
			"docker/Dockerfile", "",
			"nothing",
			[]string{"no build context: docker has no main.go, nor what else is copied; --context names the folder"},
		},
		{
			"the root of a repository is not doubted",
			map[string]string{"Dockerfile": "FROM a\nCOPY target/app.jar /\n", ".git/HEAD": ""},
			"Dockerfile", "",
			`2 files, .dockerignore "", targets []`, nil,
		},
		{
			"a folder that the user names is not doubted",
			map[string]string{"docker/Dockerfile": "FROM a\nCOPY main.go /\n"},
			"docker/Dockerfile", "docker",
			`1 files, .dockerignore "", targets []`, nil,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tree(t, tc.files)
			seen, notes := lookAt(t, tc.file, tc.folder)
			if seen != tc.seen || !slices.Equal(notes, tc.notes) {
				t.Errorf("got\n%s\n%s\nwant\n%s\n%s", seen, strings.Join(notes, "\n"), tc.seen, strings.Join(tc.notes, "\n"))
			}
		})
	}
}

// TestHistoryOfContext: a pass is told how often something changes, from the repository around the context.
func TestHistoryOfContext(t *testing.T) {
	tree(t, map[string]string{"app/Dockerfile": "FROM a\n", "app/go.mod": "", "app/main.go": ""})
	git := func(args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.org"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
	}
	git("init", "-q")
	for i := range 26 { // the first adds all there is and does not count
		if err := os.WriteFile("app/main.go", fmt.Append(nil, i), 0o644); err != nil {
			t.Fatal(err)
		}
		if i%5 == 0 {
			if err := os.WriteFile("app/go.mod", fmt.Append(nil, i), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		git("add", "-A")
		git("commit", "-q", "-m", "change")
	}
	var got transform.Churn
	o := options()
	o.Passes = []*transform.Pass{{Name: "look", Doc: "Look.", Run: func(c *transform.Context) error {
		got = c.Project.Churn("go.mod")
		return nil
	}}}
	inputs, _ := driver.Inputs([]string{"app"}, "")
	for f := range driver.Run(t.Context(), inputs, o) {
		if f.Err != nil {
			t.Fatal(f.Err)
		}
	}
	if want := (transform.Churn{Share: 0.2, Source: "5 of the last 25 commits"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
