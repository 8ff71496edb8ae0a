package java

import (
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
)

// forJava are the settings of Gradle that the start script of the application plugin hands to java whenever it starts.
// Source: docs.gradle.org (application plugin; CreateStartScripts).
var forJava = []string{"applicationDefaultJvmArgs", "defaultJvmOpts"}

// atBuild are what build scripts of Gradle call folders by whose paths are those of the build. Source: docs.gradle.org (Project).
var atBuild = strings.Fields("projectDir rootDir projectDirectory buildDir buildDirectory file(")

// arguments adds the files that start scripts of Gradle name to java. What a build script puts together is not known.
func (f *finder) arguments() {
	if !slices.ContainsFunc(f.builds, func(b build) bool { return f.calls(b, "installDist") }) {
		return
	}
	f.EachCopied(func(name string) bool {
		if path.Ext(name) != ".gradle" && !strings.HasSuffix(name, ".gradle.kts") {
			return true
		}
		for _, text := range statements(f.Read(name), forJava) {
			because := transform.Evidence{Source: name, Text: strings.TrimSpace(text)}
			if slices.ContainsFunc(atBuild, func(folder string) bool { return strings.Contains(text, folder) }) {
				f.out.Unknown(because, "makes a start script that names a folder of the build")
				continue
			}
			for _, word := range artifact.Split(text) {
				if file, ok := f.Opened(word, isSource, because); ok {
					f.out.Add(file)
				}
			}
		}
		return true
	})
}

// statements returns what stands behind each of names in a script: up to the end of the line, or of what is opened by brackets there.
func statements(script string, names []string) (list []string) {
	for _, name := range names {
		for rest := script; ; {
			_, after, found := strings.Cut(rest, name)
			if !found {
				break
			}
			depth := 0
			end := strings.IndexFunc(after, func(r rune) bool {
				switch r {
				case '(', '[', '{':
					depth++
				case ')', ']', '}':
					depth--
				case '\n':
					return depth <= 0
				}
				return false
			})
			if end < 0 {
				end = len(after)
			}
			list = append(list, after[:end])
			rest = after[end:]
		}
	}
	return list
}
