package stages

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/internal/artifact"
	"dopt/internal/artifact/cfamily"
	"dopt/internal/artifact/dotnet"
	"dopt/internal/artifact/golang"
	"dopt/internal/artifact/java"
	"dopt/internal/artifact/node"
	"dopt/internal/artifact/rust"
	"dopt/transform"
	"dopt/transform/effects"
	"dopt/transform/pkgmgr"
)

// compiled are the languages whose programs need neither their source nor the tools when they run. Of others pass slim looks after the
// last stage of several.
var compiled = []artifact.Language{golang.Language, rust.Language, java.Language, dotnet.Language, cfamily.Language}

// The kinds of fixes of the last of several stages: on a base of the same distribution, and on the smallest there is.
const (
	kindFinal         = "final"
	kindFinalSmallest = "final-smallest"
)

// toolchains are images whose purpose is to build; the variants jre of those of Java are not.
var toolchains = strings.Fields("golang rust gcc maven gradle openjdk eclipse-temurin")

// toolchain reports whether an image is one to build with.
func toolchain(image string) bool {
	_, tag, _ := strings.Cut(path.Base(image), ":")
	return slices.Contains(toolchains, family(image)) && !slices.Contains(strings.Split(tag, "-"), "jre") || strings.HasPrefix(image, dotnet.Toolchain)
}

// A final is the plan for a last stage that copies from one that builds.
type final struct {
	*plan
	last      *transform.Stage
	transfers []artifact.Transfer
	// needed are the files of each transfer that the image needs; a transfer that is not in it stays as it is.
	needed map[*transform.Instruction][]artifact.Transfer
	// kept is why a folder with sources is taken along whole.
	kept string
}

// finish improves the last of several stages: an image to build with as its base, and sources that it takes along.
func finish(c *transform.Context, last *transform.Stage) {
	build := sourceStage(last)
	if build != nil && candidate(build, []artifact.Language{node.Language}) {
		prune(c, build, last)
	}
	if build == nil || !candidate(build, compiled) {
		return
	}
	image, _ := last.Image()
	why := refusal(c, build)
	if why == "" {
		why = refusal(c, last)
	}
	var s *artifact.Stage
	var transfers []artifact.Transfer
	if why == "" {
		s, transfers, why = artifact.Join(c, build, last)
	}
	worth := slices.ContainsFunc(transfers, func(t artifact.Transfer) bool { return t.Folder || path.Ext(t.To) == ".jar" })
	switch {
	case !toolchain(image) && (why != "" || !worth):
		return
	case why != "":
		c.Missed(last.From, kindFinal, "stays as it is: %s", why)
		return
	}
	for _, l := range compiled {
		a := l.Find(s)
		if a == nil {
			continue
		}
		f := &final{plan: &plan{Context: c, stage: s, artifact: a, style: c.Doc.Style()}, last: last, transfers: transfers}
		if a.Layers != nil && f.transferOf(a.Layers, build) == nil {
			a.Whole = transform.UnknownNeed{Evidence: a.Layers.Because, Reason: "is copied with flags or with more, or another stage uses the one that builds it"}
			a.Layers = nil
		}
		if !toolchain(image) && !slices.ContainsFunc(transfers, f.takesSources) && a.Layers == nil {
			f.inOneLayer()
			return
		}
		if why := f.make(); why != "" {
			c.Missed(last.From, kindFinal, "stays as it is: %s", why)
			return
		}
		f.report()
		return
	}
}

// sourceStage returns the stage that the last one copies from, nil where it copies from none, or is built on one.
func sourceStage(last *transform.Stage) *transform.Stage {
	if last.From.Document().StageOf(last.Base, last) != nil {
		return nil
	}
	for _, in := range last.Instructions {
		if build := artifact.SourceOf(in); build != nil {
			return build
		}
	}
	return nil
}

// make finds out what the image needs of each copy, and on what it can run. It returns why the stage has to stay as it is.
func (f *final) make() string {
	for _, step := range []func() string{f.unknowns, f.started, f.steps, f.ownSteps, f.named, f.contextLinks} {
		if why := step(); why != "" {
			return why
		}
	}
	f.packages, f.repeated, f.accounts, f.linked = nil, nil, nil, false // the last stage has its own
	f.narrow()
	image, _ := f.last.Image()
	if !toolchain(image) {
		return ""
	}
	why := f.runtimeNeeds()
	if why == "" {
		why = f.runsOn(image)
	}
	if len(f.needed) == 0 {
		return why
	}
	return ""
}

// distributions are the ecosystems of package managers whose packages are there for the new base as well.
var distributions = []string{"debian", "alpine"}

