// Package node finds what stages on an official image of Node.js install, build and run: the folders of the project, with
// node_modules and what build scripts put there.
//
// The folders are copied whole. What leaves the image is what installs and builds take of the distribution, compilers, Python for
// node-gyp, headers; and, where npm's lock and the sources tell that nothing the program loads is one of them, what only development needs.
package node

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/artifact/interpreted"
	"dopt/transform"
)

// Language finds what stages build for Node.js.
var Language = artifact.Language{Name: "Node.js", Tools: strings.Fields("npm npx yarn pnpm bun corepack"), Find: find}

// find returns what a stage installs and builds, nil where it does neither.
func find(s *artifact.Stage) *artifact.Artifact {
	f, installs := look(s)
	if installs == 0 {
		return nil
	}
	_, official := interpreted.Variable(s, "NODE_VERSION")
	if why := interpreted.Foreign(s, official, "Node.js", "packages"); why != "" {
		f.out.Unknown(s.Evidence(s.Stage.From), why)
		return f.out
	}
	runtime := interpreted.Slim(s)
	by, keeps := f.keeps()
	smallest, why := f.distroless(keeps == "")
	if why == "" {
		f.out.Bases = append(f.out.Bases, smallest)
	} else {
		f.out.NoSmaller = "distroless will not do: " + why
	}
	because := fmt.Sprintf("%s has the same Node.js as %s", runtime, s.Image)
	if keeps == "" {
		f.out.Last = by.command
	} else {
		because += "; what only development needs stays: " + keeps
	}
	if keeps == "" || len(interpreted.Leaves(s, runtime)) > 0 {
		f.out.Bases = append(f.out.Bases, interpreted.On(s, runtime, because))
	}
	if len(f.out.Bases) == 0 {
		return f.out
	}
	f.collect()
	return f.out
}

// look reads the commands of a stage, and counts those that install.
func look(s *artifact.Stage) (f *finder, installs int) {
	f = &finder{Stage: s, out: &artifact.Artifact{Language: "Node.js"}, folders: interpreted.Folders(s)}
	f.uses = make([]use, len(s.Commands))
	for i, c := range s.Commands {
		f.uses[i] = f.read(c)
		if f.uses[i].kind == installing || f.uses[i].kind == global {
			installs++
		}
	}
	return f, installs
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

// collect turns what the commands do into files, repeated steps and unknowns.
func (f *finder) collect() {
	for _, folder := range f.folders {
		f.out.Add(folder)
	}
	installs := map[*transform.Instruction]bool{}
	corepack, runsCode := false, transform.Evidence{}
	for i, c := range f.Commands {
		u := f.uses[i]
		if u.unknown != "" {
			because := u.because
			if because.Source == "" {
				because = c.Evidence
			}
			f.out.Unknown(because, u.unknown)
		}
		installs[c.Step] = installs[c.Step] || u.kind == installing || u.kind == global
		switch u.kind {
		case installing:
			f.out.Evidence = append(f.out.Evidence, c.Evidence)
			f.out.Add(artifact.File{Path: u.into, Folder: true, Because: c.Evidence})
		case global:
			f.out.Evidence = append(f.out.Evidence, c.Evidence)
			for _, folder := range []string{"/usr/local/lib/node_modules", "/usr/local/bin"} {
				f.out.Add(artifact.File{Path: folder, Folder: true, Because: c.Evidence})
			}
		case replacing:
			f.repeat(c)
		case enabling:
			corepack = true
		}
		if u.runs && runsCode.Source == "" {
			runsCode = c.Evidence
		}
	}
	f.finish(corepack, runsCode)
	pure := f.withoutNative(f.out.Last != "")
	f.out.Settled = func(u transform.UnknownNeed) bool {
		if name, ok := strings.CutPrefix(u.Reason, "whether node package "); ok && pure[strings.TrimSuffix(name, " has native code is not known")] {
			return true
		}
		return u.Step != nil && !installs[u.Step] || slices.ContainsFunc(f.out.Repeat, func(in *transform.Instruction) bool {
			return u.Evidence.Source == f.Doc.Name && u.Evidence.Line == in.Line()
		})
	}
}

// finish adds what the commands say together.
func (f *finder) finish(corepack bool, runsCode transform.Evidence) {
	f.out.Files = interpreted.Outer(f.out.Files)
	for _, file := range f.out.Files {
		f.out.Sources = append(f.out.Sources, file.Path)
	}
	if because, ok := interpreted.Scattered(f.Stage); ok {
		f.out.Unknown(because, "copies the project to the root folder, among the files of the distribution")
	}
	argv := f.started()
	if corepack && path.Base(argv[0]) != "node" {
		f.out.Unknown(f.StartedBy(), "may be started by a package manager that corepack keeps in a home folder")
	}
	if why := f.watches(argv, f.Dir, 0); why != "" {
		f.out.Unknown(f.StartedBy(), why)
	}
	if runsCode.Source != "" {
		if because, reason := interpreted.Strays(f.Stage, f.folders, code); reason != "" {
			f.out.Unknown(because, reason+" when a step runs it ("+runsCode.Text+")")
		}
	}
	f.out.Title = "packages of Node.js"
	if len(f.folders) > 0 {
		f.out.Title += " and the program in " + f.folders[0].Path
	}
	f.out.Needs = interpreted.Linked(f.Stage)
	for _, program := range strings.Fields("node npm npx yarn yarnpkg corepack docker-entrypoint.sh") {
		f.out.Programs = append(f.out.Programs, path.Join("/usr/local/bin", program))
	}
	f.out.Builds = func(c artifact.Command) bool {
		u := f.read(c)
		return u.kind != other && u.unknown == ""
	}
}

// repeat has the runtime stage run a step, too, that replaces npm itself: a copy adds files, and would leave those of the old version.
func (f *finder) repeat(c artifact.Command) {
	for i, o := range f.Commands {
		if o.Step == c.Step && f.uses[i].kind != replacing {
			f.out.Unknown(c.Evidence, "replaces the base image's npm, whose old files a copy cannot remove, in a step that does more than that")
			return
		}
	}
	if !slices.Contains(f.out.Repeat, c.Step) {
		f.out.Repeat = append(f.out.Repeat, c.Step)
	}
}

// code is what scripts of Node.js look like that a build runs. The marks are calls that lead to the home folder.
var code = interpreted.Code{
	Extensions: []string{".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"}, Comment: "//",
	Marks: []string{"homedir(", "env.HOME", "env['HOME']", `env["HOME"]`, "'~/", `"~/`},
}
