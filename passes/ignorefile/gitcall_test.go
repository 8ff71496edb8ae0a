package ignorefile

import "testing"

func TestGitCall(t *testing.T) {
	for text, want := range map[string]bool{
		"VERSION := $(shell git describe --always)":            true,
		"REV=`git rev-parse HEAD`":                             true,
		`exec.Command("git", "log", "-1")`:                     true,
		`subprocess.check_output(["git", "-C", root, "show"])`: true,
		`System.cmd("git", ["describe", "--tags"])`:            true,
		`spawnSync("git.exe", ['status'])`:                     true,
		`simpleGit().raw(["rev-parse"])`:                       true,
		`run('rev-parse')`:                                     true,
		"cat .git/HEAD":                                        true,
		`path.join(root, ".git", "HEAD")`:                      true,
		"execute_process(COMMAND ${GIT_EXECUTABLE} describe)":  true,
		"$(GIT) describe":                                      true,
		"info, ok := debug.ReadBuildInfo()":                    true,
		"git":                                                  false,
		"git ":                                                 false,
		"git\xff describe":                                     false,
		"digit = 1":                                            false,
		"legit show":                                           false,
		"https://github.com/a/b.git":                           false,
		`"url": "git+https://example.com/x.git"`:               false,
		"git@github.com:a/status.git":                          false,
		"apt-get install -y git curl":                          false,
		"git clone https://example.com/x":                      false,
		".gitignore":                                           false,
		"a git repository":                                     false,
	} {
		if got := gitCall(text) >= 0; got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestWordAt(t *testing.T) {
	for _, c := range []struct {
		text, word string
		want       int
	}{
		{"pbr", "pbr", 0},
		{`["pbr>=5"]`, "pbr", 2},
		{"libpbr pbrx", "pbr", -1},
		{"rebuilt built", "built", 8},
	} {
		if got := wordAt(c.text, c.word); got != c.want {
			t.Errorf("%q in %q: %d, want %d", c.word, c.text, got, c.want)
		}
	}
}
