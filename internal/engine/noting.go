package engine

import (
	"crypto/sha256"
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
	value, err := w.recall(n, c)
	if err != nil {
		w.Unread = append(w.Unread, finding.Unread{What: c.Path, Why: err.Error()})
		return
	}
	if value != nil {
		w.Notes[i] = append(w.Notes[i], Note{Path: c.Path, Layer: c.Layer, Gone: c.Gone, Value: value})
	}
}

// recall gives a note as it was kept, or takes it and keeps it.
func (w *Worker) recall(n Named, c *Content) (any, error) {
	keeper, ok := n.Noter.(Keeper)
	if !ok || w.pass.notebook == nil {
		return n.Note(c)
	}
	key := noteKey(keeper.Info(), c)
	if packed, ok := w.pass.notebook.Recall(key); ok {
		if value, err := keeper.Unpack(c, packed); err == nil {
			return value, nil
		}
	}
	value, err := n.Note(c)
	if err == nil && value != nil {
		if packed, ok := keeper.Pack(value); ok {
			w.pass.notebook.Keep(key, packed)
		}
	}
	return value, err
}

// noteKey names all that a note is a function of.
func noteKey(i Info, c *Content) (key [32]byte) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\x00%s\x00%s\x00", i.Name, i.Digest, c.Path)
	sum.Write(c.Data)
	sum.Sum(key[:0])
	return key
}
