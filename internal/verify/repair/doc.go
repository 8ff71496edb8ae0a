// Package repair reads why a rewritten Dockerfile does not build, or its image does not run, and says
// what to try next: a package that is missing, or which changes to leave out.
//
// What a compiler, a loader or a shell says when something is missing is a table of patterns
// ([Read]); which package of the image's release has it, the catalog knows ([Diagnose]). Where no
// package helps, or none is missing (a wrong user, a program for another C library), [Search] finds the
// fewest changes to leave out.
package repair
