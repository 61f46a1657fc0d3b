package search

import (
	"iter"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/match"
)

// wordSearch is one search, and the comparisons that it may still make.
type wordSearch struct {
	*sequence
	text     string
	want     []element
	end      int // of the words that are looked at
	steps    int
	caseless bool
}

// wordMatch is how far a match has come.
type wordMatch struct {
	// next is the element of the pattern that is wanted next, at the word that stands there.
	next, at int
	// line is that of the last word that was wanted.
	line int
	// floors say for each level of the pattern how far a line must be indented to belong to it.
	floors []int
	env    *match.Env
}

// starts gives the words where a match may begin.
func (s *wordSearch) starts(first int) iter.Seq[int] {
	return func(yield func(int) bool) {
		if s.want[0].hole == noHole {
			s.placed(s.want[0].text, first, s.end, yield)
			return
		}
		for i := first; i < s.end && s.steps > 0; i++ {
			if !yield(i) {
				return
			}
		}
	}
}

// placed gives where a word stands between two others.
func (s *wordSearch) placed(text string, from, to int, yield func(int) bool) {
	places := s.places[strings.ToLower(text)]
	n, _ := slices.BinarySearch(places, from)
	for ; n < len(places) && places[n] < to && s.steps > 0; n++ {
		if s.equal(text, s.words[places[n]].text) && !yield(places[n]) {
			return
		}
	}
}

func (s *wordSearch) equal(a, b string) bool { return a == b || s.caseless && strings.EqualFold(a, b) }

// floor is how far a line must be indented to belong to what is matched.
func (m *wordMatch) floor() int { return m.floors[len(m.floors)-1] }

// from matches from a word on, the shortest way, and gives where that ends.
func (s *wordSearch) from(m wordMatch) (end int, _ *match.Env, ok bool) {
	for m.next < len(s.want) {
		if s.steps--; s.steps <= 0 || !s.nest(&m) {
			return 0, nil, false
		}
		e := s.want[m.next]
		if e.hole == manyWords {
			return s.after(m)
		}
		if m.at >= s.end || s.words[m.at].indent < m.floor() {
			return 0, nil, false
		}
		w := s.words[m.at]
		if e.hole == noHole {
			if !s.equal(e.text, w.text) {
				return 0, nil, false
			}
		} else {
			known, bound := m.env.Get(e.text)
			if !wordByte(w.text[0]) || bound && !s.equal(known.Text, w.text) {
				return 0, nil, false
			}
			m.env = m.env.With(e.text, match.Binding{Text: w.text, Start: w.start, End: w.end})
		}
		m.line = w.line
		m.next, m.at = m.next+1, m.at+1
	}
	return s.words[m.at-1].end, m.env, true
}

// nest goes into a block of lines that are indented further where the pattern does, and out of one that is at its end.
func (s *wordSearch) nest(m *wordMatch) bool {
	level := s.want[m.next].level
	if level == len(m.floors) && m.at > 0 {
		above := s.words[m.at-1]
		m.floors = append(slices.Clip(m.floors), above.indent+1)
		return m.at >= s.end || s.words[m.at].line > above.line
	}
	for level < len(m.floors)-1 {
		if m.at < s.end && s.words[m.at].indent >= m.floor() {
			return false
		}
		m.floors = m.floors[:len(m.floors)-1]
	}
	return true
}

// after goes on behind an ellipsis, which stands for what is near and belongs to what is matched; within brackets only for what is closed in them.
func (s *wordSearch) after(m wordMatch) (end int, env *match.Env, ok bool) {
	e := s.want[m.next]
	limit, depth, closed := m.at, 0, 0
	for limit < s.end && s.words[limit].line-m.line <= e.lines && s.words[limit].indent >= m.floor() {
		if s.steps--; s.steps <= 0 {
			return 0, nil, false
		}
		if e.close != "" {
			if s.words[limit].text == e.open {
				depth++
			} else if s.words[limit].text == e.close {
				if depth--; depth < 0 {
					closed = 1
					break
				}
			}
		}
		limit++
	}
	skip := func(n int) bool {
		then := m
		then.next, then.at = m.next+1, n
		if e.text[0] == '$' {
			b := match.Binding{Start: s.words[max(0, m.at-1)].end}
			if b.End = b.Start; n > m.at {
				b.Start, b.End = s.words[m.at].start, s.words[n-1].end
			}
			b.Text = s.text[b.Start:b.End]
			if known, bound := m.env.Get(e.text); bound && known.Text != b.Text {
				return true
			}
			then.env = m.env.With(e.text, b)
		}
		end, env, ok = s.from(then)
		return !ok && s.steps > 0
	}
	switch next := m.next + 1; {
	case next == len(s.want): // to the end of what is near
		skip(limit)
	case s.want[next].level < e.level, e.close != "" && s.want[next].text == e.close:
		skip(limit)
	case s.want[next].hole == noHole && s.want[next].level == e.level:
		s.placed(s.want[next].text, m.at, limit+closed, skip)
	default:
		last := limit + closed - 1
		if s.want[next].hole == manyWords {
			last = limit
		}
		for n := m.at; n <= last && skip(n); n++ {
			continue
		}
	}
	return end, env, ok
}
