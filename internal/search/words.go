package search

import (
	"regexp"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/match"
)

// word is a word or a sign of a text.
type word struct {
	text             string
	start, end, line int
}

var wordShape = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\$\.\.\.[A-Z_][A-Z_0-9]*|\$[A-Z_][A-Z_0-9]*|\.\.\.|\w+|[^\w\s]`)
})

func wordsOf(text string) []word {
	var out []word
	line, at := 0, 0
	for _, m := range wordShape().FindAllStringIndex(text, -1) {
		line += strings.Count(text[at:m[0]], "\n")
		at = m[0]
		out = append(out, word{text[m[0]:m[1]], m[0], m[1], line})
	}
	return out
}

// The bounds of a search word by word: over how many lines "..." goes, as in Semgrep, and how many words are compared at most.
const (
	wordLines = 10
	wordSteps = 1_000_000
)

// like finds a pattern in a text word by word, whatever language it is: blanks do not matter, "..." is anything within a few lines, $X one word
// (https://semgrep.dev/docs/writing-rules/generic-pattern-matching).
func (f *File) like(pattern string) []Range {
	want := wordsOf(pattern)
	if len(want) == 0 {
		return nil
	}
	if f.sequence == nil {
		f.sequence = wordsOf(f.text)
	}
	s := &wordSearch{f.text, max(wordSteps, 20*len(f.sequence))}
	var out []Range
	for i := range f.sequence {
		if end, env, ok := s.from(want, f.sequence[i:], nil); ok {
			out = append(out, Range{Start: f.sequence[i].start, End: end, Env: env})
		}
	}
	return out
}

// same tells whether two metavariables stand for the same.
func (f *File) same(a, b match.Binding) bool {
	if f.match == nil {
		return a.Text == b.Text
	}
	return f.match.Same(a, b)
}

// wordSearch is one search, and the comparisons that it may still make.
type wordSearch struct {
	text  string
	steps int
}

// from matches from a word on, the shortest way, and gives where that ends.
func (s *wordSearch) from(want, have []word, env *match.Env) (end int, _ *match.Env, ok bool) {
	line := 0
	if len(have) > 0 {
		line = have[0].line
	}
	for len(want) > 0 {
		if s.steps--; s.steps <= 0 {
			return 0, nil, false
		}
		w := want[0]
		if w.text == "..." || strings.HasPrefix(w.text, "$...") {
			return s.after(line, want, have, env)
		}
		if len(have) == 0 {
			return 0, nil, false
		}
		if w.text[0] == '$' && len(w.text) > 1 {
			known, bound := env.Get(w.text)
			if bound && known.Text != have[0].text || !wordByte(have[0].text[0]) {
				return 0, nil, false
			}
			env = env.With(w.text, match.Binding{Text: have[0].text, Start: have[0].start, End: have[0].end})
		} else if w.text != have[0].text {
			return 0, nil, false
		}
		end, line = have[0].end, have[0].line
		want, have = want[1:], have[1:]
	}
	return end, env, true
}

// after goes on behind an ellipsis, which is the first of what is wanted; line is where it begins.
func (s *wordSearch) after(line int, want, have []word, env *match.Env) (int, *match.Env, bool) {
	name, want := want[0].text, want[1:]
	near := 0
	for near < len(have) && have[near].line-line <= wordLines {
		near++
	}
	switch {
	case len(want) > 0:
	case near == 0:
		return len(s.text), env, true
	default:
		return have[near-1].end, env, true
	}
	for n := range near {
		e := env
		if name != "..." {
			e = env.With(name, match.Binding{Text: s.text[have[0].start:have[n].start], Start: have[0].start, End: have[n].start})
		}
		if end, e, ok := s.from(want, have[n:], e); ok {
			return end, e, true
		}
	}
	return 0, nil, false
}
