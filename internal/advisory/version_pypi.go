package advisory

import (
	"strings"
)

// pep440 is a version by PEP 440, in parts of the text it was read from.
type pep440 struct {
	epoch, release string
	// pre is 'a', 'b' or 'c' (release candidate), 0 for none; post and dev tell whether there is such a part.
	pre               byte
	post, dev         bool
	preN, postN, devN string
	local             string
}

// parsePEP440 reads a version in all the spellings that PEP 440 normalises.
func parsePEP440(v string) (p pep440, ok bool) {
	v = strings.Trim(v, " \t\n\r\f\v")
	if begins(v, 'v') || begins(v, 'V') {
		v = v[1:]
	}
	if n := leadingDigits(v); n > 0 && n < len(v) && v[n] == '!' {
		p.epoch, v = v[:n], v[n+1:]
	}
	n := leadingDigits(v)
	if n == 0 {
		return p, false
	}
	for n+1 < len(v) && v[n] == '.' && isDigit(v[n+1]) {
		n += 1 + leadingDigits(v[n+1:])
	}
	p.release, v = v[:n], v[n:]
	v = p.readPre(v)
	v = p.readPost(v)
	if word, number, rest := cutPart(v, "dev"); word != "" {
		p.dev, p.devN, v = true, number, rest
	}
	if v == "" {
		return p, true
	}
	p.local = v[1:]
	return p, v[0] == '+' && validLocal(p.local)
}

func (p *pep440) readPre(v string) string {
	word, number, rest := cutPart(v, "alpha", "a", "beta", "b", "preview", "pre", "rc", "c")
	switch word {
	case "":
		return v
	case "alpha", "a":
		p.pre = 'a'
	case "beta", "b":
		p.pre = 'b'
	default:
		p.pre = 'c'
	}
	p.preN = number
	return rest
}

func (p *pep440) readPost(v string) string {
	if begins(v, '-') { // "1.0-1"
		if n := leadingDigits(v[1:]); n > 0 {
			p.post, p.postN = true, v[1:1+n]
			return v[1+n:]
		}
	}
	if word, number, rest := cutPart(v, "post", "rev", "r"); word != "" {
		p.post, p.postN = true, number
		return rest
	}
	return v
}

// cutPart reads an optional separator, one of the words in any case, and an optional number with its own optional separator.
func cutPart(v string, words ...string) (word, number, rest string) {
	s := cutSeparator(v)
	for _, w := range words {
		if len(s) < len(w) || !strings.EqualFold(s[:len(w)], w) {
			continue
		}
		rest = s[len(w):]
		if rest != "" && isLetter(rest[0]) && len(w) == 1 && w != "a" && w != "b" && w != "c" {
			continue
		}
		behind := cutSeparator(rest)
		if n := leadingDigits(behind); n > 0 {
			return w, behind[:n], behind[n:]
		}
		return w, "", rest
	}
	return "", "", v
}

func cutSeparator(s string) string {
	if s != "" && (s[0] == '-' || s[0] == '_' || s[0] == '.') {
		return s[1:]
	}
	return s
}

// validLocal tells whether a text is letters and digits between single separators.
func validLocal(s string) bool {
	separated := true
	for i := range len(s) {
		c := s[i]
		if c == '.' || c == '-' || c == '_' {
			if separated {
				return false
			}
			separated = true
		} else if isDigit(c) || isLetter(c) {
			separated = false
		} else {
			return false
		}
	}
	return !separated
}

func comparePEP440(a, b string) int {
	p, okP := parsePEP440(a)
	q, okQ := parsePEP440(b)
	if !okP || !okQ {
		if okP != okQ {
			return boolInt(okP) - boolInt(okQ)
		}
		return strings.Compare(a, b)
	}
	if c := compareDigits(p.epoch, q.epoch); c != 0 {
		return c
	}
	if c := compareCore(p.release, q.release); c != 0 {
		return c
	}
	if c := p.phase() - q.phase(); c != 0 {
		return c
	}
	if c := compareDigits(p.preN, q.preN); c != 0 {
		return c
	}
	if c := comparePresent(p.post, q.post, p.postN, q.postN); c != 0 {
		return c
	}
	// What is in development comes before what is finished.
	if c := comparePresent(!p.dev, !q.dev, p.devN, q.devN); c != 0 {
		return c
	}
	return compareLocal(p.local, q.local)
}

// phase orders what precedes a release: development of it, alpha, beta, candidate, the release itself and what follows it.
func (p *pep440) phase() int {
	switch {
	case p.pre != 0:
		return int(p.pre-'a') + 1
	case p.dev && !p.post:
		return 0
	}
	return 4
}

func comparePresent(a, b bool, numberA, numberB string) int {
	if a != b {
		return boolInt(a) - boolInt(b)
	}
	return compareDigits(numberA, numberB)
}

// compareLocal compares local labels: none first, then part by part, numbers after words, more parts after fewer.
func compareLocal(a, b string) int {
	for a != "" && b != "" {
		var x, y string
		x, a = cutLocal(a)
		y, b = cutLocal(b)
		nx, ny := number(x), number(y)
		c := 0
		switch {
		case nx && ny:
			c = compareDigits(x, y)
		case nx != ny:
			return boolInt(nx) - boolInt(ny)
		default:
			c = compareFold(x, y)
		}
		if c != 0 {
			return c
		}
	}
	return boolInt(a != "") - boolInt(b != "")
}

func cutLocal(s string) (part, rest string) {
	if i := strings.IndexAny(s, ".-_"); i >= 0 {
		return s[:i], s[i+1:]
	}
	return s, ""
}
