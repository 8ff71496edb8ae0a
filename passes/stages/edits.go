package stages

import (
	"cmp"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
)

// buildName is what the build stage is called where the file has no name for it.
const buildName = "build"

// edits returns the edits that make two stages of one: the name of the first, and the beginning of the second behind the last
// instruction that changes files. What the file declares below that stays where it is; what it declares above is
// moved, or repeated where the build needs it as well.
func (p *plan) edits(o option) []transform.Edit {
	stage := p.stage.Stage
	last := p.stage.LastStep()
	name := stage.Name
	var edits []transform.Edit
	if name == "" {
		name = buildName
		at := stage.From.TextSpan().End
		edits = append(edits, transform.Edit{Span: transform.Span{Start: at, End: at}, New: " " + p.style.Keyword("AS") + " " + name})
	}
	edits = append(edits, o.base.Edits...)
	edits = append(edits, p.release(o)...)
	var lines []string
	if command := cmp.Or(o.base.Last, p.artifact.Last); command != "" {
		lines = append(lines, p.style.Keyword("RUN")+" "+command)
	}
	if l := o.layers; l != nil {
		lines = append(lines, p.style.Keyword("RUN")+" "+l.Command)
	}
	lines = append(lines, "", p.style.Keyword("FROM")+" "+o.base.Image)
	lines = append(lines, p.arguments(last)...)
	lines = append(lines, p.preparation(o)...)
	for _, f := range slices.Concat(p.files, o.files) {
		if l := o.layers; l != nil && f.Path == l.File {
			lines = append(lines, p.layers(l)...)
		} else if to, elsewhere := o.base.Places[f.Path]; !elsewhere {
			lines = append(lines, p.copied(f.Path, f.Path))
		} else if to != "" {
			lines = append(lines, p.copied(f.Path, to))
		}
	}
	if p.linked {
		lines = append(lines, p.style.Keyword("RUN")+" ldconfig")
	}
	declared, moved := p.declarations(o, last)
	for _, in := range moved {
		edits = append(edits, p.takeOut(in))
	}
	lines = append(lines, declared...)
	edits = append(edits, last.InsertAfter(strings.Join(lines, "\n"))...)
	if in := p.startedBy(); o.rewords() && in.Index > last.Index {
		edits = append(edits, in.Replace(p.text(o, in)))
	}
	return edits
}

// takeOut returns the edit that removes an instruction, with one of two blank lines around it.
func (p *plan) takeOut(in *transform.Instruction) transform.Edit {
	e := in.Delete()
	if src := string(p.Doc.Src); strings.HasSuffix(src[:e.Start], "\n\n") && strings.HasPrefix(src[e.End:], "\n") {
		e.End++
	}
	return e
}

// release returns the edit that names the release in the tag of the build stage, where that goes with newer ones from time to time and the
// image depends on the one release: the program is linked with the C library, the base has an interpreter of its own, or names a release.
func (p *plan) release(o option) []transform.Edit {
	s := p.stage
	linked := o.base.Places != nil || o.named || len(o.base.Edits) == 0 && slices.ContainsFunc(p.needs, func(n transform.Need) bool { return slices.Contains(n.Packages, "libc6") })
	name, _, _ := strings.Cut(s.Image, ":")
	at := s.Stage.From.Args().Span(0, len(s.Stage.Base))
	named := artifact.NameRelease(p.Bases, s.Image, s.Base.Release)
	if !linked || name == "debian" || named == s.Image || string(p.Doc.Src[at.Start:at.End]) != s.Image {
		return nil
	}
	return []transform.Edit{{Span: at, New: named}}
}

// scope is the part of the file that becomes the build stage, and does not ship any more.
func (p *plan) scope() transform.Span {
	return transform.Span{Start: p.stage.Stage.From.Span.End, End: p.stage.LastStep().Span.End}
}

// copied returns the instruction that copies a path of the build stage.
func (p *plan) copied(from, to string) string {
	name := p.stage.Stage.Name
	if name == "" {
		name = buildName
	}
	return p.style.Keyword("COPY") + " --from=" + name + " " + from + " " + to
}

// layers returns the instructions that copy the folders of a file that is taken apart.
func (p *plan) layers(l *artifact.Layers) (lines []string) {
	for _, folder := range l.Folders {
		lines = append(lines, p.copied(folder+"/", strings.TrimSuffix(path.Dir(l.File), "/")+"/"))
	}
	return lines
}

