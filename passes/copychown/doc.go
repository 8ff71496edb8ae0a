// Package copychown is the pass that gives files their owner and mode when they are copied, and
// not in a RUN behind it.
package copychown

import "dopt/transform"

// Pass moves the owner and mode that a RUN gives to copied files into flags of the copy.
var Pass = &transform.Pass{
	Name: "copychown",
	Doc: `Give files their owner and mode when they are copied.

What it does

  chown   RUN chown after COPY becomes COPY --chown.
  chmod   RUN chmod after COPY becomes COPY --chmod, always in octal.

The command leaves its RUN, and a RUN that has nothing else to do goes away; the
comments above it move to the copy. Of several files that one command names,
those go that were copied. "chown -R" of a folder that was there before the copy
becomes chown of the folder alone.

Why

A layer holds whole files. A file whose owner or mode changes in a later layer
is stored there once more: RUN chown -R over an application doubles it.

Evidence

What each COPY brings is known from the build context: files or folders, and
the mode that "chmod +x" starts from. Without a context a name such as run.sh
tells a file, at level standard; a mode is never guessed. For chown -R and chmod
-R the whole tree must come from copies, so that the base image must be known
not to have it. A name of a user must be known where the copy is made:
COPY --chown=app above useradd silently means root.

Refuses

  - patterns, variables and command substitutions in the words of the command;
  - symbolic modes of folders, and of files whose mode is not at hand;
  - setuid, setgid and sticky bits;
  - ADD of what it may unpack; COPY with --link or --parents;
  - copies of which the command covers a part only;
  - a command in between that may read, run or change the files, or that is not known;
  - a user made between the copy and the command;
  - folders that the copy may have to make, which would get the owner or mode, too;
  - commands of which another one in the same RUN would store the files again;
  - a RUN with mounts; commands in groups, loops, or beside || or a pipe;
  - stages of more than 1,000 instructions.

Safety

safe where owner and group are both given and known by name or number, or the
mode is, and files, folders and the base are known. standard where COPY's own
group 0 completes "chown app", where a name tells that a source is a file, where
files come from another stage or image, or where a user is known to exist only
because chown would fail without it.`,
	Example: `FROM node:22
COPY --chown=node:node package.json package-lock.json /app/
COPY docker-entrypoint.sh /usr/local/bin/
RUN chmod 755 /usr/local/bin/docker-entrypoint.sh
USER node
`,
	Claim: transform.OwnCopy,
	Level: transform.Safe,
	Run:   run,
}
