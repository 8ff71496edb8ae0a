package llb

import (
	"maps"
	"path"
	"slices"
	"strings"

	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"

	"dopt/transform"
	"dopt/transform/validate"
)

const authors = "org.opencontainers.image.authors"

// authorLabel moves the author of before to the label, where the claim allows that.
func (c *comparison) authorLabel(before, after *dockerspec.DockerOCIImage) {
	if !c.claim.Allows(transform.AuthorLabel) || before.Author == "" || after.Author != "" {
		return
	}
	labels := maps.Clone(before.Config.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	if _, ok := labels[authors]; !ok {
		labels[authors] = unquote(before.Author)
	}
	before.Author, before.Config.Labels = "", labels
}

// unquote removes a pair of quotes around a text.
func unquote(s string) string {
	if len(s) > 1 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

// execForm replaces the shell forms of before by their words where after has those words and
// the claim allows that.
func (c *comparison) execForm(before, after *dockerspec.DockerOCIImage, base string) {
	if !c.claim.Allows(transform.ExecForm) {
		return
	}
	if c.sameWords(before.Config.Entrypoint, after.Config.Entrypoint) {
		if len(after.Config.Cmd) > 0 {
			c.note(unsound("ENTRYPOINT gets the words of CMD as arguments, which its shell form ignored"))
		}
		before.Config.Entrypoint = after.Config.Entrypoint
	}
	if c.sameWords(before.Config.Cmd, after.Config.Cmd) {
		c.note(c.takesWords(after.Config.Entrypoint, base))
		before.Config.Cmd = after.Config.Cmd
	}
}

// sameWords reports whether the command lines differ, and the second is what the shell makes of the first.
func (c *comparison) sameWords(before, after []string) bool {
	script, ok := validate.NewScript(before)
	if !ok || slices.Equal(before, after) {
		return false
	}
	words, ok := script.ExecWords()
	return ok && slices.Equal(words, after)
}

// inits are programs that run the words behind them as they are.
var inits = []string{"tini", "tini-static", "dumb-init", "catatonit", "--", "-g", "-s"}

// takesWords judges whether an entrypoint does the same with a program as with a shell that calls it.
func (c *comparison) takesWords(entrypoint []string, base string) transform.Verdict {
	known := c.facts(base)
	inherited := slices.Equal(entrypoint, baseEntrypoint) || known.Config != nil && len(entrypoint) > 0 && slices.Equal(entrypoint, known.Config.Entrypoint)
	switch {
	case inherited && (known.Entrypoint == transform.NoEntrypoint || known.Entrypoint == transform.PassesThrough):
		return transform.Verdict{Status: transform.Refines}
	case inherited && known.Entrypoint == "":
		return transform.Verdict{Status: transform.Unproven, Reasons: []string{"the entrypoint of " + base + " is not known; it may look at the words of CMD"}}
	case inherited:
		return transform.Verdict{Status: transform.Unproven, Reasons: []string{"the entrypoint of " + base + " may look at the words of CMD"}}
	}
	for _, word := range entrypoint {
		if !slices.Contains(inits, path.Base(word)) {
			return transform.Verdict{Status: transform.Unproven, Reasons: []string{"the entrypoint " + strings.Join(entrypoint, " ") + " may look at the words of CMD"}}
		}
	}
	return transform.Verdict{Status: transform.Refines}
}

// facts are those about a base image; the zero value where nothing is known.
func (c *comparison) facts(image string) transform.Base {
	if c.env.Bases == nil {
		return transform.Base{}
	}
	known, _ := c.env.Bases.Base(image)
	return known
}

// usedByImage judges whether the image needs what its steps no longer leave: when it runs, and
// when another image is built on it. A command that comes from the base image as it is says nothing of this one.
func (c *comparison) usedByImage(losses []validate.Loss, img dockerspec.DockerOCIImage, base string) {
	var lines [][]string
	known := transform.ImageConfig{Unknown: []string{"entrypoint", "cmd"}}
	if config := c.facts(base).Config; config != nil {
		known = *config
	}
	if own := withStandIns(known); !slices.Equal(img.Config.Cmd, own.Cmd) || !slices.Equal(img.Config.Entrypoint, own.Entrypoint) {
		lines = append(lines, slices.Concat(img.Config.Entrypoint, img.Config.Cmd))
	}
	if img.Config.Healthcheck != nil {
		lines = append(lines, img.Config.Healthcheck.Test)
	}
	for _, l := range losses {
		for _, words := range lines {
			c.note(l.UsedByWords(words))
		}
		for _, value := range append(slices.Clone(img.Config.Env), img.Config.WorkingDir) {
			c.note(l.NamedBy(value))
		}
		for _, trigger := range img.Config.OnBuild {
			c.note(usedByTrigger(l, trigger, img.Config.Shell))
		}
	}
}

// usedByTrigger judges whether an ONBUILD instruction needs what is lost.
func usedByTrigger(l validate.Loss, trigger string, shell []string) transform.Verdict {
	keyword, rest, _ := strings.Cut(trigger, " ")
	if !strings.EqualFold(keyword, "RUN") {
		return l.UsedByWords([]string{trigger})
	}
	if len(shell) == 0 {
		shell = []string{"/bin/sh", "-c"}
	}
	script, _ := validate.NewScript(append(slices.Clone(shell), rest))
	v, _ := l.UsedBy(script)
	return v
}