// mirror returns the command that chooses a mirror of Debian for what the runtime stage installs, "" where none is asked for or the file has its
// own way.
func (p *plan) mirror(o option) string {
	base, ok := p.Bases.Base(o.base.Image)
	if !ok || base.Distro != "debian" || len(p.settings) > 0 || strings.Contains(string(p.Doc.Src), transform.MirrorArgument) {
		return ""
	}
	return p.Settings.SwitchMirror(base.Release)
}

// preparation returns the steps that run in the runtime stage.
func (p *plan) preparation(o option) (lines []string) {
	if len(o.install) > 0 {
		install := "apt-get install -y"
		if !p.recommends {
			install += " --no-install-recommends"
		}
		for _, name := range o.install {
			install += " \\\n" + p.style.Indent + p.style.Indent + name
		}
		commands := []string{"apt-get update", install, "rm -rf /var/lib/apt/lists/*"}
		for _, f := range p.settings {
			lines = append(lines, p.copied(f.Path, f.Path))
		}
		if mirror := p.mirror(o); mirror != "" {
			lines = append(lines, p.style.DeclareMirror())
			commands = slices.Insert(commands, 0, mirror)
		}
		joint := " && \\\n" + p.style.Indent
		if p.style.AndFirst {
			joint = " \\\n" + p.style.Indent + "&& "
		}
		lines = append(lines, p.style.Keyword("RUN")+" "+strings.Join(commands, joint))
	}
	if o.users {
		for _, list := range []string{"/etc/passwd", "/etc/group"} {
			lines = append(lines, p.copied(list, list))
		}
	} else if len(p.repeated) > 0 {
		lines = append(lines, p.style.Keyword("RUN")+" "+strings.Join(p.repeated, " && "))
	}
	if o.base.Places != nil {
		return lines
	}
	for _, in := range p.artifact.Repeat {
		lines = append(lines, strings.TrimRight(in.Source(), "\r\n"))
	}
	return lines
}

// moved are the keywords of declarations that mean nothing to the build, repeated those that do.
var (
	moved    = strings.Fields("LABEL EXPOSE VOLUME HEALTHCHECK STOPSIGNAL ENTRYPOINT CMD MAINTAINER")
	repeated = strings.Fields("ENV USER SHELL WORKDIR")
)

// declarations returns what is declared in front of an instruction, as text for the runtime stage, and which instructions
// the build stage can do without.
func (p *plan) declarations(o option, last *transform.Instruction) (lines []string, out []*transform.Instruction) {
	lines = append(p.inherited(o, last), p.entrypoint(o)...)
	list := p.above(last)
	for i, in := range list {
		again := slices.ContainsFunc(list[i+1:], func(o *transform.Instruction) bool { return o.Keyword == in.Keyword })
		text := p.text(o, in)
		switch {
		case slices.Contains(moved, in.Keyword):
			if in.Comment.Len() > 0 {
				text = string(p.Doc.Src[in.Comment.Start:in.Comment.End]) + text
			}
			lines = append(lines, text)
			out = append(out, in)
		case in.Keyword == "WORKDIR" && (again || p.entersBelow(last)):
		case in.Keyword == "WORKDIR":
			lines = append(lines, p.style.Keyword("WORKDIR")+" "+p.stage.DirBehind(last))
		case in.Keyword == "ENV", slices.Contains(repeated, in.Keyword) && !again:
			lines = append(lines, text)
		}
	}
	return lines, out
}

// rewords reports whether the process is written in other words, or in exec form, than it was.
func (o option) rewords() bool { return o.exec || len(o.base.Options) > 0 || o.base.Words != nil }

// text returns an instruction as the runtime stage has it.
func (p *plan) text(o option, in *transform.Instruction) string {
	if !o.rewords() || in != p.startedBy() {
		return strings.TrimRight(in.Source(), "\r\n")
	}
	var b strings.Builder
	words := p.stage.Start.Words
	if o.base.Words != nil {
		words = o.base.Words
	}
	words = slices.Insert(slices.Clone(words), 1, o.base.Options...)
	for i, w := range words {
		if i > 0 {
			b.WriteString(", ")
		}
		var word strings.Builder
		one := json.NewEncoder(&word)
		one.SetEscapeHTML(false)
		_ = one.Encode(w) // a text is always JSON
		b.WriteString(strings.TrimSuffix(word.String(), "\n"))
	}
	return in.Node.Value + " [" + b.String() + "]"
}

// above returns the instructions in front of one.
func (p *plan) above(last *transform.Instruction) []*transform.Instruction {
	return p.stage.Stage.Instructions[:slices.Index(p.stage.Stage.Instructions, last)+1]
}

