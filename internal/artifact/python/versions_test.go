package python

import "testing"

func TestAdmits(t *testing.T) {
	for _, c := range []struct {
		constraint, version string
		want                bool
	}{
		{">=3.10", "3.11", true},
		{">=3.10", "3.10", true},
		{">=3.11.4", "3.11", false}, // the image may have 3.11.3
		{">=3.12", "3.11", false},
		{">=3.9,<4", "3.11", true},
		{">=3.9,<3.11", "3.11", false},
		{"==3.11.*", "3.11", true},
		{"==3.11", "3.11", false}, // 3.11.0 alone
		{"~=3.10", "3.12", true},
		{"~=3.10.2", "3.11", false},
		{"!=3.11.2", "3.11", false},
		{"^3.11", "3.11", false},
		{"", "3.11", false},
	} {
		if got := admits(c.constraint, c.version); got != c.want {
			t.Errorf("admits(%q, %q) = %v, want %v", c.constraint, c.version, got, c.want)
		}
	}
}
