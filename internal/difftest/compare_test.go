package difftest

import (
	"slices"
	"strings"
	"testing"

	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"dopt/internal/verify"
	"dopt/transform"
)

// What a rewrite may change depends on what was asked for, and all else is a difference.
func TestCompareFiles(t *testing.T) {
	before := verify.Tree{
		"/app/main": {Size: 1}, "/app/.dockerignore": {Size: 1}, "/var/cache/x": {Size: 1}, "/etc/apt/apt.conf.d/docker-clean": {Size: 1},
		"/opt/tool.tgz": {Size: 1}, "/app/x.tar.gz": {Size: 1},
	}
	after := verify.Tree{"/app/main": {Size: 2}, "/etc/apt/apt.conf.d/keep-cache": {Size: 1}, "/var/lib/apt/lists/auxfiles": {Size: 1}}
	for _, c := range []struct {
		program Program
		want    string
	}{
		{Program{Level: transform.Safe}, "/app/.dockerignore is gone|/app/main: became|/app/x.tar.gz is gone|docker-clean is gone|keep-cache is new|/opt/tool.tgz is gone|/var/lib/apt/lists/auxfiles is new"},
		{Program{Level: transform.Standard}, "/app/main: became|/app/x.tar.gz is gone|docker-clean is gone|keep-cache is new|/var/lib/apt/lists/auxfiles is new"},
		{Program{Level: transform.Safe, CacheMounts: true}, "/app/.dockerignore is gone|/app/main: became|/app/x.tar.gz is gone|/opt/tool.tgz is gone"},
	} {
		got := compareFiles(&c.program, before, after)
		want := strings.Split(c.want, "|")
		same := slices.EqualFunc(got, want, func(line, words string) bool {
			for _, word := range strings.Fields(words) {
				if !strings.Contains(line, word) {
					return false
				}
			}
			return true
		})
		if !same {
			t.Errorf("level %s, cache mounts %t: got %q, want %q", c.program.Level, c.program.CacheMounts, got, want)
		}
	}
}

func TestPromised(t *testing.T) {
	shell := func(script string) []string { return []string{"/bin/sh", "-c", script} }
	image := func(author string, labels map[string]string, cmd []string) *verify.Image {
		return &verify.Image{Config: ocispecs.Image{Author: author, Config: ocispecs.ImageConfig{Labels: labels, Cmd: cmd}}}
	}
	label := map[string]string{ocispecs.AnnotationAuthors: "jo"}
	for _, c := range []struct {
		name           string
		before, after  *verify.Image
		safe, standard bool
	}{
		{"same", image("jo", nil, shell("a b")), image("jo", nil, shell("a b")), true, true},
		{"author to label", image("jo", nil, nil), image("", label, nil), false, true},
		{"author lost", image("jo", nil, nil), image("", nil, nil), false, false},
		{"exec form", image("", nil, shell("a b")), image("", nil, []string{"a", "b"}), false, true},
		{"exec form of an exec", image("", nil, shell("exec a b")), image("", nil, []string{"a", "b"}), false, true},
		{"other words", image("", nil, shell("a b")), image("", nil, []string{"a", "c"}), false, false},
		{"command lost", image("", nil, shell("a b")), image("", nil, nil), false, false},
	} {
		for level, want := range map[transform.Level]bool{transform.Safe: c.safe, transform.Standard: c.standard} {
			p := &Program{Level: level}
			if got := compareConfigs(p.promised(c.before, c.after), describeConfig(c.after)); (got == nil) != want {
				t.Errorf("%s, level %s: got %q", c.name, level, got)
			}
		}
	}
}
