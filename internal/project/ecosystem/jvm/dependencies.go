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
		for _, parts := range p.parts() {
			for _, a := range parts.Dependencies {
				if !built[p.keyOf(a)] {
					all = append(all, p.dependency(a))
				}
			}
		}
	}
	return all
}

// dependency completes a reference by what the POM and its parents in the context manage.
func (p *POM) dependency(a Artifact) manifest.Dependency {
	d := manifest.Dependency{Name: p.keyOf(a), Constraint: p.expand(a.Version), Group: a.Scope}
	for up, n := p, 0; up != nil && n < maxParents; up, n = up.up, n+1 {
		for _, m := range up.Managed {
			if up.keyOf(m) != d.Name {
				continue
			}
			if d.Constraint == "" {
				d.Constraint = up.expand(m.Version)
			}
			if d.Group == "" {
				d.Group = m.Scope
			}
		}
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
	d.Source = transform.Evidence{Source: p.Path, Line: manifest.LineOf(p.data, "<artifactId>"+a.ArtifactID+"<"), Text: d.Name}
	return d
}

var scriptDependency = sync.OnceValue(func() (p struct{ gradle, sbt *regexp.Regexp }) {
	p.gradle = regexp.MustCompile(`^(\w+)\s*\(?\s*["']([\w.-]+:[\w.-]+)(?::([^"':@$]+))?[^"']*["']`)
	p.sbt = regexp.MustCompile(`"([\w.-]+)"\s*%{1,3}\s*"([\w.-]+)"\s*%\s*(?:"([^"]*)"|\w+)(?:\s*%\s*"?(\w+))?`)
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
