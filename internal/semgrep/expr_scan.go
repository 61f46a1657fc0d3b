package semgrep

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is what a token is.
type tokenKind int

const (
	endToken tokenKind = iota
	literalToken
	nameToken
	metavariableToken
	operatorToken
)

// token is one word of an expression.
type token struct {
	kind  tokenKind
	text  string
	value Value
}

// scan cuts an expression into tokens; the last is an endToken.
func scan(text string) ([]token, error) {
	var ts []token
	for rest := strings.TrimLeft(text, " \t\r\n"); rest != ""; rest = strings.TrimLeft(rest, " \t\r\n") {
		t, n, err := scanOne(rest)
		if err != nil {
			return nil, err
		}
		ts = append(ts, t)
		rest = rest[n:]
	}
	return append(ts, token{kind: endToken, text: "the end"}), nil
}

// scanOne reads the token that s begins with and gives its length.
func scanOne(s string) (token, int, error) {
	switch {
	case s[0] == '$':
		n := 1 + len(s[1:]) - len(strings.TrimLeft(s[1:], "."))
		n += wordLength("_"+s[n:]) - 1
		if !metavariable().MatchString(s[:n]) {
			return token{}, 0, fmt.Errorf("%q is no metavariable", s[:n])
		}
		return token{kind: metavariableToken, text: s[:n]}, n, nil
	case '0' <= s[0] && s[0] <= '9' || s[0] == '.' && len(s) > 1 && '0' <= s[1] && s[1] <= '9':
		return scanNumber(s)
	}
	n := wordLength(s)
	if n <= 2 && n < len(s) && (s[n] == '"' || s[n] == '\'') {
		return scanString(s, n)
	}
	if n > 0 {
		if strings.HasPrefix(s, "re.match") && wordLength(s[3:]) == len("match") {
			n = len("re.match")
		}
		return token{kind: nameToken, text: s[:n]}, n, nil
	}
	for _, op := range []string{"**", "//", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "~", "(", ")", "[", "]", ","} {
		if strings.HasPrefix(s, op) {
			return token{kind: operatorToken, text: op}, len(op), nil
		}
	}
	r, _ := utf8.DecodeRuneInString(s)
	return token{}, 0, fmt.Errorf("unknown sign %q", r)
}

// wordLength gives the length of the name that s begins with.
func wordLength(s string) int {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return i
		}
	}
	return len(s)
}

// isName tells a text that is one name.
func isName(s string) bool {
	return s != "" && wordLength(s) == len(s)
}

// scanNumber reads 12, 0x1F, 0o17, 0b1, 1_000, 1.5, 1e9.
func scanNumber(s string) (token, int, error) {
	n := 0
	for n < len(s) && (s[n] == '.' || s[n] == '_' || wordLength("a"+s[n:n+1]) == 2 ||
		(s[n] == '+' || s[n] == '-') && (s[n-1] == 'e' || s[n-1] == 'E') && !strings.HasPrefix(s, "0x")) {
		n++
	}
	v, ok := parseNumber(s[:n], 0)
	if !ok {
		return token{}, 0, fmt.Errorf("%q is no number", s[:n])
	}
	return token{kind: literalToken, text: s[:n], value: v}, n, nil
}

// parseNumber reads a number in Python's or C's way of writing. base 0 means: as its prefix says. Whole numbers too large
// for 64 bits become float64.
func parseNumber(s string, base int) (Value, bool) {
	s = strings.TrimSpace(s)
	if i, ok := parseInt(s, base); ok {
		return i, true
	}
	digits := strings.TrimLeft(s, "+-")
	if digits == "" || strings.Trim(digits[:1], ".0123456789") != "" || base != 0 && base != 10 {
		return nil, false // no inf, no nan
	}
	if strings.HasPrefix(digits, "0x") && strings.Trim(digits[2:], "0123456789abcdefABCDEF_") == "" {
		digits = strings.ReplaceAll(digits, "_", "") + "p0"
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(digits, "_", ""), 64)
	if err != nil {
		return nil, false
	}
	if s[0] == '-' {
		f = -f
	}
	return f, true
}

func parseInt(s string, base int) (int64, bool) {
	if base != 0 {
		sign := ""
		if s != "" && (s[0] == '-' || s[0] == '+') {
			sign, s = s[:1], s[1:]
		}
		if len(s) > 2 && s[0] == '0' && map[byte]int{'x': 16, 'X': 16, 'o': 8, 'O': 8, 'b': 2, 'B': 2}[s[1]] == base {
			s = s[2:]
		}
		s = sign + strings.ReplaceAll(s, "_", "")
	}
	i, err := strconv.ParseInt(s, base, 64)
	return i, err == nil
}

// scanString reads a quoted text; prefix is how many letters (r, b, u) stand before the quote.
func scanString(s string, prefix int) (token, int, error) {
	raw := false
	for _, c := range s[:prefix] {
		switch unicode.ToLower(c) {
		case 'r':
			raw = true
		case 'b', 'u':
		default:
			return token{}, 0, fmt.Errorf("unknown string prefix %q", s[:prefix])
		}
	}
	var b strings.Builder
	for i := prefix + 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == s[prefix]:
			return token{kind: literalToken, text: s[:i+1], value: b.String()}, i + 1, nil
		case c == '\\' && i+1 < len(s):
			i++
			if raw {
				b.WriteString(s[i-1 : i+1])
			} else {
				b.WriteString(unescape(s[i]))
			}
		default:
			b.WriteByte(c)
		}
	}
	return token{}, 0, errors.New("a quote is not closed")
}

// unescape gives what a backslash and a letter stand for; as in Python both, if nothing else.
func unescape(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'r':
		return "\r"
	case '\\', '\'', '"':
		return string(c)
	}
	return `\` + string(rune(c))
}
