package needs

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"dopt/transform"
)

// Print writes what stages use, as text or as json.
func Print(w io.Writer, format string, stages []*Stage) error {
	if format == "json" {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		list := []stageJSON{}
		for _, s := range stages {
			list = append(list, s.json())
		}
		return e.Encode(list)
	}
	for i, s := range stages {
		if i > 0 {
			fmt.Fprintln(w)
		}
		s.text(w)
	}
	return nil
}

// text writes the steps in their order, each with its needs, then the run time, then what cannot be told.
func (s *Stage) text(w io.Writer) {
	fmt.Fprintf(w, "%s\n", s.title())
	var last *transform.Instruction
	installed := s.InstalledBy()
	for i, n := range s.Needs {
		if i == 0 || n.Step != last {
			fmt.Fprintf(w, "\n  %s:\n", phase(n.Step))
			last = n.Step
		}
		fmt.Fprintf(w, "    %s\n", n.line(installed[i]))
	}
	if len(s.Unknowns) == 0 {
		return
	}
	fmt.Fprint(w, "\n  not known:\n")
	for _, u := range s.Unknowns {
		fmt.Fprintf(w, "    %s: %s  [%s]\n", phase(u.Step), u.Reason, where(u.Evidence))
	}
}

func (s *Stage) title() string {
	name := fmt.Sprintf("stage %d", s.Stage.Index)
	if s.Stage.Name != "" {
		name += " (" + s.Stage.Name + ")"
	}
	name += ", on " + s.Base
	if s.Release != "" {
		name += " (" + string(s.Release) + ")"
	}
	return name
}

// phase names a step by its line, or the run time.
func phase(step *transform.Instruction) string {
	if step == nil {
		return "run time"
	}
	return fmt.Sprintf("line %d, %s", step.Line(), step.Keyword)
}

func where(e transform.Evidence) string {
	switch {
	case e.Line == 0:
		return e.Source
	case e.Text == "":
		return fmt.Sprintf("%s:%d", e.Source, e.Line)
	}
	return fmt.Sprintf("%s:%d: %s", e.Source, e.Line, e.Text)
}

// line is a need with all that is known of it; installed is the package that has it and is installed.
func (n Need) line(installed string) string {
	var b strings.Builder
	fmt.Fprint(&b, n.Kind)
	if n.Ecosystem != "" {
		fmt.Fprintf(&b, " of %s", n.Ecosystem)
	}
	if n.Name != "" {
		fmt.Fprintf(&b, " %s", n.Name)
	}
	if n.Version != "" {
		fmt.Fprintf(&b, " %s", n.Version)
	}
	var notes []string
	if n.Certainty == Likely {
		notes = append(notes, "likely")
	}
	if n.Optional {
		notes = append(notes, "optional")
	}
	if installed != "" {
		notes = append(notes, "in "+installed+", which is installed")
	}
	if len(notes) > 0 {
		fmt.Fprintf(&b, " (%s)", strings.Join(notes, "; "))
	}
	fmt.Fprintf(&b, "  [%s]", where(n.Evidence))
	return b.String()
}

type stageJSON struct {
	Stage    int           `json:"stage"`
	Name     string        `json:"name,omitempty"`
	Base     string        `json:"base"`
	Release  string        `json:"release,omitempty"`
	Needs    []needJSON    `json:"needs"`
	Unknowns []unknownJSON `json:"unknowns"`
	Installs []installJSON `json:"installs"`
}

type needJSON struct {
	Kind        Kind         `json:"kind"`
	Name        string       `json:"name,omitempty"`
	Ecosystem   string       `json:"ecosystem,omitempty"`
	Version     string       `json:"version,omitempty"`
	Step        int          `json:"step,omitempty"` // the line of the instruction; left out for the run time
	Certainty   Certainty    `json:"certainty"`
	Optional    bool         `json:"optional,omitempty"`
	InstalledBy string       `json:"installed_by,omitempty"`
	Evidence    evidenceJSON `json:"evidence"`
}

type unknownJSON struct {
	Reason   string       `json:"reason"`
	Step     int          `json:"step,omitempty"`
	Evidence evidenceJSON `json:"evidence"`
}

type installJSON struct {
	Package  string       `json:"package"`
	Manager  string       `json:"manager"`
	Step     int          `json:"step"`
	Evidence evidenceJSON `json:"evidence"`
}

type evidenceJSON struct {
	Source string `json:"source"`
	Line   int    `json:"line,omitempty"`
	Text   string `json:"text,omitempty"`
}

func (s *Stage) json() stageJSON {
	out := stageJSON{Stage: s.Stage.Index, Name: s.Stage.Name, Base: s.Base, Release: string(s.Release), Needs: []needJSON{}, Unknowns: []unknownJSON{}, Installs: []installJSON{}}
	installed := s.InstalledBy()
	for i, n := range s.Needs {
		out.Needs = append(out.Needs, needJSON{n.Kind, n.Name, n.Ecosystem, n.Version, line(n.Step), n.Certainty, n.Optional, installed[i], evidenceJSON(n.Evidence)})
	}
	for _, u := range s.Unknowns {
		out.Unknowns = append(out.Unknowns, unknownJSON{u.Reason, line(u.Step), evidenceJSON(u.Evidence)})
	}
	for _, i := range s.Installs {
		out.Installs = append(out.Installs, installJSON{i.Package, i.Manager, line(i.Step), evidenceJSON(i.Evidence)})
	}
	return out
}

// line is the line of a step, 0 for the run time.
func line(step *transform.Instruction) int {
	if step == nil {
		return 0
	}
	return step.Line()
}
