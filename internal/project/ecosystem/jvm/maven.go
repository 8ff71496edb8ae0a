package jvm

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"dopt/internal/project/manifest"
	"dopt/transform"
	"dopt/transform/pkgmgr"
)

// mavenInputs returns what a goal that only downloads reads, such as dependency:go-offline.
func mavenInputs(fsys fs.FS, in manifest.Install, use manifest.Command) (manifest.Inputs, error) {
	name, err := mavenFile(fsys, in, use)
	if err != nil {
		return manifest.Refuse("", 0, "%s", err), nil
	}
	r, err := ReadReactor(fsys, name)
	if err != nil {
		return manifest.Inputs{}, err
	}
	var inputs manifest.Inputs
	for file, because := range r.because {
		inputs.AddFile(file, because)
	}
	argv := in.Argv
	if folder, ok := mavenFolder(fsys, r.Top.dir()); ok {
		inputs.AddDir(folder, transform.Evidence{Source: folder, Text: "Maven's settings for the project"})
		if refusal := checkExtensions(fsys, path.Join(folder, "extensions.xml")); refusal != "" {
			return manifest.Inputs{Refusal: refusal}, nil
		}
		if argv, err = withConfig(fsys, path.Join(folder, "maven.config"), argv); err != nil {
			return manifest.Inputs{}, err
		}
	}
	if refusal := addWrapper(fsys, in, "mvnw", &inputs); refusal != "" {
		return manifest.Inputs{Refusal: refusal}, nil
	}
	in.Argv = argv
	if use, err = in.Command(); err != nil {
		return manifest.Refuse("", 0, "%s", err), nil
	}
	if refusal := addSettings(fsys, in, use, &inputs); refusal != "" {
		return manifest.Inputs{Refusal: refusal}, nil
	}
	if refusal := addLocal(fsys, r, &inputs); refusal != "" {
		return manifest.Inputs{Refusal: refusal}, nil
	}
	if refusal := checkSiblings(r, in.Argv); refusal != "" {
		return manifest.Inputs{Refusal: refusal}, nil
	}
	return inputs, nil
}

// mavenFile returns the POM that the command is about.
func mavenFile(fsys fs.FS, in manifest.Install, use manifest.Command) (string, error) {
	f, given := use.Flag("-f", "--file")
	if !given {
		return path.Join(in.Dir, "pom.xml"), nil
	}
	name, err := in.Path(f.Value)
	if err == nil && manifest.IsDir(fsys, name) {
		name = path.Join(name, "pom.xml")
	}
	return name, err
}

// mavenFolder returns the .mvn folder that counts: the first one upwards.
// Source: https://maven.apache.org/configure.html
func mavenFolder(fsys fs.FS, dir string) (string, bool) {
	for {
		folder := path.Join(dir, ".mvn")
		if manifest.IsDir(fsys, folder) {
			return folder, true
		}
		if dir == "." {
			return "", false
		}
		dir = path.Dir(dir)
	}
}

// withConfig returns the command with the arguments of maven.config in front of its own.
func withConfig(fsys fs.FS, name string, argv []string) ([]string, error) {
	if !manifest.IsFile(fsys, name) {
		return argv, nil
	}
	data, err := manifest.Read(fsys, name)
	if err != nil {
		return nil, err
	}
	return slices.Concat(argv[:1], strings.Fields(string(data)), argv[1:]), nil
}

// sourceExtensions are Maven extensions that read more than POMs when they are loaded, and what.
var sourceExtensions = []struct{ artifact, reads string }{
	{"jgitver-maven-plugin", "the repository's history"},           // github.com/jgitver/jgitver-maven-plugin
	{"maven-git-versioning-extension", "the repository's history"}, // github.com/qoomon/maven-git-versioning-extension
	{"polyglot-", "project files in another language"},             // github.com/takari/polyglot-maven
}

func checkExtensions(fsys fs.FS, name string) (refusal string) {
	data, err := manifest.Read(fsys, name)
	if err != nil {
		return ""
	}
	for _, e := range sourceExtensions {
		if line := manifest.LineOf(data, e.artifact); line > 0 {
			return manifest.Refuse(name, line, "the extension reads %s", e.reads).Refusal
		}
	}
	return ""
}

// addSettings adds the settings and toolchains files of the context that flags name.
func addSettings(fsys fs.FS, in manifest.Install, use manifest.Command, inputs *manifest.Inputs) (refusal string) {
	for _, f := range use.Flags {
		switch f.Name {
		case "-s", "--settings", "-gs", "--global-settings", "-t", "--toolchains", "-gt", "--global-toolchains":
		default:
			continue
		}
		if refusal := addNamed(fsys, in, f, inputs); refusal != "" {
			return refusal
		}
	}
	return ""
}

// addNamed adds the file that a flag names. One elsewhere in the image is none of the context's.
func addNamed(fsys fs.FS, in manifest.Install, f pkgmgr.Flag, inputs *manifest.Inputs) (refusal string) {
	name, err := in.Path(f.Value)
	switch {
	case err != nil && path.IsAbs(f.Value) && in.Workdir != "":
		return ""
	case err != nil:
		return err.Error()
	case !manifest.IsFile(fsys, name):
		return fmt.Sprintf("%s names %s, which is not in the context", f.Name, name)
	}
	inputs.AddFile(name, transform.Evidence{Source: name, Text: "named by " + f.Name})
	return ""
}

