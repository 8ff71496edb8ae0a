// Package artifact tells what a build stage exists to produce, and what that needs when it runs. The languages are in
// folders of their own; pass stages has the list of them.
//
// It reads the Dockerfile, and of the build context what the stage copies. Nothing is executed. What it does not find
// out is an unknown, and one unknown is a reason to leave the stage alone.
package artifact

import "dopt/transform"

// A Language finds what stages build in one programming language.
type Language struct {
	// Name is for people: "Go".
	Name string
	// Tools are the programs that build in the language, by their names without a folder: a stage whose RUN instructions call none of
	// them is not looked at.
	Tools []string
	// Find returns what a stage builds, nil where nothing that the image starts or holds is of the language. It must
	// not return nil because something cannot be told: that is an Unknown of the artifact. One without Bases and Unknowns has nothing to
	// leave behind.
	Find func(*Stage) *Artifact
}

// An Artifact is what a stage builds in one language, with what that needs when it runs.
type Artifact struct {
	// Language is the name of the language.
	Language string
	// Title says what it is, for people: "static program /go/src/app/hello".
	Title string
	// Evidence are the commands that make it.
	Evidence []transform.Evidence
	// Files are what the build makes and the program needs, and what the program opens when it runs and nothing but the
	// source says so.
	Files []File
	// Sources are folders of the image that hold what the artifact is made of. Of what is in them, the runtime stage gets
	// Files alone; all else that the stage copies or makes elsewhere comes along or is a step that the pass knows.
	Sources []string
	// Builds reports whether a command only builds: it leaves nothing outside of Sources that the program needs but Files. The
	// pass asks it of each command that it does not know itself.
	Builds func(Command) bool
	// IsSource reports whether a file is one that the artifact is made of, by its name; nil where the runtime stage gets Sources whole.
	IsSource func(name string) bool
	// Programs are the absolute paths of what of Files can be started: the image has to start one of them, or a
	// script or a command of the base that does.
	Programs []string
	// Repeat are steps whose effect the runtime stage needs as well and cannot copy, as an upgrade of pip: they run in
	// both stages.
	Repeat []*transform.Instruction
	// Last is a command, "" if there is none, that ends the build stage, in the working directory behind its last step: it removes what only
	// the build uses of what is copied.
	Last string
	// Bases are the images that it can run on, the one to be preferred first. Those of a bolder level come before
	// those of a more careful one; at least one should be of level standard.
	Bases []Base
	// NoSmaller is why none of Bases is of level aggressive, "" where one is or nothing is known of such images.
	NoSmaller string
	// Alike is true where Bases stand on the same release of the distribution's own image as the stage's base, and have what their Provides
	// say: then packages that steps install by name can be installed on them, too, whether or not the catalog has the distribution.
	Alike bool
	// Needs are packages of the distribution that it uses when it runs, besides those that transform.Packages finds
	// at run time (Step nil): the libraries that it is linked with, certificates, time zones. Each need is met by any of
	// its packages; one that neither the build stage nor its base has is not installed: nothing has been using it.
	Needs []transform.Need
	// Mentions reports whether a text of its source holds the name of a program, which it may start then; nil where not all of its source
	// is known.
	Mentions func(program string) bool
	// Certificates is the file of Debian's ca-certificates in which it looks for them, where that alone will do; else "".
	Certificates string
	// Variables are the names of variables of the base image's ENV that the program reads; the runtime stage sets them.
	// PATH is looked after by the pass.
	Variables []string
	// Settled are the unknowns of transform.Packages that say nothing of this artifact: `go build` compiles code of
	// the project, which is known to need nothing. It is asked of each one, steps of the build included.
	Settled func(transform.UnknownNeed) bool
	// Layers is how one of Files gets layers of its own at level aggressive, whatever it runs on; nil for most.
	Layers *Layers
	// Whole is why what could have several layers stays in one, as a predicate of that; Reason is "" where there is nothing to say.
	Whole transform.UnknownNeed
	// Unknowns are the reasons to leave the stage alone.
	Unknowns []transform.UnknownNeed
}

// A File is a file or folder that the runtime stage gets from the build stage, at the same path.
type File struct {
	// Path is absolute and clean, without wildcards.
	Path string
	// Folder is true where all below it is meant.
	Folder  bool
	Because transform.Evidence
}

// A Base is an image that an artifact can run on.
type Base struct {
	// Image is its reference, "scratch" for nothing.
	Image string
	// Level is the lowest level at which it may be taken.
	Level transform.Level
	// Provides are packages whose purpose it serves without having them by that name, as distroless/static does
	// with ca-certificates. Those that transform.Packages knows of the image need not be here.
	Provides []string
	// Edits are changes of the build by which the artifact runs on it, as switching cgo off; none for most.
	Edits []transform.Edit
	// Places are the paths of Files that are elsewhere on it, with where that is; "" for those that it does without. Where there are any,
	// it has an interpreter of its own and no package that a step of Repeat replaces, and it is of one release, which the build
	// stage has to name.
	Places map[string]string
	// Options are words that go behind the first one of the process, so that its interpreter does what it did; none for most.
	Options []string
	// Words are those of the process in place of the file's, which start the same with less; nil for most. Dispenses reports whether a need is
	// one that they do without.
	Words     []string
	Dispenses func(transform.Need) bool
	// Programs is a folder of programs that the image has and its own PATH lacks, "" for most.
	Programs string
	// Users is true where a program may ask for the name and the home folder of a user who is a number, whom the base of the stage has and this
	// one does not.
	Users bool
	// Last is a command that ends the build stage in place of the artifact's own, "" for that one.
	Last string
	// Because says why the artifact runs on it.
	Because transform.Evidence
}

// Layers says how a file is taken apart into folders that are copied to where it was, so that what changes seldom is not sent again with what
// changes often.
type Layers struct {
	// File is one of the artifact's Files, where the image has it.
	File string
	// Command ends the build stage; it has absolute paths, and needs no more than that file.
	Command string
	// Folders are what it makes, each for the folder of File, what changes most seldom first.
	Folders []string
	Because transform.Evidence
}

// Unknown adds a reason to leave the stage alone. Reason is a predicate, as that of transform.UnknownNeed.
func (a *Artifact) Unknown(because transform.Evidence, reason string) {
	a.Unknowns = append(a.Unknowns, transform.UnknownNeed{Reason: reason, Evidence: because})
}

// Add adds a file or folder, once.
func (a *Artifact) Add(f File) {
	for _, g := range a.Files {
		if g.Path == f.Path {
			return
		}
	}
	a.Files = append(a.Files, f)
}
