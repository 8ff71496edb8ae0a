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
	for _, c := range j.survey.composes {
		paths = append(paths, composed(path.Dir(c), j.read(c))...)
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

// composed returns the Dockerfiles that a Compose file in a folder may name. The context that they are relative to
// is another line: so they are looked for in the folder and in the context itself.
func composed(folder, text string) []string {
	var found []string
	for line := range strings.Lines(text) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ":")
		if value = strings.Trim(strings.TrimSpace(value), `"'`); ok && key == "dockerfile" && value != "" {
			found = append(found, contextPath(value), contextPath(path.Join(folder, value)))
		}
	}
	return found
}
