// Package inputs has the reader of manifests that fits a package manager's command.
package inputs

import (
	"io/fs"

	"dopt/internal/project/ecosystem/beam"
	"dopt/internal/project/ecosystem/dotnet"
	"dopt/internal/project/ecosystem/golang"
	"dopt/internal/project/ecosystem/jvm"
	"dopt/internal/project/ecosystem/node"
	"dopt/internal/project/ecosystem/php"
	"dopt/internal/project/ecosystem/python"
	"dopt/internal/project/ecosystem/ruby"
	"dopt/internal/project/ecosystem/rust"
	"dopt/internal/project/ecosystem/swift"
	"dopt/internal/project/manifest"
	"dopt/transform"
)

// A reader tells what an install reads.
type reader func(fs.FS, manifest.Install) (manifest.Inputs, error)

// readers has the reader for each manager, by the name of its row in the table of pkgmgr.
var readers = map[string]reader{
	"go":  golang.Inputs,
	"npm": node.Inputs, "yarn": node.Inputs, "yarn-berry": node.Inputs, "pnpm": node.Inputs, "bun": node.Inputs,
	"pip": python.Inputs, "pipx": python.Inputs, "uv": python.Inputs, "poetry": python.Inputs, "pipenv": python.Inputs, "pdm": python.Inputs,
	"conda": python.Inputs, "mamba": python.Inputs, "micromamba": python.Inputs,
	"cargo": rust.Inputs,
	"maven": jvm.Inputs, "gradle": jvm.Inputs, "sbt": jvm.Inputs,
	"gem": ruby.Inputs, "bundler": ruby.Inputs,
	"composer": php.Inputs,
	"dotnet":   dotnet.Inputs,
	"mix":      beam.Inputs, "rebar3": beam.Inputs,
	"swift": swift.Inputs,
}

// Of returns what an install reads of the build context, false where no reader knows its manager. A
// manifest that cannot be read makes a refusal.
//
// fsys is what the image has of the context when the command runs: what is not copied must not be seen
// in it, as a lock file of the folder above would change the answer. Of a transform.Project, what its
// ignore file names is not seen.
func Of(fsys fs.FS, install manifest.Install) (manifest.Inputs, bool) {
	read, ok := readers[install.Manager]
	if !ok {
		return manifest.Inputs{}, false
	}
	in, err := read(transform.Received(fsys), install)
	if err != nil {
		return manifest.Inputs{Refusal: err.Error()}, true
	}
	return in, true
}
