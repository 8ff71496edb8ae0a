package ignorefile

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"dopt/transform"
)

// A dockerfile is one of those that are built from the context, as far as the ignore file matters to it. Several goroutines may
// ask it.
type dockerfile struct {
	// path is relative to the context; "" for the one that is being rewritten.
	path    string
	doc     *transform.Document
	sources []source
	steps   []step
	// raw is the text of one that cannot be parsed, such as a template.
	raw string
	// mentions remembers which instruction names what.
	mu       sync.Mutex
	mentions map[string]*transform.Instruction
}

// mention returns the first instruction whose command, or whose variable, names something with a base name, other
// than to remove it; nil if none does.
func (d *dockerfile) mention(base string) *transform.Instruction {
	d.mu.Lock()
	defer d.mu.Unlock()
	in, ok := d.mentions[base]
	if !ok {
		in = mention(d.doc, base)
		d.mentions[base] = in
	}
	return in
}

func newDockerfile(p string, doc *transform.Document) *dockerfile {
	doc.Instructions[0].State() // what a document derives when it is first asked is there from now on: the steps have the scripts
	return &dockerfile{path: p, doc: doc, sources: sourcesOf(doc), steps: stepsOf(doc), mentions: map[string]*transform.Instruction{}}
}

// A judge says which candidates nothing needs.
type judge struct {
	c      *transform.Context
	survey survey
	// dockerfiles are all that share the ignore file, the one that is being rewritten first.
	dockerfiles []*dockerfile
	// asker says who asks a version control system of the history in the context, "" if nobody does.
	asker string
	// files remembers the texts that were read, asked what they say of git: without and with an install that sets up hooks.
	files map[string]string
	asked map[bool]string
}

// read returns the text of a file of the context, "" if it is not there or too large to be a manifest.
func (j *judge) read(p string) string {
	if text, ok := j.files[p]; ok {
		return text
	}
	text := readText(j.c.Project, p)
	j.files[p] = text
	return text
}

func readText(files fs.FS, p string) string {
	text, _ := transform.ReadText(files, p, maxText)
	return text
}

// beside returns the files of a folder that fit a pattern.
func (j *judge) beside(folder, pattern string) []string {
	if pattern == "" {
		return nil
	}
	entries, err := fs.ReadDir(j.c.Project, folder)
	if err != nil {
		return nil
	}
	var found []string
	for _, e := range entries {
		if matchesAny([]string{pattern}, e.Name()) {
			found = append(found, path.Join(folder, e.Name()))
		}
	}
	return found
}

// received returns the first source of a document that brings a path in with the folder it lies in; nil if none does.
func (d *dockerfile) received(p string) *source {
	for i, s := range d.sources {
		if s.to(p) == receives {
			return &d.sources[i]
		}
	}
	return nil
}

// need says who needs a candidate, "" if nobody does.
func (j *judge) need(c candidate) string {
	for _, d := range j.dockerfiles {
		why := j.needOf(d, c)
		switch {
		case why == "":
		case d.path != "":
			return d.path + ": " + why
		default:
			return why
		}
	}
	return ""
}

func (j *judge) needOf(d *dockerfile, c candidate) string {
	base := path.Base(c.path)
	if d.doc == nil {
		if anyNames(d.raw, base) {
			return "a template, which names it"
		}
		return ""
	}
	for _, s := range d.sources {
		if s.to(c.path) == names {
			return fmt.Sprintf("line %d copies %s", s.in.Line(), s.path)
		}
	}
	var from []source
	for _, s := range d.sources {
		if s.to(c.path) == receives {
			from = append(from, s)
		}
	}
	switch c.row.need {
	case history:
		for _, s := range from {
			if why := j.historyNeed(d, s, c.path); why != "" {
				return why
			}
		}
	case build:
		return j.buildNeed(d, c, from)
	}
	return j.mentioned(d, c, from)
}

// buildNeed says which stage would miss what the context brings in of build output or packages.
func (j *judge) buildNeed(d *dockerfile, c candidate, from []source) string {
	for _, s := range from {
		maker := j.makerOf(d, c.row, s, c.path)
		if maker == nil {
			return fmt.Sprintf("no step of the stage at line %d makes it, so that the image has the one of the context", s.in.Stage.From.Line())
		}
		if in := d.between(s, maker, path.Base(c.path)); in != nil {
			return fmt.Sprintf("line %d uses it before the build has made its own", in.Line())
		}
		if in := d.productionOnly(s); in != nil && c.row.kind == "packages" {
			return fmt.Sprintf("the install leaves out what only development needs, and line %d may use it", in.Line())
		}
	}
	if len(from) == 0 {
		if in := d.mention(path.Base(c.path)); in != nil && mountsContext(d) {
			return fmt.Sprintf("line %d names it", in.Line())
		}
	}
	return ""
}

// mountsContext reports whether a RUN of the document sees the context.
func mountsContext(d *dockerfile) bool {
	return slices.ContainsFunc(d.sources, func(s source) bool { return s.in.Keyword == "RUN" })
}

// mentioned says which instruction, or which script of the context, names a candidate.
func (j *judge) mentioned(d *dockerfile, c candidate, from []source) string {
	virtualenv := c.row.kind == "virtualenv"
	if virtualenv && len(from) > 0 && !slices.ContainsFunc(from, func(s source) bool { return j.makerOf(d, c.row, s, c.path) == nil }) {
		return ""
	}
	base := path.Base(c.path)
	if in := d.mention(base); in != nil {
		return fmt.Sprintf("line %d names it", in.Line())
	}
	if c.row.kind == "docker" {
		for _, tool := range []string{"docker", "docker-compose", "podman", "buildah", "nerdctl"} {
			if in := d.mention(tool); in != nil {
				return fmt.Sprintf("line %d runs %s, which may build from it", in.Line(), tool)
			}
		}
	}
	if !virtualenv {
		return j.opened(c, base)
	}
	if tool := d.environmentTool(); tool != "" && base == ".venv" {
		return tool + " uses it, and no step makes it"
	}
	for _, p := range j.survey.texts {
		if !isScript(path.Base(p)) {
			continue
		}
		if text := j.read(p); strings.Contains(text, base+"/bin") || strings.Contains(text, base+"/lib") {
			return p + " names it"
		}
	}
	return ""
}

// opened says which source names a candidate that a program may open: what describes builds, and what tools keep. Scripts
// of people name such files, too, and so do not count.
func (j *judge) opened(c candidate, base string) string {
	if !slices.Contains([]string{"docker", "ci", "editor", "coverage", "log"}, c.row.kind) || c.row.anywhere {
		return ""
	}
	for i, p := range j.survey.texts {
		if name := path.Base(p); i < maxTexts && sourceSet().has(name) && !isScript(name) && wordAt(j.read(p), base) >= 0 {
			return p + " names it"
		}
	}
	return ""
}

// scriptNames are files that tell programs where to find what they run.
var scriptNames = []string{"*.sh", "*.bash", "Makefile", "makefile", "*.mk", "Procfile", "*.service", "*.ini", "justfile"}

func isScript(name string) bool { return scriptSet().has(name) }

// environmentTool returns the tool that a document runs which looks for .venv by itself, "" if there is none.
func (d *dockerfile) environmentTool() string {
	for _, in := range d.doc.Instructions {
		switch in.Keyword {
		case "RUN", "CMD", "ENTRYPOINT":
			for _, w := range words(in.Source()) {
				if slices.Contains([]string{"poetry", "uv", "pipenv", "pdm", "hatch", "rye"}, path.Base(w)) {
					return path.Base(w)
				}
			}
		}
	}
	return ""
}
