// Package ratelimit is a token bucket for each key.
package ratelimit

import (
	"sync"
	"time"
)

type bucket struct {
	tokens float64
	filled time.Time
}

// A Limiter is safe for use by several goroutines.
type Limiter struct {
	perSecond float64
	burst     float64

	mu      sync.Mutex
	buckets map[string]bucket
}

// New returns a Limiter that lets burst events through at once, and perSecond in the long run.
func New(perSecond float64, burst int) *Limiter {
	return &Limiter{perSecond: perSecond, burst: float64(burst), buckets: map[string]bucket{}}
}

// Allow takes a token of key at the time now and says whether there was one.
func (l *Limiter) Allow(key string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, known := l.buckets[key]
	if !known {
		b = bucket{tokens: l.burst, filled: now}
	}
	b.tokens = min(l.burst, b.tokens+now.Sub(b.filled).Seconds()*l.perSecond)
	b.filled = now
	allowed := b.tokens >= 1
	if allowed {
		b.tokens--
	}
	l.buckets[key] = b
	return allowed
}
