package verify

import (
	"bytes"
	"sync"
)

// outputLimit bounds what is kept of a stream, in bytes; the rest is dropped.
const outputLimit = 1 << 20

// An output keeps what a process writes.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.buf.Write(p[:min(len(p), max(0, outputLimit-o.buf.Len()))])
	return len(p), nil
}

func (o *output) Close() error { return nil }

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}
