package llb

import (
	"maps"
	"path"
	"slices"
	"strings"

	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"

	"github.com/moby/buildkit/solver/pb"

	"dopt/transform"
	"dopt/transform/validate"
)

// A division is a stage that has become two: one that builds, and one that holds what the image needs. All that is asked of it:
//
//   - the build stage makes what the stage made, by the same steps;
//   - the image holds the base, what it copies from the build stage to the path where it was there, packages that are installed
//     by name, and what commands make that the stage ran, too;
//   - it is configured as before, but for variables that describe the tools that stay behind;
//   - the base has the C library that the programs need, or one that is newer;
//   - what it starts, and what the source names of the build context, is there.
type division struct {
	*comparison
	// stage is the stage as it was.
	stage *transform.Stage
	// before is what that makes, builder the one that builds, after the image.
	before, builder, after *build
	// copied are the paths that the image gets from the build stage.
	copied []string
	// installed are the packages that are installed in the image.
	installed []string
	// ran are the scripts of the stage, built those of the stage that builds, repeats those of the image.
	ran, built, repeats []validate.Script
	// unpacking is the last step of the stage that builds, where that takes a jar apart; nil where there is none.
	unpacking *unpacking
	// ownPip is true where the build stage ends without pip, so that the image has the one of its base.
	ownPip bool
	// dist is where the interpreter of the image looks for packages, if that is elsewhere than in the stage.
	dist string
	// given is what the stage copied of the build context, code what the stage that builds did, wherever that ends up.
	given, code received
	// source is the stage that a last stage copies from, and was what that was, carried what it copies, and narrowed the places of what it
	// takes less of; nil where a stage has become two.
	source   *node
	was      *node
	carried  []carriage
	narrowed []string
}

// divided reports whether after has one stage more, in place of the last one.
func divided(before, after *transform.Document, claim transform.Claim) bool {
	return claim.Allows(transform.RuntimeStage) && len(after.Stages) == len(before.Stages)+1
}

// compareDivision judges two stages against the one whose place they have taken.
func compareDivision(before, after *document, env transform.Environment, claim transform.Claim) transform.Verdict {
	last := len(before.Stages) - 1
	d := &division{comparison: &comparison{env: env, claim: claim, seen: map[[2]*node]*state{}}, stage: before.Stages[last]}
	d.verdict.Status = transform.Refines
	var err error
	if d.before, err = before.stage(last); err != nil {
		return transform.Verdict{Status: transform.Unproven, Reasons: []string{"BuildKit does not compile the file as it is: " + err.Error()}}
	}
	if d.builder, err = after.stage(last); err == nil {
		d.after, err = after.stage(last + 1)
	}
	if err != nil {
		return unsound("BuildKit does not compile the result: %v", err)
	}
	if name := before.Stages[last].Name; name != "" && after.Stages[last+1].Name == name {
		d.note(unsound("two stages have the name %q", name))
	}
	d.readStage()
	made := d.packed()
	files := d.compare(d.ownSteps(made), d.unpruned(made))
	d.note(files.verdict)
	if len(files.losses) > 0 {
		d.note(unsound("the build stage has lost something"))
	}
	if r, version := d.runtimeOf(d.before.graph.base()); r != nil {
		d.dist = distrolessPython(d.after.graph.base(), d.facts(d.before.graph.base()).Release, version)
	}
	d.readImage()
	d.unpacked()
	d.withoutCgo()
	d.base()
	d.settings()
	d.packages()
	d.judgeImage()
	d.checks(d.before.checks, unique(d.after.checks))
	return d.verdict
}

// judgeImage judges what is asked of the image however it has been put together.
func (d *division) judgeImage() {
	d.interpreter()
	d.dotnet()
	d.accounts()
	d.owners()
	d.made()
	d.sources()
	d.environment()
	d.starts()
	d.declarations()
}

