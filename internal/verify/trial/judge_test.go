package trial

import (
	"slices"
	"testing"

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
