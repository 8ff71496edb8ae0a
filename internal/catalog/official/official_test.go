package official

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"dopt/transform"
)

func TestParseReference(t *testing.T) {
	for name, want := range map[string]struct {
		family, tag, digest string
	}{
		"python":                                    {"python", "", ""},
		"python:3.12-slim":                          {"python", "3.12-slim", ""},
		"library/node:24":                           {"node", "24", ""},
		"docker.io/python":                          {"python", "", ""},
		"docker.io/library/python:3.9":              {"python", "3.9", ""},
		"index.docker.io/library/python":            {"python", "", ""},
		"index.docker.io/python":                    {"python", "", ""},
		"public.ecr.aws/docker/library/python:3.9":  {"python", "3.9", ""},
		"mirror.gcr.io/library/debian:trixie-slim":  {"debian", "trixie-slim", ""},
		"debian:12@sha256:0123":                     {"debian", "12", "sha256:0123"},
		"debian@sha256:0123":                        {"debian", "", "sha256:0123"},
		"example/python":                            {"", "", ""},
		"registry.example.com/library/python:3.9":   {"", "3.9", ""},
		"localhost:5000/library/python:3.9":         {"", "3.9", ""},
		"registry.example.com:5000/python":          {"", "", ""},
		"public.ecr.aws/lambda/python:3.12":         {"", "3.12", ""},
		"quay.io/prometheus/busybox:latest":         {"", "latest", ""},
		"docker.io/library/python/more:1":           {"", "1", ""},
		"public.ecr.aws/docker/library/python/more": {"", "", ""},
	} {
		r, ok := ParseReference(name)
		if got := r.Family(); !ok || got != want.family || r.Tag != want.tag || r.Digest != want.digest {
			t.Errorf("%s: family %q, tag %q, digest %q, %v; want %+v", name, got, r.Tag, r.Digest, ok, want)
		}
	}
	for _, name := range []string{"", "python:${TAG}", "${BASE}", "Python", "python:", "%%IMAGE%%", "a b", "python/", "python:3.9\n"} {
		if r, ok := ParseReference(name); ok {
			t.Errorf("%q is no reference: %+v", name, r)
		}
	}
}

func TestTagRoundTrip(t *testing.T) {
	for _, tag := range []Tag{
		{},
		{Distro: "debian", Release: "trixie", Variant: "full", Since: "2025-08-12", Same: "3.14"},
		{Distro: "alpine", Variant: "alpine", Since: "2020-01-01", Until: "2021-01-01", Size: 17, SizeDate: "2020-10-14"},
		{Release: "x", Slim: "3-slim", Alpine: "3-alpine", AlpineSlim: "3-alpine-slim", Moves: []Move{{"buster", "2021-08-14"}, {"", "2023-06-14"}}},
	} {
		got, err := ParseTag(tag.String())
		if err != nil || got.String() != tag.String() || !slices.Equal(got.Moves, tag.Moves) || got.Size != tag.Size || got.Same != tag.Same {
			t.Errorf("%+v has become %+v, %v", tag, got, err)
		}
	}
	for _, text := range []string{strings.Repeat("a ", 11) + "b", "a b c d e f g h i notanumber"} {
		if tag, err := ParseTag(text); err == nil {
			t.Errorf("%q: %+v", text, tag)
		}
	}
}

func TestConditions(t *testing.T) {
	listed, dropped := Tag{Distro: "debian", Variant: "slim"}, Tag{Distro: "alpine", Until: "2020-01-01"}
	for _, c := range []struct {
		name, when   string
		tag          Tag
		holds, known bool
	}{
		{"3.12-slim", "version<3.13", listed, true, true},
		{"3.13", "version<3.13", listed, false, true},
		{"3.13rc1-slim", "version<3.13", listed, false, true},
		{"3.9", "version<3.13", listed, true, true},
		{"3", "version>=3.13", listed, true, true},
		{"3", "version<3.13", dropped, false, false},
		{"2", "version<3.13", dropped, true, true},
		{"latest", "version>=3.13", listed, true, true},
		{"buster", "version<3.13", dropped, false, false},
		{"8.4-fpm-alpine", "word=fpm,apache version>=8", listed, true, true},
		{"8.4-cli", "word=fpm", listed, false, true},
		{"8.4-cli", "word!=fpm", listed, true, true},
		{"1", "distro=debian variant=slim listed", listed, true, true},
		{"1", "dropped", listed, false, true},
		{"1", "distro=alpine dropped", dropped, true, true},
		{"1", "colour=red", listed, false, false},
	} {
		holds, known := condition{c.name, c.tag}.holds(strings.Fields(c.when))
		if holds != c.holds && known || known != c.known {
			t.Errorf("%s of %s: %v, known %v; want %v, %v", c.when, c.name, holds, known, c.holds, c.known)
		}
	}
}

