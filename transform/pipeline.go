package transform

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"slices"
)

// maxRounds bounds how often the passes run over a file. A file that still
// changes after so many rounds shows a bug of dopt.
const maxRounds = 10

// A Pipeline runs passes over documents. It may be used for one document after
// the other, but not for two at once.
type Pipeline struct {
	// Passes run in this order.
	Passes     []*Pass
	Validators []Validator
	Bases      Bases
	// Packages may be nil: passes that ask for it then do nothing.
	Packages Packages
	Level    Level
	Settings Settings
	// Disabled holds IDs of fixes that must not be made.
	Disabled map[string]bool
	// Limit is the largest number of fixes to make; 0 is no limit. With it a fault can be bisected.
	Limit int
	// Alone leaves all files but the Dockerfile as they are: a fix that changes another one is not made.
	Alone bool
}

// A Report is what a run of the pipeline found and made.
type Report struct {
	Before, After *Document
	// Files are the files of the build context that change with the Dockerfile, in path order.
	Files []ChangedFile
	// Findings are in the order in which they were applied, then those that were not.
	Findings []Finding
	// Rounds is how often the passes ran.
	Rounds int
}

// Changed reports whether the rewrite changes the Dockerfile or another file.
func (r *Report) Changed() bool { return r.Rewritten() || len(r.Files) > 0 }

// Rewritten reports whether the rewrite changes the Dockerfile.
func (r *Report) Rewritten() bool { return string(r.Before.Src) != string(r.After.Src) }

// Count returns the number of findings with a status.
func (r *Report) Count(s Status) int {
	n := 0
	for _, f := range r.Findings {
		if f.Status == s {
			n++
		}
	}
	return n
}

// Run rewrites a document. files is its build context; nil where none is at hand.
//
// Nearly always all fixes are right. So the validators first judge the whole rewrite at once, which
// halves what they have to compile; if they do not agree, it is made again and each step judged.
func (p *Pipeline) Run(doc *Document, files fs.FS) (*Report, error) {
	p = p.assume()
	whole := p.newRun(doc, files)
	whole.unjudged = true
	report, err := whole.rounds()
	if err == nil && (whole.doc == doc || whole.judge(doc, whole.doc, Environment{Files: files, Changes: whole.changes, Bases: p.Bases, Packages: p.Packages}, whole.claim).Status == Refines) {
		return report, nil
	}
	judged := p.newRun(doc, files)
	if err == nil {
		judged.known = whole.steps
	}
	return judged.rounds()
}

func (p *Pipeline) newRun(doc *Document, files fs.FS) *run {
	return &run{Pipeline: p, context: files, files: files, original: doc, doc: doc, settled: map[string]bool{}, used: map[int]bool{}, settledAt: map[*Pass]*Document{}}
}

// rounds runs all passes until none makes a fix.
func (r *run) rounds() (*Report, error) {
	doc := r.original
	for round := 1; round <= maxRounds; round++ {
		changed := false
		for _, pass := range r.Passes {
			made, err := r.settle(pass)
			if err != nil {
				return nil, fmt.Errorf("%s: pass %s: %w", doc.Name, pass.Name, err)
			}
			changed = changed || made
		}
		if !changed {
			slices.SortStableFunc(r.open, func(a, b Finding) int { return cmp.Compare(r.order(a), r.order(b)) })
			r.unusedPragmas()
			return &Report{Before: doc, After: r.doc, Files: r.changedFiles(), Findings: append(r.done, r.open...), Rounds: round}, nil
		}
	}
	return nil, fmt.Errorf("%s: the passes do not settle after %d rounds; nothing was changed", doc.Name, maxRounds)
}

// A run is the state of one call of Pipeline.Run.
type run struct {
	*Pipeline
	// context is the build context that came in, files what has been made of it by changes.
	context, files fs.FS
	changes        []FileChange
	// unjudged is true while no step is judged by itself; claim is what the steps made may change.
	unjudged bool
	claim    Claim
	// original is the document that came in, doc what has been made of it.
	original, doc *Document
	// steps are the documents that fixes have led to, known those of a run before this one, which need not be parsed and compiled again.
	steps, known []*Document
	// history maps offsets of doc back to the original: the edits of each step, in order of place.
	history [][]Edit
	// held are the fixes above the level asked for, of each pass's last run.
	held []held
	// done holds findings whose status is final, open those of each pass's last run.
	done, open []Finding
	// settledAt is the document in which a pass has found nothing more to make.
	settledAt map[*Pass]*Document
	// settled holds the IDs of fixes that were rejected or not proven.
	settled map[string]bool
	// used holds the lines of pragmas that have switched something off.
	used map[int]bool
	made int
	// needs is what passes have found out of the needs of doc's stage.
	needs *knownNeeds
	// occurrences tells equal instructions of the original apart; see occurrence.
	occurrences []int
}

