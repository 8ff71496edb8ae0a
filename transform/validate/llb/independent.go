package llb

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/solver/pb"

	"dopt/transform"
	"dopt/transform/validate"
)

// independent judges whether steps j and k of after, k the earlier one, may have been the other way around.
// What a RUN reads of copies is judged with all copies together: see views.
func (r *reordering) independent(j, k int) transform.Verdict {
	lower, upper := r.steps[j], r.steps[k]
	switch {
	case lower.op.GetExec() != nil && upper.op.GetExec() != nil:
		return r.bothRun(j, k)
	case lower.op.GetExec() != nil:
		return r.besideRun(j, k)
	case upper.op.GetExec() != nil:
		return r.besideRun(k, j)
	}
	return r.files(j, k)
}

// bothRun judges two RUN steps that have changed places.
func (r *reordering) bothRun(j, k int) transform.Verdict {
	upper, lower := r.steps[k].node, r.steps[j].node
	u, l := upper.effects(), lower.effects()
	for _, e := range []validate.Effects{u, l} {
		if e.Unknown != "" {
			return unsound("%s has moved above %s, and `%s` may depend on that", upper.describe(), lower.describe(), e.Unknown)
		}
	}
	area, shared := meet(u.Writes, append(slices.Clip(l.Writes), r.reads(l, j)...))
	if !shared {
		area, shared = meet(l.Writes, r.reads(u, k))
	}
	if shared {
		return unsound("%s has moved above %s, and both use %s", upper.describe(), lower.describe(), area)
	}
	for _, other := range l.Touched() {
		if dir, ok := r.sharesDir(u, other, j, k); ok {
			return unsound("%s has moved above %s, and either may make %s", upper.describe(), lower.describe(), dir)
		}
	}
	return transform.Verdict{Status: transform.Refines}
}

// sharesDir returns a directory in which a RUN and another step make files, unless it is there whatever of the two
// runs first. at are the places in after of both, as far as they are RUN steps.
func (r *reordering) sharesDir(e validate.Effects, dir string, at ...int) (string, bool) {
	for _, p := range e.Touched() {
		shared := commonDir(path.Dir(p), dir)
		if !validate.InBaseImage(shared) && slices.ContainsFunc(at, func(j int) bool { return !r.exists(shared, j) }) {
			return shared, true
		}
	}
	return "", false
}

// exists reports whether a directory is there before step j of after, and was there before that step in before.
func (r *reordering) exists(dir string, j int) bool {
	b, okBefore := r.dirsBefore[dir]
	a, okAfter := r.dirsAfter[dir]
	return okBefore && okAfter && b < r.steps[j].from && a < j
}

// effects returns what a RUN step does to the image's files. Its mounts hide what is below them.
func (n *node) effects() validate.Effects {
	script, _ := n.script()
	e := script.Effects()
	for _, m := range n.op.GetExec().Mounts {
		if m.Dest != "/" {
			e.Writes = append(slices.Clip(e.Writes), validate.Area{Dir: path.Clean(m.Dest)})
		}
	}
	if named(n.op.GetExec().Meta.User) {
		e.Reads = append(slices.Clip(e.Reads), validate.Accounts...)
	}
	return e
}

// distributed are users that the base images of distributions have, whatever is installed later. Source:
// the packages base-passwd of Debian, alpine-baselayout of Alpine and setup of Fedora.
var distributed = []string{"", "root", "daemon", "bin", "sys", "mail", "www-data", "nobody", "nogroup", baseUser}

// named reports whether a user, with or without a group, must be looked up in the image.
func named(user string) bool {
	for name := range strings.SplitSeq(user, ":") {
		if !slices.Contains(distributed, name) && strings.Trim(name, "#0123456789") != "" {
			return true
		}
	}
	return false
}

// reads returns all that the RUN at j of after may read, the manifests of its installs included.
func (r *reordering) reads(e validate.Effects, j int) []validate.Area {
	all := slices.Clone(e.Reads)
	for _, i := range e.Installs {
		more, _ := i.Judge(r.seenBefore(max(0, r.steps[j].from)))
		all = append(all, more...)
	}
	return all
}

// meet returns an area of one list that overlaps one of the other.
func meet(some, others []validate.Area) (validate.Area, bool) {
	for _, a := range some {
		for _, b := range others {
			if a.Overlaps(b) || aliased(a, b) {
				return b, true
			}
		}
	}
	return validate.Area{}, false
}

// aliased reports whether two areas may share a path because one is named from the base image's working directory, which is not
// known. The directories of the system are taken not to be that, but for the root.
func aliased(a, b validate.Area) bool {
	if inBaseDir(a.Dir) == inBaseDir(b.Dir) {
		return false
	}
	if inBaseDir(a.Dir) {
		a, b = b, a
	}
	return a.Name == "" && !a.Deep && !validate.OfSystem(a.Dir)
}

func inBaseDir(dir string) bool { return strings.HasPrefix(dir+"/", baseDir+"/") }

