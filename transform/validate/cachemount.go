package validate

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/transform"
)

// judgeMount checks a cache mount that the step has gained. What is below it is no longer in
// the image, neither what the step makes there nor what it finds.
func (m *matcher) judgeMount(dir string, after *unit, all []*call) Judgement {
	pm, what, ok := after.mountable(dir)
	if !m.claim.Allows(transform.CacheMounts) || !ok {
		return unsound(fmt.Sprintf("%s is no package manager's cache: what the step makes there would be missing", dir))
	}
	j := Judgement{Verdict: transform.Verdict{Status: transform.Refines}}
	for _, c := range all {
		switch {
		case c.removesDir(dir):
			return unsound(fmt.Sprintf("`%s` fails: a directory that something is mounted on cannot go", c))
		case managerOf(c) == pm && c.has(pm.offline...):
			return unsound(fmt.Sprintf("`%s` counts on what is in %s, and the mount may be empty", c, dir))
		case dir == aptState && managerOf(c) == pm && c.has("autoremove", "--auto-remove", "--autoremove"):
			return unsound(fmt.Sprintf("`%s` needs to know what was installed by itself, which is below %s", c, dir))
		}
	}
	j.Losses = append(lost(pm, what), Loss{what: losesTree, manager: pm, Path: path.Clean(dir)})
	return j
}

// removesDir reports whether the call removes or moves the directory itself or one around it.
func (c *call) removesDir(dir string) bool {
	if c.program != "rm" && c.program != "mv" && c.program != "rmdir" {
		return false
	}
	home := c.script.home
	return slices.ContainsFunc(c.operands(), func(arg string) bool {
		p := c.resolve(arg)
		return p != "" && within(home(path.Clean(dir)), home(p))
	})
}

// aptState is the directory that Docker's documentation mounts for apt's lists.
const aptState = "/var/lib/apt"

// mountable returns the manager whose cache a mount's target is, and what the image loses with it.
func (s Script) mountable(dir string) (*manager, loss, bool) {
	if path.Clean(dir) == aptState {
		return &managers[0], losesIndex, true
	}
	return s.cacheAt(dir)
}

// judgeRemoval checks that a clean-up that is gone would only have emptied a mount.
func (m *matcher) judgeRemoval(c *call) ([]Loss, string) {
	switch pm := managerOf(c); {
	case updates(c):
		return []Loss{{what: losesIndex, manager: pm, Moved: true}}, ""
	case c.program != "rm":
		if !m.mounts(pm) {
			return nil, fmt.Sprintf("`%s` is gone, and the cache of %s is not mounted", c, pm.name)
		}
		return nil, ""
	}
	for _, arg := range c.operands() {
		if why := m.mounted(c, arg); why != "" {
			return nil, why
		}
	}
	return nil, ""
}

// mounted checks that a path that is no longer removed is on a mount.
func (m *matcher) mounted(c *call, arg string) string {
	dir := m.after.home(path.Clean(strings.TrimSuffix(arg, "/*")))
	if !slices.ContainsFunc(m.after.Mounted, func(target string) bool { return within(dir, m.after.home(path.Clean(target))) }) {
		return fmt.Sprintf("`%s` no longer removes %s, which is not mounted", c, arg)
	}
	return ""
}

// NeedsLock reports whether a cache at the directory belongs to a package manager that fails
// where another one uses it at the same time. Source: apt-get(8) does not wait for its archives' lock by default.
func (s Script) NeedsLock(dir string) bool {
	pm, _, ok := s.mountable(dir)
	return ok && pm.name == "apt"
}
