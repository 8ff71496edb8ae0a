package cleanup

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// mountable has the managers whose caches are worth a mount. Left out: apk keeps only its index
// there, and from what Yarn 2 and later keep, programs may run.
var mountable = set(
	"apt-get", "apt", "aptitude", "dnf", "yum", "microdnf", "tdnf", "zypper", "pacman",
	"pip", "pipx", "uv", "poetry", "pipenv", "pdm", "conda", "mamba", "micromamba",
	"npm", "yarn", "pnpm", "bun", "gem", "bundler", "composer", "go", "cargo", "maven", "gradle", "sbt", "dotnet", "luarocks", "mix", "rebar3", "swift",
)

// mounts puts the caches of the step's package managers on cache mounts. It returns the names of
// the managers that need no clean-up then.
func (s *step) mounts() (done []string) {
	var seen []string
	for _, cmd := range s.commands {
		if cmd.use == nil || slices.Contains(seen, cmd.use.Manager.Name) || !mountable[cmd.use.Manager.Name] {
			continue
		}
		seen = append(seen, cmd.use.Manager.Name)
		if s.mount(cmd.use.Manager) {
			done = append(done, cmd.use.Manager.Name)
		}
	}
	return done
}

// mount reports the mounts for one manager; done is true where there are some.
func (s *step) mount(m *pkgmgr.Manager) (done bool) {
	caches := s.fills(m)
	if len(caches) == 0 || m.Name == "gem" && installersOnly(s, s.filling(m)) {
		return false
	}
	if m.Ecosystem == "debian" && (s.onlyUpdates() || s.Ships(s.in.Stage) && s.listsAreNeeded()) {
		return s.aptLists() // then the next round mounts them
	}
	group := []*step{s}
	if needed(caches) {
		// What one step puts there, the others must find: all of them get the mount, or none.
		if group = s.related(m); group[0] != s {
			return group[0].plan(m, group).refusal == ""
		}
	}
	if m.Ecosystem == "debian" && !s.keepsDebs() && s.waits() {
		return true
	}
	p := s.plan(m, group)
	switch {
	case p.refusal != "" && m.Ecosystem == "debian" && s.mounted(aptArchives):
		return false // the lists alone have no mount, and a good reason
	case p.refusal != "":
		s.Missed(s.in, "cache-mount", "no cache mount for %s: %s", m.Name, p.refusal)
		return false
	case len(p.edits) > 0:
		s.Report(transform.Finding{Kind: "cache-mount", Span: s.in.Span, Message: "what " + m.Name + " downloads is downloaded again by the next build", Fix: &transform.Fix{
			Title: "Put the cache of " + m.Name + " on a cache mount", Level: transform.Standard,
			Evidence: []transform.Evidence{{Source: s.Doc.Name, Line: s.in.Line(), Text: m.Name + " keeps " + caches[0].Holds + " in " + caches[0].Path}},
			Saving:   transform.Saving{Rebuild: "downloads only what is new"},
			Edits:    p.edits,
		}})
	}
	return true
}

// listsAreNeeded reports whether the step leaves package lists to a later one.
func (s *step) listsAreNeeded() bool {
	return s.fetchesLists() >= 0 && len(s.later(s.in, aptIndex).users) > 0
}

// fills returns the caches that the step's commands of a manager fill, or look into.
func (s *step) fills(m *pkgmgr.Manager) (caches []*pkgmgr.Cache) {
	for i := range m.Caches {
		cache := &m.Caches[i]
		if slices.ContainsFunc(s.commands, func(cmd command) bool {
			return cmd.use != nil && cmd.use.Manager == m && slices.Contains(cache.FilledBy, cmd.use.Verb)
		}) {
			caches = append(caches, cache)
		}
	}
	return caches
}

// needed reports whether builds find their inputs in one of the caches.
func needed(caches []*pkgmgr.Cache) bool {
	return slices.ContainsFunc(caches, func(c *pkgmgr.Cache) bool { return c.Loss == pkgmgr.LosesInputs })
}

