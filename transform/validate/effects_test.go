package validate

import (
	"slices"
	"testing"
)

// TestEffects checks what is known of single scripts: the command that is not known, or a path that is read or written.
func TestEffects(t *testing.T) {
	for _, c := range []struct{ script, unknown, reads, writes string }{
		{"make", "make", "", ""},
		{"$TOOL install", "$TOOL install", "", ""},
		{"./run.sh", "./run.sh", "", ""},
		{"eval x", "eval x", "", ""},
		{"f() { make; }; f", "make", "", ""},
		{"if [ -f a ]; then make; fi", "make", "/app/a", ""},
		{"echo $(make)", "make", "", ""},
		{"sh -c 'cat x'", "", "/app/x", ""},
		{"touch x", "", "/app/x", "/app/x"},
		{"cd web && touch x", "", "", "/app/web/x"},
		{"cd $DIR && touch x", "touch x", "", ""},
		{"echo a > log", "", "", "/app/log"},
		{"cd web && echo a > log", "", "", "/"},
		{"cat < x", "", "/app/x", ""},
		{"echo a > $OUT", "", "", "/"},
		{"rm -rf lib/*", "", "", "/app/lib"},
		{"touch $X/y", "touch $X/y", "", ""},
		{"ln -s /a/b c", "", "", "/app/c"},
		{"curl -o x https://example.com/y", "", "/etc", "/app/x"},
		{"curl -T x https://example.com", "curl -T x https://example.com", "", ""},
		{"tar -xzf a.tgz -C lib", "", "/app/a.tgz", "/app/lib"},
		{"tar -czf a.tgz lib", "tar -czf a.tgz lib", "", ""},
		{"git clone https://example.com/t.git", "", "/etc", "/app/t"},
		{"git pull", "git pull", "", ""},
		{"apt-get install -y ./a.deb", "", "/app/a.deb", "/var/lib"},
		{"dpkg -i a.deb", "", "/app/a.deb", "/usr/bin"},
		{"npm run build", "npm run build", "", ""},
		{"npm install -g pm2", "", "/usr/bin", "/usr/local/lib"},
		{"npm ci", "", "/etc", "/app/node_modules"},
		{"go install ./cmd/x", "go install ./cmd/x", "", ""},
		{"go install example.com/x@v1", "", "/etc", "/go/bin"},
		{"chown app x", "", "/etc/passwd", "/app/x"},
	} {
		s, _ := NewScript([]string{"/bin/sh", "-c", c.script})
		s.Dir = "/app"
		e := s.Effects()
		if e.Unknown != c.unknown {
			t.Errorf("%s: unknown is %q, want %q", c.script, e.Unknown, c.unknown)
		}
		if c.reads != "" && !slices.Contains(e.Reads, Area{Dir: c.reads}) {
			t.Errorf("%s: reads %v, not %s", c.script, e.Reads, c.reads)
		}
		if c.writes != "" && !slices.Contains(e.Writes, Area{Dir: c.writes}) {
			t.Errorf("%s: writes %v, not %s", c.script, e.Writes, c.writes)
		}
	}
}
