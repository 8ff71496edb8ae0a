package artifact

import (
	"slices"
	"testing"
)

func TestQuoted(t *testing.T) {
	for line, want := range map[string][]string{
		`open("a");`:                       {"a"},
		`open("migr" "ations");`:           {"migr", "ations", "migrations"},
		`new File("a" + "b" + "c", "d")`:   {"a", "b", "ab", "c", "abc", "d"},
		`new File("a" + name + "b" + "c")`: {"a", "b", "c", "bc"},
		`File.read!("a" <> "b")`:           {"a", "b", "ab"},
		`concat!("a", "b")`:                {"a", "b", "ab"},
		`join("a", "b")`:                   {"a", "b"},
		`// "a" + "b"`:                     nil,
	} {
		if got := quoted(line); !slices.Equal(got, want) {
			t.Errorf("quoted(%s) = %q, want %q", line, got, want)
		}
	}
}
