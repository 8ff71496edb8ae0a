// Package format is the pass that lays out a Dockerfile, as gofmt does for Go.
package format

import "dopt/transform"

// Pass is the pass format. It does nothing unless Settings.FormatAll is set.
var Pass = &transform.Pass{
	Name:    "format",
	Doc:     doc,
	Example: example,
	Level:   transform.Layout,
	Run:     run,
}

const doc = `Lay out the file.

What it does
  Runs with "dopt fmt", over the whole file. In "dopt rewrite" it does nothing: the other
  passes write in the file's own style, and the author's lines stay as they are.
  - Keywords (AS of FROM, CMD and NONE of HEALTHCHECK too) get the case that most of the file has.
  - One space stands behind a keyword, between flags, behind the commas of an exec form, and
    before a continuation character.
  - Continued lines get the indentation that most continued lines of the file have (four spaces
    where none tells), the deeper ones relative to it. One space or none is no indentation. Comments
    between them follow the line below. Instructions start at the start of their line,
    unless half of the file's or more do not.
  - Blanks at the end of lines, blank lines within an instruction, at the start and at the end of
    the file, and all but one of several blank lines go. The file ends in a line break.
  What an author has lined up stays: arguments in one column over several instructions, lines below
  a word of the first line, operators to the left of the first command, continuation characters in
  one column, lists deeper by whole steps, comments at the start of the line where most stand there.

Why
  Diffs show what changed and nothing else, and mistakes show: a continuation that swallows the next
  instruction, a word that a line break tears.

Evidence
  BuildKit's parser and the shell's syntax tree say which blanks mean nothing; the file itself says
  which layout is its own.

Refuses
  - Blanks that are data: in strings and words, in shell comments, in a RUN whose script does not
    parse or is not for a POSIX shell, in the values of ENV and LABEL without "=", in shell-form
    CMD, ENTRYPOINT and HEALTHCHECK, in WORKDIR, USER, MAINTAINER and STOPSIGNAL, in all of ONBUILD:
    the image keeps these texts as they are.
  - Here-documents, parser directives, line endings, the order and grouping of lines.
  - A continuation that swallows what reads like an instruction: reported, not covered up.
  - A continuation at the end of the file that nothing follows.
  - Tabs among spaces, where how deep they are depends on the editor.

Safety
  Level layout: the instructions BuildKit reads are the same, RUN scripts the same to the shell.
  Blanks within RUN are part of its cache key: the first build after formatting runs such a RUN again.
`

const example = `from debian:12 as build
RUN   apt-get update &&\
apt-get install -y \
    curl \

    git


CMD ["curl","--version"]
`