// besideRun judges the RUN at j of after that has changed places with step i: what the one makes, the
// other must not make, too.
func (r *reordering) besideRun(j, i int) transform.Verdict {
	run, other := r.steps[j].node, r.steps[i].node
	e := run.effects()
	if e.Unknown != "" {
		return unsound("`%s` may need what %s makes, or change it", e.Unknown, other.describe())
	}
	if mkdir := other.mkdir(); mkdir != nil {
		return r.besideMkdir(j, e, mkdir)
	}
	v := transform.Verdict{Status: transform.Refines}
	for _, d := range r.givenAfter[i] {
		if named(ownerOf(d.action.Owner)) && !r.hasOwner(ownerOf(d.action.Owner), min(i, j)) {
			if _, ok := meet(e.Writes, validate.Accounts); ok {
				return unsound("%s names the user %s, whom %s may make", other.describe(), ownerOf(d.action.Owner), run.describe())
			}
		}
		if v = v.Worse(r.overwrites(d, e, run, other)); v.Status == transform.Unsound {
			return v
		}
		if dir, ok := r.sharesDir(e, d.dir(), j); ok {
			return unsound("%s and %s have changed places, and either may make %s", run.describe(), other.describe(), dir)
		}
		if dir := r.lacks(d, e, j); dir != "" && j < i {
			return unsound("%s needs %s, which %s makes", run.describe(), dir, other.describe())
		}
	}
	if len(r.givenAfter[i]) == 0 {
		return unsound("%s and %s have changed places", run.describe(), other.describe())
	}
	return v
}

// hasOwner reports whether users and groups are there before a step of after: those of the base image, and those that a step above makes.
func (r *reordering) hasOwner(owner string, step int) bool {
	var base transform.Base
	if step > 0 && r.after[0].op.GetSource() != nil {
		base = r.facts(strings.TrimPrefix(r.after[0].op.GetSource().Identifier, "docker-image://"))
	}
	for name := range strings.SplitSeq(owner, ":") {
		made := slices.ContainsFunc(r.steps[:step], func(m moved) bool {
			if m.node.op.GetExec() == nil {
				return false
			}
			script, ok := m.node.script()
			return ok && script.Names(name)
		})
		if named(name) && !made && !slices.Contains(base.Users, name) {
			return false
		}
	}
	return true
}

// lacks returns a folder in which the RUN at j of after makes something and that is there because of files that a delivery
// brings to it, "" if there is none.
func (r *reordering) lacks(d delivery, e validate.Effects, j int) string {
	for _, p := range e.Touched() {
		dir := path.Dir(p)
		if dir == d.dest || !strings.HasPrefix(dir, strings.TrimSuffix(d.dest, "/")+"/") || validate.InBaseImage(dir) {
			continue
		}
		if at, made := r.dirsAfter[dir]; made && at < j {
			continue
		}
		if found, _ := r.context.find(d, validate.Area{Dir: dir}, 1); len(found) > 0 {
			return dir
		}
	}
	return ""
}

// overwrites judges whether a delivery and a RUN write the same files.
func (r *reordering) overwrites(d delivery, e validate.Effects, run, other *node) transform.Verdict {
	v := transform.Verdict{Status: transform.Refines}
	for _, area := range e.Writes {
		found, known := r.context.find(d, area, 1)
		named := slices.Contains(e.Named, area)
		switch {
		case named && (!known || aliased(area, validate.Area{Dir: d.dest})):
			return unsound("%s may bring something to %s, which %s uses", other.describe(), area, run.describe())
		case known && len(found) > 0:
			return unsound("%s brings %s, which %s makes", other.describe(), found[0].path, run.describe())
		case !known && d.foreign:
			return unsound("%s may bring something to %s, which %s makes", other.describe(), area, run.describe())
		case !known:
			v = v.Worse(unproven("whether %s brings something to %s, which %s makes, cannot be told", other.describe(), area, run.describe()))
		}
	}
	return v
}

// besideMkdir judges a RUN and a WORKDIR that have changed places.
func (r *reordering) besideMkdir(j int, e validate.Effects, mkdir *pb.FileActionMkDir) transform.Verdict {
	run, dir := r.steps[j].node, path.Clean(mkdir.Path)
	if shared, ok := r.sharesDir(e, dir, j); ok {
		return unsound("%s and WORKDIR %s have changed places, and either may make %s", run.describe(), dir, shared)
	}
	at := validate.Area{Dir: dir}
	_, writes := meet(e.Writes, []validate.Area{at})
	_, looks := meet(e.Reads, []validate.Area{at})
	looks = looks || slices.ContainsFunc(e.Installs, func(i validate.Install) bool { return at.Holds(i.Dir()) })
	if writes || looks || at.Holds(run.op.GetExec().Meta.Cwd) {
		return unsound("%s and WORKDIR %s have changed places, and the RUN uses the directory", run.describe(), dir)
	}
	return transform.Verdict{Status: transform.Refines}
}

