package repair

import (
	"testing"

	"dopt/internal/verify/result"
)

func TestInstall(t *testing.T) {
	const added = "RUN apt-get update && apt-get install -y --no-install-recommends libldap-dev && rm -rf /var/lib/apt/lists/*\n"
	const rest = "FROM debian:trixie\nCOPY --from=build /a /a\n"
	for _, c := range []struct{ name, stage, before, after string }{
		{
			"above the first step", "build", "FROM debian:bookworm AS build\nENV A=1\nCOPY . .\nRUN make\n" + rest,
			"FROM debian:bookworm AS build\nENV A=1\n" + added + "COPY . .\nRUN make\n" + rest,
		},
		{"a stage without a name", "0", "FROM debian:bookworm\nRUN make\n" + rest, "FROM debian:bookworm\n" + added + "RUN make\n" + rest},
		{"the last stage", "", "FROM debian:bookworm AS build\n" + rest, "FROM debian:bookworm AS build\nFROM debian:trixie\n" + added + "COPY --from=build /a /a\n"},
		{"no step", "", "FROM debian:bookworm\nUSER 1000\nCMD [\"a\"]\n", "FROM debian:bookworm\n" + added + "USER 1000\nCMD [\"a\"]\n"},
		{"the file's case", "", "from debian:bookworm\nrun make\n", "from debian:bookworm\nrun" + added[3:] + "run make\n"},
		{"a build argument names the base", "", "ARG V=bookworm\nFROM debian:$V\nRUN make\n", "ARG V=bookworm\nFROM debian:$V\n" + added + "RUN make\n"},
		{"a pass has placed it", "", "FROM debian:bookworm\nRUN apt-get update && apt-get install -y gcc libldap-dev\n", ""},
		{"in a version", "", "FROM debian:bookworm\nRUN apt-get install libldap-dev=2.5\n", ""},
		{"a stage below has it", "", "FROM debian:bookworm AS build\n" + added + "FROM build\nRUN make\n", ""},
		{"only sometimes", "", "FROM debian:bookworm\nRUN if a; then apt-get install libldap-dev; fi\n", "FROM debian:bookworm\n" + added + "RUN if a; then apt-get install libldap-dev; fi\n"},
		{"another stage has it", "", "FROM debian:bookworm AS build\n" + added + rest, "FROM debian:bookworm AS build\n" + added + "FROM debian:trixie\n" + added + "COPY --from=build /a /a\n"},
		{"another user", "", "FROM debian:bookworm\nUSER 1000\nRUN make\n", ""},
		{"no apt", "", "FROM gcr.io/distroless/cc-debian12\nCOPY a /a\n", ""},
		{"no POSIX shell", "", "FROM debian:bookworm\nSHELL [\"pwsh\", \"-c\"]\nRUN make\n", "FROM debian:bookworm\nSHELL [\"pwsh\", \"-c\"]\nRUN make\n"},
	} {
		want := c.after
		if want == "" {
			want = c.before
		}
		doc, err := Install(parse(t, c.before), []result.Package{{Name: "libldap-dev", Stage: c.stage}})
		if err != nil || string(doc.Src) != want {
			t.Errorf("%s: %v\n%swant\n%s", c.name, err, doc.Src, want)
		}
	}
}

// What the base image has is not installed again.
func TestInstallKnowsTheBase(t *testing.T) {
	doc := parse(t, "FROM buildpack-deps:bookworm\nRUN make\n")
	if got, err := Install(doc, []result.Package{{Name: "zlib1g-dev"}}); err != nil || got != doc {
		t.Errorf("%v: %s", err, got.Src)
	}
	doc = parse(t, "FROM debian:bookworm\nRUN make\n")
	want := "FROM debian:bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends a b && rm -rf /var/lib/apt/lists/*\nRUN make\n"
	if got, err := Install(doc, []result.Package{{Name: "a"}, {Name: "b"}}); err != nil || string(got.Src) != want {
		t.Errorf("%v: %s", err, got.Src)
	}
}
