package order

import (
	"fmt"
	"slices"
	"strings"

	"dopt/transform"
)

// declares reports whether an instruction only says something about the image.
func declares(in *transform.Instruction) bool {
	switch in.Keyword {
	case "LABEL", "EXPOSE", "CMD", "ENTRYPOINT", "HEALTHCHECK", "STOPSIGNAL", "MAINTAINER", "ONBUILD":
		return true
	}
	return false
}

// judgeStep says whether t may come after a step.
func (p *plan) judgeStep(t *transfer, s *step) judgement {
	if (s.in == nil || s.in.Keyword == "RUN") && p.obeyed(t) {
		return judgement{reason: fmt.Sprintf("line %d copies to a folder of the system, where any program may find it", t.in.Line())}
	}
	if s.in == nil { // a download
		if reason := p.conflict(t, s.install); reason != "" || t.covered(s.install) {
			return judgement{reason: needed}
		}
		return judgement{gain: s.install.text}
	}
	if s.transfer != nil {
		if p.overlap(t, s.transfer) {
			return judgement{reason: fmt.Sprintf("line %d copies to the same place", s.in.Line())}
		}
		return judgement{}
	}
	switch s.in.Keyword {
	case "RUN":
		if s.unread != "" {
			return judgement{reason: fmt.Sprintf("the RUN at line %d %s", s.in.Line(), s.unread)}
		}
		return p.judgeRun(t, s.in, s.calls)
	case "COPY", "ADD":
		return p.judgeCopy(t, s.in)
	case "WORKDIR":
		return p.judgeWorkdir(t, s.in)
	case "ENV", "ARG":
		if t.variable {
			return judgement{reason: fmt.Sprintf("line %d may set what the copy's path depends on", s.in.Line())}
		}
	case "VOLUME":
		return judgement{reason: fmt.Sprintf("line %d declares a volume", s.in.Line())}
	}
	return judgement{}
}

// judgeCopy is about a COPY of something that stays the same.
func (p *plan) judgeCopy(t *transfer, in *transform.Instruction) judgement {
	if len(in.Node.Heredocs) == 0 {
		words := strings.Fields(in.Args().Text)
		if dest, ok := expand(words[len(words)-1], in.State()); ok && !strings.HasSuffix(dest, "]") && !p.touches(t, p.abs(in, dest), true) {
			return judgement{}
		}
	}
	return judgement{reason: fmt.Sprintf("line %d may copy to the same place", in.Line())}
}

// judgeWorkdir is about the folder that WORKDIR makes, and relative paths behind it.
func (p *plan) judgeWorkdir(t *transfer, in *transform.Instruction) judgement {
	next := in.Next()
	if next == nil {
		return judgement{}
	}
	dir := p.dir(next)
	if t.relative() {
		return judgement{reason: fmt.Sprintf("line %d changes the working directory", in.Line())}
	}
	if !p.byRoot(t) && slices.ContainsFunc(t.entries, func(e entry) bool {
		return symbol(dir) != symbol(e.image) || dir == e.image || below(dir, e.image) || below(e.image, dir)
	}) {
		return judgement{reason: fmt.Sprintf("line %d would make the folder, for a user that may be another one", in.Line())}
	}
	return judgement{}
}

// relative reports whether a transfer's destination depends on the working directory.
func (t *transfer) relative() bool {
	words := strings.Fields(t.in.Args().Text)
	dest := strings.Trim(words[len(words)-1], `"'[]`)
	value, ok := expand(dest, t.in.State())
	return !ok || !strings.HasPrefix(value, "/")
}
