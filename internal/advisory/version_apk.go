package advisory

import (
	"strings"
)

// Alpine's order: apk-package(5), digit{.digit}…{letter}{_suffix{number}}…{~hash}{-r#}.

// apkKind is what a part of a version is. Where two versions are the same so far, the one whose next part has the lesser kind is newer.
type apkKind uint8

const (
	apkFirst apkKind = iota
	apkDigit
	apkLetter
	apkSuffix
	apkSuffixNumber
	apkHash
	apkRevision
	apkEnd
	apkWrong
)

// apkScanner goes through the parts of a version.
type apkScanner struct {
	rest  string
	kind  apkKind
	value string
	rank  int // of a suffix: negative before the release, positive behind it
}

func newAPK(v string) apkScanner {
	s := apkScanner{rest: v, kind: apkFirst}
	s.take(apkFirst, leadingDigits(v))
	if s.value == "" {
		s.kind = apkWrong
	}
	return s
}

func (s *apkScanner) take(kind apkKind, n int) {
	s.kind, s.value, s.rest = kind, s.rest[:n], s.rest[n:]
}

// next goes to the next part.
func (s *apkScanner) next() {
	before := s.kind
	if s.rest == "" || before >= apkEnd {
		s.kind, s.value = max(before, apkEnd), ""
		return
	}
	c := s.rest[0]
	skipped := s.rest[1:]
	switch {
	case c == '.' && before <= apkDigit && leadingDigits(skipped) > 0:
		s.rest = skipped
		s.take(apkDigit, leadingDigits(skipped))
	case isDigit(c) && before == apkLetter: // "1.0b2", as older releases of apk read it
		s.take(apkDigit, leadingDigits(s.rest))
	case c >= 'a' && c <= 'z' && before <= apkDigit:
		s.take(apkLetter, 1)
	case c == '_' && before <= apkSuffixNumber:
		s.rest = skipped
		n, rank := apkSuffixRank(skipped)
		s.take(apkSuffix, n)
		if s.rank = rank; n == 0 {
			s.kind = apkWrong
		}
	case isDigit(c) && before == apkSuffix:
		s.take(apkSuffixNumber, leadingDigits(s.rest))
	case c == '~' && before < apkHash:
		s.rest = skipped
		n := 0
		for n < len(skipped) && (isDigit(skipped[n]) || skipped[n] >= 'a' && skipped[n] <= 'f') {
			n++
		}
		if s.take(apkHash, n); n == 0 {
			s.kind = apkWrong
		}
	case c == '-' && before < apkRevision && strings.HasPrefix(skipped, "r") && leadingDigits(skipped[1:]) == len(skipped)-1 && len(skipped) > 1:
		s.rest = skipped[1:]
		s.take(apkRevision, len(s.rest))
	default:
		s.kind, s.value = apkWrong, ""
	}
}

// apkSuffixRank reads a suffix and gives its length and rank; 0 and 0 where it is none.
func apkSuffixRank(s string) (length, rank int) {
	n := 0
	for n < len(s) && s[n] >= 'a' && s[n] <= 'z' {
		n++
	}
	switch s[:n] {
	case "alpha":
		return n, -4
	case "beta":
		return n, -3
	case "pre":
		return n, -2
	case "rc":
		return n, -1
	case "cvs":
		return n, 1
	case "svn":
		return n, 2
	case "git":
		return n, 3
	case "hg":
		return n, 4
	case "p":
		return n, 5
	}
	return 0, 0
}

func validAPK(v string) bool {
	s := newAPK(v)
	for s.kind < apkEnd {
		s.next()
	}
	return s.kind == apkEnd
}

func compareAPK(a, b string) int {
	x, y := newAPK(a), newAPK(b)
	for x.kind == y.kind && x.kind < apkEnd {
		if c := x.compare(&y); c != 0 {
			return c
		}
		x.next()
		y.next()
	}
	switch {
	case x.kind == y.kind:
		return 0
	case x.kind == apkSuffix && x.rank < 0:
		return -1
	case y.kind == apkSuffix && y.rank < 0:
		return 1
	}
	return int(y.kind) - int(x.kind)
}

// compare compares two parts of the same kind. Numbers behind a dot that begin with 0 are compared as text, before all others.
func (s *apkScanner) compare(t *apkScanner) int {
	switch s.kind {
	case apkSuffix:
		return s.rank - t.rank
	case apkDigit:
		if begins(s.value, '0') || begins(t.value, '0') {
			return strings.Compare(s.value, t.value)
		}
		return compareDigits(s.value, t.value)
	case apkLetter, apkHash:
		return strings.Compare(s.value, t.value)
	}
	return compareDigits(s.value, t.value)
}
