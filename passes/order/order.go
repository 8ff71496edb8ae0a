package order

import (
	"fmt"
	"slices"

	"dopt/transform"
	"dopt/transform/effects"
	"dopt/transform/pkgmgr"
)

// An orderer orders the instructions of one document.
type orderer struct {
	*transform.Context
	transfers map[*transform.Instruction]*transfer
	// installs are those that have been read: each transfer above asks for them anew.
	installs map[question]*install
	// setters are the ENV and ARG instructions of each stage.
	setters map[*transform.Stage][]*transform.Instruction
}

// A question is what a command line in the place of a command of an instruction reads.
type question struct {
	in   *transform.Instruction
	at   int
	argv string
}

func run(c *transform.Context) error {
	o := &orderer{Context: c, transfers: map[*transform.Instruction]*transfer{}, installs: map[question]*install{}, setters: map[*transform.Stage][]*transform.Instruction{}}
	for _, in := range c.Doc.Instructions {
		if in.Stage == nil {
			continue
		}
		if t := o.readTransfer(in); t != nil {
			o.transfers[in] = t
		}
		if in.Keyword == "ENV" || in.Keyword == "ARG" {
			o.setters[in.Stage] = append(o.setters[in.Stage], in)
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
	// before is the instruction that a new one downloads for.
	before *transform.Instruction
	// transfer is what it copies, nil if nothing of note.
	transfer *transfer
	// calls are the commands of a RUN below a transfer; unread says why they cannot be told.
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
	step *step
	text string
}

// in is the instruction of a gain; for a download the one that it is for.
func (g gain) in() *transform.Instruction {
	if g.step.in == nil {
		return g.step.before
	}
	return g.step.in
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
	below := false // a transfer, which may move below this step
	for _, in := range s.Instructions {
		st := &step{in: in, transfer: o.transfers[in]}
		below = below || st.transfer != nil
		if below && in.Keyword == "RUN" {
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
		if t := p.steps[i].transfer; t != nil {
			p.sink(t, i)
		}
	}
}

// sink moves the transfer at i below the last step that it need not come before and that takes time.
func (p *plan) sink(t *transfer, i int) {
	var gains []gain
	installs := map[*step]*install{}
	var fetch *fetched
	j := i + 1
	for ; j < len(p.steps); j++ {
		s := p.steps[j]
		verdict := p.judgeStep(t, s)
		if verdict.reason != "" {
			done, why := p.split(t, j)
			if done {
				s = p.steps[j]
				verdict = p.judgeStep(t, s)
			} else if why != "" {
				verdict.reason = why
			}
		}
		if verdict.reason != "" {
			p.reasons = append(p.reasons, reason{t: t, in: s.in, text: verdict.reason, refused: verdict.refused})
			fetch = p.fetchFor(t, s)
			break
		}
		if verdict.gain != "" {
			gains = append(gains, gain{t, s, verdict.gain})
			installs[s] = verdict.install
		}
	}
	gains, best := p.settle(gains, i, j)
	if s := p.outdated(i, best); s != nil {
		p.reasons = append(p.reasons, reason{t: t, in: s.in, text: "the package index that it installs from would be that of the last build"})
		return
	}
	for _, g := range gains {
		if i := installs[g.step]; i != nil {
			g.step.install = g.step.install.join(i)
		}
	}
	if fetch != nil {
		best = p.lastWithState(best, j) + 1
		download := &step{text: fetch.text, install: fetch.install, before: p.steps[j].in}
		gains = append(gains, gain{t, download, fetch.install.text})
		p.steps = slices.Insert(p.steps, best, download)
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

// settle returns the step that the transfer at i goes below: that of the last gain. It is not put
// between steps that belong together, but below both, or above where it must stay above step stop;
// then the gain is left out.
func (p *plan) settle(gains []gain, i, stop int) ([]gain, int) {
	for len(gains) > 0 {
		best := slices.Index(p.steps, gains[len(gains)-1].step)
		for best+1 < stop && together(p.steps[best], p.steps[best+1]) {
			best++
		}
		if best+1 >= len(p.steps) || !together(p.steps[best], p.steps[best+1]) {
			return gains, best
		}
		gains = gains[:len(gains)-1]
	}
	return nil, i
}

// together reports whether two RUNs that follow each other are better one: both install packages of
// the system, or the later one changes or removes what the earlier one makes.
func together(a, b *step) bool {
	if a.in == nil || b.in == nil || a.in.Keyword != "RUN" || b.in.Keyword != "RUN" || a.in.Next() != b.in {
		return false
	}
	return slices.ContainsFunc(b.calls, func(later call) bool {
		return slices.ContainsFunc(a.calls, func(earlier call) bool {
			one, other := earlier.effect.Use, later.effect.Use
			if one != nil && other != nil {
				return one.Manager == other.Manager && slices.Contains(system, one.Manager.Ecosystem)
			}
			return undoes(later, earlier)
		})
	})
}

// undoes reports whether a command changes or removes what an earlier one makes.
func undoes(later, earlier call) bool {
	return slices.ContainsFunc(slices.Concat(later.effect.Changes, later.effect.Removes), func(p effects.Path) bool {
		return slices.ContainsFunc(earlier.effect.Makes, p.Touches)
	})
}

// outdated returns the first step behind step best that would install from an index of packages
// which the steps up to best have refreshed: as it is, the index is as young as the install. It
// is nil if there is none.
func (p *plan) outdated(i, best int) *step {
	refreshed := func(c call) bool { return indexed(c.effect.Use) && c.effect.Use.RefreshesIndex() }
	fresh := slices.ContainsFunc(p.steps[i:best+1], func(s *step) bool { return slices.ContainsFunc(s.calls, refreshed) })
	if !fresh {
		return nil
	}
	for _, s := range p.steps[best+1:] {
		for _, c := range s.calls {
			switch {
			case refreshed(c):
				return nil
			case indexed(c.effect.Use) && c.effect.Use.Verb == pkgmgr.Install:
				return s
			}
		}
	}
	return nil
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

// fetchFor returns the download that goes in front of a step that t must stay above.
func (p *plan) fetchFor(t *transfer, s *step) *fetched {
	if s.in == nil || s.in.Keyword != "RUN" || s.tail || p.obeyed(t) {
		return nil
	}
	for _, c := range s.calls {
		f := p.prefetch(s.in, c)
		if f == nil {
			continue
		}
		if slices.ContainsFunc(p.steps, func(other *step) bool { return other.before == s.in && other.text == f.text }) {
			return nil // for a copy below: one download serves both
		}
		if p.fetchedAlready(c, s.in) {
			p.reasons[len(p.reasons)-1] = reason{t: t, in: s.in.Next(), text: fmt.Sprintf("`%s` above it needs the source, and may use what it installs", c.text)}
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
