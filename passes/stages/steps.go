package stages

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/artifact/interpreted"
	"dopt/transform"
	"dopt/transform/effects"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// steps finds out what the instructions leave in the image that the program may need: what they copy and make outside of the
// folders of sources, users, and packages.
func (p *plan) steps() string {
	for _, in := range p.stage.Opaque {
		return fmt.Sprintf("what line %d does is not known: %s", in.Line(), in.Script().Opaque)
	}
	for _, in := range p.stage.Tree.Astray {
		return fmt.Sprintf("where line %d copies to is not known", in.Line())
	}
	for _, in := range p.stage.Tree.Unpacked {
		return fmt.Sprintf("what line %d unpacks is not known", in.Line())
	}
	for _, c := range p.stage.Tree.Copies {
		if artifact.Within(c.Image, aptSettings) {
			if why := p.givenSettings(c); why != "" {
				return fmt.Sprintf("line %d %s", c.In.Line(), why)
			}
			continue
		}
		if p.source(c.Image) || p.stage.Tree.Removed(c.Image) {
			continue
		}
		p.add(artifact.File{Path: c.Image, Folder: c.Folder, Because: p.stage.Evidence(c.In)})
	}
	for _, c := range p.stage.Commands {
		if why := p.command(c); why != "" {
			return fmt.Sprintf("%s, line %d, %s", c.Evidence.Source, c.Evidence.Line, why)
		}
	}
	if why := p.ownership(); why != "" {
		return why
	}
	return p.owners()
}

// source reports whether a path is in a folder of sources.
func (p *plan) source(name string) bool {
	return slices.ContainsFunc(p.artifact.Sources, func(dir string) bool { return artifact.Within(name, dir) })
}

// scratchpads are folders whose content no program expects to find.
var scratchpads = []string{
	"/tmp", "/var/tmp", "/var/cache", "/root/.cache", "/var/lib/apt/lists", "/dev",
	"/usr/local/cargo/registry", "/usr/local/cargo/git", "/go/pkg", "/root/.npm", "/root/.m2", "/root/.gradle",
}

// command takes note of what one command leaves. It returns why that cannot be told.
func (p *plan) command(c artifact.Command) string {
	argv := c.Argv()
	name := path.Base(c.Name())
	use, managed := pkgmgr.Identify(argv)
	if p.artifact.Builds == nil || !p.artifact.Builds(c) {
		if why := unplaced(c); why != "" {
			return why
		}
	}
	switch {
	case managed && use.Manager.Ecosystem == "debian":
		return p.install(c, use)
	case p.artifact.Builds != nil && p.artifact.Builds(c):
		return ""
	case name == "make" || name == "gmake": // its recipes are commands, too
		if !slices.ContainsFunc(p.stage.Commands, func(o artifact.Command) bool { return o.Made && o.Step == c.Step }) {
			return "runs a Makefile whose recipes are not known"
		}
		return ""
	case name == "ldconfig" && len(argv) == 1:
		p.linked = true
		return ""
	case slices.Contains(accounts, name):
		return p.account(c)
	case editsSettings(c):
		return p.editedSettings(c)
	case name == "a2enmod" || name == "a2dismod":
		return p.again(c, "switches a module of Apache in a way that cannot be repeated")
	case artifact.Symbolic(c):
		return p.link(c)
	}
	effect := effects.Of(c.Command)
	switch {
	case !effect.Known || managed || p.hides(c, effect):
		return fmt.Sprintf("what %s leaves in the image is not known", c.Name())
	case changesFiles(name) && slices.ContainsFunc(argv, func(w string) bool { return strings.Contains(w, shell.Unknown) }):
		return "what " + name + " is told by a variable is not known"
	case effect.Fetches:
		return "downloads something, and what that needs is not known"
	}
	for _, made := range slices.Concat(p.places(effect.Makes), effect.Changes) {
		if why := p.made(c, name, made, slices.Contains(effect.Makes, made)); why != "" {
			return why
		}
	}
	for _, gone := range effect.Removes {
		if why := p.removed(c, gone); why != "" {
			return why
		}
	}
	return ""
}

// places leaves out the one of two places that a copy to a file or into a folder does not fill.
func (p *plan) places(makes []effects.Path) (list []effects.Path) {
	for _, m := range makes {
		dir := path.Dir(m.Name)
		into := slices.ContainsFunc(makes, func(o effects.Path) bool { return o.Name == dir })
		if !into || p.stage.Tree.IsFolder(dir) {
			list = append(list, m)
		}
	}
	return slices.DeleteFunc(list, func(m effects.Path) bool {
		return p.stage.Tree.IsFolder(m.Name) && slices.ContainsFunc(makes, func(o effects.Path) bool { return path.Dir(o.Name) == m.Name })
	})
}

// changesFiles reports whether a program changes files that its operands name.
func changesFiles(name string) bool {
	return slices.Contains([]string{"cp", "mv", "ln", "install", "mkdir", "touch", "tee", "chown", "chmod", "sed"}, name)
}

