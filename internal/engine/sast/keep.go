package sast

import (
	"fmt"
	"maps"
	"slices"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/flow"
	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/wire"
)

var _ engine.Keeper = (*Engine)(nil)

// Pack writes a note down. The text of the file is not in it: it is there when the note is wanted again.
func (e *Engine) Pack(value any) ([]byte, bool) {
	n, ok := value.(*note)
	if !ok || e.chosen != nil || !n.plain() {
		return nil, false
	}
	k := kept{note: *n}
	if n.code != nil {
		k.waiting = n.code.waiting()
	}
	return wire.Write(k.wire), true
}

// Unpack reads the note on a file.
func (e *Engine) Unpack(c *engine.Content, packed []byte) (any, error) {
	k := kept{}
	err := wire.Read(packed, k.wire)
	n := &k.note
	if err == nil && !n.fits(e, len(c.Data)) {
		err = wire.ErrBroken
	}
	if err == nil && n.code != nil {
		err = e.wait(c, n.code, k.waiting)
	}
	if err != nil {
		return nil, fmt.Errorf("read what is kept of %q: %w", c.Path, err)
	}
	n.describe(e, c)
	if n.code != nil {
		n.code.path, n.code.text = c.Path, string(c.Data)
	}
	return n, nil
}

// kept is a note as it is written down, with the rules that wait.
type kept struct {
	note
	waiting []string
}

func (k *kept) wire(c *wire.Codec) {
	k.note.wire(c)
	wire.List(c, &k.waiting, func(s *string) { wire.Text(c, s) })
}

// fits tells of what was read that it can be one of a file of that length.
func (n *note) fits(e *Engine, length int) bool {
	fits := func(s *sighting) bool { return 0 <= s.start && s.start <= s.end && s.end <= length }
	for i := range n.seen {
		if e.byID[n.seen[i].rule] == nil || !fits(&n.seen[i].sighting) {
			return false
		}
	}
	if n.code == nil {
		return true
	}
	for _, a := range n.code.asked {
		if !a.question.Fits(length, len(a.sinks)) {
			return false
		}
		for i := range a.sinks {
			if !fits(&a.sinks[i]) {
				return false
			}
		}
	}
	return n.code.graph.Fits(length)
}

// plain tells of a note all of which can be written down: not what is extracted from a file, or joined with others.
func (n *note) plain() bool {
	if len(n.extracted)+len(n.rows) > 0 {
		return false
	}
	if n.code == nil {
		return true
	}
	for _, a := range n.code.asked {
		if !a.question.Plain() {
			return false
		}
	}
	return n.code.graph != nil
}

// wire names all there is of a note, for package wire.
func (n *note) wire(c *wire.Codec) {
	wire.List(c, &n.seen, func(s *seen) {
		wire.Text(c, &s.rule)
		s.wire(c)
	})
	wire.List(c, &n.notices, func(s *string) { wire.Text(c, s) })
	wire.Optional(c, &n.code, func(v *code) { v.wire(c) })
}

func (s *sighting) wire(c *wire.Codec) {
	wire.Number(c, &s.start)
	wire.Number(c, &s.end)
	for _, text := range []*string{&s.message, &s.around, &s.plain, &s.fix} {
		wire.Text(c, text)
	}
	c.Flag(&s.fixed)
}

// wire names the parts of a file's code: its graph with the questions about it, each once, and the rules that ask them.
func (v *code) wire(c *wire.Codec) {
	kept := flow.Kept{Graph: v.graph, Requires: search.Requires}
	numbers := map[*flow.Asked]int{}
	if !c.Reading() {
		for _, rule := range slices.Sorted(maps.Keys(v.asked)) {
			a := v.asked[rule]
			if _, known := numbers[a.question]; !known {
				numbers[a.question] = len(kept.Asked)
				kept.Asked = append(kept.Asked, a.question)
			}
		}
	}
	kept.Wire(c)
	v.graph = kept.Graph
	wire.Map(c, &v.asked, func(a **asked) {
		if c.Reading() {
			*a = &asked{}
		}
		n := numbers[(*a).question]
		wire.Number(c, &n)
		wire.List(c, &(*a).sinks, func(s *sighting) { s.wire(c) })
		if !c.Reading() {
			return
		}
		if n < 0 || n >= len(kept.Asked) {
			c.Fail()
			return
		}
		(*a).question = kept.Asked[n]
	})
}
