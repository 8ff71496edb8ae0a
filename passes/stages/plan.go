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
}

// An option is a base that is an answer, with what has to be installed on it.
type option struct {
	base    artifact.Base
	install []string
	// because has the need that each package meets.
	because []transform.Evidence
	// exec is true where the base has no shell, and the program is started without the one that only passes on its words.
	exec bool
	// files are further ones that the build stage has and the base does not.
	files []artifact.File
	// without are packages of tools that only somebody at a shell would call, and that the base cannot have.
	without []string
	// users is true where the base has no shell, either, to make users with, and gets the list of them.
	users bool
	// named is true where the tag of the base has got the name of its release, which the build stage has to get, too.
	named bool
}

// make finds out the three things. It returns why the stage has to stay as it is, "" if it need not.
func (p *plan) make() string {
	for _, step := range []func() string{p.unknowns, p.started, p.steps, p.named, p.runtimeNeeds, p.absent, p.bases} {
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

// add adds a file, unless a folder that it lies in is copied.
func (p *plan) add(f artifact.File) {
	if p.covered(f.Path) {
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

// bases finds the first base of each level that has what is needed, or on which it can be installed.
func (p *plan) bases() string {
	taken := map[transform.Level]bool{}
	for _, b := range p.artifact.Bases {
		if taken[b.Level] {
			continue
		}
		if o, ok := p.option(b); ok {
			taken[b.Level] = true
			p.options = append(p.options, o)
		}
	}
	if len(p.options) == 0 {
		return p.without()
	}
	return ""
}

// without says why no base is an answer.
func (p *plan) without() string {
	if p.lacks != "" {
		return "no base that is known has what it needs: " + p.lacks
	}
	return "no base that is known has what it needs"
}

// namedUser reports whether the image runs as a user other than root whom the file names: which ones a small base has is its own affair.
func (p *plan) namedUser() bool {
	for _, in := range slices.Backward(p.stage.Final.Stage.Instructions) {
		if in.Keyword == "USER" {
			user, _, _ := strings.Cut(in.Args().Text, ":")
			return user != "root" && strings.Trim(user, "0123456789") != ""
		}
	}
	return false
}

// runs reports whether something has to run in the runtime stage: more than commands that only add to the list of users.
func (p *plan) runs(b artifact.Base) bool {
	return len(p.repeated) > len(p.accounts) || b.Places == nil && len(p.artifact.Repeat) > 0 || p.linked
}

// option says what has to be installed on a base; ok is false where it cannot be.
func (p *plan) option(b artifact.Base) (option, bool) {
	o := option{base: b}
	has := map[string]bool{}
	for _, name := range b.Provides {
		has[name] = true
	}
	if !p.prepared(&o, has) {
		return o, false
	}
	o.exec = !has["dash"] && p.stage.Start.Exact
	for _, n := range p.needs {
		if o.exec && p.passesOn(n) {
			continue
		}
		if slices.ContainsFunc(n.Packages, func(name string) bool { return has[name] }) {
			continue
		}
		if p.there == nil {
			p.lacks = n.What
			return o, false
		}
		i := slices.IndexFunc(n.Packages, func(name string) bool { return p.there[name] })
		if i < 0 {
			continue // nothing has been using it
		}
		if !has["apt"] && p.bringsCertificates(n, has) {
			o.files = append(o.files, artifact.File{Path: p.artifact.Certificates, Because: n.Evidence})
			has["ca-certificates"] = true
			continue
		}
		if !has["apt"] {
			p.lacks = n.What
			return o, false
		}
		o.install = append(o.install, n.Packages[i])
		has[n.Packages[i]] = true
		e := n.Evidence
		e.Text = fmt.Sprintf("%s: %s, in %s", e.Text, n.What, n.Packages[i])
		o.because = append(o.because, e)
	}
	slices.Sort(o.install)
	o.install = slices.Compact(o.install)
	return o, p.nameRelease(&o)
}

// nameRelease names the release in the tag of a base, where that goes with newer ones from time to time, and packages are installed that have this
// name on this release alone: those that the file itself installs are its own affair, and fail in the build stage as they always have. ok is false
// where the tag means a later release by now, and which of the earlier ones it means where the stage is built is not known.
func (p *plan) nameRelease(o *option) (ok bool) {
	i := slices.IndexFunc(o.install, func(name string) bool {
		return carriesVersion(name) && !slices.Contains(p.packages, name) && !p.wherever(name)
	})
	base, _ := p.Bases.Base(o.base.Image)
	named := artifact.NameRelease(p.Bases, o.base.Image, base.Release)
	switch {
	case i < 0 || named == o.base.Image:
		return true
	case len(p.earlier) > 0:
		p.lacks = fmt.Sprintf("%s, which goes by another name on some of the releases on which the stage can be built (%s)", o.install[i], strings.Join(p.earlier, ", "))
		return false
	}
	text := fmt.Sprintf("%s goes by this name on %s, which %s means today: the tag names it", o.install[i], base.Release, o.base.Image)
	o.because = append(o.because, transform.Evidence{Source: base.Source, Text: text})
	o.base.Image, o.named = named, true
	return true
}

// wherever reports whether all releases on which the stage can be built at all have a package: the tag, which means none of them any more, will not
// come to mean another one.
func (p *plan) wherever(name string) bool {
	lacks := func(release string) bool {
		_, err := p.Packages.Closure(release, []string{name}, false, nil)
		return err != nil
	}
	return len(p.earlier) > 0 && !slices.ContainsFunc(p.earlier, lacks)
}

// carriesVersion reports whether the name of a package has the version of a library's interface in it, which changes from release to release.
// Source: Debian Policy Manual, section 8.1.
func carriesVersion(name string) bool {
	return strings.HasPrefix(name, "lib") && strings.ContainsAny(name, "0123456789")
}

// passesOn reports whether a need is that of the shell which only passes the words of the process on.
func (p *plan) passesOn(n transform.Need) bool {
	return p.stage.Start.Exact && n.Step == nil && n.Evidence.Source == p.Doc.Name && n.Evidence.Line == p.startedBy().Line() && slices.Contains(n.Packages, "dash")
}

// bringsCertificates reports whether a need is that of certificates which the build stage has, for a base with a shell that the program needs:
// one without a shell has them anyway.
func (p *plan) bringsCertificates(n transform.Need, has map[string]bool) bool {
	shell := func(n transform.Need) bool { return slices.Contains(n.Packages, "dash") && !p.passesOn(n) }
	return p.artifact.Certificates != "" && has["dash"] && p.there["ca-certificates"] && slices.Contains(n.Packages, "ca-certificates") && slices.ContainsFunc(p.needs, shell)
}

// prepared says what of the file's own packages has to be installed on a base, which has some; ok is false where that, or what else has to
// run there, cannot be done. has is what is there by then.
func (p *plan) prepared(o *option, has map[string]bool) (ok bool) {
	installed, known := p.Packages.Installed(o.base.Image)
	for _, name := range installed.Names {
		has[name] = true
	}
	missing := slices.DeleteFunc(slices.Clone(p.packages), func(name string) bool { return has[name] })
	switch {
	case p.encrypted && has["apt"] && !has["ca-certificates"]:
		p.lacks = "certificates of the servers that packages come from"
		return false
	case known && has["apt"]:
		more, err := p.Packages.Closure(installed.Release, missing, p.recommends, installed.Names)
		if err != nil {
			return false
		}
		o.install = missing
		missing = more
	case p.artifact.Alike && has["apt"]:
		o.install = missing
	default:
		byHand := func(name string) bool { return p.stage.ByHand(name, p.artifact.Mentions) }
		for _, name := range missing {
			if byHand(name) {
				o.without = append(o.without, name)
			}
		}
		missing = slices.DeleteFunc(missing, byHand)
		o.users = len(p.accounts) > 0 || p.namedUser()
		return !p.runs(o.base) && len(missing) == 0
	}
	for _, name := range missing {
		has[name] = true
	}
	return true
}
