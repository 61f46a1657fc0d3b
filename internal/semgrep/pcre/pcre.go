// Package pcre matches regular expressions in the language of PCRE that a linear matcher cannot: look-ahead and look-behind,
// back-references, atomic groups, possessive quantifiers, \K. It goes back over its choices as Perl does, bounded by steps
// and never by time, so that an answer is the same on every machine. It must not be used where Go's regexp will do.
//
// Recursion, conditions, call-outs and verbs are refused by name. Texts are UTF-8; a byte that is not counts as one character.
//
// Source: pcre2pattern(3).
package pcre

import (
	"errors"
	"unicode/utf8"
)

// ErrSteps says that a match was given up because it took too many steps.
var ErrSteps = errors.New("the regular expression takes too many steps on this text")

// Limits of an expression and of a match.
const (
	maxSource    = 64 << 10 // bytes
	maxDepth     = 200      // nested groups
	maxProgram   = 50_000   // instructions
	maxRepeat    = 65_535
	maxBehind    = 255     // characters of a look-behind
	maxBacktrack = 1 << 20 // choices kept at once
)

// Regexp is a compiled expression. It may be used by several goroutines at once.
type Regexp struct {
	code  []instruction
	slots int
	names []string
	// first are the characters below 128 that a match can begin with; all where that is not known.
	first *[128]bool
}

// Compile reads an expression. flags are those of (?flags) that hold from the beginning: i, m, s, x, or "".
func Compile(source, flags string) (*Regexp, error) {
	p := &parser{rest: source, names: []string{""}}
	if len(source) > maxSource {
		return nil, errors.New("longer than 64 KiB")
	}
	for _, f := range flags {
		p.flags.set(f, true)
	}
	root, err := p.alternatives(0)
	if err == nil && p.rest != "" {
		err = errors.New("a closing parenthesis has no opening one")
	}
	if err == nil {
		err = p.check()
	}
	if err != nil {
		return nil, err
	}
	c := &compiler{slots: 2 * len(p.names), numbers: p.number}
	c.emit(instruction{op: opSave, n: 0})
	c.node(root)
	c.emit(instruction{op: opSave, n: 1})
	c.emit(instruction{op: opMatch})
	if c.err != nil {
		return nil, c.err
	}
	return &Regexp{code: c.code, slots: c.slots, names: p.names, first: firstOf(root)}, nil
}

// GroupNames gives the names of the groups by number, "" for one without; the first is the whole match.
func (r *Regexp) GroupNames() []string { return r.names }

// Bounds say how far Find goes.
type Bounds struct {
	// Steps is how many instructions may run in all.
	Steps int
	// Matches is how many matches are wanted; below 0 all.
	Matches int
	// Anchored asks for a match at the beginning of the text only.
	Anchored bool
}

// Find gives the matches from the left, apart from one another, each as the ends of its groups in bytes: all[2*i] and all[2*i+1] are the
// beginning and end of group i, -1 if it took no part. The error is ErrSteps; matches found before come with it.
func (r *Regexp) Find(text string, b Bounds) ([][]int, error) {
	m := &machine{code: r.code, text: text, steps: b.Steps, slots: make([]int, r.slots)}
	var all [][]int
	last := -1 // end of the last match
	for at := 0; at <= len(text) && len(all) != b.Matches; {
		if r.first != nil && (at == len(text) || text[at] < utf8.RuneSelf && !r.first[text[at]]) {
			if m.steps--; m.steps < 0 {
				return all, ErrSteps
			}
		} else {
			m.steps -= len(m.slots)
			for i := range m.slots {
				m.slots[i] = -1
			}
			m.stack = m.stack[:0]
			ok, err := m.run(0, at, -1)
			if err != nil {
				return all, err
			}
			if start, end := m.slots[0], m.slots[1]; ok && (start < end || end != last) {
				all = append(all, append([]int(nil), m.slots[:2*len(r.names)]...))
				last = end
				if end > at {
					at = end
					if b.Anchored {
						break
					}
					continue
				}
			}
		}
		if b.Anchored {
			break
		}
		at += width(text, at)
	}
	return all, nil
}

// width gives the bytes of the character at a place, 1 at the end.
func width(text string, at int) int {
	if at >= len(text) || text[at] < utf8.RuneSelf {
		return 1
	}
	_, n := utf8.DecodeRuneInString(text[at:])
	return n
}