// ownSteps says which step of the last stage may use what it does not get any more.
func (f *final) ownSteps() string {
	for _, c := range f.stage.Final.Commands {
		if name := path.Base(c.Name()); !prepares(c) && !(slices.Contains(givers, name) && f.keepsAll(c)) {
			return fmt.Sprintf("line %d runs %s, and what that uses is not known", c.Evidence.Line, name)
		}
	}
	for _, in := range f.stage.Final.Opaque {
		return fmt.Sprintf("what line %d does is not known", in.Line())
	}
	return ""
}

// prepares reports whether a command of the last stage uses nothing of what that copies: it installs packages of the distribution, or makes
// users and folders.
func prepares(c artifact.Command) bool {
	name := path.Base(c.Name())
	use, managed := pkgmgr.Identify(c.Argv())
	return managed && slices.Contains(distributions, use.Manager.Ecosystem) && use.Verb != pkgmgr.Remove ||
		slices.Contains(accounts, name) || name == "mkdir" || name == "rm" && strings.Contains(c.Evidence.Text, "/var/lib/apt/lists")
}

// keepsAll reports whether all that a command gives away is there, or holds what is.
func (f *final) keepsAll(c artifact.Command) bool {
	return !slices.ContainsFunc(effects.Of(c.Command).Changes, func(changed effects.Path) bool {
		name := strings.TrimSuffix(changed.Name, "/")
		return !f.covered(name) && !slices.ContainsFunc(f.files, func(file artifact.File) bool { return artifact.Within(file.Path, name) })
	})
}

// takesSources reports whether a copy is one of a folder that has sources.
func (f *final) takesSources(t artifact.Transfer) bool {
	return t.Folder && slices.ContainsFunc(f.artifact.Sources, func(dir string) bool { return artifact.Within(dir, t.From) || artifact.Within(t.From, dir) })
}

// narrow finds out which files of a folder with sources the image needs, and where both stages have them.
func (f *final) narrow() {
	f.needed = map[*transform.Instruction][]artifact.Transfer{}
	for _, t := range f.transfers {
		cp, plain := t.In.Command.(*instructions.CopyCommand)
		if !f.takesSources(t) || !plain || len(cp.SourcePaths) != 1 || len(t.In.Flags()) != 1 {
			continue
		}
		list := f.parts(t)
		if slices.ContainsFunc(list, func(o artifact.Transfer) bool { return o.To == t.To }) || len(list) == 0 {
			continue // it needs all of it
		}
		if f.kept = f.givesAway(); f.kept == "" {
			f.needed[t.In] = list
		}
	}
}

// parts returns the files of a copy that the image needs.
func (f *final) parts(t artifact.Transfer) (list []artifact.Transfer) {
	for _, file := range f.files {
		for _, root := range []string{t.To, t.From} {
			if !artifact.Within(file.Path, root) {
				continue
			}
			rest := strings.TrimPrefix(file.Path, root)
			one := artifact.Transfer{In: t.In, From: path.Join(t.From, rest), To: path.Join(t.To, rest), Folder: file.Folder}
			if !slices.Contains(list, one) {
				list = append(list, one)
			}
			break
		}
	}
	return list
}

// givesAway says which command of the stage that builds gives files to a user: folders that are made anew would be root's.
func (f *final) givesAway() string {
	for _, c := range f.stage.Commands {
		if name := path.Base(c.Name()); name != "chmod" && slices.Contains(givers, name) {
			return fmt.Sprintf("%s, line %d, gives away files, and folders that are copied anew would be root's", c.Evidence.Source, c.Evidence.Line)
		}
	}
	return ""
}

// runsOn finds the bases to run on instead of an image to build with, one a level. It returns why there is none.
func (f *final) runsOn(image string) string {
	for _, dir := range f.stage.Path() {
		if !strings.Contains(systemPath, dir) && slices.ContainsFunc(f.files, func(file artifact.File) bool { return artifact.Within(file.Path, dir) }) {
			return "programs are found in " + dir + ", which is in the PATH of " + image
		}
	}
	taken := map[transform.Level]bool{}
	for _, b := range f.artifact.Bases {
		if b.Level != transform.Standard && f.usesSystem() {
			f.smallest = b.Image + " lacks a shell and users, of which an instruction makes use"
			continue
		}
		if taken[b.Level] || b.Image == image {
			continue
		}
		b.Provides = slices.Clone(b.Provides)
		for _, i := range f.stage.Needs().Installs {
			b.Provides = append(b.Provides, i.Name)
		}
		o, ok := f.option(b)
		if b.Level == transform.Standard {
			o.users = false // its own steps make them
		}
		switch {
		case ok && !o.users && len(o.files) == 0:
			taken[b.Level] = true
			f.options = append(f.options, o)
		case b.Level == transform.Standard:
		case ok:
			f.smallest = b.Image + " lacks users or certificates, which would have to be copied"
		default:
			f.smallest = b.Image + " lacks " + f.lacks
		}
	}
	switch {
	case len(f.artifact.Bases) == 0:
		return "no image with the runtime alone is known that goes with " + image
	case len(f.options) == 0:
		return f.without()
	case !taken[transform.Aggressive]:
		f.leanSteps()
	}
	f.layered()
	return ""
}

