package config

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"dopt/internal/gitignore"
	"dopt/transform"
)

// keys maps the keys of a YAML mapping to what reads their values.
type keys map[string]func(*reader, *yaml.Node) error

// fileKeys are the keys of a configuration file.
var fileKeys = keys{
	"level": func(r *reader, n *yaml.Node) error {
		name, err := oneOf(n, Levels)
		if err == nil {
			level, _ := transform.ParseLevel(name)
			r.Level = &level
		}
		return err
	},
	"passes": func(r *reader, n *yaml.Node) error { return r.mapping(n, passKeys) },
	"builder": func(r *reader, n *yaml.Node) error {
		name, err := oneOf(n, Builders)
		r.Builder = transform.Builder(name)
		return err
	},
	"merge": func(r *reader, n *yaml.Node) error {
		name, err := oneOf(n, MergePolicies)
		r.Merge = transform.MergePolicy(name)
		return err
	},
	"declarations": func(r *reader, n *yaml.Node) error {
		name, err := oneOf(n, DeclarationPolicies)
		r.Declarations = transform.DeclarationPolicy(name)
		return err
	},
	"cache-mounts": func(r *reader, n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
			return wrong(n, "want true or false")
		}
		on := strings.EqualFold(n.Value, "true")
		r.CacheMounts = &on
		return nil
	},
	"targets": func(r *reader, n *yaml.Node) (err error) {
		r.Targets, err = list(n, nil)
		return err
	},
	"assume-official": func(r *reader, n *yaml.Node) (err error) {
		r.Official, err = list(n, nil)
		return err
	},
	"mirrors": func(r *reader, n *yaml.Node) (err error) {
		if r.Mirrors, err = list(n, nil); err != nil {
			return err
		}
		for i, name := range r.Mirrors {
			if !slices.Contains(Mirrors, name) {
				return wrong(n.Content[i], "%q: the steps that dopt writes are those of %s alone; an author's own steps keep the mirrors that they name", name, strings.Join(Mirrors, ", "))
			}
		}
		return nil
	},
	"exclude": func(r *reader, n *yaml.Node) error {
		lines, err := list(n, nil)
		r.Exclude = gitignore.Parse(strings.Join(lines, "\n"))
		return err
	},
}

// passKeys are the keys below "passes".
var passKeys = keys{
	"only": func(r *reader, n *yaml.Node) (err error) {
		r.Only, err = list(n, r.passes)
		return err
	},
	"skip": func(r *reader, n *yaml.Node) (err error) {
		r.Skip, err = list(n, r.passes)
		return err
	},
}

// A reader fills a Config.
type reader struct {
	Config
	// passes are the names of all passes.
	passes []string
}

// Parse reads a configuration file, which errors call name. passes are the names of all
// passes. An error is a *transform.ParseError that says where and what is wrong.
func Parse(name string, text []byte, passes []string) (Config, error) {
	r := &reader{Config: Config{Path: name}, passes: passes}
	dec := yaml.NewDecoder(strings.NewReader(string(text)))
	var doc yaml.Node
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return r.Config, nil // nothing but comments
	}
	if err == nil {
		err = r.mapping(doc.Content[0], fileKeys)
	}
	if err == nil {
		if err = dec.Decode(&doc); err == nil {
			err = wrong(&doc, "a second YAML document: there must be one only")
		} else if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	if err != nil {
		return Config{}, located(name, err)
	}
	return r.Config, nil
}

// mapping reads a YAML mapping whose keys must be known.
func (r *reader) mapping(n *yaml.Node, known keys) error {
	if n.Kind != yaml.MappingNode {
		return wrong(n, "want one of the keys %s", names(known))
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read, ok := known[key.Value]
		switch {
		case !ok:
			return wrong(key, "unknown key %q: want one of %s", key.Value, names(known))
		case seen[key.Value]:
			return wrong(key, "key %q is there twice", key.Value)
		}
		seen[key.Value] = true
		if err := read(r, value); err != nil {
			return err
		}
	}
	return nil
}

func names(known keys) string { return strings.Join(slices.Sorted(maps.Keys(known)), ", ") }

// oneOf reads a string that must be one of the names.
func oneOf(n *yaml.Node, names []string) (string, error) {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" {
		return "", wrong(n, "want one of %s", strings.Join(names, ", "))
	}
	if err := OneOf(n.Value, names); err != nil {
		return "", wrong(n, "%v", err)
	}
	return n.Value, nil
}

// list reads a sequence of strings; names are what they may be, nil for anything. It is never nil.
func list(n *yaml.Node, names []string) ([]string, error) {
	if n.Kind != yaml.SequenceNode {
		return nil, wrong(n, "want a list of strings")
	}
	found := []string{}
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode || item.Tag != "!!str" || item.Value == "" {
			return nil, wrong(item, "want a string")
		}
		if names != nil {
			if _, err := oneOf(item, names); err != nil {
				return nil, err
			}
		}
		found = append(found, item.Value)
	}
	return found, nil
}

// wrong is an error at a place of the file.
func wrong(n *yaml.Node, format string, args ...any) error {
	return &transform.ParseError{Line: n.Line, Column: n.Column, Message: fmt.Sprintf(format, args...)}
}

// located gives an error the file's name and, if it is the YAML parser's own, which has the line in
// its text, a place.
func located(name string, err error) error {
	var e *transform.ParseError
	if !errors.As(err, &e) {
		e = &transform.ParseError{Line: 1, Column: 1, Message: strings.TrimPrefix(err.Error(), "yaml: ")}
		if m := regexp.MustCompile(`^line (\d+): `).FindStringSubmatch(e.Message); m != nil {
			e.Line, _ = strconv.Atoi(m[1])
			e.Message = e.Message[len(m[0]):]
		}
	}
	e.Name = name
	return e
}
