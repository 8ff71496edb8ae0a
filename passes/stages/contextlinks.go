package stages

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"dopt/internal/artifact"
	"dopt/transform"
)

// maxEntries bounds how many entries of a folder are looked at for links.
const maxEntries = 20_000

// contextLinks says which symbolic link of the build context is in the way, "" if none is: a copy by name makes a folder of one above what it copies,
// and one within a folder may lead to what the image does not get.
func (p *plan) contextLinks() string {
	for _, f := range p.files {
		context, copied := p.stage.Tree.Context(f.Path)
		if !copied {
			continue
		}
		image := f.Path
		for name := context; !p.copiedItself(name); name, image = path.Dir(name), path.Dir(image) {
			if !p.isLink(name) {
				continue
			}
			if name != context {
				return fmt.Sprintf("%s is a link in the build context, and %s is reached by it", name, f.Path)
			}
			if target, ok := p.target(name, image); !ok || !p.inTree(target) {
				return fmt.Sprintf("%s is a link in the build context, and whether the image has what it leads to is not known", name)
			}
		}
		if why := p.linksWithin(f, context); why != "" {
			return why
		}
	}
	return ""
}

// copiedItself reports whether an instruction copies a path of the build context by its name: it follows links there.
func (p *plan) copiedItself(context string) bool {
	return context == "." || slices.ContainsFunc(p.stage.Tree.Copies, func(c artifact.Copy) bool { return c.Context == context })
}

// linksWithin says which link in a folder leads to what is not copied, "" if none does.
func (p *plan) linksWithin(f artifact.File, context string) (why string) {
	if !f.Folder || context == "." {
		return ""
	}
	seen := 0
	_ = fs.WalkDir(transform.Received(p.Files), context, func(name string, entry fs.DirEntry, err error) error {
		if seen++; seen > maxEntries {
			return fs.SkipAll
		}
		if err != nil || name == context || entry.Type()&fs.ModeSymlink == 0 {
			return nil
		}
		image := path.Join(f.Path, strings.TrimPrefix(name, context))
		if target, ok := p.target(name, image); !ok || !p.covered(target) {
			why = fmt.Sprintf("%s is a link in the build context, and may lead to what the image would not have", name)
			return fs.SkipAll
		}
		return nil
	})
	return why
}

// target returns the path of the image that a link of the build context leads to when it lies at a path of the image.
func (p *plan) target(context, image string) (string, bool) {
	target, err := fs.ReadLink(p.Files, context)
	if err != nil {
		return "", false
	}
	if !path.IsAbs(target) {
		target = path.Join(path.Dir(image), target)
	}
	return path.Clean(target), true
}

// inTree reports whether a path of the image is copied from the build context.
func (p *plan) inTree(image string) bool {
	_, ok := p.stage.Tree.Context(image)
	return ok
}

// isLink reports whether a path of the build context is a symbolic link.
func (p *plan) isLink(name string) bool {
	list, _ := fs.ReadDir(p.Files, path.Dir(name)) // of what cannot be read, nothing is copied
	return slices.ContainsFunc(list, func(e fs.DirEntry) bool { return e.Name() == path.Base(name) && e.Type()&fs.ModeSymlink != 0 })
}
