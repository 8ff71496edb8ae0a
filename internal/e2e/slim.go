package main

import (
	"archive/tar"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"dopt/internal/project"
	"dopt/internal/testbed"
	"dopt/internal/verify/trial"
	"dopt/passes"
	"dopt/transform"
)

var slimCommand = &cli.Command{
	Name:      "slim",
	Usage:     "tell what pass slim does with the example projects and with real Dockerfiles",
	ArgsUsage: "[CASE…]",
	Flags: []cli.Flag{
		&cli.PathFlag{Name: "examples", Value: "examples", Usage: "`FOLDER` of the projects"},
		&cli.PathFlag{Name: "corpus", Usage: "`ARCHIVE` of real Dockerfiles, a .tar.gz with a folder dockerfiles"},
		&cli.PathFlag{Name: "markdown", Usage: "write what was found into its place in this `FILE`"},
		&cli.BoolFlag{Name: "without", Usage: "build the projects without each added package in turn: one that is not missed was one too many"},
		&cli.IntFlag{Name: "patience", Value: 1, Usage: "give checks this `NUMBER` of times their time limit, on a busy machine"},
	},
	Action: tellSlim,
}

func tellSlim(c *cli.Context) error {
	cases, err := loadCases(c.Path("examples"), c.Args().Slice())
	if err != nil {
		return err
	}
	if c.Bool("without") {
		return without(c, cases)
	}
	var b strings.Builder
	if err := slimExamples(&b, cases); err != nil {
		return err
	}
	if name := c.Path("corpus"); name != "" {
		if err := slimCorpus(&b, name); err != nil {
			return err
		}
	}
	if name := c.Path("markdown"); name != "" {
		return writeBetween(name, slimBegin, slimEnd, b.String())
	}
	_, err = fmt.Print(b.String())
	return err
}

// The lines around what slim does in docs/results.md.
const (
	slimBegin = "<!-- slim: make results -->\n"
	slimEnd   = "<!-- end of slim -->\n"
)

// writeBetween replaces what stands between two lines of a page, which are added at its end where they are missing.
func writeBetween(name, begin, end, text string) error {
	page, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	head, rest, ok := strings.Cut(string(page), begin)
	_, tail, _ := strings.Cut(rest, end)
	if !ok {
		head += "\n"
	}
	return os.WriteFile(name, []byte(head+begin+text+end+tail), 0o644)
}

// onlySlim returns a harness that runs no other pass.
func onlySlim(level transform.Level) *harness {
	h := &harness{variant: variant{level: level}}
	for _, p := range passes.All() {
		if p.Name != "slim" {
			h.skip = append(h.skip, p.Name)
		}
	}
	return h
}

// slimExamples writes a table of the projects: the base, and the packages that are added.
func slimExamples(w io.Writer, cases []*Case) error {
	fmt.Fprintf(w, "## Slim bases\n\nWhat pass `slim` alone does with the projects, at level standard. *Removed again* are packages that the one step which uses them removes.\n\n"+
		"| project | base | stays | removed again |\n| --- | --- | --- | --- |\n")
	for _, c := range cases {
		files := project.NewContext(c.Dir)
		r, err := onlySlim(transform.Standard).rewrite(c, project.New(files, filepath.ToSlash(c.Dockerfile), nil, nil), trial.Variant{})
		files.Close()
		if err != nil {
			return err
		}
		stay, gone := addedPackages(r)
		for _, f := range r.Findings {
			if f.Kind != "base" {
				continue
			}
			if f.Status == transform.StatusApplied {
				base, _, _ := strings.Cut(strings.TrimPrefix(f.Fix.Title, "Use "), ", ")
				fmt.Fprintf(w, "| %s | %s | %s | %s |\n", c.Name, base, orDash(strings.Join(stay, " ")), orDash(strings.Join(gone, " ")))
			} else {
				fmt.Fprintf(w, "| %s | %s | - | - |\n", c.Name, f.Message)
			}
		}
	}
	return nil
}

var (
	installLine = regexp.MustCompile(`apt-get install -y --no-install-recommends((?:\s|\\|[a-z0-9][a-z0-9+.-]+)+)`)
	packageName = regexp.MustCompile(`[a-z0-9][a-z0-9+.-]+`)
	manualLine  = regexp.MustCompile(`apt-mark manual \$savedAptMark([^>]*)`)
)

// addedPackages returns the packages that slim has added: those that stay, and those that are removed again.
func addedPackages(r *transform.Report) (stay, gone []string) {
	before, after := string(r.Before.Src), string(r.After.Src)
	old := installLine.FindAllString(before, -1)
	manual := manualLine.FindAllString(after, -1)
	for _, m := range installLine.FindAllStringSubmatchIndex(after, -1) {
		if slices.Contains(old, after[m[0]:m[1]]) {
			continue
		}
		rest, _, _ := strings.Cut(after[m[1]:], "\nRUN")
		borrows := strings.Contains(rest, "apt-get purge -y --auto-remove")
		for _, name := range packageName.FindAllString(after[m[2]:m[3]], -1) {
			if borrows && !slices.ContainsFunc(manual, func(line string) bool { return slices.Contains(strings.Fields(line), name) }) {
				gone = append(gone, name)
			} else {
				stay = append(stay, name)
			}
		}
	}
	return stay, gone
}

