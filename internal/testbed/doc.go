// Package testbed makes what the project's own tests build with: a private BuildKit daemon and
// stand-ins for the official base images. Nothing of it is part of the dopt command.
//
// A test machine may reach no image registry. [Start] therefore runs a daemon of its own, built
// from BuildKit's module, and [Bed.Images] bakes the images that a Dockerfile names from Debian's
// packages, the Go module proxy and the npm registry, by the recipes in the folder of that name.
// Everything is kept in the user's cache folder and used again.
//
// The environment:
//
//	DOPT_BASES     a folder with images.tsv (reference, layout, digest a line) that is used
//	               instead of baking
//	DOPT_TESTBED   tests build for real where it is set. "local": with stand-ins;
//	               "registry": with the real images from their registry, nothing is baked
package testbed
