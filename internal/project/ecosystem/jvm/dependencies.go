package jvm

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"

	"dopt/internal/project/manifest"
	"dopt/transform"
)

// Dependencies returns what the project in dir asks for, with names of the form group:artifact:
// Maven's by its POMs, Gradle's and sbt's as far as their scripts name them in so many words.
func Dependencies(fsys fs.FS, dir string) ([]manifest.Dependency, error) {
	if name := path.Join(dir, "pom.xml"); manifest.IsFile(fsys, name) {
		r, err := ReadReactor(fsys, name)
		if err != nil {
			return nil, err
		}
		return r.dependencies(), nil
	}
	var all []manifest.Dependency
	for _, script := range []struct {
		name string
		read func(line string) (manifest.Dependency, bool)
	}{{"build.gradle", gradleDependency}, {"build.gradle.kts", gradleDependency}, {"build.sbt", sbtDependency}} {
		name := path.Join(dir, script.name)
		data, err := manifest.Read(fsys, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for n, line := range manifest.Code(data, "//") {
			if d, ok := script.read(line); ok {
				d.Source = transform.Evidence{Source: name, Line: n, Text: line}
				all = append(all, d)
			}
		}
	}
	return all, nil
}

// dependencies returns what the modules ask for, each other aside.
func (r *Reactor) dependencies() []manifest.Dependency {
	built := r.artifacts()
	var all []manifest.Dependency
	for _, p := range r.Modules {
		managed, lines := p.managed(), manifest.FirstLines(p.data, scriptDependency().artifact)
		for _, parts := range p.parts() {
			for _, a := range parts.Dependencies {
				if built[p.keyOf(a)] {
					continue
				}
				d := p.dependency(a, managed)
				d.Source = transform.Evidence{Source: p.Path, Line: lines[a.ArtifactID], Text: d.Name}
				all = append(all, d)
			}
		}
	}
	return all
}

// managed returns what the POM and its parents in the context say of dependencies by name, their
// versions expanded; the nearest one counts.
func (p *POM) managed() map[string]Artifact {
	all := map[string]Artifact{}
	for up, n := p, 0; up != nil && n < maxParents; up, n = up.up, n+1 {
		for _, m := range up.Managed {
			key := up.keyOf(m)
			if _, nearer := all[key]; !nearer {
				m.Version = up.expand(m.Version)
				all[key] = m
			}
		}
	}
	return all
}

// dependency completes a reference by what is managed.
func (p *POM) dependency(a Artifact, managed map[string]Artifact) manifest.Dependency {
	d := manifest.Dependency{Name: p.keyOf(a), Constraint: p.expand(a.Version), Group: a.Scope}
	if d.Constraint == "" {
		d.Constraint = managed[d.Name].Version
	}
	if d.Group == "" {
		d.Group = managed[d.Name].Scope
	}
	if d.Group == "compile" || d.Group == "runtime" {
		d.Group = ""
	}
	if d.Group == "" && a.Optional == "true" {
		d.Group = "optional"
	}
	if d.Constraint != "" && !strings.ContainsAny(d.Constraint, "[(,$") {
		d.Version = d.Constraint
	}
	if a.SystemPath != "" {
		d.Path, _ = contextPath(p.expand(a.SystemPath))
	}
	return d
}

var scriptDependency = sync.OnceValue(func() (p struct{ gradle, sbt, artifact *regexp.Regexp }) {
	p.gradle = regexp.MustCompile(`^(\w+)\s*\(?\s*["']([\w.-]+:[\w.-]+)(?::([^"':@$]+))?[^"']*["']`)
	p.sbt = regexp.MustCompile(`"([\w.-]+)"\s*%{1,3}\s*"([\w.-]+)"\s*%\s*(?:"([^"]*)"|\w+)(?:\s*%\s*"?(\w+))?`)
	p.artifact = regexp.MustCompile(`<artifactId>\s*([^<\s]+)`)
	return p
})

// gradleDependency reads a line such as implementation "group:artifact:version".
func gradleDependency(line string) (manifest.Dependency, bool) {
	m := scriptDependency().gradle.FindStringSubmatch(line)
	if m == nil {
		return manifest.Dependency{}, false
	}
	d := manifest.Dependency{Name: m[2], Constraint: m[3]}
	if !strings.ContainsAny(m[3], "+[(,") && !strings.HasPrefix(m[3], "latest.") {
		d.Version = m[3]
	}
	switch configuration := strings.ToLower(m[1]); {
	case strings.Contains(configuration, "test"):
		d.Group = "test"
	case strings.Contains(configuration, "compileonly"), strings.Contains(configuration, "annotationprocessor"), configuration == "kapt", configuration == "ksp", configuration == "classpath":
		d.Group = "build"
	case configuration == "developmentonly":
		d.Group = "dev"
	}
	return d, true
}

// sbtDependency reads a line such as "group" %% "artifact" % "version" % Test. The suffix that %%
// adds to the name is not among it.
func sbtDependency(line string) (manifest.Dependency, bool) {
	m := scriptDependency().sbt.FindStringSubmatch(line)
	if m == nil {
		return manifest.Dependency{}, false
	}
	d := manifest.Dependency{Name: m[1] + ":" + m[2], Version: m[3], Constraint: m[3]}
	switch strings.ToLower(m[4]) {
	case "test", "it":
		d.Group = "test"
	case "provided":
		d.Group = "provided"
	}
	return d, true
}
