package swift

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// swiftReads are calls of a manifest that read files or run programs. The manifest runs in a
// sandbox without network, but may read.
var swiftReads = []string{
	"FileManager", "Process(", "contentsOf", "gitInformation", "FileHandle", "fopen", "#file", "Bundle", "import Darwin", "import Glibc", "import System", "readLine", "Data(",
}

// harmlessFlags change nothing in what is read.
var harmlessFlags = []string{
	"--skip-update", "--force-resolved-versions", "--only-use-versions-from-resolved-file", "--disable-automatic-resolution", "-v", "--verbose", "-q", "--quiet",
}

// scratchFlags name the folder for packages and for what is compiled, which is .build without them.
var scratchFlags = []string{"--scratch-path", "--build-path"}

// Inputs returns what swift package resolve reads of the context.
// Source: https://docs.swift.org/swiftpm/documentation/packagemanagerdocs/packageresolve
func Inputs(fsys fs.FS, in manifest.Install) (manifest.Inputs, error) {
	if len(in.Argv) < 3 || in.Argv[1] != "package" || in.Argv[2] != "resolve" {
		return manifest.Refuse("", 0, "swift compiles the source, or changes Package.resolved, which a later copy would put back"), nil
	}
	dir, build := in.Dir, ""
	for i := 3; i < len(in.Argv); i++ {
		switch word := in.Argv[i]; {
		case slices.Contains(harmlessFlags, word):
		case i+1 < len(in.Argv) && (word == "--package-path" || slices.Contains(scratchFlags, word)):
			i++
			folder, err := in.Path(in.Argv[i])
			switch {
			case word != "--package-path":
				build = folder // "" where it is not in the context
			case err != nil:
				return manifest.Refuse("", 0, "%s", err), nil
			default:
				dir = folder
			}
		case i+1 < len(in.Argv) && word == "--cache-path":
			i++
		default:
			return manifest.Refuse("", 0, "a word of the command is not understood"), nil
		}
	}
	build = cmp.Or(build, path.Join(dir, ".build"))
	if manifest.IsDir(fsys, build) {
		return manifest.Refuse(build, 0, "packages are fetched in the context; they have to be in .dockerignore, since a later copy puts them over the image's own"), nil
	}
	r := resolver{fsys: fsys}
	if err := r.follow(dir, transform.Evidence{Source: path.Join(dir, "Package.swift"), Text: "the package's manifest"}); err != nil || r.Refusal != "" {
		return manifest.Inputs{Refusal: r.Refusal}, err
	}
	r.AddThere(fsys, dir, "Swift reads it beside the manifest", "Package.resolved", ".swiftpm/configuration/mirrors.json", ".swiftpm/configuration/registries.json", ".swift-version")
	return r.Inputs, nil
}

// A resolver gathers the manifests of a package and of those in folders that it depends on.
type resolver struct {
	fsys fs.FS
	dirs []string
	manifest.Inputs
}

func (r *resolver) follow(dir string, because transform.Evidence) error {
	if slices.Contains(r.dirs, dir) {
		return nil
	}
	if len(r.dirs) >= manifest.MaxFollowed {
		return fmt.Errorf("%s: more than %d packages", dir, manifest.MaxFollowed)
	}
	r.dirs = append(r.dirs, dir)
	names, err := fs.Glob(r.fsys, path.Join(dir, "Package@swift-*.swift"))
	if err != nil {
		return err
	}
	for _, name := range append(names, path.Join(dir, "Package.swift")) {
		if err := r.read(name, because); err != nil || r.Refusal != "" {
			return err
		}
	}
	return nil
}

// read reads one manifest of a package; a newer Swift may take another one than an older.
func (r *resolver) read(name string, because transform.Evidence) error {
	pkg, err := ReadPackage(r.fsys, name)
	if err != nil {
		return err
	}
	r.AddFile(name, because)
	if line, call := manifest.FirstWith(pkg.data, "//", swiftReads); line > 0 {
		r.Inputs = manifest.Refuse(name, line, "%q: what the manifest reads cannot be told", strings.Trim(call, "("))
		return nil
	}
	if line, _ := manifest.FirstWith(pkg.data, "//", []string{".binaryTarget("}); line > 0 {
		r.Inputs = manifest.Refuse(name, line, "a binary target may be a folder of the project")
		return nil
	}
	for _, d := range pkg.Dependencies {
		if d.URL != "" {
			continue
		}
		dir, err := manifest.Resolve(path.Dir(name), d.Path)
		switch {
		case d.Path == "":
			r.Inputs = manifest.Refuse(name, d.Source.Line, "where the package comes from cannot be told")
			return nil
		case err != nil:
			r.Inputs = manifest.Refuse(name, d.Source.Line, "%s", err)
			return nil
		case !manifest.IsFile(r.fsys, path.Join(dir, "Package.swift")):
			r.Inputs = manifest.Refuse(name, d.Source.Line, "%s has no Package.swift in the context", d.Path)
			return nil
		}
		if err := r.follow(dir, transform.Evidence{Source: name, Line: d.Source.Line, Text: "a package in a folder"}); err != nil || r.Refusal != "" {
			return err
		}
	}
	return nil
}
