package builds

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A target is one target of a Bake file: https://docs.docker.com/build/bake/reference/.
type target struct {
	line int
	// values are its attributes that matter.
	values map[string]value
}

// A value is a string or a list of strings. One that has to be computed is not known.
type value struct {
	known bool
	text  string
	list  []string
}

// bakeFile is a Bake file's targets by name.
type bakeFile struct {
	targets map[string]target
	steps   int
}

// bakeKeys are the attributes that matter.
var bakeKeys = []string{"context", "contexts", "dockerfile", "dockerfile-inline", "inherits", "matrix", "target"}

// readBakeJSON reads a Bake file in JSON.
func readBakeJSON(data []byte) ([]definition, error) {
	var file struct {
		Target map[string]map[string]json.RawMessage `json:"target"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &file); err != nil {
		if e, ok := errors.AsType[*json.SyntaxError](err); ok {
			return nil, fmt.Errorf("line %d: %w", 1+bytes.Count(data[:min(len(data), int(e.Offset))], []byte("\n")), err)
		}
		return nil, err
	}
	f := &bakeFile{targets: map[string]target{}}
	for name, attributes := range file.Target {
		t := target{values: map[string]value{}}
		for _, key := range bakeKeys {
			if raw, ok := attributes[key]; ok {
				t.values[key] = jsonValue(raw)
			}
		}
		f.targets[name] = t
	}
	return f.definitions()
}

func jsonValue(raw json.RawMessage) (v value) {
	if json.Unmarshal(raw, &v.text) == nil {
		v.known = !isTemplate(v.text)
	} else if json.Unmarshal(raw, &v.list) == nil {
		v.known = !slices.ContainsFunc(v.list, isTemplate)
	}
	return v
}

// isTemplate reports whether HCL would compute a string.
func isTemplate(text string) bool {
	return strings.Contains(text, "${") || strings.Contains(text, "%{")
}

// definitions returns the targets that build a Dockerfile in a known place, by name.
func (f *bakeFile) definitions() ([]definition, error) {
	inherited := map[string]bool{}
	for _, t := range f.targets {
		for _, name := range t.values["inherits"].list {
			inherited[name] = true
		}
	}
	var found []definition
	for _, name := range slices.Sorted(maps.Keys(f.targets)) {
		t := f.targets[name]
		if inherited[name] && t.values["context"].text == "" && t.values["dockerfile"].text == "" {
			continue // there for others to inherit from, and never built
		}
		if d, ok := f.definition(name); ok {
			d.name, d.line = "target "+name, t.line
			found = append(found, d)
		}
	}
	if f.steps > maxSteps {
		return nil, errTooMany
	}
	return found, nil
}

// definition resolves one target; ok is false if its place has to be computed.
func (f *bakeFile) definition(name string) (d definition, ok bool) {
	values := map[string]value{}
	ok = f.collect(name, nil, values)
	for _, key := range []string{"dockerfile-inline", "matrix"} {
		if _, ok := values[key]; ok {
			return d, false
		}
	}
	text := func(key, unset string) string {
		v, set := values[key]
		if !set {
			return unset
		}
		ok = ok && v.known && v.list == nil
		return v.text
	}
	d.context, d.dockerfile, d.target = text("context", "."), text("dockerfile", "Dockerfile"), text("target", "")
	_, d.extra = values["contexts"]
	return d, ok && isLocal(d.context)
}

// collect takes the values of a target over those of the targets that it inherits from: later ones go
// over earlier ones. path holds the targets on the way, which must not inherit from themselves. It is false
// where something of them has to be computed.
func (f *bakeFile) collect(name string, path []string, values map[string]value) bool {
	if f.steps++; f.steps > maxSteps || slices.Contains(path, name) {
		return false
	}
	own := f.targets[name].values
	parents, inherits := own["inherits"]
	ok := !inherits || parents.known
	for _, parent := range parents.list {
		ok = f.collect(parent, append(slices.Clip(path), name), values) && ok
	}
	maps.Copy(values, own)
	return ok
}
