package pcre

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// flags are those of (?imsx).
type flags struct{ fold, multiline, dotAll, extended, lazy bool }

func (f *flags) set(letter rune, on bool) bool {
	switch letter {
	case 'i':
		f.fold = on
	case 'm':
		f.multiline = on
	case 's':
		f.dotAll = on
	case 'x':
		f.extended = on
	case 'U':
		f.lazy = on
	default:
		return false
	}
	return true
}

// parser reads an expression.
type parser struct {
	rest  string
	flags flags
	// names are the groups by number.
	names      []string
	references []reference
	// quoted tells that the parser stands between \Q and \E.
	quoted bool
	// looking counts the look-arounds that are open.
	looking int
}

func (p *parser) has(s string) bool { return strings.HasPrefix(p.rest, s) }

func (p *parser) take(s string) bool {
	rest, ok := strings.CutPrefix(p.rest, s)
	p.rest = rest
	return ok
}

// upTo takes a text that ends with a sign, which is taken too.
func (p *parser) upTo(end string) (string, bool) {
	text, rest, ok := strings.Cut(p.rest, end)
	if ok {
		p.rest = rest
	}
	return text, ok
}

func (p *parser) next() rune {
	r, n := utf8.DecodeRuneInString(p.rest)
	p.rest = p.rest[n:]
	return r
}

// check sees that every back-reference has its group.
func (p *parser) check() error {
	for _, r := range p.references {
		if p.number(r) == 0 {
			return fmt.Errorf("back-reference to group %s, which does not exist", r.label())
		}
	}
	return nil
}

func (r reference) label() string {
	if r.name != "" {
		return strconv.Quote(r.name)
	}
	return strconv.Itoa(r.n)
}

// number gives the group of a back-reference; 0 if there is none.
func (p *parser) number(r reference) int {
	if r.name == "" {
		if r.n < len(p.names) {
			return r.n
		}
		return 0
	}
	for i, name := range p.names {
		if name == r.name {
			return i
		}
	}
	return 0
}

// alternatives reads up to a closing parenthesis or the end. Flags that are set inside hold up to there.
func (p *parser) alternatives(depth int) (node, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d groups", maxDepth)
	}
	outer := p.flags
	defer func() { p.flags = outer }()
	var all alternation
	for {
		n, err := p.sequence(depth)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
		if !p.take("|") {
			break
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func (p *parser) sequence(depth int) (node, error) {
	var s sequence
	for p.rest != "" && (p.quoted || !p.has("|") && !p.has(")")) {
		if p.flags.extended && !p.quoted && p.blank() {
			continue
		}
		if p.take(`\E`) {
			p.quoted = false
			continue
		}
		n, err := p.atom(depth)
		if err != nil {
			return nil, err
		}
		if n == nil { // flags or a comment
			continue
		}
		if p.quoted && !p.has(`\E`) {
			s = append(s, n)
			continue
		}
		p.quoted = p.quoted && !p.take(`\E`)
		if n, err = p.quantified(n); err != nil {
			return nil, err
		}
		s = append(s, n)
	}
	return s, nil
}

// blank passes over what (?x) does not count.
func (p *parser) blank() bool {
	if strings.ContainsRune(" \t\n\v\f\r", rune(p.rest[0])) {
		p.rest = p.rest[1:]
		return true
	}
	if !p.take("#") {
		return false
	}
	if _, ok := p.upTo("\n"); !ok {
		p.rest = ""
	}
	return true
}

// quantified reads what stands behind an atom: * + ? {n,m}, with ? or + behind it.
func (p *parser) quantified(n node) (node, error) {
	for p.flags.extended && p.rest != "" && p.blank() {
	}
	least, most, ok, err := p.quantifier()
	if !ok || err != nil {
		return n, err
	}
	r := repeat{of: n, least: least, most: most, lazy: p.flags.lazy}
	switch {
	case p.take("?"):
		r.lazy = !r.lazy
	case p.take("+"):
		return atomic{r}, nil
	}
	if _, _, again, _ := p.quantifier(); again {
		return nil, errors.New("a quantifier stands behind a quantifier")
	}
	return r, nil
}

func (p *parser) quantifier() (least, most int, ok bool, err error) {
	switch {
	case p.take("*"):
		return 0, -1, true, nil
	case p.take("+"):
		return 1, -1, true, nil
	case p.take("?"):
		return 0, 1, true, nil
	case !p.has("{"):
		return 0, 0, false, nil
	}
	body, _, closed := strings.Cut(p.rest[1:], "}")
	low, high, comma := strings.Cut(body, ",")
	if !closed || !digits(low) || comma && high != "" && !digits(high) {
		return 0, 0, false, nil // a brace that is no quantifier stands for itself
	}
	least, _ = strconv.Atoi(low)
	switch most = least; {
	case comma && high == "":
		most = -1
	case comma:
		most, _ = strconv.Atoi(high)
	}
	switch {
	case len(low) > 6 || least > maxRepeat || len(high) > 6 || most > maxRepeat:
		return 0, 0, true, fmt.Errorf("repetition {%s} is larger than %d", body, maxRepeat)
	case most >= 0 && most < least:
		return 0, 0, true, fmt.Errorf("repetition {%s} is upside down", body)
	}
	p.rest = p.rest[len(body)+2:]
	return least, most, true, nil
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// one gives the node of one character.
func (p *parser) one(r rune) node {
	return char{one(r, p.flags.fold)}
}

// atom reads one part without its quantifier; nil where it matches nothing and is nothing (flags, comments).
func (p *parser) atom(depth int) (node, error) {
	if p.take(`\Q`) {
		p.quoted = true
		return nil, nil
	}
	if p.quoted {
		return p.one(p.next()), nil
	}
	switch r := p.next(); r {
	case '.':
		if p.flags.dotAll {
			return char{(&set{not: true}).done()}, nil
		}
		return char{letter('N')}, nil
	case '^':
		if p.flags.multiline {
			return assertion{lineStart}, nil
		}
		return assertion{textStart}, nil
	case '$':
		if p.flags.multiline {
			return assertion{lineEnd}, nil
		}
		return assertion{textEndLine}, nil
	case '[':
		return p.class()
	case '(':
		return p.group(depth)
	case '\\':
		return p.escape()
	case '*', '+', '?':
		return nil, errors.New("a quantifier stands where there is nothing to repeat")
	default:
		return p.one(r), nil
	}
}
