// Package compose reads from Compose files how the images that they build are run.
package compose

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"dopt/internal/project/manifest"
)

// Files are the names under which Compose finds its files, and those of files that are laid over them for development.
var Files = []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml", "docker-compose.override.yml", "docker-compose.dev.yml"}

// A Service is one of a Compose file, as far as it matters how its image is run.
type Service struct {
	Image                            string `yaml:"image"`
	Build                            any    `yaml:"build"`
	Command, Entrypoint, Environment any
	Healthcheck                      struct{ Test any }
}

// Services returns those of a Compose file that are built, in the order of their names. Of one in which several are it is not asked which is of a
// Dockerfile. The file is one for Compose: that the ignore file keeps it out of the build does not matter. ok is false where there is one that
// cannot be read.
func Services(files fs.FS, name string) (list []Service, ok bool) {
	var file struct {
		Services map[string]Service `yaml:"services"`
	}
	if data, err := manifest.ReadYAML(files, name, &file); err != nil {
		return nil, data == nil
	}
	for _, key := range slices.Sorted(maps.Keys(file.Services)) {
		if s := file.Services[key]; s.Build != nil || s.Image == "" {
			list = append(list, s)
		}
	}
	return list, true
}

// Here reports whether a service may be built from the folder that its Compose file lies in.
func (s Service) Here() bool {
	folder, known := s.Build.(string)
	if options, ok := s.Build.(map[string]any); ok {
		folder, known = options["context"].(string)
	}
	return !known || strings.Contains(folder, "$") || path.Clean(folder) == "."
}

// Health returns the words of what asks for a service's health; script is true where it is the one text that a shell reads. There are none where
// the service has no check of its own.
func (s Service) Health() (argv []string, script bool) {
	if text, ok := s.Healthcheck.Test.(string); ok {
		return []string{text}, true
	}
	test := Words(s.Healthcheck.Test)
	if len(test) < 2 || test[0] == "NONE" {
		return nil, false
	}
	return test[1:], test[0] != "CMD"
}

// Words returns the words of a process in a Compose file, where it is a text or a list.
func Words(value any) (argv []string) {
	switch v := value.(type) {
	case string:
		return strings.Fields(v)
	case []any:
		for _, w := range v {
			argv = append(argv, fmt.Sprint(w))
		}
	}
	return argv
}

// Variables returns the variables of a service as NAME=value, whether they are a list or a mapping.
func (s Service) Variables() (list []string) {
	switch v := s.Environment.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			list = append(list, fmt.Sprint(name, "=", v[name]))
		}
	case []any:
		return Words(v)
	}
	return list
}
