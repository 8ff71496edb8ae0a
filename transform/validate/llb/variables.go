package llb

import (
	"slices"
	"strings"

	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"

	"dopt/transform"
)

// variableOrder lets the variables of the image stand in another order, where the claim lets ENV move.
func (c *comparison) variableOrder(before, after *dockerspec.DockerOCIImage) {
	if c.claim.Allows(transform.Reorder) && sameSet(before.Config.Env, after.Config.Env) {
		before.Config.Env = after.Config.Env
	}
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// volatileWords are what names of build arguments are made of that say which build this is, and that no
// program reads by itself.
var volatileWords = []string{
	"ARG", "BUILD", "DATE", "TIME", "BUILDDATE", "BUILDTIME", "TIMESTAMP", "GIT", "COMMIT", "SHA", "HASH", "REV", "REVISION", "VCS", "REF", "NUMBER", "ID", "CI", "APP", "SOURCE", "IMAGE",
	"SHORT", "URL", "CREATED", "BRANCH", "TAG", "VERSION", "RELEASE",
}

// commitNames are such names, and CI systems put theirs in front: DRONE_COMMIT.
var commitNames = []string{"COMMIT", "COMMIT_SHA", "COMMIT_REF", "COMMIT_ID", "GITCOMMIT", "REVISION", "TIMESTAMP", "BUILD_DATE", "BUILD_TIME", "BUILD_NUMBER", "BUILD_ID", "GIT_SHA", "VCS_REF"}

// movedVariables compares the environment of two RUN steps where the claim lets ENV and ARG move. A
// step may gain or lose a variable that only says which build this is, if nothing in it can read that.
func (c *comparison) movedVariables(before, after *node) transform.Verdict {
	b, a := before.op.GetExec().Meta.Env, after.op.GetExec().Meta.Env
	if !c.claim.Allows(transform.Reorder) || slices.Equal(b, a) {
		return transform.Verdict{Status: transform.Refines}
	}
	script, _ := after.script()
	for _, kv := range differing(b, a) {
		name, _, _ := strings.Cut(kv, "=")
		switch {
		case !volatile(name):
			return unsound("the environment differs: %s", difference(b, a))
		case strings.Contains(script.Text, name):
			return unsound("the script reads %s, which was declared elsewhere", name)
		}
	}
	if len(differing(b, a)) == 0 {
		return transform.Verdict{Status: transform.Refines}
	}
	e := script.Effects()
	switch {
	case e.Unknown != "":
		return unsound("`%s` may read the environment, which differs: %s", e.Unknown, difference(b, a))
	case len(e.Installs) > 0:
		return unproven("%s may run scripts that read the environment, which differs: %s", e.Installs[0], difference(b, a))
	}
	return transform.Verdict{Status: transform.Refines}
}

// differing returns the entries that only one of two lists has.
func differing(a, b []string) []string {
	var only []string
	for _, v := range a {
		if !slices.Contains(b, v) {
			only = append(only, v)
		}
	}
	for _, v := range b {
		if !slices.Contains(a, v) {
			only = append(only, v)
		}
	}
	return only
}

// volatile reports whether a name says which build this is.
func volatile(name string) bool {
	if slices.ContainsFunc(commitNames, func(end string) bool { return strings.HasSuffix("_"+strings.ToUpper(name), "_"+end) }) {
		return true
	}
	for word := range strings.SplitSeq(strings.ToUpper(name), "_") {
		if !slices.Contains(volatileWords, word) {
			return false
		}
	}
	return true
}

// volumes refuses a VOLUME above steps that it was below: builders other than BuildKit drop what is written to a volume.
func (c *comparison) volumes(before, after *transform.Stage) {
	b, a := stepsAbove(before), stepsAbove(after)
	for i := range min(len(b), len(a)) {
		if a[i] < b[i] {
			c.note(unsound("VOLUME has moved above a step that may write to it"))
		}
	}
}

// stepsAbove counts for each VOLUME the instructions above it that write files.
func stepsAbove(s *transform.Stage) []int {
	var counts []int
	steps := 0
	for _, in := range s.Instructions {
		switch in.Keyword {
		case "RUN", "COPY", "ADD":
			steps++
		case "VOLUME":
			counts = append(counts, steps)
		}
	}
	return counts
}
