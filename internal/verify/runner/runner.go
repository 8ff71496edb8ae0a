// Package runner embeds the program that tries servers inside images: a static executable without
// needs of its own, for each architecture. Its source is in the folder program; "go generate" builds it anew.
package runner

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
)

//go:generate sh build.sh

//go:embed runner-amd64.gz
var amd64 []byte

//go:embed runner-arm64.gz
var arm64 []byte

// For returns the executable for Linux on an architecture by Go's name.
func For(architecture string) ([]byte, error) {
	packed, ok := map[string][]byte{"amd64": amd64, "arm64": arm64}[architecture]
	if !ok {
		return nil, fmt.Errorf("servers cannot be tried on %s: there is no runner for it", architecture)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("runner for %s: %w", architecture, err)
	}
	return io.ReadAll(r)
}
