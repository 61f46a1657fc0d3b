package secret

import (
	"slices"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/literal"
)

// look is one look at one content, or at a decoded part of one.
type look struct {
	e    *Engine
	data []byte
	// fresh are the parts a finding must touch; nil means all.
	fresh  []engine.Span
	binary bool
	// via are the encodings undone to get here, outermost first; outer is the encoded run in the outermost content,
	// inner the run in what that holds, where this text is encoded twice.
	via          []string
	outer, inner engine.Span

	windows []window
	found   []candidate
	// refusals are places where a provider's own test said that the value is none of theirs: nobody guesses there.
	refusals []engine.Span
	whole    bool
	current  named
	decoded  [formCount]int // up to where runs of each form were decoded
	// readTo is, by rule, up to where documents were read: no part is read twice.
	readTo map[*matcher]int
	depth  int
}

// named is the identifier last looked at: many literals stand in one.
type named struct {
	start, end int
	known, ok  bool
	a          assignment
	words      words
	naming     naming
	classified bool
}

// Look finds what is in the content, whatever its path. It returns true where a document was read as a whole.
func (e *Engine) Look(c *engine.Content, hits []literal.Hit, emit func(finding.Finding)) (whole bool) {
	l := look{e: e, data: c.Data, fresh: c.Fresh, binary: c.Binary}
	l.run(hits)
	if len(l.found) == 0 {
		return l.whole
	}
	e.report(c.Data, weigh(l.found, l.refusals), emit)
	return l.whole
}

// run tries every rule that a hit may start.
func (l *look) run(hits []literal.Hit) {
	for _, h := range hits {
		at := int(h.Start)
		for i := range l.e.uses[h.Literal] {
			l.try(&l.e.uses[h.Literal][i], at, len(l.e.literals[h.Literal].Text))
		}
	}
	for _, m := range l.e.everywhere {
		l.everywhere(m)
	}
	l.matchWindows()
}

// try starts one rule at one hit of n bytes.
func (l *look) try(u *use, at, n int) {
	m := u.m
	if u.form != asIs {
		if !l.binary {
			l.decode(u.form, at, n)
		}
		return
	}
	if l.binary && m.match.Generic {
		return
	}
	if m.pattern != nil && !u.byName {
		l.addWindow(windowAround(l.data, m, at, at+n))
	}
	if m.value != nil || m.match.Document == "assignment" {
		l.assigned(m, at, at+n)
		return
	}
	if m.read != nil {
		m.read(l, m, at)
	}
}

// touches tells whether data[start:end] holds something that was not looked at before.
func (l *look) touches(start, end int) bool {
	if l.fresh == nil || l.depth > 0 || l.whole {
		return true
	}
	return touchesAny(l.fresh, start, end)
}

// touchesAny tells whether one of the spans, which are sorted and apart, shares bytes with start to end.
func touchesAny(spans []engine.Span, start, end int) bool {
	i, _ := slices.BinarySearchFunc(spans, start, func(s engine.Span, at int) int {
		if s.End <= at {
			return -1
		}
		return 1
	})
	return i < len(spans) && spans[i].Start < end
}

// isRead tells whether a rule has read a document at that place already.
func (l *look) isRead(m *matcher, at int) bool { return at < l.readTo[m] }

// setRead notes up to where a rule has read.
func (l *look) setRead(m *matcher, to int) {
	if l.readTo == nil {
		l.readTo = map[*matcher]int{}
	}
	l.readTo[m] = max(l.readTo[m], to)
}
