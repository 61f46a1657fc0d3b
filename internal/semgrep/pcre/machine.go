package pcre

import (
	"strings"
	"unicode/utf8"
)

// choice is what to go back to.
type choice struct {
	kind choiceKind
	// pc is the instruction: where to go on, or the run that may be shorter or longer.
	pc int
	// at is the place to go on from; for a slot its old value.
	at int
	// bound is how far back a run may go, how many characters more it may take, or the number of the slot.
	bound int
}

type choiceKind int

const (
	goOn choiceKind = iota
	oldSlot
	shorterRun
	longerRun
)

// machine runs a program over a text.
type machine struct {
	code  []instruction
	text  string
	steps int
	slots []int
	stack []choice
	// stop is where the last run ended.
	stop int
}

// run goes from an instruction and a place to opMatch, which counts only at the place end unless that is -1. It
// leaves the choices above those that it found for its caller to drop; what slots were changed stands among them.
func (m *machine) run(pc, at, end int) (bool, error) {
	base := len(m.stack)
	for {
		if m.steps--; m.steps < 0 || len(m.stack) > maxBacktrack {
			return false, ErrSteps
		}
		i := &m.code[pc]
		ok := true
		switch i.op {
		case opMatch:
			if end < 0 || at == end {
				m.stop = at
				return true, nil
			}
			ok = false
		case opChar:
			r, n := m.char(at)
			if ok = n > 0 && i.set.has(r); ok {
				at += n
				pc++
			}
		case opRun, opRunLazy:
			at, ok = m.runOf(pc, at)
			pc++
		case opAssert:
			ok = m.holds(assertKind(i.n), at)
			pc++
		case opSave:
			m.save(i.n, at)
			pc++
		case opSplit:
			m.stack = append(m.stack, choice{pc: i.m, at: at})
			pc = i.n
		case opJump:
			pc = i.n
		case opProgress:
			if pc++; m.slots[i.n] == at {
				pc = i.m
			}
		case opRefer:
			at, ok = m.again(i, at)
			pc++
		case opAtomic, opLook:
			to, held, err := m.apart(pc, at)
			if err != nil {
				return false, err
			}
			at, ok, pc = to, held, i.n
		}
		if ok {
			continue
		}
		if pc, at, ok = m.back(base); !ok {
			return false, nil
		}
	}
}

// back goes to the last choice above base.
func (m *machine) back(base int) (pc, at int, ok bool) {
	for len(m.stack) > base {
		c := &m.stack[len(m.stack)-1]
		pc, at, done := c.pc, c.at, true
		switch c.kind {
		case oldSlot:
			m.slots[c.bound] = c.at
			m.stack = m.stack[:len(m.stack)-1]
			continue
		case shorterRun:
			_, n := utf8.DecodeLastRuneInString(m.text[:at])
			at -= n
			pc, c.at, done = pc+1, at, at <= c.bound
		case longerRun:
			r, n := m.char(at)
			if n == 0 || !m.code[pc].set.has(r) {
				m.stack = m.stack[:len(m.stack)-1]
				continue
			}
			at += n
			c.bound--
			pc, c.at, done = pc+1, at, c.bound == 0
		}
		if done {
			m.stack = m.stack[:len(m.stack)-1]
		}
		return pc, at, true
	}
	return 0, 0, false
}

// runOf takes as many characters of a set as can be, or as few, and keeps the choice of others.
func (m *machine) runOf(pc, at int) (int, bool) {
	i := &m.code[pc]
	most := i.m
	if i.op == opRunLazy {
		most = i.n
	}
	low := at
	taken := 0
	for most < 0 || taken < most {
		r, n := m.char(at)
		if n == 0 || !i.set.has(r) {
			break
		}
		at += n
		if taken++; taken == i.n {
			low = at
		}
	}
	m.steps -= taken
	switch {
	case taken < i.n:
		return at, false
	case i.op == opRun && at > low:
		m.stack = append(m.stack, choice{shorterRun, pc, at, low})
	case i.op == opRunLazy && i.m != i.n:
		m.stack = append(m.stack, choice{longerRun, pc, at, i.m - i.n}) // below 0: no bound
	}
	return at, true
}

func (m *machine) save(slot, at int) {
	m.stack = append(m.stack, choice{kind: oldSlot, at: m.slots[slot], bound: slot})
	m.slots[slot] = at
}

// apart runs the part behind opAtomic or opLook by itself.
func (m *machine) apart(pc, at int) (int, bool, error) {
	l := m.code[pc].look
	if l == nil {
		l = &lookAround{}
	}
	base := len(m.stack)
	old := append([]int(nil), m.slots...)
	m.steps -= len(old)
	held, err := m.tried(pc+1, at, l)
	if err != nil {
		return 0, false, err
	}
	switch {
	case held && l.deny:
		copy(m.slots, old)
		m.stack = m.stack[:base]
	case held: // what was chosen inside stays, what was changed can still be undone
		m.stack = m.stack[:base]
		for slot, was := range old {
			if m.slots[slot] != was {
				m.stack = append(m.stack, choice{kind: oldSlot, at: was, bound: slot})
			}
		}
	}
	if m.code[pc].op == opLook {
		return at, held != l.deny, nil
	}
	return m.stop, held, nil
}

// tried runs a part from a place, or so that it ends there.
func (m *machine) tried(pc, at int, l *lookAround) (bool, error) {
	if !l.behind {
		return m.run(pc, at, -1)
	}
	start := at
	for back := 0; back <= l.most; back++ {
		if back >= l.least {
			if ok, err := m.run(pc, start, at); ok || err != nil {
				return ok, err
			}
		}
		if start == 0 {
			break
		}
		_, n := utf8.DecodeLastRuneInString(m.text[:start])
		start -= n
	}
	return false, nil
}

// holds tells whether an assertion holds at a place.
func (m *machine) holds(kind assertKind, at int) bool {
	switch kind {
	case textStart:
		return at == 0
	case textEnd:
		return at == len(m.text)
	case textEndLine:
		return at == len(m.text) || at == len(m.text)-1 && m.text[at] == '\n'
	case lineStart:
		return at == 0 || m.text[at-1] == '\n' && at < len(m.text)
	case lineEnd:
		return at == len(m.text) || m.text[at] == '\n'
	case wordBound:
		return m.word(at-1) != m.word(at)
	}
	return m.word(at-1) == m.word(at)
}

// word tells whether the byte at a place is a letter, digit or _ of ASCII.
func (m *machine) word(at int) bool {
	if at < 0 || at >= len(m.text) {
		return false
	}
	c := m.text[at]
	return c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

func (m *machine) char(at int) (rune, int) {
	if at >= len(m.text) {
		return 0, 0
	}
	if c := m.text[at]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	r, n := utf8.DecodeRuneInString(m.text[at:])
	return r, n
}

// again matches the text of a group.
func (m *machine) again(i *instruction, at int) (int, bool) {
	start, end := m.slots[2*i.n], m.slots[2*i.n+1]
	if start < 0 || end < start {
		return at, false
	}
	m.steps -= end - start
	want := m.text[start:end]
	if at+len(want) > len(m.text) {
		return at, false
	}
	have := m.text[at : at+len(want)]
	return at + len(want), have == want || i.m == 1 && strings.EqualFold(have, want)
}
