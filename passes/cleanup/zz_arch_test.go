package cleanup

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dopt/internal/catalog"
	"dopt/transform"
)

func TestArch(t *testing.T) {
	files, _ := filepath.Glob("/tmp/x/corpus/dockerfiles/*")
	c := map[string]int{}
	for _, f := range files {
		src, _ := os.ReadFile(f)
		d, err := transform.Parse(filepath.Base(f), src)
		if err != nil {
			continue
		}
		cl := &cleaner{Context: &transform.Context{Doc: d, Bases: catalog.Bases()}, steps: map[*transform.Instruction]*step{}}
		for _, in := range d.Instructions {
			if in.Keyword == "RUN" && in.Stage != nil {
				cl.steps[in] = cl.read(in)
			}
		}
		for _, in := range d.Instructions {
			s := cl.steps[in]
			if s == nil || !cl.Ships(in.Stage) {
				continue
			}
			for n := range s.commands {
				name := s.commands[n].Name()
				if name == "tar" || name == "unzip" {
					c["unpack"]++
					u := s.unpacked(n)
					if len(u) == 0 {
						c["nofile"]++
						if c["nofile"]%40 == 0 {
							fmt.Println("NOFILE", strings.ReplaceAll(s.script.Text[s.commands[n].Start:s.commands[n].End], "\n", " "))
						}
						continue
					}
					d, ok := s.downloaded(u[0])
					_ = d
					if !ok {
						c["nodownload"]++
						if c["nodownload"]%25 == 0 {
							fmt.Println("NODL", filepath.Base(f), in.Line(), strings.ReplaceAll(s.script.Text[s.commands[n].Start:s.commands[n].End], "\n", " "))
						}
						continue
					}
					if s.named(u[0]) {
						c["named"]++
						rest := s.script.Text[s.commands[n].End:]
						if !strings.Contains(rest, "rm ") {
							c["named, no rm behind"]++
							fmt.Println("NAMED", filepath.Base(f), in.Line(), strings.ReplaceAll(s.script.Text[s.commands[n].Start:s.commands[n].End], "\n", " "))
						}
						continue
					}
					c["ok"]++
				}
			}
		}
	}
	fmt.Println(c)
}
