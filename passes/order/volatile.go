package order

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
	"dopt/transform/rebuild"
)

// placeholders are defaults of a build argument that only stand for the real value.
var placeholders = []string{"", "dev", "unknown", "none", "latest", "local", "n/a", "na", "0", "1", "master", "main", "HEAD", "snapshot", "undefined"}

// volatile reports whether a build argument is another one in every build: by its name, and because
// its default is no value that counts. One that is there to make the steps below run again stays.
func volatile(a instructions.KeyValuePairOptional) bool {
	if !rebuild.Volatile(a.Key) || strings.Contains(strings.ToUpper(a.Key), "CACHE") {
		return false
	}
	return a.Value == nil || slices.Contains(placeholders, strings.Trim(*a.Value, `"'`))
}

// volatiles moves what changes with every build and only says something about the image (a commit,
// a date) below the steps that do not read it, so that they are found in the cache.
func (o *orderer) volatiles(s *transform.Stage) {
	last := lastLayer(s)
	if last == nil {
		return
	}
	names := map[string]bool{}
	var moved []*transform.Instruction
	for _, in := range s.Instructions {
		if in.Index < last.Index && o.changes(in, names) {
			moved = append(moved, in)
		}
	}
	if len(moved) == 0 {
		return
	}
	runs, below, reason := o.passed(s, moved, names)
	what := list(sorted(names))
	changes := what + " changes with every build, and all below runs again"
	if len(names) > 1 {
		changes = what + " change with every build, and all below runs again"
	}
	if len(runs) == 0 {
		if reason != "" {
			o.Missed(moved[0], "volatile", "%s: %s", changes, reason)
		}
		return
	}
	moved = slices.DeleteFunc(moved, func(in *transform.Instruction) bool { return in.Index >= below.Index })
	var lines []string
	for _, in := range moved {
		lines = append(lines, movedText(in))
	}
	if blankAbove(moved[0]) {
		lines[0] = "\n" + lines[0]
	}
	o.Report(transform.Finding{
		Kind: "volatile", Span: moved[0].Span, Message: changes,
		Fix: &transform.Fix{
			Title: "Declare " + what + " below the steps that do not use it", Level: transform.Standard,
			Evidence: []transform.Evidence{{Source: o.Doc.Name, Line: moved[0].Line(), Text: "a RUN below an ARG or ENV runs again when its value changes, and these do not read it"}},
			Saving:   transform.Saving{Rebuild: "another value of " + what + " no longer runs " + list(runs) + " again"},
			Edits:    append(removals(moved), below.InsertAfter(strings.Join(lines, "\n"))...),
		},
	})
}

// lastLayer returns the last instruction of a stage that makes a layer.
func lastLayer(s *transform.Stage) *transform.Instruction {
	for _, in := range slices.Backward(s.Instructions) {
		switch in.Keyword {
		case "RUN", "COPY", "ADD", "WORKDIR":
			return in
		}
	}
	return nil
}

// changes reports whether an instruction has another effect in every build and may move down; it
// adds the names that it sets. names are those known so far.
func (o *orderer) changes(in *transform.Instruction, names map[string]bool) bool {
	if dangling(in) {
		return false
	}
	switch c := in.Command.(type) {
	case *instructions.ArgCommand:
		for _, a := range c.Args {
			if !volatile(a) {
				return false
			}
		}
		for _, a := range c.Args {
			names[a.Key] = true
		}
		return true
	case *instructions.EnvCommand:
		if !mentions(in.Args().Text, names) || slices.ContainsFunc(c.Env, func(kv instructions.KeyValuePair) bool { return !rebuild.Volatile(kv.Key) }) {
			return false
		}
		for _, kv := range c.Env {
			names[kv.Key] = true
		}
		return true
	case *instructions.LabelCommand:
		return mentions(in.Args().Text, names)
	}
	return false
}

// mentions reports whether a text expands one of the variables.
func mentions(text string, names map[string]bool) bool {
	for name := range names {
		for rest := text; ; {
			_, after, found := strings.Cut(rest, "$")
			if !found {
				break
			}
			after = strings.TrimPrefix(after, "{")
			if tail, ok := strings.CutPrefix(after, name); ok && (tail == "" || !isWord(tail[0])) {
				return true
			}
			rest = after
		}
	}
	return false
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// passed returns the RUNs that the moved instructions may go below, the last instruction that they
// may go below, and why they may not go further.
func (o *orderer) passed(s *transform.Stage, moved []*transform.Instruction, names map[string]bool) (runs []string, below *transform.Instruction, reason string) {
	last := lastLayer(s)
	for _, in := range s.Instructions {
		if in.Index < moved[0].Index || in.Index > last.Index || slices.Contains(moved, in) {
			continue
		}
		if mentions(in.Source(), names) || sets(in, names) {
			if in.Keyword == "ENV" {
				reason = fmt.Sprintf("line %d puts it into a variable that programs may read", in.Line())
			}
			return runs, below, reason
		}
		if in.Keyword != "RUN" {
			continue
		}
		calls, unread := o.calls(in)
		if why := environmentReader(calls, unread); why != "" {
			return runs, below, why
		}
		if len(calls) > 0 {
			below, runs = in, append(runs, "`"+calls[len(calls)-1].text+"`")
		}
	}
	return runs, below, ""
}

// sets reports whether an instruction gives one of the variables a value.
func sets(in *transform.Instruction, names map[string]bool) bool {
	switch c := in.Command.(type) {
	case *instructions.EnvCommand:
		return slices.ContainsFunc(c.Env, func(kv instructions.KeyValuePair) bool { return names[kv.Key] })
	case *instructions.ArgCommand:
		return slices.ContainsFunc(c.Args, func(a instructions.KeyValuePairOptional) bool { return names[a.Key] })
	}
	return false
}

// environmentReader returns why a script may read any variable: programs of the project do.
func environmentReader(calls []call, unread string) string {
	if unread != "" {
		return "the script " + unread
	}
	for _, c := range calls {
		if len(c.Words) == 0 {
			continue
		}
		if _, known := readers()[lastName(c.Name())]; !known && (c.effect.Use == nil || !slices.Contains(system, c.effect.Use.Manager.Ecosystem)) {
			return fmt.Sprintf("`%s` may read it from its environment", c.text)
		}
	}
	return ""
}

func lastName(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

func sorted(names map[string]bool) []string {
	var all []string
	for name := range names {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}
