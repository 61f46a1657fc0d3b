package ignore

import "strings"

// matchWildcard matches one path segment against *, ?, [...] and \x, byte by byte as git does.
// On a mismatch it goes back to the last star only: an earlier star that takes more can only leave less for the rest.
func matchWildcard(pattern, name string) bool {
	p, n := 0, 0
	backPattern, backName := -1, 0
	for n < len(name) || p < len(pattern) {
		if p < len(pattern) && pattern[p] == '*' {
			p++
			backPattern, backName = p, n
			continue
		}
		if p < len(pattern) && n < len(name) {
			width, ok := matchOne(pattern[p:], name[n])
			if width == 0 {
				return false // malformed: git never matches it
			}
			if ok {
				p += width
				n++
				continue
			}
		}
		if backPattern < 0 || backName >= len(name) {
			return false
		}
		backName++
		p, n = backPattern, backName
	}
	return true
}

// matchOne matches the first element of the pattern against one byte. Width is the element's length; 0 means it is malformed.
func matchOne(pattern string, c byte) (width int, ok bool) {
	switch pattern[0] {
	case '?':
		return 1, true
	case '\\':
		if len(pattern) < 2 {
			return 0, false
		}
		return 2, pattern[1] == c
	case '[':
		return matchBracket(pattern, c)
	}
	return 1, pattern[0] == c
}

// matchBracket matches [abc], [a-z], [!a], [^a] and POSIX classes such as [[:digit:]].
func matchBracket(pattern string, c byte) (width int, ok bool) {
	i := 1
	negate := i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^')
	if negate {
		i++
	}
	matched := false
	for first := true; ; first = false {
		if i >= len(pattern) {
			return 0, false
		}
		if pattern[i] == ']' && !first {
			return i + 1, matched != negate
		}
		n, hit := matchItem(pattern[i:], c)
		if n == 0 {
			return 0, false
		}
		matched = matched || hit
		i += n
	}
}

// matchItem matches one item inside brackets: a class, a range or a byte.
func matchItem(item string, c byte) (width int, ok bool) {
	if strings.HasPrefix(item, "[:") {
		end := strings.IndexByte(item[2:], ']')
		if end < 0 {
			return 0, false
		}
		if end == 0 || item[2+end-1] != ':' {
			return 1, c == '[' // no class after all: a bracket that stands for itself
		}
		in, known := classes[item[2:2+end-1]]
		if !known {
			return 0, false
		}
		return end + 3, in(c)
	}
	low, n := bracketByte(item)
	if n == 0 {
		return 0, false
	}
	if len(item) < n+2 || item[n] != '-' || item[n+1] == ']' {
		return n, c == low
	}
	high, m := bracketByte(item[n+1:])
	if m == 0 {
		return 0, false
	}
	return n + 1 + m, low <= c && c <= high
}

func bracketByte(s string) (b byte, width int) {
	if s[0] != '\\' {
		return s[0], 1
	}
	if len(s) < 2 {
		return 0, 0
	}
	return s[1], 2
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isAlpha(c byte) bool { return isLower(c) || isUpper(c) }
func isAlnum(c byte) bool { return isAlpha(c) || isDigit(c) }
func isGraph(c byte) bool { return '!' <= c && c <= '~' }

// classes are the POSIX character classes in the C locale.
var classes = map[string]func(byte) bool{
	"alnum":  isAlnum,
	"alpha":  isAlpha,
	"blank":  func(c byte) bool { return c == ' ' || c == '\t' },
	"cntrl":  func(c byte) bool { return c < ' ' || c == 0x7f },
	"digit":  isDigit,
	"graph":  isGraph,
	"lower":  isLower,
	"print":  func(c byte) bool { return c == ' ' || isGraph(c) },
	"punct":  func(c byte) bool { return isGraph(c) && !isAlnum(c) },
	"space":  func(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' },
	"upper":  isUpper,
	"xdigit": func(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' },
}
