package cli

import (
	"fmt"
	"sync"
	"time"
)

// progress is one line on the terminal that says what is going on. In a pipe it stays silent.
type progress struct {
	w     *World
	on    bool
	mu    sync.Mutex
	start time.Time
	last  time.Time
	shown bool
}

// Progress shows up only when something takes longer than a moment, and moves a few times a second.
const (
	progressAfter = 400 * time.Millisecond
	progressEvery = 120 * time.Millisecond
)

func newProgress(w *World, quiet bool) *progress {
	return &progress{w: w, on: w.StderrTerminal && !quiet, start: w.Now()}
}

func (p *progress) show(stage string, done int) {
	if !p.on {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.w.Now()
	if now.Sub(p.start) < progressAfter || now.Sub(p.last) < progressEvery {
		return
	}
	p.last, p.shown = now, true
	fmt.Fprintf(p.w.Stderr, "\r\x1b[K%s %d  %.1fs", stage, done, now.Sub(p.start).Seconds())
}

func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.w.Stderr, "\r\x1b[K")
	}
}
