package pcre

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// escape reads what stands behind a backslash outside of brackets.
func (p *parser) escape() (node, error) {
	if p.rest == "" {
		return nil, errors.New("the expression ends with a backslash")
	}
	before := p.rest
	switch r := p.next(); r {
	case 'A':
		return assertion{textStart}, nil
	case 'z':
		return assertion{textEnd}, nil
	case 'Z':
		return assertion{textEndLine}, nil
	case 'b':
		return assertion{wordBound}, nil
	case 'B':
		return assertion{notWordBound}, nil
	case 'K':
		if p.looking > 0 {
			return nil, errors.New(`\K has no place in a look-around`)
		}
		return keep{}, nil
	case 'R':
		crlf := sequence{char{(&set{ranges: []rune{'\r', '\r'}}).done()}, char{(&set{ranges: []rune{'\n', '\n'}}).done()}}
		return atomic{alternation{crlf, char{letter('v')}}}, nil
	case 'k':
		return p.namedReference()
	case 'g':
		return p.numberedReference()
	case 'G', 'X', 'C':
		return nil, fmt.Errorf(`\%c is not supported`, r)
	default:
		if '1' <= r && r <= '9' {
			if n, ok := p.backReference(before); ok {
				return n, nil
			}
		}
	}
	p.rest = before
	s := &set{fold: p.flags.fold}
	if err := p.escaped(s); err != nil {
		return nil, err
	}
	return char{s.done()}, nil
}

// backReference reads \1 … \99. A number above the groups so far and above 9 is an octal number.
func (p *parser) backReference(s string) (node, bool) {
	n := len(s) - len(strings.TrimLeft(s, "0123456789"))
	number, err := strconv.Atoi(s[:n])
	if err != nil || number > 9 && number >= len(p.names) {
		return nil, false
	}
	p.rest = s[n:]
	return p.refer(reference{n: number}), true
}

// namedReference reads <name>, {name} or 'name' behind \k.
func (p *parser) namedReference() (node, error) {
	for _, pair := range []string{"<>", "{}", "''"} {
		if p.take(pair[:1]) {
			if name, ok := p.upTo(pair[1:]); ok && name != "" {
				return p.refer(reference{name: name}), nil
			}
		}
	}
	return nil, errors.New(`\k needs the name of a group`)
}

// numberedReference reads {n}, {-n}, {name} or n behind \g.
func (p *parser) numberedReference() (node, error) {
	text, ok := "", true
	if p.take("{") {
		text, ok = p.upTo("}")
	} else {
		sign := len(p.rest) - len(strings.TrimPrefix(p.rest, "-"))
		n := len(p.rest) - len(strings.TrimLeft(p.rest[sign:], "0123456789"))
		text, p.rest = p.rest[:n], p.rest[n:]
	}
	n, err := strconv.Atoi(text)
	switch {
	case !ok || text == "":
		return nil, errors.New(`\g needs the number or the name of a group`)
	case err != nil:
		return p.refer(reference{name: text}), nil
	case n < 0:
		n += len(p.names)
	}
	if n <= 0 {
		return nil, fmt.Errorf(`\g{%s}: there is no such group`, text)
	}
	return p.refer(reference{n: n}), nil
}

// escaped adds what stands behind a backslash to a set.
func (p *parser) escaped(s *set) error {
	if p.rest == "" {
		return errors.New("the expression ends with a backslash")
	}
	r := p.next()
	if of := letter(r); of != nil {
		s.tables = append(s.tables, table{set: of})
		return nil
	}
	if r == 'p' || r == 'P' {
		return p.property(s, r == 'P')
	}
	c, err := p.character(r)
	if err == nil {
		s.ranges = append(s.ranges, c, c)
	}
	return err
}

func (p *parser) property(s *set, not bool) error {
	if p.rest == "" {
		return errors.New(`\p needs the name of a property`)
	}
	name := string(p.next())
	if name == "{" {
		var ok bool
		if name, ok = p.upTo("}"); !ok {
			return errors.New(`\p{ is not closed`)
		}
	}
	if rest, denied := strings.CutPrefix(name, "^"); denied {
		name, not = rest, !not
	}
	of := property(name)
	if of == nil {
		return fmt.Errorf("unknown property %q", name)
	}
	s.tables = append(s.tables, table{set: of, not: not})
	return nil
}

