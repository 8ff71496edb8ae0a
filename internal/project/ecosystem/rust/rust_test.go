package rust_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/project/ecosystem/rust"
	"dopt/internal/project/manifest"
	"dopt/internal/project/manifest/manifesttest"
)

// service names the file of its program, so that cargo loads it without the sources.
const service = `
-- Cargo.toml --
[package]
name = "app"
version = "0.1.0"
edition = "2021"

[[bin]]
name = "app"
path = "src/main.rs"
-- Cargo.lock --
version = 3
-- src/main.rs --
fn main() {}
`

const workspace = `
-- Cargo.toml --
[workspace]
members = ["crates/*", "tool"]
exclude = ["crates/old"]
-- Cargo.lock --
-- crates/core/Cargo.toml --
[package]
name = "core"

[lib]
path = "src/lib.rs"

[target.'cfg(unix)'.dev-dependencies]
signals = { path = "../../vendored/signals" }
-- crates/old/Cargo.toml --
this is no TOML
-- crates/README.md --
-- tool/Cargo.toml --
[package]
name = "tool"

[lib]
path = "lib.rs"

[dependencies]
core = { path = "../crates/core" }

[patch.crates-io]
zip = { path = '../zip' }
-- vendored/signals/Cargo.toml --
[package]
name = "signals"

[lib]
path = "lib.rs"

[dependencies]
core = { path = "../../crates/core" }
-- zip/Cargo.toml --
[package]
name = "zip"

[lib]
path = "lib.rs"
`

const whole = "Cargo.lock Cargo.toml crates/core/Cargo.toml tool/Cargo.toml vendored/signals/Cargo.toml zip/Cargo.toml"

func TestInputs(t *testing.T) {
	manifesttest.Run(t, []manifesttest.Case{
		{Name: "a program whose file is named", Context: service, Command: "cargo fetch --locked", Files: "Cargo.lock Cargo.toml"},
		{Name: "CRLF and a byte order mark", Context: strings.Replace(service, "[package]\nname = \"app\"\n", "\ufeff[package]\r\nname = \"app\"\r\n", 1), Command: "cargo fetch", Files: "Cargo.lock Cargo.toml"},
		{Name: "a workspace with path dependencies that name each other", Context: workspace, Command: "cargo fetch", Files: whole},
		{Name: "a member finds its workspace", Context: workspace, Command: "cargo fetch", Dir: "crates/core", Files: whole},
		{
			Name: "settings of all folders upwards, the toolchain of the nearest", Command: "cargo fetch", Dir: "app",
			Context: strings.ReplaceAll(service, "-- ", "-- app/") + `
-- .cargo/config.toml --
[net]
retry = 3

[source.crates-io]
replace-with = "mirror"

[source.mirror]
registry = "sparse+https://crates.example.org/"
-- app/.cargo/config --
[build]
jobs = 2
-- app/rust-toolchain --
1.80
-- rust-toolchain.toml --
[toolchain]
channel = "1.79"
`,
			Files: ".cargo/config.toml app/.cargo/config app/Cargo.lock app/Cargo.toml app/rust-toolchain",
		},
		{Name: "another manifest is named", Context: strings.ReplaceAll(service, "-- ", "-- tool/"), Command: "cargo fetch --manifest-path tool/Cargo.toml", Files: "tool/Cargo.lock tool/Cargo.toml"},
		{
			Name: "crates by name leave the project's settings aside", Command: "cargo install cargo-chef --locked",
			Context: "-- rust-toolchain.toml --\n-- .cargo/config.toml --\npaths = ['x']\n", Files: "rust-toolchain.toml",
		},

		{
			Name: "no file is named", Command: "cargo fetch", Context: "-- Cargo.toml --\n[package]\nname = \"app\"\n-- src/main.rs --\n",
			Refusal: "Cargo.toml:1: no [lib] or [[bin]] names its file, so that cargo refuses to load it without src/main.rs or src/lib.rs, which are part of the source",
		},
		{
			Name: "a benchmark without a path", Command: "cargo fetch", Context: strings.Replace(service, "-- Cargo.lock", "\n[[bench]]\nname = \"b\"\n-- Cargo.lock", 1),
			Refusal: "Cargo.toml:10: [[bench]] without a path: cargo refuses to load the manifest where the file is missing, and it is part of the source",
		},
		{
			Name: "a member without a path", Command: "cargo fetch", Context: strings.Replace(workspace, "path = \"../zip\"", "", 1) + "-- crates/new/Cargo.toml --\n[package]\nname = \"new\"\n\n[lib]\nname = \"n\"\n",
			Refusal: "crates/new/Cargo.toml:4: [lib] without a path: cargo refuses to load the manifest where the file is missing, and it is part of the source",
		},
		{
			Name: "a native library", Command: "cargo fetch", Context: strings.Replace(service, "edition", "links = \"z\"\nedition", 1),
			Refusal: `Cargo.toml:4: "links" demands build.rs, which is part of the source`,
		},
		{
			Name: "vendored crates", Command: "cargo fetch",
			Context: service + "-- .cargo/config.toml --\n[source.crates-io]\nreplace-with = \"vendored\"\n\n[source.vendored]\ndirectory = \"vendor\"\n",
			Refusal: ".cargo/config.toml:4: the crates are part of the project: nothing is fetched",
		},
		{
			Name: "a path dependency that is not there", Command: "cargo fetch", Context: strings.Replace(service, "-- Cargo.lock", "\n[dependencies]\nk = { path = \"k\" }\n-- Cargo.lock", 1),
			Refusal: "k/Cargo.toml: file does not exist",
		},
		{
			Name: "a path dependency outside the context", Command: "cargo fetch", Context: strings.Replace(service, "-- Cargo.lock", "\n[dependencies]\nk = { path = \"../k\" }\n-- Cargo.lock", 1),
			Refusal: "Cargo.toml: dependency k: ../k is outside the context",
		},
		{Name: "the step compiles", Context: service, Command: "cargo build --release", Refusal: "cargo compiles the source in the same step as the dependencies"},
		{Name: "the project's own program", Context: service, Command: "cargo install --path .", Refusal: "cargo install compiles the project's own source"},
		{Name: "no TOML", Context: "-- Cargo.toml --\n\n[package\n", Command: "cargo fetch", Refusal: "Cargo.toml:2: expected ']' to close table name"},
		{Name: "an unknown word", Context: service, Command: "cargo fetch ?", Refusal: "a word of the command is not known before the build"},
	}, rust.Inputs)
}

