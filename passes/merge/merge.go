package merge

import (
	"fmt"
	"slices"
	"strings"

	"dopt/transform"
)

const kind = "join"

func run(c *transform.Context) error {
	if c.Settings.Merge == transform.MergeNone {
		return nil
	}
	for _, stage := range c.Doc.Stages {
		if !c.Ships(stage) {
			continue
		}
		for _, group := range neighbours(stage) {
			joinGroup(c, group)
		}
	}
	return nil
}

// neighbours returns the runs of two or more RUN instructions that follow each other with equal flags.
func neighbours(stage *transform.Stage) [][]*step {
	var groups [][]*step
	var cur []*step
	flush := func() {
		if len(cur) > 1 {
			groups = append(groups, cur)
		}
		cur = nil
	}
	for _, in := range stage.Instructions {
		if in.Keyword != "RUN" {
			flush()
			continue
		}
		if len(cur) > 0 && !slices.Equal(cur[0].in.Node.Flags, in.Node.Flags) {
			flush()
		}
		cur = append(cur, newStep(in))
	}
	flush()
	return groups
}

// joinGroup reports a fix for each stretch of steps that pays, and why the others stay apart.
func joinGroup(c *transform.Context, steps []*step) {
	why := make([]string, len(steps)) // why[i]: why step i is joined to the one before; "" if it is not
	for j := 1; j < len(steps); j++ {
		for i := j - 1; i >= 0; i-- {
			if reason := pays(c, steps[i:j+1]); reason != "" {
				for k := i + 1; k <= j; k++ {
					if why[k] == "" {
						why[k] = reason
					}
				}
				break
			}
			if !steps[i].cheap() {
				break // joining across a costly step would tie it to the others
			}
		}
	}
	for start := 0; start < len(steps); {
		end := start + 1
		for end < len(steps) && why[end] != "" {
			end++
		}
		joinStretch(c, steps[start:end], why[start:end])
		start = end
		if end < len(steps) {
			reason := obstacle(steps[end-1], steps[end])
			if reason == "" {
				reason = "each keeps its own build cache, and joining saves no bytes"
			}
			c.Missed(steps[end].in, kind, "not joined with the RUN above: %s", reason)
		}
	}
}

// joinStretch joins steps that belong together, as far as each can be joined.
func joinStretch(c *transform.Context, steps []*step, why []string) {
	for start := 0; start < len(steps)-1; {
		end := start + 1
		for end < len(steps) {
			if reason := obstacle(steps[end-1], steps[end]); reason != "" {
				c.Missed(steps[end].in, kind, "not joined with the RUN above: %s", reason)
				break
			}
			end++
		}
		if end-start > 1 {
			c.Report(transform.Finding{Kind: kind, Span: steps[start].in.Span, Message: why[start+1], Fix: fix(c, steps[start:end], why[start:end])})
		}
		start = end
	}
}

func fix(c *transform.Context, steps []*step, why []string) *transform.Fix {
	f := &transform.Fix{Level: transform.Safe, Edits: edits(c.Doc, steps)}
	if len(steps) == 2 {
		f.Title = "Join with the RUN below: " + why[1]
	} else {
		f.Title = fmt.Sprintf("Join with the %d RUN instructions below: %s", len(steps)-1, strings.Join(distinct(why[1:]), "; "))
	}
	for i, s := range steps[1:] {
		f.Evidence = append(f.Evidence, transform.Evidence{Source: c.Doc.Name, Line: s.in.Line(), Text: why[i+1]})
	}
	return f
}

func distinct(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
