package stages

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/project/manifest"
	"dopt/transform"
	"dopt/transform/shell"
)

// builds reports whether a stage runs something that a language may look at: of others there is nothing to say.
func builds(c *transform.Context, s *transform.Stage) bool {
	return s.Index == 0 && len(c.Doc.Stages) == 1 && slices.ContainsFunc(s.Instructions, func(in *transform.Instruction) bool {
		script := in.Script()
		return in.Keyword == "RUN" && script.Shell != nil && slices.ContainsFunc(script.Shell.Commands, func(cmd *shell.Command) bool {
			return slices.ContainsFunc(languages, func(l artifact.Language) bool { return slices.Contains(l.Tools, path.Base(cmd.Name())) })
		})
	})
}

// refusal says why nothing can be told of a stage, whatever it builds; "" if nothing speaks against it.
func refusal(c *transform.Context, s *transform.Stage) string {
	image, known := s.Image()
	base, ok := c.Bases.Base(image)
	switch {
	case c.Files == nil:
		return "what the program needs cannot be told without a build context"
	case !known || s.Base != image:
		return "a build argument names the base"
	case strings.Contains(image, "@"):
		return "its base is pinned to a digest, and which release that is of is not known"
	case s.Platform != "" && s.Platform != "linux/amd64":
		return "what is known of packages is of linux/amd64"
	case !ok || base.Config == nil:
		return "nothing is known of " + image
	case base.Pinned != "":
		return "which release series " + image + " is of is not said; pass pin names it"
	case s.Name != "" && slices.ContainsFunc(c.Settings.Targets, func(t string) bool { return strings.EqualFold(t, s.Name) }):
		return "it is built as the target " + s.Name
	case c.Doc.Escape != '\\':
		return "it is a file for Windows"
	}
	if why := composed(c.Files); why != "" {
		return why
	}
	for _, in := range s.Instructions {
		if why := refuses(c, in); why != "" {
			return why
		}
	}
	return ""
}

// refuses says why a stage with an instruction stays as it is.
func refuses(c *transform.Context, in *transform.Instruction) string {
	switch in.Keyword {
	case "ENV":
		if strings.Contains(strings.ToLower(in.Args().Text), "_proxy") {
			return fmt.Sprintf("line %d sets a proxy, by which packages may be reached", in.Line())
		}
	case "ONBUILD":
		return fmt.Sprintf("line %d is for images that are built on this one", in.Line())
	case "COPY":
		for _, f := range in.Flags() {
			if f.Name == "from" {
				return fmt.Sprintf("line %d copies from %s, and what that needs is not known", in.Line(), f.Value)
			}
		}
	case "RUN":
		if len(in.Flags()) > 0 && strings.Contains(in.Source(), "type=bind") {
			return fmt.Sprintf("line %d uses what it does not copy", in.Line())
		}
	}
	return ""
}

// composed says which Compose file starts the image with the build tools; "" if none does. Of one in which several services have
// commands it is not asked which is whose.
func composed(files fs.FS) string {
	for _, name := range []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml", "docker-compose.override.yml", "docker-compose.dev.yml"} {
		data, err := manifest.Read(transform.Received(files), name)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(data)) {
			key, command, _ := strings.Cut(strings.TrimSpace(line), ":")
			if key != "command" && key != "entrypoint" {
				continue
			}
			words := strings.FieldsFunc(command, func(r rune) bool { return strings.ContainsRune(" []\"',\n", r) })
			if len(words) > 0 && slices.Contains(append([]string{"go", "bash", "sh"}, watchers...), path.Base(words[0])) {
				return fmt.Sprintf("%s starts it with %s", name, words[0])
			}
		}
	}
	return ""
}

// watchers are programs that build what they start, or start it again when its source changes.
var watchers = strings.Fields("air gin reflex realize fresh CompileDaemon nodemon modd watchexec entr cargo make gradle mvn gulp grunt webpack gcc g++ cmake")

// starts says why the process that the image starts needs the build tools; "" if it does not.
func starts(program string, args []string) string {
	name := path.Base(program)
	switch {
	case program == "":
		return "what it starts is not known"
	case slices.Contains([]string{"bash", "sh", "zsh", "ash", "dash"}, name) && (len(args) == 0 || strings.HasPrefix(args[0], "-") && !strings.Contains(args[0], "c")):
		return "it starts a shell, for somebody to work in"
	case slices.Contains(watchers, name):
		return "it starts " + name + ", which builds"
	}
	return ""
}