func TestDependencies(t *testing.T) {
	fsys := manifesttest.Context(`
-- Cargo.toml --
[package]
name = "app"

[dependencies]
serde = { version = "1.0", features = ["derive"] }
pg = { package = "postgres", git = "https://example.com/pg" }
log = "0.4"

[dev-dependencies.tempfile]
version = "3"

[target.'cfg(windows)'.build-dependencies]
cc = "1"
-- Cargo.lock --
[[package]]
name = "app"
version = "0.1.0"
dependencies = ["log 0.4.20", "serde", "postgres"]

[[package]]
name = "log"
version = "0.3.9"
source = "registry+https://github.com/rust-lang/crates.io-index"

[[package]]
name = "log"
version = "0.4.20"
source = "registry+https://github.com/rust-lang/crates.io-index"

[[package]]
name = "serde"
version = "1.0.203"
source = "registry+https://github.com/rust-lang/crates.io-index"

[[package]]
name = "openssl-sys"
version = "0.9.102"
source = "git+https://example.com/openssl#abc"
`)
	got, err := rust.Dependencies(fsys, ".")
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]manifest.Dependency{}
	for _, d := range got {
		byName[d.Name] = d
	}
	for name, want := range map[string]string{
		"serde": "1.0.203", "log": "0.4.20", "postgres": "", "tempfile": "", "cc": "", "openssl-sys": "0.9.102",
	} {
		if d, ok := byName[name]; !ok || d.Version != want {
			t.Errorf("%s: there %t, version %q, want %q", name, ok, d.Version, want)
		}
	}
	if d := byName["serde"]; d.Constraint != "1.0" || d.Source.Line != 5 || !slices.Equal(d.Extras, []string{"derive"}) || d.Transitive {
		t.Errorf("serde: %+v", d)
	}
	if d := byName["tempfile"]; d.Group != "dev" || d.Source.Line != 9 {
		t.Errorf("tempfile: %+v", d)
	}
	if d := byName["cc"]; d.Group != "build" || d.Marker != "cfg(windows)" {
		t.Errorf("cc: %+v", d)
	}
	if d := byName["openssl-sys"]; !d.Transitive || d.Git != "https://example.com/openssl#abc" {
		t.Errorf("openssl-sys: %+v", d)
	}
}

func TestBinaries(t *testing.T) {
	fsys := manifesttest.Context(`
-- Cargo.toml --
[package]
name = "app"

[[bin]]
name = "serve"
path = "serve.rs"
-- src/main.rs --
-- src/bin/import.rs --
-- src/bin/export/main.rs --
-- src/bin/data/x.txt --
`)
	m, err := rust.Read(fsys, ".")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := m.Binaries(fsys), []string{"app", "export", "import", "serve"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzInputs(f *testing.F) {
	f.Add("[package]\nname = \"a\"\n[lib]\npath = \"l\"\n", "[[package]]\nname = \"a\"\n", "paths = 1")
	f.Add("[workspace]\nmembers = [\"*\", \"[\"]\n[dependencies]\na = { path = \".\" }\n", "", "[source.a]\ndirectory = \"v\"\n")
	f.Fuzz(func(t *testing.T, toml, lock, settings string) {
		fsys := fstest.MapFS{
			"Cargo.toml": {Data: []byte(toml)}, "Cargo.lock": {Data: []byte(lock)}, ".cargo/config.toml": {Data: []byte(settings)},
		}
		in, err := rust.Inputs(fsys, manifest.Install{Argv: []string{"cargo", "fetch"}, Dir: "."})
		if err == nil && in.Refusal == "" && len(in.Files) < 3 {
			t.Errorf("some of the three files are not among %+v", in.Files)
		}
		rust.Dependencies(fsys, ".")
	})
}
