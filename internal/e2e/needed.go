package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"dopt/internal/project"
	"dopt/internal/testbed"
	"dopt/internal/verify/trial"
	"dopt/transform"
)

// A verdict on a package is one of these.
const (
	isNeeded  = "needed"     // without it the build or a check fails
	notNeeded = "not needed" // without it all is as before
	isMissing = "missing"    // slim does not add it, and the build or a check fails without it
	isTried   = "tried"      // of the project itself, in place of a package: it was built as slim makes it
)

// A neededVerdict is what builds have shown of a package in a project.
type neededVerdict struct {
	project, pkg, verdict string
	// reason is what failed, on one line.
	reason string
}

// neededHead begins the file of verdicts.
const neededHead = "# What builds of the projects have shown of the packages that slim adds: project, package, verdict, what failed; written by \"make slim-needed\".\n"

// readVerdicts reads a file of verdicts; one that is not there has none.
func readVerdicts(name string) (list []neededVerdict, err error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Split(strings.TrimRight(line, "\n"), "\t"); len(f) == 4 {
			list = append(list, neededVerdict{f[0], f[1], f[2], f[3]})
		}
	}
	return list, nil
}

func writeVerdicts(name string, list []neededVerdict) error {
	slices.SortFunc(list, func(a, b neededVerdict) int {
		return cmp.Or(strings.Compare(a.project, b.project), strings.Compare(a.pkg, b.pkg))
	})
	var b strings.Builder
	b.WriteString(neededHead)
	for _, v := range list {
		fmt.Fprintln(&b, strings.Join([]string{v.project, v.pkg, v.verdict, v.reason}, "\t"))
	}
	return os.WriteFile(name, []byte(b.String()), 0o644)
}

// A tally counts verdicts.
type tally struct {
	needed, needless, missing, untried []string
}

// count returns the verdicts on what slim adds to a project, and on what it should have added.
func count(known []neededVerdict, project string, added []string) (t tally) {
	verdicts := map[string]string{}
	for _, v := range known {
		if v.project != project {
			continue
		}
		verdicts[v.pkg] = v.verdict
		if v.verdict == isMissing && !slices.Contains(added, v.pkg) {
			t.missing = append(t.missing, v.pkg)
		}
	}
	for _, name := range added {
		switch verdicts[name] {
		case isNeeded, isMissing:
			t.needed = append(t.needed, name)
		case notNeeded:
			t.needless = append(t.needless, name)
		default:
			t.untried = append(t.untried, name)
		}
	}
	if verdicts["-"] != isTried {
		t.untried = append(t.untried, project)
	}
	return t
}

func (t *tally) add(o tally) {
	t.needed, t.needless = append(t.needed, o.needed...), append(t.needless, o.needless...)
	t.missing, t.untried = append(t.missing, o.missing...), append(t.untried, o.untried...)
}

// String lists the verdicts for a table.
func (t tally) String() string {
	var parts []string
	for _, group := range []struct {
		what  string
		names []string
	}{{isNeeded, t.needed}, {notNeeded, t.needless}, {isMissing, t.missing}, {"not tried", t.untried}} {
		if len(group.names) > 0 {
			parts = append(parts, group.what+": "+strings.Join(group.names, " "))
		}
	}
	if len(parts) == 0 {
		return "nothing is added, nothing is missing"
	}
	return strings.Join(parts, "; ")
}

// summary gives precision and recall.
func (t tally) summary() string {
	added, wanted := len(t.needed)+len(t.needless), len(t.needed)+len(t.missing)
	text := fmt.Sprintf("%d of %d added packages are needed (precision), and %d of %d needed packages are added (recall)", len(t.needed), added, len(t.needed), wanted)
	if len(t.untried) > 0 {
		text += "; what is not tried does not count"
	}
	return text + "."
}

// findNeeded builds each project as slim makes it, which shows what is missing, and without one of the added packages at a time. What was
// found is written after each project.
func findNeeded(c *cli.Context, cases []*Case, known []neededVerdict) error {
	bed, err := testbed.Start(c.Context)
	if err != nil {
		return err
	}
	defer bed.Close()
	h := onlySlim(transform.Standard)
	h.bed, h.reach, h.patience = bed, &reach{bed: bed}, c.Int("patience")
	for _, one := range cases {
		verdicts, err := h.needed(c.Context, one)
		if err != nil {
			return err
		}
		known = slices.DeleteFunc(known, func(v neededVerdict) bool { return v.project == one.Name })
		known = append(known, verdicts...)
		for _, v := range verdicts {
			fmt.Printf("%s\t%s\t%s\t%s\n", v.project, v.pkg, v.verdict, v.reason)
		}
		if err := writeVerdicts(c.Path("needed"), known); err != nil {
			return err
		}
	}
	return nil
}

// maxMissing bounds how many packages a project may lack.
const maxMissing = 4

// needed returns the verdicts on a project; none if its base does not change.
func (h *harness) needed(ctx context.Context, c *Case) (list []neededVerdict, err error) {
	files := project.NewContext(c.Dir)
	defer files.Close()
	source := project.New(files, filepath.ToSlash(c.Dockerfile), nil, nil)
	r, err := h.rewrite(c, source, trial.Variant{})
	if err != nil || !r.Rewritten() {
		return nil, err
	}
	whole, err := h.trial(c, source)
	if err != nil {
		return nil, err
	}
	whole.MaxTries, whole.MaxRepairs = 2*maxMissing, maxMissing
	o, err := whole.Run(ctx)
	if err != nil {
		return nil, err
	}
	result := newResult(c, h.variant)
	if h.fill(&result, o); result.Status != "" {
		return nil, fmt.Errorf("%s: %s: %s", c.Name, result.Status, result.Reason)
	}
	list = append(list, neededVerdict{c.Name, "-", isTried, ""})
	for _, repair := range o.Result.Repairs {
		list = append(list, neededVerdict{c.Name, repair.Name, isMissing, brief(repair.Need)})
	}
	stay, gone := addedPackages(r)
	for _, name := range slices.Concat(stay, gone) {
		without, err := h.trial(c, source)
		if err != nil {
			return nil, err
		}
		without.Rewrite = func(trial.Variant) (*transform.Report, error) { return withoutPackage(r, name) }
		o, err := without.Run(ctx)
		if o == nil || ctx.Err() != nil {
			return nil, cmp.Or(err, ctx.Err())
		}
		result := newResult(c, h.variant)
		v := neededVerdict{c.Name, name, notNeeded, ""}
		if h.fill(&result, o); result.Status != "" {
			v.verdict, v.reason = isNeeded, brief(result.Reason)
		}
		list = append(list, v)
	}
	return list, nil
}

// maxReason bounds what is kept of a reason, in bytes.
const maxReason = 300

// brief returns a text on one line, cut where it is long.
func brief(text string) string {
	if text = oneLine(text); len(text) > maxReason {
		text = strings.ToValidUTF8(text[:maxReason], "") + "…"
	}
	return text
}

// withoutPackage returns a report whose result does not install a package that slim has added.
func withoutPackage(r *transform.Report, name string) (*transform.Report, error) {
	word := regexp.MustCompile(`(\s)` + regexp.QuoteMeta(name) + `(\s)`)
	drop := func(text string) string { return word.ReplaceAllString(text+" ", "$1$2") }
	text := installLine.ReplaceAllStringFunc(string(r.After.Src), drop)
	text = manualLine.ReplaceAllStringFunc(text, drop)
	doc, err := transform.Parse(r.After.Name, []byte(text))
	if err != nil {
		return nil, err
	}
	shorter := *r
	shorter.After = doc
	return &shorter, nil
}
