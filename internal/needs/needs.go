// Package needs tells what the steps of a build and the finished image use of the system below them:
// commands, libraries, headers, files, users, locales, and the packages of programming languages, each with
// the line that says so. What cannot be told is said, too.
//
// It reads the Dockerfile, and of the build context what the stage copies: scripts, configuration of process
// managers, manifests and the program's source. Nothing is executed, and the bounds of a budget hold for what is
// read.
package needs

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
	"dopt/transform"
)

// A Kind says what is needed.
type Kind string

// The kinds.
const (
	Command      Kind = "command"      // a program that is looked for in PATH: "convert"
	Shell        Kind = "shell"        // a shell: "sh", "bash"
	Library      Kind = "library"      // a shared library: "libpq.so.5", or as a linker names it: "pq"
	Header       Kind = "header"       // what #include names: "curl/curl.h"
	PkgConfig    Kind = "pkg-config"   // a module of pkg-config: "libcurl"
	Path         Kind = "path"         // a file or folder of the distribution: "/usr/share/zoneinfo"
	User         Kind = "user"         // a user: "www-data"
	Group        Kind = "group"        // a group
	Locale       Kind = "locale"       // a locale that the C library does not have by itself: "de_DE.UTF-8"
	Zone         Kind = "zone"         // a time zone: "Europe/Berlin"; "" where the program chooses it
	Certificates Kind = "certificates" // the certificates of the system's store; the name is who is asked, "" if that is open
	Package      Kind = "package"      // a package of a programming language
)

// A Certainty says how sure a need is.
type Certainty string

// The certainties.
const (
	// Certain: a step of the build, or the process that the image starts, names it.
	Certain Certainty = "certain"
	// Likely: it is in a branch or a file that may not be run, or was inferred.
	Likely Certainty = "likely"
)

// A Need is one thing that a step of the build or the finished image uses.
type Need struct {
	Kind Kind
	Name string
	// Ecosystem is the one of a Package, as the rows of package managers name it ("python"), Version its exact
	// version, "" if it is open.
	Ecosystem, Version string
	// Files are those that the index has of that version of a Package, separated by blanks, as far as a lock file lists them.
	Files string
	// Source is true for a Package of Python that comes from a repository or an archive, and not compiled from the index.
	Source bool
	// Step is the instruction that uses it; nil at run time.
	Step *transform.Instruction
	// Evidence is the line that says so.
	Evidence  transform.Evidence
	Certainty Certainty
	// Optional is true where it is only asked for whether it is there.
	Optional bool
}

// An Unknown is what cannot be told.
type Unknown struct {
	// Reason is a predicate: `calls a command named by $TOOL`.
	Reason string
	// Step is the instruction that does it; nil at run time.
	Step     *transform.Instruction
	Evidence transform.Evidence
}

// An Install is a package of the distribution that a step installs by name.
type Install struct {
	// Package is its name, as apt or apk would have it without version; Manager is the row of the package manager.
	Package, Manager string
	// Recommends is true where what it recommends is installed, too.
	Recommends bool
	Step       *transform.Instruction
	Evidence   transform.Evidence
}

// A Stage is what one stage uses, together with the stages that it is built on.
type Stage struct {
	Stage *transform.Stage
	// Base is the reference of the image below, as FROM gives it; Release is its release of Debian, "" if it is
	// none that the catalog has.
	Base    string
	Release debian.Release
	// Needs are in the order of the steps, those of the run time last.
	Needs    []Need
	Unknowns []Unknown
	Installs []Install

	// places has the place of each need in Needs, known the Unknowns.
	places map[Need]int
	known  map[Unknown]bool
}

// Options are what else the analysis may look at.
type Options struct {
	// Files is the build context; nil where there is none. Of a transform.Project, what the ignore file names
	// is not seen.
	Files fs.FS
	Bases transform.Bases
	// Targets are names of stages, besides the last, that are built for their own sake.
	Targets []string
}

