package main

import (
	"context"
	"io"
	"slices"
	"strings"

	"dopt/internal/catalog/debian"
)

// A sourcePackage is what an index says of how packages are built.
type sourcePackage struct {
	version  string
	binaries []string
	// needs are its Build-Depends without those for tests, documentation and other machines.
	needs []debian.Alternatives
}

// readSources returns the newest version of each source package of a release.
func readSources(ctx context.Context, m mirror, release debian.Release) (map[string]sourcePackage, error) {
	sources := map[string]sourcePackage{}
	for _, suite := range suites(string(release)) {
		err := m.read(ctx, indexFile{suite, "Sources"}, func(text io.Reader) error {
			return debian.Stanzas(text, func(fields map[string]string) error {
				name, version := fields["package"], fields["version"]
				if known, ok := sources[name]; ok && debian.CompareVersions(version, known.version) <= 0 {
					return nil
				}
				sources[name] = sourcePackage{
					version: version, binaries: strings.FieldsFunc(fields["binary"], func(r rune) bool { return r == ',' || r == ' ' }),
					needs: slices.Concat(buildNeeds(fields["build-depends"]), buildNeeds(fields["build-depends-arch"])),
				}
				return nil
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return sources, nil
}

// buildNeeds reads build dependencies: those that count on amd64 when neither tests nor documentation are made.
//
// Source: Debian Policy, section 7.1, and deb-src-control(5) for the profiles in angle brackets.
func buildNeeds(field string) []debian.Alternatives {
	var kept []string
	for clause := range strings.SplitSeq(field, ",") {
		var alternatives []string
		for alternative := range strings.SplitSeq(clause, "|") {
			if forBuild(alternative) {
				alternatives = append(alternatives, alternative)
			}
		}
		if alternatives != nil {
			kept = append(kept, strings.Join(alternatives, "|"))
		}
	}
	return debian.ParseRelation(strings.Join(kept, ","))
}

// forBuild tells whether a build dependency such as "libx-dev [linux-any] <!nocheck>" is wanted.
func forBuild(relation string) bool {
	if strings.Contains(relation, "<") && (strings.Contains(relation, "!nocheck") || strings.Contains(relation, "!nodoc")) {
		return false
	}
	_, arch, limited := strings.Cut(relation, "[")
	if !limited {
		return true
	}
	arch, _, _ = strings.Cut(arch, "]")
	for word := range strings.FieldsSeq(arch) {
		other, not := strings.CutPrefix(word, "!")
		if other == "amd64" || other == "any-amd64" || other == "linux-any" {
			return !not
		}
	}
	return strings.Contains(arch, "!")
}
