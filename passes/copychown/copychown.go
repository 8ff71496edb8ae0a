package copychown

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/shell"
)

// maxChain is how many instructions a stage is made of at most: each command is held against all
// those above it.
const maxChain = 1000

func run(c *transform.Context) error {
	for _, stage := range c.Doc.Stages {
		if !c.Ships(stage) {
			continue // what a layer stores twice ships with no image
		}
		var s *survey
		for _, in := range stage.Instructions {
			if in.Keyword != "RUN" || in.Script().Shell == nil {
				continue
			}
			if s == nil {
				s = newSurvey(c, stage)
			}
			if len(s.chain) <= maxChain {
				s.look(in)
			}
		}
	}
	return nil
}

// look reports what can become of the chown and chmod commands of a RUN.
func (s *survey) look(in *transform.Instruction) {
	script := in.Script()
	for _, cmd := range script.Shell.Commands {
		known := s.reading(in, cmd)
		if why := known.refusal; why != "" && s.namesCopied(in, cmd.Argv()[1:]) {
			s.left(in, attribute(path.Base(cmd.Name())), why)
		}
		if known.request != nil {
			s.propose(known.request)
		}
	}
}

// namesCopied reports whether a word names something below the place of a copy: else nobody would
// expect that the command goes.
func (s *survey) namesCopied(in *transform.Instruction, words []string) bool {
	for _, o := range s.above(in) {
		cp := s.copying(o)
		for _, w := range words {
			if cp != nil && cp.dest != "/" && path.IsAbs(w) && below(path.Clean(w), cp.dest) {
				return true
			}
		}
	}
	return false
}

func (s *survey) left(in *transform.Instruction, attr attribute, why string) {
	s.Missed(in, string(attr), "%s is left in the RUN: %s", attr, why)
}

// propose reports the fix for a request, or why there is none.
func (s *survey) propose(r *request) {
	p := s.plan(r)
	if len(p.covers) == 0 {
		if len(p.refusals) > 0 {
			s.left(r.in, r.attr, p.refusals[0])
		}
		return
	}
	if c := s.storesAgain(r, p); c != nil {
		s.left(r.in, r.attr, "`"+commandText(r.in, c)+"` in the same RUN stores the files once more anyway")
		return
	}
	fix, why := s.fix(r, p)
	if why != "" {
		s.left(r.in, r.attr, why)
		return
	}
	s.Report(transform.Finding{Kind: string(r.attr), Span: r.in.Span, Message: fix.Title, Fix: fix})
}

// storesAgain returns another command of the same RUN that changes the files, too, so that nothing
// would be saved; nil if there is none, or if that can be moved as well.
func (s *survey) storesAgain(r *request, p *plan) *shell.Command {
	for _, c := range r.script.Shell.Commands {
		if c == r.cmd || c.Name() == "" {
			continue
		}
		changes := func(t target) bool { return p.moves(r, t) && s.mayChange(r.in, c, t.path) }
		if other := s.reading(r.in, c).request; other != nil {
			changes = func(t target) bool { return p.moves(r, t) && other.changes(t.path) && !s.movable(other, r) }
		}
		if slices.ContainsFunc(r.targets, changes) {
			return c
		}
	}
	return nil
}

// moves reports whether the plan takes a target over.
func (p *plan) moves(r *request, t target) bool {
	return p.keepFolder || slices.Contains(p.words, t.word)
}

// movable reports whether a request can be moved once another one is.
func (s *survey) movable(r, gone *request) bool {
	s.gone = gone
	defer func() { s.gone = nil }()
	return len(s.plan(r).covers) > 0
}

func (s *survey) fix(r *request, p *plan) (*transform.Fix, string) {
	if ok, why := s.Supports(transform.CopyChmod); r.attr == mode && !ok {
		return nil, why
	}
	gone, why := p.removal(r)
	if why != "" {
		return nil, why
	}
	if gone.whole && len(r.in.Flags()) > 0 || mounts(r.in) {
		return nil, "the RUN has flags"
	}
	fix := &transform.Fix{Level: transform.Safe, Edits: gone.edits}
	if gone.whole {
		fix.Edits = farewell(r.in, p.covers[0].cp.in)
	}
	seen := map[*copying]bool{}
	for _, c := range p.covers {
		fix.Level = max(fix.Level, c.level)
		if seen[c.cp] {
			continue
		}
		seen[c.cp] = true
		if c.cp.flag(r.attr) != c.value {
			fix.Edits = append(fix.Edits, c.cp.flagEdit(r.attr, c.value))
		}
		fix.Evidence = append(fix.Evidence, transform.Evidence{Source: s.Doc.Name, Line: c.cp.in.Line(), Text: c.evidence})
	}
	fix.Title = title(r, p)
	fix.Saving = s.saving(p)
	return fix, ""
}

// title says what a fix does.
func title(r *request, p *plan) string {
	if len(p.covers) == 1 {
		return fmt.Sprintf("Give the %s with the copy: --%s=%s", r.noun(), r.attr, p.covers[0].value)
	}
	return fmt.Sprintf("Give the %s with the copies: --%s=%s", r.noun(), r.attr, strings.Join(values(p), ", "))
}

// values returns the values of a plan's flags, each once.
func values(p *plan) (list []string) {
	seen := map[string]bool{}
	for _, c := range p.covers {
		if !seen[c.value] {
			list = append(list, c.value)
		}
		seen[c.value] = true
	}
	return list
}

// saving is the size of what is copied, which the RUN stores once more; unknown unless all of it is known.
func (s *survey) saving(p *plan) transform.Saving {
	var total int64
	for _, c := range p.covers {
		for _, src := range c.cp.sources {
			n, known := s.size(c.cp, src)
			if !known {
				return transform.Saving{}
			}
			total += n
		}
	}
	return transform.Saving{Disk: &total}
}

// size returns the size of a source in bytes.
func (s *survey) size(cp *copying, src source) (n int64, known bool) {
	switch {
	case src.size >= 0:
		return src.size, true
	case cp.from != "" || s.Project == nil || strings.ContainsAny(src.name, "*?[") || isURL(src.name):
		return 0, false
	}
	u, err := s.Project.Usage(contextPath(src.name))
	return u.Bytes, err == nil && u.Files > 0
}
