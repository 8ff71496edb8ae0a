package repair

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/system"
	"dopt/internal/verify/result"
	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// Install returns a document in which each of the packages is installed in its stage. Those that are there already stay as they are: that
// is how passes have placed them. A new step goes above the first one of the stage that makes a layer, so that every step of the
// stage has its packages. A stage that cannot install packages stays without: it is on no image with apt, or another user than
// root runs its steps.
func Install(doc *transform.Document, packages []result.Package) (*transform.Document, error) {
	var edits []transform.Edit
	for _, s := range doc.Stages {
		var names []string
		for _, p := range packages {
			if p.Stage == result.StageName(doc, s) && !has(doc, s, p.Name) {
				names = append(names, p.Name)
			}
		}
		if len(names) > 0 {
			edits = append(edits, install(doc, s, names)...)
		}
	}
	if len(edits) == 0 {
		return doc, nil
	}
	return doc.Apply(edits...)
}

// has reports whether a stage installs a package by name, or is built on what has it.
func has(doc *transform.Document, s *transform.Stage, name string) bool {
	for below := s; below != nil; below = doc.StageOf(below.Base, below) {
		if slices.ContainsFunc(below.Instructions, func(in *transform.Instruction) bool { return installs(in, name) }) {
			return true
		}
	}
	base, _ := system.Packages().Installed(image(doc, s))
	return slices.Contains(base.Names, name)
}

// installs reports whether a RUN installs a package of the distribution by name, in whatever version.
func installs(in *transform.Instruction, name string) bool {
	script := in.Script()
	if in.Keyword != "RUN" || script.Shell == nil {
		return false
	}
	for _, cmd := range script.Shell.Commands {
		argv := cmd.Argv()
		use, ok := pkgmgr.Identify(argv)
		if !ok || use.Manager.Ecosystem != "debian" || use.Verb != pkgmgr.Install || !cmd.Always {
			continue
		}
		if slices.ContainsFunc(use.Packages, func(i int) bool { word, _, _ := strings.Cut(argv[i], "="); return word == name }) {
			return true
		}
	}
	return false
}

// install returns the edits that install packages in a stage, none where it has no place for them.
func install(doc *transform.Document, s *transform.Stage, names []string) []transform.Edit {
	base, known := system.Packages().Installed(image(doc, s))
	if known && !slices.Contains(base.Names, "apt") {
		return nil
	}
	text := doc.Style().Keyword("RUN") + " apt-get update && apt-get install -y --no-install-recommends " + strings.Join(names, " ") + " && rm -rf /var/lib/apt/lists/*"
	for _, in := range s.Instructions {
		if in.Keyword != "RUN" && in.Keyword != "COPY" && in.Keyword != "ADD" {
			continue
		}
		if !asRoot(in.State()) {
			return nil
		}
		return []transform.Edit{in.InsertBefore(text)}
	}
	// No step of the stage makes a layer: what its instructions set is for the program.
	return s.From.InsertAfter(text)
}

// asRoot reports whether a step runs as root with a POSIX shell, on a base image that sets no other user.
func asRoot(s transform.State) bool {
	user, _, _ := strings.Cut(s.User, ":")
	return (user == "" || user == "root" || user == "0") && len(s.Shell) > 0 && slices.Contains([]string{"sh", "bash", "dash", "ash"}, path.Base(s.Shell[0]))
}
