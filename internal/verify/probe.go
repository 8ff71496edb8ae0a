package verify

import (
	"context"
	"fmt"
	"strconv"
	"strings"
)

// A Probe is an HTTP request to a server that runs in an image.
type Probe struct {
	// Port is the one the server listens on, Path what is asked for, with its query.
	Port int
	Path string
}

// An Answer is what a server answered to a probe. Status is 0 if it never did; the body of an
// answer that says error is not read.
type Answer struct {
	Status int
	Body   string
}

// probeScript starts a server and asks it until it answers or ends. Both run in one process tree:
// BuildKit ends a container when any further process in it fails, as a probe that comes too early does.
// The server's output goes to standard error, the answer to standard output.
const probeScript = `
url=$1; shift
b=` + proberDir + `/bin/busybox
"$@" >&2 &
server=$!
while kill -0 $server 2>/dev/null; do
	answer=$($b wget -q -S -O - "$url" 2>&1)
	case $answer in *"  HTTP/"*) $b printf %s "$answer"; exit 0;; esac
	$b sleep 0.2
done
wait $server
`

// Probe starts a step, which is a server, and asks it until it answers, ends, or the step's time is
// up. Prober is an image with a statically linked busybox at /bin/busybox.
func (b *Builder) Probe(ctx context.Context, image *Image, step Step, probe Probe, prober Stored) (Answer, Outcome, error) {
	url := fmt.Sprintf("http://127.0.0.1:%d%s", probe.Port, probe.Path)
	wrapper := []string{proberDir + "/bin/busybox", "sh", "-c", probeScript, "probe", url}
	step.Entrypoint, step.Args = append(wrapper, step.command(image)...), nil
	outcome, err := b.run(ctx, image, &prober, step)
	if err != nil {
		return Answer{}, outcome, err
	}
	return parseAnswer(outcome.Stdout), outcome, nil
}

// parseAnswer reads what wget -S prints: the headers, each after two spaces, and the body. After a
// redirect there are several heads; the last one counts.
func parseAnswer(text string) Answer {
	var a Answer
	for {
		line, rest, more := strings.Cut(text, "\n")
		if !strings.HasPrefix(line, "  ") {
			break
		}
		if protocol, status, ok := strings.Cut(strings.TrimSpace(line), " "); ok && strings.HasPrefix(protocol, "HTTP/") {
			code, _, _ := strings.Cut(status, " ")
			a.Status, _ = strconv.Atoi(code) // 0 for what is no number
		}
		if text = rest; !more {
			break
		}
	}
	a.Body = text
	return a
}
