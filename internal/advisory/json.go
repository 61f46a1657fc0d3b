package advisory

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonReader goes through one JSON text in order, without building a tree. It is several times faster than encoding/json and,
// other than that, goes on where a value has not the type one expects: such a value counts as absent. What encoding/json holds
// for JSON, it reads; beyond that it takes raw control characters inside strings, which real feeds contain.
type jsonReader struct {
	data  string
	at    int
	depth int
	err   error
}

const maxJSONDepth = 64

func (r *jsonReader) fail(what string) {
	if r.err == nil {
		r.err = fmt.Errorf("%s at byte %d", what, r.at)
		r.at = len(r.data)
	}
}

// peek skips white space and gives the next byte, 0 at the end.
func (r *jsonReader) peek() byte {
	for r.at < len(r.data) {
		switch c := r.data[r.at]; c {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return c
		}
	}
	return 0
}

// object gives the keys of an object; a value that the loop does not read is skipped. The loop must not be left early.
// Where the value is no object, it is skipped and there are no keys.
func (r *jsonReader) object() iter.Seq[string] {
	return func(yield func(string) bool) {
		for first := true; r.more('{', '}', &first); {
			if r.peek() != '"' {
				r.fail("no key")
				return
			}
			key := r.str()
			if r.peek() != ':' {
				r.fail("no colon")
				return
			}
			r.at++
			before := r.at
			yield(key)
			if r.at == before {
				r.skip()
			}
		}
	}
}

// array goes through the values of an array; what the loop does not read is skipped. The loop must not be left early.
func (r *jsonReader) array() iter.Seq[int] {
	return func(yield func(int) bool) {
		n := 0
		for first := true; r.more('[', ']', &first); n++ {
			r.peek()
			before := r.at
			yield(n)
			if r.at == before {
				r.skip()
			}
		}
	}
}

// more opens a container, goes on to its next element, or closes it.
func (r *jsonReader) more(open, closing byte, first *bool) bool {
	if r.err != nil {
		return false
	}
	c := r.peek()
	if *first {
		*first = false
		if c != open {
			r.skip()
			return false
		}
		if r.depth++; r.depth > maxJSONDepth {
			r.fail("nested too deeply")
			return false
		}
		r.at++
		if r.peek() != closing {
			return true
		}
	} else if c == ',' {
		r.at++
		return true
	} else if c != closing {
		r.fail("no comma or end")
		return false
	}
	r.at++
	r.depth--
	return false
}

// text gives a string; any other value is skipped and "".
func (r *jsonReader) text() string {
	if r.peek() != '"' {
		r.skip()
		return ""
	}
	return r.str()
}

// texts gives the strings of an array; a single string counts as one.
func (r *jsonReader) texts() []string {
	if r.peek() == '"' {
		return []string{r.str()}
	}
	var out []string
	for range r.array() {
		if r.peek() == '"' {
			out = append(out, r.str())
		}
	}
	return out
}

// number gives a number as it is written; any other value is skipped and "".
func (r *jsonReader) number() string {
	c := r.peek()
	from := r.at
	r.skip()
	if r.err == nil && (c == '-' || c >= '0' && c <= '9') {
		return r.data[from:r.at]
	}
	return ""
}

// str reads a string; the next byte is a quote. Without escapes it is a part of the data.
func (r *jsonReader) str() string {
	r.at++
	from := r.at
	for i := from; i < len(r.data); i++ {
		switch c := r.data[i]; {
		case c == '"':
			r.at = i + 1
			return r.data[from:i]
		case c == '\\' || c >= utf8.RuneSelf:
			return r.escaped(from, i)
		}
	}
	r.at = len(r.data)
	r.fail("string without end")
	return ""
}

