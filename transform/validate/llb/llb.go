// Package llb judges rewrites with BuildKit's own compiler. It compiles the Dockerfile before
// and after, offline, and compares the graphs of what is run and copied, the image
// configurations and the warnings of BuildKit's checks. All but the scripts of RUN steps must be equal; those
// are judged by package validate.
//
// It is the only package that imports the compiler, which does not build for WebAssembly.
package llb

import (
	"fmt"
	"slices"
	"strconv"
	"sync"

	"dopt/transform"
)

// remembered is how many documents a validator keeps compiled: each is before or after in
// several calls in a row, and a call may come from each of several workers.
const remembered = 32

// A Validator compiles both documents of each call; what it has compiled it remembers. It
// may be used by several goroutines, as long as each has documents of its own.
type Validator struct {
	mu       sync.Mutex
	compiled map[*transform.Document]*document
	order    []*transform.Document
	configs  configs
}

// New returns a validator.
func New() *Validator {
	return &Validator{compiled: map[*transform.Document]*document{}}
}

// A document is what is known of one Dockerfile: each stage compiled when first asked for.
type document struct {
	*transform.Document
	// args are the build arguments, hidden the declarations whose defaults they hide.
	args   map[string]string
	hidden []string
	bases  resolver
	stages map[int]*compiled
}

type compiled struct {
	build *build
	err   error
}

func (v *Validator) document(doc *transform.Document, facts transform.Bases) *document {
	v.mu.Lock()
	defer v.mu.Unlock()
	if d, ok := v.compiled[doc]; ok {
		return d
	}
	if len(v.order) == remembered {
		delete(v.compiled, v.order[0])
		v.order = slices.Delete(v.order, 0, 1)
	}
	d := &document{Document: doc, bases: newResolver(doc, facts, &v.configs), stages: map[int]*compiled{}}
	d.args, d.hidden = placeholders(doc)
	v.compiled[doc] = d
	v.order = append(v.order, doc)
	return d
}

// stage compiles the document up to the end of a stage. What follows cannot change that stage.
func (d *document) stage(i int) (*build, error) {
	c, ok := d.stages[i]
	if !ok {
		c = &compiled{}
		c.build, c.err = compile(d.upTo(i), d.args, d.bases)
		d.stages[i] = c
	}
	return c.build, c.err
}

// upTo returns the source up to the end of a stage.
func (d *document) upTo(i int) []byte {
	if i == len(d.Stages)-1 {
		return d.Src
	}
	return d.Src[:d.Stages[i+1].From.Span.Start]
}

// Validate implements transform.Validator.
func (v *Validator) Validate(before, after *transform.Document, env transform.Environment, claim transform.Claim) transform.Verdict {
	b, a := v.document(before, env.Bases), v.document(after, env.Bases)
	last := len(b.Stages) - 1
	if divided(before, after, claim) {
		return distinct(v.division(b, a, env, claim))
	}
	if claim.Allows(transform.JavaBase) {
		if renamed := otherJava(before, after); renamed != nil {
			return distinct(v.sameJava(b, a, env).Worse(v.Validate(renamed, after, env, claim&^transform.JavaBase)))
		}
	}
	if len(a.Stages) != len(b.Stages) {
		return unsound("the file had %d build stages and has %d", len(b.Stages), len(a.Stages))
	}
	verdict := transform.Verdict{Status: transform.Refines}
	if !slices.Equal(b.hidden, a.hidden) {
		verdict = unsound("the default of a build argument differs: %s", difference(b.hidden, a.hidden))
	}
	for i, s := range b.Stages {
		if s.Name != a.Stages[i].Name {
			verdict = verdict.Worse(unsound("stage %d had the name %q and has %q", i+1, s.Name, a.Stages[i].Name))
		}
		if i < last && string(b.upTo(i)) == string(a.upTo(i)) {
			continue
		}
		allowed := claim
		if i < last && !a.feedsLast(i) { // what the programs are made of is asked of the last stage, and of what it copies from
			allowed &^= transform.WithoutCgo
		}
		verdict = verdict.Worse(compare(b, a, i, env, allowed))
	}
	return distinct(verdict)
}

