package difftest

import "context"

// Minimize leaves out of a different program what the difference does not need: instructions, then
// parts of scripts, until nothing more can go.
func (l *Lab) Minimize(ctx context.Context, p *Program) (*Program, Result, error) {
	best, err := l.Check(ctx, p)
	if err != nil {
		return p, best, err
	}
	for again := true; again; {
		again = false
		for _, q := range smaller(p) {
			r, err := l.Check(ctx, q)
			if err != nil {
				return p, best, err
			}
			if r.Verdict == Different {
				p, best, again = q, r, true
				break
			}
		}
	}
	return p, best, nil
}

// smaller returns the programs that lack something of p, the largest things first.
func smaller(p *Program) []*Program {
	var list []*Program
	for size := len(p.Instructions) / 2; size > 0; size /= 2 {
		for start := 0; start < len(p.Instructions); start += size {
			if q := p.without(start, min(start+size, len(p.Instructions))); len(q.Instructions) < len(p.Instructions) {
				list = append(list, q)
			}
		}
	}
	for i, in := range p.Instructions {
		for part := range in.Parts {
			if len(in.Parts) > 1 {
				list = append(list, p.withoutPart(i, part))
			}
		}
	}
	for _, flag := range []func(*Program) *bool{
		func(p *Program) *bool { return &p.CRLF }, func(p *Program) *bool { return &p.Backtick },
		func(p *Program) *bool { return &p.NoFinalNewline }, func(p *Program) *bool { return &p.MergeAll },
		func(p *Program) *bool { return &p.CacheMounts },
	} {
		if q := *p; *flag(&q) {
			*flag(&q) = false
			list = append(list, &q)
		}
	}
	return list
}
