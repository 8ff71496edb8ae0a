package stages

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/project/manifest"
	"dopt/transform"
)

// composeFiles are the names under which Compose finds its files, and those of files that are laid over them for development.
var composeFiles = []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml", "docker-compose.override.yml", "docker-compose.dev.yml"}

// A service is one of a Compose file, as far as it matters how its image is run.
type service struct {
	Image                            string `yaml:"image"`
	Build                            any    `yaml:"build"`
	Command, Entrypoint, Environment any
	Healthcheck                      struct{ Test any }
}

// services returns those of a Compose file that are built, in the order of their names. Of one in which several are it is not asked which is of this
// Dockerfile. ok is false where there is a file that cannot be read.
func services(files fs.FS, name string) (list []service, ok bool) {
	var file struct {
		Services map[string]service `yaml:"services"`
	}
	if data, err := manifest.ReadYAML(transform.Received(files), name, &file); err != nil {
		return nil, data == nil
	}
	for _, key := range slices.Sorted(maps.Keys(file.Services)) {
		if s := file.Services[key]; s.Build != nil || s.Image == "" {
			list = append(list, s)
		}
	}
	return list, true
}

// composed says which Compose file starts an image that it builds with the build tools; "" if none does.
func composed(files fs.FS) string {
	for _, name := range composeFiles {
		list, ok := services(files, name)
		if !ok {
			return "how " + name + " starts it cannot be read"
		}
		for _, s := range list {
			for _, process := range []any{s.Entrypoint, s.Command} {
				if argv := processOf(process); len(argv) > 0 && (slices.Contains([]string{"go", "bash", "sh"}, path.Base(argv[0])) || builds(argv)) {
					return fmt.Sprintf("%s starts it with %s", name, argv[0])
				}
			}
		}
	}
	return ""
}

// called says which program a Compose file calls in the image that is not what the image starts on a base, as something that one without a shell lacks;
// "" if there is none.
func (p *plan) called(b artifact.Base) string {
	own := append([]string{p.stage.Start.Program}, p.stage.Start.Words...)
	if len(b.Words) > 0 {
		own = b.Words
	}
	foreign := func(argv []string) bool {
		return len(argv) > 0 && !strings.HasPrefix(argv[0], "-") && !slices.ContainsFunc(own, func(w string) bool { return path.Base(w) == path.Base(argv[0]) })
	}
	for _, name := range composeFiles {
		list, _ := services(p.Files, name) // one that cannot be read is refused before
		for _, s := range list {
			process := processOf(s.Entrypoint)
			if len(process) == 0 && p.stage.Start.Entrypoint == nil {
				process = processOf(s.Command)
			}
			if foreign(process) {
				return fmt.Sprintf("%s, with which %s starts it", process[0], name)
			}
			test := processOf(s.Healthcheck.Test)
			_, text := s.Healthcheck.Test.(string)
			switch {
			case len(test) == 0 || !text && test[0] == "NONE":
			case text || test[0] != "CMD":
				return "a shell for the health check of " + name
			case foreign(test[1:]):
				return fmt.Sprintf("%s for the health check of %s", test[1], name)
			}
		}
	}
	return ""
}

// processOf returns the words of a process in a Compose file, where it is a text or a list.
func processOf(value any) (argv []string) {
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

// composedNames adds what Compose files name in the environment: a program may open it, though no source has its name.
func (p *plan) composedNames() {
	for _, name := range composeFiles {
		list, _ := services(p.Files, name) // one that cannot be read is refused before
		for _, s := range list {
			for _, variable := range environmentOf(s.Environment) {
				_, value, _ := strings.Cut(variable, "=")
				p.names(artifact.Split(value), transform.Evidence{Source: name, Text: variable})
			}
		}
	}
}

// environmentOf returns the variables of a service as NAME=value, whether they are a list or a mapping.
func environmentOf(value any) (list []string) {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			list = append(list, fmt.Sprint(name, "=", v[name]))
		}
	case []any:
		return processOf(v)
	}
	return list
}