// settle runs one pass until it makes nothing more, so that the next one meets what the pass alone
// leads to: else it would depend on the order of rounds what the others see.
func (r *run) settle(p *Pass) (changed bool, err error) {
	if r.settledAt[p] == r.doc {
		return false, nil
	}
	for range maxRounds {
		r.open = slices.DeleteFunc(r.open, func(f Finding) bool { return f.Pass == p.Name })
		made, err := r.pass(p)
		if err != nil || !made {
			r.settledAt[p] = r.doc
			return changed, err
		}
		changed = true
	}
	return false, fmt.Errorf("does not settle after %d runs; nothing was changed", maxRounds)
}

// order is the place of a finding's pass in the pipeline.
func (r *run) order(f Finding) int {
	return slices.IndexFunc(r.Passes, func(p *Pass) bool { return p.Name == f.Pass })
}

// pass runs one pass once and makes what it may make of its fixes.
func (r *run) pass(p *Pass) (changed bool, err error) {
	var findings []Finding
	project, _ := r.files.(Project)
	if r.needs == nil || r.needs.doc != r.doc || r.needs.changes != len(r.changes) {
		r.needs = &knownNeeds{doc: r.doc, changes: len(r.changes)}
	}
	c := &Context{Doc: r.doc, Files: r.files, Project: project, Bases: r.Bases, Packages: r.Packages, Settings: r.Settings, needs: r.needs, Report: func(f Finding) {
		f.Pass = p.Name
		f.Line = r.originalLine(f.Span.Start)
		if f.Fix != nil {
			f.Fix.ID = r.fixID(f)
		}
		findings = append(findings, f)
	}}
	if err := p.Run(c); err != nil {
		return false, err
	}
	r.held = slices.DeleteFunc(r.held, func(h held) bool { return h.Pass == p.Name })
	group := r.choose(p, findings)
	if len(group) == 0 {
		return false, nil
	}
	r.claim |= p.Claim
	if r.unjudged {
		next, err := r.apply(group)
		if err != nil {
			return false, err
		}
		r.commit(next, group)
		return true, nil
	}
	next, verdict := r.try(p, r.doc, group)
	if verdict.Status != Refines { // something in the group is wrong or not proven: find out what
		next, group = r.oneByOne(p, group, next, verdict)
	}
	r.commit(next, group)
	return r.doc != c.Doc, nil
}

// choose returns the fixes that are to be made together, and files away all other findings.
func (r *run) choose(p *Pass, findings []Finding) []Finding {
	var group []Finding
	var taken spans
	files := fileSet{}
	for _, f := range findings {
		if pragma, ok := r.ignored(f); ok {
			r.used[pragma.Line] = true
			if f.Fix != nil {
				f.Status, f.Message = StatusDisabled, fmt.Sprintf("switched off by the comment at line %d", pragma.Line)
				r.open = append(r.open, f)
			}
			continue
		}
		switch {
		case f.Fix == nil && f.Level > r.Level:
		case f.Fix == nil:
			r.open = append(r.open, f)
		case r.settled[f.Fix.ID]:
		case r.Disabled[f.Fix.ID]:
			f.Status = StatusDisabled
			r.open = append(r.open, f)
		case f.Fix.Level > r.Level:
			f.Status = StatusHeld
			r.open = append(r.open, f)
			if f.Fix.Level <= Standard {
				r.held = append(r.held, held{f, len(r.history)})
			}
		case r.left(p, f) != "":
			r.open = append(r.open, Finding{Pass: f.Pass, Kind: f.Kind, Span: f.Span, Line: f.Line, Message: r.left(p, f), Status: StatusMissed})
		case r.Alone && len(f.Fix.Files) > 0:
			f.Status, f.Message = StatusDisabled, "changes another file, and only the Dockerfile is to be written"
			r.open = append(r.open, f)
		case r.Limit > 0 && r.made+len(group) >= r.Limit:
			f.Status = StatusDisabled
			r.open = append(r.open, f)
		case files.free(f.Fix.Files) && taken.add(f.Fix.Edits):
			files.add(f.Fix.Files)
			group = append(group, f)
		}
	}
	return group
}

// A held is a fix above the level asked for that others wait for, and how much history there was when it was found. Nothing
// waits for an aggressive one: few ask for it, and all would pay.
type held struct {
	Finding
	history int
}

