package advisory

import (
	"strings"
)

// semver is a version by https://semver.org, and what registries that follow it in the main also hold: a leading "v" or "=", fewer or
// more than three numbers (those that are missing are 0), and a pre-release without its hyphen ("1.2.3beta", node's loose mode).
type semver struct {
	core, pre, build string
	// loose tells that nothing stands between the numbers and pre.
	loose bool
}

// parseSemver takes a version apart. Its parts are parts of v.
func parseSemver(v string) (s semver, ok bool) {
	v = strings.TrimLeft(v, "v=V")
	end := 0
	for {
		n := leadingDigits(v[end:])
		if n == 0 {
			if end == 0 {
				return s, false
			}
			end-- // a dot before letters: "1.2.3.beta"
			break
		}
		end += n
		if end == len(v) || v[end] != '.' {
			break
		}
		end++
	}
	s.core = v[:end]
	rest := v[end:]
	if i := strings.IndexByte(rest, '+'); i >= 0 {
		s.build = rest[i+1:]
		rest = rest[:i]
		if !identifiers(s.build) {
			return s, false
		}
	}
	if rest == "" {
		return s, true
	}
	if s.loose = rest[0] != '-' && rest[0] != '.'; !s.loose {
		rest = rest[1:]
	} else if strings.IndexByte(s.core, '.') < 0 {
		return s, false // the hash of a commit
	}
	s.pre = rest
	return s, identifiers(rest)
}

// identifiers tells whether a text is dot-separated identifiers: letters, digits, hyphens (and underscores, which some registries let through).
func identifiers(s string) bool {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isDigit(c) && !isLetter(c) && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return true
}

func compareSemver(a, b string) int {
	x, _ := parseSemver(a)
	y, _ := parseSemver(b)
	if c := compareCore(x.core, y.core); c != 0 {
		return c
	}
	return comparePre(x.pre, y.pre, false)
}

// compareCore compares dotted numbers; missing ones are 0.
func compareCore(a, b string) int {
	for a != "" || b != "" {
		n, m := leadingDigits(a), leadingDigits(b)
		if c := compareDigits(a[:n], b[:m]); c != 0 {
			return c
		}
		a, b = a[n:], b[m:]
		if a != "" {
			a = a[1:]
		}
		if b != "" {
			b = b[1:]
		}
	}
	return 0
}

// comparePre compares pre-releases; a version without one comes after those that have one.
func comparePre(a, b string, fold bool) int {
	switch {
	case a == b:
		return 0
	case a == "":
		return 1
	case b == "":
		return -1
	}
	return compareIdentifiers(a, b, fold)
}

// compareIdentifiers compares dot-separated identifiers: numbers as numbers and before words, words by their bytes, fewer before more.
func compareIdentifiers(a, b string, fold bool) int {
	for {
		var x, y string
		var moreX, moreY bool
		x, a, moreX = strings.Cut(a, ".")
		y, b, moreY = strings.Cut(b, ".")
		nx, ny := number(x), number(y)
		c := 0
		switch {
		case nx && ny:
			c = compareDigits(x, y)
		case nx:
			return -1
		case ny:
			return 1
		case fold:
			c = compareFold(x, y)
		default:
			c = strings.Compare(x, y)
		}
		if c != 0 {
			return c
		}
		if !moreX || !moreY {
			return boolInt(moreX) - boolInt(moreY)
		}
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compareFold compares texts by their bytes, with letters in their small form.
func compareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		if c := int(lower(a[i])) - int(lower(b[i])); c != 0 {
			return c
		}
	}
	return len(a) - len(b)
}

// compareNuGet is semver with a fourth number and pre-releases in which case does not count.
func compareNuGet(a, b string) int {
	x, _ := parseSemver(a)
	y, _ := parseSemver(b)
	if c := compareCore(x.core, y.core); c != 0 {
		return c
	}
	return comparePre(x.pre, y.pre, true)
}

// compareConan is semver in which letters right behind the numbers are a later release ("1.1.1k", as OpenSSL counts), and no pre-release.
func compareConan(a, b string) int {
	x, _ := parseSemver(a)
	y, _ := parseSemver(b)
	if c := compareCore(x.core, y.core); c != 0 {
		return c
	}
	var letterX, letterY string
	if x.loose {
		letterX, x.pre, _ = strings.Cut(x.pre, "-")
	}
	if y.loose {
		letterY, y.pre, _ = strings.Cut(y.pre, "-")
	}
	if c := strings.Compare(letterX, letterY); c != 0 {
		return c
	}
	return comparePre(x.pre, y.pre, false)
}

// comparePub is semver in which builds are ordered too, after the version without one (package pub_semver).
func comparePub(a, b string) int {
	if c := compareSemver(a, b); c != 0 {
		return c
	}
	x, _ := parseSemver(a)
	y, _ := parseSemver(b)
	switch {
	case x.build == y.build:
		return 0
	case x.build == "":
		return -1
	case y.build == "":
		return 1
	}
	return compareIdentifiers(x.build, y.build, false)
}
