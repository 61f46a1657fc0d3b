package pcre

import (
	"errors"
	"fmt"
	"strings"
)

// group reads what stands behind an opening parenthesis.
func (p *parser) group(depth int) (node, error) {
	if p.has("*") {
		return nil, errors.New("verbs like (*FAIL) are not supported")
	}
	if !p.take("?") {
		return p.capture("", depth)
	}
	switch {
	case p.take("#"):
		if _, ok := p.upTo(")"); !ok {
			return nil, errors.New("a comment is not closed")
		}
		return nil, nil
	case p.take(":"):
		return p.inner(depth)
	case p.take(">"):
		of, err := p.inner(depth)
		return atomic{of}, err
	case p.take("="):
		return p.look(look{}, depth)
	case p.take("!"):
		return p.look(look{deny: true}, depth)
	case p.take("<="):
		return p.look(look{behind: true}, depth)
	case p.take("<!"):
		return p.look(look{behind: true, deny: true}, depth)
	case p.take("P="):
		name, ok := p.upTo(")")
		if !ok {
			return nil, errors.New("a back-reference is not closed")
		}
		return p.refer(reference{name: name}), nil
	case p.take("P<"), p.take("<"):
		return p.named(">", depth)
	case p.take("'"):
		return p.named("'", depth)
	case p.has("|"):
		return nil, errors.New("groups that share their numbers (?|…) are not supported; give each its own")
	case p.has("R"), p.has("&"), p.has("P>"), p.has("+"), p.rest != "" && '0' <= p.rest[0] && p.rest[0] <= '9', len(p.rest) > 1 && p.rest[0] == '-' && digits(p.rest[1:2]):
		return nil, errors.New("recursion is not supported; write the part out")
	case p.has("("):
		return nil, errors.New("conditions (?(…)…) are not supported; use alternatives with look-ahead")
	}
	return p.flagged(depth)
}

// inner reads a group's content and its closing parenthesis.
func (p *parser) inner(depth int) (node, error) {
	of, err := p.alternatives(depth + 1)
	if err == nil && !p.take(")") {
		err = errors.New("an opening parenthesis has no closing one")
	}
	return of, err
}

func (p *parser) capture(name string, depth int) (node, error) {
	n := len(p.names)
	p.names = append(p.names, name)
	of, err := p.inner(depth)
	return group{n, of}, err
}

func (p *parser) named(end string, depth int) (node, error) {
	name, ok := p.upTo(end)
	if !ok || name == "" || strings.Trim(name, "_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return nil, errors.New("the name of a group must be of letters, digits and _")
	}
	for _, other := range p.names {
		if other == name {
			return nil, fmt.Errorf("two groups have the name %q", name)
		}
	}
	return p.capture(name, depth)
}

func (p *parser) look(l look, depth int) (node, error) {
	p.looking++
	of, err := p.inner(depth)
	p.looking--
	if err != nil {
		return nil, err
	}
	if _, most := span(of); l.behind && (most < 0 || most > maxBehind) {
		return nil, fmt.Errorf("a look-behind must not be longer than %d characters", maxBehind)
	}
	l.of = of
	return l, nil
}

func (p *parser) refer(r reference) node {
	r.fold = p.flags.fold
	p.references = append(p.references, r)
	return r
}

// flagged reads (?flags) and (?flags:…).
func (p *parser) flagged(depth int) (node, error) {
	next, on := p.flags, true
	if p.take("^") {
		next = flags{}
	}
	for p.rest != "" {
		switch r := p.next(); {
		case r == ')':
			p.flags = next
			return nil, nil
		case r == ':':
			outer := p.flags
			p.flags = next
			of, err := p.inner(depth)
			p.flags = outer
			return of, err
		case r == '-' && on:
			on = false
		case !next.set(r, on):
			return nil, fmt.Errorf("unknown flag or group (?%c", r)
		}
	}
	return nil, errors.New("an opening parenthesis has no closing one")
}
