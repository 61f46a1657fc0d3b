package facet

import (
	"errors"
	"strings"
)

// glob is a pattern with stars, in lower case. "*" is any text; in a path it ends at a "/", "**" does not, and "**/" is any folders or none.
// It is matched by an automaton of at most 64 states, so that no pattern takes longer than its text is long.
type glob struct {
	prefix string // what stands before the first star
	// needle is the longest part without stars: what to look for first.
	needle string
	final  uint64
	match  [256]uint64 // which states a byte leads out of
	stay   uint64      // states that any byte stays in
	within uint64      // states that any byte but "/" stays in
	skip   uint64      // states from which the next two are reached with nothing read; the second is none of them
}

var (
	errLongPattern = errors.New("want at most 60 characters after the first *")
	errNoPattern   = errors.New("want a *")
)

// newGlob compiles a pattern that has a star.
func newGlob(pattern string, path bool) (*glob, error) {
	if !strings.Contains(pattern, "*") {
		return nil, errNoPattern
	}
	for strings.Contains(pattern, "***") {
		pattern = strings.ReplaceAll(pattern, "***", "**")
	}
	for strings.Contains(pattern, "**/**/") {
		pattern = strings.ReplaceAll(pattern, "**/**/", "**/")
	}
	g := &glob{final: 1}
	first := strings.IndexByte(pattern, '*')
	g.prefix = pattern[:first]
	for part := range strings.SplitSeq(pattern, "*") {
		if len(part) > len(g.needle) {
			g.needle = part
		}
	}
	for at := first; at < len(pattern); {
		rest := pattern[at:]
		switch {
		case path && strings.HasPrefix(rest, "**/") && (at == 0 || pattern[at-1] == '/'):
			g.skip |= g.final
			g.stay |= g.final << 1
			g.match['/'] |= g.final << 1
			g.final <<= 2
			at += 3
		case path && rest[0] == '*' && !strings.HasPrefix(rest, "**"):
			g.within |= g.final
			at++
		case rest[0] == '*':
			g.stay |= g.final
			at++
		default:
			g.match[rest[0]] |= g.final
			g.final <<= 1
			at++
		}
		if g.final == 0 {
			return nil, errLongPattern
		}
	}
	return g, nil
}

// matches tells whether the pattern is the whole of s.
func (g *glob) matches(s []byte) bool {
	if len(s) < len(g.prefix) || string(s[:len(g.prefix)]) != g.prefix {
		return false
	}
	now := g.reach(1)
	for _, c := range s[len(g.prefix):] {
		next := (now&g.match[c])<<1 | now&g.stay
		if c != '/' {
			next |= now & g.within
		}
		if now = g.reach(next); now == 0 {
			return false
		}
	}
	return now&g.final != 0
}

// reach adds the states that are reached with nothing read.
func (g *glob) reach(now uint64) uint64 {
	skipping := now & g.skip
	return now | skipping<<1 | skipping<<2
}
