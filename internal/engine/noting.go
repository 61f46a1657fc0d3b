package engine

import (
	"fmt"

	"github.com/reevehq/reeve/internal/finding"
)

// note takes notes where they are wanted.
func (w *Worker) note(c *Content, binary bool) {
	if w.Noting {
		seen := *c
		seen.Binary = binary
		w.Note(&seen, nil)
	}
}

// Note lets everybody who takes notes see the content, or those who are meant. A panic fails the noter, an error makes the content unread.
func (w *Worker) Note(c *Content, meant func(Named) bool) {
	for i, n := range w.pass.noters {
		if (meant == nil || meant(n)) && n.Wants(c) {
			w.noteBy(i, n, c)
		}
	}
}

func (w *Worker) noteBy(i int, n Named, c *Content) {
	defer func() {
		if r := recover(); r != nil && w.Failed[n.Name] == "" {
			w.Failed[n.Name] = fmt.Sprintf("panic at %q: %v", c.Path, r)
		}
	}()
	value, err := n.Note(c)
	if err != nil {
		w.Unread = append(w.Unread, finding.Unread{What: c.Path, Why: err.Error()})
		return
	}
	if value != nil {
		w.Notes[i] = append(w.Notes[i], Note{Path: c.Path, Layer: c.Layer, Gone: c.Gone, Value: value})
	}
}
