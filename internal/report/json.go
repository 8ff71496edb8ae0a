package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"dopt/internal/verify/result"
	"dopt/transform"
)

// formatVersion is the version of the JSON format. It changes when a field goes or
// changes its meaning, not when one comes.
const formatVersion = 1

// jsonPrinter writes one JSON object, each file as soon as it is done.
type jsonPrinter struct {
	w     io.Writer
	begun bool
}

type jsonFile struct {
	Path     string        `json:"path"`
	Changed  bool          `json:"changed"`
	Written  bool          `json:"written,omitempty"`
	Excluded string        `json:"excluded,omitempty"`
	Notes    []string      `json:"notes,omitempty"`
	Error    *jsonError    `json:"error,omitempty"`
	Findings []jsonFinding `json:"findings"`
	Diff     string        `json:"diff,omitempty"`
	After    string        `json:"after,omitempty"`
	Others   []jsonOther   `json:"others,omitempty"`
	// Verification is that of package result.
	Verification *result.Result `json:"verification,omitempty"`
}

type jsonOther struct {
	Path  string `json:"path"`
	New   bool   `json:"new,omitempty"`
	After string `json:"after"`
}

type jsonError struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

type jsonFinding struct {
	Pass     string         `json:"pass"`
	Kind     string         `json:"kind"`
	Status   string         `json:"status"`
	Line     int            `json:"line"`
	Message  string         `json:"message,omitempty"`
	ID       string         `json:"id,omitempty"`
	Level    string         `json:"level,omitempty"`
	Title    string         `json:"title,omitempty"`
	Evidence []jsonEvidence `json:"evidence,omitempty"`
	Saving   *jsonSaving    `json:"saving,omitempty"`
	Reasons  []string       `json:"reasons,omitempty"`
}

type jsonEvidence struct {
	Source string `json:"source"`
	Line   int    `json:"line,omitempty"`
	Text   string `json:"text"`
}

type jsonSaving struct {
	Compressed *int64 `json:"compressed,omitempty"`
	Disk       *int64 `json:"disk,omitempty"`
	Rebuild    string `json:"rebuild,omitempty"`
}

// File implements Printer.
func (p *jsonPrinter) File(f File) error {
	text, err := marshal(newJSONFile(f))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.w, "%s\n%s", p.separator(), text)
	return err
}

// Close implements Printer.
func (p *jsonPrinter) Close(s Summary) error {
	text, err := marshal(s)
	if err != nil {
		return err
	}
	if !p.begun {
		if _, err := io.WriteString(p.w, p.separator()); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(p.w, "\n],\"summary\":%s}\n", text)
	return err
}

// separator returns what stands before the next file.
func (p *jsonPrinter) separator() string {
	if p.begun {
		return ","
	}
	p.begun = true
	return fmt.Sprintf(`{"version":%d,"files":[`, formatVersion)
}

// marshal is json.Marshal without the escapes that only HTML needs.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func newJSONFile(f File) jsonFile {
	j := jsonFile{
		Path: f.Path, Changed: f.Changed(), Written: f.Written, Excluded: f.Excluded, Notes: f.Notes, Diff: f.Diff(),
		Findings:     []jsonFinding{}, // never null
		Verification: f.Verified,
	}
	if f.Err != nil {
		j.Error = newJSONError(f.Path, f.Err)
	}
	if f.Changed() {
		j.After = string(f.Result.After.Src)
		for _, o := range f.Result.Files {
			j.Others = append(j.Others, jsonOther{f.ContextPath(o.Path), o.Before == nil, string(o.After)})
		}
	}
	if f.Result != nil {
		for _, finding := range f.Result.Findings {
			j.Findings = append(j.Findings, newJSONFinding(finding))
		}
	}
	return j
}

func newJSONError(path string, err error) *jsonError {
	var place *transform.ParseError
	if errors.As(err, &place) {
		return &jsonError{place.Name, place.Line, place.Column, place.Message}
	}
	return &jsonError{path, 1, 1, err.Error()}
}

func newJSONFinding(f transform.Finding) jsonFinding {
	j := jsonFinding{Pass: f.Pass, Kind: f.Kind, Status: string(f.Status), Line: f.Line, Message: f.Message, Reasons: f.Reasons}
	if f.Fix == nil {
		return j
	}
	j.ID, j.Level, j.Title = f.Fix.ID, f.Fix.Level.String(), f.Fix.Title
	if j.Message == j.Title {
		j.Message = ""
	}
	for _, e := range f.Fix.Evidence {
		j.Evidence = append(j.Evidence, jsonEvidence(e))
	}
	if s := f.Fix.Expected(); s != (transform.Saving{}) {
		j.Saving = &jsonSaving{s.Compressed, s.Disk, s.Rebuild}
	}
	return j
}
