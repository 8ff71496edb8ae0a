package copychown

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"

	"dopt/transform"
)

// A cover is how one copying can take a request over, in whole or in part.
type cover struct {
	cp *copying
	// value is that of the flag.
	value string
	level transform.Level
	// evidence is what is known of the copy's sources.
	evidence string
}

// A plan is how a request is taken over.
type plan struct {
	covers []cover
	// words are the targets that the command need no longer name, by the index of their words.
	words []int
	// keepFolder is set where the command must still change its one folder itself, but not what is in it.
	keepFolder bool
	// refusals say why targets that a copy does bring are left.
	refusals []string
}

// plan finds the copies that bring what a request changes.
func (s *survey) plan(r *request) *plan {
	p := &plan{}
	s.doubt = false
	files := map[*copying][]target{}
	var order []*copying
	for _, t := range r.targets {
		switch cp, why := s.bringer(r, t.path); {
		case why != "":
			p.refusals = append(p.refusals, why)
		case cp != nil:
			if files[cp] == nil {
				order = append(order, cp)
			}
			files[cp] = append(files[cp], t)
		case r.recursive:
			p.tree(s, r, t)
		}
	}
	for _, cp := range order {
		p.files(s, r, cp, files[cp])
	}
	for i := range p.covers {
		if s.doubt {
			p.covers[i].level = max(p.covers[i].level, transform.Standard)
		}
	}
	return p
}

func (p *plan) refuse(format string, args ...any) {
	p.refusals = append(p.refusals, fmt.Sprintf(format, args...))
}

// bringer finds the copying that brings a target as a file; nil if none does.
func (s *survey) bringer(r *request, target string) (found *copying, refusal string) {
	s.back(r, func(st step) bool {
		cp := s.copying(st.in)
		if cp == nil {
			refusal = s.disturbs(st, r, target)
			return refusal == ""
		}
		brings := func(src source) bool {
			return (src.kind == file || src.kind == fileByName) && cp.place(src) == target
		}
		reaches := cp.reaches(target)
		switch {
		case reaches == apart:
			return true
		case slices.ContainsFunc(cp.sources, brings):
			found, refusal = cp, cp.opaque
		case reaches == across:
			refusal = acrossFile(cp, target)
		case cp.dest == target && !cp.into && cp.sources[0].kind == unclear && !r.recursive:
			refusal = fmt.Sprintf("nothing tells whether %s is a file or a folder", cp.sources[0].name)
		}
		return false
	})
	if found == nil && refusal != "" && !s.broughtAtAll(r, target) {
		refusal = ""
	}
	return found, refusal
}

// acrossFile says why a copy that may bring a target, or a folder with it, is no cover.
func acrossFile(cp *copying, target string) string {
	if cp.opaque != "" {
		return cp.opaque
	}
	return fmt.Sprintf("line %d may copy %s, or more than that", cp.in.Line(), path.Base(target))
}

// broughtAtAll reports whether a copy above a request brings a target or a folder that it lies in:
// else nobody would expect that the command goes.
func (s *survey) broughtAtAll(r *request, target string) bool {
	return slices.ContainsFunc(s.above(r.in), func(in *transform.Instruction) bool {
		cp := s.copying(in)
		return cp != nil && cp.dest != "/" && (below(cp.dest, target) || below(target, cp.dest) && cp.reaches(target) != apart)
	})
}

// files plans a copy of files of which a request names some.
func (p *plan) files(s *survey, r *request, cp *copying, targets []target) {
	c, why := s.coverFiles(r, cp, targets)
	if why != "" {
		p.refuse("%s", why)
		return
	}
	if !p.own(s, r, &c) {
		return
	}
	p.covers = append(p.covers, c)
	for _, t := range targets {
		p.words = append(p.words, t.word)
	}
}

// coverFiles returns the cover that a copy of files is, but for its owner.
func (s *survey) coverFiles(r *request, cp *copying, targets []target) (c cover, refusal string) {
	c = cover{cp: cp, level: transform.Safe, evidence: "a file, by the build context"}
	for i, src := range cp.sources {
		if (src.kind != file && src.kind != fileByName) || !slices.ContainsFunc(targets, func(t target) bool { return t.path == cp.place(src) }) {
			return c, fmt.Sprintf("line %d copies more files than those that the command names", cp.in.Line())
		}
		if src.kind == fileByName {
			c.level, c.evidence = transform.Standard, "a file, by its name"
		}
		if !cp.sure(src) && !s.free(cp.dest) {
			c.level = transform.Standard
		}
		value, why := s.fileValue(r, cp, src)
		if why == "" && i > 0 && value != c.value {
			why = "the copied files would need different modes"
		}
		if why != "" {
			return c, why
		}
		c.value = value
	}
	if dir := cp.folder(); !r.sparesFolders(cp, c.value) && !s.hasFolder(dir, cp.in) {
		return c, fmt.Sprintf("COPY may have to make %s, which would get the %s, too", dir, r.noun())
	}
	return c, ""
}

// sparesFolders reports whether folders that a copy makes get what they got without the new value
// of its flag: 755 is what they have without a flag.
func (r *request) sparesFolders(cp *copying, value string) bool {
	usual := func(mode string) bool { return mode == "755" || mode == "0755" }
	now := cp.flag(r.attr)
	return now == value || r.attr == mode && usual(value) && (now == "" || usual(now))
}

// fileValue returns the mode that a request gives to a copied file; owners are for own.
func (s *survey) fileValue(r *request, cp *copying, src source) (value, refusal string) {
	if r.attr == owner || octal(r.value) {
		return r.value, ""
	}
	start, known := cp.startMode(src)
	if s.gone != nil && s.gone.attr == mode && s.gone.changes(cp.place(src)) {
		start, known = s.gone.result(start, known)
	}
	switch {
	case !known:
		return "", "the mode of " + src.name + ", which " + r.value + " starts from, is not known"
	case cp.chmod == "" && cp.from == "" && start&0o444 != 0o444 && src.kind == file && !isURL(cp.sources[0].name):
		return "", fmt.Sprintf("the mode %03o of %s may be that of this machine alone", start, src.name)
	}
	value, ok := changedMode(start, r.value)
	if !ok {
		return "", "the mode " + r.value + " has no equal in a COPY"
	}
	return value, ""
}

// result returns the mode that a request for modes gives to a file.
func (r *request) result(start fs.FileMode, known bool) (fs.FileMode, bool) {
	if !known && !octal(r.value) {
		return 0, false
	}
	value, ok := changedMode(start, r.value)
	m, err := strconv.ParseUint(value, 8, 12)
	return fs.FileMode(m), ok && err == nil
}

// own completes a cover where the request gives an owner; false if it cannot.
func (p *plan) own(s *survey, r *request, c *cover) bool {
	if c.cp.in.Stage != r.in.Stage {
		p.refuse("the copy stands in another stage, whose files other stages have, too")
		return false
	}
	if r.attr == mode {
		if c.cp.from != "" && r.recursive {
			c.level = max(c.level, transform.Standard)
		}
		return true
	}
	value, level, why := ownerFlag(r, c.cp)
	if why == "" {
		c.value, c.level = value, max(c.level, level)
		level, why = s.knowsNames(value, r, c.cp)
		c.level = max(c.level, level)
	}
	if c.cp.from != "" {
		c.level = max(c.level, transform.Standard) // chown takes setuid bits away, which the copy keeps
	}
	if why != "" {
		p.refuse("%s", why)
	}
	return why == ""
}
