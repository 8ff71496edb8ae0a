package artifact

import (
	"slices"

	"dopt/transform"
)

// notNewerThan are the releases of Debian whose C library is that of a release or an older one: programs that are linked on them run on it.
var notNewerThan = map[string][]string{
	"bookworm": {"bullseye", "bookworm"},
	"trixie":   {"bullseye", "bookworm", "trixie"},
}

// glibcDistroless are the images of distroless with a C library: those of the release that its number stands for, the
// older one first. Source: github.com/GoogleContainerTools/distroless, README.md.
var glibcDistroless = []struct{ release, number string }{{"bookworm", "12"}, {"trixie", "13"}}

// busyboxRelease is the release whose C library busybox:glibc has. Source: docker-library/busybox, latest/glibc/Dockerfile.builder.
const busyboxRelease = "trixie"

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
	if slices.Contains(notNewerThan[busyboxRelease], s.Base.Release) {
		list = append(list, Base{
			Image: "busybox:glibc", Level: transform.Aggressive, Provides: []string{"libc6", "base-passwd", "base-files", "dash"}, Because: because("its C library is that of " + busyboxRelease),
		})
	}
	for _, d := range glibcDistroless {
		if !slices.Contains(notNewerThan[d.release], s.Base.Release) {
			continue
		}
		for _, kind := range []string{"base", "cc"} {
			list = append(list, Base{
				Image: "gcr.io/distroless/" + kind + "-debian" + d.number, Level: transform.Aggressive, Provides: []string{"base-passwd"}, Because: because("its C library is that of " + d.release),
			})
		}
		break
	}
	return append(list, Base{
		Image: "debian:" + s.Base.Release + "-slim", Level: transform.Standard,
		Because: because(s.Image + " is made from Debian " + s.Base.Release),
	})
}
