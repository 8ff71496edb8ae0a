package llb

import (
	"path"
	"slices"
	"strings"

	"dopt/transform/validate"
)

// dotnetImages are the images of .NET, each of which is made from the one in front of it with the same tag. Source:
// github.com/dotnet/dotnet-docker, src.
var dotnetImages = strings.Fields("runtime-deps runtime aspnet sdk")

// dotnetOf returns which of the images of .NET an image is, and its tag; kind is "" for others.
func dotnetOf(image string) (kind, tag string) {
	name, tag, _ := strings.Cut(strings.TrimPrefix(image, "mcr.microsoft.com/dotnet/"), ":")
	if !strings.HasPrefix(image, "mcr.microsoft.com/dotnet/") || !slices.Contains(dotnetImages, name) {
		return "", ""
	}
	return name, tag
}

// hasDotnet reports whether an image has the program dotnet.
func hasDotnet(image string) bool {
	kind, _ := dotnetOf(image)
	return kind != "" && kind != "runtime-deps"
}

// dotnet judges whether the image has as much of .NET as its program needs, of the same tag, and all of the folder in which that lies.
func (d *division) dotnet() {
	from, to := d.before.graph.base(), d.after.graph.base()
	was, tag := dotnetOf(from)
	if was == "" {
		return
	}
	kind, now := dotnetOf(to)
	version, _, _ := strings.Cut(tag, "-")
	switch {
	case kind == "" || now != tag:
		d.note(unsound("%s does not have the .NET of %s", to, from))
		return
	case strings.Count(version, ".") != 1:
		d.note(unsound("which version of the runtime %s has is not known", from))
	}
	config := d.after.image.Config
	argv := slices.Concat(config.Entrypoint, config.Cmd)
	calls := [][]string{argv}
	if script, isScript := validate.NewScript(argv); isScript {
		calls = script.CallsOf("dotnet")
	}
	hosted := false
	for _, words := range calls {
		hosted = hosted || len(words) > 0 && path.Base(words[0]) == "dotnet"
		d.startsDotnet(words)
	}
	if needed := d.dotnetNeeds(hosted); slices.Index(dotnetImages, kind) < slices.Index(dotnetImages, needed) {
		d.note(unsound("%s does not have what the programs need, which is in the image %s", to, needed))
	}
}

// startsDotnet judges whether the image has all of the folder of the program that a process starts.
func (d *division) startsDotnet(words []string) {
	if len(words) == 0 {
		return
	}
	program := words[0]
	if path.Base(program) == "dotnet" {
		if len(words) < 2 || path.Ext(words[1]) != ".dll" {
			d.note(unsound("`%s` needs the SDK", strings.Join(words, " ")))
			return
		}
		program = words[1]
	}
	if !path.IsAbs(program) {
		program = path.Join(d.dir(), program)
	}
	if !d.covered(path.Dir(program)) {
		d.note(unsound("the image does not have all that is beside %s", program))
	}
}

// dotnetNeeds returns the smallest image of .NET that has all that the projects of the stage may use: hosted programs are started by dotnet.
func (d *division) dotnetNeeds(hosted bool) string {
	needed, alone := "runtime", false
	for _, s := range d.built {
		alone = alone || strings.Contains(s.Text, "self-contained") || strings.Contains(s.Text, "SelfContained=true") || strings.Contains(s.Text, "PublishAot=true")
	}
	d.code.each(func(p, _ string) {
		if !slices.Contains([]string{".csproj", ".fsproj", ".vbproj", ".props", ".targets"}, path.Ext(p)) {
			return
		}
		text, _ := d.code.Read(p)
		for _, web := range []string{"Microsoft.NET.Sdk.Web", "FrameworkReference", "PackageReference", "PackageVersion"} {
			if strings.Contains(string(text), web) {
				needed = "aspnet"
			}
		}
		alone = alone || strings.Contains(string(text), "<SelfContained>true") || strings.Contains(string(text), "<PublishAot>true")
	})
	if alone && !hosted {
		return "runtime-deps"
	}
	return needed
}
