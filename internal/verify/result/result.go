// Package result holds what a verification found out, as docs/json.md describes it for machines. It is
// data alone: what prints it needs nothing of what builds images.
//
// Sizes are bytes, durations are seconds. What was not measured is absent from the JSON, never 0.
package result

import (
	"strconv"

	"dopt/transform"
)

// Version is the version of the JSON format: it changes when a field goes or changes its meaning.
const Version = 1

// A Verdict says what became of a rewrite as a whole.
type Verdict string

// The verdicts. In all but Broken, what is handed over has been built and has passed its tests.
const (
	// Unchanged: there was nothing to change.
	Unchanged Verdict = "unchanged"
	// Held: all changes hold.
	Held Verdict = "held"
	// Repaired: all changes hold, with packages added that a build or a test asked for.
	Repaired Verdict = "repaired"
	// Reduced: some changes were dropped, and the rest hold.
	Reduced Verdict = "reduced"
	// Original: no change holds; what is handed over is the original.
	Original Verdict = "original"
	// Broken: the original does not build, so that nothing can be told.
	Broken Verdict = "broken"
)

// A Result is what the verification of one Dockerfile found out.
type Result struct {
	Version int `json:"version"`
	// Path is the Dockerfile, Context the folder of its build context, "" for none.
	Path    string `json:"path"`
	Context string `json:"context,omitempty"`
	// Level is the level of the rewrite; "" where the rewritten file was given.
	Level string `json:"level,omitempty"`
	// Builder is the address of the BuildKit daemon.
	Builder string  `json:"builder"`
	Verdict Verdict `json:"verdict"`
	// Reason says in one line why the verdict is not better, "" if it is Held or Unchanged.
	Reason string `json:"reason,omitempty"`
	// Diff is the unified diff from the original to what is handed over, that of other files included.
	Diff string `json:"diff,omitempty"`
	// Original and Rewritten are the texts of the Dockerfile before and as it is handed over.
	Original  string `json:"original"`
	Rewritten string `json:"rewritten"`
	// Changes are all changes of the rewrite, those that were dropped included.
	Changes []Change `json:"changes"`
	// Before and After are the images; nil where one was not built.
	Before *Image `json:"before,omitempty"`
	After  *Image `json:"after,omitempty"`
	// Config lists how the image configs differ, in a fixed order of the keys.
	Config []ConfigDifference `json:"config,omitempty"`
	// Files says which files of the images differ; nil where one image was not built.
	Files *Files `json:"files,omitempty"`
	// Tests are the smoke tests, in the order in which they ran.
	Tests []Test `json:"tests,omitempty"`
	// Faults are what is wrong with the image after, without the original having it, too. Empty if all is well.
	Faults []Fault `json:"faults,omitempty"`
	// Suspects are loose ends that the program may never touch; they do not count against the rewrite.
	Suspects []Fault `json:"suspects,omitempty"`
	// Rebuild is nil where it was not measured.
	Rebuild *Rebuild `json:"rebuild,omitempty"`
	// Tries are the attempts in their order, the first one with all changes.
	Tries []Try `json:"tries,omitempty"`
	// Repairs are the packages that were added and kept.
	Repairs []Repair `json:"repairs,omitempty"`
	// Seconds is how long all of it took.
	Seconds float64 `json:"seconds"`
}

// Dropped returns the changes that were dropped.
func (r *Result) Dropped() []Change {
	var dropped []Change
	for _, c := range r.Changes {
		if c.Dropped {
			dropped = append(dropped, c)
		}
	}
	return dropped
}

// A Change is a fix of the rewrite.
type Change struct {
	// ID names the change in every run, for --disable.
	ID   string `json:"id"`
	Pass string `json:"pass"`
	Kind string `json:"kind"`
	// Title is a verb phrase.
	Title string `json:"title"`
	Level string `json:"level"`
	// Line is the 1-based line of the original file.
	Line int `json:"line"`
	// Dropped says that it is not in what is handed over.
	Dropped bool `json:"dropped,omitempty"`
}

// Changes lists the fixes that a run of the pipeline has made.
func Changes(report *transform.Report) []Change {
	changes := []Change{}
	for _, f := range report.Findings {
		if f.Status == transform.StatusApplied {
			changes = append(changes, Change{
				ID: f.Fix.ID, Pass: f.Pass, Kind: f.Kind, Title: f.Fix.Title, Level: f.Fix.Level.String(), Line: f.Line,
			})
		}
	}
	return changes
}

// A Fault is one thing that is wrong with the image of a rewrite and was not wrong with the original's.
type Fault struct {
	// Check is what found it: "build", "test", "config", or the name of a check without running, such as "library".
	Check string `json:"check"`
	// Stage is the stage that the failed step is in, or that the image is of, as a Package names it.
	Stage string `json:"stage,omitempty"`
	// Path is the file of the image that it is about, "" if it is about none.
	Path string `json:"path,omitempty"`
	// Missing is what is not there, as a check without running knows it: a library, a command, a variable.
	Missing string `json:"missing,omitempty"`
	// Message says what is wrong, in one line.
	Message string `json:"message"`
	// Output is the end of what the failed step or test wrote.
	Output string `json:"output,omitempty"`
}

// A Try is one attempt at a rewrite that holds.
type Try struct {
	// Purpose says why it was made: "all changes", "with libpq5", "without order:…".
	Purpose string `json:"purpose"`
	// Disabled are the IDs of the changes that were left out.
	Disabled []string `json:"disabled,omitempty"`
	// Packages were added.
	Packages []Package `json:"packages,omitempty"`
	Held     bool      `json:"held"`
	// Faults are why it did not hold.
	Faults  []Fault `json:"faults,omitempty"`
	Seconds float64 `json:"seconds"`
}

// A Package is a package of the image's distribution that a stage is to have besides what dopt knew of.
type Package struct {
	// Name is the distribution's.
	Name string `json:"name"`
	// Stage is what StageName says.
	Stage string `json:"stage,omitempty"`
}

// StageName returns how results name a stage: "" is the last one, others have their name, or their number as text.
func StageName(doc *transform.Document, s *transform.Stage) string {
	switch {
	case s.Index == len(doc.Stages)-1:
		return ""
	case s.Name != "":
		return s.Name
	}
	return strconv.Itoa(s.Index)
}

// Stage returns the stage of that name; the last one if there is none.
func Stage(doc *transform.Document, name string) *transform.Stage {
	for _, s := range doc.Stages {
		if StageName(doc, s) == name {
			return s
		}
	}
	return doc.Stages[len(doc.Stages)-1]
}

// A Repair is a package that was added because a build or a test asked for it.
type Repair struct {
	Package
	// Need is what was missing: "library libpq.so.5".
	Need string `json:"need"`
	// Evidence is the line of the output that says so.
	Evidence string `json:"evidence,omitempty"`
}
