package cfamily_test

import (
	"testing"

	"dopt/internal/artifact/artifacttest"
	"dopt/internal/artifact/cfamily"
)

const bases = `aggressive: base scratch
aggressive: base gcr.io/distroless/static-debian12
aggressive: base busybox:glibc
aggressive: base gcr.io/distroless/base-debian12
aggressive: base gcr.io/distroless/cc-debian12
standard: base debian:bookworm-slim
`

func TestFind(t *testing.T) {
	archive := func(run, source string) string {
		return "-- Dockerfile --\nFROM gcc:12\nWORKDIR /src\nCOPY . .\n" + run + "\n-- main.c --\n" + source + "-- data.txt --\nx\n"
	}
	const source = "int main(void) { return 0; }\n"
	artifacttest.Run(t, cfamily.Language, []artifacttest.Case{
		{Name: "named", Archive: archive("RUN gcc -o x main.c", source), Want: bases + "/src/x"},
		{Name: "unnamed", Archive: archive("RUN gcc main.c", source), Want: bases + "/src/a.out"},
		{Name: "linked from objects", Archive: archive("RUN gcc -c main.c && gcc -o/usr/bin/x main.o", source), Want: bases + "/usr/bin/x"},
		{Name: "only compiled", Archive: archive("RUN gcc -c main.c", source), Want: "nothing"},
		{Name: "a flag without its value", Archive: archive("RUN gcc main.c -o", source), Want: bases + "/src/a.out"},
		{Name: "opens a file", Archive: archive("RUN gcc -o x main.c", "int main(void) { return !fopen(\"data.txt\", \"r\"); }\n"), Want: bases + "/src/x\n/src/data.txt"},
		{Name: "the compiler's own prefix", Archive: archive("RUN ./configure && make && make install\nCMD [\"x\"]", source), Want: "unknown Dockerfile:4: installs to /usr/local, where other files are, too"},
		{Name: "a sanitizer", Archive: archive("RUN gcc -fsanitize=address -o x main.c", source), Want: "/src/x\nunknown Dockerfile:4: links with a sanitizer"},
	})
}