// usesSystem reports whether an instruction of the last stage needs a shell, or a list of users.
func (f *final) usesSystem() bool {
	return slices.ContainsFunc(f.last.Instructions, func(in *transform.Instruction) bool {
		return in.Keyword == "RUN" || slices.ContainsFunc(in.Flags(), func(flag transform.Flag) bool { return flag.Name == "chown" && namesOwner(flag.Value) })
	})
}

// report reports a fix for each base that is an answer at its level, the boldest first, or one that keeps the base, if there is anything to do.
func (f *final) report() {
	if len(f.options) == 0 && len(f.needed) == 0 && f.artifact.Layers == nil {
		if f.kept != "" {
			f.Missed(f.last.From, kindFinal, "takes the sources along: %s", f.kept)
		}
		return
	}
	for _, o := range f.options {
		f.fix(o)
	}
	if len(f.options) > 0 {
		return
	}
	if f.artifact.Layers != nil {
		f.fix(option{layers: f.artifact.Layers})
	}
	if len(f.needed) > 0 {
		f.fix(option{})
	}
}

// fix reports the fix for a base, that of an option without an image for the one that is there.
func (f *final) fix(o option) {
	kind, level := kindFinal, transform.Standard
	var title []string
	var edits []transform.Edit
	var bolder *transform.Finding
	if o.base.Image != "" {
		level = o.base.Level
		bolder = f.bolder(o, kindFinalSmallest)
		on := "run on " + o.base.Image
		if len(o.without) > 0 {
			on += " without " + strings.Join(o.without, ", ") + ", which nothing that it runs calls"
		}
		title = append(title, on)
		edits = slices.Concat(o.base.Edits, f.release(o), f.rebase(o))
		if in := f.startedBy(); o.exec {
			edits = append(edits, in.Replace(f.text(o, in)))
		}
	}
	for _, t := range f.transfers {
		if list := f.needed[t.In]; len(list) > 0 {
			title = append(title, fmt.Sprintf("take what it needs of %s", t.From))
			edits = append(edits, t.In.Replace(f.copies(t.In, list)))
		}
	}
	if l := o.layers; l != nil {
		level = transform.Aggressive
		title = append(title, "copy the libraries of "+path.Base(l.File)+" in a layer of their own")
		edits = append(edits, f.layerEdits(o)...)
	}
	if level == transform.Aggressive {
		kind = kindFinalSmallest
	}
	text := strings.Join(title, ", and ")
	text = strings.ToUpper(text[:1]) + text[1:]
	f.Report(transform.Finding{Kind: kind, Span: f.last.From.Span, Message: text, Fix: &transform.Fix{
		Title: text, Level: level, Evidence: f.evidence(o), Edits: edits, Bolder: bolder,
	}})
}

// rebase returns the edits that change the base, with the packages and the working directory that only the old one had.
func (f *final) rebase(o option) []transform.Edit {
	edits := []transform.Edit{{Span: f.last.From.Args().Span(0, len(f.last.Base)), New: o.base.Image}}
	lines := append(f.variables(o), f.preparation(o)...)
	base, _ := f.Bases.Base(o.base.Image)
	if dir := f.stage.Final.Base.Config.WorkingDir; dir != base.Config.WorkingDir && dir != "" && f.usesDir() {
		lines = append(lines, f.style.Keyword("WORKDIR")+" "+dir)
	}
	if len(lines) > 0 {
		edits = append(edits, f.last.From.InsertAfter(strings.Join(lines, "\n"))...)
	}
	return edits
}

// usesDir reports whether an instruction works in the directory of the base, in front of the first that sets another one.
func (f *final) usesDir() bool {
	for _, in := range f.last.Instructions {
		switch in.Keyword {
		case "WORKDIR":
			return !path.IsAbs(in.Args().Text)
		case "RUN":
			return true
		case "COPY", "ADD":
			words := strings.Fields(in.Args().Text)
			if len(words) > 0 && !path.IsAbs(strings.Trim(words[len(words)-1], `"]`)) {
				return true
			}
		}
	}
	return true
}

// copies returns the instructions that take the place of a copy of a folder.
func (f *final) copies(in *transform.Instruction, list []artifact.Transfer) string {
	var lines []string
	for _, t := range list {
		lines = append(lines, in.Node.Value+" --from="+in.Flags()[0].Value+" "+t.From+" "+t.To)
	}
	return strings.Join(lines, "\n")
}
