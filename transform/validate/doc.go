// Package validate judges rewrites of Dockerfiles from outside. It knows the claims of
// package transform and nothing of the passes: what a pass believes about a shell script or
// a package manager is checked here against tables and rules of the validator's own.
//
// This package holds the part that needs no compiler: what a shell script does, and whether
// one script does what one or several others did. Package llb, below it, compiles both
// documents with BuildKit and compares everything around the scripts exactly.
//
// # How scripts are compared
//
// A script is taken apart into its top-level operands: "a && b || c && d" has the operands
// "a", "b || c" read as BuildKit's shell reads it, left to right, and "d". Braces around
// one command list and the && inside fall away; a list such as "a; b" is one operand,
// since its parts run whatever the others' status is. Two scripts do the same when their operands are the same
// syntax trees in the same order. Each claim adds one thing to that: see the file of its name.
//
// # How another order is judged
//
// Steps may change places where no order can be told from the other. Effects says what a script reads and writes: only
// commands of a table are known, and one that is not may do anything. An install that reads a project's manifests is
// followed through them (inspect*.go), by what it finds in the build context: each file that it reads must
// be the same whether it is copied early, with its manifest, or with the whole source. Package llb compares what the
// copies of both histories have brought when a step runs.
package validate
