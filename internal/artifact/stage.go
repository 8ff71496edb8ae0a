package artifact

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/transform"
)

// A Stage is a stage with its build context, as languages look at it.
type Stage struct {
	Doc   *transform.Document
	Stage *transform.Stage
	// Image is the reference of the image below, with the defaults of build arguments; Base is what is known of it.
	Image string
	Base  transform.Base
	// Files is the build context without what the ignore file names; never nil.
	Files fs.FS
	// Tree tells which files of the context are where in the image.
	Tree *Tree
	// Commands are those of the RUN instructions, in order, and of the recipes of the Makefiles that these call. The steps
	// whose script cannot be read are Opaque.
	Commands []Command
	Opaque   []*transform.Instruction
	// Final is the stage that the image is made from: this one, or the last one, where that copies what this one builds.
	Final *Stage
	// Start is the process that the image starts.
	Start Process
	// Dir is the working directory in which it starts, "" if it is not known.
	Dir string
	// Bases and Packages have the facts; never nil.
	Bases    transform.Bases
	Packages transform.Packages
	// Needs returns what the stage and the image that it makes use of the distribution. It is found out when first asked for: most
	// stages hold no artifact, and the analysis reads all their sources.
	Needs func() transform.StageNeeds
	// Built returns the same of the stage that builds. It differs where the image is made from another one.
	Built func() transform.StageNeeds
	// Partial is true where not all of the context has been looked at, since it is too large: what is found is not all there is.
	Partial bool
	// reads counts the files that have been read, entries are what is in the working directory.
	reads   int
	entries []fs.DirEntry
}

// Look returns what is known of a stage for languages to look at. c must have files, bases and packages.
func Look(c *transform.Context, s *transform.Stage) *Stage {
	stage := &Stage{Doc: c.Doc, Stage: s, Files: transform.Received(c.Files), Bases: c.Bases, Packages: c.Packages}
	stage.Final = stage
	stage.Image, _ = s.Image()
	stage.Base, _ = c.Bases.Base(stage.Image)
	stage.Tree = newTree(stage)
	stage.commands()
	stage.Dir = stage.dirAfter(len(s.Instructions))
	stage.start()
	stage.Needs = named(c, stage).Needs
	stage.Built = stage.Needs
	return stage
}

// Var returns the value of a variable when an instruction of the stage runs: what ENV and ARG set, else what the base image does.
func (s *Stage) Var(in *transform.Instruction, name string) (string, bool) {
	if value, ok := in.State().Var(name); ok {
		return value, true
	}
	if value, known, set := s.set(in, name); set {
		return value, known
	}
	if s.Base.Config != nil {
		for _, v := range s.Base.Config.Env {
			if v.Name == name {
				return v.Value, !v.Volatile
			}
		}
	}
	return "", false
}

// set returns what the last ENV in front of an instruction gives a variable, with variables of the base image: PATH=/venv/bin:$PATH.
func (s *Stage) set(in *transform.Instruction, name string) (value string, known, set bool) {
	for _, o := range slices.Backward(s.Stage.Instructions) {
		env, ok := o.Command.(*instructions.EnvCommand)
		if !ok || o.Index >= in.Index {
			continue
		}
		for _, kv := range slices.Backward(env.Env) {
			if kv.Key == name {
				value, known = s.expand(o, kv.Value)
				return value, known, true
			}
		}
	}
	return "", false, false
}

// DirAt returns the working directory of an instruction of the stage, "" if it is not known.
func (s *Stage) DirAt(in *transform.Instruction) string {
	for i, o := range s.Stage.Instructions {
		if o == in {
			return s.dirAfter(i)
		}
	}
	return ""
}

// LastStep returns the last instruction that changes files.
func (s *Stage) LastStep() *transform.Instruction {
	for _, in := range slices.Backward(s.Stage.Instructions) {
		if in.Keyword == "RUN" || in.Keyword == "COPY" || in.Keyword == "ADD" {
			return in
		}
	}
	return s.Stage.From
}

// DirBehind returns the working directory behind an instruction of the stage, "" if it is not known.
func (s *Stage) DirBehind(in *transform.Instruction) string {
	if next := in.Next(); next != nil {
		return s.DirAt(next)
	}
	return s.Dir
}

// dirAfter returns the working directory after the first n instructions.
func (s *Stage) dirAfter(n int) string {
	dir := ""
	if c := s.Base.Config; c != nil {
		dir = path.Join("/", c.WorkingDir)
		for _, field := range c.Unknown {
			if field == "workdir" {
				dir = ""
			}
		}
	}
	for _, in := range s.Stage.Instructions[:n] {
		if in.Keyword != "WORKDIR" {
			continue
		}
		word, known := s.expand(in, in.Args().Text)
		switch {
		case !known || dir == "" && !path.IsAbs(word):
			dir = ""
		case path.IsAbs(word):
			dir = path.Clean(word)
		default:
			dir = path.Join(dir, word)
		}
	}
	return dir
}

// Evidence returns the line of an instruction as evidence.
func (s *Stage) Evidence(in *transform.Instruction) transform.Evidence {
	text, _, _ := strings.Cut(strings.Join(strings.Fields(in.Text().Text), " "), "\n")
	return transform.Evidence{Source: s.Doc.Name, Line: in.Line(), Text: text}
}
