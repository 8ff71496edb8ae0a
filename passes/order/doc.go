// Package order is the pass that puts what changes often below what does not need it.
package order

import "dopt/transform"

// Pass orders the instructions of each stage.
var Pass = &transform.Pass{
	Name: "order",
	Doc: `Copy the source after the steps that do not need it.

What it does

A COPY or ADD of the build context, or of another stage, moves below the steps
that read nothing of what it brings: installs of system packages, downloads,
and installs of dependencies. In front of an install of dependencies comes a
COPY of exactly the files that it reads: the manifest, the lock file, and what
these refer to. A RUN that installs first and uses the source then is cut in
two. Where one command downloads and compiles, a download of its own goes in
front: go mod download, mvn dependency:go-offline, cargo fetch, dotnet restore,
swift package resolve, rebar3 get-deps, poetry install --no-root, uv sync
--no-install-project, pdm install --no-self.

Build arguments that differ in every build (a commit, a date), with the ENV and
LABEL that only repeat them, move below the steps that cannot read them.

--declarations=early puts EXPOSE, LABEL, CMD and ENTRYPOINT below FROM, late
puts them at the end of the stage. The default is to keep them.

Why

BuildKit runs a step again when what it reads, or a step above it, has changed.
With the source copied first, each edit installs all dependencies again.
https://docs.docker.com/build/cache/optimize/#order-your-layers

Evidence

The files of the build context: which ones an install reads is read from the
manifests themselves, as is what install scripts call. How often the source
changes is said where the context is in a git repository.

Refuses

  - an install of which it cannot be told what it reads, or that needs the
    source: install scripts, "pip install .", editable installs, manifests that
    a step writes; or where the build context is not at hand;
  - what the install would make and a later COPY would overwrite, such as a
    node_modules in the context that .dockerignore does not name;
  - to move a COPY across a command that is not known, a VOLUME, a COPY to the
    same place, a variable or user that it depends on, or to a folder where
    programs of the system look for settings, programs and libraries (ldconfig
    finds what is in /usr/local/lib);
  - to move a COPY across a command that may read one of its files because a
    variable names it (PIP_CONSTRAINT, NODE_OPTIONS, SSL_CERT_FILE), or because it
    chooses the toolchain: rust-toolchain, in front of what rustup starts. What an
    install chooses its version by goes with it: .python-version for uv and pdm,
    .ruby-version for Bundler, global.json for dotnet;
  - to part files that change together: a COPY of manifests and settings of tools
    stays above the install, although that reads the manifests alone;
  - to cut a RUN whose end cleans up what its beginning leaves;
  - to download first with go mod download, cargo fetch or Maven's go-offline where
    the image would keep it, since that is more than the build downloads: modules
    for tests and other platforms, crates for all targets and for tests, all that
    any goal of a plugin may need (26 MB more for examples/java-ledger). dotnet
    restore, swift package resolve, rebar3 get-deps, poetry --no-root, uv
    --no-install-project and pdm --no-self download what the build itself does, so
    that it does not matter. Gradle and sbt have no task that only downloads. Where the downloads go to a cache
    mount, or the stage does not ship, all of them come first.
    https://go.dev/ref/mod#go-mod-download
    https://doc.rust-lang.org/cargo/commands/cargo-fetch.html
  - to move a build argument across a command that may read the environment.

Safety

The level is standard: the same commands run in the same order, and a download
in front of a build is all that is new. An install no longer sees the rest of
the source, and is not run again when only that changes.`,
	Example: `FROM golang:1.26
WORKDIR /src
COPY . .
RUN apt-get update && apt-get install -y make protobuf-compiler
RUN make
`,
	Claim: transform.Reorder | transform.SplitRun | transform.Prefetch,
	Level: transform.Standard,
	Run:   run,
}