// left says which fix of an earlier pass is held for the same lines, "" if there is none. What is
// joined now could not be taken apart when it is asked for, and what is cleaned up in a stage that ships stays so when it does not
// any more: a rewrite at one level after the other would end in another file than the higher level alone.
func (r *run) left(p *Pass, f Finding) string {
	for _, h := range r.held {
		if r.order(h.Finding) >= r.order(f) {
			continue
		}
		var places spans
		if p.Claim.Allows(JoinRuns) {
			places.add(h.Fix.Edits)
		}
		for _, e := range f.Fix.Edits {
			start, end := e.Start, e.End
			for i := len(r.history) - 1; i >= h.history; i-- {
				start, end = before(r.history[i], start), before(r.history[i], end)
			}
			switch span := (Span{start, end}); {
			case places.touch(span):
				return fmt.Sprintf("left for level %s, which changes the same lines: %s", h.Fix.Level, h.Fix.Title)
			case h.Fix.Scope.Len() > 0 && h.Fix.Scope.Contains(span):
				return fmt.Sprintf("left for level %s, by which the image does not hold what these lines make: %s", h.Fix.Level, h.Fix.Title)
			}
		}
	}
	return ""
}

// commit takes the document that a group of fixes has led to.
func (r *run) commit(next *Document, group []Finding) {
	var edits []Edit
	for _, f := range group {
		f.Status = StatusApplied
		edits = append(edits, f.Fix.Edits...)
		r.done = append(r.done, f)
		if b := f.Fix.Bolder; b != nil && b.Level <= r.Level {
			r.done = append(r.done, Finding{Pass: f.Pass, Kind: b.Kind, Span: f.Span, Line: f.Line, Message: b.Message, Status: StatusMissed, Level: b.Level})
		}
	}
	slices.SortStableFunc(edits, func(a, b Edit) int { return cmp.Compare(a.Start, b.Start) })
	r.history = append(r.history, edits)
	r.steps = append(r.steps, next)
	r.reach(next, changesOf(group))
	r.made += len(group)
}

// apply makes a group of fixes in the current document.
func (r *run) apply(group []Finding) (*Document, error) {
	var edits []Edit
	for _, f := range group {
		edits = append(edits, f.Fix.Edits...)
	}
	if err := r.checkChanges(changesOf(group)); err != nil {
		return nil, err
	}
	src, err := r.doc.Rewrite(edits...)
	if i := slices.IndexFunc(r.known, func(d *Document) bool { return bytes.Equal(d.Src, src) }); err == nil && i >= 0 {
		return r.known[i], nil
	}
	return r.doc.Apply(edits...)
}

// ignored returns the pragma that switches a finding off.
func (r *run) ignored(f Finding) (Pragma, bool) {
	if len(r.doc.Pragmas()) == 0 {
		return Pragma{}, false
	}
	touched := []Span{f.Span}
	if f.Fix != nil {
		for _, e := range f.Fix.Edits {
			touched = append(touched, e.Span)
		}
	}
	for _, s := range touched {
		for _, in := range r.doc.within(s) {
			if p, ok := r.doc.ignoredBy(f.Pass, f.Kind, in); ok {
				return p, true
			}
		}
	}
	return Pragma{}, false
}

// unusedPragmas reports pragmas of dopt's own that switch nothing off, though a pass that they name has run.
func (r *run) unusedPragmas() {
	for _, p := range r.doc.Pragmas() {
		if p.Tool == "dopt" && !r.used[p.Line] && r.ran(p) {
			r.open = append(r.open, Finding{
				Pass: "pragma", Kind: "unused", Span: p.Span, Line: r.originalLine(p.Span.Start),
				Message: "this ignore comment switches nothing off", Status: StatusMissed,
			})
		}
	}
}

// ran reports whether all passes that a pragma names have looked at the file; a rewrite
// that is not asked to format does not.
func (r *run) ran(p Pragma) bool {
	for _, name := range p.Names {
		i := slices.IndexFunc(r.Passes, func(pass *Pass) bool { return pass.Name == name })
		if i < 0 || r.Passes[i].Level == Layout && !r.Settings.FormatAll {
			return false
		}
	}
	return true
}

// spans are places that are taken, in order.
type spans []Span

// add takes the places of edits, unless one of them is taken in part or touched.
func (s *spans) add(edits []Edit) bool {
	for _, e := range edits {
		if s.touch(e.Span) {
			return false
		}
	}
	for _, e := range edits {
		i, _ := slices.BinarySearchFunc(*s, e.Start, func(t Span, start int) int { return cmp.Compare(t.Start, start) })
		*s = slices.Insert(*s, i, e.Span)
	}
	return true
}

// touch reports whether a place is taken in part or adjoins one that is.
func (s *spans) touch(at Span) bool {
	i, _ := slices.BinarySearchFunc(*s, at.Start, func(t Span, start int) int { return cmp.Compare(t.End, start) })
	return i < len(*s) && (*s)[i].Start <= at.End
}
