package advisory

import (
	"strings"
)

// composerVersion is a version as Composer normalises it before PHP's version_compare orders it.
type composerVersion struct {
	// core are the numbers; missing ones are 0, and "x" stands for all that follow.
	core string
	// branch tells that it is the head of a branch ("1.2.x-dev").
	branch bool
	// stability is -4 dev, -3 alpha, -2 beta, -1 RC, 0 stable, 1 patch; number is what follows the word, further parts behind dots.
	stability int
	number    string
	// dev tells of "-dev" behind a stability.
	dev bool
}

// parse reads "v1.2.3-beta2", "1.0RC1", "1.2.x-dev"; names of branches ("dev-main") are no versions.
func (p *composerVersion) parse(v string) bool {
	v = strings.TrimSpace(v)
	if i := strings.IndexByte(v, '+'); i > 0 { // build
		v = v[:i]
	}
	if i := strings.IndexAny(v, " #@"); i > 0 { // "as", a commit, a stability flag
		v = v[:i]
	}
	if begins(v, 'v') || begins(v, 'V') {
		v = v[1:]
	}
	n := leadingDigits(v)
	if n == 0 {
		return false
	}
	for n+1 < len(v) && (v[n] == '.' || v[n] == '-' && n >= 4) && isDigit(v[n+1]) { // dates also have hyphens
		n += 1 + leadingDigits(v[n+1:])
	}
	p.core, v = v[:n], v[n:]
	for _, x := range [...]string{".x", ".X", ".*"} {
		if strings.HasPrefix(v, x) {
			p.branch = true
			for strings.HasPrefix(v, x) {
				v = v[2:]
			}
			break
		}
	}
	if v == "" {
		return !p.branch
	}
	return p.parseStability(v)
}

func (p *composerVersion) parseStability(v string) bool {
	v = cutSeparator(v)
	n := leadingRun(v, false)
	word := v[:n]
	rest := v[n:]
	switch {
	case strings.EqualFold(word, "dev"):
		p.stability = -4
		return rest == "" || number(cutSeparator(rest)) && !p.branch
	case p.branch:
		return false
	case strings.EqualFold(word, "alpha"), strings.EqualFold(word, "a"):
		p.stability = -3
	case strings.EqualFold(word, "beta"), strings.EqualFold(word, "b"):
		p.stability = -2
	case strings.EqualFold(word, "rc"):
		p.stability = -1
	case strings.EqualFold(word, "stable"):
		return rest == ""
	case strings.EqualFold(word, "patch"), strings.EqualFold(word, "pl"), strings.EqualFold(word, "p"):
		p.stability = 1
	default:
		return false
	}
	if low := strings.ToLower(rest); strings.HasSuffix(low, "dev") {
		p.dev = true
		rest = strings.TrimRight(rest[:len(rest)-3], ".-_")
	}
	if rest == "" {
		return true
	}
	if p.number = cutSeparator(rest); !validNumbers(p.number, ".-") {
		return false
	}
	return true
}

func compareComposer(a, b string) int {
	var p, q composerVersion
	okP, okQ := p.parse(a), q.parse(b)
	if !okP || !okQ {
		if okP != okQ {
			return boolInt(okP) - boolInt(okQ)
		}
		return strings.Compare(a, b)
	}
	if c := compareBranches(&p, &q); c != 0 {
		return c
	}
	if c := p.stability - q.stability; c != 0 {
		return c
	}
	if (p.number == "") != (q.number == "") { // "beta" comes before "beta0"
		return boolInt(p.number != "") - boolInt(q.number != "")
	}
	if c := compareNumbers(p.number, q.number); c != 0 {
		return c
	}
	return boolInt(q.dev) - boolInt(p.dev)
}

// compareBranches compares the numbers; those that a branch leaves open are greater than any.
func compareBranches(p, q *composerVersion) int {
	a, b := p.core, q.core
	for a != "" || b != "" {
		if a == "" && p.branch || b == "" && q.branch {
			break
		}
		n, m := leadingDigits(a), leadingDigits(b)
		if c := compareDigits(a[:n], b[:m]); c != 0 {
			return c
		}
		a, b = strings.TrimLeft(a[n:], ".-"), strings.TrimLeft(b[m:], ".-")
	}
	openP, openQ := p.branch && a == "", q.branch && b == ""
	return boolInt(openP) - boolInt(openQ)
}
