package stages

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/internal/artifact"
	"dopt/transform"
)

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
	// without are packages of tools that only somebody at a shell would call, and that are left out.
	without []string
	// users is true where the base has no shell, either, to make users with, and gets the list of them.
	users bool
	// layers is how the artifact gets layers of its own; nil where it does not.
	layers *artifact.Layers
	// named is true where the tag of the base has got the name of its release, which the build stage has to get, too.
	named bool
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
		} else if b.Level == transform.Aggressive {
			p.smallest = b.Image + " lacks " + p.lacks
		}
	}
	if len(p.options) == 0 {
		return p.without()
	}
	p.lean(taken)
	p.layered()
	return ""
}

// bolder tells why there is no smaller base than that of an option; nil where there is one.
func (p *plan) bolder(o option, kind string) *transform.Finding {
	careful := func(o option) bool {
		return o.named || slices.ContainsFunc(p.artifact.Bases, func(b artifact.Base) bool { return b.Level == transform.Standard && b.Image == o.base.Image })
	}
	if slices.ContainsFunc(p.options, func(o option) bool { return !careful(o) }) {
		return nil
	}
	why := cmp.Or(p.smallest, p.artifact.NoSmaller, "no smaller image is known that runs programs of "+p.artifact.Language)
	return &transform.Finding{Kind: kind, Level: transform.Aggressive, Message: fmt.Sprintf("nothing smaller than %s: %s", o.base.Image, why)}
}

// without says why no base is an answer.
func (p *plan) without() string {
	if p.lacks != "" {
		return "no base that is known has what it needs: " + p.lacks
	}
	return "no base that is known has what it needs"
}

// namedUser reports whether the image runs as a user or group other than root whom the file names: which ones a small base has is its own
// affair. A number counts as well where the program may ask for the name that goes with it.
func (p *plan) namedUser(b artifact.Base) bool {
	for _, in := range slices.Backward(p.stage.Final.Stage.Instructions) {
		if in.Keyword == "USER" {
			user := in.Args().Text
			return namesOwner(user) || b.Users && user != "root" && strings.Trim(user, "0:") != ""
		}
	}
	return false
}

// userOfBase returns the user or group that the image runs as, where that is one of the old base which a new one does not have; "" if it is not.
func (p *plan) userOfBase(b artifact.Base) string {
	base, _ := p.Bases.Base(b.Image)
	for _, in := range slices.Backward(p.stage.Final.Stage.Instructions) {
		if in.Keyword != "USER" {
			continue
		}
		for name := range strings.SplitSeq(in.Args().Text, ":") {
			if slices.Contains(p.stage.Final.Base.Users, name) && !slices.Contains(base.Users, name) {
				return name
			}
		}
		break
	}
	return ""
}

// namesOwner reports whether a user with a group, as 1000:staff, has a name other than root.
func namesOwner(owner string) bool {
	return slices.ContainsFunc(strings.Split(owner, ":"), func(name string) bool { return name != "root" && strings.Trim(name, "0123456789") != "" })
}

// runs reports whether something has to run in the runtime stage: more than commands that only add to the list of users.
func (p *plan) runs(b artifact.Base) bool {
	return len(p.repeated) > len(p.accounts) || b.Places == nil && len(p.artifact.Repeat) > 0 || p.linked
}

// option says what has to be installed on a base; ok is false where it cannot be.
func (p *plan) option(b artifact.Base) (option, bool) {
	o := option{base: b}
	if in, name := p.variable(b); name != "" {
		p.lacks = fmt.Sprintf("the variable %s of %s, which line %d uses", name, p.stage.Image, in.Line())
		return o, false
	}
	has := map[string]bool{}
	for _, name := range b.Provides {
		has[name] = true
	}
	if !p.prepared(&o, has) {
		return o, false
	}
	if user := p.userOfBase(b); user != "" && !o.users {
		p.lacks = "the user " + user
		return o, false
	}
	if !has["dash"] {
		if p.lacks = p.called(b); p.lacks != "" {
			return o, false
		}
	}
	o.exec = !has["dash"] && p.stage.Start.Exact
	for _, n := range p.needs {
		if o.exec && p.passesOn(n) || b.Dispenses != nil && b.Dispenses(n) {
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

// variable returns an instruction of the runtime stage that uses a variable which the image below the stage sets and a base does not; "" if there is
// none. What is only a folder of PATH then is none.
func (p *plan) variable(b artifact.Base) (in *transform.Instruction, name string) {
	base, _ := p.Bases.Base(b.Image)
	for _, v := range p.stage.Base.Config.Env {
		has := v.Name == "PATH" || slices.Contains(p.artifact.Variables, v.Name) || base.Config != nil && slices.ContainsFunc(base.Config.Env, func(o transform.ImageVariable) bool { return o.Name == v.Name })
		for _, in := range p.stage.Final.Stage.Instructions {
			if !has && (slices.Contains(moved, in.Keyword) || slices.Contains(repeated, in.Keyword)) && uses(in, v.Name) {
				if _, set := in.State().Var(v.Name); !set {
					return in, v.Name
				}
			}
		}
	}
	return nil, ""
}

// uses reports whether BuildKit puts the value of a variable into an instruction, but into PATH.
func uses(in *transform.Instruction, name string) bool {
	named := func(text string) bool {
		_, behind, ok := strings.Cut(text, "$"+name)
		return ok && (behind == "" || !strings.ContainsAny(behind[:1], "_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")) || strings.Contains(text, "${"+name+"}") || strings.Contains(text, "${"+name+":")
	}
	switch c := in.Command.(type) {
	case *instructions.EnvCommand:
		return slices.ContainsFunc(c.Env, func(kv instructions.KeyValuePair) bool { return kv.Key != "PATH" && named(kv.Value) })
	case *instructions.CmdCommand, *instructions.EntrypointCommand, *instructions.HealthCheckCommand:
		return false // a shell does, when the image runs
	}
	return named(in.Args().Text)
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
		o.users = len(p.accounts) > 0 || p.namedUser(o.base)
		switch {
		case p.runs(o.base):
			p.lacks = "a shell for the steps that have to run there"
			return false
		case len(missing) > 0:
			p.lacks = "package " + missing[0]
			return false
		}
	}
	for _, name := range missing {
		has[name] = true
	}
	return true
}
