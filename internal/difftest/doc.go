// Package difftest compares what random Dockerfiles build before and after a rewrite.
//
// [Generate] writes a program: a Dockerfile with what breaks rewriters (directories and variables
// that leak, lists that mask a failure, comments, heredocs, users, shells, stages, line endings),
// over a tiny base image whose package managers are scripts that leave the traces of the real
// ones. [Lab.Check] rewrites it, builds both and compares type, mode, owner and content of every
// file, and the image config. A program that shows a difference is made as small as it can be
// ([Lab.Minimize]) and written as a golden case ([Case]).
package difftest