// files judges two steps that are no RUN and have changed places, the earlier one of after at k.
func (r *reordering) files(j, k int) transform.Verdict {
	lower, upper := r.steps[j], r.steps[k]
	if len(r.tops(j)) == 0 || len(r.tops(k)) == 0 {
		return unsound("%s and %s have changed places", upper.describe(), lower.describe())
	}
	for _, a := range r.tops(j) {
		for _, b := range r.tops(k) {
			why := r.collide(a, b, k)
			switch {
			case why == "":
			case a.owner == baseUser || b.owner == baseUser:
				return unproven("%s has moved above %s, and the base image's user is not known", upper.describe(), lower.describe())
			default:
				return unsound("%s has moved above %s, and %s", upper.describe(), lower.describe(), why)
			}
		}
	}
	return transform.Verdict{Status: transform.Refines}
}

// A top is the highest path that a step makes, and for whom it makes the folders above it.
type top struct {
	path, owner string
	mode        int32
	// folder is true where the step makes no more than folders.
	folder bool
	delivery
}

// dir returns the deepest directory that the step makes or uses.
func (t top) dir() string {
	if t.folder {
		return t.path
	}
	return t.delivery.dir()
}

// tops returns what step i of after makes.
func (r *reordering) tops(i int) []top {
	if m := r.steps[i].mkdir(); m != nil {
		return []top{{path: path.Clean(m.Path), owner: r.ownerOfDir(m), mode: -1, folder: true}}
	}
	var all []top
	for _, d := range r.givenAfter[i] {
		all = append(all, top{path: d.dest, owner: ownerOf(d.action.Owner), mode: d.action.Mode, delivery: d})
	}
	return all
}

// collide says what two steps both make. k is the place in after of the earlier one.
func (r *reordering) collide(a, b top, k int) string {
	if why := r.firstMaker(a, b, k); why != "" {
		return why
	}
	if a.folder || b.folder {
		return ""
	}
	if inBaseDir(a.path) != inBaseDir(b.path) {
		return "whether both go to the same place is not known"
	}
	nested := validate.Area{Dir: a.path}.Overlaps(validate.Area{Dir: b.path})
	if !nested {
		return ""
	}
	return r.sameTarget(a.delivery, b.delivery)
}

// firstMaker says which folder two steps both make, each for another owner or with another mode.
func (r *reordering) firstMaker(a, b top, k int) string {
	shared := commonDir(a.dir(), b.dir())
	if shared == "/" || a.owner == b.owner && a.mode == b.mode || r.madeBefore(shared, k) {
		return ""
	}
	return "it is the first that makes " + shared
}

// sameTarget says which file two deliveries both bring.
func (r *reordering) sameTarget(a, b delivery) string {
	if b.opaque() || a.kind == validate.Folder && !a.opaque() {
		a, b = b, a
	}
	inside := strings.HasPrefix(a.dest, strings.TrimSuffix(b.dest, "/")+"/") // then the folder tells whether it has that place
	if a.opaque() && !inside || b.opaque() || a.kind == validate.Folder && !a.opaque() {
		return "both bring files to " + b.dest
	}
	if found, ok := r.context.find(b, validate.Area{Dir: a.dest}, 1); len(found) > 0 || !ok {
		return "both bring " + a.dest
	}
	return ""
}

// commonDir returns the deepest directory that holds both, or is one of them.
func commonDir(dir, other string) string {
	for dir != "/" && dir != other && !strings.HasPrefix(other, dir+"/") {
		dir = path.Dir(dir)
	}
	return dir
}

// dir returns the deepest directory that a delivery makes or uses.
func (d delivery) dir() string {
	if d.kind == validate.Folder {
		return d.dest
	}
	return path.Dir(d.dest)
}

// madeBefore reports whether a directory is there before step k of after, made by a step that
// both histories have in front.
func (r *reordering) madeBefore(dir string, k int) bool {
	at, ok := r.dirsAfter[dir]
	return ok && at < min(k, r.common)
}

// ownerOfDir returns the owner that a WORKDIR gives, baseUser where that is the base image's and not known.
func (r *reordering) ownerOfDir(m *pb.FileActionMkDir) string {
	owner := ownerOf(m.Owner)
	if owner != baseUser || r.env.Bases == nil {
		return owner
	}
	image := strings.TrimPrefix(r.before[0].op.GetSource().GetIdentifier(), "docker-image://")
	if b, ok := r.env.Bases.Base(image); ok {
		return strings.TrimSuffix(strings.TrimPrefix(b.User, "root"), "0")
	}
	return owner
}

// ownerOf returns the owner that a file operation sets, "" for root.
func ownerOf(o *pb.ChownOpt) string {
	names := []string{userName(o.GetUser()), userName(o.GetGroup())}
	return strings.TrimSuffix(strings.Join(names, ":"), ":")
}

func userName(u *pb.UserOpt) string {
	switch {
	case u == nil:
		return ""
	case u.GetByName() != nil:
		return u.GetByName().Name
	case u.GetByID() == 0:
		return ""
	}
	return "#" + itoa(u.GetByID())
}
