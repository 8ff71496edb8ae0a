// Package modernize is the pass that writes outdated instructions the way that
// BuildKit and the distributions ask for today.
package modernize

import "dopt/transform"

// Pass writes outdated instructions the way that is asked for today.
var Pass = &transform.Pass{
	Name: "modernize",
	Doc: `Write outdated instructions the way that is asked for today.

What it does

  maintainer   MAINTAINER x becomes LABEL org.opencontainers.image.authors="x".
  legacy-env   ENV k v and LABEL k v become k=v, quoted where the value needs it.
  add          ADD of local files that are no archives becomes COPY.
  apt          apt becomes apt-get, and apt-cache where that has the verb.
  exec-form    CMD and ENTRYPOINT whose script is plain words become exec form.
  workdir      A relative WORKDIR becomes absolute where the directory is known.
  cd           RUN cd /x && y becomes WORKDIR /x and RUN y.

Why

BuildKit warns about MAINTAINER, "ENV k v" and shell-form CMD. ADD does more
than it says: it unpacks and downloads. apt has no stable command line for
scripts. A shell in front of the program takes the signals that were meant for
it, so that "docker stop" kills after ten seconds.

Evidence

Values are expanded by BuildKit's own lexer in both spellings, with variables
set, empty and unset, and must be equal. For ADD the files of the build context are read;
without them the name must tell. For CMD and ENTRYPOINT what is known of the
base image must tell what its entrypoint does with the command.

Refuses

  - MAINTAINER where the label is set elsewhere in the stage, or where several
    MAINTAINER lines leave open who is meant;
  - ADD of URLs, git repositories and archives, with --checksum, --unpack or
    --keep-git-dir, and of files whose names do not tell what they are;
  - apt verbs that apt-get has not, or has with another meaning or output;
  - CMD and ENTRYPOINT with expansions, globs, operators, redirections,
    assignments, comments or builtins; CMD under an entrypoint that may look at
    its arguments; ENTRYPOINT beside a CMD, which it has ignored so far;
  - programs that may be scripts without a "#!" line, which only a shell runs;
  - RUN cd wherever a later instruction would see the new directory;
  - ONBUILD, which runs in the children's builds.

Safety

legacy-env and workdir keep the image config as it is; where a WORKDIR starts
from the directory of a base image, which the catalog knows, it is standard.
apt runs the same program, and ADD becomes COPY at level safe only where the
files were read. The others are standard: a label takes the place of the deprecated author field, and exec
form changes which process gets the signals. HEALTHCHECK, STOPSIGNAL, EXPOSE and USER are left alone.`,
	Example: `FROM debian:12
MAINTAINER Jane Doe <jane@example.com>
ENV APP_HOME /srv/app
ADD server.conf /etc/server.conf
RUN apt update && apt install -y nginx
CMD nginx -c /etc/server.conf
`,
	Claim: transform.AuthorLabel | transform.AddToCopy | transform.RenameCommand | transform.ExecForm | transform.CdToWorkdir,
	Level: transform.Safe,
	Run:   run,
}
