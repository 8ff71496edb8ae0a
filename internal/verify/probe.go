package verify

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// A Probe is an HTTP request to a server that runs in an image.
type Probe struct {
	// Port is the one the server listens on, Path what is asked for, with its query.
	Port int
	Path string
}

// An Answer is what a server answered to a probe. Status is 0 if it never did.
type Answer struct {
	Status int
	Body   string
}

// probeScript starts a server and asks it until it answers or ends. Both run in one process tree:
// BuildKit ends a container when any further process in it fails, as a probe that comes too early does.
// The server's output goes to standard error, the answer to standard output. The request's end is held
// back for a second, since some servers take it for a client that has gone.
const probeScript = `
port=$1 request=$2; shift 2
b=` + proberDir + `/bin/busybox
"$@" >&2 &
server=$!
while kill -0 $server 2>/dev/null; do
	answer=$({ $b printf %s "$request"; $b sleep 1; } | $b nc 127.0.0.1 $port 2>/dev/null)
	case $answer in HTTP/*) $b printf %s "$answer"; exit 0;; esac
	$b sleep 0.2
done
wait $server
`

// Probe starts a step, which is a server, and asks it until it answers, ends, or the step's time is
// up. Prober is an image with a statically linked busybox at /bin/busybox.
func (b *Builder) Probe(ctx context.Context, image *Image, step Step, probe Probe, prober Stored) (Answer, Outcome, error) {
	request := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n", probe.Path, probe.Port)
	wrapper := []string{proberDir + "/bin/busybox", "sh", "-c", probeScript, "probe", strconv.Itoa(probe.Port), request}
	step.Entrypoint, step.Args = append(wrapper, step.command(image)...), nil
	outcome, err := b.run(ctx, image, &prober, step)
	if err != nil {
		return Answer{}, outcome, err
	}
	return parseAnswer(outcome.Stdout), outcome, nil
}

func parseAnswer(text string) Answer {
	res, err := http.ReadResponse(bufio.NewReader(strings.NewReader(text)), nil)
	if err != nil {
		return Answer{} // it is none
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body) // short by the final line breaks and null bytes, which no shell variable keeps
	return Answer{Status: res.StatusCode, Body: string(body)}
}
