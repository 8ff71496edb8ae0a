package compare

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"dopt/internal/verify"
	"dopt/transform"
)

// stepName matches BuildKit's names of the steps that instructions make: the stage, the number, how many there are.
var stepName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\[(?:\S+/\S+ )?(?:(\S+) )? *(\d+)/(\d+)\] (.*)$`)
})

// A Step is a step of a build that an instruction made.
type Step struct {
	verify.Vertex
	// Text is the instruction as BuildKit names it, its place left out.
	Text string
	// Instruction is nil where it cannot be told: a trigger of the base image.
	Instruction *transform.Instruction
}

// Steps returns the steps of a build that instructions of the document made, FROM left out, in the order in which they
// came up. They are told by their number within the stage.
func Steps(doc *transform.Document, vertices []verify.Vertex) []Step {
	layers := map[string][]*transform.Instruction{}
	for name, stage := range stages(doc) {
		layers[name] = counted(stage)
	}
	// FROM counts and has number 1, except where its image is a named context: then it counts, and the step behind it has that number.
	unnumbered := map[string]int{}
	for _, v := range vertices {
		if m := stepName().FindStringSubmatch(v.Name); m != nil && m[2] == "1" && !strings.HasPrefix(m[4], "FROM ") {
			unnumbered[m[1]] = 1
		}
	}
	var steps []Step
	for _, v := range vertices {
		m := stepName().FindStringSubmatch(v.Name)
		if m == nil || strings.HasPrefix(m[4], "FROM ") {
			continue
		}
		s := Step{Vertex: v, Text: m[4]}
		number, _ := strconv.Atoi(m[2]) // digits; one that is too large is out of range below
		total, _ := strconv.Atoi(m[3])
		// The base image and its triggers come first.
		own := layers[m[1]]
		ahead := total - len(own)
		if ahead > 0 {
			ahead -= unnumbered[m[1]]
		}
		if at := number - 1 - ahead; at >= 0 && at < len(own) {
			s.Instruction = own[at]
		}
		steps = append(steps, s)
	}
	return steps
}

// stages are those of a document by the names that BuildKit gives them.
func stages(doc *transform.Document) map[string]*transform.Stage {
	named := map[string]*transform.Stage{}
	for i, stage := range doc.Stages {
		switch {
		case len(doc.Stages) == 1:
			named[""] = stage // BuildKit names no stage where there is one
		case stage.Name == "":
			named[fmt.Sprintf("stage-%d", i)] = stage
		default:
			named[stage.Name] = stage
		}
	}
	return named
}

// StepStage returns the stage of a step as BuildKit names it, nil for a step that is of no stage.
func StepStage(doc *transform.Document, step string) *transform.Stage {
	m := stepName().FindStringSubmatch(step)
	if m == nil {
		return nil
	}
	return stages(doc)[m[1]]
}

// counted are the instructions of a stage that BuildKit numbers.
func counted(stage *transform.Stage) []*transform.Instruction {
	var list []*transform.Instruction
	for _, in := range stage.Instructions {
		switch in.Keyword {
		case "RUN", "COPY", "ADD", "WORKDIR":
			list = append(list, in)
		}
	}
	return list
}

// oneLine returns the text of an instruction on one line.
func oneLine(in *transform.Instruction) string {
	return strings.Join(strings.Fields(in.Text().Text), " ")
}
