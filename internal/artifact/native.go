package artifact

import (
	"slices"

	"dopt/transform"
)

// The releases of Debian whose C library is that of an image or an older one: programs that are linked on them run on it. Sources:
// docker-library/busybox, latest/glibc/Dockerfile.builder, which takes it from trixie; distroless says its release in the name.
var (
	notNewerThanTrixie   = []string{"bullseye", "bookworm", "trixie"}
	notNewerThanBookworm = []string{"bullseye", "bookworm"}
)

// NativeBases returns the images on which a program in machine code can run that is built on a stage's image. Which of them
// have what the program needs is for the pass to tell by its packages: one that is linked statically needs none, others
// need libc6.
func NativeBases(s *Stage) []Base {
	if s.Base.Distro != "debian" || s.Base.Release == "" {
		return nil
	}
	because := func(text string) transform.Evidence {
		return transform.Evidence{Source: s.Base.Source, Text: text}
	}
	list := []Base{
		{Image: "scratch", Level: transform.Aggressive, Because: because("it needs nothing of the system")},
		{Image: "gcr.io/distroless/static-debian12", Level: transform.Aggressive, Provides: []string{"base-passwd"}, Because: because("it needs no C library")},
	}
	if slices.Contains(notNewerThanTrixie, s.Base.Release) {
		list = append(list, Base{
			Image: "busybox:glibc", Level: transform.Aggressive, Provides: []string{"libc6", "base-passwd", "base-files", "dash"}, Because: because("its C library is that of trixie"),
		})
	}
	if slices.Contains(notNewerThanBookworm, s.Base.Release) {
		list = append(list,
			Base{Image: "gcr.io/distroless/base-debian12", Level: transform.Aggressive, Provides: []string{"base-passwd"}, Because: because("its C library is that of bookworm")},
			Base{Image: "gcr.io/distroless/cc-debian12", Level: transform.Aggressive, Provides: []string{"base-passwd"}, Because: because("its C library is that of bookworm")})
	}
	return append(list, Base{
		Image: "debian:" + s.Base.Release + "-slim", Level: transform.Standard,
		Because: because(s.Image + " is made from Debian " + s.Base.Release),
	})
}