// addLocal adds what POMs name besides POMs: libraries of scope system, and repositories that are
// folders of the project. Profiles that look for other files are refused.
func addLocal(fsys fs.FS, r *Reactor, inputs *manifest.Inputs) (refusal string) {
	for _, name := range sortedKeys(r.loaded) {
		p := r.loaded[name]
		for _, profile := range p.Profiles {
			if file := profile.ActiveBy.Exists + profile.ActiveBy.Missing; file != "" {
				return manifest.Refuse(p.Path, manifest.LineOf(p.data, file), "the profile %s depends on whether %s is there", profile.ID, file).Refusal
			}
		}
		for _, parts := range p.parts() {
			for _, d := range slices.Concat(parts.Dependencies, parts.Managed) {
				if d.SystemPath == "" {
					continue
				}
				line := manifest.LineOf(p.data, "<systemPath>")
				file, ok := contextPath(p.expand(d.SystemPath))
				if !ok || !manifest.IsFile(fsys, file) {
					return manifest.Refuse(p.Path, line, "the library %s is not in the context", d.SystemPath).Refusal
				}
				inputs.AddFile(file, transform.Evidence{Source: p.Path, Line: line, Text: "a library of scope system"})
			}
			for _, repository := range slices.Concat(parts.Repositories, parts.PluginRepositories) {
				if refusal := addRepository(fsys, p, repository, inputs); refusal != "" {
					return refusal
				}
			}
		}
	}
	return ""
}

func addRepository(fsys fs.FS, p *POM, repository Repository, inputs *manifest.Inputs) (refusal string) {
	rest, local := strings.CutPrefix(p.expand(repository.URL), "file:")
	if !local {
		return ""
	}
	line := manifest.LineOf(p.data, repository.URL)
	folder, ok := contextPath("/" + strings.TrimLeft(rest, "/"))
	if !strings.Contains(repository.URL, "basedir}") || !ok || !manifest.IsDir(fsys, folder) {
		return manifest.Refuse(p.Path, line, "the repository %s is not in the context", repository.URL).Refusal
	}
	inputs.AddDir(folder, transform.Evidence{Source: p.Path, Line: line, Text: "a repository in a folder"})
	return ""
}

// contextPath returns the path in the context of one that POM.expand has made from ${basedir}.
func contextPath(expanded string) (string, bool) {
	if strings.Contains(expanded, "${") || !path.IsAbs(expanded) {
		return "", false
	}
	name := strings.TrimPrefix(path.Clean(expanded), "/")
	return name, fs.ValidPath(name)
}

// checkSiblings returns why the goal fails before modules have been built that others need.
// From version 3.1.2 on, go-offline leaves the reactor's own artifacts aside; earlier ones look
// for them in the repositories and fail (tried with 2.8, 3.1.1, 3.1.2 and 3.6.1;
// https://github.com/apache/maven-dependency-plugin/issues/1186). The other goals still do
// (https://github.com/apache/maven-dependency-plugin/issues/1238).
func checkSiblings(r *Reactor, argv []string) (refusal string) {
	built := r.artifacts()
	for _, p := range r.Modules {
		if a, ok := p.plugin(built); ok {
			return p.refuse(a, "the build uses the module %s as a plugin, so that it has to be compiled first", a.ArtifactID)
		}
		for _, d := range p.siblings(built) {
			switch {
			case d.Classifier != "" || d.Type != "" && d.Type != "jar":
				return p.refuse(d, "needs the %s%s of the module %s, which is compiled first", d.Type, d.Classifier, d.ArtifactID)
			case !slices.ContainsFunc(argv, func(word string) bool { return strings.HasSuffix(word, ":go-offline") }):
				return p.refuse(d, "needs the module %s, which is compiled first", d.ArtifactID)
			case !knowsReactor(argv, p, r.Top):
				return p.refuse(d, "modules that depend on each other, %s here, need maven-dependency-plugin 3.1.2 or later: earlier ones look for them in the repositories", d.ArtifactID)
			}
		}
	}
	return ""
}

// refuse is a refusal for a reference of a POM.
func (p *POM) refuse(a Artifact, format string, args ...any) string {
	return manifest.Refuse(p.Path, manifest.LineOf(p.data, "<artifactId>"+a.ArtifactID+"<"), format, args...).Refusal
}

// knowsReactor reports whether the go-offline that the command runs for the POMs is new enough.
func knowsReactor(argv []string, poms ...*POM) bool {
	for _, word := range argv {
		if parts := strings.Split(word, ":"); len(parts) == 4 && parts[3] == "go-offline" {
			return atLeast(parts[2], 3, 1, 2)
		}
	}
	return !slices.ContainsFunc(poms, func(p *POM) bool { return !atLeast(p.dependencyPlugin(), 3, 1, 2) })
}

// dependencyPlugin returns the version of maven-dependency-plugin that a POM or one of its parents
// sets, "" if that is not known.
func (p *POM) dependencyPlugin() string {
	last := p
	for up, n := p, 0; up != nil && n < maxParents; up, n = up.up, n+1 {
		for _, plugin := range slices.Concat(up.Build.Plugins, up.Build.ManagedPlugins) {
			if plugin.ArtifactID == "maven-dependency-plugin" && plugin.Version != "" {
				return p.expand(plugin.Version)
			}
		}
		last = up
	}
	// spring-boot-dependencies, its parent, has the property maven-dependency-plugin.version:
	// 3.1.1 in 2.2.0, 3.1.2 in 2.3.0, 3.3.0 in 2.7.0 and 3.0.0.
	if parent := last.Parent; parent != nil && parent.ArtifactID == "spring-boot-starter-parent" && atLeast(parent.Version, 2, 3, 0) {
		return "3.1.2"
	}
	return ""
}

// atLeast reports whether a version such as 3.6.1 is known and not below another.
func atLeast(version string, want ...int) bool {
	parts := strings.Split(version, ".")
	for i, w := range want {
		n := 0
		if i < len(parts) {
			var err error
			if n, err = strconv.Atoi(parts[i]); err != nil {
				return false
			}
		}
		if n != w {
			return n > w
		}
	}
	return true
}
