package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"

	"dopt/internal/testbed"
	"dopt/internal/testbed/testbedtest"
	"dopt/internal/verify"
	"dopt/transform"
)

// serveImage serves one image of an OCI layout as a registry does, as far as pulling needs
// (https://github.com/opencontainers/distribution-spec), and returns its reference.
func serveImage(t *testing.T, image verify.Stored, name, tag string) string {
	t.Helper()
	mux := http.NewServeMux()
	blob := func(w http.ResponseWriter, r *http.Request, digest string) {
		http.ServeFile(w, r, filepath.Join(image.Layout, "blobs", filepath.Join(strings.Split(digest, ":")...)))
	}
	mux.HandleFunc("GET /v2/"+name+"/blobs/{digest}", func(w http.ResponseWriter, r *http.Request) { blob(w, r, r.PathValue("digest")) })
	mux.HandleFunc("GET /v2/"+name+"/manifests/{reference}", func(w http.ResponseWriter, r *http.Request) {
		if reference := r.PathValue("reference"); reference != tag && reference != image.Digest.String() {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", ocispecs.MediaTypeImageManifest)
		w.Header().Set("Docker-Content-Digest", image.Digest.String())
		blob(w, r, image.Digest.String())
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	return fmt.Sprintf("localhost:%s/%s:%s", port, name, tag)
}

// With DOPT_TESTBED=registry nothing stands in for an image: the daemon asks the registry, and what comes from there is built on and run.
func TestRegistry(t *testing.T) {
	if testbed.Registry() {
		t.Skip("the image that is served is a stand-in")
	}
	bed := testbedtest.Start(t)
	images, err := bed.Images(t.Context(), "busybox")
	if err != nil {
		t.Fatal(err)
	}
	ref := serveImage(t, images["busybox"], "library/busybox", "1.35")
	t.Setenv("DOPT_TESTBED", "registry")
	h := &harness{bed: bed, reach: &reach{bed: bed}, patience: 1}
	for name, c := range map[string]struct {
		base string
		want Status
	}{"there": {ref, Passed}, "missing": {strings.Replace(ref, ":1.35", ":9", 1), NoBase}} {
		t.Run(name, func(t *testing.T) {
			example := newCase(t, "FROM "+c.base+"\nADD words /words\n", fmt.Sprintf("bases: [%q]\nsmoke: [{command: [cat, /words], stdout: from the registry}]\n", c.base))
			write(t, example.Dir, map[string]string{"words": "from the registry\n"})
			results, err := h.all(t.Context(), []*Case{example}, []variant{{level: transform.Safe}}, 1)
			if err != nil || results[0].Status != c.want || c.want == Passed && results[0].Changes == 0 {
				t.Errorf("got %+v (%v), want %s", results, err, c.want)
			}
		})
	}
}