// feedsLast reports whether an instruction of the last stage copies from a stage.
func (d *document) feedsLast(i int) bool {
	last := d.Stages[len(d.Stages)-1]
	return slices.ContainsFunc(last.Instructions, func(in *transform.Instruction) bool {
		return in.Keyword == "COPY" && slices.ContainsFunc(in.Flags(), func(f transform.Flag) bool {
			return f.Name == "from" && (f.Value == strconv.Itoa(i) || d.StageOf(f.Value, last) == d.Stages[i])
		})
	})
}

// division judges a file whose last stage has become two.
func (v *Validator) division(before, after *document, env transform.Environment, claim transform.Claim) transform.Verdict {
	last := len(before.Stages) - 1
	for i, s := range before.Stages {
		if i < last && string(before.upTo(i)) != string(after.upTo(i)) {
			return unsound("stage %d has changed", i+1)
		}
		if o := after.Stages[i]; s.Name != o.Name && (i < last || s.Name != "") {
			return unsound("stage %d had the name %q and has %q", i+1, s.Name, o.Name)
		}
	}
	return compareDivision(before, after, env, claim)
}

// compare judges one stage. A last one that is not as it was may be one that takes less, or runs on another base, where the claim allows that.
func compare(before, after *document, i int, env transform.Environment, claim transform.Claim) transform.Verdict {
	last := i == len(before.Stages)-1
	allowed := claim
	if last { // of a last stage, compareFinal asks what its programs are made of
		allowed &^= transform.WithoutCgo
	}
	c := compareStage(before, after, i, env, allowed)
	if c.verdict.Status != transform.Unsound || c.withoutDevelopment || i == 0 || !last || !claim.Allows(transform.RuntimeStage) {
		return c.verdict
	}
	return compareFinal(before, after, env, claim)
}

// compareStage compares what the documents make of one stage.
func compareStage(before, after *document, i int, env transform.Environment, claim transform.Claim) *comparison {
	c := &comparison{env: env, claim: claim, seen: map[[2]*node]*state{}}
	c.verdict.Status = transform.Refines
	b, err := before.stage(i)
	if err != nil {
		c.note(transform.Verdict{Status: transform.Unproven, Reasons: []string{fmt.Sprintf("BuildKit does not compile the file as it is: %v", err)}})
		return c
	}
	a, err := after.stage(i)
	if err != nil {
		c.note(unsound("BuildKit does not compile the result: %v", err))
		return c
	}
	if claim.Allows(transform.AddToCopy) {
		c.dirs = directories(before.Document)
	}
	files := c.compare(b.graph.result, a.graph.result)
	c.note(files.verdict)
	c.unused(a.graph.result)
	if c.withLayers && a.graph.result.unpacks() == nil {
		c.note(unsound("a stage copies from one that takes a jar apart"))
	}
	c.configs(b.image, a.image, b.graph.base())
	c.usedByImage(files.losses, a.image, b.graph.base())
	if claim.Allows(transform.Reorder) {
		c.volumes(before.Stages[i], after.Stages[i])
	}
	if i == len(before.Stages)-1 {
		c.checks(b.checks, a.checks)
	}
	return c
}

func unsound(format string, args ...any) transform.Verdict {
	return transform.Verdict{Status: transform.Unsound, Reasons: []string{fmt.Sprintf(format, args...)}}
}

// distinct drops reasons that are there twice: one step can be part of several stages.
func distinct(v transform.Verdict) transform.Verdict {
	var reasons []string
	for _, r := range v.Reasons {
		if !slices.Contains(reasons, r) {
			reasons = append(reasons, r)
		}
	}
	v.Reasons = reasons
	return v
}
