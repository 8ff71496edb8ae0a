package artifact

// A Tree maps files of the image to those of the build context that they are copied from.
type Tree struct{}

// Context returns the path in the build context that a path of the image is copied from; ok is false where a step makes it.
func (t *Tree) Context(image string) (string, bool) { panic("not written yet") }

// Image returns the path in the image of a path of the context, the last one where it is copied twice; ok is false where it is
// not copied.
func (t *Tree) Image(context string) (string, bool) { panic("not written yet") }

// Moves returns the paths to which later commands copy, link or move a file that a step makes, the file's own path first
// unless it is moved away.
func (t *Tree) Moves(made string) []string { panic("not written yet") }
