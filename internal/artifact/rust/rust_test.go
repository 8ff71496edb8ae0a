package rust_test

import (
	"testing"

	"dopt/internal/artifact/artifacttest"
	"dopt/internal/artifact/rust"
)

const bases = `aggressive: base scratch
aggressive: base gcr.io/distroless/static-debian12
aggressive: base busybox:glibc
aggressive: base gcr.io/distroless/base-debian12
aggressive: base gcr.io/distroless/cc-debian12
standard: base debian:bookworm-slim
`

func TestFind(t *testing.T) {
	archive := func(run string) string {
		return "-- Dockerfile --\nFROM rust:1-bookworm\nWORKDIR /src\nCOPY . .\n" + run + `
-- Cargo.toml --
[package]
name = "app"
version = "0.1.0"

[[bin]]
name = "tool"
path = "src/tool.rs"
-- Cargo.lock --
version = 3

[[package]]
name = "app"
version = "0.1.0"
-- src/tool.rs --
fn main() {}
`
	}
	artifacttest.Run(t, rust.Language, []artifacttest.Case{
		{Name: "debug", Archive: archive("RUN cargo build"), Want: bases + "/src/target/debug/tool"},
		{Name: "release", Archive: archive("RUN cargo build --release"), Want: bases + "/src/target/release/tool"},
		{Name: "target", Archive: archive("RUN cargo build -r --target=x86_64-unknown-linux-musl"), Want: bases + "/src/target/x86_64-unknown-linux-musl/release/tool"},
		{Name: "another folder", Archive: archive("ENV CARGO_TARGET_DIR=/out\nRUN cargo build --release"), Want: bases + "/out/release/tool"},
		{Name: "installed", Archive: archive("RUN cargo install --path . --root /opt"), Want: bases + "/opt/bin/tool"},
		{Name: "copied", Archive: archive("RUN cargo build --release && cp target/release/tool /usr/local/bin/"), Want: bases + "/usr/local/bin/tool"},
		{Name: "a flag without its value", Archive: archive("RUN cargo build --target"), Want: bases + "/src/target/debug/tool"},
		{Name: "only tested", Archive: archive("RUN cargo test"), Want: "nothing"},
	})
}
