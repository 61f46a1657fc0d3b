package advisory

import (
	"strings"
)

// validGem tells whether a text is a version by Gem::Version: numbers and words between dots, the first of them a number, and
// what stands behind a hyphen a pre-release.
func validGem(v string) bool {
	v = strings.Trim(v, " \t\n")
	main, pre, hyphen := strings.Cut(v, "-")
	if main == "" || !isDigit(main[0]) || !alphanumericParts(main, false) {
		return false
	}
	n := leadingDigits(main)
	if n < len(main) && main[n] != '.' {
		return false
	}
	return !hyphen || alphanumericParts(pre, true)
}

func alphanumericParts(s string, hyphens bool) bool {
	for part := range strings.SplitSeq(s, ".") {
		if part == "" {
			return false
		}
		for i := range len(part) {
			if c := part[i]; !isDigit(c) && !isLetter(c) && !(hyphens && c == '-') {
				return false
			}
		}
	}
	return true
}

// gemSegments goes through the numbers and words of a version; a hyphen is the word "pre". Zeros at the end are left out, and those
// right before the first word.
type gemSegments struct {
	rest string
	word bool // a word was met
}

// next gives the next segment, "" at the end.
func (g *gemSegments) next() string {
	segment := g.raw()
	if !zeros(segment) {
		g.word = g.word || segment != "" && isLetter(segment[0])
		return segment
	}
	ahead := *g
	for {
		s := ahead.raw()
		if zeros(s) {
			continue
		}
		if s == "" || isLetter(s[0]) && !g.word {
			*g = ahead
			g.word = true
			return s
		}
		return segment
	}
}

// zeros tells whether a segment is the number zero.
func zeros(s string) bool { return s != "" && strings.Trim(s, "0") == "" }

func (g *gemSegments) raw() string {
	i := 0
	for i < len(g.rest) && !isDigit(g.rest[i]) && !isLetter(g.rest[i]) {
		if i++; g.rest[i-1] == '-' {
			g.rest = g.rest[i:]
			return "pre"
		}
	}
	g.rest = g.rest[i:]
	if g.rest == "" {
		return ""
	}
	n := leadingRun(g.rest, isDigit(g.rest[0]))
	segment := g.rest[:n]
	g.rest = g.rest[n:]
	return segment
}

func compareGem(a, b string) int {
	x, y := gemSegments{rest: a}, gemSegments{rest: b}
	for {
		s, t := x.next(), y.next()
		if s == "" && t == "" {
			return 0
		}
		c := 0
		switch wordS, wordT := s != "" && isLetter(s[0]), t != "" && isLetter(t[0]); {
		case wordS && wordT:
			c = strings.Compare(s, t)
		case wordS != wordT: // a word comes before the end and before numbers
			return boolInt(wordT) - boolInt(wordS)
		default:
			c = compareDigits(s, t)
		}
		if c != 0 {
			return c
		}
	}
}
