package needs

import (
	"io/fs"

	"dopt/transform"
)

// The bounds of what one analysis reads of a build context.
const (
	maxFiles = 5000
	maxBytes = 64 << 20
	// maxFileSize is the largest file that is read, in bytes.
	maxFileSize = 1 << 20
	// maxDepth is how many folders deep the context is walked, and how deep scripts call each other.
	maxDepth = 20
	// maxScripts is how many scripts are followed, each with its arguments.
	maxScripts = 500
	// maxLookups is how often a path of the image is looked up in the context.
	maxLookups = 200_000
	// maxStages is how many stages a Dockerfile may have, maxNeeds what is listed of one: each begins with a copy
	// of what the one below uses.
	maxStages = 100
	maxNeeds  = 5000
)

// A budget is what may still be read.
type budget struct{ files, bytes, scripts, lookups int }

func newBudget() *budget { return &budget{maxFiles, maxBytes, maxScripts, maxLookups} }

// read returns the content of a file; ok is false where it is not there, too large or beyond the bounds.
func (b *budget) read(fsys fs.FS, name string) (data []byte, ok bool) {
	if fsys == nil || b.files <= 0 || b.bytes <= 0 {
		return nil, false
	}
	text, ok := transform.ReadText(fsys, name, maxFileSize)
	if ok {
		b.spend(len(text))
	}
	return []byte(text), ok
}

// spend takes a file that has been read off what may still be.
func (b *budget) spend(size int) {
	b.files--
	b.bytes -= size
}

// spent reports whether nothing more is read.
func (b *budget) spent() bool {
	return b.files <= 0 || b.bytes <= 0 || b.scripts <= 0 || b.lookups <= 0
}
