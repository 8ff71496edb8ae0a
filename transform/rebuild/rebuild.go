// Package rebuild predicts what a build runs again after a file of the build context has changed.
package rebuild

import (
	"path"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

// After returns the instructions that run again when the content of one file of the build context
// changes and all else is in the build cache: those that receive the file, what follows them in
// their stage, and what follows from them in other stages. It counts RUN, COPY, ADD and WORKDIR (but
// of the root), the instructions that make a layer, of the stages that the last stage needs, in source order.
// name is relative to the context, with slashes. That the context's ignore file lets the file
// through is for the caller to know.
//
// It is the upper bound: BuildKit compares the content of what COPY --from copies, so that such a
// step is found in the cache where the earlier stage came to the same files again.
func After(doc *transform.Document, name string) []*transform.Instruction {
	name = path.Clean(name)
	needed := neededStages(doc)
	changed := map[*transform.Stage]bool{}
	var again []*transform.Instruction
	for _, stage := range doc.Stages {
		if !needed[stage] {
			continue
		}
		dirty := changed[doc.StageOf(stage.Base, stage)]
		for _, in := range stage.Instructions {
			dirty = dirty || receives(in, name) || takesFrom(doc, in, changed)
			if dirty && layered(in) {
				again = append(again, in)
			}
		}
		changed[stage] = dirty
	}
	return again
}

func layered(in *transform.Instruction) bool {
	switch in.Keyword {
	case "RUN", "COPY", "ADD":
		return true
	case "WORKDIR": // the root is always there
		c, ok := in.Command.(*instructions.WorkdirCommand)
		return !ok || path.Clean(c.Path) != "/"
	}
	return false
}

// neededStages are the last stage and all that it builds on or takes files from.
func neededStages(doc *transform.Document) map[*transform.Stage]bool {
	needed := map[*transform.Stage]bool{doc.Stages[len(doc.Stages)-1]: true}
	for i := len(doc.Stages) - 1; i >= 0; i-- {
		stage := doc.Stages[i]
		if !needed[stage] {
			continue
		}
		if base := doc.StageOf(stage.Base, stage); base != nil {
			needed[base] = true
		}
		for _, in := range stage.Instructions {
			for _, ref := range references(in) {
				if other := Stage(doc, ref, stage); other != nil {
					needed[other] = true
				}
			}
		}
	}
	return needed
}

func takesFrom(doc *transform.Document, in *transform.Instruction, changed map[*transform.Stage]bool) bool {
	for _, ref := range references(in) {
		if other := Stage(doc, ref, in.Stage); other != nil && changed[other] {
			return true
		}
	}
	return false
}

// references are the stages and images that an instruction takes files from, as written.
func references(in *transform.Instruction) []string {
	var refs []string
	for _, f := range in.Flags() {
		switch f.Name {
		case "from":
			refs = append(refs, f.Value)
		case "mount":
			if m := ReadMount(f.Value); m.From != "" {
				refs = append(refs, m.From)
			}
		}
	}
	return refs
}

// receives reports whether an instruction reads the file from the build context.
func receives(in *transform.Instruction, name string) bool {
	switch c := in.Command.(type) {
	case *instructions.CopyCommand:
		return c.From == "" && copies(c.SourcePaths, c.ExcludePatterns, name)
	case *instructions.AddCommand:
		return copies(c.SourcePaths, c.ExcludePatterns, name)
	case *instructions.RunCommand:
		for _, f := range in.Flags() {
			if f.Name != "mount" {
				continue
			}
			if m := ReadMount(f.Value); m.Type == "bind" && m.From == "" && Copies(m.Source, name) {
				return true
			}
		}
	}
	return false
}

func copies(sources, excluded []string, name string) bool {
	for _, pattern := range excluded {
		if Copies(pattern, name) {
			return false
		}
	}
	for _, source := range sources {
		if Copies(source, name) {
			return true
		}
	}
	return false
}

// Copies reports whether a source of COPY, ADD or a bind mount holds a file of the build context:
// it is the file, a folder above it, or a pattern for one of them. What depends on a variable may
// hold anything.
func Copies(source, name string) bool {
	if strings.Contains(source, "$") {
		return true
	}
	source = strings.TrimPrefix(path.Clean("/"+source), "/")
	if source == "" {
		return true
	}
	for at := path.Clean(name); at != "." && at != "/"; at = path.Dir(at) {
		if at == source {
			return true
		}
		if ok, err := path.Match(source, at); err == nil && ok {
			return true
		}
	}
	return false
}

// A Mount is what the value of a RUN's --mount flag says.
type Mount struct {
	// Type is "bind" where the flag names none.
	Type string
	// From is a stage or an image, Source the path in it or in the build context.
	From, Source string
	// Target is where it is mounted, as written; "" where the flag names none.
	Target string
}

// ReadMount reads the value of a --mount flag.
// Source: docs.docker.com/reference/dockerfile, "RUN --mount".
func ReadMount(value string) Mount {
	m := Mount{Type: "bind"}
	for _, field := range strings.Split(value, ",") {
		name, value, _ := strings.Cut(field, "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "type":
			m.Type = strings.ToLower(value)
		case "from":
			m.From = value
		case "source", "src":
			m.Source = value
		case "target", "dst", "destination":
			m.Target = value
		}
	}
	return m
}

// Stage returns the stage that --from or a mount's from means in stage before: by its name or its
// number. It is nil for an image or another build context.
func Stage(doc *transform.Document, ref string, before *transform.Stage) *transform.Stage {
	if s := doc.StageOf(ref, before); s != nil {
		return s
	}
	number := 0
	for _, digit := range ref {
		if digit < '0' || digit > '9' || number > len(doc.Stages) {
			return nil
		}
		number = 10*number + int(digit-'0')
	}
	if ref == "" || number >= before.Index {
		return nil
	}
	return doc.Stages[number]
}

// volatileWords are parts of the names of variables whose value differs from build to build.
var volatileWords = []string{
	"COMMIT", "REVISION", "BUILD_DATE", "BUILDDATE", "BUILD_TIME", "BUILDTIME", "BUILD_NUMBER", "BUILD_ID", "CACHEBUST", "CACHE_BUST", "CACHE_DATE", "TIMESTAMP",
	"GIT_SHA", "VCS_REF", "SOURCE_REF",
}

// Volatile reports whether a build argument or variable has, by its name, another value in every
// build: a commit, a date, a build's number.
func Volatile(name string) bool {
	name = strings.ToUpper(name)
	for _, word := range volatileWords {
		if strings.Contains(name, word) && !strings.Contains(name, "COMMITTER") { // whom git names
			return true
		}
	}
	return false
}
