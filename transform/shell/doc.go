// Package shell says what the script of a RUN does: its simple commands with
// their words, the directory each runs in, whether each always runs, and what
// of its state would leak into a script that is joined to it.
//
// The syntax is mvdan.cc/sh's; offsets are bytes of the text that was parsed. A script that does
// not parse is opaque: Parse returns an error and the caller leaves it alone.
package shell
