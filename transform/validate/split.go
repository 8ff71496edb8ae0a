package validate

import (
	"fmt"
	"slices"

	"mvdan.cc/sh/v3/syntax"

	"dopt/transform"
)

// Split judges whether scripts that run one after the other, each in a shell of its own, do what
// one script did. It is the join of the pieces read backwards, and a piece may repeat
// the directory, options and variables that the whole begins with.
func Split(whole Script, pieces []Script) transform.Verdict {
	s := splitter{}
	why := s.read(whole, pieces)
	if why == "" {
		why = s.judge()
	}
	if why != "" {
		return transform.Verdict{Status: transform.Unsound, Reasons: []string{why}}
	}
	j := joiner{replaced: map[string]string{}}
	for _, p := range s.pieces {
		j.remembered(p)
		j.replaces(p)
	}
	if len(j.doubts) > 0 {
		return transform.Verdict{Status: transform.Unproven, Reasons: j.doubts}
	}
	return transform.Verdict{Status: transform.Refines}
}

// MayStart reports whether a piece begins as the whole does: a quick test for
// callers that look for the pieces.
func MayStart(whole, piece Script) bool {
	w, err := whole.unit()
	if err != nil || len(w.stmts) == 0 {
		return false
	}
	p, err := piece.unit()
	if err != nil || len(p.stmts) == 0 {
		return false
	}
	return canonical(firstSimple(w.stmts[0])) == canonical(firstSimple(p.stmts[0]))
}

// A splitter compares the parts of one script with those of its pieces.
type splitter struct {
	whole  *unit
	pieces []*unit
	// parts and those of each piece are operands of "&&", or statements that the option -e ends at the first failure.
	parts []*syntax.Stmt
	// setup is how many of the parts only prepare the shell.
	setup int
	// listed is true where the parts are statements.
	listed bool
}

func (s *splitter) read(whole Script, pieces []Script) string {
	if len(pieces) < 2 || !whole.posix() {
		return "a RUN that is not one of several pieces"
	}
	var err error
	if s.whole, err = whole.unit(); err != nil {
		return fmt.Sprintf("the script cannot be read as shell: %v", err)
	}
	for _, p := range pieces {
		if !slices.Equal(p.Shell, whole.Shell) || p.Dir != whole.Dir {
			return "the pieces have another shell or directory"
		}
		u, err := p.unit()
		if err != nil || len(u.stmts) == 0 {
			return fmt.Sprintf("a piece cannot be read as shell: %v", err)
		}
		s.pieces = append(s.pieces, u)
	}
	s.parts, s.listed = s.whole.ops, len(s.whole.stmts) > 1
	if s.listed {
		s.parts = s.whole.stmts
	}
	for s.setup < len(s.parts) && s.whole.prepares(s.parts[s.setup]) {
		s.setup++
	}
	return s.whole.joinable()
}

// prepares reports whether a statement only changes the shell, in a way that can be repeated:
// cd to a plain path, options, exported values.
func (u *unit) prepares(stmt *syntax.Stmt) bool {
	if decl, ok := stmt.Cmd.(*syntax.DeclClause); ok {
		return bare(stmt) && decl.Variant.Value == "export" && !slices.ContainsFunc(decl.Args, func(a *syntax.Assign) bool {
			return a.Value == nil || !isStatic(a.Value)
		})
	}
	c := u.simple(stmt)
	switch {
	case c == nil || len(c.expr.Assigns) > 0:
		return false
	case c.words[0] == "cd":
		return len(c.words) == 2 && literalPath(c.words[1])
	case c.words[0] == "export":
		return !slices.ContainsFunc(c.expr.Args, func(w *syntax.Word) bool { return !isStatic(w) })
	}
	return u.options(stmt) != nil
}

func isStatic(w *syntax.Word) bool {
	_, ok := static(w)
	return ok
}

func (s *splitter) judge() string {
	rest := s.parts
	for i, p := range s.pieces {
		all := s.partsOf(p)
		own := all
		if i > 0 {
			own = s.withoutSetup(all)
		}
		n := len(own)
		if n == 0 || n > len(rest) || canonicalList(own) != canonicalList(rest[:n]) {
			return s.difference()
		}
		if i > 0 {
			if why := s.sees(p, n < len(all)); why != "" {
				return why
			}
		}
		rest = rest[n:]
		last := i == len(s.pieces)-1
		switch {
		case (len(rest) == 0) != last:
			return s.difference()
		case !last:
			if why := s.leaves(p, own[n-1]); why != "" {
				return why
			}
		}
	}
	return ""
}

// difference names the first command that the pieces lack or have too much.
func (s *splitter) difference() string {
	count := map[string]int{}
	for _, p := range s.pieces {
		for _, c := range p.all() {
			count[canonical(c.expr)]++
		}
	}
	for _, c := range s.whole.all() {
		if count[canonical(c.expr)]--; count[canonical(c.expr)] < 0 {
			return fmt.Sprintf("the command `%s` is gone or differs", c)
		}
	}
	return "the commands are not the same, in the same order and under the same conditions"
}

// partsOf takes a piece apart as the whole is taken apart.
func (s *splitter) partsOf(p *unit) []*syntax.Stmt {
	if s.listed {
		return p.stmts
	}
	return p.ops
}

// withoutSetup returns the parts of a piece behind a repetition of what the whole begins with.
func (s *splitter) withoutSetup(own []*syntax.Stmt) []*syntax.Stmt {
	if s.setup > 0 && len(own) > s.setup && canonicalList(own[:s.setup]) == canonicalList(s.parts[:s.setup]) {
		return own[s.setup:]
	}
	return own
}

// sees says what a piece behind the first reads of the shell that the whole ran in, and does not
// find; repeats is true where it repeats what the whole begins with.
func (s *splitter) sees(p *unit, repeats bool) string {
	if s.setup > 0 && !repeats {
		return fmt.Sprintf("`%s` no longer counts for `%s`", s.whole.source(s.parts[s.setup-1]), p.source(p.stmts[0]))
	}
	for _, stmt := range p.stmts {
		if v := p.readsShell(stmt, true); v != "" {
			return fmt.Sprintf("`%s` reads %s, which a shell of its own does not have", p.source(stmt), v)
		}
	}
	return ""
}

// leaves says what a piece with another one behind it does that the next commands would have
// seen, or that its end takes away. end is its last part.
func (s *splitter) leaves(p *unit, end *syntax.Stmt) string {
	setup := s.partsOf(p)
	setup = setup[:min(s.setup, len(setup))]
	for _, c := range p.changes {
		if !slices.Contains(setup, c.stmt) {
			return fmt.Sprintf("%s, which the next RUN does not see", c)
		}
	}
	for _, c := range p.all() {
		if why := p.outside(c); why != "" {
			return why
		}
	}
	switch why := p.mountedFiles(); {
	case why != "":
		return why
	case !s.listed:
		return p.suppressed()
	case !s.whole.start().must || !strict(end):
		return fmt.Sprintf("a failure of `%s` now stops what comes after it", p.source(end))
	}
	return ""
}
