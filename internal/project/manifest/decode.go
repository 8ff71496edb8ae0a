package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"go.yaml.in/yaml/v3"
)

// maxDepth is how deep the tables and lists of a TOML file may be nested: its parser recurses, and
// a stack that overflows cannot be recovered from. The JSON and YAML parsers have a limit of their own.
const maxDepth = 200

// ReadJSON decodes a JSON manifest into value, a pointer, and returns its text. The error begins with
// the path and, where it is known, the line.
func ReadJSON(fsys fs.FS, name string, value any) ([]byte, error) {
	data, err := Read(fsys, name)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, value); err != nil {
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			return data, fmt.Errorf("%s:%d: %w", name, Line(data, int(syntax.Offset)), err)
		}
		if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return data, fmt.Errorf("%s:%d: %s is a %s", name, Line(data, int(mismatch.Offset)), mismatch.Field, mismatch.Value)
		}
		return data, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}

// ReadTOML decodes a TOML manifest as ReadJSON does.
func ReadTOML(fsys fs.FS, name string, value any) ([]byte, error) {
	data, err := Read(fsys, name)
	if err != nil {
		return nil, err
	}
	if deep(data) {
		return data, fmt.Errorf("%s: nested more than %d deep", name, maxDepth)
	}
	if err := toml.Unmarshal(data, value); err != nil {
		if decode, ok := errors.AsType[*toml.DecodeError](err); ok {
			line, _ := decode.Position()
			return data, fmt.Errorf("%s:%d: %s", name, line, strings.TrimPrefix(decode.Error(), "toml: "))
		}
		return data, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}

// deep reports whether brackets are nested deeper than maxDepth. It counts those in texts and
// comments, too, which no manifest leaves open by the hundred.
func deep(data []byte) bool {
	depth := 0
	for _, c := range data {
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(depth-1, 0)
		}
		if depth > maxDepth {
			return true
		}
	}
	return false
}

// ReadYAML decodes a YAML manifest as ReadJSON does. Its errors name the line themselves.
func ReadYAML(fsys fs.FS, name string, value any) ([]byte, error) {
	data, err := Read(fsys, name)
	if err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal(data, value); err != nil {
		return data, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}
