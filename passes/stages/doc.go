// Package stages is the pass that leaves the build tools behind: a build stage, and a runtime stage with what the program needs.
package stages

import "dopt/transform"

// Pass divides a stage that builds a program into a build stage and a runtime stage.
var Pass = &transform.Pass{
	Name: "stages",
	Doc: `Leave compilers, headers and sources behind in a build stage.

What it does

  runtime   A file with one stage that builds a program gets a second one: the
            first stage is built as before, and the image is made from a small
            base with the program, the files that it opens, the packages that
            it uses and all that the file declares (ENV, USER, WORKDIR, EXPOSE,
            VOLUME, LABEL, HEALTHCHECK, STOPSIGNAL, ENTRYPOINT, CMD).
  smallest  The same on the smallest base that can run it: scratch, distroless
            or busybox. There is no shell then, or none but busybox's. Where
            none of these will do, the runtime stage goes without editors, and
            so does a last stage that installs them among other packages.
  final     The last of several stages that copies what another one builds: where
            its base is an image to build with, it gets the one to run on, and
            of a folder with sources it takes what the program needs.
  final-smallest  The same on the smallest base that can run it, and a jar of
            Spring Boot in layers.
  prune     A stage that builds ends with the command of npm, pnpm or Yarn that
            removes what only development needs, where the last one copies
            node_modules from it.

Every file keeps its path, owner and mode: it is copied from the build stage to
where it was. So nothing changes for the program. A symbolic link, which a copy
would follow, is made again by the command that made it.

Why

A compiler and its headers take 300 MB to 1.2 GB, the program often less than
10 MB. What is not in the image need not be sent, stored or scanned for flaws.

Evidence

The plan has three steps, and each is in the report. What is the artifact: the
commands that make it, and where. What does it need when it runs: texts in the
source that name files of the build context, packages that it is linked with
(the libraries of each -dev package that is installed), certificates, time
zones, commands of scripts. What is the smallest base that gives it that: on the
same release of the distribution or a later one, so that the C library is not
older than the one that the program was linked with.

Languages: Go, C and C++, Rust, Java and what else runs on its virtual machine,
.NET, Elixir, Python, Node.js, Ruby, PHP. A program of .NET runs on the image of
the same tag that its own is made from: the one with ASP.NET Core, with the runtime
alone where no project names a package, or with neither where it brings the
runtime along; it gets all that dotnet publish makes. A program of Java runs on the runtime of the same
version and maker, on the same release, and gets its jar, the libraries beside it
and the files that it opens. A release of Elixir brings Erlang along. For the last
four languages the runtime stage has the same version of the interpreter, on the
slim image of the same release if there is one, and gets environments and the
project's folders whole. There is a runtime stage only where
something leaves that the slim image alone would not save: a compiler, headers,
what else only the build uses. npm, pnpm or Yarn removes what only development needs,
where its lock tells what that is, node starts the program, and no source names
any of it. Yarn 1 does so by an install for production, which would undo what a
script has changed of a package, and whose lock does not tell which packages
others load: there it is only done for known tools. Where Poetry installs into the image's own Python, pip removes Poetry and what
only development needs, on the same terms. A pip that a step upgrades stays behind
with the build, where nothing calls pip when the image runs: that has the pip of
its base. Distroless gets none.

Where a library is installed whose package has its version in the name, both tags
name the release, so that they mean the same one tomorrow. What says where packages
come from goes along.

For the smallest base, programs of Go are built without cgo if nothing of them
is written in C, so that scratch or distroless will do. What people call at a
shell, such as the client of a database, stays behind with the shell if all of the
source is known and no text of it, and no script, has its name. Programs of Java
that java starts by plain words run on distroless with the same version of
Temurin, where no package may have native code, no source starts another program,
and the file sets no locale; an option keeps the country that Java took from the
old image's LANG. A jar of Spring Boot 3.3.1 or later is taken apart by its own tools:
its libraries are a layer that an edit of the source does not change, and java is
called as before. Python runs on distroless
where that has the same minor version on the same release, and python itself
is what the image starts. Node.js runs on distroless where the tag names its
major version alone, and node is what the image starts, itself or by a script of
package.json in plain words that npm or Yarn 1 would run: these are not there,
and what they tell scripts no source may ask for. The lock names no package that may start
another program or has native code, and no source of the project starts one.
node is the first process then, to which the kernel leaves SIGTERM alone unless
the program listens for it.

A stage that repeats the first steps of another is left: BuildKit runs identical
steps once, so that a stage for both saves neither time nor bytes
(TestRepeatedSteps of transform/validate/llb), and steps that see other variables,
arguments or directories may do something else; the two run at the same time.

Refuses

  - last stages that copy from several others, or whose own steps may use what
    they would not get any more;
  - programs of .NET on Alpine, on an image that names a version of the SDK, for
    another framework than the image's, or that compile when they run;
  - a Java runtime made by jlink: which modules a program loads by name, as
    services and by reflection, no tool tells for sure, and one that is missing
    may not even show: without jdk.localedata dates are German no longer. With
    all that the JDK itself looks up as a service, it is as large as before;
  - layers of jars of Spring Boot before 3.3.1, whose tools leave what another class
    has to start, and of those that their project lays out in its own way, or that
    may be looked into: these are copied whole;
  - programs of Java that need a part of the JDK, jars that no project file
    names, and class paths that are put together by a script;
  - images that compile when they start, that start a shell or a watcher of
    sources, and those with ONBUILD;
  - steps of which it is not known what they leave in the image, such as files in
    a home folder, a password, what an archive has, and sources of packages that
    change below an install;
  - files that the program reaches by a symbolic link of the build context, and
    links there that lead to what the image would not have;
  - start scripts of Gradle that name a folder of the build to java;
  - programs that know the folder of their sources, or libraries that a build
    system leaves in its own folder;
  - images that start, or ask for their health by, a program that nothing brings;
  - programs of which it is not known what they need: one reason is enough;
  - steps that replace setuptools, npm or a pip that is called when the image
    runs, together with other work: a copy cannot remove the old files; alone,
    such a step runs in both stages;
  - builds whose context is not at hand, platforms but amd64, bases that the
    catalog does not know.`,
	Example: `FROM gcc:12
COPY hello.c /src/
RUN gcc -o /usr/local/bin/hello /src/hello.c
CMD ["hello"]
`,
	Claim: transform.RuntimeStage | transform.WithoutCgo | transform.ExecForm,
	Level: transform.Standard,
	Run:   run,
}
