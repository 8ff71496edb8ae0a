package cleanup

import (
	"strings"
	"testing"

	"dopt/internal/catalog"
	"dopt/transform"
)

// rewrite runs the pass over a text.
func rewrite(t *testing.T, src string, settings transform.Settings) string {
	t.Helper()
	d, err := transform.Parse("Dockerfile", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	p := transform.Pipeline{Passes: []*transform.Pass{Pass}, Bases: catalog.Bases(), Level: transform.Standard, Settings: settings}
	r, err := p.Run(d, nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(r.After.Src)
}

// What a golden case cannot hold: line endings, files that do not end in a line break, continuations
// that run into the end of the file.
func TestBytesOfNewText(t *testing.T) {
	const lists = "rm -rf /var/lib/apt/lists/*"
	for _, c := range []struct{ name, before, after string }{
		{
			"no final newline", "FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl",
			"FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl && " + lists,
		},
		{
			"CRLF", "FROM debian:bookworm\r\nRUN apt-get update \\\r\n    && apt-get install -y curl\r\n",
			"FROM debian:bookworm\r\nRUN apt-get update \\\r\n    && apt-get install -y curl \\\r\n    && " + lists + "\r\n",
		},
		{
			"an instruction in LF among CRLF", "FROM debian:bookworm\r\nRUN apt-get update \\\n  && apt-get install -y curl\nCMD [\"curl\"]\r\nEXPOSE 1\r\n",
			"FROM debian:bookworm\r\nRUN apt-get update \\\n  && apt-get install -y curl \\\n  && " + lists + "\nCMD [\"curl\"]\r\nEXPOSE 1\r\n",
		},
		{
			"blanks behind the last word", "FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl  \n",
			"FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl && " + lists + "  \n",
		},
		{
			"a continuation into the end of the file", "FROM debian:bookworm\nRUN apt-get update && \\\n    apt-get install -y curl \\\n# done\n",
			"FROM debian:bookworm\nRUN apt-get update && \\\n    apt-get install -y curl && \\\n    " + lists + " \\\n# done\n",
		},
		{
			"blanks behind a continuation character", "FROM debian:bookworm\nRUN apt-get update \\  \n && apt-get install -y curl\n",
			"FROM debian:bookworm\nRUN apt-get update \\  \n && apt-get install -y curl \\\n && " + lists + "\n",
		},
		{
			"lower case and tabs", "from debian:bookworm\nrun apt-get update \\\n\t&& apt-get install -y curl\n",
			"from debian:bookworm\nrun apt-get update \\\n\t&& apt-get install -y curl \\\n\t&& " + lists + "\n",
		},
		{
			"a byte order mark", "\ufeffFROM debian:bookworm\nRUN apt-get update && apt-get install -y curl\n",
			"\ufeffFROM debian:bookworm\nRUN apt-get update && apt-get install -y curl && " + lists + "\n",
		},
		{
			"a backtick for a continuation", "# escape=`\nFROM mcr.microsoft.com/windows/nanoserver\nSHELL [\"/bin/sh\", \"-c\"]\nRUN npm install `\n  && npm run build\n",
			"# escape=`\nFROM mcr.microsoft.com/windows/nanoserver\nSHELL [\"/bin/sh\", \"-c\"]\nRUN npm install `\n  && npm cache clean --force `\n  && npm run build\n",
		},
	} {
		if got := rewrite(t, c.before, transform.Settings{}); got != c.after {
			t.Errorf("%s:\n%s", c.name, transform.Diff("want", "got", []byte(c.after), []byte(got)))
		}
	}
}

func TestMountsInCRLF(t *testing.T) {
	got := rewrite(t, "FROM debian:bookworm\r\nRUN apt-get update && apt-get install -y curl && apt-get clean\r\n", transform.Settings{CacheMounts: true})
	if strings.Count(got, "\n") != strings.Count(got, "\r\n") {
		t.Errorf("a line ends in LF alone: %q", got)
	}
	if !strings.HasSuffix(got, "apt-get install -y curl\r\n") {
		t.Errorf("the clean-up is still there: %q", got)
	}
}

// A here-document with carriage returns runs commands that end in one: it is left alone.
func TestHeredocInCRLF(t *testing.T) {
	const src = "FROM debian:bookworm\r\nRUN <<EOF\r\nset -e\r\napt-get update\r\napt-get install -y curl\r\nEOF\r\n"
	if got := rewrite(t, src, transform.Settings{}); got != src {
		t.Errorf("changed to %q", got)
	}
}
