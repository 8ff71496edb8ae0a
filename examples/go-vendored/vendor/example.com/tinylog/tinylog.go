// Package tinylog writes one JSON object a line.
package tinylog

import (
	"encoding/json"
	"io"
	"sync"
	"time"
)

// A Logger is safe for use by several goroutines.
type Logger struct {
	mu  sync.Mutex
	out *json.Encoder
}

func New(w io.Writer) *Logger { return &Logger{out: json.NewEncoder(w)} }

// Log writes a message and pairs of names and values.
func (l *Logger) Log(message string, pairs ...any) {
	line := map[string]any{"time": time.Now().UTC().Format(time.RFC3339), "message": message}
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			line[name] = pairs[i+1]
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out.Encode(line)
}
