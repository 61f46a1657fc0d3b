package verify

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// errHostClosed says that a host asked to be left alone for a while.
var errHostClosed = errors.New("the host asked for a pause")

// maxPause bounds what a host's Retry-After can make us stay away.
const maxPause = time.Hour

// limiter gives every host its own token bucket.
type limiter struct {
	mu    sync.Mutex
	rate  float64 // tokens a second
	burst float64
	clock Clock
	hosts map[string]*bucket
}

type bucket struct {
	tokens float64
	at     time.Time // when tokens was true
	closed time.Time // until when the host wants no calls
}

func newLimiter(rate float64, burst int, clock Clock) *limiter {
	return &limiter{rate: rate, burst: float64(burst), clock: clock, hosts: map[string]*bucket{}}
}

// wait blocks until the host may be called. It gives errHostClosed where the host asked for a pause, or ctx's error.
func (l *limiter) wait(ctx context.Context, host string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d, err := l.reserve(host)
	if err != nil || d <= 0 {
		return err
	}
	return l.clock.Sleep(ctx, d)
}

func (l *limiter) reserve(host string) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	b := l.hosts[host]
	if b == nil {
		b = &bucket{tokens: l.burst, at: now}
		l.hosts[host] = b
	}
	if now.Before(b.closed) {
		return 0, errHostClosed
	}
	b.tokens = min(l.burst, b.tokens+l.rate*now.Sub(b.at).Seconds())
	b.at = now
	b.tokens--
	if b.tokens >= 0 {
		return 0, nil
	}
	return time.Duration(-b.tokens / l.rate * float64(time.Second)), nil
}

// pause closes the host for d.
func (l *limiter) pause(host string, d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	if b := l.hosts[host]; b != nil {
		b.closed = now.Add(min(d, maxPause))
	}
}

// retryAfter reads the header of that name, in seconds or as a date (RFC 9110, section 10.2.3).
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if text == "" {
		return 0, false
	}
	if n, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(n) * time.Second, true
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	return max(0, at.Sub(now)), true
}
