package golang_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"dopt/internal/project/ecosystem/golang"
	"dopt/internal/project/manifest"
	"dopt/internal/project/manifest/manifesttest"
)

const service = `
-- go.mod --
module example.org/shop

go 1.24.0

toolchain go1.24.3

require (
	github.com/gorilla/mux v1.8.1
	example.org/money v0.0.0
	golang.org/x/sys v0.30.0 // indirect
)

replace example.org/money => ./internal/money

replace github.com/gorilla/mux => github.com/shop/mux v1.8.2
-- go.sum --
github.com/gorilla/mux v1.8.1 h1:x
-- main.go --
package main
-- internal/money/go.mod --
module example.org/money

replace example.org/other => ../../../elsewhere
-- internal/money/go.sum --
-- internal/money/money.go --
package money
`

const workspace = `
-- go.work --
go 1.24

use (
	./api
	./tools
)

replace example.org/log => ./log
-- go.work.sum --
-- api/go.mod --
module example.org/api
-- api/go.sum --
-- tools/go.mod --
module example.org/tools
-- log/go.mod --
module example.org/log
`

var cases = []manifesttest.Case{
	{
		Name: "download reads the modules that folders replace", Context: service, Command: "go mod download",
		Files: "go.mod go.sum internal/money/go.mod",
	},
	{Name: "flags change nothing", Context: service, Command: "go mod download -x", Files: "go.mod go.sum internal/money/go.mod"},
	{Name: "verify", Context: service, Command: "go mod verify", Files: "go.mod go.sum internal/money/go.mod"},
	{
		Name: "no sums yet", Context: "-- go.mod --\nmodule example.org/x\n-- main.go --\n", Command: "go mod download",
		Files: "go.mod",
	},
	{
		Name: "a module in a folder", Context: "-- api/go.mod --\nmodule example.org/x\n-- api/go.sum --\n-- go.sum --\n", Dir: "api", Command: "go mod download",
		Files: "api/go.mod api/go.sum",
	},
	{
		Name: "the folder that -C names", Context: "-- api/go.mod --\nmodule example.org/x\n", Command: "go mod -C /app/api download",
		Files: "api/go.mod",
	},
	{
		Name: "go.mod above the working directory", Context: "-- go.mod --\nmodule example.org/x\n-- cmd/x/main.go --\n", Dir: "cmd/x", Command: "go mod download",
		Files: "go.mod",
	},
	{
		Name: "a workspace", Context: workspace, Command: "go mod download",
		Files: "api/go.mod api/go.sum go.work go.work.sum log/go.mod tools/go.mod",
	},
	{
		Name: "a workspace that is off", Context: workspace, Dir: "api", Env: []string{"GOWORK=off"}, Command: "go mod download",
		Files: "api/go.mod api/go.sum",
	},
	{Name: "a tool with its version", Context: service, Command: "go install github.com/air-verse/air@v1.61.7"},
	{Name: "a tool whose version is an argument", Context: service, Command: "go install github.com/air-verse/air@?"},
	{Name: "a tool outside of modules", Context: "-- main.go --\n", Command: "go get -u golang.org/x/lint/golint", Refusal: `there is no go.mod: "go get" finds the dependencies in the source`},
	{
		Name: "a tool of a required module", Context: service, Command: "go install github.com/gorilla/mux/cmd/x",
		Files: "go.mod go.sum internal/money/go.mod",
	},
	{
		Name: "own command", Context: service, Command: "go install example.org/shop/cmd/x",
		Refusal: `"go install example.org/shop/cmd/x" installs a package of the project`,
	},
	{Name: "own packages", Context: service, Command: "go install ./...", Refusal: `"go install" reads the packages of the project`},
	{Name: "build", Context: service, Command: "go build -o /app ./cmd/x", Refusal: `"go build" reads the packages of the project`},
	{Name: "tidy", Context: service, Command: "go mod tidy", Refusal: `"go mod tidy" reads the packages of the project`},
	{
		Name: "get changes go.mod", Context: service, Command: "go get github.com/pkg/errors",
		Refusal: `"go get" changes go.mod, which the source copied later would change back`,
	},
	{Name: "get of what the source imports", Context: service, Command: "go get -d -v ./...", Refusal: `"go get" reads the packages of the project`},
	{
		Name: "vendored", Context: service + "-- vendor/modules.txt --\n", Command: "go mod download",
		Refusal: "vendor/modules.txt: the modules are vendored, nothing need be downloaded",
	},
	{Name: "GOPATH project", Context: "-- main.go --\n", Command: "go get -d ./...", Refusal: `there is no go.mod: "go get" finds the dependencies in the source`},
	{Name: "no module", Context: "-- main.go --\n", Command: "go mod download", Refusal: "there is no go.mod"},
	{Name: "modules off", Context: service, Env: []string{"GO111MODULE=off"}, Command: "go mod download", Refusal: "GO111MODULE=off: the dependencies are found in the source"},
	{Name: "another go.mod", Context: service, Command: "go mod download -modfile=tools.mod", Refusal: "another file takes the place of go.mod"},
	{
		Name: "a replacement outside the context", Context: "-- go.mod --\nmodule example.org/x\nreplace example.org/y => ../y\n", Command: "go mod download",
		Refusal: "go.mod:2: ../y is outside the context",
	},
	{
		Name: "a replacement that is not there", Context: "-- go.mod --\nmodule example.org/x\nreplace example.org/y => ./y\n", Command: "go mod download",
		Refusal: "go.mod:2: y/go.mod: file does not exist",
	},
	{
		Name: "a workspace that reaches outside", Context: "-- go.work --\ngo 1.24\nuse ../api\n", Command: "go mod download",
		Refusal: "go.work:2: ../api is outside the context",
	},
	{
		Name: "not a go.mod", Context: "-- go.mod --\nmodule example.org/x\nrequire github.com/x\n", Command: "go mod download",
		Refusal: "go.mod:2: usage: require module/path v1.2.3",
	},
	{Name: "arguments", Context: service, Command: "go mod download ?", Refusal: "a word of the command is not known before the build"},
}

func TestInputs(t *testing.T) { manifesttest.Run(t, cases, golang.Inputs) }

func TestDependencies(t *testing.T) {
	all, err := golang.Dependencies(manifesttest.Context(service), ".")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range all {
		got = append(got, fmt.Sprintf("%d %s %s %s %v", d.Source.Line, d.Name, d.Version, d.Path, d.Transitive))
	}
	want := "8 github.com/shop/mux v1.8.2  false\n9 example.org/money  internal/money false\n10 golang.org/x/sys v0.30.0  true"
	if strings.Join(got, "\n") != want {
		t.Errorf("dependencies\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

func FuzzInputs(f *testing.F) {
	f.Add("module x\nreplace y => ./y\n", "go 1.24\nuse (\n.\n./y\n)\n")
	f.Add("module x\nrequire (\ny v1\n", "use ../..\n")
	f.Fuzz(func(t *testing.T, mod, work string) {
		files := fstest.MapFS{"go.mod": {Data: []byte(mod)}, "go.work": {Data: []byte(work)}, "y/go.mod": {Data: []byte(mod)}}
		in, err := golang.Inputs(files, manifesttest.Case{Command: "go mod download"}.Install())
		if err != nil || in.Refusal != "" {
			return
		}
		for _, file := range in.Files {
			if !manifest.IsFile(files, file.Path) {
				t.Errorf("%s is not there", file.Path)
			}
		}
		_, _ = golang.Dependencies(files, ".")
	})
}
