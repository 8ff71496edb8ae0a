package artifact

import (
	"io/fs"

	"dopt/transform"
	"dopt/transform/shell"
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
	// Commands are those of the RUN instructions, in order. Where a script is opaque, Opaque has the reason.
	Commands []Command
	Opaque   []transform.UnknownNeed
	// Start is the process that the image starts.
	Start Process
	// Bases and Packages have the facts; never nil.
	Bases    transform.Bases
	Packages transform.Packages
	// Needs are what the stage and the image that it makes use of the distribution.
	Needs transform.StageNeeds
}

// A Command is a simple command of a RUN, or of a recipe of a Makefile that a RUN calls.
type Command struct {
	*shell.Command
	Step *transform.Instruction
	// Evidence is the line that has it.
	Evidence transform.Evidence
}

// A Process is what ENTRYPOINT and CMD start.
type Process struct {
	// Argv are the words, those of ENTRYPOINT first. Where Shell is true they are "/bin/sh", "-c" and a script.
	Argv  []string
	Shell bool
	// Program is the absolute path of the program, "" where it is not known. It follows PATH and the working directory, and
	// the script where that is one simple command. Args are the words behind it.
	Program string
	Args    []string
	// In is the instruction that names the program; nil where the base image does.
	In *transform.Instruction
}

// Look returns what is known of a stage for languages to look at.
func Look(c *transform.Context, s *transform.Stage) *Stage {
	panic("not written yet")
}
