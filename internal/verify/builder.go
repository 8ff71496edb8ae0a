package verify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/docker/cli/cli/connhelper/commandconn"
	"github.com/moby/buildkit/client"
	_ "github.com/moby/buildkit/client/connhelper/dockercontainer" // docker-container://
	_ "github.com/moby/buildkit/client/connhelper/kubepod"         // kube-pod://
	_ "github.com/moby/buildkit/client/connhelper/podmancontainer" // podman-container://
	_ "github.com/moby/buildkit/client/connhelper/ssh"             // ssh://
	"github.com/moby/buildkit/util/appdefaults"
)

// connectTimeout bounds how long a daemon may take to answer the first call.
const connectTimeout = 10 * time.Second

// An Endpoint says where a BuildKit daemon is.
type Endpoint struct {
	// Addr is the address: unix, tcp, ssh, docker-container, kube-pod or podman-container as buildctl takes them,
	// "buildx://NAME" for a builder of docker buildx, and "docker://" for Docker's own. An empty one is $BUILDKIT_HOST, else
	// BuildKit's default socket if it is there, else buildx's current builder if there is a docker command.
	Addr string
	// TLSDir holds ca.pem, cert.pem and key.pem for tcp; "" is a connection without TLS.
	TLSDir string
	// TLSServerName is the name in the daemon's certificate; "" is the host of the address.
	TLSServerName string
}

// A Builder is a connection to a BuildKit daemon. It may be used by several goroutines.
type Builder struct {
	client *client.Client
	addr   string
}

// ErrNoBuilder is wrapped by the error of Connect when no daemon answers.
var ErrNoBuilder = errors.New("no BuildKit daemon answers")

// howToGetOne is what can be done about ErrNoBuilder.
const howToGetOne = `there are three ways to get one: "docker buildx create --use" where Docker is; ` +
	`"buildkitd" as a service of this machine, or in a container with --addr docker-container://NAME; ` +
	`or one elsewhere with --addr tcp://HOST:PORT --tlsdir FOLDER, ssh://HOST or kube-pod://POD`

// Connect connects to a daemon. One that does not answer is an error here, not later.
func Connect(ctx context.Context, e Endpoint) (*Builder, error) {
	addr, err := e.resolve()
	if err != nil {
		return nil, err
	}
	options, err := e.options(addr)
	if err != nil {
		return nil, err
	}
	dial := addr
	if strings.HasPrefix(addr, buildxScheme) || strings.HasPrefix(addr, dockerScheme) {
		dial = "" // the dialer knows
	}
	c, err := client.New(ctx, dial, options...)
	if err != nil {
		return nil, fmt.Errorf("BuildKit at %s: %w", addr, err)
	}
	limited, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if _, err := c.ListWorkers(limited); err != nil {
		_ = c.Close() // the first error says more
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("%w at %s: %w; %s", ErrNoBuilder, addr, brief(err), howToGetOne)
	}
	return &Builder{client: c, addr: addr}, nil
}

// Addr returns the address of the daemon.
func (b *Builder) Addr() string { return b.addr }

// Close ends the connection; the daemon goes on.
func (b *Builder) Close() error { return b.client.Close() }

// The schemes that are not BuildKit's own.
const (
	buildxScheme = "buildx://"
	dockerScheme = "docker://"
)

// resolve returns the address that is meant.
func (e Endpoint) resolve() (string, error) {
	if addr := cmp.Or(e.Addr, os.Getenv("BUILDKIT_HOST")); addr != "" {
		return addr, nil
	}
	for _, addr := range []string{appdefaults.Address, appdefaults.UserAddress()} {
		if path, ok := strings.CutPrefix(addr, "unix://"); ok {
			if _, err := os.Stat(path); err == nil {
				return addr, nil
			}
		}
	}
	if _, err := exec.LookPath("docker"); err == nil {
		return buildxScheme, nil
	}
	return "", fmt.Errorf("%w: neither --addr nor BUILDKIT_HOST names one, there is no socket %s, and no docker command; %s", ErrNoBuilder, appdefaults.Address, howToGetOne)
}

// options are those of BuildKit's client for an address.
func (e Endpoint) options(addr string) ([]client.ClientOpt, error) {
	if name, ok := strings.CutPrefix(addr, buildxScheme); ok {
		return []client.ClientOpt{client.WithContextDialer(buildx(name))}, nil
	}
	if strings.HasPrefix(addr, dockerScheme) {
		return []client.ClientOpt{client.WithContextDialer(buildx("default"))}, nil // the name that buildx gives to Docker's own
	}
	if e.TLSDir == "" {
		return nil, nil
	}
	if !strings.HasPrefix(addr, "tcp://") {
		return nil, fmt.Errorf("TLS is for tcp:// only, not for %s", addr)
	}
	files := map[string]string{}
	for _, name := range []string{"ca.pem", "cert.pem", "key.pem"} {
		files[name] = filepath.Join(e.TLSDir, name)
		if _, err := os.Stat(files[name]); err != nil {
			return nil, fmt.Errorf("TLS: %w", err)
		}
	}
	host, _, err := net.SplitHostPort(strings.TrimPrefix(addr, "tcp://"))
	if err != nil {
		return nil, fmt.Errorf("address %s: %w", addr, err)
	}
	return []client.ClientOpt{
		client.WithServerConfig(cmp.Or(e.TLSServerName, host), files["ca.pem"]), client.WithCredentials(files["cert.pem"], files["key.pem"]),
	}, nil
}

// buildx returns a dialer through a builder of docker buildx, "" for the current one.
func buildx(name string) func(context.Context, string) (net.Conn, error) {
	args := []string{"buildx", "dial-stdio"}
	if name != "" {
		args = append(args, "--builder", name)
	}
	return func(context.Context, string) (net.Conn, error) {
		// The command lives as long as the connection, which outlives the context of dialing.
		return commandconn.New(context.Background(), "docker", args...)
	}
}
