package golang

import (
	"go/version"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/internal/project/manifest"
	"dopt/transform"
)

// bases returns the images that the programs run on. Those without a C library are among them where cgo can be switched off.
func (f *finder) bases() []artifact.Base {
	list := artifact.NativeBases(f.Stage)
	edits, ok := f.withoutCgo()
	if !ok {
		return list
	}
	for i, b := range list {
		if b.Image == "scratch" || strings.HasPrefix(b.Image, "gcr.io/distroless/static") {
			list[i].Edits = edits
			list[i].Provides = append(b.Provides, "libc6")
			list[i].Because.Text = "with CGO_ENABLED=0 it needs no C library, and nothing of it is written in C"
		}
	}
	return list
}

// withoutCgo returns the edits that switch cgo off in the builds of programs; ok is false where none asks the C library, where one of
// their packages may be written in C, or where the author has set CGO_ENABLED.
func (f *finder) withoutCgo() (edits []transform.Edit, ok bool) {
	if !f.dynamic || f.cgo || f.code.unread || !f.modulesWithoutC() {
		return nil, false
	}
	for _, c := range f.Commands {
		if path.Base(c.Name()) != "go" {
			continue
		}
		b, isBuild := f.read(c)
		if !isBuild {
			continue
		}
		script := c.Step.Script()
		if _, set := c.Getenv("CGO_ENABLED"); set || c.Made || strings.Contains(script.Text, "CGO_ENABLED") || b.wantsCgo() {
			return nil, false
		}
		at := script.Offset(c.Start)
		edits = append(edits, transform.Edit{Span: transform.Span{Start: at, End: at}, New: "CGO_ENABLED=0 "})
	}
	return edits, len(edits) > 0
}

// wantsCgo reports whether a build has a flag that does not go without cgo. Source: go help build, and package net for the tag netcgo.
func (b build) wantsCgo() bool {
	return b.sanitizes() || slices.ContainsFunc([]string{"linkshared", "buildmode"}, func(flag string) bool { _, set := b.flags[flag]; return set }) ||
		strings.Contains(b.flags["tags"], "cgo") || strings.Contains(b.flags["ldflags"], "external")
}

// modulesWithoutC reports whether all modules that the programs may be made of are known, and none is written in C. Of vendored ones
// the source is read.
func (f *finder) modulesWithoutC() bool {
	for _, r := range f.code.roots {
		if r.vendored || r.file == nil {
			continue
		}
		names, ok := f.modules(r)
		if !ok || slices.ContainsFunc(names, func(name string) bool {
			_, local := r.local(name)
			known, ok := knownModule(name)
			return !local && (!ok || known.c)
		}) {
			return false
		}
	}
	return true
}

// modules returns the modules that a module's packages import, directly or not: those that its go.mod requires. Before Go 1.17 that left
// out what only others need, so that those count as well of which go.sum has the content. ok is false where that cannot be read.
// Source: https://go.dev/ref/mod#graph-pruning
func (f *finder) modules(r *root) (names []string, ok bool) {
	for _, require := range r.file.Require {
		names = append(names, require.Mod.Path)
	}
	if len(names) == 0 || r.file.Go != nil && version.Compare("go"+r.file.Go.Version, "go1.17") >= 0 {
		return names, true
	}
	sum, err := manifest.Read(f.Files, path.Join(r.folder, "go.sum"))
	for line := range strings.Lines(string(sum)) {
		if words := strings.Fields(line); len(words) == 3 && !strings.HasSuffix(words[1], "/go.mod") {
			names = append(names, words[0])
		}
	}
	return names, err == nil
}
