// Package python finds what stages on an official image of Python install and run: environments of packages, and the folders of
// the project.
//
// The lines that install stay as they are, and install to where they always did. The runtime stage has the same version of
// Python at the same path and gets the environments as they are, so that no path changes: scripts begin with the path of their
// interpreter, and packages compiled for one minor version run on no other. It rests on these facts:
//
//   - pip installs below one prefix: modules in lib/pythonX.Y/site-packages, headers in include/pythonX.Y, programs in bin, data
//     files in share and etc
//     (the paths of sysconfig, https://docs.python.org/3/library/sysconfig.html#posix-prefix);
//   - the full and the slim image have the same build of Python in /usr/local (github.com/docker-library/python).
package python

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/artifact/interpreted"
	"dopt/transform"
)

// Language finds what stages build in Python.
var Language = artifact.Language{Name: "Python", Tools: strings.Fields("pip pip3 python python3 poetry pipenv uv pdm virtualenv conda mamba"), Find: find}

// prefix is where the official images have Python.
const prefix = "/usr/local"

// find returns what a stage installs and runs, nil where it installs nothing of Python.
func find(s *artifact.Stage) *artifact.Artifact {
	f := &finder{Stage: s, out: &artifact.Artifact{Language: "Python"}}
	f.version, _ = minor(s.Image)
	f.folders = interpreted.Folders(s)
	f.uses = make([]use, len(s.Commands))
	installs := 0
	for i, c := range s.Commands {
		f.uses[i] = f.read(c)
		if f.uses[i].kind == installing {
			installs++
		}
	}
	if installs == 0 {
		return nil
	}
	if why := f.base(); why != "" {
		f.out.Unknown(s.Evidence(s.Stage.From), why)
		return f.out
	}
	poetry := f.uninstall()
	f.ownPip = f.dropsPip(len(poetry.packages) > 0)
	f.out.Last = f.removal(poetry.packages, f.ownPip)
	f.bases(poetry)
	switch {
	case len(f.out.Bases) == 0 && poetry.why != "":
		f.out.Unknown(poetry.because, "installs with Poetry, and all of that stays: "+poetry.why)
		return f.out
	case len(f.out.Bases) == 0:
		return f.out
	}
	f.collect()
	return f.out
}

// bases finds the images to run on: distroless, and the slim one if something leaves that this alone would not save.
func (f *finder) bases(poetry removal) {
	smallest, why := f.distroless()
	if why == "" {
		smallest.Last = f.removal(poetry.packages, f.dropsPip(true))
		f.out.Bases = append(f.out.Bases, smallest)
	} else {
		f.out.NoSmaller = "distroless will not do: " + why
	}
	runtime := interpreted.Slim(f.Stage)
	if len(interpreted.Leaves(f.Stage, runtime)) == 0 && len(poetry.packages) == 0 {
		return
	}
	text := fmt.Sprintf("%s has the same Python %s as %s", runtime, f.version, f.Image)
	if f.ownPip {
		text += "; its own pip will do, which nothing calls"
	}
	if poetry.why != "" {
		text += "; Poetry stays: " + poetry.why
	}
	f.out.Bases = append(f.out.Bases, interpreted.On(f.Stage, runtime, text))
}

// base says why nothing can be told of what is installed on the image below, "" if that can be told.
func (f *finder) base() string {
	_, official := interpreted.Variable(f.Stage, "PYTHON_VERSION")
	if official && f.version == "" {
		return "does not say which minor version of Python it is, on which the place of packages depends"
	}
	return interpreted.Foreign(f.Stage, official, "Python", "packages")
}

// minor returns the version that the tag of an image begins with: "3.11" for python:3.11.4-slim.
func minor(image string) (version string, ok bool) {
	image, _, _ = strings.Cut(image, "@")
	_, tag, _ := strings.Cut(path.Base(image), ":")
	tag, _, _ = strings.Cut(tag, "-")
	parts := strings.SplitN(tag, ".", 3)
	if len(parts) < 2 {
		return "", false
	}
	for _, p := range parts[:2] {
		if p == "" || strings.Trim(p, "0123456789") != "" {
			return "", false
		}
	}
	return parts[0] + "." + parts[1], true
}

// A finder looks at one stage.
type finder struct {
	*artifact.Stage
	out *artifact.Artifact
	// version is that of Python, "3.11".
	version string
	// folders are those of the project in the image.
	folders []artifact.File
	// uses are what the commands do, in their order.
	uses []use
	// ownPip is true where the image has the pip of its base, whichever the build uses.
	ownPip bool
}

