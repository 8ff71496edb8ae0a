package transform

import (
	"slices"
	"strings"
)

// assume returns a pipeline that takes the images of some registries for the official ones of the same names.
func (p *Pipeline) assume() *Pipeline {
	if len(p.Settings.Official) == 0 {
		return p
	}
	q := *p
	q.Bases = assumedBases{p.Bases, p.Settings}
	if p.Packages != nil {
		q.Packages = assumedPackages{p.Packages, p.Settings}
	}
	return &q
}

// OfficialName returns the name under which Docker Hub has an image of a registry that serves official ones, as in "python:3.11" for
// "registry.example.com/library/python:3.11"; another name comes back as it is.
func (s Settings) OfficialName(image string) string {
	for _, registry := range s.Official {
		name, ok := strings.CutPrefix(image, strings.TrimSuffix(registry, "/")+"/")
		if name = strings.TrimPrefix(name, "library/"); ok && !strings.Contains(name, "/") {
			return name
		}
	}
	return image
}

// inRegistry gives the name of an official image the registry of another image that has been asked for by its official name.
func inRegistry(name, image, official string) string {
	if name == "" {
		return ""
	}
	return strings.TrimSuffix(image, official) + name
}

type assumedBases struct {
	Bases
	settings Settings
}

func (b assumedBases) Base(ref string) (Base, bool) {
	official := b.settings.OfficialName(ref)
	base, ok := b.Bases.Base(official)
	base.Pinned, base.Slim = inRegistry(base.Pinned, ref, official), inRegistry(base.Slim, ref, official)
	return base, ok
}

type assumedPackages struct {
	Packages
	settings Settings
}

func (p assumedPackages) Slim(image string) (SlimVariant, bool) {
	official := p.settings.OfficialName(image)
	v, ok := p.Packages.Slim(official)
	v.Image = inRegistry(v.Image, image, official)
	v.Earlier = slices.Clone(v.Earlier)
	for i := range v.Earlier {
		v.Earlier[i].Image = v.Image
	}
	return v, ok
}

func (p assumedPackages) Installed(image string) (Installation, bool) {
	return p.Packages.Installed(p.settings.OfficialName(image))
}
