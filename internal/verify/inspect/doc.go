// Package inspect looks for what would keep an image's program from starting, without running it:
// libraries that do not resolve, interpreters that are not there, modules with files gone, a
// command that the image's user may not execute.
//
// An image is a tree of files with what was learned of their content while its layers were read
// once, in order: [Scanner.Scan] reads a file as it streams by and keeps a few [Facts]. So an
// image of any size is checked in the memory that its list of files takes.
//
// Many images have loose ends that nothing trips over: a plug-in whose library was never
// installed, a script of the documentation for an interpreter that is not there. So what counts
// is [Compare]: what is wrong with one image and is not with another. What such a finding says
// has a [Severity]: some loose ends are only likely to matter.
//
// Layers come from images that somebody else made. All that is read of them has a bound, links may
// lead in circles, and a file that is not what its name or its first bytes promise has no facts.
package inspect
