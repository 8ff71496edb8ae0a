package swift_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/project/ecosystem/swift"
	"dopt/internal/project/manifest"
	"dopt/internal/project/manifest/manifesttest"
)

const vapor = `
-- Package.swift --
// swift-tools-version:5.9
import PackageDescription

let package = Package(
    name: "hello",
    dependencies: [
        .package(url: "https://github.com/vapor/vapor.git", from: "4.99.3"),
        // .package(path: "../old"),
        .package(
            name: "Shared",
            path: "Shared"
        ),
    ],
    targets: [
        .executableTarget(name: "App", dependencies: [.product(name: "Vapor", package: "vapor")], path: "Sources/App"),
    ]
)
-- Package.resolved --
{"pins": [
  {"identity": "vapor", "location": "https://github.com/vapor/vapor.git", "state": {"version": "4.99.3"}},
  {"identity": "swift-nio", "location": "https://github.com/apple/swift-nio.git", "state": {"version": "2.65.0"}}
], "version": 2}
-- Shared/Package.swift --
let package = Package(name: "Shared", dependencies: [.package(path: "..")])
-- Shared/Package@swift-5.8.swift --
let package = Package(name: "Shared")
-- Shared/Sources/Shared/Shared.swift --
-- Sources/App/main.swift --
`

func pkg(lines string) string { return "-- Package.swift --\n" + lines + "\n" }

func TestInputs(t *testing.T) {
	const resolve = "swift package resolve"
	manifesttest.Run(t, []manifesttest.Case{
		{Name: "a folder's package, and back", Context: vapor, Command: resolve, Files: "Package.resolved Package.swift Shared/Package.swift Shared/Package@swift-5.8.swift"},
		{Name: "by the lock file", Context: pkg("") + "-- Package.resolved --\n{}\n", Command: "swift package resolve --force-resolved-versions", Files: "Package.resolved Package.swift"},
		{Name: "in a folder", Context: strings.ReplaceAll(vapor, "-- ", "-- api/"), Command: "swift package resolve --package-path api", Files: "api/Package.resolved api/Package.swift api/Shared/Package.swift api/Shared/Package@swift-5.8.swift"},
		{Name: "mirrors", Context: pkg("") + "-- .swiftpm/configuration/mirrors.json --\n{}\n", Command: resolve, Files: ".swiftpm/configuration/mirrors.json Package.swift"},
		{Name: "packages elsewhere", Context: pkg("") + "-- out/x --\n", Command: resolve + " --scratch-path /tmp/build --cache-path cache", Files: "Package.swift"},

		{Name: "packages of the other machine elsewhere", Context: pkg("") + "-- out/x --\n", Command: resolve + " --scratch-path out", Refusal: "out: packages are fetched in the context; they have to be in .dockerignore, since a later copy puts them over the image's own"},
		{Name: "a package outside", Context: pkg(`.package(path: "../x")`), Command: resolve, Refusal: "Package.swift:1: ../x is outside the context"},
		{Name: "a package that is not there", Context: pkg("\n.package(path: \"x\")"), Command: resolve, Refusal: "Package.swift:2: x has no Package.swift in the context"},
		{Name: "a package by a variable", Context: pkg(`.package(path: base + "x")`), Command: resolve, Refusal: "Package.swift:1: where the package comes from cannot be told"},
		{Name: "a package by calls", Context: pkg(`.package(path: join(base(root()), "b"))`), Command: resolve, Refusal: "Package.swift: where the package comes from cannot be told"},
		{Name: "a manifest that looks around", Context: pkg(`if FileManager.default.fileExists(atPath: "x") {}`), Command: resolve, Refusal: `Package.swift:1: "FileManager": what the manifest reads cannot be told`},
		{Name: "a binary", Context: pkg(`.binaryTarget(name: "a", path: "a.xcframework")`), Command: resolve, Refusal: "Package.swift:1: a binary target may be a folder of the project"},
		{Name: "packages of the other machine", Context: vapor + "-- .build/workspace-state.json --\n", Command: resolve, Refusal: ".build: packages are fetched in the context; they have to be in .dockerignore, since a later copy puts them over the image's own"},
		{Name: "the source is compiled", Context: vapor, Command: "swift build -c release", Refusal: "swift compiles the source, or changes Package.resolved, which a later copy would put back"},
		{Name: "an unknown word", Context: vapor, Command: "swift package resolve ?", Refusal: "a word of the command is not understood"},
	}, swift.Inputs)
}

func TestDependencies(t *testing.T) {
	for name, resolved := range map[string]string{
		"version 2": vapor,
		"version 1": strings.NewReplacer(`{"pins"`, `{"object": {"pins"`, `"location"`, `"repositoryURL"`, `], "version": 2}`, `]}, "version": 1}`).Replace(vapor),
	} {
		all, err := swift.Dependencies(manifesttest.Context(resolved), ".")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range all {
			got = append(got, fmt.Sprintf("%s %s [%s] %s %t %d", d.Name, d.Version, d.Constraint, d.Path, d.Transitive, d.Source.Line))
		}
		want := []string{`vapor 4.99.3 [from: "4.99.3"]  false 7`, "shared  [] Shared false 9", "swift-nio 2.65.0 []  true 3"}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func FuzzInputs(f *testing.F) {
	f.Add(".package(path: \"a\")", ".package(path: \"..\")", "{\"pins\": [{}]}")
	f.Add(".package(name: \"x\" (path: \".\"))", "//", "[]")
	f.Fuzz(func(t *testing.T, top, sub, resolved string) {
		fsys := fstest.MapFS{"Package.swift": {Data: []byte(top)}, "a/Package.swift": {Data: []byte(sub)}, "Package.resolved": {Data: []byte(resolved)}}
		in, err := swift.Inputs(fsys, manifest.Install{Argv: []string{"swift", "package", "resolve"}, Dir: "."})
		if err == nil && in.Refusal == "" && len(in.Files) < 2 {
			t.Errorf("two files are read, not %+v", in.Files)
		}
		swift.Dependencies(fsys, ".")
	})
}
