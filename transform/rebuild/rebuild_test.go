package rebuild_test

import (
	"strings"
	"testing"

	"dopt/transform"
	"dopt/transform/rebuild"
)

func TestAfter(t *testing.T) {
	for _, test := range []struct {
		name, dockerfile, changed string
		// want are the first words of the instructions that run again, by a bar.
		want string
	}{
		{"all behind the copy", "FROM a\nRUN one\nCOPY . .\nRUN two\nENV A=1\nRUN three\n", "src/x.js", "COPY . .|RUN two|RUN three"},
		{"manifests first", "FROM a\nCOPY package.json ./\nRUN npm ci\nCOPY . .\nRUN build\n", "src/x.js", "COPY . .|RUN build"},
		{"the manifest itself", "FROM a\nCOPY package.json ./\nRUN npm ci\nCOPY . .\n", "package.json", "COPY package.json ./|RUN npm ci|COPY . ."},
		{"a file that nothing copies", "FROM a\nCOPY src /src\nRUN x\n", "README.md", ""},
		{"a pattern", "FROM a\nCOPY package*.json ./\nRUN x\n", "package-lock.json", "COPY package*.json ./|RUN x"},
		{"a pattern for a folder", "FROM a\nCOPY s* ./\n", "src/deep/x.js", "COPY s* ./"},
		{"no pattern reaches into folders", "FROM a\nCOPY *.js ./\n", "src/x.js", ""},
		{"a variable may be anything", "FROM a\nARG D\nCOPY $D ./\n", "src/x.js", "COPY $D ./"},
		{"excluded", "FROM a\nCOPY --exclude=*.md . .\n", "README.md", ""},
		{"a leading slash is the context", "FROM a\nCOPY /src /src\n", "src/x.js", "COPY /src /src"},
		{"a bind mount", "FROM a\nRUN --mount=source=src,target=/src make\nRUN two\n", "src/x.c", "RUN --mount=source=src,target=/src make|RUN two"},
		{"a bind mount of all", "FROM a\nRUN --mount=target=. make\n", "src/x.c", "RUN --mount=target=. make"},
		{"a cache mount reads nothing", "FROM a\nRUN --mount=type=cache,target=/root/.npm npm ci\n", "src/x.c", ""},
		{"a directory is made, the root is there", "FROM a\nCOPY . .\nWORKDIR /w\nWORKDIR /\nRUN two\n", "x", "COPY . .|WORKDIR /w|RUN two"},
		{"the base stage", "FROM a AS one\nCOPY . .\nFROM one\nRUN two\n", "x", "COPY . .|RUN two"},
		{"a copy from a stage", "FROM a AS one\nCOPY . .\nFROM b\nRUN apart\nCOPY --from=one /x /x\nRUN two\n", "x", "COPY . .|COPY --from=one /x /x|RUN two"},
		{"a copy by number", "FROM a\nCOPY . .\nFROM b\nCOPY --from=0 /x /x\n", "x", "COPY . .|COPY --from=0 /x /x"},
		{"a mount from a stage", "FROM a AS one\nCOPY . .\nFROM b\nRUN --mount=from=one,target=/x two\n", "x", "COPY . .|RUN --mount=from=one,target=/x two"},
		{"a stage that nothing needs", "FROM a AS test\nCOPY . .\nRUN test\nFROM b\nCOPY . /x\n", "x", "COPY . /x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			doc, err := transform.Parse("Dockerfile", []byte(test.dockerfile))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, in := range rebuild.After(doc, test.changed) {
				got = append(got, strings.TrimSpace(in.Source()))
			}
			if have := strings.Join(got, "|"); have != test.want {
				t.Errorf("a change of %s runs again\n%s\nwant\n%s", test.changed, have, test.want)
			}
		})
	}
}
