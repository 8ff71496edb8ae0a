package stages

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
)

// A plan says how one stage becomes two.
type plan struct {
	*transform.Context
	stage    *artifact.Stage
	artifact *artifact.Artifact
	style    transform.Style
	// files are copied from the build stage.
	files []artifact.File
	// packages are those of the distribution that the file installs for the run time; recommends is true where what they
	// recommend is to be there, too.
	packages   []string
	recommends bool
	// repeated are the commands that run in the runtime stage, too, as they are written; of these, accounts make users without a home
	// folder, so that a copy of the list of users does as well.
	repeated, accounts []string
	// settings are the files by which apt finds packages, as far as the stage changes them; encrypted is true where they may name servers by HTTPS.
	settings  []artifact.File
	encrypted bool
	// linked is true where the cache of shared libraries is to be made again.
	linked  bool
	needs   []transform.Need
	options []option
	// earlier are the releases on one of which the stage is built, where its tag means a later one by now, on which it does not build any more.
	earlier []string
	// there are the packages of the build stage; nil where they are not known.
	there map[string]bool
	// lacks is the need that the last base that was looked at does not meet.
	lacks string
	// smallest is the last base of level aggressive that will not do, with what it lacks; "" if there is none.
	smallest string
}

// make finds out the three things. It returns why the stage has to stay as it is, "" if it need not.
func (p *plan) make() string {
	for _, step := range []func() string{p.unknowns, p.started, p.steps, p.named, p.contextLinks, p.runtimeNeeds, p.absent, p.bases} {
		if why := step(); why != "" {
			return why
		}
	}
	return ""
}

// unknowns says what cannot be told of the artifact, or of the system that it uses when it runs.
func (p *plan) unknowns() string {
	if p.stage.Partial {
		return "the build context has more than is looked at"
	}
	list := p.artifact.Unknowns
	if len(list) == 0 {
		list = slices.DeleteFunc(slices.Clone(p.stage.Needs().Unknowns), func(u transform.UnknownNeed) bool {
			return p.artifact.Settled != nil && p.artifact.Settled(u)
		})
	}
	if len(list) == 0 {
		return ""
	}
	u := list[0]
	if u.Evidence.Line == 0 {
		return fmt.Sprintf("%s %s", u.Evidence.Source, u.Reason)
	}
	return fmt.Sprintf("%s, line %d, %s", u.Evidence.Source, u.Evidence.Line, u.Reason)
}

// started looks for what the image starts: a program of the artifact, or a script.
func (p *plan) started() string {
	s := p.stage
	if why := starts(s.Start.Program, s.Start.Args); why != "" {
		return why
	}
	for _, f := range p.artifact.Files {
		p.add(f)
	}
	for _, program := range p.artifact.Programs {
		if s.Starts(program) {
			return ""
		}
	}
	places := []string{s.Start.Program}
	if !strings.Contains(s.Start.Program, "/") {
		places = nil
		for _, dir := range s.Path() {
			places = append(places, path.Join(dir, s.Start.Program))
		}
	}
	for _, place := range places {
		if _, ok := s.Tree.Context(place); ok {
			p.add(artifact.File{Path: place, Because: p.stage.Evidence(p.startedBy())})
			return ""
		}
		if from, ok := p.stage.Tree.Origin(place); ok && p.stage.Tree.Linked(place) {
			if _, copied := p.stage.Tree.Context(from); copied {
				return "" // by a link to a script
			}
		}
	}
	used := "command " + path.Base(s.Start.Program)
	if slices.ContainsFunc(s.Needs().Needs, func(n transform.Need) bool { return n.Step == nil && n.What == used }) {
		return "" // a package has it, which is installed for the run time
	}
	return fmt.Sprintf("it starts %s, and where that comes from is not known", s.Start.Program)
}

// startedBy is the instruction that names the program.
func (p *plan) startedBy() *transform.Instruction {
	switch s := p.stage.Start; {
	case s.Entrypoint != nil:
		return s.Entrypoint
	case s.Cmd != nil:
		return s.Cmd
	}
	return p.stage.Stage.From
}

// add adds a file, unless a folder that it lies in is copied, or it is a link, which the runtime stage makes itself.
func (p *plan) add(f artifact.File) {
	if p.covered(f.Path) || p.stage.Tree.Linked(f.Path) {
		return
	}
	if f.Folder {
		p.files = slices.DeleteFunc(p.files, func(g artifact.File) bool { return artifact.Within(g.Path, f.Path) })
	}
	p.files = append(p.files, f)
}

// covered reports whether a path is copied, by itself or within a folder.
func (p *plan) covered(name string) bool {
	return slices.ContainsFunc(p.files, func(g artifact.File) bool { return g.Path == name || g.Folder && artifact.Within(name, g.Path) })
}

// runtimeNeeds gathers what the program needs of the distribution.
func (p *plan) runtimeNeeds() string {
	for _, n := range p.stage.Needs().Needs {
		if n.Step == nil || n.Step.Stage != p.stage.Stage { // a last stage has to run its own steps, too
			if tool, ok := strings.CutPrefix(n.What, "command "); ok && slices.Contains(strings.Fields(brought[family(p.stage.Final.Image)]), tool) {
				return fmt.Sprintf("%s, line %d, calls %s, which is part of %s", n.Evidence.Source, n.Evidence.Line, tool, p.stage.Final.Image)
			}
			p.needs = append(p.needs, n)
		}
	}
	p.needs = append(p.needs, p.artifact.Needs...)
	base, known := p.Packages.Installed(p.stage.Final.Image)
	if !known && p.artifact.Alike {
		return ""
	}
	if !known {
		return "which packages " + p.stage.Image + " has is not known"
	}
	var names []string
	for _, i := range p.stage.Needs().Installs {
		names = append(names, i.Name)
	}
	more, err := p.Packages.Closure(base.Release, names, true, base.Names)
	if err != nil {
		return err.Error()
	}
	p.there = map[string]bool{}
	for _, name := range slices.Concat(base.Names, names, more) {
		p.there[name] = true
	}
	return ""
}

// brought are the programs that images have of their own, in no package, and that no base has which is an answer. Source: the Dockerfiles at
// github.com/docker-library.
var brought = map[string]string{"golang": "go gofmt", "gcc": "gcc g++ cc c++ cpp gfortran gcov"}

// family is the name of an image without its registry and tag.
func family(image string) string {
	name, _, _ := strings.Cut(path.Base(image), ":")
	return name
}
