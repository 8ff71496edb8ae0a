package ignorefile

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"dopt/transform"
)

// kindFix is the kind of the one fix that the pass has.
const kindFix = "dockerignore"

func run(c *transform.Context) error {
	if c.Project == nil {
		return nil
	}
	d := newDockerfile("", c.Doc)
	if !d.takesFolder(c.Project) {
		unsent(c, d)
		return nil
	}
	name, text := c.Project.IgnoreFile()
	patterns, err := readPatterns(text)
	if err != nil || !fs.ValidPath(name) {
		if _, unusable := c.Project.Usage("."); name == "" && unusable != nil {
			c.Missed(c.Doc.Stages[0].From, kindFix, "not written: %s", unusable)
		}
		return nil // or it is not where it could be written
	}
	j := &judge{c: c, survey: surveyOf(c.Project), files: map[string]string{}, asked: map[bool]string{}}
	switch on := onbuild(c.Doc); {
	case len(j.survey.candidates) == 0:
		j.remark(d)
		return nil
	case on != nil:
		c.Missed(on, kindFix, "not written: the base image may have instructions of its own that take files of the context")
		return nil
	case len(j.survey.candidates) > maxCandidates:
		c.Missed(c.Doc.Stages[0].From, kindFix, "not written: the context has more than %d things to judge", maxCandidates)
		return nil
	}
	siblings, tooMany := j.siblings(name)
	if tooMany {
		c.Missed(c.Doc.Stages[0].From, kindFix, "not written: more than %d Dockerfiles share %s", maxSiblings, name)
		return nil
	}
	j.dockerfiles = append([]*dockerfile{d}, siblings...)
	exceptions := exceptionsOf(patterns)
	free, kept := j.sort(d, exceptions)
	if entries := j.entriesOf(free, kept); worthwhile(entries) {
		j.report(d, name, text, j.withItself(entries, d, name, exceptions))
	}
	j.remark(d)
	return nil
}

// onbuild returns the FROM of an image that is made to be built on; nil if there is none.
func onbuild(doc *transform.Document) *transform.Instruction {
	for _, s := range doc.Stages {
		if strings.Contains(s.Base, "onbuild") {
			return s.From
		}
	}
	return nil
}

// sort says of each candidate whether it goes, and reports those that someone needs.
func (j *judge) sort(d *dockerfile, exceptions []exception) (free, kept []candidate) {
	j.asker = j.askerOf(d)
	for _, c := range j.survey.candidates {
		s := d.received(c.path)
		if s == nil {
			kept = append(kept, c)
			continue
		}
		c.usage, _ = j.c.Project.Usage(c.path)
		why := j.need(c)
		if e := excepted(exceptions, c.path); e != "" {
			why = "the ignore file says " + e
		}
		if why == "" && j.asker != "" && !c.unversioned {
			why = "git would take it for deleted, and " + j.asker
		}
		if why == "" {
			free = append(free, c)
			continue
		}
		kept = append(kept, c)
		if worthAWord(c) {
			j.c.Missed(s.in, c.row.kind, "%s stays in the context%s: %s", c.path, bracketed(c.usage.Bytes), why)
		}
	}
	return free, kept
}

// askerOf says who asks the version control system of a history that is sent, "" if nobody does. To it a file is deleted that
// it knows and that does not come with the context: git describe says "dirty", Go stamps "modified".
func (j *judge) askerOf(d *dockerfile) string {
	for _, c := range j.survey.candidates {
		if c.row.need == history && d.received(c.path) != nil {
			if why := j.need(c); why != "" {
				return why
			}
		}
	}
	return ""
}

// takesFolder reports whether an instruction may bring in a folder of the context.
func (d *dockerfile) takesFolder(files fs.FS) bool {
	return slices.ContainsFunc(d.sources, func(s source) bool {
		if s.path == "." || strings.ContainsAny(s.path, "*?[$") {
			return true
		}
		info, err := fs.Stat(files, s.path)
		return err == nil && info.IsDir()
	})
}

// unsent says why the version history is not worth a pattern where no instruction takes a folder.
func unsent(c *transform.Context, d *dockerfile) {
	if _, err := fs.Stat(c.Project, ".git"); err == nil && len(d.sources) > 0 && !c.Project.Ignored(".git") {
		c.Missed(d.sources[0].in, kindFix, ".git is not worth a pattern: no instruction takes it, and BuildKit sends what instructions take")
	}
}

// worthAWord reports whether somebody would wonder why a candidate stays.
func worthAWord(c candidate) bool {
	return slices.Contains([]string{"history", "packages", "virtualenv", "output"}, c.row.kind) || c.usage.Bytes >= 1_000_000
}

