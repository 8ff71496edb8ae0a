package llb

import (
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"dopt/transform"
	"dopt/transform/validate"
)

func unproven(format string, args ...any) transform.Verdict {
	v := unsound(format, args...)
	v.Status = transform.Unproven
	return v
}

func itoa(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// additions judges the steps that only after has.
func (r *reordering) additions() transform.Verdict {
	v := transform.Verdict{Status: transform.Refines}
	for j, s := range r.steps {
		switch {
		case s.from != isNew:
			continue
		case s.op.GetExec() != nil:
			v = v.Worse(r.prefetch(j))
		default:
			v = v.Worse(r.early(j))
		}
		if v.Status == transform.Unsound {
			return worst(v)
		}
	}
	return v
}

// early judges a copy of files that a later copy brings to the same place anyway.
func (r *reordering) early(j int) transform.Verdict {
	v := transform.Verdict{Status: transform.Refines}
	n := r.steps[j].node
	last := j
	for _, d := range r.givenAfter[j] {
		switch {
		case d.missing || d.kind == validate.Absent:
			return unsound("%s fails: %s is not in the build context", n.describe(), d.src)
		case r.linksFolder(d):
			return unsound("%s follows a symbolic link, and no later copy can put that over a folder", n.describe())
		case d.opaque() && !slices.ContainsFunc(slices.Concat(r.givenAfter[j+1:]...), func(c delivery) bool { return mayCover(c, d) }):
			return unsound("%s is new, and no later copy brings the same", n.describe())
		case d.opaque():
			v = v.Worse(unproven("whether a later copy brings the files of %s to the same place cannot be told", n.describe()))
			continue
		case d.guessed:
			return unsound("%s: whether %s is a directory cannot be told", n.describe(), d.dest)
		}
		if d.action.AttemptUnpackDockerCompatibility {
			v = v.Worse(r.plainSource(d.src))
		}
		found, ok := r.context.find(d, validate.Everything, maxVisited)
		if !ok {
			v = v.Worse(unproven("%s brings more files than can be looked at", n.describe()))
		}
		for _, l := range found {
			by, why := r.coveredBy(j, d, l)
			if why.Status == transform.Unsound {
				return why
			}
			v, last = v.Worse(why), max(last, by)
		}
	}
	r.covered[j] = last
	return v.Worse(r.between(j, last))
}

// coveredBy finds the later copy that brings the same file to the same place.
func (r *reordering) coveredBy(j int, d delivery, l landing) (by int, v transform.Verdict) {
	n := r.steps[j].node
	why := unsound("%s brings %s, which no later copy brings", n.describe(), l.path)
	for k := j + 1; k < len(r.steps); k++ {
		if r.steps[k].from == isNew {
			continue
		}
		for _, c := range r.givenAfter[k] {
			found, known := r.context.find(c, validate.Area{Dir: l.path}, 1)
			switch {
			case len(found) == 0:
				continue
			case !known:
				why = unproven("whether %s brings %s cannot be told", r.steps[k].describe(), l.path)
				continue
			case found[0] != l:
				return k, unsound("%s brings %s, which %s brings from %s", n.describe(), l.path, r.steps[k].describe(), found[0].origin)
			case !sameRights(c, d):
				return k, unsound("%s gives %s another owner or mode than %s", n.describe(), l.path, r.steps[k].describe())
			case c.action.AttemptUnpackDockerCompatibility && c.kind == validate.File:
				return k, r.plainSource(c.src)
			}
			return k, r.noLink(l)
		}
	}
	return j, why
}

// mayCover reports whether a later copy brings what an early one does, as far as that can be told without the files.
func mayCover(later, early delivery) bool {
	if later.foreign || early.foreign || !sameRights(later, early) {
		return false
	}
	base := contextPath(later.action.Src)
	if strings.ContainsAny(base, `*?[`) {
		base = path.Dir(base)
	}
	rel, ok := strings.CutPrefix(path.Join("/", contextPath(early.action.Src)), strings.TrimSuffix(path.Join("/", base), "/"))
	at := path.Join(later.dest, rel)
	inside := strings.HasPrefix(early.dest+"/", strings.TrimSuffix(later.dest, "/")+"/")
	return ok && inside && (len(early.action.IncludePatterns) > 0 || early.dest == at || early.dest == path.Dir(at))
}

// sameRights reports whether two copies give their files and folders the same owner and mode.
func sameRights(a, b delivery) bool {
	return ownerOf(a.action.Owner) == ownerOf(b.action.Owner) && a.action.Mode == b.action.Mode && a.action.ModeStr == b.action.ModeStr
}

// linksFolder reports whether the source of a copy is a symbolic link that leads to no file.
func (r *reordering) linksFolder(d delivery) bool {
	src := contextPath(d.action.Src)
	if d.foreign || r.context.files == nil || r.context.mode(src)&fs.ModeSymlink == 0 {
		return false
	}
	info, err := fs.Stat(r.context.files, src)
	return err != nil || info.IsDir()
}

// noLink doubts symbolic links: a copy by name follows them, a copy of the folder does not.
func (r *reordering) noLink(l landing) transform.Verdict {
	if r.context.mode(l.origin)&fs.ModeSymlink == 0 {
		return transform.Verdict{Status: transform.Refines}
	}
	if info, err := fs.Stat(r.context.files, l.origin); err != nil || info.IsDir() {
		return unsound("%s is a symbolic link, and cannot take the place of a folder", l.origin)
	}
	return unproven("%s is a symbolic link", l.origin)
}

// between judges the steps between an early copy and the copy that brings its files anyway, as
// far as they were in front of both: they find files that were not there.
func (r *reordering) between(j, last int) transform.Verdict {
	v := transform.Verdict{Status: transform.Refines}
	for k := j + 1; k < last; k++ {
		s := r.steps[k]
		if s.from == isNew || s.from > r.steps[last].from {
			continue
		}
		switch {
		case s.op.GetExec() != nil:
			v = v.Worse(r.besideRun(k, j))
		default:
			v = v.Worse(r.makesFirst(j, k))
		}
		if v.Status == transform.Unsound {
			return v
		}
	}
	return v
}

// makesFirst judges whether the folders that an early copy makes are those that step k made before.
func (r *reordering) makesFirst(j, k int) transform.Verdict {
	for _, early := range r.tops(j) {
		for _, other := range r.tops(k) {
			if why := r.firstMaker(early, other, j); why != "" {
				return unsound("%s stands above %s, and %s", r.steps[j].describe(), r.steps[k].describe(), why)
			}
		}
	}
	return transform.Verdict{Status: transform.Refines}
}

// prefetch judges a RUN that only downloads what manifests name.
func (r *reordering) prefetch(j int) transform.Verdict {
	n := r.steps[j].node
	e := n.effects()
	if e.Unknown != "" || len(e.Installs) == 0 || slices.ContainsFunc(e.Installs, func(i validate.Install) bool { return !i.Downloads() && !r.completed(j, i) }) {
		return unsound("%s is new, and more than a download of dependencies", n.describe())
	}
	if forgetful(n.op.GetExec()) != nil {
		return unsound("%s is new, and has a mount that is no cache", n.describe())
	}
	serves, at := r.servesLater(j, e)
	if serves.Status == transform.Unsound {
		return serves
	}
	for _, i := range e.Installs {
		if !i.Needs(r.seenAfter(j)) {
			return unsound("%s fails: the manifest is not there yet", n.describe())
		}
	}
	for _, dir := range e.Entered {
		now, _ := r.seenAfter(j).Stat(dir)
		later, _ := r.seenAfter(len(r.steps)).Stat(dir)
		if made, ok := r.dirsAfter[dir]; now == validate.Absent && later == validate.Folder && (!ok || made > j) {
			return unsound("%s fails: %s is not there yet", n.describe(), dir)
		}
	}
	seen := len(r.before)
	if at < len(r.steps) {
		seen = r.steps[at].from
	}
	v := serves.Worse(r.sameReads(e, r.seenBefore(seen), r.seenAfter(j)))
	for k := j + 1; k < at && v.Status != transform.Unsound; k++ {
		for _, d := range r.givenAfter[k] {
			v = v.Worse(r.overwrites(d, e, n, r.steps[k].node))
		}
	}
	return v
}

// completed reports whether a later RUN does all that an install does, and more.
func (r *reordering) completed(j int, i validate.Install) bool {
	return slices.ContainsFunc(r.steps[j+1:], func(s moved) bool {
		return s.from != isNew && s.op.GetExec() != nil && slices.ContainsFunc(s.effects().Installs, i.Prepares)
	})
}

// servesLater judges whether a later RUN finds what step j has downloaded: it calls the same program as the same user
// in the same environment, and nothing in between prepares what the download itself needs. It returns the place of that RUN, too.
func (r *reordering) servesLater(j int, e validate.Effects) (v transform.Verdict, at int) {
	v.Status = transform.Refines
	own := r.steps[j]
	for k, s := range r.steps[j+1:] {
		if s.op.GetExec() == nil || s.from == isNew {
			continue
		}
		other := s.effects()
		shared, meets := meet(other.Writes, append(slices.Clip(e.Reads), e.Writes...))
		switch {
		case slices.Contains(other.Programs, e.Installs[0].Program()):
			if !sameSurroundings(own.node, s.node) {
				return unsound("%s is new, and %s has another user or environment", own.describe(), s.describe()), 0
			}
			script, _ := s.script()
			if why := e.Installs[0].Unprepared(script); why != "" {
				return unsound("%s is new, and in %s %s", own.describe(), s.describe(), why), 0
			}
			return v, j + 1 + k
		case other.Unknown != "":
			v = v.Worse(unproven("whether %s uses or prepares what %s downloads cannot be told", s.describe(), own.describe()))
		case meets:
			return unsound("%s stands above %s, and both use %s", own.describe(), s.describe(), shared), 0
		}
	}
	if v.Status == transform.Refines {
		return unsound("%s is new, and no later RUN uses what it downloads", own.describe()), 0
	}
	return v, len(r.steps)
}

// sameSurroundings reports whether two RUN steps start with the same user, variables and network.
func sameSurroundings(a, b *node) bool {
	one, other := a.op.GetExec(), b.op.GetExec()
	return one.Meta.User == other.Meta.User && slices.Equal(one.Meta.Env, other.Meta.Env) && one.Network == other.Network && one.Security == other.Security
}
