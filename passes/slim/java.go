package slim

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/internal/artifact"
	"dopt/internal/artifact/java"
	"dopt/transform"
	"dopt/transform/pkgmgr"
	"dopt/transform/shell"
)

// ofJava are the images whose place eclipse-temurin has taken: java was renamed openjdk in 2016. Source: hub.docker.com/_/openjdk,
// hub.docker.com/_/java, read 2026-11.
var ofJava = []string{"openjdk", "java"}

// succeed reports the change of an image of OpenJDK, which gets no updates any more, for the one of Eclipse Temurin with the same
// version of Java; where something of the stage may depend on what else differs, it says what.
func succeed(c *transform.Context, stage *transform.Stage, image string) {
	s := &succession{slimming: &slimming{Context: c, stage: stage, image: image}}
	why := s.find()
	if why == "" {
		why = cmp.Or(s.steps(), s.files(), s.uses())
	}
	edit, broken := s.base()
	if why = cmp.Or(why, broken); why != "" {
		c.Missed(stage.From, kindBase, "%s stays, which gets no updates any more: %s", image, why)
		return
	}
	title := "Use " + s.variant.Image + ", whose Java still gets updates"
	c.Report(transform.Finding{Kind: kindBase, Span: stage.From.Span, Message: title, Fix: &transform.Fix{
		Title: title, Level: transform.Aggressive, Evidence: s.because(), Edits: []transform.Edit{edit},
	}})
}

// A succession is the change of an image of OpenJDK for the one of Eclipse Temurin.
type succession struct {
	*slimming
	// from and to are what is known of the two.
	from, to transform.Base
	// system says for people which distribution to is on.
	system string
}

// find looks for the image with the same version of Java. It returns why there is none.
func (s *succession) find() string {
	name, tag, _ := strings.Cut(s.image, ":")
	words := strings.Split(strings.TrimPrefix(tag, "openjdk-"), "-") // as the image java called them
	version := words[0]
	switch {
	case strings.Contains(s.stage.Base, "$"):
		return "a build argument names it"
	case version == "" || strings.Contains(s.image, "@") || strings.Trim(version[:1], "0123456789") != "":
		return "which version of Java it has is not said"
	case strings.Trim(version, "0123456789") != "":
		return "its tag asks for one update of Java, " + version + ", and none of eclipse-temurin goes by that name"
	case s.stage.Platform != "" && s.stage.Platform != "linux/amd64":
		return "what is known of eclipse-temurin is of linux/amd64"
	}
	kept := []string{version}
	for _, w := range words[1:] {
		switch w {
		case "jdk", "jre", "alpine":
			kept = append(kept, w)
		case "slim":
		default:
			return "its tag asks for " + w + ", on which eclipse-temurin is not"
		}
	}
	s.variant.Image = strings.TrimSuffix(name, family(s.image)) + "eclipse-temurin:" + strings.Join(kept, "-")
	s.from, _ = s.Bases.Base(s.image)
	var ok bool
	if s.to, ok = s.Bases.Base(s.variant.Image); !ok || s.to.Config == nil || slices.Contains(s.to.Config.Unknown, "entrypoint") {
		return "eclipse-temurin has no Java " + version + " that gets any: a newer version has to come first"
	}
	s.system = map[string]string{"ubuntu": "Ubuntu", "alpine": "a newer Alpine"}[s.to.Distro]
	return ""
}

// traces are what texts have that depend on where OpenJDK's images have Java, or on how they spell its version.
func traces() []string {
	return append(slices.Clone(java.OpenJDKHomes), "/docker-java-home", "/etc/ssl/certs/java", "/usr/bin/java", "/usr/bin/jar", "/usr/bin/keytool", "JAVA_VERSION", "JAVA_DEBIAN_VERSION", "alternatives")
}

// accounts are the commands that create users and groups.
var accounts = strings.Fields("useradd adduser groupadd addgroup")

// distributions are the ecosystems of the package managers of distributions.
var distributions = strings.Fields("debian alpine rpm")

// steps says which instruction depends on more than the version of Java.
func (s *succession) steps() string {
	starts := false
	for _, in := range s.stage.Instructions {
		if i := slices.IndexFunc(traces(), func(t string) bool { return strings.Contains(in.Text().Text, t) }); i >= 0 {
			return fmt.Sprintf("line %d names %s, and that differs in %s", in.Line(), traces()[i], s.variant.Image)
		}
		switch in.Keyword {
		case "ONBUILD":
			return "what images that are built on this one use is not known"
		case "CMD", "ENTRYPOINT":
			starts = true
		case "COPY":
			if from := flag(in, "from"); from != "" && !s.portable(in, from) {
				return fmt.Sprintf("what line %d copies from %s may have been made for the old system", in.Line(), from)
			}
		}
		if why := cmp.Or(s.commands(in), s.shell(in)); why != "" {
			return why
		}
	}
	if !starts {
		return "what is started in it no instruction says, and eclipse-temurin starts something else by itself"
	}
	return ""
}

// commands says which command of an instruction depends on the distribution.
func (s *succession) commands(in *transform.Instruction) string {
	script := in.Script()
	if script == nil || script.Shell == nil {
		return ""
	}
	for _, cmd := range script.Shell.Commands {
		use, ok := pkgmgr.Identify(cmd.Argv())
		name := path.Base(cmd.Name())
		switch {
		case ok && slices.Contains(distributions, use.Manager.Ecosystem), name == "dpkg", name == "rpm":
			return fmt.Sprintf("line %d calls %s, and packages may go by other names on %s, where eclipse-temurin is", in.Line(), name, s.system)
		case slices.Contains(accounts, name) && !slices.ContainsFunc(cmd.Argv(), func(w string) bool { return w == "--system" || w == "-r" || w == "-S" }):
			return fmt.Sprintf("line %d calls %s, and whoever it creates may get another number on %s, where eclipse-temurin is", in.Line(), name, s.system)
		}
	}
	return ""
}

