package validate

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// An aligner finds the way to align two lists of statements that needs the fewest edits.
type aligner struct {
	m             *matcher
	before, after []*syntax.Stmt
	// at is the place of the pair (i, j); inserts says whether after[j] may stand in front of
	// before[i], removes whether before[i] may go.
	at               func(i, j int) place
	inserts, removes func(i, j int) bool
	// open lets the rest of after be left over.
	open bool
	// costs are the numbers of edits from (i, j) on, impossible where there is no way.
	costs map[[2]int]int
}

const impossible = 1 << 20

// run aligns the lists, notes the edits and returns how many statements of after were used;
// -1 if there is no way.
func (a *aligner) run() int {
	a.costs = map[[2]int]int{}
	if a.cost(0, 0) >= impossible {
		return -1
	}
	i, j := 0, 0
	for !a.done(i, j) {
		rest := a.cost(i, j)
		mark := len(a.m.edits)
		switch {
		case a.pair(i, j) && len(a.m.edits)-mark+a.cost(i+1, j+1) == rest:
			i, j = i+1, j+1
		case a.undo(mark) && a.insert(i, j) && 1+a.cost(i, j+1) == rest:
			j++
		case a.undo(mark) && a.remove(i, j):
			i++
		}
	}
	return j
}

// undo forgets the edits behind a mark.
func (a *aligner) undo(mark int) bool {
	a.m.edits = a.m.edits[:mark]
	return true
}

func (a *aligner) done(i, j int) bool {
	return i == len(a.before) && (a.open || j == len(a.after))
}

func (a *aligner) cost(i, j int) int {
	if a.done(i, j) {
		return 0
	}
	if c, ok := a.costs[[2]int{i, j}]; ok {
		return c
	}
	best, mark := impossible, len(a.m.edits)
	if a.pair(i, j) {
		edits := len(a.m.edits) - mark
		a.undo(mark)
		best = edits + a.cost(i+1, j+1)
	}
	if best > 0 && a.insert(i, j) {
		a.undo(mark)
		best = min(best, 1+a.cost(i, j+1))
	}
	if best > 0 && a.remove(i, j) {
		a.undo(mark)
		best = min(best, 1+a.cost(i+1, j))
	}
	a.costs[[2]int{i, j}] = best
	return best
}

func (a *aligner) pair(i, j int) bool {
	return i < len(a.before) && j < len(a.after) && a.m.within(a.at(i, j), func() bool { return a.m.same(a.before[i], a.after[j]) })
}

func (a *aligner) insert(i, j int) bool {
	return j < len(a.after) && a.m.insertion(a.after[j], func() bool { return a.inserts(i, j) })
}

func (a *aligner) remove(i, j int) bool {
	return i < len(a.before) && a.m.removal(a.before[i], func() bool { return a.removes(i, j) })
}

// operands aligns the operands of two lists. With open set, the rest of after may be left over.
func (m *matcher) operands(before, after []*syntax.Stmt, open bool) int {
	last := len(before) - 1
	a := aligner{m: m, before: before, after: after, open: open}
	a.at = func(i, _ int) place {
		if i == last {
			return m.at
		}
		return place{}
	}
	a.inserts = func(i, j int) bool {
		if i <= last {
			return m.mayLead(after[j])
		}
		return last < 0 || m.mayFollow(before[last]) || m.refuse("behind `&&`, a failure in front of `%s` no longer ends the script where it did", m.after.source(after[j]))
	}
	a.removes = func(i, _ int) bool {
		return i == 0 || i < last || m.mayFollow(before[i-1]) || m.refuse("without `%s` behind it, a failure ends the script where it did not", m.before.source(before[i]))
	}
	return a.run()
}

// whole aligns operands that must all be used up.
func (m *matcher) whole(before, after []*syntax.Stmt) bool {
	return m.operands(before, after, false) == len(after)
}

// mayFollow reports whether a command may come behind the last operand of a list, or go from
// there: what "&&" waits for does not end the shell with -e.
func (m *matcher) mayFollow(last *syntax.Stmt) bool {
	return !m.at.may || m.at.tail && !sequential(last)
}

// mayLead reports whether a command may come in front of an operand, which then waits for it:
// where -e would have ended the shell at the operand's failure, only a clean-up may come, since
// that does not fail.
func (m *matcher) mayLead(added *syntax.Stmt) bool {
	c := m.after.written(added)
	return !m.at.may || m.at.tail || c != nil && !updates(c)
}

// list aligns two lists of statements that run whatever the others' status is. The last
// one is the status of the list, so nothing may come or go there unless -e is on.
func (m *matcher) list(before, after []*syntax.Stmt) bool {
	a := aligner{m: m, before: before, after: after}
	a.at = func(i, j int) place {
		at := m.at
		at.tail = at.tail && i == len(before)-1 && j == len(after)-1
		return at
	}
	a.inserts = func(_, j int) bool {
		switch {
		case m.readsStatus():
			return false
		case j < len(after)-1, m.at.must && j > 0 && strict(after[j-1]):
			return true
		}
		return m.refuse("the status of `%s` hides a failure of what is before it", m.after.source(after[j]))
	}
	a.removes = func(i, _ int) bool { return i < len(before)-1 && !m.readsStatus() }
	return a.run() == len(after)
}

// readsStatus reports whether the script reads the status of a command, which a statement
// between the two would change.
func (m *matcher) readsStatus() bool {
	return strings.Contains(m.after.Text, "$?") || strings.Contains(m.after.Text, "${?")
}
