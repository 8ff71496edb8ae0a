// Package python reads the manifests and lock files of Python projects, and tells which of them
// an install reads: requirements files as pip defines them, pyproject.toml (PEP 621, PEP 735,
// poetry, uv and pdm), Pipfile, conda environments, and the locks. Nothing is executed: what
// setup.py says is not known, so that an install that runs it needs the source.
package python

import (
	"strings"

	"dopt/internal/project/manifest"
)

// Normalize returns the form of a package's name that all its spellings have in common: PEP 503.
func Normalize(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_.", r) }), "-")
}

// ParseRequirement reads a dependency as PEP 508 writes it: name[extra]>=1; marker, or name @ URL.
// It returns false for a text that begins with no name. Source is left to the caller.
func ParseRequirement(text string) (manifest.Dependency, bool) {
	separator := ";"
	if strings.Contains(text, " @ ") || strings.Contains(text, "://") {
		separator = " ;" // a URL may hold a semicolon
	}
	text, marker, _ := strings.Cut(text, separator)
	end := strings.IndexFunc(text, func(r rune) bool { return !isNameRune(r) })
	if end < 0 {
		end = len(text)
	}
	d := manifest.Dependency{Name: Normalize(text[:end]), Marker: strings.TrimSpace(marker)}
	rest := strings.TrimSpace(text[end:])
	if extras, after, ok := strings.Cut(strings.TrimPrefix(rest, "["), "]"); ok && strings.HasPrefix(rest, "[") {
		d.Extras = strings.FieldsFunc(extras, func(r rune) bool { return r == ',' || r == ' ' })
		rest = strings.TrimSpace(after)
	}
	if url, ok := strings.CutPrefix(rest, "@"); ok {
		setURL(&d, strings.TrimSpace(url))
		return d, d.Name != ""
	}
	d.Constraint = strings.Trim(rest, "() ")
	d.Version = exact(d.Constraint)
	return d, d.Name != ""
}

func isNameRune(r rune) bool {
	return r == '-' || r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// setURL sets where a dependency comes from. Paths are left to the caller, who knows what they are
// relative to.
func setURL(d *manifest.Dependency, url string) {
	if strings.HasPrefix(url, "git+") {
		d.Git = strings.TrimPrefix(url, "git+")
		return
	}
	d.URL = url
}

// exact returns the version that a constraint allows alone, "" if it allows more.
func exact(constraint string) string {
	version, ok := strings.CutPrefix(constraint, "==")
	version = strings.TrimSpace(strings.TrimPrefix(version, "=")) // === is arbitrary equality
	if !ok || strings.ContainsAny(version, ",* ") {
		return ""
	}
	return version
}
