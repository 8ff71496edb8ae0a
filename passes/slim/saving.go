package slim

import (
	"slices"

	"dopt/transform"
)

// saving is the difference between the packages of the two images once all steps have installed theirs.
func (s *slimming) saving() transform.Saving {
	if s.variant.Archived != "" {
		return transform.Saving{}
	}
	end := len(s.Doc.Instructions)
	before, err := s.closure(s.variant.Full, end)
	if err != nil {
		return transform.Saving{}
	}
	stay := slices.Clone(s.added)
	for _, b := range s.borrowings {
		stay = append(stay, b.kept...)
	}
	added, err := s.Packages.Closure(s.variant.Release, stay, false, s.variant.Slim)
	if err != nil {
		return transform.Saving{}
	}
	after, err := s.closure(slices.Concat(s.variant.Slim, added), end)
	if err != nil {
		return transform.Saving{}
	}
	compressed, disk := s.Packages.Sizes(s.variant.Release, before)
	compressedAfter, diskAfter := s.Packages.Sizes(s.variant.Release, after)
	compressed, disk = compressed-compressedAfter, disk-diskAfter
	if disk <= 0 { // what is left out of the same packages, the documentation, is not known
		return transform.Saving{}
	}
	return transform.Saving{Compressed: &compressed, Disk: &disk}
}
