package verify

import (
	"strings"
	"testing"
)

func TestOutputKeepsBothEnds(t *testing.T) {
	var o output
	for _, part := range []string{"begin", strings.Repeat("x", 5*outputLimit), "y", "end"} {
		if n, err := o.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatal(n, err)
		}
	}
	got := o.String()
	if !strings.HasPrefix(got, "beginx") || !strings.HasSuffix(got, "xyend") || !strings.Contains(got, "\n[…]\n") || len(got) > outputLimit+10 {
		t.Errorf("%d bytes: %.20q … %q", len(got), got, got[len(got)-20:])
	}
	var small output
	for range outputLimit {
		_, _ = small.Write([]byte("z")) // it takes all
	}
	if got := small.String(); got != strings.Repeat("z", outputLimit) {
		t.Errorf("what is within the limit is %d bytes", len(got))
	}
}
