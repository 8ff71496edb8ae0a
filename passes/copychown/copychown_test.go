package copychown

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/catalog"
	"dopt/transform"
	"dopt/transform/validate/llb"
)

// A sized is a build context that knows its sizes and nothing else.
type sized struct{ fstest.MapFS }

func (sized) IgnoreFile() (path string, text []byte) { return ".dockerignore", nil }
func (sized) Ignored(string) bool                    { return false }
func (s sized) With(fs.FS) transform.Project         { return s }
func (sized) Churn(...string) transform.Churn        { return transform.Churn{} }

func (s sized) Remember(_ any, find func(transform.Project) any) any { return find(s) }

func (s sized) Usage(p string) (transform.Usage, error) {
	var u transform.Usage
	for name, f := range s.MapFS {
		if p == "." || name == p || strings.HasPrefix(name, p+"/") {
			u.Files++
			u.Bytes += int64(len(f.Data))
		}
	}
	return u, nil
}

func rewrite(t *testing.T, src string, files fs.FS) *transform.Report {
	t.Helper()
	doc, err := transform.Parse("Dockerfile", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	p := &transform.Pipeline{Passes: []*transform.Pass{Pass}, Validators: []transform.Validator{llb.New()}, Bases: catalog.Bases(), Level: transform.Safe}
	r, err := p.Run(doc, files)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var project = sized{fstest.MapFS{
	"run.sh":    {Data: []byte("#!/bin/sh\n"), Mode: 0o644},
	"group.sh":  {Data: []byte("#!/bin/sh\n"), Mode: 0o664},
	"setuid.sh": {Data: []byte("#!/bin/sh\n"), Mode: 0o755 | fs.ModeSetuid},
	"lib/a.js":  {Data: make([]byte, 100), Mode: 0o644},
	"lib/b.js":  {Data: make([]byte, 23), Mode: 0o600},
}}

// What +x makes depends on the mode in the build context; here is what no txtar case can have.
func TestModesOfTheContext(t *testing.T) {
	for source, want := range map[string]string{
		"run.sh":    "COPY --chmod=755 run.sh /x.sh\n",
		"group.sh":  "COPY --chmod=775 group.sh /x.sh\n",
		"setuid.sh": "COPY setuid.sh /x.sh\nRUN chmod +x /x.sh\n",
		"lib/b.js":  "COPY lib/b.js /x.sh\nRUN chmod +x /x.sh\n", // nobody else may read it, on this machine
		"none.sh":   "COPY none.sh /x.sh\nRUN chmod +x /x.sh\n",
	} {
		r := rewrite(t, "FROM debian:12\nCOPY "+source+" /x.sh\nRUN chmod +x /x.sh\n", project)
		if got := strings.TrimPrefix(string(r.After.Src), "FROM debian:12\n"); got != want {
			t.Errorf("%s: got\n%swant\n%s", source, got, want)
		}
	}
}

// Line breaks are the file's own, and a last line without one stays so.
func TestLineBreaks(t *testing.T) {
	for src, want := range map[string]string{
		"FROM debian:12\r\n# starts\r\nCOPY run.sh /\r\n# runs\r\nRUN mkdir /d && \\\r\n  chmod 755 /run.sh\r\n": "FROM debian:12\r\n# starts\r\nCOPY --chmod=755 run.sh /\r\n# runs\r\nRUN mkdir /d\r\n",
		"FROM debian:12\r\n# starts\r\nCOPY run.sh /\r\n\r\n# runs\r\nRUN chmod 755 /run.sh\r\n\r\nCMD x\r\n":    "FROM debian:12\r\n# starts\r\n# runs\r\nCOPY --chmod=755 run.sh /\r\n\r\nCMD x\r\n",
		"FROM debian:12\nCOPY run.sh /\nRUN chmod 755 /run.sh":                                                   "FROM debian:12\nCOPY --chmod=755 run.sh /\n",
		"# escape=`\nFROM debian:12\nCOPY run.sh /\nRUN mkdir /d `\n && chmod 755 /run.sh `\n && true\n":         "# escape=`\nFROM debian:12\nCOPY run.sh /\nRUN mkdir /d `\n && chmod 755 /run.sh `\n && true\n", // a Windows file
	} {
		if got := string(rewrite(t, src, project).After.Src); got != want {
			t.Errorf("%q\n got %q\nwant %q", src, got, want)
		}
	}
}

// What a RUN stores once more is the size of what was copied; an unknown size is no zero.
func TestSaving(t *testing.T) {
	for src, want := range map[string]int64{
		"FROM node:22\nCOPY lib /app/lib\nCOPY run.sh /app/\nRUN chown -R node:node /app\n": 133,
		"FROM node:22\nCOPY run.sh group.sh /\nRUN chmod 755 /run.sh /group.sh\n":           20,
		"FROM node:22\nADD https://example.com/x /usr/bin/x\nRUN chmod 755 /usr/bin/x\n":    -1,
		"FROM node:22\nCOPY <<EOF /x.sh\n#!/bin/sh\nEOF\nRUN chmod 755 /x.sh\n":             10,
		"FROM node:22\nCOPY nothing /app/lib\nCOPY run.sh /app/\nRUN chown -R 5:6 /app\n":   -1,
		"FROM node:22\nCOPY --chown=5:6 lib /app/lib\nENV A=1\nRUN chown -R 5:6 /app/lib\n": 123,
		"FROM node:22\nWORKDIR /app\nCOPY lib .\nRUN chown -R node:node /app\n":             123,
		"FROM node:22\nWORKDIR /app\nCOPY . .\nRUN echo && chown -R node:node /app && true": 153,
	} {
		r := rewrite(t, src, project)
		if n := r.Count(transform.StatusApplied); n != 1 {
			t.Errorf("%s\n%d fixes made, want 1", src, n)
			continue
		}
		got := int64(-1)
		if disk := r.Findings[0].Fix.Saving.Disk; disk != nil {
			got = *disk
		}
		if got != want || r.Findings[0].Fix.Saving.Compressed != nil {
			t.Errorf("%s\nsaves %d bytes, want %d", src, got, want)
		}
	}
}
