package passes_test

import (
	"fmt"
	"path"
	"strings"
)

// goldenCommits is how many commits the history of a golden case has.
const goldenCommits = 100

// A history is the section "history" of a golden case: how many of 100 commits touch a path. The
// commits of one path are among those of each path that changes more often, so that what
// touches several paths is as frequent as the most frequent of them.
type history map[string]int

// parseHistory reads lines of the form "62 src/main.go".
func parseHistory(text string) (history, error) {
	h := history{}
	for line := range strings.Lines(text) {
		var n int
		var name string
		if _, err := fmt.Sscanf(line, "%d %s\n", &n, &name); err != nil || n < 0 || n > goldenCommits {
			return nil, fmt.Errorf("history: %q: want a number up to %d and a path", line, goldenCommits)
		}
		h[path.Clean(name)] = n
	}
	return h, nil
}

// Changes implements project.History.
func (h history) Changes() [][]string {
	changes := make([][]string, goldenCommits)
	for name, n := range h {
		for i := range n {
			changes[i] = append(changes[i], name)
		}
	}
	return changes
}

// Tracked implements project.History: the files that it names are in the repository, and the folders above them.
func (h history) Tracked(name string) bool {
	for p := range h {
		if name == "." || p == name || strings.HasPrefix(p, name+"/") {
			return true
		}
	}
	return false
}
