package search

import (
	"iter"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/match"
	"github.com/reevehq/reeve/internal/semgrep"
)

// word is a word or a sign of a text.
type word struct {
	text       string
	start, end int
	// line is its line, indent how far that is indented.
	line, indent int
}

// sequence is a text word by word.
type sequence struct {
	words []word
	// places says where each word stands, whatever its case.
	places map[string][]int
}

// holeWords are the words of patterns.
var holeWords = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\$\.\.\.[A-Z_][A-Z_0-9]*|\$[A-Z_][A-Z_0-9]*|\.\.\.+|\w+|[^\w\s]`)
})

// textWords gives the places of the words of a text: runs of ASCII letters, digits and _, and each other character that is no blank.
func textWords(text string) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for i := 0; i < len(text); {
			end := i
			for end < len(text) && text[end] < utf8.RuneSelf && wordByte(text[end]) {
				end++
			}
			if end == i {
				_, size := utf8.DecodeRuneInString(text[i:])
				if end += size; strings.IndexByte("\t\n\f\r ", text[i]) >= 0 {
					i = end
					continue
				}
			}
			if !yield(i, end) {
				return
			}
			i = end
		}
	}
}

// wordsOfPattern gives the places of the words of a pattern.
func wordsOfPattern(pattern string) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for _, m := range holeWords().FindAllStringIndex(pattern, -1) {
			if !yield(m[0], m[1]) {
				return
			}
		}
	}
}

// comments finds those of a style (https://semgrep.dev/docs/writing-rules/generic-pattern-matching), strings first, in which none begins.
var comments = sync.OnceValue(func() map[string]*regexp.Regexp {
	return map[string]*regexp.Regexp{
		"c":     regexp.MustCompile(`(?s)/\*.*?(?:\*/|$)`),
		"cpp":   regexp.MustCompile(`(?s)/\*.*?(?:\*/|$)|//[^\n]*`),
		"shell": regexp.MustCompile(`#[^\n]*`),
	}
})

// tabWidth is how far a tab indents at most.
const tabWidth = 8

// wordsOf gives the words of a text at their places.
func wordsOf(text string, places iter.Seq2[int, int]) []word {
	var out []word
	line, begins, indent, at := 0, 0, -1, 0
	for start, end := range places {
		if n := strings.Count(text[at:start], "\n"); n > 0 {
			line, indent = line+n, -1
			begins = strings.LastIndexByte(text[:start], '\n') + 1
		}
		if at = start; indent < 0 {
			indent = indentOf(text[begins:start])
		}
		out = append(out, word{text[start:end], start, end, line, indent})
	}
	return out
}

func indentOf(blank string) int {
	n := 0
	for _, c := range []byte(blank) {
		if n++; c == '\t' {
			n += (tabWidth - n%tabWidth) % tabWidth
		}
	}
	return n
}

// wordsWithout gives a text word by word, without comments of a style; "" is for none.
func (f *File) wordsWithout(style string) *sequence {
	if s := f.sequences[style]; s != nil {
		return s
	}
	text := f.text
	if form := comments()[style]; form != nil {
		text = form.ReplaceAllStringFunc(text, func(c string) string {
			return strings.Map(func(r rune) rune {
				if r == '\n' || r >= 0x80 {
					return r
				}
				return ' '
			}, c)
		})
	}
	s := &sequence{wordsOf(text, textWords(text)), map[string][]int{}}
	for i, w := range s.words {
		key := strings.ToLower(w.text)
		s.places[key] = append(s.places[key], i)
	}
	if f.sequences == nil {
		f.sequences = map[string]*sequence{}
	}
	f.sequences[style] = s
	return s
}

// element is a word of a pattern, or a hole.
type element struct {
	word
	hole holeKind
	// level says how many lines that are less indented stand above it.
	level int
	// lines is how far an ellipsis goes, close the bracket in which it stands, "" for none.
	lines       int
	open, close string
}

type holeKind uint8

const (
	noHole holeKind = iota
	oneWord
	manyWords
)

// elementsOf reads a pattern. Ellipses that follow one another are one that goes further; the first says nothing.
func elementsOf(pattern string, span int) []element {
	var out []element
	var above, open []word
	for _, w := range wordsOf(pattern, wordsOfPattern(pattern)) {
		for len(above) > 0 && above[len(above)-1].indent > w.indent {
			above = above[:len(above)-1]
		}
		if len(above) == 0 || above[len(above)-1].indent < w.indent {
			above = append(above, w)
		}
		e := element{word: w, level: len(above) - 1}
		for len(open) > 0 && open[len(open)-1].line != w.line {
			open = open[:0]
		}
		switch {
		case strings.HasPrefix(w.text, "..."), strings.HasPrefix(w.text, "$..."):
			e.hole, e.lines = manyWords, span
			if n := len(open); n > 0 {
				e.open = open[n-1].text
				e.close = closing[e.open]
			}
			last := len(out) - 1
			if last >= 0 && out[last].hole == manyWords && out[last].text == w.text && w.text[0] == '.' && out[last].level == e.level {
				out[last].lines += span
				continue
			}
		case w.text[0] == '$' && len(w.text) > 1:
			e.hole = oneWord
		case closing[w.text] != "":
			open = append(open, w)
		case len(open) > 0 && w.text == closing[open[len(open)-1].text]:
			open = open[:len(open)-1]
		}
		out = append(out, e)
	}
	for len(out) > 1 && out[0].text == "..." {
		out = out[1:]
	}
	return out
}

var closing = map[string]string{"(": ")", "[": "]", "{": "}"}

// wordSteps bounds how many words are compared in a text that is not longer.
const wordSteps = 1_000_000

// like finds a pattern in a part of a text word by word, whatever language it is: blanks do not matter but for what is indented, "..." is anything within a
// few lines, $X one word (https://semgrep.dev/docs/writing-rules/generic-pattern-matching). It returns false where that took too much work.
func (f *File) like(pattern string, from, to int, o *semgrep.Options) ([]Range, bool) {
	want := elementsOf(pattern, o.GenericEllipsisMaxSpan)
	if len(want) == 0 {
		return nil, true
	}
	all := f.wordsWithout(o.GenericCommentStyle)
	for _, e := range want {
		if e.hole == noHole && len(all.places[strings.ToLower(e.text)]) == 0 {
			return nil, true
		}
	}
	s := &wordSearch{text: f.text, sequence: all, want: want, steps: max(wordSteps, 4*len(all.words)), caseless: o.GenericCaseless}
	first, _ := slices.BinarySearchFunc(all.words, from, func(w word, at int) int { return w.start - at })
	s.end, _ = slices.BinarySearchFunc(all.words, to, func(w word, at int) int { return w.end - at - 1 })
	var out []Range
	for i := range s.starts(first) {
		m := wordMatch{at: i, floors: []int{all.words[i].indent}, line: all.words[i].line}
		if end, env, ok := s.from(m); ok {
			out = append(out, Range{Start: all.words[i].start, End: end, Env: env})
		}
	}
	return out, s.steps > 0
}

// same tells whether two metavariables stand for the same.
func (f *File) same(a, b match.Binding) bool {
	if f.match == nil {
		return a.Text == b.Text
	}
	return f.match.Same(a, b)
}
