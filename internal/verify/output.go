package verify

import (
	"bytes"
	"sync"
)

// outputLimit bounds what is kept of a stream, in bytes: its begin and its end, each a half. The end is where errors are.
const outputLimit = 1 << 20

// An output keeps what a process writes.
type output struct {
	mu sync.Mutex
	// head is the begin, tail what came after it; the front of tail is cut when it is twice as long as it may be.
	head, tail bytes.Buffer
	cut        bool
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := min(len(p), outputLimit/2-o.head.Len())
	o.head.Write(p[:n])
	o.tail.Write(p[n:])
	if over := o.tail.Len() - outputLimit/2; over > outputLimit/2 {
		o.tail.Next(over)
		o.cut = true
	}
	return len(p), nil
}

func (o *output) Close() error { return nil }

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	tail := o.tail.Bytes()
	over := len(tail) - outputLimit/2
	if over <= 0 && !o.cut {
		return o.head.String() + string(tail)
	}
	return o.head.String() + "\n[…]\n" + string(tail[max(0, over):])
}
