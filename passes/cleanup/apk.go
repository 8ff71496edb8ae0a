package cleanup

import (
	"slices"

	"dopt/transform"
	"dopt/transform/pkgmgr"
)

const apkIndexDir = "/var/cache/apk"

// apkIndex asks who needs the package index that apk has left.
var apkIndex = &question{
	ofManager: func(u *pkgmgr.Use) relation {
		switch {
		case u.Manager.Ecosystem != "alpine", u.AvoidsCache():
			return unrelated
		case u.RefreshesIndex():
			return replaces
		case u.Verb == pkgmgr.Install, u.Verb == pkgmgr.Upgrade, u.Verb == pkgmgr.Download, u.Verb == pkgmgr.Unclear:
			return uses
		}
		return unrelated
	},
	mentions: lazy(`\bapk\s`),
}

// beforeNoCache matches images of Alpine before 3.3, whose apk has no --no-cache; beforeRefresh
// those before 3.8, whose apk does not fetch a missing index by itself. Source: the releases of
// gitlab.alpinelinux.org/alpine/apk-tools, 2.6.4 and 2.10.
var (
	beforeNoCache = lazy(`alpine[^/]*:(?:alpine-?)?(?:2\.\d|3\.[0-2])(?:\D|$)|alpine3\.[0-2](?:\D|$)`)
	beforeRefresh = lazy(`alpine[^/]*:(?:alpine-?)?(?:2\.\d|3\.[0-7])(?:\D|$)|alpine3\.[0-7](?:\D|$)`)
)

// apk keeps the package index of apk out of the layer, and lets later steps fetch their own.
func (s *step) apk() {
	f := s.filling(pkgmgr.Find("apk"))
	if len(f.commands) == 0 || s.cleaned(f) || s.read(f.commands[0], apkIndexDir) {
		return
	}
	ahead := s.later(s.in, apkIndex)
	fix := &transform.Fix{Title: "Keep apk's package index out of the layer", Level: max(ahead.level(), s.ownLevel(f))}
	var refusal string
	fix.Edits, refusal = s.dropIndex(f)
	if s.lists.jobs {
		refusal = "the script runs a job in the background"
	}
	for _, u := range ahead.users {
		if u.relation == unreadable && !beforeRefresh().MatchString(s.baseRef()) {
			fix.Level = transform.Standard
			continue
		}
		if refusal == "" {
			edits, level, why := s.ownIndex(u)
			fix.Edits, fix.Level, refusal = append(fix.Edits, edits...), max(fix.Level, level), why
		}
	}
	switch {
	case refusal != "":
		s.Missed(s.in, "apk-cache", "apk's index stays: %s", refusal)
	case len(fix.Edits) > 0:
		fix.Evidence = s.evidence(s.commands[f.commands[0]], "leaves the index in "+apkIndexDir)
		s.Report(transform.Finding{Kind: "apk-cache", Span: s.in.Span, Message: "the layer keeps the package index of apk", Fix: fix})
	}
}

// ownLevel is standard where a script that the step itself runs may look at the index.
func (s *step) ownLevel(f filling) transform.Level {
	p := prober{cleaner: s.cleaner, q: apkIndex, in: s.in}
	for _, cmd := range s.commands[f.commands[0]+1:] {
		if r, _ := p.command(cmd, s.script.Text, 0); r == unreadable || p.assumed {
			return transform.Standard
		}
	}
	return transform.Safe
}

// dropIndex returns the edits that keep the index out of this step's layer.
func (s *step) dropIndex(f filling) ([]transform.Edit, string) {
	switch {
	case s.onlyUpdates():
		return nil, "the instruction fetches nothing else, and can go once every apk add has --no-cache"
	case beforeNoCache().MatchString(s.baseRef()) || slices.ContainsFunc(f.commands, func(i int) bool { return s.commands[i].use.Verb == pkgmgr.Update }):
		edit, refusal := s.removeCache(s.commands[f.last()], &f.manager.CleanUps[0])
		return []transform.Edit{edit}, refusal
	}
	return s.flagEdits(f), ""
}

// ownIndex returns the edits that make a later step fetch the index for itself.
func (s *step) ownIndex(u answer) ([]transform.Edit, transform.Level, string) {
	user := s.steps[u.in]
	switch {
	case user == nil || u.in.Keyword != "RUN" || u.relation == unreadable:
		return nil, 0, u.String()
	case beforeNoCache().MatchString(s.baseRef()):
		return nil, 0, u.String() + ", and its apk has no --no-cache"
	}
	f := user.filling(pkgmgr.Find("apk"))
	edits := user.flagEdits(f)
	if len(edits) == 0 {
		return nil, 0, u.String()
	}
	return edits, user.ownLevel(f), ""
}