// entersBelow reports whether an absolute WORKDIR follows an instruction, so that the directory there makes no difference.
func (p *plan) entersBelow(in *transform.Instruction) bool {
	for in = in.Next(); in != nil; in = in.Next() {
		if in.Keyword == "WORKDIR" {
			return path.IsAbs(in.Args().Text)
		}
	}
	return false
}

// variables returns the variables of the old base that the new one does not set, and that the program reads, with PATH, where a program is found by
// it in a folder of its own.
func (p *plan) variables(o option) (lines []string) {
	base, _ := p.Bases.Base(o.base.Image)
	var own []string
	for _, dir := range p.stage.Path() {
		if slices.ContainsFunc(p.files, func(f artifact.File) bool { return path.Dir(f.Path) == dir || f.Folder && artifact.Within(dir, f.Path) }) {
			own = append(own, dir)
		}
	}
	for _, v := range p.stage.Final.Base.Config.Env {
		below := func(dir string) bool { return strings.Contains(v.Value, dir) && !strings.Contains(systemPath, dir) }
		again := base.Config != nil && slices.Contains(base.Config.Env, v)
		if !again && (v.Name == "PATH" && slices.ContainsFunc(own, below) || slices.Contains(p.artifact.Variables, v.Name)) {
			lines = append(lines, p.style.Keyword("ENV")+" "+v.Name+"="+v.Value)
		}
	}
	if o.base.Programs != "" {
		lines = append(lines, p.style.Keyword("ENV")+" PATH=$PATH:"+o.base.Programs)
	}
	return lines
}

// inherited returns what the old base declares, the new one does not, and the program needs: variables, and the working directory, where the
// file sets none.
func (p *plan) inherited(o option, last *transform.Instruction) []string {
	lines := p.variables(o)
	workdir := slices.ContainsFunc(p.above(last), func(in *transform.Instruction) bool { return in.Keyword == "WORKDIR" })
	if dir := p.stage.DirBehind(last); !workdir && !p.entersBelow(last) && dir != "/" && dir != "" {
		lines = append(lines, p.style.Keyword("WORKDIR")+" "+dir)
	}
	return lines
}

// entrypoint returns what takes away the entrypoint of the base, where the image had none.
func (p *plan) entrypoint(o option) []string {
	base, _ := p.Bases.Base(o.base.Image)
	if c := base.Config; c == nil || len(c.Entrypoint) == 0 && !slices.Contains(c.Unknown, "entrypoint") {
		return nil
	}
	old := p.stage.Base
	had := len(old.Config.Entrypoint) > 0 || slices.Contains(old.Config.Unknown, "entrypoint")
	if had && old.Entrypoint == transform.PassesThrough && base.Entrypoint != transform.PassesThrough {
		had = false // it starts the words of CMD as they are
	}
	if p.stage.Start.Entrypoint != nil || had {
		return nil
	}
	return []string{p.style.Keyword("ENTRYPOINT") + " []"}
}

// systemPath is the PATH of images that do not set another one.
const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// arguments returns the ARG instructions above an instruction whose values the declarations use.
func (p *plan) arguments(last *transform.Instruction) (lines []string) {
	var used strings.Builder
	for _, in := range p.stage.Stage.Instructions {
		if slices.Contains(moved, in.Keyword) || slices.Contains(repeated, in.Keyword) {
			used.WriteString(in.Args().Text + "\n")
		}
	}
	for _, in := range p.above(last) {
		if in.Keyword != "ARG" {
			continue
		}
		name, _, _ := strings.Cut(in.Args().Text, "=")
		if strings.Contains(used.String(), "$"+name) || strings.Contains(used.String(), "${"+name) {
			lines = append(lines, strings.TrimRight(in.Source(), "\r\n"))
		}
	}
	return lines
}

// evidence returns the three steps of the plan.
func (p *plan) evidence(o option) []transform.Evidence {
	tell := func(e transform.Evidence, text string) transform.Evidence {
		e.Text += ": " + text
		return e
	}
	var list []transform.Evidence
	for _, e := range p.artifact.Evidence {
		list = append(list, tell(e, "builds the artifact"))
	}
	for _, f := range slices.Concat(p.files, o.files) {
		if !slices.Contains(p.artifact.Programs, f.Path) {
			list = append(list, tell(f.Because, "needs "+f.Path))
		}
	}
	for _, f := range p.settings {
		list = append(list, tell(f.Because, "says in "+f.Path+" where packages come from"))
	}
	if l := o.layers; l != nil {
		list = append(list, tell(l.Because, "takes "+l.File+" apart"))
	}
	if list = append(list, o.because...); o.base.Image != "" {
		list = append(list, tell(o.base.Because, "it runs on "+o.base.Image))
	}
	return list
}