// related returns the steps of all stages that share files with this one and use a manager.
func (s *step) related(m *pkgmgr.Manager) (steps []*step) {
	for _, in := range s.Doc.Instructions {
		o := s.steps[in]
		if o == nil || !s.builtFrom(s.in.Stage, in.Stage) && !s.builtFrom(in.Stage, s.in.Stage) {
			continue
		}
		if len(o.fills(m)) > 0 {
			steps = append(steps, o)
		}
	}
	return steps
}

// A plan is the edits for one manager's mounts, or why there are none.
type plan struct {
	edits   []transform.Edit
	refusal string
}

// plan works out the mounts of a group of steps.
func (s *step) plan(m *pkgmgr.Manager, group []*step) (p plan) {
	syntax, refusal := s.raiseSyntax()
	if refusal != "" {
		return plan{refusal: refusal}
	}
	for _, o := range group {
		edits, refusal := o.mountEdits(m, len(group) > 1 || needed(o.fills(m)))
		if refusal != "" {
			if o != s {
				refusal = fmt.Sprintf("%s (line %d)", refusal, o.in.Line())
			}
			return plan{refusal: refusal}
		}
		p.edits = append(p.edits, edits...)
	}
	if len(p.edits) > 0 {
		p.edits = append(p.edits, syntax...)
	}
	return p
}

// mountEdits returns the edits for one step: the mounts themselves, and what would empty them goes.
// shared is true where other steps count on what this one puts there.
func (s *step) mountEdits(m *pkgmgr.Manager, shared bool) ([]transform.Edit, string) {
	targets, refusal := s.targets(m)
	if refusal != "" || len(targets) == 0 {
		return nil, refusal
	}
	if shared {
		if refusal := s.unseenBuild(m); refusal != "" {
			return nil, refusal
		}
	}
	edits, refusal := s.editsFor(m, targets)
	if n := len(targets) - 1; refusal != "" && n > 0 && targets[n].dir == aptLists {
		// The downloaded packages are worth a mount without the lists, too.
		edits, refusal = s.editsFor(m, targets[:n])
	}
	return edits, refusal
}

func (s *step) editsFor(m *pkgmgr.Manager, targets []target) ([]transform.Edit, string) {
	var flags, dirs []string
	for _, t := range targets {
		flags = append(flags, t.flag())
		dirs = append(dirs, t.dir)
	}
	if s.read(-1, slices.Clone(dirs)...) {
		return nil, "another step looks into it"
	}
	if s.settingNames(dirs) {
		return nil, "a variable of the file names the folder"
	}
	edits, refusal := s.keepCache(m, dirs)
	if refusal != "" {
		return nil, refusal
	}
	put, refusal := s.putMounts(m, flags)
	// An insertion goes before a deletion that begins at its place.
	return append(put, edits...), refusal
}

// settingNames reports whether an ENV or ARG names one of the folders: a script that removes what
// the variable lists would fail on a mount.
func (s *step) settingNames(dirs []string) bool {
	for _, in := range s.Doc.Instructions {
		if in.Keyword != "ENV" && in.Keyword != "ARG" {
			continue
		}
		text := in.Source()
		if slices.ContainsFunc(dirs, func(dir string) bool { return strings.Contains(text, dir) }) {
			return true
		}
	}
	return false
}

// A target is a cache mount to be.
type target struct {
	dir, sharing string
	owner        string
}

// flag returns the mount as a flag of RUN.
func (t target) flag() string {
	flag := "--mount=type=cache,target=" + t.dir
	if t.sharing == "locked" {
		flag += ",sharing=locked"
	}
	return flag + t.owner
}