// escaped reads the rest of a string with escapes or with characters beyond ASCII. Invalid UTF-8 becomes U+FFFD.
func (r *jsonReader) escaped(from, i int) string {
	var b strings.Builder
	done := from
	for i < len(r.data) {
		switch c := r.data[i]; {
		case c == '"':
			r.at = i + 1
			if done == from {
				return r.data[from:i]
			}
			b.WriteString(r.data[done:i])
			return b.String()
		case c == '\\':
			b.WriteString(r.data[done:i])
			r.at = i
			if i = r.escape(&b); i < 0 {
				return ""
			}
			done = i
		case c < utf8.RuneSelf:
			i++
		default:
			char, size := utf8.DecodeRuneInString(r.data[i:])
			if char == utf8.RuneError && size == 1 {
				b.WriteString(r.data[done:i])
				b.WriteRune(utf8.RuneError)
				done = i + 1
			}
			i += size
		}
	}
	r.at = len(r.data)
	r.fail("string without end")
	return ""
}

// escape reads the escape at the reader's position and gives the position behind it, -1 where it is none.
func (r *jsonReader) escape(b *strings.Builder) int {
	i := r.at + 1
	if i >= len(r.data) {
		r.fail("string without end")
		return -1
	}
	switch c := r.data[i]; c {
	case '"', '\\', '/':
		b.WriteByte(c)
	case 'b':
		b.WriteByte('\b')
	case 'f':
		b.WriteByte('\f')
	case 'n':
		b.WriteByte('\n')
	case 'r':
		b.WriteByte('\r')
	case 't':
		b.WriteByte('\t')
	case 'u':
		first := hex4(r.data, i+1)
		if first < 0 {
			r.fail("wrong escape")
			return -1
		}
		if utf16.IsSurrogate(first) {
			second := rune(-1)
			if strings.HasPrefix(r.data[i+5:], `\u`) {
				second = hex4(r.data, i+7)
			}
			if pair := utf16.DecodeRune(first, second); pair != utf8.RuneError {
				b.WriteRune(pair)
				return i + 11
			}
			first = utf8.RuneError
		}
		b.WriteRune(first)
		return i + 5
	default:
		r.fail("wrong escape")
		return -1
	}
	return i + 1
}

func hex4(s string, at int) rune {
	if at+4 > len(s) {
		return -1
	}
	var n rune
	for _, c := range []byte(s[at : at+4]) {
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			n = n<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			n = n<<4 | rune(c-'A'+10)
		default:
			return -1
		}
	}
	return n
}

// skip passes over one value of any type.
func (r *jsonReader) skip() {
	switch c := r.peek(); {
	case r.err != nil:
	case c == '{':
		for range r.object() {
		}
	case c == '[':
		for range r.array() {
		}
	case c == '"':
		r.str()
	case c == '-' || c >= '0' && c <= '9':
		r.skipNumber()
	default:
		for _, word := range [...]string{"true", "false", "null"} {
			if strings.HasPrefix(r.data[r.at:], word) {
				r.at += len(word)
				return
			}
		}
		r.fail("no value")
	}
}

// skipNumber passes over a number in JSON's grammar.
func (r *jsonReader) skipNumber() {
	if r.data[r.at] == '-' {
		r.at++
	}
	whole := r.at
	n := r.skipDigits()
	if n == 0 || n > 1 && r.data[whole] == '0' {
		r.fail("wrong number")
		return
	}
	if r.at < len(r.data) && r.data[r.at] == '.' {
		r.at++
		if r.skipDigits() == 0 {
			r.fail("wrong number")
			return
		}
	}
	if r.at < len(r.data) && (r.data[r.at] == 'e' || r.data[r.at] == 'E') {
		r.at++
		if r.at < len(r.data) && (r.data[r.at] == '+' || r.data[r.at] == '-') {
			r.at++
		}
		if r.skipDigits() == 0 {
			r.fail("wrong number")
		}
	}
}

func (r *jsonReader) skipDigits() int {
	from := r.at
	for r.at < len(r.data) && r.data[r.at] >= '0' && r.data[r.at] <= '9' {
		r.at++
	}
	return r.at - from
}

// end checks that nothing follows, and gives the first error.
func (r *jsonReader) end() error {
	if r.err == nil && r.peek() != 0 {
		r.fail("more than one value")
	}
	if r.err == nil && r.at < len(r.data) {
		return errors.New("a zero byte follows")
	}
	return r.err
}
