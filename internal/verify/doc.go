// Package verify builds Dockerfiles with a BuildKit daemon and looks at what comes out.
//
// A [Builder] is the connection; [Builder.Build] builds a [Request] into a [Store] and returns
// an [Image], which knows its config, its size and its files. [Builder.Run] and [Builder.Probe]
// start an image as `docker run` would, inside the builder: no other engine is needed, and a
// remote builder works as a local one does.
//
// Three facts about BuildKit shape this package, each found by experiment:
//
//   - The transfer of a context compares size, mode and modification time of files only, and what
//     it has is filed under the session's shared key. Two contexts without a key get each other's
//     files. [Request] therefore always has a key, and what [Overlay] puts over a context gets a
//     time that is derived from its content.
//   - The frontend reads the Dockerfile from one mount ("dockerfile") and .dockerignore from
//     another ("context"). A rewritten Dockerfile needs no copy of the context.
//   - index.json of an OCI layout is written after the build; with several builds into one store
//     the last one wins. The digest of a build is taken from the answer of the build itself.
package verify
