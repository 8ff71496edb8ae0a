package cleanup

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
	"time"

	"dopt/internal/catalog"
	"dopt/transform"
)

var newValidator func() transform.Validator

var digits = regexp.MustCompile(`[0-9]+|"[^"]*"`)

func TestProbe(t *testing.T) {
	files, _ := filepath.Glob("/tmp/x/corpus/dockerfiles/*")
	if one := os.Getenv("FILES"); one != "" {
		files, _ = filepath.Glob(one)
	}
	out := os.Getenv("OUT")
	os.RemoveAll(out)
	os.MkdirAll(out, 0o755)
	fixes, missed := map[string]int{}, map[string]int{}
	examples := map[string]string{}
	changed, n := 0, 0
	start := time.Now()
	reasons := map[string]int{}
	for _, f := range files {
		src, _ := os.ReadFile(f)
		d, err := transform.Parse(filepath.Base(f), src)
		if err != nil {
			continue
		}
		n++
		p := &transform.Pipeline{Passes: []*transform.Pass{Pass}, Bases: catalog.Bases(), Level: transform.Standard}
		if os.Getenv("VALIDATE") != "" {
			p.Validators = []transform.Validator{newValidator()}
		}
		p.Settings.CacheMounts = os.Getenv("MOUNTS") != ""
		r, err := p.Run(d, nil)
		if err != nil {
			t.Error(f, err)
			continue
		}
		again, err := p.Run(r.After, nil)
		if err != nil || again.Changed() {
			t.Error("not idempotent", f, err)
		}
		for _, fd := range r.Findings {
			if fd.Fix != nil {
				fixes[fd.Kind+" "+fd.Fix.Level.String()+" "+string(fd.Status)]++
				if fd.Status == transform.StatusRejected || fd.Status == transform.StatusUnproven {
					k := digits.ReplaceAllString(strings.Join(fd.Reasons, "; "), "N")
					reasons[k]++
					examples[k] = fmt.Sprintf("%s:%d %s", filepath.Base(f), fd.Line, fd.Kind)
				}
				if fd.Status == transform.StatusApplied && len(fd.Reasons) > 0 {
					k := "UNPROVEN " + digits.ReplaceAllString(strings.Join(fd.Reasons, "; "), "N")
					reasons[k]++
					examples[k] = fmt.Sprintf("%s:%d %s", filepath.Base(f), fd.Line, fd.Kind)
				}
			} else {
				k := fd.Kind + ": " + digits.ReplaceAllString(fd.Message, "N")
				missed[k]++
				examples[k] = fmt.Sprintf("%s:%d %s", filepath.Base(f), fd.Line, fd.Message)
			}
		}
		if r.Changed() {
			changed++
			if out != "" {
				var b strings.Builder
				b.WriteString(transform.Diff("a", "b", r.Before.Src, r.After.Src))
				for _, fd := range r.Findings {
					if fd.Fix != nil {
						fmt.Fprintf(&b, "FIX %d %s %s\n", fd.Line, fd.Kind, fd.Fix.Title)
					} else {
						fmt.Fprintf(&b, "MISSED %d %s %s\n", fd.Line, fd.Kind, fd.Message)
					}
				}
				os.WriteFile(filepath.Join(out, strings.TrimSuffix(filepath.Base(f), ".Dockerfile")+".diff"), []byte(b.String()), 0o644)
			}
		}
	}
	fmt.Println(n, "files", changed, "changed", time.Since(start))
	show := func(m map[string]int, max int) {
		var keys []string
		for k := range m {
			keys = append(keys, k)
		}
		sort.Slice(keys, func(i, j int) bool { return m[keys[i]] > m[keys[j]] })
		for i, k := range keys {
			if i < max {
				fmt.Println("  ", m[k], k, "   e.g.", examples[k])
			}
		}
	}
	show(fixes, 100)
	show(missed, 60)
	fmt.Println("REASONS")
	show(reasons, 100)
}
