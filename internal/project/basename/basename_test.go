package basename_test

import (
	"path"
	"testing"

	"dopt/internal/project/basename"
)

// A pattern fits what path.Match says that it fits.
func TestFits(t *testing.T) {
	tried := []string{
		"compose.yml", "compose.a.yml", "compose..yml", ".yml", "x~", "~", "Dockerfile", "Dockerfile.", "Dockerfile.dev", "a*b", "aXb", "a]b", "ab", "",
		"requirements.txt", "requirements-dev.txt", "requirements.txt.bak", "Taskfile.yaml",
	}
	fit := 0
	for _, text := range []string{"compose.*.yml", "*~", "Dockerfile.*", "Dockerfile*", `a\*b`, "a[]X]b", "a[^X]b", "a?b", "requirements*.txt", "Taskfile.y*ml", "ab", "*", ""} {
		p := basename.NewPattern(text)
		for _, name := range tried {
			want, _ := path.Match(text, name)
			if got := p.Fits(name); got != want {
				t.Errorf("%q fits %q: %v", text, name, got)
			}
			if want {
				fit++
			}
		}
	}
	if fit < 20 {
		t.Errorf("only %d names fit: the test says little", fit)
	}
}
