package repair

import "slices"

// Search finds the fixes to leave out so that the rest holds. ids are those of all fixes, in the order in which they
// were made, so that one stands behind all that it builds on. All together are known not to hold, and none of them to
// hold. holds tells whether the rewrite holds without some; its error ends the search.
//
// It looks for the first fix with which what comes before it no longer holds, in halves, as git bisect does; leaves that out; and goes
// on with the rest. Where each of some fixes breaks the rewrite whatever else is made, it returns exactly those. Where only
// several together break it, it returns the last of them. Each costs at most 1 + log2(len(ids)) calls, rounded up.
func Search(ids []string, holds func(disabled []string) (bool, error)) ([]string, error) {
	kept := slices.Clone(ids)
	// without returns the fixes that are left out when only the first n of kept are made.
	without := func(n int) []string {
		return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(kept[:n], id) })
	}
	good := 0 // so many of kept hold
	for len(kept) > good {
		bad := len(kept) // so many do not
		for bad-good > 1 {
			middle := (good + bad) / 2
			ok, err := holds(without(middle))
			if err != nil {
				return nil, err
			}
			if ok {
				good = middle
			} else {
				bad = middle
			}
		}
		kept = slices.Delete(kept, bad-1, bad)
		if len(kept) == good {
			break // known to hold
		}
		ok, err := holds(without(len(kept)))
		if err != nil {
			return nil, err
		}
		if ok {
			break
		}
	}
	return without(len(kept)), nil
}
