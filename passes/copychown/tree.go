package copychown

import (
	"fmt"
	"path"
	"slices"

	"dopt/transform"
)

// A tree is what is known of a folder that a request changes with all that is in it.
type tree struct {
	// copies bring what is in it, the first one first.
	copies []*copying
	// madeBy is the instruction that made the folder before the first copy, nil if the copy makes it.
	madeBy *transform.Instruction
}

// tree plans a folder of which a request changes everything.
func (p *plan) tree(s *survey, r *request, t target) {
	found, why := s.grow(r, t.path)
	if why == "" && len(found.copies) > 0 && !s.free(t.path) {
		why = fmt.Sprintf("the base image %s may have files in %s", s.image, t.path)
	}
	switch {
	case why != "":
		if s.broughtAtAll(r, t.path) {
			p.refuse("%s", why)
		}
		return
	case len(found.copies) == 0:
		return
	case r.attr == mode && !octal(r.value):
		p.refuse("what mode %s gives differs from file to file", r.value)
		return
	case found.madeBy == nil && !r.given(found.copies) && !s.hasFolder(path.Dir(t.path), found.copies[0].in):
		p.refuse("COPY may have to make %s, which would get the %s, too", path.Dir(t.path), r.noun())
		return
	}
	keep := found.madeBy != nil && !r.asMade(found.madeBy)
	switch {
	case keep && (len(r.targets) > 1 || r.flag == 0):
		p.refuse("line %d made %s itself, which the copy leaves as it is", found.madeBy.Line(), t.path)
	case !p.coverAll(s, r, found.copies):
	case keep:
		p.keepFolder = true
	default:
		p.words = append(p.words, t.word)
	}
}

// given reports whether copies have the very flag that a request asks for.
func (r *request) given(copies []*copying) bool {
	return !slices.ContainsFunc(copies, func(cp *copying) bool { return cp.flag(r.attr) != r.value })
}

// coverAll adds a cover for each copy, or none.
func (p *plan) coverAll(s *survey, r *request, copies []*copying) bool {
	var covers []cover
	for _, cp := range copies {
		c := cover{cp: cp, value: r.value, level: transform.Safe, evidence: "all that is in the folder is copied"}
		if !p.own(s, r, &c) {
			return false
		}
		covers = append(covers, c)
	}
	p.covers = append(p.covers, covers...)
	return true
}

// grow finds what has put files into a folder.
func (s *survey) grow(r *request, dir string) (t tree, refusal string) {
	s.back(r, func(st step) bool {
		if cp := s.copying(st.in); cp != nil {
			switch cp.reaches(dir) {
			case across:
				refusal = fmt.Sprintf("line %d may copy something else there", cp.in.Line())
			case within:
				t.copies, t.madeBy = append(t.copies, cp), nil
				refusal = cp.opaque
			}
			return refusal == ""
		}
		if s.makes(st, dir) {
			t.madeBy = st.in
		}
		refusal = s.disturbs(st, r, dir)
		return refusal == ""
	})
	slices.Reverse(t.copies)
	return t, refusal
}

// makes reports whether a step makes a folder, or finds it there.
func (s *survey) makes(st step, dir string) bool {
	if st.in.Keyword == "WORKDIR" {
		return below(workdir(st.in), dir)
	}
	list, _ := st.commands()
	for _, c := range list {
		if slices.ContainsFunc(s.made(st.in, c), func(p string) bool { return below(p, dir) }) {
			return true
		}
	}
	return false
}

// asMade reports whether a folder that an instruction has made has what the request asks for.
func (r *request) asMade(in *transform.Instruction) bool {
	if in.Keyword != "WORKDIR" || !rootRuns(in) || in.State().User == "" {
		// The user of a base image may be another one.
		return r.attr == mode && in.Keyword == "WORKDIR" && (r.value == "755" || r.value == "0755")
	}
	user, group, _ := splitOwner(r.value)
	isRoot := func(name string) bool { return name == "root" || name == "0" }
	return r.attr == owner && isRoot(user) && isRoot(group) || r.attr == mode && (r.value == "755" || r.value == "0755")
}