// shell says where a script is one for bash, which is sh on Oracle Linux and not on Ubuntu.
func (s *succession) shell(in *transform.Instruction) string {
	script := in.Script()
	if s.from.Distro != "oraclelinux" || script == nil || script.Form == transform.FormExec {
		return ""
	}
	if mark := shell.BashMark(script.Text); mark != "" {
		return fmt.Sprintf("line %d has `%s`, and sh is bash on Oracle Linux and not on Ubuntu, where eclipse-temurin is", in.Line(), mark)
	}
	return ""
}

// archives are the kinds of files that hold classes.
var archives = []string{".jar", ".war", ".ear"}

// portable reports whether what is copied from a stage, or another image, holds classes and no programs: archives, and what a stage of
// Java makes whose steps install nothing else.
func (s *succession) portable(in *transform.Instruction, from string) bool {
	c, ok := in.Command.(*instructions.CopyCommand)
	if ok && !slices.ContainsFunc(c.SourcePaths, func(p string) bool { return !slices.Contains(archives, path.Ext(p)) }) {
		return true
	}
	stage := s.Doc.StageOf(from, s.stage)
	if stage == nil {
		return false
	}
	image, _ := stage.Image()
	base, known := s.Bases.Base(image)
	hasJava := known && base.Config != nil && slices.ContainsFunc(base.Config.Env, func(v transform.ImageVariable) bool { return v.Name == "JAVA_VERSION" })
	return hasJava && !slices.ContainsFunc(stage.Instructions, func(in *transform.Instruction) bool { return s.commands(in) != "" })
}

// prose are the extensions of files that no program reads, or that are no text.
var prose = strings.Fields(".md .txt .adoc .html .class .png .jpg .gif .gz .zip .jar .war .ear")

// calls are what sources in Java have that start other programs, or load libraries.
var calls = strings.Fields("ProcessBuilder( getRuntime().exec( System.load( System.loadLibrary(")

// files says which file of the build context depends on more than the version of Java: of those that the stage copies, and the stages that it
// takes something of.
func (s *succession) files() string {
	if s.Files == nil {
		return ""
	}
	stages := []*transform.Stage{s.stage}
	for _, in := range s.stage.Instructions {
		if from := s.Doc.StageOf(flag(in, "from"), s.stage); from != nil && !slices.Contains(stages, from) {
			stages = append(stages, from)
		}
	}
	for i, stage := range stages {
		look := artifact.Look(s.Context, stage)
		text := func(name string) bool {
			return !slices.Contains(prose, path.Ext(name)) && name != path.Base(s.Doc.Name)
		}
		if where, mark, ok := look.FirstCall(text, traces()); ok {
			return fmt.Sprintf("%s names %s, and that differs in %s", where, mark, s.variant.Image)
		}
		source := func(name string) bool {
			return path.Ext(name) == ".java" || path.Ext(name) == ".kt" || path.Ext(name) == ".scala"
		}
		if where, mark, ok := look.FirstCall(source, calls); ok && i > 0 {
			return fmt.Sprintf("%s calls %s, and what that uses is not looked for in another stage", where, strings.TrimSuffix(mark, "("))
		}
		if look.Partial {
			return "the build context has more than is looked at"
		}
		if start := look.Start.Program; i == 0 && s.from.Distro == "oraclelinux" && path.Base(start) != "java" {
			return fmt.Sprintf("it starts %s, and sh is bash on Oracle Linux and not on Ubuntu, where eclipse-temurin is", cmp.Or(start, "what is not known"))
		}
	}
	return ""
}

// uses says what of the old image the stage uses, or may use, that the new one is not known to have.
func (s *succession) uses() string {
	needs := artifact.OnDebian(s.Context, s.image, artifact.DebianRelease(s.to.Release)).Needs()
	for _, u := range needs.Unknowns {
		if !s.unseen(u) && !java.AboutJar(u) {
			return fmt.Sprintf("%s %s", place(u.Evidence), u.Reason)
		}
		s.check = append(s.check, u)
	}
	there := append(java.Provides(s.Packages, s.variant.Image, s.to), "default-jdk-headless")
	for _, n := range needs.Needs {
		if !slices.ContainsFunc(n.Packages, func(p string) bool { return slices.Contains(there, p) }) {
			return fmt.Sprintf("%s uses %s, which %s is not known to have", place(n.Evidence), n.What, s.variant.Image)
		}
	}
	return ""
}

// place names a line of a file, or the file.
func place(e transform.Evidence) string {
	if e.Line == 0 {
		return e.Source + ","
	}
	return fmt.Sprintf("%s, line %d,", e.Source, e.Line)
}

// because says what the change rests on, and what differs.
func (s *succession) because() []transform.Evidence {
	list := []transform.Evidence{
		{Source: "hub.docker.com/_/openjdk", Text: "the image is deprecated, and eclipse-temurin is one of those that it names in its place"},
		{Source: s.to.Source, Text: fmt.Sprintf("%s has the same version of Java, in /opt/java/openjdk, on %s %s", s.variant.Image, s.to.Distro, s.to.Release)},
		{Source: s.to.Source, Text: "to be checked: its locale is en_US.UTF-8, where openjdk's is C.UTF-8 or none"},
	}
	for _, u := range s.check {
		e := u.Evidence
		e.Text = "to be checked: " + u.Reason
		list = append(list, e)
	}
	return list
}
