package repair

import (
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

func names(n int) []string {
	var ids []string
	for i := range n {
		ids = append(ids, fmt.Sprintf("fix-%02d", i))
	}
	return ids
}

// some returns each of ids with a chance of one in n.
func some(r *rand.Rand, ids []string, n int) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(string) bool { return r.IntN(n) > 0 })
}

// Where single fixes break the rewrite, exactly those are left out, in a bounded number of tries.
func TestSearchFindsTheCulprits(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		ids := names(1 + r.IntN(40))
		culprits := some(r, ids, 1+r.IntN(20))
		if len(culprits) == 0 {
			culprits = []string{ids[r.IntN(len(ids))]}
		}
		tries := 0
		got, err := Search(ids, func(disabled []string) (bool, error) {
			tries++
			return !slices.ContainsFunc(culprits, func(c string) bool { return !slices.Contains(disabled, c) }), nil
		})
		if err != nil || !slices.Equal(got, culprits) {
			t.Fatalf("of %d: got %v, want %v (%v)", len(ids), got, culprits, err)
		}
		if most := len(culprits) * (1 + bits.Len(uint(len(ids)-1))); tries > most {
			t.Fatalf("%d tries for %d of %d fixes, want at most %d", tries, len(culprits), len(ids), most)
		}
	}
}

// Where fixes build on others and break the rewrite in pairs, what is left out is enough, and no part of it can stay.
func TestSearchIsMinimal(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		ids := names(2 + r.IntN(12))
		needs, pairs := map[string][]string{}, [][2]string{}
		for i, id := range ids {
			needs[id] = some(r, ids[:i], 4)
		}
		for range 1 + r.IntN(3) {
			pairs = append(pairs, [2]string{ids[r.IntN(len(ids))], ids[r.IntN(len(ids))]})
		}
		// A fix is made where all that it builds on is.
		holds := func(disabled []string) (bool, error) {
			made := map[string]bool{}
			for _, id := range ids {
				made[id] = !slices.Contains(disabled, id) && !slices.ContainsFunc(needs[id], func(n string) bool { return !made[n] })
			}
			return !slices.ContainsFunc(pairs, func(p [2]string) bool { return made[p[0]] && made[p[1]] }), nil
		}
		if ok, _ := holds(nil); ok {
			continue
		}
		got, err := Search(ids, holds)
		if ok, _ := holds(got); err != nil || !ok {
			t.Fatalf("without %v it does not hold (%v)", got, err)
		}
		for i := range got {
			less := slices.Delete(slices.Clone(got), i, i+1)
			if ok, _ := holds(less); ok {
				t.Fatalf("%v is more than needed: %v is enough; pairs %v, needs %v", got, less, pairs, needs)
			}
		}
	}
}

// Whatever holds says, what comes out has been seen to hold, or is the original.
func TestSearchReturnsWhatHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		ids := names(1 + r.IntN(20))
		held := map[string]bool{fmt.Sprint(ids): true}
		got, err := Search(ids, func(disabled []string) (bool, error) {
			if len(disabled) == 0 || len(disabled) == len(ids) {
				t.Fatalf("what is known is tried again: without %v", disabled)
			}
			ok := r.IntN(2) == 0
			held[fmt.Sprint(disabled)] = ok
			return ok, nil
		})
		if err != nil || !held[fmt.Sprint(got)] {
			t.Fatalf("got %v, which does not hold (%v)", got, err)
		}
	}
}

func TestSearchStopsAtAnError(t *testing.T) {
	stop := errors.New("stop")
	calls := 0
	_, err := Search(names(8), func([]string) (bool, error) { calls++; return false, stop })
	if !errors.Is(err, stop) || calls != 1 {
		t.Errorf("%v after %d calls", err, calls)
	}
	if got, err := Search(nil, nil); err != nil || len(got) > 0 {
		t.Errorf("of no fixes: %v, %v", got, err)
	}
}
