// Package trial finds out how much of a rewrite holds: it builds the original and the rewritten Dockerfile, tries and
// compares their images, and where something fails adds the package that is missing or drops the change that broke it.
// What comes out has been built and tried; in the worst case it is the original.
//
// Dropping a change, and adding a package, runs the pipeline again: edits are never made to another text than the one
// that they were found in.
package trial