// ownSteps returns what the stage makes without the folders of the WORKDIRs behind its last step, as far as the image makes them or gets them.
// made is what the stage that builds makes.
func (d *division) ownSteps(made *node) *node {
	n := d.before.graph.result
	for left := len(n.history()) - len(made.history()); left > 0; left-- {
		mkdir := n.mkdir()
		if mkdir == nil || !slices.ContainsFunc(d.after.graph.result.history(), func(o *node) bool { return o.has(path.Clean(mkdir.Path)) }) {
			break
		}
		n, _ = n.root()
	}
	return n
}

// has reports whether a step makes a folder, or copies something to it.
func (n *node) has(folder string) bool {
	return slices.ContainsFunc(n.op.GetFile().GetActions(), func(a *pb.FileAction) bool {
		return path.Clean(a.GetMkdir().GetPath()) == folder || path.Clean(a.GetCopy().GetDest()) == folder
	})
}

// unique drops warnings that two stages share.
func unique(list []check) (once []check) {
	for _, w := range list {
		if !slices.Contains(once, w) {
			once = append(once, w)
		}
	}
	return once
}

// readStage reads what the stage ran and was given.
func (d *division) readStage() {
	steps := d.before.graph.result.history()
	d.ran, d.built = scripts(steps), scripts(d.builder.graph.result.history())
	d.given.context = newBuildContext(d.env.Files)
	given, _ := d.given.context.follow(steps)
	d.given.deliveries = slices.Concat(given...)
	d.code = d.given
}

// scripts returns those of the RUN steps.
func scripts(steps []*node) (list []validate.Script) {
	for _, n := range steps {
		if n.op.GetExec() != nil {
			s, _ := n.script()
			list = append(list, s)
		}
	}
	return list
}

// readImage reads the steps of the image.
func (d *division) readImage() {
	steps := d.after.graph.result.history()
	for i, n := range steps {
		switch {
		case i == 0 && n.op.GetSource() != nil:
		case n.op.GetExec() != nil:
			d.run(n)
		case n.op.GetFile() != nil:
			for _, a := range n.op.GetFile().Actions {
				d.action(n, a)
			}
		default:
			d.note(unsound("the image has %s", n.describe()))
		}
	}
}

// run judges a RUN step of the image.
func (d *division) run(n *node) {
	exec := n.op.GetExec()
	script, ok := n.script()
	if names, installs := script.InstallsPackages(); ok && installs {
		d.installed = append(d.installed, names...)
		return
	}
	if !ok || len(exec.Mounts) != 1 || exec.Network != pb.NetMode_UNSET || exec.Security != pb.SecurityMode_SANDBOX || !script.Repeats(d.ran) {
		d.note(unsound("the image runs what the stage did not: %s", n.describe()))
	}
	made, _ := script.Makes()
	for _, p := range made {
		if !d.exists(p) {
			d.note(unsound("the image makes %s, which the stage does not have", p))
		}
	}
	d.repeats = append(d.repeats, script)
}

// action judges a file operation of the image: a copy from the build stage, or the folder of a WORKDIR.
func (d *division) action(n *node, a *pb.FileAction) {
	if mkdir := a.GetMkdir(); mkdir != nil {
		if path.Clean(mkdir.Path) != d.dir() && !d.hadFolder(mkdir.Path) {
			d.note(unsound("WORKDIR %s is new", mkdir.Path))
		}
		return
	}
	cp := a.GetCopy()
	if cp == nil || a.SecondaryInput < 0 || int(a.SecondaryInput) >= len(n.inputs) || n.inputs[a.SecondaryInput].digest != d.builder.graph.result.digest {
		d.note(unsound("%s does not come from the build stage", n.describe()))
		return
	}
	from, to := path.Clean(cp.Src), path.Clean(cp.Dest)
	switch {
	case d.takes(cp):
		return
	case d.dist != "" && to != d.dist && d.elsewhere(from, d.dist):
		d.note(unsound("packages are at %s in the image, and are looked for in %s", to, d.dist))
	case strings.ContainsAny(cp.Src, "*?[{"):
		d.note(unsound("%s is a pattern, and no path of the stage", from))
	case from != to && !d.elsewhere(from, to):
		d.note(unsound("%s is at %s in the image", from, to))
	case from == "/":
		d.note(unsound("all of the build stage is copied"))
	case cp.Owner != nil || cp.Mode >= 0 || cp.ModeStr != "" || cp.AttemptUnpackDockerCompatibility || len(cp.ExcludePatterns)+len(cp.IncludePatterns) > 0:
		d.note(unsound("%s is not copied as it is", from))
	case !d.exists(from):
		d.note(unsound("nothing tells that the build stage has %s", from))
	case !makesFolder(d.ran, from) && slices.ContainsFunc(d.ran, func(s validate.Script) bool { return slices.Contains(s.LinkedPaths(), from) }):
		d.note(unsound("%s is a link, and the image has a copy of what it leads to", from))
	}
	d.copied = append(d.copied, from)
}

