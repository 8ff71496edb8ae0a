package llb

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"

	"dopt/transform"
)

// configs compares two image configurations, all of them but the history. base
// is the image that they start from.
func (c *comparison) configs(before, after dockerspec.DockerOCIImage, base string) {
	c.authorLabel(&before, &after)
	c.execForm(&before, &after, base)
	c.variableOrder(&before, &after)
	if reflect.DeepEqual(before, after) {
		return
	}
	b, a := fields(before), fields(after)
	names := map[string]bool{}
	for name := range b {
		names[name] = true
	}
	for name := range a {
		names[name] = true
	}
	var differ []string
	for name := range names {
		switch {
		case b[name] == a[name]:
		case name == "Env":
			differ = append(differ, "image config: Env differs: "+difference(before.Config.Env, after.Config.Env))
		default:
			differ = append(differ, fmt.Sprintf("image config: %s differs: %s → %s", name, cmp.Or(b[name], "none"), cmp.Or(a[name], "none")))
		}
	}
	slices.Sort(differ)
	if len(differ) > 0 {
		c.note(transform.Verdict{Status: transform.Unsound, Reasons: differ})
	}
}

// fields returns the fields of a configuration as JSON.
func fields(img dockerspec.DockerOCIImage) map[string]string {
	out := map[string]string{}
	outer := map[string]json.RawMessage{}
	inner := map[string]json.RawMessage{}
	var data bytes.Buffer
	enc := json.NewEncoder(&data)
	enc.SetEscapeHTML(false)
	err := enc.Encode(img)
	if err == nil {
		err = json.Unmarshal(data.Bytes(), &outer)
	}
	if err == nil {
		err = json.Unmarshal(outer["config"], &inner)
	}
	if err != nil {
		panic("image config is no JSON: " + err.Error())
	}
	delete(outer, "config")
	for name, value := range outer {
		out[name] = string(value)
	}
	for name, value := range inner {
		out[name] = string(value)
	}
	return out
}
