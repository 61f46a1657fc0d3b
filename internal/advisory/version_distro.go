package advisory

import (
	"strings"
)

// Debian's order: deb-version(7), dpkg's verrevcmp.

// validDpkg tells whether a text is [epoch:]upstream[-revision] in the characters that Debian's policy allows.
func validDpkg(v string) bool {
	epoch, rest, found := strings.Cut(v, ":")
	if found {
		if !number(epoch) || len(epoch) > 10 {
			return false
		}
	} else {
		rest = v
	}
	if rest == "" || !isDigit(rest[0]) && !isLetter(rest[0]) {
		return false
	}
	for i := range len(rest) {
		if c := rest[i]; !isDigit(c) && !isLetter(c) && strings.IndexByte(".+-~:_", c) < 0 {
			return false
		}
	}
	return rest[len(rest)-1] != '-'
}

func compareDpkg(a, b string) int {
	epochA, a := cutEpoch(a)
	epochB, b := cutEpoch(b)
	if c := compareDigits(epochA, epochB); c != 0 {
		return c
	}
	upA, revA := cutRevision(a)
	upB, revB := cutRevision(b)
	if c := verrevcmp(upA, upB); c != 0 {
		return c
	}
	return verrevcmp(revA, revB)
}

// cutEpoch splits off the number before the first colon.
func cutEpoch(v string) (epoch, rest string) {
	if i := leadingDigits(v); i > 0 && i < len(v) && v[i] == ':' {
		return v[:i], v[i+1:]
	}
	return "", v
}

func cutRevision(v string) (upstream, revision string) {
	if i := strings.LastIndexByte(v, '-'); i >= 0 {
		return v[:i], v[i+1:]
	}
	return v, ""
}

// verrevcmp compares by turns what is no digit, character by character, and numbers.
func verrevcmp(a, b string) int {
	for a != "" || b != "" {
		for a != "" && !isDigit(a[0]) || b != "" && !isDigit(b[0]) {
			if c := dpkgWeight(a) - dpkgWeight(b); c != 0 {
				return c
			}
			if a != "" {
				a = a[1:]
			}
			if b != "" {
				b = b[1:]
			}
		}
		n, m := leadingDigits(a), leadingDigits(b)
		if c := compareDigits(a[:n], b[:m]); c != 0 {
			return c
		}
		a, b = a[n:], b[m:]
	}
	return 0
}

// dpkgWeight orders first characters: tilde, the end or a digit, letters, the rest.
func dpkgWeight(s string) int {
	switch {
	case s == "" || isDigit(s[0]):
		return 0
	case s[0] == '~':
		return -1
	case isLetter(s[0]):
		return int(s[0])
	}
	return int(s[0]) + 256
}

// RPM's order: rpm-version(7), rpmvercmp.

// validRPM tells whether a text can be [epoch:]version[-release].
func validRPM(v string) bool {
	some := false
	for i := range len(v) {
		c := v[i]
		if isDigit(c) || isLetter(c) {
			some = true
		} else if strings.IndexByte("._+-~^:", c) < 0 {
			return false
		}
	}
	return some
}

func compareRPM(a, b string) int {
	epochA, a := cutEpoch(a)
	epochB, b := cutEpoch(b)
	if c := compareDigits(epochA, epochB); c != 0 {
		return c
	}
	verA, relA := cutRevision(a)
	verB, relB := cutRevision(b)
	if c := rpmvercmp(verA, verB); c != 0 {
		return c
	}
	return rpmvercmp(relA, relB)
}

// rpmvercmp compares runs of digits or letters one by one; other characters only separate. A tilde comes before everything,
// even the end; a caret after the end, but before all else.
func rpmvercmp(a, b string) int {
	if a == b {
		return 0
	}
	for {
		a, b = trimRPM(a), trimRPM(b)
		switch tildeA, tildeB := begins(a, '~'), begins(b, '~'); {
		case tildeA && tildeB:
			a, b = a[1:], b[1:]
			continue
		case tildeA:
			return -1
		case tildeB:
			return 1
		}
		switch caretA, caretB := begins(a, '^'), begins(b, '^'); {
		case caretA && caretB:
			a, b = a[1:], b[1:]
			continue
		case caretA && b == "", caretB && a != "":
			return 1
		case caretA || caretB:
			return -1
		}
		if a == "" || b == "" {
			return len(a) - len(b)
		}
		digits := isDigit(a[0])
		n, m := leadingRun(a, digits), leadingRun(b, digits)
		if m == 0 { // a number is newer than a word
			if digits {
				return 1
			}
			return -1
		}
		c := 0
		if digits {
			c = compareDigits(a[:n], b[:m])
		} else {
			c = strings.Compare(a[:n], b[:m])
		}
		if c != 0 {
			return c
		}
		a, b = a[n:], b[m:]
	}
}

func begins(s string, c byte) bool { return s != "" && s[0] == c }

func trimRPM(s string) string {
	for s != "" && !isDigit(s[0]) && !isLetter(s[0]) && s[0] != '~' && s[0] != '^' {
		s = s[1:]
	}
	return s
}

// leadingRun gives how many digits, or letters, a text begins with.
func leadingRun(s string, digits bool) int {
	i := 0
	for i < len(s) && (digits && isDigit(s[i]) || !digits && isLetter(s[i])) {
		i++
	}
	return i
}
