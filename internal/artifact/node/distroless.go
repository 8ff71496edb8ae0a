package node

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/internal/artifact"
	ecosystem "dopt/internal/project/ecosystem/node"
	"dopt/internal/project/manifest"
	"dopt/transform"
)

// distrolessImages are the images of distroless with Node.js, by its major version, on the release on which all of them are made. Each has the
// latest version of its series, that of nodejs.org, as the official images do. Source: nodejs/README.md and nodejs/config.bzl of
// github.com/GoogleContainerTools/distroless, read 2026-11.
var distrolessImages = map[string]string{
	"20": "gcr.io/distroless/nodejs20-debian13", "22": "gcr.io/distroless/nodejs22-debian13",
	"24": "gcr.io/distroless/nodejs24-debian13", "26": "gcr.io/distroless/nodejs26-debian13",
}

// distrolessPrograms is the folder in which these images have node, which is not in their PATH. Source: nodejs/nodejs.bzl there.
const distrolessPrograms = "/nodejs/bin"

// notNewer are the releases whose C library is that of trixie or an older one. Source: packages.debian.org, package libc6.
var notNewer = strings.Fields("buster bullseye bookworm trixie")

// distroless returns the image of distroless that runs what the stage installs, or why none does. There is no shell, and no npm. pruned is true
// where nothing is left of what only development needs.
func (f *finder) distroless(pruned bool) (b artifact.Base, why string) {
	_, tag, _ := strings.Cut(f.Image, ":")
	major, _, _ := strings.Cut(tag, "-")
	image, ok := distrolessImages[major]
	if !ok || !slices.Contains(notNewer, f.Base.Release) {
		return b, "none is for " + f.Image + ": each has the latest Node.js of one major version"
	}
	start, why := f.launched()
	for _, look := range []func() string{f.surroundings, func() string { return f.unlisted(pruned) }, func() string { return f.lacking(start) }} {
		if why == "" {
			why = look()
		}
	}
	if why != "" {
		return b, why
	}
	text := fmt.Sprintf("%s has Node.js %s, as %s", image, major, f.Image)
	b = artifact.Base{Image: image, Level: transform.Aggressive, Programs: distrolessPrograms, Users: true}
	if start.manifest != "" {
		b.Words = start.words
		b.Dispenses = func(n transform.Need) bool { return n.Step == nil && n.Evidence.Source == start.manifest }
		text += fmt.Sprintf("; %s is %s, by %s", strings.Join(f.Start.Words, " "), strings.Join(start.words, " "), start.manifest)
	}
	b.Because = transform.Evidence{Source: "github.com/GoogleContainerTools/distroless, nodejs", Text: text}
	return b, ""
}

// decisive are variables by which programs, libraries and packages are found, or loaded first.
var decisive = strings.Fields("PATH LD_PRELOAD LD_LIBRARY_PATH NODE_PATH NODE_OPTIONS")

// surroundings says what of the image besides the program needs more than node: a health check, programs that people call, a variable.
func (f *finder) surroundings() (why string) {
	for _, in := range f.Stage.Stage.Instructions {
		switch c := in.Command.(type) {
		case *instructions.HealthCheckCommand:
			if c.Health == nil || len(c.Health.Test) < 2 {
				continue
			}
			if test := c.Health.Test; test[0] != "CMD" || !callsNode(test[1:]) {
				return fmt.Sprintf("the health check, line %d, is no call of node alone", in.Line())
			}
		case *instructions.EnvCommand:
			for _, kv := range c.Env {
				if slices.Contains(decisive, kv.Key) {
					return fmt.Sprintf("line %d sets %s", in.Line(), kv.Key)
				}
			}
		}
	}
	for _, c := range f.Tree.Copies {
		if c.Context == "" {
			return fmt.Sprintf("line %d writes a file that is not looked at", c.In.Line())
		}
	}
	f.EachCopied(func(name string) bool {
		if path.Base(name) == "package.json" {
			if p, err := ecosystem.ReadPackage(f.Files, name); err != nil || len(p.Bin) > 0 {
				why = name + " has programs for people at a shell"
			}
		}
		return why == ""
	})
	return why
}

// lackingMarks are texts of a source by which a program uses what the images of distroless leave out, or have elsewhere: other programs, folders
// of the system, users, the home folder of one, variables of the official images. npmMarks ask for what npm tells the scripts that it runs.
// Source: https://docs.npmjs.com/cli/v11/using-npm/scripts#environment
var (
	lackingMarks = append(strings.Fields(`child_process .dlopen( process.binding( setuid( setgid( initgroups( NODE_VERSION YARN_VERSION
		"/usr/ '/usr/ "/etc/ '/etc/ "/bin/ '/bin/ "/sbin/ '/sbin/ "/opt/ '/opt/`), code.Marks...)
	npmMarks = []string{"npm_", "INIT_CWD"}
)

// maxScanned bounds how many sources are looked at.
const maxScanned = 2000

// lacking says which line of the project needs more than an image of distroless has, or may do so; "" if none does. Tests are passed by.
func (f *finder) lacking(start launch) (why string) {
	marks := lackingMarks
	if start.manifest != "" {
		marks = slices.Concat(marks, npmMarks)
	}
	left := maxScanned
	all := f.EachCopied(func(name string) bool {
		source := slices.Contains(code.Extensions, path.Ext(name)) || path.Ext(name) == ".jsx" || path.Ext(name) == ".tsx"
		program := path.Ext(name) == "" && path.Base(path.Dir(name)) == "bin"
		if ofTests(name) || !source && !program && name != start.file {
			return true
		}
		data, err := manifest.Read(f.Files, name)
		if left--; err != nil || left < 0 {
			why = name + " cannot be read"
			return false
		}
		if line, text := manifest.FirstWith(data, code.Comment, marks); line > 0 {
			why = fmt.Sprintf("%s, line %d, has %s", name, line, strings.Trim(text, `'"`))
		}
		return why == ""
	})
	if !all && why == "" {
		why = "there are too many files to be read"
	}
	return why
}