// collect turns what the commands do into files, repeated steps and unknowns.
func (f *finder) collect() {
	installs := map[*transform.Instruction]bool{}
	runsCode := transform.Evidence{}
	for i, c := range f.Commands {
		u := f.uses[i]
		switch {
		case u.unknown != "":
			f.out.Unknown(c.Evidence, u.unknown)
		case u.kind == installing && len(u.brings) > 0 && !f.leaves(u.brings):
			f.out.Unknown(c.Evidence, "replaces packages of the base image, whose old files a copy cannot remove, together with an install")
		case u.kind == installing:
			f.out.Evidence = append(f.out.Evidence, c.Evidence)
			installs[c.Step] = true
			f.environment(u.into, c.Evidence)
		case u.kind == replacing && !f.leaves(u.brings):
			f.repeat(c)
		case u.kind == running && runsCode.Source == "":
			runsCode = c.Evidence
		}
	}
	interpreted.AddFolders(f.Stage, f.out, f.folders)
	if runsCode.Source != "" {
		f.strays(runsCode)
	}
	if why := f.develops(); why != "" {
		f.out.Unknown(f.StartedBy(), why)
	}
	if because, ok := f.installsData(); ok {
		f.out.Unknown(because, "has files installed into folders of its own choice")
	}
	f.title()
	f.out.Needs = interpreted.Linked(f.Stage)
	f.out.Builds = func(c artifact.Command) bool {
		u := f.read(c)
		return u.kind != other && u.unknown == ""
	}
	f.out.Settled = func(u transform.UnknownNeed) bool { return u.Step != nil && !installs[u.Step] }
}

// title names the artifact, and what the image starts of it.
func (f *finder) title() {
	f.out.Title = "packages of Python " + f.version
	if len(f.folders) > 0 {
		f.out.Title += " and the program in " + f.folders[0].Path
	}
	places := []string{f.Start.Program}
	if !strings.Contains(f.Start.Program, "/") {
		places = nil
		for _, dir := range f.Path() {
			places = append(places, path.Join(dir, f.Start.Program))
		}
	}
	for _, place := range places {
		if path.Dir(place) == path.Join(prefix, "bin") || slices.ContainsFunc(f.out.Files, func(file artifact.File) bool { return file.Folder && artifact.Within(place, file.Path) }) {
			f.out.Programs = append(f.out.Programs, place)
		}
	}
}

// environment adds the files of an environment.
func (f *finder) environment(root string, because transform.Evidence) {
	if root != prefix {
		f.out.Add(artifact.File{Path: root, Folder: true, Because: because})
		return
	}
	python := "python" + f.version
	for _, folder := range []string{path.Join("lib", python, "site-packages"), path.Join("include", python), "bin", "share", "etc"} {
		f.out.Add(artifact.File{Path: path.Join(prefix, folder), Folder: true, Because: because})
	}
}

// repeat has the runtime stage run a step, too, that replaces packages which the base image brings: a copy adds files, and would leave
// what belongs to the old version.
func (f *finder) repeat(c artifact.Command) {
	for i, o := range f.Commands {
		if o.Step == c.Step && f.uses[i].kind != replacing {
			f.out.Unknown(c.Evidence, "replaces packages of the base image, whose old files a copy cannot remove, in a step that does more than that")
			return
		}
	}
	if strings.Contains(c.Step.Text().Text, "$") || len(c.Step.Flags()) > 0 || f.configured(c) {
		f.out.Unknown(c.Evidence, "replaces packages of the base image in a way that depends on what stands above")
		return
	}
	if !slices.Contains(f.out.Repeat, c.Step) {
		f.out.Repeat = append(f.out.Repeat, c.Step)
	}
}

// pipVariables are those that say where pip finds packages, as far as a file is likely to set them; pipFiles are where it finds its settings.
// Source: https://pip.pypa.io/en/stable/topics/configuration/
var (
	pipVariables = strings.Fields("PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_NO_INDEX PIP_CONSTRAINT PIP_CONFIG_FILE HTTP_PROXY HTTPS_PROXY http_proxy https_proxy")
	pipFiles     = strings.Fields("/etc/pip.conf /root/.pip/pip.conf /root/.config/pip/pip.conf")
)

// configured reports whether something tells pip where to find packages when a command runs.
func (f *finder) configured(c artifact.Command) bool {
	return slices.ContainsFunc(pipVariables, func(name string) bool { _, set := c.Getenv(name); return set }) ||
		slices.ContainsFunc(pipFiles, func(name string) bool { _, there := f.Tree.Context(name); return there }) ||
		slices.ContainsFunc(f.Commands, func(o artifact.Command) bool {
			argv := o.Argv()
			return len(argv) > 2 && slices.Contains(argv, "config") && slices.Contains(argv, "set")
		})
}

// code is what sources of Python look like. The marks are calls that write below the home folder, or download to a folder of their
// own choice.
var code = interpreted.Code{
	Extensions: []string{".py"}, Comment: "#",
	Marks: []string{"expanduser", "Path.home(", "'~", `"~`, `"HOME"`, "'HOME'", "nltk.download", "from_pretrained(", "snapshot_download(", "torch.hub", "gdown."},
}

// strays adds an unknown where code of the project, which a step runs, may put files elsewhere than into the project's folders.
func (f *finder) strays(step transform.Evidence) {
	if len(f.folders) == 0 {
		f.out.Unknown(step, "runs code that is not in the build context")
		return
	}
	if because, reason := interpreted.Strays(f.Stage, f.folders, code); reason != "" {
		f.out.Unknown(because, reason+" when a step runs it ("+step.Text+")")
	}
}
