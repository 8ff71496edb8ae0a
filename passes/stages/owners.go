package stages

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/artifact/interpreted"
	"dopt/transform"
	"dopt/transform/effects"
	"dopt/transform/pkgmgr"
)

// owners looks after folders that are not root's: what is in a folder keeps its owner when it is copied, but the folder itself is made
// anew, and is root's (BuildKit 0.33, fsutil's copy). So it is made before, and given away by the command that did so. It returns why
// that cannot be done.
func (p *plan) owners() string {
	for _, f := range p.files {
		if !f.Folder {
			continue
		}
		if p.madeForUser(f.Path) {
			return "it makes " + f.Path + " for a user, and a copy of it would be root's"
		}
		if slices.ContainsFunc(p.stage.Commands, func(c artifact.Command) bool { return makesOwn(c, f.Path) }) {
			return "it makes " + f.Path + " with a mode or an owner of its own, and a copy of it would have others"
		}
		for _, c := range p.stage.Commands {
			if !gives(c, f.Path) {
				continue
			}
			text := strings.Join(c.Argv(), " ")
			if !c.Always || c.Made || text != c.Evidence.Text || !strings.Contains(text, " "+f.Path) {
				return "it gives " + f.Path + " to a user in a way that cannot be repeated"
			}
			p.repeated = append(p.repeated, "mkdir -p "+f.Path, text)
		}
	}
	p.repeated, p.accounts = unique(p.repeated), unique(p.accounts)
	p.files = slices.DeleteFunc(p.files, func(f artifact.File) bool {
		return f.Folder && slices.Contains(p.repeated, "mkdir -p "+f.Path) && p.empty(f.Path)
	})
	return ""
}

// empty reports whether nothing comes to be in a folder: it is made and given away, and of all else that runs it is known that it leaves it alone.
func (p *plan) empty(folder string) bool {
	filled := func(name string) bool { return artifact.Within(name, folder) }
	if slices.ContainsFunc(p.artifact.Sources, filled) || slices.ContainsFunc(p.artifact.Files, func(f artifact.File) bool { return filled(f.Path) }) ||
		slices.ContainsFunc(p.stage.Tree.Copies, func(c artifact.Copy) bool { return filled(c.Image) }) {
		return false
	}
	return !slices.ContainsFunc(p.stage.Commands, func(c artifact.Command) bool {
		name := path.Base(c.Name())
		effect := effects.Of(c.Command)
		_, managed := pkgmgr.Identify(c.Argv())
		fills := func(made effects.Path) bool { return filled(made.Name) && (made.Name != folder || name != "mkdir") }
		changes := func(changed effects.Path) bool { return filled(changed.Name) && !slices.Contains(givers, name) }
		return filled(c.Dir) || !managed && !effect.Known || slices.ContainsFunc(effect.Makes, fills) || slices.ContainsFunc(effect.Changes, changes)
	})
}

// makesOwn reports whether a command makes a folder with a mode or an owner that it names.
func makesOwn(c artifact.Command, folder string) bool {
	return slices.Contains([]string{"mkdir", "install"}, path.Base(c.Name())) && slices.ContainsFunc(c.Argv(), func(w string) bool {
		return strings.HasPrefix(w, "--mode") || strings.HasPrefix(w, "--owner") || strings.HasPrefix(w, "--group") || strings.HasPrefix(w, "-") && !strings.HasPrefix(w, "--") && strings.ContainsAny(w, "mog")
	}) && slices.ContainsFunc(effects.Of(c.Command).Makes, func(m effects.Path) bool { return strings.TrimSuffix(m.Name, "/") == folder })
}

// unique drops what is there already.
func unique(list []string) (once []string) {
	for _, text := range list {
		if !slices.Contains(once, text) {
			once = append(once, text)
		}
	}
	return once
}

// givers are the programs that change owners and modes.
var givers = []string{"chown", "chgrp", "chmod"}

// gives reports whether a command changes the owner or the mode of a folder itself.
func gives(c artifact.Command, folder string) bool {
	return slices.Contains(givers, path.Base(c.Name())) && slices.ContainsFunc(effects.Of(c.Command).Changes, func(changed effects.Path) bool {
		return strings.TrimSuffix(changed.Name, "/") == folder
	})
}

// madeForUser reports whether the first instruction that makes a folder does so for another user than root.
func (p *plan) madeForUser(folder string) bool {
	for _, in := range p.stage.Stage.Instructions {
		switch in.Keyword {
		case "COPY", "ADD":
			for _, c := range p.stage.Tree.Copies {
				if c.In == in && artifact.Within(c.Image, folder) {
					return slices.ContainsFunc(in.Flags(), func(f transform.Flag) bool { return f.Name == "chown" })
				}
			}
		case "WORKDIR":
			if artifact.Within(p.stage.DirBehind(in), folder) {
				return !rootUser(in)
			}
		case "RUN":
			for _, c := range p.stage.Commands {
				if c.Step == in && makesHome(c, folder) {
					return false // the same command makes it in the runtime stage
				}
				if c.Step == in && (strings.Contains(c.Evidence.Text, folder) || c.Dir == folder) {
					return !rootUser(in)
				}
			}
		}
	}
	return false
}

// makesHome reports whether a command makes a user with a folder as home.
func makesHome(c artifact.Command, folder string) bool {
	name := path.Base(c.Name())
	return (name == "adduser" || name == "useradd" && slices.ContainsFunc(c.Argv(), interpreted.CreatesHome)) && slices.ContainsFunc(effects.Of(c.Command).Makes, func(m effects.Path) bool { return m.Name == folder })
}

// rootUser reports whether an instruction works as root, as far as the file says.
func rootUser(in *transform.Instruction) bool {
	user, _, _ := strings.Cut(in.State().User, ":")
	return user == "" || user == "root" || user == "0"
}