// made takes note of a path that a command makes or changes; anew is true where it may not have been there before.
func (p *plan) made(c artifact.Command, program string, made effects.Path, anew bool) string {
	name := strings.TrimSuffix(made.Name, "/")
	switch {
	case name == "":
		return "changes files anywhere in the image"
	case slices.ContainsFunc(scratchpads, func(dir string) bool { return artifact.Within(name, dir) }), p.stage.Tree.Removed(name):
		return ""
	case p.covered(name), p.buildFolder(name):
		return ""
	case strings.ContainsAny(name, "*?["):
		if dir := path.Dir(name); p.source(dir) && (!anew || p.artifact.IsSource == nil || p.artifact.IsSource(path.Base(name))) || p.covered(dir) {
			return ""
		}
		return "makes or changes files by a pattern"
	case p.source(name) && (program == "sed" || p.artifact.IsSource != nil && p.artifact.IsSource(path.Base(name))):
		return "" // what it opens of the sources is known by its name
	case artifact.Within(name, aptSettings):
		return changesSettings
	case slices.ContainsFunc(p.files, func(f artifact.File) bool { return artifact.Within(f.Path, name) }):
		return "" // a folder above a file: see ownership
	}
	folder := program == "mkdir" || program == "install" && slices.ContainsFunc(c.Argv(), func(w string) bool { return w == "-d" || w == "--directory" }) || made.Tree || p.stage.Tree.IsFolder(name) || p.entered(name)
	if folder && p.stage.Tree.Replaced(name) {
		return "makes " + name + " in the place of what a step removes"
	}
	p.add(artifact.File{Path: name, Folder: folder, Because: c.Evidence})
	return ""
}

// buildFolder reports whether a folder among the sources is one in which a command builds.
func (p *plan) buildFolder(name string) bool {
	return p.source(name) && p.artifact.Builds != nil && slices.ContainsFunc(p.stage.Commands, func(c artifact.Command) bool {
		return c.Dir != "" && artifact.Within(c.Dir, name) && p.artifact.Builds(c) && !slices.Contains(p.artifact.Sources, name)
	})
}

// accounts are the programs that make users and groups.
var accounts = strings.Fields("useradd groupadd adduser addgroup usermod groupmod userdel groupdel deluser delgroup gpasswd passwd chsh")

// account takes note of a user, who is made in the runtime stage by the same command.
func (p *plan) account(c artifact.Command) string {
	why := p.again(c, "makes a user in a way that cannot be repeated")
	if why == "" && homeless(c) {
		p.accounts = append(p.accounts, p.repeated[len(p.repeated)-1])
	}
	return why
}

// again has the runtime stage run a command, too. It returns why that cannot be done, for which the caller has a text.
func (p *plan) again(c artifact.Command, why string) string {
	if !c.Always || !c.Top || c.Made || slices.ContainsFunc(c.Words, func(w shell.Word) bool { return !w.Plain }) {
		return why
	}
	p.repeated = append(p.repeated, strings.Join(strings.Fields(c.Evidence.Text), " "))
	return ""
}

// homeless reports whether a command makes a group, or a user without a home folder.
func homeless(c artifact.Command) bool {
	argv := c.Argv()
	has := func(flags ...string) bool {
		return slices.ContainsFunc(argv, func(w string) bool { return slices.Contains(flags, w) })
	}
	switch path.Base(argv[0]) {
	case "groupadd", "addgroup":
		return true
	case "useradd": // without -m, CREATE_HOME of /etc/login.defs decides, which Debian leaves out
		return !slices.ContainsFunc(argv, interpreted.CreatesHome)
	case "adduser":
		return has("--no-create-home", "-H")
	}
	return false
}

// install takes note of packages.
func (p *plan) install(c artifact.Command, use pkgmgr.Use) string {
	switch {
	case use.Verb == pkgmgr.Remove:
		return "removes packages"
	case use.Verb != pkgmgr.Install:
		return ""
	}
	for _, i := range p.stage.Needs().Installs {
		if i.Step != c.Step || slices.Contains(p.packages, i.Name) || p.stage.StaysBehind(i.Name) {
			continue
		}
		p.packages = append(p.packages, i.Name)
		p.recommends = p.recommends || i.Recommends
	}
	return ""
}

// ownership widens copies to a folder above where a step gives that to a user, or where a user makes it: a folder that only
// comes to be with what is copied into it is root's.
func (p *plan) ownership() string {
	widen := func(dir string, because transform.Evidence) {
		if dir != "" && dir != "/" && !p.covered(dir) && slices.ContainsFunc(p.files, func(f artifact.File) bool { return artifact.Within(f.Path, dir) }) {
			p.add(artifact.File{Path: dir, Folder: true, Because: because})
		}
	}
	for _, c := range p.stage.Commands {
		if name := path.Base(c.Name()); name != "chown" && name != "chmod" && name != "chgrp" {
			continue
		}
		for _, changed := range effects.Of(c.Command).Changes {
			widen(strings.TrimSuffix(changed.Name, "/"), c.Evidence)
		}
	}
	for i, in := range p.stage.Stage.Instructions {
		if user := in.State().User; in.Keyword == "WORKDIR" && user != "" && user != "root" && user != "0" {
			dir := p.stage.Dir
			if next := i + 1; next < len(p.stage.Stage.Instructions) {
				dir = p.stage.DirAt(p.stage.Stage.Instructions[next])
			}
			widen(dir, p.stage.Evidence(in))
		}
	}
	return ""
}
