package search

import (
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/semgrep"
)

// memory keeps what expressions said of names: a program has few, and they come again and again. It may be used by several goroutines.
type memory struct {
	mu    sync.RWMutex
	known map[asked]bool
}

// asked is an expression that was asked about a text.
type asked struct {
	re   *semgrep.Regexp
	text string
}

// The bounds of what is kept.
const (
	maxKnown     = 200_000
	maxKnownText = 64 // bytes
)

// matches tells whether an expression matches a text; whole is false where that took too much work.
func (m *memory) matches(re *semgrep.Regexp, text string) (matches, whole bool) {
	if len(text) > maxKnownText {
		matches, err := re.Match(text, regexSteps)
		return matches, err == nil
	}
	m.mu.RLock()
	matches, known := m.known[asked{re, text}]
	full := len(m.known) >= maxKnown
	m.mu.RUnlock()
	if known {
		return matches, true
	}
	matches, err := re.Match(text, regexSteps)
	if err != nil || full {
		return matches, err == nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = map[asked]bool{}
	}
	m.known[asked{re, strings.Clone(text)}] = matches // the text must not keep its file
	return matches, true
}
