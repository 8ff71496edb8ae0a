// Package ignore judges rewrites of ignore files from outside: whatever a pass believes of a build context, what
// an instruction copies by name, what an install reads and what a command names must still reach the build.
package ignore

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"dopt/transform"
)

// New returns a validator of what a rewrite does to files of the build context. Of a rewrite that changes none it
// has nothing to say.
func New() transform.Validator { return validator{} }

type validator struct{}

// Validate implements transform.Validator.
func (validator) Validate(_, after *transform.Document, env transform.Environment, claim transform.Claim) transform.Verdict {
	verdict := transform.Verdict{Status: transform.Refines}
	for _, c := range env.Changes {
		switch {
		case !claim.Allows(transform.IgnoreFile):
			return unsound("%s changes, which the claim does not allow", c.Path)
		case !strings.HasSuffix(c.Path, ".dockerignore"):
			return unsound("%s changes, which is no ignore file", c.Path)
		}
		verdict = verdict.Worse(change(after, env.Files, c))
	}
	return verdict
}

func unsound(format string, args ...any) transform.Verdict {
	return transform.Verdict{Status: transform.Unsound, Reasons: []string{fmt.Sprintf(format, args...)}}
}

// change judges the change of one ignore file.
func change(doc *transform.Document, files fs.FS, c transform.FileChange) transform.Verdict {
	text, err := fs.ReadFile(files, c.Path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unsound("%s cannot be read, and would be written anew", c.Path)
	}
	if !keeps(text, c.Data) {
		return unsound("%s loses or moves lines that its author wrote", c.Path)
	}
	before, err := matcher(text)
	if err != nil {
		return unsound("%s has not been usable: %v", c.Path, err)
	}
	after, err := matcher(c.Data)
	if err != nil {
		return unsound("%s would not be usable: %v", c.Path, err)
	}
	j := &judge{doc: doc, files: files, before: before, after: after}
	j.folder(".")
	return j.verdict()
}

// keeps reports whether all lines of an ignore file are in the new version, in the same order: the last pattern
// that matches a path decides.
func keeps(before, after []byte) bool {
	rest := strings.Split(string(after), "\n")
	for line := range strings.SplitSeq(strings.TrimSuffix(string(before), "\n"), "\n") {
		i := slices.IndexFunc(rest, func(l string) bool { return strings.TrimSuffix(l, "\r") == strings.TrimSuffix(line, "\r") })
		if i < 0 {
			return false
		}
		rest = rest[i+1:]
	}
	return true
}

func matcher(text []byte) (*patternmatcher.PatternMatcher, error) {
	patterns, err := ignorefile.ReadAll(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	return patternmatcher.New(patterns)
}

// maxEntries bounds how many files and folders are compared.
const maxEntries = 100_000

// A judge compares what two versions of an ignore file hide.
type judge struct {
	doc           *transform.Document
	files         fs.FS
	before, after *patternmatcher.PatternMatcher
	entries       int
	// gone are the files and folders that only the new version hides, without what is in them.
	gone []gone
}

// A gone is something that no longer reaches the build.
type gone struct {
	path   string
	folder bool
}

// hides reports whether only the new version hides a path.
func (j *judge) hides(p string) bool {
	was, err := j.before.MatchesOrParentMatches(p)
	if err != nil || was {
		return false
	}
	is, err := j.after.MatchesOrParentMatches(p)
	return is || err != nil
}

// folder collects what is gone from a folder.
func (j *judge) folder(folder string) {
	entries, err := fs.ReadDir(j.files, folder)
	if j.entries += len(entries); err != nil || j.entries > maxEntries {
		return
	}
	for _, e := range entries {
		p := path.Join(folder, e.Name())
		switch {
		case j.hides(p):
			j.gone = append(j.gone, gone{p, e.IsDir()})
		case e.IsDir():
			if was, err := j.before.MatchesOrParentMatches(p); err == nil && !was {
				j.folder(p)
			}
		}
	}
}

func (j *judge) verdict() transform.Verdict {
	v := transform.Verdict{Status: transform.Refines}
	if j.entries > maxEntries {
		v = transform.Verdict{Status: transform.Unproven, Reasons: []string{fmt.Sprintf("the context has more than %d files", maxEntries)}}
	}
	for _, in := range j.doc.Instructions {
		v = v.Worse(j.instruction(in))
	}
	for _, g := range j.gone {
		v = v.Worse(j.made(g))
	}
	return v
}
