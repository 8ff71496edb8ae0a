// Package ignorefile is the pass that keeps out of the build what lies in its context and nothing needs.
package ignorefile

import "dopt/transform"

// Pass writes or extends .dockerignore.
var Pass = &transform.Pass{
	Name: "ignorefile",
	Doc: `Keep out of the build what lies in its context and nothing needs.

What it does

It writes or extends the ignore file that counts for the Dockerfile, for what
lies in the build context and a broad COPY (COPY . ., or a folder) brings in:

  history     .git and its like.
  packages    node_modules, bower_components, Composer's vendor.
  virtualenv  folders with a pyvenv.cfg.
  cache       __pycache__, .pytest_cache, .gradle and other tools' state.
  output      target, build, dist, obj, .next, and so on.
  coverage, log, editor, ci: reports, logs, settings of editors and of CI.
  docker      the Dockerfile, compose files and the ignore file itself; they
              go along, and are no reason to write the file.

An existing file is extended at its end, in its own way of writing comments and
line breaks; no line of it moves. The report says how much each pattern hides.

Why

What COPY . . brings in is sent to the builder, stored in a layer, and compared
with the last build: a commit changes .git, and every step below COPY runs
again. A virtual environment or node_modules of another machine, copied over
what the build has installed, breaks programs in ways that are hard to find.

Evidence

The context is searched for what the table of the pass has (table.go). Where a
name proves nothing, something beside it or in it must: package.json beside
node_modules, pyvenv.cfg in a virtual environment; or .gitignore must name it,
so that a fresh clone does not have it.

Refuses

  - what an instruction copies by name, or what lies in it: COPY target/app.jar;
  - packages and build output, unless each stage that receives them makes its
    own at the same place; or if the install leaves out what only development
    needs, and a later step may use it: those tools came from the context;
  - the version history, if a later step calls git, or a tool that does; if a
    file of the project does, or names a tool that takes the version from git;
    if go build may stamp it into the program (-buildvcs=auto, where the image
    may have git), or dotnet build does; then also whatever .gitignore does not
    name: git would take it for deleted, and call the version "dirty";
  - what a command, a variable or a script names;
  - what another Dockerfile of the context needs, as far as it uses the same
    ignore file; a template, or one that a compose file names, counts as well;
  - what the ignore file's author has excepted (!dist/keep);
  - all of it where the base image is made to be built on (onbuild), and where no
    instruction takes a folder: BuildKit sends what instructions take;
  - .env, which may hold secrets and may be what the program reads, and large
    files of data: they are reported, and left to you.

Safety

Everything is at level standard: what nothing names, nothing needs, as far as
the files tell. A validator of its own checks the new patterns against what
instructions copy, run and install. Several Dockerfiles of a folder extend one
file in turn. --no-ignorefile leaves the file as it is.`,
	Claim: transform.IgnoreFile,
	Level: transform.Standard,
	Run:   run,
}
