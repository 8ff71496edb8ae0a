package transform

import "strings"

// A Claim says what the fixes of a pass may change. The validators allow that
// and nothing else; the zero claim keeps the build graph and the image config.
type Claim uint

// What may change. Each is a promise about everything else.
const (
	// JoinRuns lets consecutive RUN steps become one that runs the same commands in the same
	// order, each seeing the directory, variables and options that it saw before.
	JoinRuns Claim = 1 << iota
	// CleanUp lets a RUN gain commands that remove what its own package managers and downloads
	// leave behind, and flags that keep them from leaving it.
	CleanUp
	// JoinUpdate lets a package index update move to, or be repeated in, the RUN that installs.
	JoinUpdate
	// CacheMounts lets a RUN gain cache mounts and lose the flags and commands that would
	// empty them.
	CacheMounts
	// RenameCommand lets apt become apt-get.
	RenameCommand
	// AuthorLabel lets the image's author move to the label org.opencontainers.image.authors.
	AuthorLabel
	// ExecForm lets a shell-form CMD or ENTRYPOINT whose script is plain words become those words.
	ExecForm
	// AddToCopy lets ADD of local files that are no archives become COPY.
	AddToCopy
	// CdToWorkdir lets a leading cd of a RUN become a WORKDIR.
	CdToWorkdir
	// Reorder lets instructions of a stage change places where neither depends on the other, and
	// lets files of a later COPY be copied before it, too.
	Reorder
	// SplitRun lets a RUN become several that run the same commands in the same order, each
	// seeing the directory, variables and options that it saw before.
	SplitRun
	// Prefetch lets a stage gain RUN steps that only download the dependencies that manifests name.
	Prefetch
	// OwnCopy lets the owner and mode that a RUN gives to what was just copied become flags of the copy.
	OwnCopy
	// IgnoreFile lets the ignore file hide what no instruction and no program uses.
	IgnoreFile
	// PinBase lets a reference to a base image name the tag that it means today.
	PinBase
	// SlimBase lets a reference to a base image name its slim variant, and a stage gain a RUN that only installs
	// packages of the distribution.
	SlimBase
	// RuntimeStage lets the last stage become a build stage, and a new last one take from it, to the same paths, what the
	// image needs. The build stage may end with a step more, which removes what only development needs.
	RuntimeStage
	// WithoutCgo lets a build stage that comes to be with RuntimeStage switch cgo off for go build and go install, where no package
	// of the program is known to be written in C.
	WithoutCgo
	// JavaBase lets the last stage name, in place of an image of OpenJDK, that of Eclipse Temurin with the same version of Java, where
	// nothing of it depends on what else differs.
	JavaBase
)

var claimNames = []string{
	"join-runs", "clean-up", "join-update", "cache-mounts", "rename-command", "author-label", "exec-form", "add-to-copy", "cd-to-workdir",
	"reorder", "split-run", "prefetch", "own-copy", "ignore-file", "pin-base", "slim-base", "runtime-stage", "without-cgo", "java-base",
}

// Allows reports whether c includes all of what.
func (c Claim) Allows(what Claim) bool { return c&what == what }

func (c Claim) String() string {
	if c == 0 {
		return "same-build"
	}
	var names []string
	for i, n := range claimNames {
		if c&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return strings.Join(names, ",")
}
