package order

import (
	"fmt"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// An orderer orders the instructions of one document.
type orderer struct {
	*transform.Context
	transfers map[*transform.Instruction]*transfer
}

func run(c *transform.Context) error {
	o := &orderer{Context: c, transfers: map[*transform.Instruction]*transfer{}}
	for _, in := range c.Doc.Instructions {
		if in.Stage == nil {
			continue
		}
		if t := o.readTransfer(in); t != nil {
			o.transfers[in] = t
		}
	}
	for _, s := range c.Doc.Stages {
		p := o.newPlan(s)
		p.order()
		p.report()
		o.volatiles(s)
		o.declarations(s)
	}
	return nil
}

// before returns the transfers that have taken place when an instruction runs, those of the stages
// that its stage builds on included.
func (o *orderer) before(in *transform.Instruction) []*transfer {
	var list []*transfer
	if base := o.Doc.StageOf(in.Stage.Base, in.Stage); base != nil {
		for _, b := range o.chain(base) {
			for _, other := range b.Instructions {
				if t := o.transfers[other]; t != nil {
					list = append(list, t)
				}
			}
		}
	}
	for _, other := range in.Stage.Instructions {
		if t := o.transfers[other]; t != nil && other.Index < in.Index {
			list = append(list, t)
		}
	}
	return list
}

// chain returns the stages that a stage builds on, the first one first, and itself.
func (o *orderer) chain(s *transform.Stage) []*transform.Stage {
	var chain []*transform.Stage
	for ; s != nil; s = o.Doc.StageOf(s.Base, s) {
		chain = append(chain, s)
	}
	slices.Reverse(chain)
	return chain
}

// A step is an instruction of a stage in its new order, a part of one, or a new one.
type step struct {
	// in is the instruction; nil for a new one, which has its text in text.
	in   *transform.Instruction
	text string
	// transfer is what it copies, nil if nothing of note.
	transfer *transfer
	// calls are the commands of a RUN; unread says why they cannot be told.
	calls  []call
	unread string
	// install is what it reads of the context where something has been moved behind it.
	install *install
	// cut is where a RUN was cut in two: the number of operands in its first part; 0 for a whole one.
	cut  int
	tail bool
	// moved is true where it has left its place.
	moved bool
}

// A plan is the new order of a stage.
type plan struct {
	*orderer
	stage *transform.Stage
	steps []*step
	// gains are what a transfer no longer makes run again, reasons why it did not get further.
	gains   []gain
	reasons []reason
}

// A gain is a command that no longer runs again when what a transfer brings changes.
type gain struct {
	t    *transfer
	in   *transform.Instruction
	text string
}

// A reason is why a transfer stays above a step.
type reason struct {
	t    *transfer
	in   *transform.Instruction
	text string
	// refused is the install of which it cannot be told what it reads, nil if it is not that.
	refused *install
	// downloads is true where it is about a download in front of a command that does more.
	downloads bool
}

func (o *orderer) newPlan(s *transform.Stage) *plan {
	p := &plan{orderer: o, stage: s}
	for _, in := range s.Instructions {
		st := &step{in: in, transfer: o.transfers[in]}
		if in.Keyword == "RUN" {
			st.calls, st.unread = o.calls(in)
		}
		p.steps = append(p.steps, st)
	}
	return p
}

// order moves each transfer below what does not need it, the last one first so that those in front
// find the way free.
func (p *plan) order() {
	for i := len(p.steps) - 1; i >= 0; i-- {
		if t := p.steps[i].transfer; t != nil && !p.obeyed(t) {
			p.sink(t, i)
		}
	}
}

// sink moves the transfer at i below the last step that it need not come before and that takes time.
func (p *plan) sink(t *transfer, i int) {
	best := i
	var gains []gain
	installs := map[*step]*install{}
	var fetch *fetched
	j := i + 1
	for ; j < len(p.steps); j++ {
		s := p.steps[j]
		verdict := p.judgeStep(t, s)
		if verdict.reason != "" && p.split(t, j) {
			s = p.steps[j]
			verdict = p.judgeStep(t, s)
		}
		if verdict.reason != "" {
			p.reasons = append(p.reasons, reason{t: t, in: s.in, text: verdict.reason, refused: verdict.refused})
			fetch = p.fetchFor(t, s)
			break
		}
		if verdict.gain != "" {
			best = j
			gains = append(gains, gain{t, s.in, verdict.gain})
			installs[s] = verdict.install
		}
	}
	if p.staleIndex(i, best) {
		return
	}
	for s, i := range installs {
		if i != nil {
			s.install = s.install.join(i)
		}
	}
	if fetch != nil {
		best = p.lastWithState(best, j) + 1
		gains = append(gains, gain{t, p.steps[j].in, fetch.install.text})
		p.steps = slices.Insert(p.steps, best, &step{text: fetch.text, install: fetch.install})
	}
	if best == i {
		return
	}
	p.gains = append(p.gains, gains...)
	moved := p.steps[i]
	moved.moved = moved.moved || best > i+1 || fetch == nil
	copy(p.steps[i:], p.steps[i+1:best+1])
	p.steps[best] = moved
}

// staleIndex reports whether a package index that is refreshed up to step best would be older
// than what is installed from it behind that step: it was refreshed with each change of step i.
func (p *plan) staleIndex(i, best int) bool {
	refreshed := func(c call) bool { return indexed(c.effect.Use) && c.effect.Use.RefreshesIndex() }
	fresh := slices.ContainsFunc(p.steps[i:best+1], func(s *step) bool { return slices.ContainsFunc(s.calls, refreshed) })
	if !fresh {
		return false
	}
	for _, s := range p.steps[best+1:] {
		for _, c := range s.calls {
			switch {
			case refreshed(c):
				return false
			case indexed(c.effect.Use) && c.effect.Use.Verb == pkgmgr.Install:
				return true
			}
		}
	}
	return false
}

// lastWithState returns the last step up to j, after best, that a download in front of step j must
// come after: what makes nothing but a declaration does not count.
func (p *plan) lastWithState(best, j int) int {
	for k := j - 1; k > best; k-- {
		switch in := p.steps[k].in; {
		case in == nil:
			return k
		case !declares(in):
			return k
		}
	}
	return best
}

// declares reports whether an instruction only says something about the image.
func declares(in *transform.Instruction) bool {
	switch in.Keyword {
	case "LABEL", "EXPOSE", "CMD", "ENTRYPOINT", "HEALTHCHECK", "STOPSIGNAL", "MAINTAINER", "ONBUILD":
		return true
	}
	return false
}

// judgeStep says whether t may come after a step.
func (p *plan) judgeStep(t *transfer, s *step) judgement {
	if s.in == nil { // a download
		if reason := p.conflict(t, s.install); reason != "" || t.covered(s.install) {
			return judgement{reason: needed}
		}
		return judgement{gain: s.install.text}
	}
	if s.transfer != nil {
		if p.overlap(t, s.transfer) {
			return judgement{reason: fmt.Sprintf("line %d copies to the same place", s.in.Line())}
		}
		return judgement{}
	}
	switch s.in.Keyword {
	case "RUN":
		if s.unread != "" {
			return judgement{reason: fmt.Sprintf("the RUN at line %d %s", s.in.Line(), s.unread)}
		}
		return p.judgeRun(t, s.in, s.calls)
	case "COPY", "ADD":
		return p.judgeCopy(t, s.in)
	case "WORKDIR":
		return p.judgeWorkdir(t, s.in)
	case "ENV", "ARG":
		if t.variable {
			return judgement{reason: fmt.Sprintf("line %d may set what the copy's path depends on", s.in.Line())}
		}
	case "VOLUME":
		return judgement{reason: fmt.Sprintf("line %d declares a volume", s.in.Line())}
	}
	return judgement{}
}

// judgeCopy is about a COPY of something that stays the same.
func (p *plan) judgeCopy(t *transfer, in *transform.Instruction) judgement {
	if len(in.Node.Heredocs) == 0 {
		words := strings.Fields(in.Args().Text)
		if dest, ok := expand(words[len(words)-1], in.State()); ok && !strings.HasSuffix(dest, "]") && !p.touches(t, p.abs(in, dest), true) {
			return judgement{}
		}
	}
	return judgement{reason: fmt.Sprintf("line %d may copy to the same place", in.Line())}
}

// judgeWorkdir is about the folder that WORKDIR makes, and relative paths behind it.
func (p *plan) judgeWorkdir(t *transfer, in *transform.Instruction) judgement {
	next := in.Next()
	if next == nil {
		return judgement{}
	}
	dir := p.dir(next)
	if t.relative() {
		return judgement{reason: fmt.Sprintf("line %d changes the working directory", in.Line())}
	}
	if !t.root() && slices.ContainsFunc(t.entries, func(e entry) bool {
		return symbol(dir) != symbol(e.image) || dir == e.image || below(dir, e.image) || below(e.image, dir)
	}) {
		return judgement{reason: fmt.Sprintf("line %d would make the folder, for another user", in.Line())}
	}
	return judgement{}
}

// relative reports whether a transfer's destination depends on the working directory.
func (t *transfer) relative() bool {
	words := strings.Fields(t.in.Args().Text)
	dest := strings.Trim(words[len(words)-1], `"'[]`)
	value, ok := expand(dest, t.in.State())
	return !ok || !strings.HasPrefix(value, "/")
}

// fetchFor returns the download that goes in front of a step that t must stay above.
func (p *plan) fetchFor(t *transfer, s *step) *fetched {
	if s.in == nil || s.in.Keyword != "RUN" || s.tail {
		return nil
	}
	for _, c := range s.calls {
		f := p.prefetch(s.in, c)
		if f == nil {
			continue
		}
		if p.fetchedAlready(c, s.in) {
			p.reasons = p.reasons[:len(p.reasons)-1]
			return nil
		}
		if f.refusal == "" {
			f.refusal = p.conflict(t, f.install)
		}
		if f.refusal == "" && t.covered(f.install) {
			return nil
		}
		if f.refusal == "" {
			f.refusal = p.lost(s.in, c)
		}
		if f.refusal != "" {
			p.reasons[len(p.reasons)-1] = reason{t: t, in: s.in, text: f.refusal, refused: &install{text: c.text}, downloads: true}
			return nil
		}
		return f
	}
	return nil
}