// hadFolder reports whether the stage made a folder by a WORKDIR.
func (d *division) hadFolder(name string) bool {
	return slices.ContainsFunc(d.before.graph.result.history(), func(n *node) bool {
		return slices.ContainsFunc(n.op.GetFile().GetActions(), func(a *pb.FileAction) bool { return path.Clean(a.GetMkdir().GetPath()) == path.Clean(name) })
	})
}

// dir is the working directory of the image.
func (d *division) dir() string { return path.Join("/", d.before.image.Config.WorkingDir) }

// covered reports whether the image gets a path from the build stage.
func (d *division) covered(p string) bool {
	return slices.ContainsFunc(d.copied, func(c string) bool { return p == c || strings.HasPrefix(p, c+"/") })
}

// exists reports whether the build stage has a path, as far as can be told: it is copied there, or a folder above is, or a command or a
// manifest names what it is called, and no command has removed it.
func (d *division) exists(p string) bool {
	if d.removed(p) || d.unpackedByAdd(p) {
		return false
	}
	if kind, ok := d.given.Stat(p); !ok || kind != validate.Absent {
		return true
	}
	if d.hadFolder(p) || p == d.dir() || d.shipped(p) || slices.Contains([]string{"/usr/local", "/opt", "/srv", "/etc/passwd", "/etc/group"}, p) {
		return true
	}
	if slices.ContainsFunc(d.ran, func(s validate.Script) bool { return slices.Contains(s.InstallsInto(), p) }) || d.keepsEnvironments(p) {
		return true
	}
	if p == certificateBundle && d.hasCertificates() {
		return true
	}
	name := path.Base(p)
	makes := func(s validate.Script) bool {
		made, _ := s.Makes()
		return slices.Contains(made, p)
	}
	return slices.ContainsFunc(d.ran, makes) || slices.ContainsFunc(d.ran, func(s validate.Script) bool { return validate.HasWord(s.Text, name) || path.Base(s.Dir) == name }) || d.manifestNames(name) || d.packaged(p)
}

// unpackedByAdd reports whether a path would be that of an archive which ADD has unpacked.
func (d *division) unpackedByAdd(p string) bool {
	return slices.ContainsFunc(d.before.graph.result.history(), func(n *node) bool {
		return slices.ContainsFunc(n.op.GetFile().GetActions(), func(a *pb.FileAction) bool {
			cp := a.GetCopy()
			return cp.GetAttemptUnpackDockerCompatibility() && archiveName(strings.ToLower(cp.GetSrc())) && path.Join(cp.GetDest(), path.Base(cp.GetSrc())) == p
		})
	})
}

// certificateBundle is the file that Debian's package ca-certificates makes.
const certificateBundle = "/etc/ssl/certs/ca-certificates.crt"

// certified are the official images that are made from buildpack-deps, which has the package, unless they are slim or Alpine's. Source: the
// Dockerfiles at github.com/docker-library (buildpack-deps, golang, gcc) and rust-lang/docker-rust.
var certified = strings.Fields("golang gcc rust buildpack-deps")