// character gives the character that a backslash and r stand for.
func (p *parser) character(r rune) (rune, error) {
	switch r {
	case 'a':
		return 7, nil
	case 'e':
		return 27, nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'c':
		if p.rest == "" {
			return 0, errors.New(`\c needs a letter`)
		}
		return unicode.ToUpper(p.next()) ^ 64, nil
	case 'x':
		if p.take("{") {
			text, _ := p.upTo("}")
			return number(text, 16)
		}
		return p.digits(2, 16)
	case 'o':
		if p.take("{") {
			text, _ := p.upTo("}")
			return number(text, 8)
		}
	}
	if '0' <= r && r <= '7' {
		p.rest = string(r) + p.rest
		return p.digits(3, 8)
	}
	if r == '_' || r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) || r >= utf8.RuneSelf {
		return r, nil
	}
	return 0, fmt.Errorf(`\%c means nothing`, r)
}

// digits reads up to so many digits; none are a zero.
func (p *parser) digits(most, base int) (rune, error) {
	n := 0
	for n < most && n < len(p.rest) && strings.IndexByte("0123456789abcdef"[:base], p.rest[n]|lower(p.rest[n])) >= 0 {
		n++
	}
	text := p.rest[:n]
	p.rest = p.rest[n:]
	if text == "" {
		return 0, nil
	}
	return number(text, base)
}

// lower gives the bit that makes a letter small.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return 'a' - 'A'
	}
	return 0
}

func number(text string, base int) (rune, error) {
	n, err := strconv.ParseUint(text, base, 32)
	if err != nil || n > unicode.MaxRune {
		return 0, fmt.Errorf("%q is no number of a character", text)
	}
	return rune(n), nil
}

// class reads what stands behind an opening bracket.
func (p *parser) class() (node, error) {
	s := &set{fold: p.flags.fold}
	s.not = p.take("^")
	for first := true; first || !p.take("]"); first = false {
		if p.rest == "" {
			return nil, errors.New("a bracket is not closed")
		}
		if name, ok := p.posixName(); ok {
			of := posix(strings.TrimPrefix(name, "^"))
			if of == nil {
				return nil, fmt.Errorf("unknown class [:%s:]", name)
			}
			s.tables = append(s.tables, table{set: of, not: strings.HasPrefix(name, "^")})
			continue
		}
		if err := p.member(s); err != nil {
			return nil, err
		}
	}
	return char{s.done()}, nil
}

func (p *parser) posixName() (string, bool) {
	if !p.has("[:") {
		return "", false
	}
	name, _, ok := strings.Cut(p.rest[2:], ":]")
	if !ok || strings.Trim(name, "^abcdefghijklmnopqrstuvwxyz") != "" {
		return "", false
	}
	p.rest = p.rest[len(name)+4:]
	return name, true
}

// member reads one character, range or escape of a class.
func (p *parser) member(s *set) error {
	before := len(s.ranges)
	if err := p.bracketed(s); err != nil {
		return err
	}
	single := len(s.ranges) == before+2
	if !single || !p.has("-") || p.has("-]") || len(p.rest) < 2 {
		return nil
	}
	p.take("-")
	if err := p.bracketed(s); err != nil {
		return err
	}
	if len(s.ranges) != before+4 { // [a-\d]: the - stands for itself
		s.ranges = append(s.ranges, '-', '-')
		return nil
	}
	low, high := s.ranges[before], s.ranges[before+3]
	if low > high {
		return fmt.Errorf("the range %c-%c is upside down", low, high)
	}
	s.ranges = append(s.ranges[:before], low, high)
	return nil
}

// bracketed adds one character or escape.
func (p *parser) bracketed(s *set) error {
	if p.take(`\`) {
		switch {
		case p.take("b"):
			s.ranges = append(s.ranges, '\b', '\b')
			return nil
		case p.take("Q"), p.take("E"):
			return nil
		}
		if p.has("R") || p.has("X") || p.has("B") || p.has("N") {
			return fmt.Errorf(`\%c has no place in brackets`, p.rest[0])
		}
		return p.escaped(s)
	}
	r := p.next()
	s.ranges = append(s.ranges, r, r)
	return nil
}