// worthwhile reports whether entries are worth a change: the files that describe builds change seldom and are
// small, so that they go along, but are no reason to write or to extend an ignore file.
func worthwhile(entries []entry) bool {
	return slices.ContainsFunc(entries, func(e entry) bool { return e.row.kind != "docker" && e.row.kind != "ci" })
}

// withItself adds the ignore file, which a new one would else be asked to hide in the next run.
func (j *judge) withItself(entries []entry, d *dockerfile, name string, exceptions []exception) []entry {
	dockerRow := &rows[len(rows)-1]
	hidden := slices.ContainsFunc(entries, func(e entry) bool { return hider(e.pattern)(name) })
	if j.asker != "" || hidden || !matchesAny(dockerRow.names, name) || d.received(name) == nil || j.c.Project.Ignored(name) || excepted(exceptions, name) != "" ||
		j.need(candidate{path: name, row: dockerRow}) != "" {
		return entries
	}
	return append(entries, entry{pattern: name, row: dockerRow})
}

// report reports the one fix.
func (j *judge) report(d *dockerfile, name string, text []byte, entries []entry) {
	fix := &transform.Fix{Level: transform.Standard, Files: []transform.FileChange{{Path: name, Data: extend(text, entries)}}}
	var total, disk int64
	for _, e := range entries {
		fix.Evidence = append(fix.Evidence, transform.Evidence{Source: e.pattern, Text: strings.TrimPrefix(amount(e.usage)+": ", ": ") + e.row.what})
		total += e.usage.Bytes
		if e.row.need != build {
			disk += e.usage.Bytes
		}
	}
	first := j.dockerfiles[0].received(firstPath(entries, j.survey.candidates))
	if first == nil {
		first = &d.sources[0]
	}
	if disk > 0 && first.in.Keyword != "RUN" && j.c.Ships(first.in.Stage) {
		fix.Saving.Disk = &disk
	}
	fix.Saving.Rebuild = j.rebuild(entries, first, total)
	fix.Title = "Keep out of the build: " + list(entries)
	j.c.Report(transform.Finding{Kind: kindFix, Span: first.in.Span, Message: fix.Title, Fix: fix})
}

// rebuild says in words what the next build gains.
func (j *judge) rebuild(entries []entry, first *source, total int64) string {
	const notable = 100_000
	if all, err := j.c.Project.Usage("."); err == nil && total >= notable {
		return fmt.Sprintf("%s of %s no longer leave the context", size(total), size(all.Bytes))
	}
	if slices.ContainsFunc(entries, func(e entry) bool { return e.row.kind == "docker" }) {
		return fmt.Sprintf("a change of the Dockerfile no longer runs line %d and what follows again", first.in.Line())
	}
	return ""
}

// firstPath returns a path that the first entry hides.
func firstPath(entries []entry, candidates []candidate) string {
	hidden := hider(entries[0].pattern)
	for _, c := range candidates {
		if hidden(c.path) {
			return c.path
		}
	}
	return entries[0].pattern
}

// list names the patterns, the first few of many.
func list(entries []entry) string {
	const few = 4
	var names []string
	for _, e := range entries {
		names = append(names, e.pattern)
	}
	if len(names) > few+1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
	}
	return strings.Join(names, ", ")
}

// remark tells of files that go into the image and that only people can judge.
func (j *judge) remark(d *dockerfile) {
	for _, c := range j.survey.secrets {
		if s := d.received(c.path); s != nil {
			j.c.Missed(s.in, "secret", "%s goes into the image, and may hold secrets; the program may read it, so that only you can tell whether .dockerignore should name it", c.path)
		}
	}
	for _, c := range j.survey.large {
		if s := d.received(c.path); s != nil {
			j.c.Missed(s.in, "data", "%s%s goes into the image; if the program does not open it, .dockerignore should name it", c.path, bracketed(c.usage.Bytes))
		}
	}
}

func bracketed(n int64) string {
	if n == 0 {
		return ""
	}
	return " (" + size(n) + ")"
}

// amount says in words what an entry hides.
func amount(u transform.Usage) string {
	switch u.Files {
	case 0:
		return ""
	case 1:
		return size(u.Bytes)
	}
	return fmt.Sprintf("%s in %d files", size(u.Bytes), u.Files)
}

// size writes a number of bytes in decimal units.
func size(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	f, i := float64(n), 0
	for ; f >= 999.5 && i < len(units)-1; i++ {
		f /= 1000
	}
	if i > 0 && f < 9.95 {
		return fmt.Sprintf("%.1f %s", f, units[i])
	}
	return fmt.Sprintf("%.0f %s", f, units[i])
}