// hasCertificates reports whether the build stage has certificates: those of its base, or what a step installs.
func (d *division) hasCertificates() bool {
	name, tag, _ := strings.Cut(path.Base(d.before.graph.base()), ":")
	plain := d.facts(d.before.graph.base()).Distro == "debian" && !slices.Contains(strings.Split(tag, "-"), "slim")
	return plain && slices.Contains(certified, name) || slices.ContainsFunc(d.ran, func(s validate.Script) bool {
		names, _ := s.InstallsPackages()
		return slices.Contains(names, "ca-certificates")
	})
}

// makesFolder reports whether one of the scripts makes a folder.
func makesFolder(scripts []validate.Script, p string) bool {
	return slices.ContainsFunc(scripts, func(s validate.Script) bool { return slices.Contains(s.MakesFolders(), p) })
}

// gone returns the paths that commands of the stage remove, and that no later one makes again.
func (d *division) gone() (paths []string) {
	for _, s := range d.ran {
		made, removed := s.Makes()
		paths = append(slices.DeleteFunc(paths, func(p string) bool { return slices.Contains(made, p) }), removed...)
	}
	return paths
}

// removed reports whether a path of the stage is gone at the end.
func (d *division) removed(p string) bool {
	return slices.ContainsFunc(d.gone(), func(r string) bool {
		r, ok := d.place(r)
		return ok && (p == r || strings.HasPrefix(p, r+"/"))
	})
}

// manifests are files that say how what is built is called.
var manifests = []string{"go.mod", "mix.exs", "Cargo.toml", "Makefile", "Makefile.am", "makefile", "GNUmakefile", "CMakeLists.txt", "meson.build", "configure.ac", "pom.xml", "build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts", "package.json", "setup.py", "setup.cfg", "pyproject.toml"}

// manifestNames reports whether a manifest of the build context has a name, or a file of a folder by that name is compiled.
func (d *division) manifestNames(name string) bool {
	found := false
	d.eachGiven(func(p string) {
		switch base := path.Base(p); {
		case found:
		case slices.Contains(manifests, base):
			text, _ := d.given.text(p)
			found = validate.HasWord(text, name)
		case path.Base(path.Dir(p)) == name && sourceFile(base):
			found = true
		}
	})
	return found
}

// eachGiven visits the files that the stage is given of the build context, in order of their paths.
func (d *division) eachGiven(visit func(p string)) {
	d.given.each(func(p, _ string) { visit(p) })
}

// declarations compares what the two images say of themselves.
func (d *division) declarations() {
	before, after := d.before.image, d.after.image
	before.Config.Env, after.Config.Env = nil, nil
	before.RootFS = after.RootFS
	before.Config.WorkingDir, after.Config.WorkingDir = d.dir(), path.Join("/", after.Config.WorkingDir)
	before.Config.Labels, after.Config.Labels = ownLabels(before.Config.Labels), ownLabels(after.Config.Labels)
	d.toolVolumes(&before)
	d.passesOn(&before, &after)
	d.configs(before, after, d.before.graph.base())
}

// toolVolumes takes away the volumes of a base in which build tools keep what they download, unless the image has something there.
func (d *division) toolVolumes(image *dockerspec.DockerOCIImage) {
	volumes := maps.Clone(image.Config.Volumes)
	maps.DeleteFunc(volumes, func(dir string, _ struct{}) bool { return dir == "/home/gradle/.gradle" && !d.covered(dir) })
	if image.Config.Volumes = volumes; len(volumes) == 0 {
		image.Config.Volumes = nil
	}
}

// ownLabels leaves out the label that stands for those of a base image.
func ownLabels(labels map[string]string) map[string]string {
	own := maps.Clone(labels)
	delete(own, "base-label")
	if len(own) == 0 {
		return nil
	}
	return own
}
