package llb_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"dopt/internal/catalog"
	"dopt/passes"
	"dopt/transform"
	"dopt/transform/validate/llb"
)

func TestZZ(t *testing.T) {
	out, _ := os.Create("/tmp/rej.txt")
	defer out.Close()
	only := os.Getenv("ZZ")
	counts := map[string]int{}
	type conf struct {
		name string
		pass string
		s    transform.Settings
	}
	var confs []conf
	for _, p := range passes.All() {
		confs = append(confs, conf{p.Name, p.Name, transform.Settings{}})
	}
	confs = append(confs, conf{"merge-all", "merge", transform.Settings{Merge: transform.MergeAll}}, conf{"cleanup-mounts", "cleanup", transform.Settings{CacheMounts: true}})
	v := llb.New()
	for _, f := range readCorpus(t) {
		for _, c := range confs {
			if only != "" && !strings.Contains(","+only+",", ","+c.name+",") {
				continue
			}
			doc, err := transform.Parse(f.name, f.data)
			if err != nil {
				continue
			}
			var ps []*transform.Pass
			for _, p := range passes.All() {
				if p.Name == c.pass {
					ps = append(ps, p)
				}
			}
			pl := &transform.Pipeline{Passes: ps, Validators: []transform.Validator{v}, Bases: catalog.Bases(), Level: transform.Standard, Settings: c.s}
			r, err := pl.Run(doc, nil)
			if err != nil {
				fmt.Fprintf(out, "ERR %s %s %v\n", c.name, f.name, err)
				continue
			}
			for _, fd := range r.Findings {
				counts[c.name+" "+string(fd.Status)]++
				if fd.Status == transform.StatusRejected || fd.Status == transform.StatusApplied && len(fd.Reasons) > 0 || string(fd.Status) == "unproven" {
					fmt.Fprintf(out, "%s\t%s\t%s/%s\t%s:%d\t%s\n", c.name, fd.Status, fd.Pass, fd.Kind, f.name, fd.Line, strings.Join(fd.Reasons, "; "))
				}
			}
		}
	}
	fmt.Println(counts)
}