// Of returns what the shipping stages of a document use. Of one with more than 100 stages it is not known.
func Of(doc *transform.Document, o Options) []*Stage {
	if len(doc.Stages) > maxStages {
		s := newStage(doc.Stages[len(doc.Stages)-1])
		s.addUnknown(Unknown{Reason: fmt.Sprintf("has more than %d stages", maxStages), Evidence: transform.Evidence{Source: doc.Name}})
		return []*Stage{s}
	}
	a := &analysis{doc: doc, options: o, files: transform.Received(o.Files), budget: newBudget(), stages: map[*transform.Stage]*walk{}}
	var list []*Stage
	for _, s := range doc.Stages {
		if doc.Ships(s, o.Targets) && !basis(doc, s, o.Targets) {
			list = append(list, a.stage(s))
		}
	}
	return list
}

// basis reports whether a stage ships only as the base of a later one.
func basis(doc *transform.Document, s *transform.Stage, targets []string) bool {
	return s != doc.Stages[len(doc.Stages)-1] && !slices.Contains(targets, s.Name)
}

func newStage(s *transform.Stage) *Stage {
	return &Stage{Stage: s, places: map[Need]int{}, known: map[Unknown]bool{}}
}

// on returns what a stage that is built on this one begins with.
func (s *Stage) on(next *transform.Stage) *Stage {
	return &Stage{
		Stage: next, Base: s.Base, Release: s.Release,
		Needs: slices.Clone(s.Needs), Unknowns: slices.Clone(s.Unknowns), Installs: slices.Clone(s.Installs),
		places: maps.Clone(s.places), known: maps.Clone(s.known),
	}
}

// key is what a need has in common with others of the same thing. Two versions of a package are two things.
func (n Need) key() Need {
	return Need{Kind: n.Kind, Name: n.Name, Ecosystem: n.Ecosystem, Version: n.Version, Step: n.Step}
}

// add adds a need once for each step and for the run time; what is sure takes the place of what is not.
func (s *Stage) add(n Need) {
	i, there := s.places[n.key()]
	switch {
	case !there && len(s.Needs) >= maxNeeds:
		s.addUnknown(Unknown{Reason: "uses more than is listed", Evidence: transform.Evidence{Source: n.Evidence.Source}})
	case !there:
		s.places[n.key()] = len(s.Needs)
		s.Needs = append(s.Needs, n)
	case s.Needs[i].Certainty == Likely && n.Certainty == Certain || s.Needs[i].Optional && !n.Optional:
		s.Needs[i] = n
	}
}

func (s *Stage) addUnknown(u Unknown) {
	if !s.known[u] && len(s.Unknowns) < maxNeeds {
		s.known[u] = true
		s.Unknowns = append(s.Unknowns, u)
	}
}

// sort puts needs in the order of the steps, those of one step by kind and name.
func (s *Stage) sort() {
	slices.SortStableFunc(s.Needs, func(a, b Need) int {
		return cmp.Or(place(a.Step)-place(b.Step), kindOrder(a.Kind)-kindOrder(b.Kind), strings.Compare(a.Ecosystem, b.Ecosystem), strings.Compare(a.Name, b.Name), strings.Compare(a.Version, b.Version))
	})
	slices.SortStableFunc(s.Unknowns, func(a, b Unknown) int {
		return cmp.Or(place(a.Step)-place(b.Step), strings.Compare(a.Evidence.Source, b.Evidence.Source), a.Evidence.Line-b.Evidence.Line)
	})
}

// place is where a step stands; the run time comes last.
func place(step *transform.Instruction) int {
	if step == nil {
		return int(^uint(0) >> 2)
	}
	return step.Index
}

var kinds = []Kind{Command, Shell, Library, Header, PkgConfig, Path, User, Group, Locale, Zone, Certificates, Package}

func kindOrder(k Kind) int { return slices.Index(kinds, k) }
