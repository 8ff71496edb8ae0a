package ignorefile

import (
	"path"
	"slices"
	"strings"

	"dopt/transform"
)

// maxSiblings bounds how many other Dockerfiles are asked; a context with more is left alone.
const maxSiblings = 30

// siblings returns the other Dockerfiles that the ignore file may count for: all in the context, and those that its
// compose files name, but for those with an ignore file of their own. One in a folder below may be built from
// that folder; to ask it, too, costs a pattern at worst.
func (j *judge) siblings(ignoreFile string) (found []*dockerfile, tooMany bool) {
	if path.Base(ignoreFile) != ".dockerignore" {
		return nil, false
	}
	paths := slices.Clone(j.survey.dockerfiles)
	for _, c := range j.survey.candidates {
		if matchesAny([]string{"*compose*.y*ml"}, path.Base(c.path)) {
			paths = append(paths, composed(j.read(c.path))...)
		}
	}
	slices.Sort(paths)
	for _, p := range slices.Compact(paths) {
		text := j.read(p)
		switch {
		case strings.HasSuffix(p, ".dockerignore"), text == "", text == string(j.c.Doc.Src), j.read(p+".dockerignore") != "":
			continue
		case len(found) == maxSiblings:
			return nil, true
		}
		doc, err := transform.Parse(p, []byte(text))
		if err != nil {
			found = append(found, &dockerfile{path: p, raw: text})
			continue
		}
		found = append(found, newDockerfile(p, doc))
	}
	return found, false
}

// composed returns the Dockerfiles that a compose file names, as paths of its own folder.
func composed(text string) []string {
	var found []string
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if value = strings.Trim(strings.TrimSpace(value), `"'`); ok && key == "dockerfile" && value != "" {
			found = append(found, contextPath(value))
		}
	}
	return found
}
