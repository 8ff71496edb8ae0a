package main

import (
	"archive/tar"
	"cmp"
	"compress/gzip"
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
		&cli.BoolFlag{Name: "without", Usage: "build the projects that change as they are, and without each added package in turn"},
		&cli.PathFlag{Name: "needed", Value: "internal/e2e/needed.tsv", Usage: "`FILE` of what that has shown"},
		&cli.IntFlag{Name: "patience", Value: 1, Usage: "give checks this `NUMBER` of times their time limit, on a busy machine"},
	},
	Action: tellSlim,
}

func tellSlim(c *cli.Context) error {
	cases, err := loadCases(c.Path("examples"), c.Args().Slice())
	if err != nil {
		return err
	}
	known, err := readVerdicts(c.Path("needed"))
	if err != nil {
		return err
	}
	if c.Bool("without") {
		return findNeeded(c, cases, known)
	}
	var b strings.Builder
	if err := slimExamples(&b, cases, known); err != nil {
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

// slimHead begins the section of docs/results.md.
const slimHead = "## Slim bases\n\n" +
	"What pass `slim` alone does with the projects, at level standard. *Removed again* are packages that the one step which uses them removes.\n" +
	"*Needed* are those without which the build or a check fails (`make slim-needed`); *missing* those that a build or a check asks for in addition.\n\n" +
	"| project | base | stays | removed again | needed or not |\n| --- | --- | --- | --- | --- |\n"

// slimExamples writes a table of the projects: the base, the packages that are added, and which of them are known to be needed.
func slimExamples(w io.Writer, cases []*Case, known []neededVerdict) error {
	fmt.Fprint(w, slimHead)
	var all tally
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
				one := count(known, c.Name, slices.Concat(stay, gone))
				all.add(one)
				fmt.Fprintf(w, "| %s | %s | %s | %s | %s |\n", c.Name, base, orDash(strings.Join(stay, " ")), orDash(strings.Join(gone, " ")), one)
			} else {
				fmt.Fprintf(w, "| %s | %s | - | - | - |\n", c.Name, f.Message)
			}
		}
	}
	_, err := fmt.Fprintf(w, "\n%s\n", all.summary())
	return err
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

// slimReasons name the kinds of reasons that have names, numbers and places in the middle.
var slimReasons = []struct{ pattern, name string }{
	{`^no CMD or ENTRYPOINT`, "no CMD or ENTRYPOINT says what runs in it"},
	{`^the last stage is built on`, "the last stage is built on another one, and what else is made of that is not looked at"},
	{`what (is|was) downloaded|downloads the program`, "a program is, or may be, part of what a step downloads, and its libraries are not known"},
	{`is for an image to work in`, "what it starts is for an image to work in"},
	{`and the packages of Debian`, "something uses what the slim image lacks, and the packages of its release have moved to archive.debian.org"},
	{`is out of support`, "its release is out of support, and which packages it and its slim variant have is not known"},
	{`^the packages of Debian`, "steps install packages of its release, which have moved to archive.debian.org, where apt does not look"},
	{`one update of Java`, "its tag asks for one update of Java, and none of eclipse-temurin goes by that name"},
	{`^its tag asks for`, "its tag asks for a release of a distribution on which eclipse-temurin is not"},
	{`^eclipse-temurin has no Java`, "eclipse-temurin has no image of that version of Java that gets updates"},
	{`may go by other names`, "a step installs packages, which may go by other names where eclipse-temurin is"},
	{`may get another number`, "a step creates a user, who may get another number where eclipse-temurin is"},
	{`^what line \d+ copies`, "what is copied from another image may have been made for the system below openjdk"},
	{`and that differs in`, "something names a path or variable of openjdk that differs in eclipse-temurin"},
	{`is not known to have`, "something uses a command or library that eclipse-temurin is not known to have"},
}

// reasonOf returns the reason of a finding without names, numbers and places, so that those of one kind are counted together.
func reasonOf(message string) string {
	_, reason, _ := strings.Cut(strings.Replace(message, ", which gets no updates any more: ", ": ", 1), " stays: ")
	for _, kind := range slimReasons {
		if regexp.MustCompile(kind.pattern).MatchString(reason) {
			return kind.name
		}
	}
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
