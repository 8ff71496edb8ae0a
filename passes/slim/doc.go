// Package slim is the pass that builds on the slim variant of a base image, with the packages that are used.
package slim

import "dopt/transform"

// Pass replaces a full base image by its slim variant and the packages that are used.
var Pass = &transform.Pass{
	Name: "slim",
	Doc: `Build on the slim variant of the base image, with the packages that are used.

What it does

  base   FROM python:3.11 becomes FROM python:3.11-slim, and those packages of
         the full image that the build or the program uses and the slim one
         lacks are installed: by a RUN above their first use, or in front of the
         file's own first install. The tag stays as precise as it was:
         3.11-bookworm becomes 3.11-slim-bookworm. Where a build argument above
         the first FROM names the image, and nothing else, its default changes.

         Compilers and headers that one install of Python's, Node.js's or Ruby's
         packages alone uses are removed again in its layer, the way the official
         images do it (apt-mark), and the libraries of these headers stay:
         libmariadb3 of default-libmysqlclient-dev.

  sources  Tells of an edit of /etc/apt/sources.list that fails, for the release
         that the tag means has debian.sources in its place.

Images of other registries are left alone, unless --assume-official or
assume-official in .dopt.yaml says that they are the official ones. With "mirrors:
[apt]" in .dopt.yaml the steps that are written take a build argument APT_MIRROR,
the host of a mirror of Debian; it is empty by default.

Why

The full variants of official images hold compilers, version control and the
headers of some forty libraries, so that most builds work: 700 to 900 MB on disk
that most programs never use, to be stored, sent and scanned for flaws.

Evidence

The package lists of both variants, on the same release of the distribution,
and what the stage uses of what only the full one has: commands in RUN
instructions, scripts, process managers and sources; libraries, headers and
paths; certificates; and what packages of Python, Node.js and Ruby are
compiled with and load. Each package that is added is reported with the line
that needs it. What the stage's own steps install is not named again.

Images

debian, node, python, ruby and rust have slim variants that differ from the full ones
in packages of the distribution alone. perl's was built with fewer of Perl's modules;
the packages of others that have one (pypy, erlang, haskell) are not known. php, golang,
postgres and other servers have none on the same C library, and an Alpine variant is
never taken, at no level.

openjdk, and java before it, get no updates any more. At level aggressive the last stage gets the image of
eclipse-temurin with the same version of Java, the compiler or not, on Ubuntu in place
of Debian or Oracle Linux, or on a newer Alpine. Nothing may depend on the rest: no
step installs packages or creates an ordinary user; neither the file, nor what it
copies of the build context, names a folder of the old Java; commands are ones that
both have; what comes from other stages is made by Java; on Oracle Linux, where sh is
bash, no script needs that. The tag has to ask for a version and nothing more precise.

Refuses

  - images without tag, with a digest, or named by a build argument that says more
    than the tag, or is used for more than the base;
  - images to work in, whose command is a watcher such as nodemon, a shell, or an
    interpreter without a program, and those without CMD and ENTRYPOINT;
  - a last stage that is built on another stage of the file;
  - releases of Debian that have moved to archive.debian.org: stretch and buster where
    anything is installed or missing, earlier ones always;
  - releases whose packages the catalog does not know, platforms but amd64;
  - builds whose context is not at hand, where a step installs from it or runs
    something of it;
  - stages in which anything cannot be told: a command named by a variable, a
    script from a pipe, a program that is downloaded, by itself or in an archive,
    a package of a language of which it is not known whether it has native code,
    a build by CMake and its like, a project that compiles code of its own;
  - stages that copy from other images, or from stages on another image or of which
    anything cannot be told, stages that remove packages, and those with ONBUILD;
  - stages that read documentation or manual pages: slim images have none;
  - stages that use what the slim image lacks before apt's sources are set up,
    or as another user than root.

Build-only packages stay where more than one step uses them, where the step that
does may install packages of the distribution itself (a script, npx), and where
they take up less than 10 MB; the evidence says so. What a step borrows is
downloaded again whenever the step runs again.

Safety

The level is standard where nothing is left open. Where files are copied and there is no
build context it is aggressive: what they use at run time is then not known, and
listed as to be checked. So it is on stretch and buster, whose slim images are taken for
what the same Dockerfiles make on bullseye. What programs look up without naming it (translations of
messages) is not looked for, but for the types of files: where a framework of Python is
installed that guesses them, and a file or a name in a source is of a type that this
version of Python does not know, such as .woff2, media-types is needed.`,
	Example: `FROM python:3.11
WORKDIR /app
COPY . .
RUN git rev-parse HEAD > version
CMD ["python", "app.py"]
`,
	Claim: transform.SlimBase | transform.JavaBase,
	Level: transform.Standard,
	Run:   run,
}
