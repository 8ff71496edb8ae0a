package verify

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/moby/buildkit/client"
)

// connectTimeout bounds how long a daemon may take to answer the first call.
const connectTimeout = 10 * time.Second

// A Builder is a connection to a BuildKit daemon. It may be used by several goroutines.
type Builder struct {
	client *client.Client
	addr   string
}

// ErrNoBuilder is wrapped by the error of Connect when no daemon answers.
var ErrNoBuilder = errors.New("no BuildKit daemon answers")

// Connect connects to the daemon at addr (such as "unix:///run/buildkit/buildkitd.sock"); an empty
// addr is $BUILDKIT_HOST, or else BuildKit's default socket. A daemon that does not answer is an error here, not later.
func Connect(ctx context.Context, addr string) (*Builder, error) {
	if addr == "" {
		addr = os.Getenv("BUILDKIT_HOST")
	}
	c, err := client.New(ctx, addr)
	if err != nil {
		return nil, fmt.Errorf("BuildKit at %s: %w", addr, err)
	}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if _, err := c.ListWorkers(ctx); err != nil {
		_ = c.Close() // the first error says more
		return nil, fmt.Errorf("%w at %q: %w", ErrNoBuilder, addr, brief(err))
	}
	return &Builder{client: c, addr: addr}, nil
}

// Close ends the connection; the daemon goes on.
func (b *Builder) Close() error { return b.client.Close() }
