// Package ruby finds what stages on an official image of Ruby install and run: gems, and the folders of the project.
//
// The lines that install stay as they are, and install to where they always did; the runtime stage has the same version of Ruby at the same
// path. It rests on these facts:
//
//   - the official images set GEM_HOME, and have Bundler keep its settings there (github.com/docker-library/ruby);
//   - Bundler installs to GEM_HOME unless a setting names a path; for deployment that is vendor/bundle in the project
//     (https://bundler.io/man/bundle-config.1.html);
//   - the full and the slim image have the same build of Ruby in /usr/local.
package ruby

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/artifact/interpreted"
	"dopt/transform"
)

// Language finds what stages build in Ruby.
var Language = artifact.Language{Name: "Ruby", Tools: strings.Fields("bundle bundler gem"), Find: find}

// gems is where the official images have gems, with their programs and with Bundler's settings.
const gems = "/usr/local/bundle"

// find returns what a stage installs and runs, nil where it installs no gems, or where nothing but what the program uses is there.
func find(s *artifact.Stage) *artifact.Artifact {
	f := &finder{Stage: s, out: &artifact.Artifact{Language: "Ruby"}, folders: interpreted.Folders(s)}
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
	home, _ := interpreted.Variable(s, "GEM_HOME")
	if why := interpreted.Foreign(s, home.Value == gems, "Ruby", "gems"); why != "" {
		f.out.Unknown(s.Evidence(s.Stage.From), why)
		return f.out
	}
	runtime := interpreted.Slim(s)
	if len(interpreted.Leaves(s, runtime)) == 0 {
		return nil
	}
	f.out.Bases = []artifact.Base{interpreted.On(s, runtime, fmt.Sprintf("%s has the same Ruby as %s", runtime, s.Image))}
	f.collect()
	return f.out
}

// A finder looks at one stage.
type finder struct {
	*artifact.Stage
	out *artifact.Artifact
	// folders are those of the project in the image.
	folders []artifact.File
	// uses are what the commands do, in their order.
	uses []use
}

// collect turns what the commands do into files and unknowns.
func (f *finder) collect() {
	installs := map[*transform.Instruction]bool{}
	runsCode := transform.Evidence{}
	for i, c := range f.Commands {
		switch u := f.uses[i]; {
		case u.unknown != "":
			f.out.Unknown(c.Evidence, u.unknown)
		case u.kind == installing:
			f.out.Evidence = append(f.out.Evidence, c.Evidence)
			installs[c.Step] = true
			for _, folder := range []string{gems, u.into} { // settings are with the gems
				f.out.Add(artifact.File{Path: folder, Folder: true, Because: c.Evidence})
			}
		case u.kind == running && runsCode.Source == "":
			runsCode = c.Evidence
		}
	}
	interpreted.AddFolders(f.Stage, f.out, f.folders)
	if runsCode.Source != "" {
		if because, reason := interpreted.Strays(f.Stage, f.folders, code); reason != "" {
			f.out.Unknown(because, reason+" when a step runs it ("+runsCode.Text+")")
		}
	}
	if why := f.develops(); why != "" {
		f.out.Unknown(f.StartedBy(), why)
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
	f.out.Title = "gems"
	if len(f.folders) > 0 {
		f.out.Title += " and the program in " + f.folders[0].Path
	}
	for _, dir := range []string{path.Join(gems, "bin"), "/usr/local/bin"} {
		f.out.Programs = append(f.out.Programs, path.Join(dir, path.Base(f.Start.Program)))
	}
	if strings.Contains(f.Start.Program, "/") && slices.ContainsFunc(f.out.Files, func(file artifact.File) bool { return artifact.Within(f.Start.Program, file.Path) }) {
		f.out.Programs = append(f.out.Programs, f.Start.Program)
	}
}

// develops says why the image is one for development; "" if nothing tells so.
func (f *finder) develops() string {
	words := append([]string{f.Start.Program}, f.Start.Args...)
	watches := path.Base(words[0]) == "dev" // as Rails calls the script that starts what Procfile.dev lists
	for i := range words {
		watches = watches || transform.Watches(words[i:])
	}
	if watches {
		return "is for development: it starts " + strings.Join(words, " ") + ", which looks for changes of the sources"
	}
	if slices.Contains(words, "development") {
		return "is for development: it starts " + strings.Join(words, " ")
	}
	last := f.Stage.Stage.Instructions[len(f.Stage.Stage.Instructions)-1]
	for _, name := range []string{"RAILS_ENV", "RACK_ENV", "HANAMI_ENV"} {
		if v, _ := f.Var(last, name); v == "development" {
			return "is for development: " + name + " is " + v
		}
	}
	return ""
}

// code is what sources of Ruby look like. The marks are calls that lead to the home folder.
var code = interpreted.Code{
	Extensions: []string{".rb", ".rake", ".ru"}, Comment: "#",
	Marks: []string{"Dir.home", `ENV["HOME"]`, "ENV['HOME']", "'~/", `"~/`, "Etc.getpwuid"},
}
