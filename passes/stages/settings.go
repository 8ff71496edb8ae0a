package stages

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// aptSettings is the folder that says where packages come from, and how they are reached.
const aptSettings = "/etc/apt"

// changesSettings is why a stage stays whose settings of apt the runtime stage cannot have.
const (
	changesSettings     = "changes where packages come from"
	changesSettingsLate = "changes where packages come from, and some are installed before"
)

// givenSettings takes note of a file of apt's settings that an instruction copies: what the runtime stage installs comes from where it says. It
// returns why the runtime stage cannot have it, as a predicate.
func (p *plan) givenSettings(c artifact.Copy) string {
	switch {
	case c.Folder || c.Context == "":
		return changesSettings
	case slices.ContainsFunc(p.stage.Commands, func(o artifact.Command) bool { return o.Step.Index < c.In.Index && installsPackages(o) }):
		return changesSettingsLate
	}
	p.setting(artifact.File{Path: c.Image, Because: p.stage.Evidence(c.In)}, p.stage.Read(c.Context))
	return ""
}

// editsSettings reports whether a command edits files of apt's settings, and no others.
func editsSettings(c artifact.Command) bool {
	return path.Base(c.Name()) == "sed" && len(c.Redirs) == 0 && len(settingsOf(c)) > 0
}

// settingsOf returns the files of apt's settings that a command names.
func settingsOf(c artifact.Command) (names []string) {
	for _, w := range c.Argv()[1:] {
		if path.IsAbs(w) && artifact.Within(path.Clean(w), aptSettings) {
			names = append(names, path.Clean(w))
		}
	}
	return names
}

// editedSettings takes note of files of apt's settings that a command edits. It returns why the runtime stage cannot have them.
func (p *plan) editedSettings(c artifact.Command) string {
	names := settingsOf(c)
	late := slices.ContainsFunc(p.stage.Commands, func(o artifact.Command) bool {
		return (o.Step.Index < c.Step.Index || o.Step == c.Step && o.Start < c.Start) && installsPackages(o)
	})
	switch {
	case late:
		return changesSettingsLate
	case !c.Always || c.Made || slices.ContainsFunc(names, func(name string) bool {
		return strings.ContainsAny(name, "*?[{") || strings.Contains(name, shell.Unknown)
	}):
		return changesSettings
	}
	for _, name := range names {
		p.setting(artifact.File{Path: name, Because: c.Evidence}, strings.Join(c.Argv(), " "))
	}
	return ""
}

// setting takes note of one file, with a text that may name servers.
func (p *plan) setting(f artifact.File, text string) {
	p.encrypted = p.encrypted || strings.Contains(text, "https") || strings.Contains(text, shell.Unknown)
	if !slices.ContainsFunc(p.settings, func(g artifact.File) bool { return g.Path == f.Path }) {
		p.settings = append(p.settings, f)
	}
}

// installsPackages reports whether a command installs packages of the distribution.
func installsPackages(c artifact.Command) bool {
	use, ok := pkgmgr.Identify(c.Argv())
	return ok && use.Manager.Ecosystem == "debian" && use.Verb == pkgmgr.Install
}
