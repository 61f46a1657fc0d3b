package verify

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"
)

func TestLimiter_hostsDoNotShareTokens(t *testing.T) {
	clock := newTestClock()
	l := newLimiter(1, 1, clock)
	for _, host := range []string{"a", "b", "c"} {
		if err := l.wait(t.Context(), host); err != nil {
			t.Fatal(err)
		}
	}
	if clock.slept != 0 {
		t.Errorf("waited %v", clock.slept)
	}
}

func TestLimiter_tokensComeBackUpToTheBurst(t *testing.T) {
	clock := newTestClock()
	l := newLimiter(2, 3, clock)
	take := func(n int) time.Duration {
		before := clock.slept
		for range n {
			if err := l.wait(t.Context(), "h"); err != nil {
				t.Fatal(err)
			}
		}
		return clock.slept - before
	}
	if got := take(3); got != 0 {
		t.Errorf("burst waited %v", got)
	}
	if got := take(1); got != 500*time.Millisecond {
		t.Errorf("fourth call waited %v", got)
	}
	if err := clock.Sleep(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
	if got := take(4); got != 500*time.Millisecond {
		t.Errorf("after an hour four calls waited %v", got)
	}
}

func TestLimiter_waitEndsWithTheContext(t *testing.T) {
	l := newLimiter(0.001, 1, machineClock{})
	ctx, cancel := context.WithCancel(t.Context())
	if err := l.wait(ctx, "h"); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := l.wait(ctx, "h"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := (machineClock{}).Sleep(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("sleep: got %v", err)
	}
}

func TestLimiter_pauseIsBounded(t *testing.T) {
	clock := newTestClock()
	l := newLimiter(1, 1, clock)
	if err := l.wait(t.Context(), "h"); err != nil {
		t.Fatal(err)
	}
	l.pause("h", 1000*time.Hour)
	if err := l.wait(t.Context(), "h"); !errors.Is(err, errHostClosed) {
		t.Errorf("got %v", err)
	}
	if err := clock.Sleep(t.Context(), maxPause); err != nil {
		t.Fatal(err)
	}
	if err := l.wait(t.Context(), "h"); err != nil {
		t.Errorf("after the pause: %v", err)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": -1, "120": 2 * time.Minute, " 0 ": 0, "-1": -1, "soon": -1,
		"Sun, 01 Mar 2026 12:00:30 GMT": 30 * time.Second, "Sun, 01 Mar 2026 11:00:00 GMT": 0,
	} {
		got, ok := retryAfter(http.Header{"Retry-After": {text}}, now)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
