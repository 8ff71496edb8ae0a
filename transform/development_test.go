package transform_test

import (
	"strings"
	"testing"

	"dopt/transform"
)

func TestWatches(t *testing.T) {
	for process, want := range map[string]bool{
		"air -c .air.toml":               true,
		"/usr/local/bin/nodemon main.js": true,
		"vite":                           true,
		"vite --host":                    true,
		"vite dev":                       true,
		"vite build":                     false,
		"vite preview":                   false,
		"next dev":                       true,
		"next start":                     false,
		"next":                           false,
		"gulp":                           false,
		"gulp watch":                     true,
		"uvicorn app:app --reload":       true,
		"node --watch main.js":           true,
		"gunicorn -w 4 app:app":          false,
		"watchmedo auto-restart python":  true,
		"node air":                       false,
		"":                               false,
	} {
		if got := transform.Watches(strings.Fields(process)); got != want {
			t.Errorf("Watches(%q) = %v, want %v", process, got, want)
		}
	}
}
