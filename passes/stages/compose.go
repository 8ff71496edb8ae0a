package stages

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/compose"
	"dopt/transform"
)

// composed says which Compose file starts an image that it builds with the build tools; "" if none does.
func composed(files fs.FS) string {
	for _, name := range compose.Files {
		list, ok := compose.Services(files, name)
		if !ok {
			return "how " + name + " starts it cannot be read"
		}
		for _, s := range list {
			for _, process := range []any{s.Entrypoint, s.Command} {
				if argv := compose.Words(process); len(argv) > 0 && (slices.Contains([]string{"go", "bash", "sh"}, path.Base(argv[0])) || builds(argv)) {
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
	for _, name := range compose.Files {
		list, _ := compose.Services(p.Files, name) // one that cannot be read is refused before
		for _, s := range list {
			process := compose.Words(s.Entrypoint)
			if len(process) == 0 && p.stage.Start.Entrypoint == nil {
				process = compose.Words(s.Command)
			}
			if foreign(process) {
				return fmt.Sprintf("%s, with which %s starts it", process[0], name)
			}
			switch test, script := s.Health(); {
			case script:
				return "a shell for the health check of " + name
			case foreign(test):
				return fmt.Sprintf("%s for the health check of %s", test[0], name)
			}
		}
	}
	return ""
}

// composedNames adds what Compose files name in the environment: a program may open it, though no source has its name.
func (p *plan) composedNames() {
	for _, name := range compose.Files {
		list, _ := compose.Services(p.Files, name) // one that cannot be read is refused before
		for _, s := range list {
			for _, variable := range s.Variables() {
				_, value, _ := strings.Cut(variable, "=")
				p.names(artifact.Split(value), transform.Evidence{Source: name, Text: variable})
			}
		}
	}
}
