package stages

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
	"dopt/transform/effects"
	"dopt/transform/shell"
)

// movers are programs all of whose operands are paths, writing the operators of a shell that write to a file.
var (
	movers  = strings.Fields("cp mv ln install mkdir touch tee")
	writing = strings.Fields("> >> >| &> &>>")
)

// unplaced says which path a command writes to of which it is not known where that is, as a predicate; "" if there is none. The table of
// effects leaves such paths out.
func unplaced(c artifact.Command) string {
	for _, r := range c.Redirs {
		if slices.Contains(writing, r.Op) && c.Path(r.Target.Value) == "" {
			return "writes to a file whose place is not known"
		}
	}
	name := path.Base(c.Name())
	if !changesFiles(name) {
		return ""
	}
	for _, w := range c.Words[1:] {
		switch {
		case strings.HasPrefix(w.Value, "-"):
		case strings.HasPrefix(w.Value, "~") && !w.Plain:
			return "works on files of a home folder, whose place is not known"
		case !w.Plain && !w.Quoted && strings.Contains(w.Value, "{"):
			return "works on files that braces name"
		case c.Dir == "" && !path.IsAbs(w.Value) && slices.Contains(movers, name):
			return "works in a folder that is not known"
		}
	}
	return ""
}

// hiding are programs that change files which the table of effects does not name.
var hiding = strings.Fields("a2dissite a2enconf a2disconf a2ensite chpasswd docker-php-ext-enable ldconfig setfacl update-alternatives")

// hides reports whether a command leaves what its effect does not name: it is one of those that do, unpacks an archive into a folder that
// others share, or sets up git for a program that calls it.
func (p *plan) hides(c artifact.Command, effect effects.Effect) bool {
	switch name := path.Base(c.Name()); {
	case slices.Contains(hiding, name):
		return true
	case name == "git" && !effect.Fetches:
		return slices.ContainsFunc(p.stage.Needs().Needs, func(n transform.Need) bool { return n.Step == nil && n.What == "command git" })
	}
	return effect.Into != "" && !slices.ContainsFunc(effect.Makes, func(m effects.Path) bool { return m.Name == effect.Into })
}

// entered reports whether a path is a folder that the stage works in.
func (p *plan) entered(name string) bool {
	return slices.ContainsFunc(p.stage.Stage.Instructions, func(in *transform.Instruction) bool {
		return in.Keyword == "WORKDIR" && p.stage.DirBehind(in) == name
	})
}

// link takes note of a symbolic link, which a copy would follow (BuildKit 0.33: a copy of a link by its own name is one of what it leads to): the
// runtime stage makes it by the same command. It returns why that cannot be done.
func (p *plan) link(c artifact.Command) string {
	made := p.places(effects.Of(c.Command).Makes)
	if len(made) == 0 {
		return "makes a link whose place is not known"
	}
	for _, m := range made {
		switch {
		case p.covered(m.Name) || p.stage.Tree.Removed(m.Name):
			continue
		case p.stage.Tree.Replaced(m.Name):
			return "makes a link in the place of what a step removes"
		case p.source(m.Name):
			return "makes a link among the sources"
		}
		var operands []string
		for _, w := range c.Words[1:] {
			if !strings.HasPrefix(w.Value, "-") {
				operands = append(operands, w.Value)
			}
		}
		if len(operands) != 2 || !path.IsAbs(operands[1]) || !c.Top || !c.Always || c.Made || slices.ContainsFunc(c.Words, func(w shell.Word) bool { return !w.Plain }) {
			return "makes a link in a way that cannot be repeated"
		}
		if why := p.leads(c, m.Name, operands[0]); why != "" {
			return why
		}
		p.repeated = append(p.repeated, strings.Join(strings.Fields(c.Evidence.Text), " "))
	}
	return ""
}

// leads adds what a link leads to among the sources. It returns why that cannot be told.
func (p *plan) leads(c artifact.Command, link, target string) string {
	if !path.IsAbs(target) {
		target = path.Join(path.Dir(link), target)
	}
	if p.covered(target) || !p.source(target) {
		return ""
	}
	context, ok := p.stage.Tree.Context(target)
	if !ok {
		return "links to " + target + ", and what that is is not known"
	}
	info, err := fs.Stat(p.stage.Files, context)
	if err != nil {
		return "links to " + target + ": " + err.Error()
	}
	p.add(artifact.File{Path: target, Folder: info.IsDir(), Because: c.Evidence})
	return ""
}
