// Package pin is the pass that says which release series an image without a tag, or with the tag latest, is of.
package pin

import "dopt/transform"

// Pass names the release series that latest means today.
var Pass = &transform.Pass{
	Name: "pin",
	Doc: `Name the release series that an image without a tag, or with the tag latest, means today.

What it does

  latest   FROM python and FROM python:latest become FROM python:3.14, which
           is the same image today. So do images in COPY --from and in
           RUN --mount=from, and the default of an ARG that FROM names.

Why

What latest means changes by itself: the same Dockerfile builds on another
major version one day, and then fails, or works in another way. A tag of one
release series gets fixes, and nothing else.

The tag has as many numbers as its project needs to promise that: 3.14 for
Python, 26 for Node.js, 18 for PostgreSQL, the codename for Debian. It is never
a patch release, whose security fixes would never come, and never a digest.

Evidence

The library files of the official images, up to the day that the report names,
and the rule by which the image's own generator gives out the tag latest. The
catalog is the clock: the same version of dopt writes the same tag whenever it
runs.

Refuses

  - references with another tag or a digest, stages, and scratch;
  - images that are no official ones, private mirrors of these included: what
    their tags mean is not known;
  - official images whose latest is no release series of its own (maven,
    tomcat), whose rule is not known (eclipse-temurin, mariadb), or which are
    no longer updated (centos, openjdk);
  - build arguments that are used for anything else, and those whose value
    names no official image by itself.

Safety

The image is the same today, so that the first build after the change gives
what the one before it gave. It is standard and not safe because a later build
differs, which is what the change is for. A build that replaces the image by
its name (--build-context python=…) has to name it with the tag.`,
	Example: `FROM node AS assets
WORKDIR /src
COPY . .
RUN npm ci && npm run build

FROM nginx:latest
COPY --from=assets /src/dist /usr/share/nginx/html
`,
	Claim: transform.PinBase,
	Level: transform.Standard,
	Run:   run,
}