// targets returns the mounts that the step lacks for a manager.
func (s *step) targets(m *pkgmgr.Manager) (targets []target, refusal string) {
	who, refusal := s.runsAs(m)
	if refusal != "" {
		return nil, refusal
	}
	for _, mount := range m.Mounts {
		cmd, ok := s.fillsMount(m, mount)
		if !ok || mount.Target == "~/.gradle/wrapper/dists" && cmd.program() != "gradlew" || // that is Gradle itself, which the wrapper fetches
			mount.Target == aptLists && !s.listsMayGo() {
			continue
		}
		dir := cmd.use.Resolve(mount.Target, s.getenv, who.home)
		switch {
		case s.mounted(dir):
			continue
		case !path.IsAbs(dir):
			continue // where it is depends on how the manager was installed
		case !usualHome(who.home):
			return nil, "the home of user " + s.user() + " is in a place of its own"
		case s.movesInScript(cmd) || dir != m.Resolve(mount.Target, s.baseVar, who.home):
			return nil, "the file keeps its cache in a place of its own"
		case !strings.HasPrefix(mount.Target, "~") && s.user() != "":
			return nil, "user " + s.user() + " may not write there"
		case !who.known && strings.HasPrefix(mount.Target, "~"):
			return nil, "whether the base image runs as root is not known, and so the home directory"
		}
		targets = append(targets, target{dir, mount.Sharing, who.owner()})
	}
	return targets, ""
}

// within reports whether a path is a folder or below it.
func within(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

// fillsMount returns the last command that puts something below a mount's target.
func (s *step) fillsMount(m *pkgmgr.Manager, mount pkgmgr.Mount) (command, bool) {
	for i := len(s.commands) - 1; i >= 0; i-- {
		cmd := s.commands[i]
		if cmd.use == nil || cmd.use.Manager != m {
			continue
		}
		for _, cache := range m.Caches {
			if within(cache.Path, mount.Target) && slices.Contains(cache.FilledBy, cmd.use.Verb) {
				return cmd, true
			}
		}
	}
	return command{}, false
}

// listsMayGo reports whether apt's lists need not stay in the image: the step itself updates them
// before it uses them, and nothing later does.
func (s *step) listsMayGo() bool {
	first := s.firstInstall()
	updates := slices.IndexFunc(s.commands, func(cmd command) bool {
		return cmd.use != nil && cmd.use.Verb == pkgmgr.Update && cmd.use.Manager.Ecosystem == "debian"
	})
	return updates >= 0 && (first < 0 || updates < first) && len(s.later(s.in, aptIndex).users) == 0
}

// unseenBuild says which later step may look for what the manager has downloaded, without the mount.
func (s *step) unseenBuild(m *pkgmgr.Manager) string {
	q := userQuestion(m, pkgmgr.LosesInputs)
	for _, sq := range s.sequels(s.in) {
		p := prober{cleaner: s.cleaner, q: q, in: sq.in}
		for _, cmd := range sq.commands {
			r, what := p.command(cmd, sq.text, 0)
			name := cmd.program()
			o := s.steps[sq.in]
			alone := cmd.use != nil && cmd.use.Manager == m && cmd.use.Verb != pkgmgr.Clean && (o == nil || len(o.fills(m)) == 0)
			switch {
			case alone, r == uses && sq.starts, r == unreadable, r == unrelated && (name == "make" || strings.HasSuffix(name, ".sh")):
				if what == "" {
					what = name
				}
				return answer{max(r, uses), sq.in, what}.String()
			}
		}
	}
	return ""
}

// raiseSyntax returns the edit that makes an older frontend, which the file pins, one that has
// cache mounts.
func (c *cleaner) raiseSyntax() ([]transform.Edit, string) {
	ok, why := c.Supports(transform.CacheMount)
	if ok {
		return nil, ""
	}
	for _, d := range c.Doc.Directives {
		version, known := transform.FrontendVersion(d.Value)
		if d.Key == "syntax" && known && version != "" && !strings.Contains(d.Value, "@") && c.Settings.Builder != transform.BuilderKaniko {
			line := string(c.Doc.Src[d.Span.Start:d.Span.End])
			at := d.Span.Start + strings.Index(line, d.Value)
			return []transform.Edit{{Span: transform.Span{Start: at, End: at + len(d.Value)}, New: "docker/dockerfile:1"}}, ""
		}
	}
	return nil, why
}
