package copychown

import (
	"io/fs"
	"testing"
)

// Source of the wanted modes: chmod of GNU coreutils with a umask of 022.
func TestChangedMode(t *testing.T) {
	for _, c := range []struct {
		start fs.FileMode
		value string
		want  string
	}{
		{0o644, "+x", "755"},
		{0o664, "+x", "775"},
		{0o600, "+x", "711"},
		{0o644, "a+x", "755"},
		{0o644, "u+x", "744"},
		{0o644, "ug+x", "754"},
		{0o644, "+w", "644"}, // the umask keeps w from group and others
		{0o644, "a+w", "666"},
		{0o755, "-x", "644"},
		{0o755, "go-rx", "700"},
		{0o755, "u=rw,go=r", "644"},
		{0o000, "a=rx", "555"},
		{0o777, "=r", "444"},
		{0o644, "u+x,g+w", "764"},
		{0o644, "o=", "640"},
		{0o644, "750", "750"},
		{0o644, "0755", "0755"},
	} {
		if got, ok := changedMode(c.start, c.value); !ok || got != c.want {
			t.Errorf("%03o %s: got %s, %v, want %s", c.start, c.value, got, ok, c.want)
		}
	}
	for _, value := range []string{"u=g", "g+u", "u+x-w", "755x", ""} {
		if got, ok := changedMode(0o644, value); ok && !octal(value) {
			t.Errorf("%s: is read as %s, and is not known", value, got)
		}
	}
}
