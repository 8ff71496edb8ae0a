package testbed

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/distribution/reference"
	digest "github.com/opencontainers/go-digest"

	"dopt/internal/verify"
)

// Registry reports whether the real images are to be used.
func Registry() bool { return os.Getenv("DOPT_TESTBED") == "registry" }

// Images returns stand-ins for the given references, baked if need be. A reference that nothing
// stands in for is a [BaseError], unless the real images are used.
func (b *Bed) Images(ctx context.Context, refs ...string) (verify.Images, error) {
	images := verify.Images{}
	if Registry() {
		return images, nil
	}
	for _, ref := range refs {
		stored, err := b.baker.image(ctx, ref)
		if err != nil {
			return nil, err
		}
		images[ref] = stored
	}
	return images, nil
}

// readIndex reads DIR/images.tsv: reference, layout and digest a line.
func readIndex(dir string) (verify.Images, error) {
	f, err := os.Open(filepath.Join(dir, "images.tsv"))
	if errors.Is(err, fs.ErrNotExist) {
		return verify.Images{}, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	images := verify.Images{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) != 3 {
			return nil, fmt.Errorf("%s: not a line of three fields: %q", f.Name(), lines.Text())
		}
		images[fields[0]] = verify.Stored{Layout: filepath.Join(dir, fields[1]), Digest: digest.Digest(fields[2])}
	}
	return images, lines.Err()
}

// familiar returns the short form of a reference, with its tag: python:3.11, busybox:latest.
func familiar(ref string) (string, error) {
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return "", fmt.Errorf("image %q: %w", ref, err)
	}
	tag := "latest"
	if t, ok := named.(reference.Tagged); ok {
		tag = t.Tag()
	}
	return reference.FamiliarName(named) + ":" + tag, nil
}

// Enabled reports whether tests may build for real: DOPT_TESTBED is set, to "local" or "registry".
func Enabled() bool { return os.Getenv("DOPT_TESTBED") != "" }

// ProxyArgs are the host's proxies as build arguments, which BuildKit keeps out of the image.
func ProxyArgs() map[string]string {
	args := map[string]string{}
	for _, name := range []string{"http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"} {
		if value := os.Getenv(name); value != "" {
			args[name] = value
		}
	}
	return args
}
