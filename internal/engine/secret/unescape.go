package secret

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// unescape gives the value a literal stands for. open is its opening quote; "<" means the text of an XML element.
// Escapes that languages do not agree on are left as they stand.
func unescape(s, open string) string {
	switch {
	case open == "<":
		if strings.IndexByte(s, '&') < 0 {
			return s
		}
		return html.UnescapeString(s)
	case open == "`":
		return s
	case len(open) == 2 && open[0] == '\\':
		return backslashes(backslashes(s))
	case open == "'":
		s = strings.ReplaceAll(s, "''", "'")
	}
	return backslashes(s)
}

// backslashes undoes the escapes that C, Java, Go, JavaScript, Python, Ruby, PHP and JSON share.
func backslashes(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			i++
			continue
		}
		i += writeEscape(&b, s[i:])
	}
	return b.String()
}

// writeEscape writes what the escape at the start of s stands for and tells how long the escape is.
func writeEscape(b *strings.Builder, s string) int {
	switch c := s[1]; c {
	case 'n':
		b.WriteByte('\n')
	case 'r':
		b.WriteByte('\r')
	case 't':
		b.WriteByte('\t')
	case '"', '\'', '\\', '/', '`', '$':
		b.WriteByte(c)
	case 'x':
		return writeCode(b, s, 2, 2)
	case 'u':
		if len(s) > 2 && s[2] == '{' {
			return writeBraced(b, s)
		}
		return writeCode(b, s, 2, 4)
	case 'U':
		return writeCode(b, s, 2, 8)
	default:
		b.WriteByte('\\')
		b.WriteByte(c)
	}
	return 2
}

// writeCode writes the character whose code is the n hex digits at s[from:].
func writeCode(b *strings.Builder, s string, from, n int) int {
	if len(s) >= from+n {
		if code, err := strconv.ParseUint(s[from:from+n], 16, 32); err == nil {
			if n == 2 {
				b.WriteByte(byte(code))
			} else {
				b.WriteRune(validRune(code))
			}
			return from + n
		}
	}
	b.WriteString(s[:2])
	return 2
}

// writeBraced writes the character of \u{...}.
func writeBraced(b *strings.Builder, s string) int {
	end := strings.IndexByte(s, '}')
	if end > 3 && end < 12 {
		if code, err := strconv.ParseUint(s[3:end], 16, 32); err == nil {
			b.WriteRune(validRune(code))
			return end + 1
		}
	}
	b.WriteString(s[:2])
	return 2
}

func validRune(code uint64) rune {
	if code > utf8.MaxRune {
		return utf8.RuneError
	}
	return rune(code)
}
