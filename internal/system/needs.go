package system

import (
	"io/fs"
	"slices"
	"strings"

	"dopt/internal/catalog"
	"dopt/internal/catalog/official"
	"dopt/internal/needs"
	"dopt/transform"
	"dopt/transform/shell"
)

// Needs implements transform.Packages.
func (packages) Needs(c *transform.Context) transform.StageNeeds {
	bases := c.Bases
	stage := stageNeeds(c, bases)
	if stage == nil {
		return transform.StageNeeds{Unknowns: []transform.UnknownNeed{{Reason: "is not looked at"}}}
	}
	base := c.Settings.OfficialName(stage.Base)
	releases := releasesOf(stage, base)
	if len(releases) > 0 && releases[0] != string(stage.Release) {
		stage = stageNeeds(c, onRelease{bases, stage.Base, releases[0]})
	}
	reference, _ := official.ParseReference(base)
	t := translation{
		stage: stage, base: base, python: reference.PythonVersion(), files: c.Files,
		scripts: map[string]map[string]bool{}, asked: map[language]bool{},
	}
	t.out.Release, t.out.Releases = string(stage.Release), releases
	t.all()
	t.implied()
	t.sources()
	return t.out
}

// A translation says in packages of the distribution what a stage needs.
type translation struct {
	stage *needs.Stage
	// base is the official name of the image below.
	base string
	// python is the version of Python of the base, "" if it is not known.
	python string
	out    transform.StageNeeds
	// files is the build context; nil where there is none.
	files fs.FS
	// scripts are the packages of lock files of npm, by folder, and whether they run a script when they are installed.
	scripts map[string]map[string]bool
	// asked are the packages of languages that have been looked up.
	asked map[language]bool
}

func (t *translation) all() {
	for _, u := range t.stage.Unknowns {
		t.out.Unknowns = append(t.out.Unknowns, transform.UnknownNeed{Reason: u.Reason, Step: u.Step, Evidence: u.Evidence})
	}
	for _, i := range t.stage.Installs {
		if !unconditional(i) {
			continue
		}
		t.out.Installs = append(t.out.Installs, transform.PackageInstall{Name: i.Package, Recommends: i.Recommends, Step: i.Step})
	}
	for i := range t.stage.Needs {
		switch n := &t.stage.Needs[i]; n.Kind {
		case needs.Package:
			t.language(language{n.Ecosystem, n.Name, n.Version, t.locked(n), n.Source, n.Step}, n.Evidence, 0)
		case needs.Command:
			t.command(n)
		case needs.User, needs.Group: // both variants of an image have the same
		default:
			if n.Kind == needs.Path && leftOut(n.Name) {
				t.unknown(n.Step, n.Evidence, "uses "+n.Name+", which slim images leave out of every package")
			}
			t.add(n.Step, n.Evidence, describe(n), needs.Owners(t.stage.Release, n)...)
		}
	}
}

// unconditional reports whether a step installs a package whenever it succeeds.
func unconditional(i needs.Install) bool {
	script := i.Step.Script()
	return script != nil && script.Shell != nil && slices.ContainsFunc(script.Shell.Commands, func(c *shell.Command) bool {
		return c.Always && slices.ContainsFunc(c.Argv(), func(w string) bool { return strings.HasPrefix(w, i.Package) })
	})
}

// leftOut reports whether dpkg leaves a file out of what it installs on slim images. Source:
// https://github.com/debuerreotype/debuerreotype/blob/master/scripts/.slimify-excludes
func leftOut(name string) bool {
	for _, folder := range []string{"doc", "groff", "info", "linda", "lintian", "locale", "man"} {
		if strings.HasPrefix(name+"/", "/usr/share/"+folder+"/") {
			return true
		}
	}
	return false
}

func describe(n *needs.Need) string {
	switch n.Kind {
	case needs.Certificates:
		return "certificates of servers"
	case needs.Zone:
		return strings.TrimSpace("time zone " + n.Name)
	}
	return string(n.Kind) + " " + n.Name
}

// add adds a need that any one of the packages meets. In place of a virtual one stand those that provide it.
func (t *translation) add(step *transform.Instruction, because transform.Evidence, what string, packages ...string) {
	var list []string
	for _, name := range packages {
		if _, _, real := catalog.Package(t.stage.Release, name); real {
			list = append(list, name)
		} else {
			list = append(list, catalog.Providers(t.stage.Release, name)...)
		}
	}
	if len(list) > 0 {
		t.out.Needs = append(t.out.Needs, transform.Need{What: what, Packages: list, Step: step, Evidence: because})
	}
}

func (t *translation) unknown(step *transform.Instruction, because transform.Evidence, reason string) {
	t.out.Unknowns = append(t.out.Unknowns, transform.UnknownNeed{Reason: reason, Step: step, Evidence: because})
}
