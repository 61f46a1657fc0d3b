package secret

import (
	"regexp/syntax"
	"strings"
)

// required finds literals one of which stands in whatever a pattern matches: what a rule without keywords is started by.
// exact tells that they are case-sensitive. It gives nil where there are none of at least minKeyword bytes.
func required(pattern string) (literals []string, exact bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, false
	}
	set := needs(re.Simplify(), 0)
	exact = true
	for _, l := range set {
		exact = exact && !l.fold
	}
	for _, l := range set {
		literals = append(literals, l.text)
	}
	return literals, exact
}

// needed is a literal of a pattern; fold tells that its case does not matter.
type needed struct {
	text string
	fold bool
}

// maxNeeded bounds the alternatives that are followed.
const maxNeeded = 64

// needs gives the best set of literals of which one is in every match of re, or nil.
func needs(re *syntax.Regexp, depth int) []needed {
	if depth > 50 {
		return nil
	}
	switch re.Op {
	case syntax.OpLiteral:
		if text := string(re.Rune); len(text) >= minKeyword && isASCII(text) {
			return []needed{{text, re.Flags&syntax.FoldCase != 0}}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return needs(re.Sub[0], depth+1)
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needs(re.Sub[0], depth+1)
		}
	case syntax.OpConcat:
		return bestOf(re, depth)
	case syntax.OpAlternate:
		return allOf(re, depth)
	}
	return nil
}

// bestOf takes the part of a sequence whose shortest literal is longest.
func bestOf(re *syntax.Regexp, depth int) []needed {
	var best []needed
	score := 0
	for _, sub := range re.Sub {
		set := needs(sub, depth+1)
		if s := shortest(set)*maxNeeded - len(set); len(set) > 0 && s > score {
			best, score = set, s
		}
	}
	return best
}

// allOf joins the literals of all alternatives, each of which must have some.
func allOf(re *syntax.Regexp, depth int) []needed {
	var all []needed
	for _, sub := range re.Sub {
		set := needs(sub, depth+1)
		if len(set) == 0 || len(all)+len(set) > maxNeeded {
			return nil
		}
		all = append(all, set...)
	}
	return all
}

func shortest(set []needed) int {
	n := 1 << 10
	for _, l := range set {
		n = min(n, len(l.text))
	}
	return n
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0
}
