// Package merge is the pass that joins RUN instructions where that pays.
package merge

import "dopt/transform"

// Pass joins consecutive RUN instructions.
var Pass = &transform.Pass{
	Name: "merge",
	Doc: `Join consecutive RUN instructions where that saves bytes or costs no cache.

What it does

Two RUN instructions that follow each other become one, their scripts joined by
"&&", one command a line, in the layout that the file already uses. Comments
between them move along, each above its command.

Why

A file that one layer makes and a later layer deletes, changes, or gives to
another owner is stored in both. Package managers rewrite their database in
every layer. Joining just to have fewer layers saves some 75 bytes and costs
build cache, so that is not done.

When

In stages that ship, for instructions with the same flags, where
  - the later script deletes, overwrites, moves, or changes the mode or owner
    of what the earlier one made;
  - the earlier one only refreshes the package index for the later one;
  - both are steps of the system's package manager, or both cost next to nothing
    (mkdir, ln, chmod, echo, useradd, …), and neither a heading of the author
    sets them apart nor would braces have to hold a long list together.
--merge=all joins whatever can be joined, --merge=none nothing.

Refuses

  - a script whose state would reach the next one and cannot be confined to a
    subshell: exec, exit, trap, source, eval, functions, background jobs,
    daemons; "set -e" before a list whose failures it would no longer see;
  - shell comments ("make # fast"), here-documents, exec form, scripts for
    another shell, scripts that do not parse;
  - edits of /etc/hosts and the like, which a RUN does not keep;
  - a RUN with a comment such as "# hadolint ignore=" that is bound to it;
  - two scripts of which one uses a build argument that changes with every
    build (a commit, a date).

Safety

The level is safe: each command runs in the same order, in the same directory,
with the same variables, and whether the build stops is decided as before.
"cd" and variables of the earlier script stay in a subshell, "a || b" and
"a; b" keep their meaning in braces.`,
	Example: `FROM debian:12
RUN apt-get update
RUN apt-get install -y curl
RUN rm -rf /var/lib/apt/lists/*
`,
	Claim: transform.JoinRuns,
	Level: transform.Safe,
	Run:   run,
}
