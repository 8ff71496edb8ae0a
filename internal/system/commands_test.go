package system

import "testing"

func TestOverSSH(t *testing.T) {
	for text, want := range map[string]bool{
		"git+ssh://git@github.com/a/b.git@1.0":     true,
		`"b": "git@github.com:a/b.git"`:            true,
		"git clone git@example.com:a/b":            true,
		"git@example.com:a/b":                      true,
		"git+https://github.com/a/b.git@3.0.3":     false,
		"git+https://github.com/a/b@1":             false,
		"git clone https://example.com/digit@home": false,
		"": false,
	} {
		if overSSH(text) != want {
			t.Errorf("%s: %v, want %v", text, !want, want)
		}
	}
}
