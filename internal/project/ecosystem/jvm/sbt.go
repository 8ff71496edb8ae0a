package jvm

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// sbtReads are calls of build definitions that read files or run programs when sbt loads them.
var sbtReads = []string{
	".!", "sys.process", "scala.sys", "Process(", "IO.", "Source.from", "listFiles", "Files.", "FileInputStream", "FileReader", "ConfigFactory",
	"java.nio", "ProjectRef", "RootProject", "crossProject", "projectMatrix", "better.files",
}

// sbtHistory are plugins that read the repository's history when sbt loads the build.
var sbtHistory = []string{"sbt-git", "sbt-dynver", "sbt-ci-release", "GitVersioning", "sbt-version-policy", "sbt-buildinfo-git", "sbt-git-versioning", "sbt-typelevel"}

var sbtProject = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:\bfile\s*\(\s*"([^"]*)"\s*\))|(?:\blazy\s+val\s+` + "`?([\\w-]+)`?" + `\s*(?::\s*Project\s*)?=\s*\(?\s*project\b)`)
})

// sbtInputs returns what sbt update reads: the build definition and those of the meta-builds in
// project folders.
// Source: https://www.scala-sbt.org/1.x/docs/Organizing-Build.html
func sbtInputs(fsys fs.FS, in manifest.Install) (manifest.Inputs, error) {
	var inputs manifest.Inputs
	inputs.AddThere(fsys, in.Dir, "the launcher reads it", ".sbtopts", ".jvmopts")
	dirs := []string{in.Dir}
	for meta := path.Join(in.Dir, "project"); manifest.IsDir(fsys, meta) && len(dirs) < maxMetaBuilds; meta = path.Join(meta, "project") {
		inputs.AddThere(fsys, meta, "sbt reads its version from it", "build.properties")
		dirs = append(dirs, meta)
	}
	seen := map[string]bool{}
	for i := 0; i < len(dirs); i++ {
		dir := dirs[i]
		if seen[dir] {
			continue
		}
		seen[dir] = true
		found, err := readDefinitions(fsys, dir, &inputs)
		if err != nil || inputs.Refusal != "" {
			return inputs, err
		}
		if len(dirs) > manifest.MaxFollowed {
			return manifest.Refuse(dir, 0, "more than %d projects", manifest.MaxFollowed), nil
		}
		dirs = append(dirs, found...)
	}
	if len(inputs.Files) == 0 {
		return manifest.Refuse("", 0, "there is no build.sbt"), nil
	}
	return inputs, nil
}

// maxMetaBuilds is how many project folders inside each other are followed.
const maxMetaBuilds = 5

// readDefinitions reads the .sbt files of a folder, and the .scala files of a project folder, and
// returns the folders of the projects that they define.
func readDefinitions(fsys fs.FS, dir string, inputs *manifest.Inputs) (projects []string, err error) {
	patterns := []string{"*.sbt"}
	if path.Base(dir) == "project" {
		patterns = append(patterns, "*.scala")
	}
	for _, pattern := range patterns {
		names, err := fs.Glob(fsys, path.Join(dir, pattern))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			found, err := readDefinition(fsys, name, inputs)
			if err != nil || inputs.Refusal != "" {
				return nil, err
			}
			projects = append(projects, found...)
		}
	}
	return projects, nil
}

func readDefinition(fsys fs.FS, name string, inputs *manifest.Inputs) (projects []string, err error) {
	data, err := manifest.Read(fsys, name)
	if err != nil {
		return nil, err
	}
	if line, call := manifest.FirstWith(data, "//", sbtReads); line > 0 {
		*inputs = manifest.Refuse(name, line, "%q: what the build definition reads cannot be told", call)
		return nil, nil
	}
	if line, plugin := manifest.FirstWith(data, "//", sbtHistory); line > 0 {
		*inputs = manifest.Refuse(name, line, "%q reads the repository's history", plugin)
		return nil, nil
	}
	inputs.AddFile(name, transform.Evidence{Source: name, Text: "sbt's build definition"})
	for n, line := range manifest.Code(data, "//") {
		for _, m := range sbtProject().FindAllStringSubmatch(line, -1) {
			folder := m[1] + m[2]
			if m[2] != "" && strings.Contains(line, "file(") {
				continue // the name of a project whose folder is given
			}
			dir, err := manifest.Resolve(path.Dir(name), folder)
			if err != nil {
				*inputs = manifest.Refuse(name, n, "%s", err)
				return nil, nil
			}
			if manifest.IsDir(fsys, dir) {
				projects = append(projects, dir)
			}
		}
	}
	return projects, nil
}