// slimCorpus writes how many real Dockerfiles change at level aggressive, for there is no context, and why others do not.
func slimCorpus(w io.Writer, name string) error {
	files, changed := 0, 0
	refused := map[string]int{}
	err := eachDockerfile(name, func(name string, src []byte) error {
		doc, err := transform.Parse(name, src)
		if err != nil {
			return err
		}
		r, err := onlySlim(transform.Aggressive).pipeline(nil).Run(doc, nil)
		if err != nil {
			return err
		}
		files++
		for _, f := range r.Findings {
			switch {
			case f.Status == transform.StatusApplied:
				changed++
			case f.Kind == "base":
				refused[reasonOf(f.Message)]++
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	reasons := slices.SortedFunc(maps.Keys(refused), func(a, b string) int { return cmp.Or(refused[b]-refused[a], strings.Compare(a, b)) })
	fmt.Fprintf(w, "\nOf %d real Dockerfiles, which have no build context, slim changes %d at level aggressive. All others build on images without a slim variant, but for these:\n\n| Dockerfiles | the base stays, for |\n| ---: | --- |\n", files, changed)
	for _, reason := range reasons {
		fmt.Fprintf(w, "| %d | %s |\n", refused[reason], reason)
	}
	return nil
}

// reasonOf returns the reason of a finding without names, numbers and places, so that those of one kind are counted together.
func reasonOf(message string) string {
	_, reason, _ := strings.Cut(message, " stays: ")
	if i := strings.Index(reason, ", line "); i >= 0 {
		_, reason, _ = strings.Cut(reason[i+2:], ", ")
	}
	for _, kind := range []struct{ pattern, name string }{
		{`^whether (\S+) package \S+ (.*)`, "whether a $1 package $2"},
		{`^what (\S+) package \S+ (.*)`, "what a $1 package $2"},
		{`^line \d+ `, "a step "},
		{`(calls a command|runs|downloads the program|installs packages|calls|uses) (named by |a script |the script |the programs of )?[^ ,]*(.*)`, "$1 $2…$3"},
		{`^(what is copied from) \S+`, "$1 another image"},
		{`^\w+ (has moved to archive)`, "its release $1"},
		{`(have?, or|whether it and|which packages it and) \S+ (have)`, "which packages it and its slim variant $2"},
		{`\w+ has no package \S+`, "the release does not have it"},
		{`: .*`, ""},
	} {
		reason = regexp.MustCompile(kind.pattern).ReplaceAllString(reason, kind.name)
	}
	return reason
}

func eachDockerfile(name string, do func(name string, src []byte) error) error {
	archive, err := os.Open(name)
	if err != nil {
		return err
	}
	defer archive.Close()
	z, err := gzip.NewReader(archive)
	if err != nil {
		return err
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg || !strings.HasPrefix(h.Name, "dockerfiles/") {
			continue
		}
		src, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if err := do(path.Base(h.Name), src); err != nil {
			return err
		}
	}
}

// without builds each project without one of the added packages at a time, and tells which were missed.
func without(c *cli.Context, cases []*Case) error {
	bed, err := testbed.Start(c.Context)
	if err != nil {
		return err
	}
	defer bed.Close()
	h := onlySlim(transform.Standard)
	h.bed, h.reach, h.patience = bed, &reach{bed: bed}, c.Int("patience")
	for _, one := range cases {
		if err := h.withoutEach(c.Context, one); err != nil {
			return err
		}
	}
	return nil
}

func (h *harness) withoutEach(ctx context.Context, c *Case) error {
	files := project.NewContext(c.Dir)
	defer files.Close()
	source := project.New(files, filepath.ToSlash(c.Dockerfile), nil, nil)
	r, err := h.rewrite(c, source, trial.Variant{})
	if err != nil {
		return err
	}
	stay, gone := addedPackages(r)
	for _, name := range slices.Concat(stay, gone) {
		t, err := h.trial(c, source)
		if err != nil {
			return err
		}
		t.Rewrite = func(trial.Variant) (*transform.Report, error) { return withoutPackage(r, name) }
		o, err := t.Run(ctx)
		if err != nil && ctx.Err() != nil {
			return err
		}
		result := newResult(c, h.variant)
		if o != nil {
			h.fill(&result, o)
		}
		verdict := "missed: " + result.Reason
		if result.Status == "" && err == nil {
			verdict = "not missed"
		}
		fmt.Printf("%s\t%s\t%s\n", c.Name, name, oneLine(verdict))
	}
	return nil
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
