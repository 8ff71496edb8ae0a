package trial

import (
	"slices"
	"testing"

	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"dopt/transform"
)

// What a step removes by name is not missing from the image; what it only installs, or removes from the distribution, is.
func TestUninstalled(t *testing.T) {
	doc, err := transform.Parse("Dockerfile", []byte("FROM python:3.11 AS build\nRUN pip install poetry pytest\nRUN pip uninstall -y poetry poetry-core\nRUN apt-get remove -y vim\nFROM python:3.11-slim\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := uninstalled(doc), []string{"poetry", "poetry-core"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Where npm started the program, what it needs is asked of the Dockerfile that starts the same without; any other process stays.
func TestStartedAs(t *testing.T) {
	for _, c := range []struct {
		file string
		cmd  []string
		want string
	}{
		{"FROM node:20\nENV A=1\nCMD npm start\n", []string{"node", "a.js"}, "FROM node:20\nENV A=1\nCMD [\"node\",\"a.js\"]\n"},
		{"FROM node:20\nCMD [\"npm\", \"run\", \"serve\"]\n", []string{"node", "a.js"}, "FROM node:20\nCMD [\"node\",\"a.js\"]\n"},
		{"FROM node:20\nCMD npm start\n", []string{"/bin/sh", "-c", "npm start"}, "FROM node:20\nCMD npm start\n"},
		{"FROM node:20\nCMD node a.js\n", []string{"node", "a.js"}, "FROM node:20\nCMD node a.js\n"},
	} {
		doc, err := transform.Parse("Dockerfile", []byte(c.file))
		if err != nil {
			t.Fatal(err)
		}
		if got := string(startedAs(doc, "", ocispecs.ImageConfig{Cmd: c.cmd}).Src); got != c.want {
			t.Errorf("%s with %q: got %s", c.file, c.cmd, got)
		}
	}
}
