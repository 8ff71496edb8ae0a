package slim

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

const kindBase = "base"

// floats says why an image with the tag latest stays.
const floats = "which release series it is of is not said; pass pin names it"

// run looks at the last stage alone: what ships besides it is built for its own sake by name, and a builder's size
// never ships.
func run(c *transform.Context) error {
	stage := c.Doc.Stages[len(c.Doc.Stages)-1]
	if c.Packages == nil {
		return nil
	}
	if parent := c.Doc.StageOf(stage.Base, stage); parent != nil {
		builtOnStage(c, parent)
		return nil
	}
	image, _ := stage.Image()
	warnOfSources(c, stage, image)
	if base, known := c.Bases.Base(image); known && base.Config != nil && slices.Contains(ofJava, family(image)) {
		succeed(c, stage, image)
		return nil
	}
	variant, ok := c.Packages.Slim(image)
	if !ok {
		if why := whyUnknown(c, image); why != "" {
			c.Missed(stage.From, kindBase, "%s stays: %s", image, why)
		}
		return nil
	}
	s := &slimming{Context: c, stage: stage, image: image, variant: variant, there: map[int]map[string]bool{}}
	if why := s.plan(); why != "" {
		c.Missed(stage.From, kindBase, "%s stays: %s", image, why)
		return nil
	}
	edits, why := s.edits()
	if why != "" {
		c.Missed(stage.From, kindBase, "%s stays: %s", image, why)
		return nil
	}
	title := "Use " + variant.Image
	if len(s.gaps) > 0 {
		title += ", with the packages that the build and the program use"
	}
	c.Report(transform.Finding{Kind: kindBase, Span: stage.From.Span, Message: title, Fix: &transform.Fix{
		Title: title, Level: s.level(), Evidence: s.evidence(), Estimate: s.saving, Edits: edits,
	}})
	return nil
}

// builtOnStage says why the base of a stage stays that the last one is built on.
func builtOnStage(c *transform.Context, parent *transform.Stage) {
	name := parent.Name
	for up := c.Doc.StageOf(parent.Base, parent); up != nil; up = c.Doc.StageOf(parent.Base, parent) {
		parent = up
	}
	image, _ := parent.Image()
	if _, ok := c.Packages.Slim(image); ok {
		c.Missed(parent.From, kindBase, "%s stays: the last stage is built on stage %s, and what else is made of that is not looked at", image, name)
	}
}

// whyUnknown says why the packages of an image, or of its slim variant, are not known; "" where it has no such variant as far as is
// known.
func whyUnknown(c *transform.Context, image string) string {
	base, _ := c.Bases.Base(image)
	tagged, _, digest := strings.Cut(image, "@")
	_, slim := c.Packages.Slim(tagged)
	_, pinnedSlim := c.Packages.Slim(base.Pinned)
	switch {
	case digest && slim:
		return "its digest means this image and no other"
	case base.Pinned != "" && pinnedSlim:
		return floats
	case base.Slim != "" && unlike[family(image)] != "":
		return unlike[family(image)]
	case base.Slim != "" && slices.Contains(archived, base.Release):
		return fmt.Sprintf("Debian %s is out of support, and which packages it and %s have is not known: a newer release has to come first", base.Release, base.Slim)
	case base.Slim != "" && base.Distro == "debian":
		return fmt.Sprintf("which packages it and %s have, or what programs in it use of them, is not known", base.Slim)
	}
	return ""
}

// unlike are the images whose slim variants differ from the full ones in more than the distribution's packages. Source: generate.pl of
// github.com/Perl/docker-perl, which has neither libdb-dev nor libgdbm-dev for the slim one, read 2026-11.
var unlike = map[string]string{
	"perl": "the Perl of its slim variant is built without DB_File, GDBM_File and NDBM_File, and which modules programs in Perl use is not looked for",
}

// family is the last part of an image's name, without tag and digest.
func family(image string) string {
	name, _, _ := strings.Cut(path.Base(image), ":")
	name, _, _ = strings.Cut(name, "@")
	return name
}

// archived are the releases of Debian that its mirrors no longer have. Source: www.debian.org/distrib/archive, read 2026-11.
var archived = []string{"wheezy", "jessie", "stretch", "buster"}

// A slimming is the change of one stage's base.
type slimming struct {
	*transform.Context
	stage *transform.Stage
	// image is the base, with the defaults of build arguments.
	image   string
	variant transform.SlimVariant
	needs   transform.StageNeeds
	// there holds the packages that are there in front of an instruction, by its index, on the slim variant.
	there map[int]map[string]bool
	// gaps are the needs that the slim variant does not meet, added the packages that meet them, sorted.
	gaps  []gap
	added []string
	// borrowings are the steps that install packages and remove them again, notBorrowed says why others do not.
	borrowings  []borrowing
	notBorrowed []string
	// check are the places where the build context would tell more, were it at hand.
	check []transform.UnknownNeed
}

// unseen reports whether something cannot be told for the one reason that there is no build context, and the build does not depend on
// it: what is copied, and what the program does when it runs, as far as anything of it is copied.
func (s *slimming) unseen(u transform.UnknownNeed) bool {
	if s.Files != nil {
		return false
	}
	return u.Step != nil && copies(u.Step) || u.Step == nil && slices.ContainsFunc(s.Doc.Instructions, copies)
}

// copies reports whether an instruction copies files of the build context.
func copies(in *transform.Instruction) bool {
	return (in.Keyword == "COPY" || in.Keyword == "ADD") && flag(in, "from") == ""
}

