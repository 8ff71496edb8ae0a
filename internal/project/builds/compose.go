package builds

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readCompose reads the services that a Compose file builds:
// https://github.com/compose-spec/compose-spec/blob/main/build.md.
//
// It looks at YAML nodes and follows aliases one by one, so that a file that would unfold into gigabytes costs
// what it is long. Files that it includes or extends are not read.
func readCompose(data []byte) ([]definition, error) {
	var doc yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, nil // nothing but comments
		}
		return nil, errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	c := &compose{}
	services := c.resolve(c.get(doc.Content[0], "services"))
	if services == nil || services.Kind != yaml.MappingNode {
		return nil, nil
	}
	var found []definition
	for i := 0; i < len(services.Content); i += 2 {
		build := c.resolve(c.get(services.Content[i+1], "build"))
		if build == nil {
			continue
		}
		if d, ok := c.build(build); ok {
			d.name, d.line = "service "+services.Content[i].Value, services.Content[i].Line
			found = append(found, d)
		}
	}
	if c.steps > maxSteps {
		return nil, errTooMany
	}
	return found, nil
}

// compose follows the references of one Compose file.
type compose struct{ steps int }

// build reads the value of a key "build"; ok is false for one that has no Dockerfile of its own or whose
// place only the environment tells.
func (c *compose) build(n *yaml.Node) (d definition, ok bool) {
	if n.Kind == yaml.ScalarNode {
		d.dockerfile = "Dockerfile"
		d.context, ok = interpolate(n.Value)
		return d, ok && isLocal(d.context)
	}
	if c.get(n, "dockerfile_inline") != nil {
		return d, false
	}
	if d.context, ok = c.text(n, "context", "."); !ok || !isLocal(d.context) {
		return d, false
	}
	if d.dockerfile, ok = c.text(n, "dockerfile", "Dockerfile"); !ok {
		return d, false
	}
	d.target, _ = c.text(n, "target", "")
	d.extra = c.get(n, "additional_contexts") != nil
	return d, true
}

// text reads a string; ok is false if it has variables without a value.
func (c *compose) text(n *yaml.Node, key, unset string) (string, bool) {
	value := c.resolve(c.get(n, key))
	if value == nil || value.Tag == "!!null" {
		return unset, true
	}
	if value.Kind != yaml.ScalarNode {
		return "", false
	}
	return interpolate(value.Value)
}

// resolve returns the node that an alias stands for.
func (c *compose) resolve(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		if c.steps++; c.steps > maxSteps {
			return nil
		}
		n = n.Alias
	}
	return n
}

// get returns the value of a key of a mapping, or of those that are merged into it with "<<"; nil if
// there is none.
func (c *compose) get(n *yaml.Node, key string) *yaml.Node {
	n = c.resolve(n)
	if c.steps++; n == nil || c.steps > maxSteps {
		return nil
	}
	switch n.Kind {
	case yaml.SequenceNode: // the value of a "<<"
		for _, item := range n.Content {
			if v := c.get(item, key); v != nil {
				return v
			}
		}
	case yaml.MappingNode:
		for i := 0; i < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return n.Content[i+1]
			}
		}
		for i := 0; i < len(n.Content); i += 2 {
			if n.Content[i].Tag == "!!merge" {
				if v := c.get(n.Content[i+1], key); v != nil {
					return v
				}
			}
		}
	}
	return nil
}

// interpolate replaces "$$" by "$" and a variable with a default by that: it is what the file means where nobody
// sets anything. ok is false if the text has another variable.
func interpolate(text string) (value string, ok bool) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "$")
		b.WriteString(before)
		if !found {
			return b.String(), true
		}
		switch {
		case strings.HasPrefix(rest, "$"):
			b.WriteByte('$')
			text = rest[1:]
		case strings.HasPrefix(rest, "{"):
			inner, after, closed := strings.Cut(rest[1:], "}")
			_, unset, hasDefault := strings.Cut(inner, "-")
			if !closed || !hasDefault || strings.Contains(unset, "$") {
				return "", false
			}
			b.WriteString(unset)
			text = after
		default:
			return "", false
		}
	}
}
