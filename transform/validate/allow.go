package validate

import (
	"slices"
	"strings"

	"dopt/transform"
)

// mayInsert reports whether a claim lets the command appear. Whether it may stand where it
// does is judged on the notes, when all of both scripts is known.
func (m *matcher) mayInsert(c *call) bool {
	if len(c.expr.Assigns) > 0 {
		return false
	}
	switch {
	case m.claim.Allows(transform.CacheMounts) && keepsDownloads(c):
		return m.mounts(&managers[0])
	case c.output != "" && c.output != "/dev/null":
		return false
	case m.claim.Allows(transform.CleanUp) && (c.program == "rm" || emptiesCache(c)):
		return true
	}
	return m.claim.Allows(transform.JoinUpdate) && updates(c)
}

// mayRemove reports whether a claim lets the command go.
func (m *matcher) mayRemove(c *call) bool {
	switch {
	case len(c.expr.Assigns) > 0 || c.output != "":
		return false
	case m.owns(c), m.claim.Allows(transform.CacheMounts) && (c.program == "rm" || emptiesCache(c)):
		return true
	}
	return m.claim.Allows(transform.JoinUpdate) && updates(c)
}

func emptiesCache(c *call) bool {
	pm := managerOf(c)
	if pm == nil {
		return false
	}
	_, ok := pm.emptiedBy(c)
	return ok
}

// updates reports whether the call only fetches a package index.
func updates(c *call) bool {
	pm := managerOf(c)
	return pm != nil && len(pm.index) > 0 && slices.Contains(pm.updates, c.verb())
}

// keepsDownloads reports whether the call is one of those with which Docker's documentation
// stops the images of Debian and Ubuntu from emptying a mounted apt cache.
// Source: docs.docker.com/reference/dockerfile, "Example: cache apt packages".
func keepsDownloads(c *call) bool {
	const conf = "/etc/apt/apt.conf.d/"
	switch c.program {
	case "rm":
		return c.output == "" && len(c.args) == 2 && c.args[0] == "-f" && c.args[1] == conf+"docker-clean"
	case "echo":
		return c.output == conf+"keep-cache" && len(c.args) == 1 && c.args[0] == `Binary::apt::APT::Keep-Downloaded-Packages "true";`
	}
	return false
}

// plainOptions are options that take no value, so that another may follow them.
var plainOptions = []string{
	"-y", "--yes", "-q", "-qq", "--quiet", "-U", "-u", "-uU", "-Uu", "--upgrade", "--update", "--update-cache", "--user", "--no-deps", "-v", "--verbose",
	"--pre", "--no-install-recommends", "--no-interaction", "-n", "--no-dev", "--no-root", "--system", "--frozen", "--locked", "--force", "-f", "--no-progress",
	"--require-hashes", "--ignore-installed", "--only-upgrade", "--disable-pip-version-check", "--break-system-packages", "--no-build-isolation", "--no-compile",
	"--prefer-binary", "--no-binary=:all:", "--no-warn-script-location", "--force-reinstall", "-I", "--no-cache", "--no-cache-dir", "--no-document", "--no-ri", "--no-rdoc",
	"--optimize-autoloader", "-o", "--no-scripts", "--prefer-dist", "--no-plugins", "--no-suggest", "--classmap-authoritative", "-a", "--no-ansi", "-N",
}

// mayAddFlag reports whether a claim lets word j of the call appear.
func (m *matcher) mayAddFlag(c *call, j int) bool {
	pm := managerOf(c)
	if pm == nil || !m.claim.Allows(transform.CleanUp) || !slices.Contains(pm.flags, c.words[j]) || !m.installs(pm, c) {
		return false
	}
	at := j - (len(c.words) - len(c.args))
	if at < 0 || slices.Contains(c.args[:at], "--") {
		return false
	}
	return at == 0 || !strings.HasPrefix(c.args[at-1], "-") || strings.Contains(c.args[at-1], "=") || slices.Contains(plainOptions, c.args[at-1])
}

// mayDropFlag reports whether a claim lets word i of the call go.
func (m *matcher) mayDropFlag(c *call, i int) bool {
	pm := managerOf(c)
	return pm != nil && m.claim.Allows(transform.CacheMounts) && slices.Contains(pm.flags, c.words[i]) && m.mounts(pm)
}

// mayAddPath reports whether a claim lets word j of an rm appear.
func (m *matcher) mayAddPath(c *call, j int) bool {
	return c.program == "rm" && m.claim.Allows(transform.CleanUp) && j > 0 && !strings.HasPrefix(c.words[j], "-")
}

// mayDropPath reports whether a claim lets word i of an rm go: after no longer has it.
func (m *matcher) mayDropPath(before, after *call, i int) bool {
	return before.program == "rm" && after.program == "rm" && m.claim.Allows(transform.CacheMounts) && !strings.HasPrefix(before.words[i], "-") &&
		!slices.Contains(after.words, before.words[i])
}

func (m *matcher) installs(pm *manager, c *call) bool { return slices.Contains(pm.installs, c.verb()) }

// mounts reports whether a cache of the manager is on a mount that the step has gained.
func (m *matcher) mounts(pm *manager) bool {
	return slices.ContainsFunc(m.gained, func(dir string) bool {
		other, _, ok := m.after.mountable(dir)
		return ok && other == pm
	})
}

// aptVerbs are the verbs of apt that apt-get has, too, with the same options. Source: apt(8), apt-get(8).
var aptVerbs = []string{"update", "install", "reinstall", "remove", "purge", "upgrade", "dist-upgrade", "autoremove", "clean", "autoclean", "source", "build-dep", "download", "changelog"}

// renames reports whether a claim lets word i of a call become word j of another.
func (m *matcher) renames(before, after *call, i, j int) bool {
	return m.claim.Allows(transform.RenameCommand) &&
		before.words[i] == "apt" && after.words[j] == "apt-get" && i == len(before.words)-len(before.args)-1 &&
		slices.Contains(aptVerbs, before.verb())
}
