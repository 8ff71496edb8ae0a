// Package cleanup is the pass cleanup: it keeps package lists, caches, downloaded archives and
// build folders out of the layers that ship, or puts the caches on cache mounts instead.
//
// step.go reads a RUN; operand.go knows where a command may be put into its script so that the
// exit code stays, and layout.go how that is written; useslater.go tells who needs later what a
// layer leaves behind. The rest is one file a kind of waste.
package cleanup

import "dopt/transform"

// Pass is the pass cleanup.
var Pass = &transform.Pass{
	Name: "cleanup",
	Doc: `Remove caches, package lists and archives in the layer that makes them.

What it does: in stages that ship, adds to a RUN what keeps its layer small. The lists of
apt-get update are removed at the end of the script (apt-lists). apk, pip and uv get the flag
that avoids their cache; dnf, yum, zypper, pacman, conda, npm, Yarn 1, pnpm, bun, composer, gem,
bundler, poetry, pipenv, go, cargo, maven, gradle, sbt and dotnet get their clean-up
(<manager>-cache). An apt-get install that uses the lists of an earlier RUN gets an update of its
own, so that no layer has to keep the lists (apt-update). Where docker-clean is gone, apt-get clean
empties the folder of downloaded packages (apt-archives). An archive that is downloaded and
unpacked is removed once it is unpacked (archive), a folder below /tmp in which the script
builds, at its end (build-tree).
With cache mounts asked for, RUN --mount=type=cache takes the place of flags and clean-ups
(cache-mount), in all stages: the next build then downloads nothing twice.

Why: a file that a later layer deletes still ships with the layer that made it. Lists of Debian
and Ubuntu, and the caches of most package managers, are tens of megabytes in each image.

Evidence: the package-manager table (what fills which folder, and which command empties it), and
the rest of the file: what runs later in the stage, in stages built from it, by ONBUILD, CMD and
ENTRYPOINT, with the scripts of the build context that they call.

Refuses: where a later step, a child stage or a trigger uses what would be removed; where a later
script that cannot be read may use it; where the script ends in exit, exec, a background job, a
comment or a here-document; where "set -e" would stop holding within a compound command; where
the user may not remove it; where the version of the manager may not know the flag; archives and
folders whose names are not certain or that anything behind them names; images to work in, whose
command is a watcher such as nodemon. For cache mounts: where
the builder has none, the home or the ids of the user are not known, or a step without the mount
reads what is below it.

Safety: safe for flags, caches and lists where nothing later is affected by construction;
standard where that rests on a script's name or on an unknown base image, for joined updates,
archives, build folders, downloads that builds find their inputs in, and cache mounts.`,
	Example: `FROM debian:bookworm
RUN apt-get update && apt-get install -y curl
RUN curl -fsSLo /tmp/tool.tar.gz https://example.com/tool.tar.gz && tar -C /opt -xzf /tmp/tool.tar.gz
CMD ["/opt/tool/bin/tool"]
`,
	Claim: transform.CleanUp | transform.JoinUpdate | transform.CacheMounts,
	Level: transform.Safe,
	Run:   run,
}