// level returns how sure the change is: what a program uses is a guess where its files are not at hand, and what an image has where that is
// known of another release.
func (s *slimming) level() transform.Level {
	if len(s.check) > 0 || s.variant.Archived != "" {
		return transform.Aggressive
	}
	return transform.Standard
}

// A gap is a need that the full image meets and the slim variant does not.
type gap struct {
	transform.Need
	// with is the package that closes it.
	with string
}

// plan finds out which packages to add. It returns why the base has to stay, "" if it need not.
func (s *slimming) plan() string {
	if why := s.refusal(); why != "" {
		return why
	}
	if s.variant.Archived != "" {
		s.needs = artifact.OnDebian(s.Context, s.image, s.variant.Release).Needs()
	} else {
		s.needs = s.Context.Needs()
	}
	for _, earlier := range s.variant.Earlier {
		if s.needs.Release == earlier.Release {
			s.variant = earlier
		}
	}
	for _, u := range s.needs.Unknowns {
		if !s.unseen(u) {
			return fmt.Sprintf("%s %s", place(u.Evidence), u.Reason)
		}
		s.check = append(s.check, u)
	}
	if why := s.removals(); why != "" {
		return why
	}
	if err := s.findGaps(); err != nil {
		return err.Error()
	}
	if s.variant.Archived != "" && len(s.gaps) > 0 {
		g := s.gaps[0]
		return fmt.Sprintf("%s uses %s, which %s lacks, and %s", place(g.Evidence), g.What, s.variant.Image, outOfArchive(s.variant.Archived))
	}
	return ""
}

// outOfArchive says why no package of a release can be installed.
func outOfArchive(release string) string {
	return fmt.Sprintf("the packages of Debian %s have moved to archive.debian.org, where apt does not look: a newer release has to come first", release)
}

// refusal says why nothing can be told of a stage, "" if nothing speaks against it.
func (s *slimming) refusal() string {
	base, _ := s.Bases.Base(s.image)
	switch develops := s.stage.Development(); {
	case develops != "":
		return fmt.Sprintf("%q is for an image to work in, and what is called there no file names", develops)
	case base.Pinned != "":
		return floats
	case s.variant.Archived != "" && slices.ContainsFunc(s.stage.Instructions, installsPackages):
		return outOfArchive(s.variant.Archived)
	case s.stage.Platform != "" && s.stage.Platform != "linux/amd64":
		return "what is known of packages is of linux/amd64"
	}
	for _, in := range s.stage.Instructions {
		switch in.Keyword {
		case "ONBUILD":
			return "what images that are built on this one use is not known"
		case "COPY":
			if from := flag(in, "from"); from != "" && !s.sameBase(from) {
				return fmt.Sprintf("what is copied from %s may use libraries that are not known", from)
			}
		}
	}
	switch process := s.process(); {
	case len(process) == 0:
		return "no CMD or ENTRYPOINT says what runs in it: who works in it, or builds on it, may use all that it has"
	case openEnded(process):
		return fmt.Sprintf("%q is for an image to work in, and what is called there no file names", strings.Join(process, " "))
	}
	return ""
}

// installsPackages reports whether an instruction calls a package manager of Debian.
func installsPackages(in *transform.Instruction) bool {
	script := in.Script()
	return script != nil && script.Shell != nil && slices.ContainsFunc(script.Shell.Commands, func(cmd *shell.Command) bool {
		use, ok := pkgmgr.Identify(cmd.Argv())
		return ok && use.Manager.Ecosystem == "debian"
	})
}

// sameBase reports whether a name is that of an earlier stage on the same image: what it makes then needs of the system what this stage has, as
// far as its own needs tell.
func (s *slimming) sameBase(name string) bool {
	stage := s.Doc.StageOf(name, s.stage)
	if stage == nil || stage.Name == "" {
		return false
	}
	image, ok := stage.Image()
	return ok && image == s.image
}

// flag returns the value of a flag of an instruction, "" if it has none.
func flag(in *transform.Instruction, name string) string {
	for _, f := range in.Flags() {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// evidence says where the variants are known from, and why each package is added.
func (s *slimming) evidence() []transform.Evidence {
	text := fmt.Sprintf("%s has %d packages, %s %d", s.image, len(s.variant.Full), s.variant.Image, len(s.variant.Slim))
	if s.variant.Archived != "" {
		text = fmt.Sprintf("what %s lacks, as on the release after %s, nothing here uses", s.variant.Image, s.variant.Archived)
	}
	list := []transform.Evidence{{Source: s.variant.Source, Text: text}}
	told := map[string]bool{}
	for _, g := range s.gaps {
		if told[g.with] {
			continue
		}
		told[g.with] = true
		e := g.Evidence
		e.Text = fmt.Sprintf("%s: %s, in %s", e.Text, g.What, g.with)
		list = append(list, e)
	}
	for _, b := range s.borrowings {
		list = append(list, transform.Evidence{Source: s.Doc.Name, Line: b.step.Line(), Text: strings.Join(b.names, ", ") + ": nothing else uses them, so that they are removed again in the layer of this step"})
	}
	for _, why := range s.notBorrowed {
		list = append(list, transform.Evidence{Source: s.Doc.Name, Text: why})
	}
	for _, u := range s.check {
		e := u.Evidence
		e.Text = "to be checked, there is no build context: " + u.Reason
		list = append(list, e)
	}
	return list
}