// fields are those that a line of a text may have.
var fields = []string{
	"source", "env", "workdir", "user", "entrypoint", "takes", "cmd", "shell", "stopsignal", "expose", "volume", "onbuild", "users",
	"like", "libc", "shell-path", "packages", "certificates", "timezones", "distro",
}

// The texts are written by hand: each line must be one that is understood.
func TestTextsAreWellFormed(t *testing.T) {
	for file, text := range map[string]string{"configs.txt": configText, "others.txt": otherText} {
		for image, list := range parseStanzas(text) {
			if len(list[0].when) > 0 || !slices.ContainsFunc(list[0].lines, func(l [2]string) bool { return l[0] == "source" || l[0] == "like" }) {
				t.Errorf("%s: %s does not begin with a stanza that holds always and names its source", file, image)
			}
			for _, s := range list {
				for _, word := range s.when {
					if _, known := (condition{"1.2.3", Tag{}}).word(word); !known {
						t.Errorf("%s: %s: condition %q", file, image, word)
					}
				}
				for _, l := range s.lines {
					checkLine(t, file+": "+image, l[0], l[1])
				}
			}
		}
	}
}

func checkLine(t *testing.T, where, field, value string) {
	t.Helper()
	ok := slices.Contains(fields, field)
	switch field {
	case "entrypoint", "cmd", "shell":
		var list []string
		ok = value == unknown || json.Unmarshal([]byte(value), &list) == nil && list != nil
	case "takes":
		ok = slices.Contains([]transform.EntrypointKind{transform.PassesThrough, transform.InspectsCommand, transform.NoEntrypoint}, transform.EntrypointKind(value))
	case "env":
		name, _, assigned := strings.Cut(value, "=")
		ok = assigned && name != "" && !strings.ContainsAny(value, `"'`)
	case "workdir", "volume":
		ok = value == unknown || strings.HasPrefix(value, "/")
	}
	if !ok {
		t.Errorf("%s: %s: %s", where, field, value)
	}
}

func TestOtherOf(t *testing.T) {
	for name, want := range map[string]string{
		"gcr.io/distroless/static":                           "none   true true user= entry=none",
		"gcr.io/distroless/static-debian12:nonroot":          "none   true true user=65532 entry=none",
		"gcr.io/distroless/base-debian12:debug":              "glibc /busybox/sh  true true user= entry=inspects-command",
		"gcr.io/distroless/cc-debian13:debug-nonroot":        "glibc /busybox/sh  true true user=65532 entry=inspects-command",
		"gcr.io/distroless/java21-debian12":                  "glibc   true true user= entry=inspects-command",
		"gcr.io/distroless/python3-debian12":                 "glibc   true true user= entry=inspects-command",
		"gcr.io/distroless/nodejs22-debian12:nonroot":        "glibc   true true user=65532 entry=inspects-command",
		"registry.access.redhat.com/ubi9/ubi-minimal:latest": "glibc /bin/sh microdnf true true user= entry=none",
		"registry.access.redhat.com/ubi8":                    "glibc /bin/sh dnf true true user= entry=none",
		"registry.redhat.io/ubi9-micro":                      "glibc /bin/sh  false false user= entry=none",
		"redhat/ubi9-minimal":                                "glibc /bin/sh microdnf true true user= entry=none",
		"cgr.dev/chainguard/static:latest":                   "none   true true user=65532 entry=none",
		"cgr.dev/chainguard/glibc-dynamic":                   "glibc   true false user=65532 entry=none",
		"cgr.dev/chainguard/wolfi-base":                      "glibc /bin/sh apk true false user=0 entry=none",
		"gcr.io/distroless/unheard-of":                       "unknown",
		"gcr.io/other/static":                                "unknown",
		"registry.access.redhat.com/ubi9/python-312":         "unknown",
		"cgr.dev/chainguard/python":                          "unknown",
		"static":                                             "unknown",
	} {
		r, _ := ParseReference(name)
		o, ok := OtherOf(r)
		got := "unknown"
		if ok {
			got = strings.Join([]string{o.Libc, o.Shell, o.PackageManager, yes(o.Certificates), yes(o.TimeZones), "user=" + o.User, "entry=" + string(o.Takes)}, " ")
		}
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return "false"
}
