package stages

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/internal/artifact"
	"dopt/transform"
	"dopt/transform/shell"
)

// candidate reports whether a stage runs a tool of one of the languages: of others there is nothing to say.
func candidate(s *transform.Stage, languages []artifact.Language) bool {
	return slices.ContainsFunc(s.Instructions, func(in *transform.Instruction) bool {
		script := in.Script()
		return in.Keyword == "RUN" && script.Shell != nil && slices.ContainsFunc(script.Shell.Commands, func(cmd *shell.Command) bool {
			return slices.ContainsFunc(languages, func(l artifact.Language) bool { return slices.Contains(l.Tools, path.Base(cmd.Name())) })
		})
	})
}

// copiesFrom says what the only stage of a file takes from another image; "" if nothing.
func copiesFrom(s *transform.Stage) string {
	for _, in := range s.Instructions {
		for _, f := range in.Flags() {
			if in.Keyword == "COPY" && f.Name == "from" && !composer(in, f.Value) {
				return fmt.Sprintf("line %d copies from %s, and what that needs is not known", in.Line(), f.Value)
			}
		}
	}
	return ""
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
	case len(base.Config.OnBuild) > 0 || slices.Contains(base.Config.Unknown, "onbuild"):
		return image + " runs steps of its own in each build on it"
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
	case "RUN":
		if len(in.Flags()) > 0 && strings.Contains(in.Source(), "type=bind") {
			return fmt.Sprintf("line %d uses what it does not copy", in.Line())
		}
	}
	return ""
}

// composer reports whether an instruction copies the one program of an image of Composer, which installs into the project and needs
// nothing but PHP.
func composer(in *transform.Instruction, from string) bool {
	c, ok := in.Command.(*instructions.CopyCommand)
	name, _, _ := strings.Cut(from, ":")
	return ok && name == "composer" && slices.Equal(c.SourcePaths, []string{"/usr/bin/composer"}) && path.Base(c.DestPath) == "composer"
}

// builders are programs that build what they start.
var builders = strings.Fields("cargo make gradle mvn gulp grunt webpack gcc g++ cmake")

// builds reports whether a process builds what it starts, or starts it again when its source changes.
func builds(argv []string) bool {
	return slices.Contains(builders, path.Base(argv[0])) || transform.Watches(argv)
}

// starts says why the process that the image starts needs the build tools; "" if it does not.
func starts(program string, args []string) string {
	name := path.Base(program)
	switch {
	case program == "":
		return "what it starts is not known"
	case slices.Contains([]string{"bash", "sh", "zsh", "ash", "dash"}, name) && (len(args) == 0 || strings.HasPrefix(args[0], "-") && !strings.Contains(args[0], "c")):
		return "it starts a shell, for somebody to work in"
	case builds(append([]string{program}, args...)):
		return "it starts " + name + ", which builds"
	}
	return ""
}
