// Package compare says how two images differ: sizes, layers with the instructions that made them, the image config,
// and the files by the package or the folder that they belong to.
package compare
