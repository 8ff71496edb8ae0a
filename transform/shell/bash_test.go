package shell_test

import (
	"testing"

	"dopt/transform/shell"
)

func TestBashMark(t *testing.T) {
	for script, want := range map[string]string{
		"mkdir -p /data && exec java $JAVA_OPTS -jar app.jar": "",
		`[ "$1" = run ] && echo "${HOME:-/root}"`:             "",
		"mkdir -p /data/{in,out}":                             "{",
		"[[ -n $X ]] && run":                                  "[[",
		"make &> log":                                         "&>",
		"source /etc/profile":                                 "source",
		`echo -e "a\nb" > /f`:                                 "echo -e",
	} {
		if got := shell.BashMark(script); got != want {
			t.Errorf("BashMark(%q) = %q, want %q", script, got, want)
		}
	}
}
