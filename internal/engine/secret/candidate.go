package secret

import (
	"strings"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/entropy"
	"github.com/reevehq/reeve/internal/finding"
)

// candidate is what one rule found, before the rules are weighed against one another.
type candidate struct {
	m *matcher
	// start and end are the place of the secret; from and to that of all the rule matched. Offsets into the content looked at.
	start, end, from, to int
	// value is the secret, normalised: the same secret has the same value wherever and however it stands.
	value string
	// name is the identifier that holds it, as written, or "".
	name string
	// where says where it stands if there is no name ("in a URL of host x").
	where string
	// weight is how many bytes of the provider's mark, or of the name the rule asks for, fitted.
	weight int
	// shown are the first bytes of the value that are public knowledge.
	shown int
	// step is added to the rule's confidence, softer lowers the rule's severity by that many.
	step, softer int
	proof        proof
	reasons      []string
	facts        []finding.Fact
	// judged tells that the value was already weighed as a value, so that placeholders are no question any more.
	judged bool
	// encoded tells that the secret stands in an encoded run, which start and end give; inner is its place in the decoded text.
	encoded bool
	inner   engine.Span
	// document tells that the rule says where the secret stands and not what it is.
	document bool
}

// offer adds a candidate if it passes all conditions of its rule.
func (l *look) offer(c candidate) {
	if c.to == 0 {
		c.from, c.to = c.start, c.end
	}
	if !l.touches(c.start, c.end) || !l.admit(&c) {
		return
	}
	if l.depth > 0 {
		c.encoded, c.inner = true, l.within(c.start, c.end)
		c.start, c.end, c.from, c.to = l.outer.Start, l.outer.End, l.outer.Start, l.outer.End
		for _, encoding := range l.via {
			c.reasons = append(c.reasons, encoding+"-encoded")
		}
	}
	l.found = append(l.found, c)
}

// within is the place in the text that the outermost encoding holds, for a place in this text.
func (l *look) within(start, end int) engine.Span {
	if l.depth > 1 {
		return l.inner
	}
	return engine.Span{Start: start, End: end}
}

// admit tries the conditions of the candidate's rule, cheapest first.
func (l *look) admit(c *candidate) bool {
	m, core := c.m, c.core()
	if m.match.Entropy > 0 && entropy.Of(c.value) < m.match.Entropy {
		return false
	}
	if m.check.test != nil {
		proof, facts := m.check.test(c.value)
		if proof == broken {
			l.refuse(c)
			return false
		}
		c.proof, c.facts = proof, append(c.facts, facts...)
		if proof == proven {
			c.reasons = append(c.reasons, "its structure proves it")
		}
	}
	if documented(c.value) || c.proof != proven && !c.judged && (standsIn(core) != "" || interpolated(core)) {
		l.refuse(c)
		return false
	}
	if m.match.Named && !c.judged && !c.ordinary() {
		return false
	}
	if anyMatch(m.ignore, c.value) {
		l.refuse(c)
		return false
	}
	return l.isNear(c) && !l.isAllowed(c)
}

// ordinary tells whether a password is more than a stand-in for one, and doubts it where everybody has it.
func (c *candidate) ordinary() bool {
	usual, word := commonDefault(c.value)
	switch {
	case word || saysName(c.value) || environment(c.value) || foreign(c.value):
		return false
	case usual:
		c.step -= 2
		c.reasons = append(c.reasons, "the value is a common default")
	case plainWord(c.value):
		c.step--
		c.reasons = append(c.reasons, "the value is a plain word")
	}
	return true
}

// core is the value without the keyword it starts with: what a provider's prefix says is no part of the secret.
func (c *candidate) core() string {
	n := c.m.prefix(c.value)
	if c.shown == 0 {
		c.shown = n
	}
	c.weight = max(c.weight, n)
	if n == len(c.value) {
		return c.value
	}
	return c.value[n:]
}

// prefix is the length of the keyword that a value starts with, 0 if it starts with none.
func (m *matcher) prefix(value string) int {
	best := 0
	for _, s := range m.starts {
		n := len(s.text)
		if n > best && !s.byName && len(value) >= n && (value[:n] == s.text || !s.exact && strings.EqualFold(value[:n], s.text)) {
			best = n
		}
	}
	return best
}

// refuse notes that a value which carries a provider's mark is none of theirs, so that no rule that guesses takes it.
func (l *look) refuse(c *candidate) {
	if c.m.match.Exact && c.m.prefix(c.value) >= minKeyword {
		l.refusals = append(l.refusals, engine.Span{Start: c.start, End: c.end})
	}
}

// isNear tries the rule's near expression on the lines around the secret.
func (l *look) isNear(c *candidate) bool {
	m := c.m
	if m.near == nil {
		return true
	}
	lines := m.lines()
	start, end := c.from, c.to
	for low := max(0, start-maxNear); lines >= 0 && start > low; lines-- {
		start = max(low, lineStart(l.data, start-1))
	}
	for high, n := min(len(l.data), end+maxNear), m.lines(); n >= 0 && end < high; n-- {
		end = min(high, lineEnd(l.data, end)+1)
	}
	return m.near.re().Match(l.data[start:end])
}

// lines is how many lines away the near expression may match.
func (m *matcher) lines() int {
	if m.match.Within > 0 {
		return m.match.Within
	}
	return 5
}

// maxNear bounds how far to either side the near expression looks, in bytes.
const maxNear = 4096

// isAllowed tries the rule's exceptions, as far as they need no path.
func (l *look) isAllowed(c *candidate) bool {
	if len(c.m.allow) == 0 {
		return false
	}
	line := l.data[lineStart(l.data, c.from):lineEnd(l.data, c.to)]
	t := targets{secret: c.value, match: string(l.data[c.from:c.to]), line: string(line)}
	answers := make([]answer, len(c.m.allow))
	for i, w := range c.m.allow {
		if answers[i] = w.ask(t); answers[i] == permitted {
			return true
		}
	}
	c.facts = append(c.facts, c.m.pathAllowances(answers)...)
	return false
}
