package dotnet

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"dopt/internal/artifact"
	"dopt/transform"
)

// repository is the beginning of the names of the images of .NET.
const repository = "mcr.microsoft.com/dotnet/"

// Toolchain begins the names of the images with the SDK.
const Toolchain = repository + "sdk:"

// series returns the version that an image with the SDK names, as 8.0, and its tag. A version of the SDK, as 8.0.204, is none of a runtime,
// and gives "".
func series(image string) (version, tag string) {
	tag, ok := strings.CutPrefix(image, Toolchain)
	version, _, _ = strings.Cut(tag, "-")
	if major, minor, two := strings.Cut(version, "."); !ok || !two || major == "" || strings.Trim(major+minor, "0123456789") != "" {
		return "", tag
	}
	return version, tag
}

// bases returns the image with as much of the runtime as the program needs; none where the catalog does not have it. The image with the SDK
// is made from the one with ASP.NET Core of the same tag, that from the one with the runtime, and that from the one with what
// both need. Source: github.com/dotnet/dotnet-docker, src.
func (f *finder) bases() []artifact.Base {
	version, tag := series(f.Final.Image)
	image := repository + f.kind() + ":" + tag
	base, ok := f.Bases.Base(image)
	if version == "" || !ok || base.Config == nil || base.Release != f.Final.Base.Release {
		return nil
	}
	f.out.Variables = f.variables()
	return []artifact.Base{{Image: image, Level: transform.Standard, Provides: f.provides(base), Because: transform.Evidence{
		Source: base.Source, Text: f.Final.Image + " is made from " + image,
	}}}
}

// kind returns which image the program runs on. Packages may use ASP.NET Core without the project's saying so.
func (f *finder) kind() string {
	p := f.program.project
	switch plain := p.SDK != "Microsoft.NET.Sdk.Web" && len(p.Packages)+len(p.Projects) == 0 && len(p.imported) == 0; {
	case f.native && f.program.selfContained:
		return "runtime-deps"
	case plain && !strings.Contains(f.Read(p.Path), "FrameworkReference"):
		return "runtime"
	}
	return "aspnet"
}

// dependencies are the packages that the images of .NET install on top of their distribution's smallest image, by Debian's names. Source:
// github.com/dotnet/dotnet-docker, src/runtime-deps.
var dependencies = strings.Fields("ca-certificates libc6 libgcc-s1 libicu67 libicu72 libicu76 libssl1.1 libssl3 libssl3t64 libstdc++6 tzdata zlib1g")

// provides returns the packages that an image is known to have, by Debian's names.
func (f *finder) provides(base transform.Base) []string {
	installed, _ := f.Packages.Installed("debian:" + artifact.DebianRelease(base.Release) + "-slim")
	return slices.Concat(dependencies, installed.Names)
}

// variables returns the variables that the image with the SDK sets otherwise than those with the runtime, and programs read: the addresses on
// which they listen. Where the file sets them, that counts.
func (f *finder) variables() []string {
	const addresses = "ASPNETCORE_URLS"
	for _, in := range f.Final.Stage.Instructions {
		if env, ok := in.Command.(*instructions.EnvCommand); ok && slices.ContainsFunc(env.Env, func(kv instructions.KeyValuePair) bool { return kv.Key == addresses }) {
			return nil
		}
	}
	return []string{addresses}
}
