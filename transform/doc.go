// Package transform is dopt's engine: a lossless document over BuildKit's
// Dockerfile parser, what RUN scripts do, and the pipeline that runs passes over it.
//
//	Dockerfile --Parse--> Document --> Pass.Run reads it, reports Findings, some with a Fix
//	                         ^                     |
//	                         |      Fix.Level above the one asked for? --> held
//	                         |                     |
//	                         |      Document.Apply(Fix.Edits): parsed afresh by BuildKit
//	                         |                     |
//	                         +--- refines --- Validator --- unsound or unproven --> rejected
//
// A Document never changes. BuildKit says where instructions begin and end, the
// bytes of the source say what is there; a fix is a set of byte edits, so that what no
// edit touches cannot change, and the same fix serves a diff, an editor and a review comment.
//
// The rounds repeat until none makes a fix. docs/architecture.md tells the whole story.
package transform
