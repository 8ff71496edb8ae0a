package report_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"dopt/internal/report"
)

func TestProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b strings.Builder
		p := report.NewProgress(&b, "rewriting", 1000)
		p.Step()
		time.Sleep(900 * time.Millisecond)
		p.Step()
		p.Clear()
		if b.Len() > 0 {
			t.Errorf("a run of less than a second shows %q", b.String())
		}
		time.Sleep(200 * time.Millisecond)
		p.Step()
		p.Step() // too soon for a new line
		p.Clear()
		p.Clear()
		if want := "\r\x1b[Krewriting 3/1000 …\r\x1b[K"; b.String() != want {
			t.Errorf("shows %q, want %q", b.String(), want)
		}
	})
	(&report.Progress{}).Step() // nothing to show it on
}
