package ignorefile

import (
	"path"
	"slices"
	"strings"
	"sync"

	"dopt/transform"
)

// maxSiblings bounds how many other Dockerfiles are asked; a context with more is left alone.
const maxSiblings = 30

// A sibling is a Dockerfile for which the ignore file may count. All Dockerfiles of a context ask the same ones.
type sibling struct {
	text string
	// read parses it, once.
	read func() *dockerfile
}

// shared is the key of what a project remembers of its siblings.
type shared struct{}

// siblings returns the other Dockerfiles that the ignore file may count for.
func (j *judge) siblings(ignoreFile string) (found []*dockerfile, tooMany bool) {
	if path.Base(ignoreFile) != ".dockerignore" {
		return nil, false
	}
	all := j.c.Project.Remember(shared{}, func(p transform.Project) any { return findSiblings(p) }).([]sibling)
	others := slices.DeleteFunc(slices.Clone(all), func(s sibling) bool { return s.text == string(j.c.Doc.Src) })
	if len(others) > maxSiblings {
		return nil, true
	}
	for _, s := range others {
		found = append(found, s.read())
	}
	return found, false
}

// findSiblings returns all Dockerfiles in the context, and those that its compose files name, but for those with an
// ignore file of their own. One in a folder below may be built from that folder; to ask it, too, costs a pattern at
// worst. Of a context that has too many for each of them it returns no more than show that.
func findSiblings(p transform.Project) []sibling {
	s := surveyOf(p)
	paths := slices.Clone(s.dockerfiles)
	for _, c := range s.composes {
		paths = append(paths, composed(path.Dir(c), readText(p, c))...)
	}
	slices.Sort(paths)
	var found []sibling
	texts := map[string]bool{}
	for _, name := range slices.Compact(paths) {
		text := ""
		if !strings.HasSuffix(name, ".dockerignore") {
			text = readText(p, name)
		}
		if text == "" || readText(p, name+".dockerignore") != "" {
			continue
		}
		found = append(found, sibling{text, sync.OnceValue(func() *dockerfile { return readDockerfile(name, text) })})
		if texts[text] = true; len(texts) > maxSiblings+1 {
			break // one of the texts may be that of the Dockerfile that asks
		}
	}
	return found
}

func readDockerfile(name, text string) *dockerfile {
	doc, err := transform.Parse(name, []byte(text))
	if err != nil {
		return &dockerfile{path: name, raw: text}
	}
	return newDockerfile(name, doc)
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
