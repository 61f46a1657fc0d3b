package sbom

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// literal reads a number, true, false or null into text.
func (j *jsonReader) literal(first byte) error {
	j.text = j.text[:0]
	for j.fill() {
		c := j.buf[j.at]
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && c != '-' && c != '+' && c != '.' && c != 'E' {
			break
		}
		if len(j.text) > 1000 {
			return j.errorf("a number of more than 1000 digits")
		}
		j.text = append(j.text, c)
		j.at++
	}
	switch {
	case len(j.text) == 0:
		return j.errorf("%s where a value is expected", kindOf(first))
	case j.fault != nil && j.at == len(j.buf) && j.depth > 0:
		return j.ended()
	case string(j.text) == "null" || string(j.text) == "true" || string(j.text) == "false" || isJSONNumber(j.text):
		return nil
	}
	return j.errorf("%s is no value", quote(string(j.text)))
}

// isJSONNumber tells whether a text is a number as RFC 8259 has it.
func isJSONNumber(s []byte) bool {
	s = bytes.TrimPrefix(s, []byte("-"))
	digits := func() bool {
		n := 0
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		s = s[n:]
		return n > 0
	}
	if len(s) > 0 && s[0] == '0' {
		s = s[1:]
	} else if !digits() {
		return false
	}
	if len(s) > 0 && s[0] == '.' {
		s = s[1:]
		if !digits() {
			return false
		}
	}
	if len(s) > 0 && (s[0] == 'e' || s[0] == 'E') {
		s = s[1:]
		if len(s) > 0 && (s[0] == '+' || s[0] == '-') {
			s = s[1:]
		}
		if !digits() {
			return false
		}
	}
	return len(s) == 0
}

// quoted reads a string into text, or passes over it where most is 0. What is no UTF-8 becomes U+FFFD.
func (j *jsonReader) quoted(most int) error {
	j.at++ // the quote
	j.text = j.text[:0]
	for j.fill() {
		run := j.buf[j.at:]
		n := 0
		for n < len(run) && run[n] != '"' && run[n] != '\\' && run[n] >= 0x20 {
			n++
		}
		if most > 0 {
			j.text = append(j.text, run[:n]...)
			if len(j.text) > most {
				return j.errorf("a string longer than %d bytes", most)
			}
		}
		j.at += n
		if n == len(run) {
			continue
		}
		switch run[n] {
		case '"':
			j.at++
			if !utf8.Valid(j.text) {
				j.text = bytes.ToValidUTF8(j.text, []byte("\uFFFD"))
			}
			return nil
		case '\\':
			j.at++
			if err := j.escape(); err != nil {
				return err
			}
			if most == 0 {
				j.text = j.text[:0]
			}
		default:
			return j.errorf("a control character in a string")
		}
	}
	return j.ended()
}

// take takes one byte of a string.
func (j *jsonReader) take() (byte, error) {
	if !j.fill() {
		return 0, j.ended()
	}
	j.at++
	return j.buf[j.at-1], nil
}

// escape reads what follows a backslash.
func (j *jsonReader) escape() error {
	c, err := j.take()
	if err != nil {
		return err
	}
	return j.escaped(c)
}

func (j *jsonReader) escaped(c byte) error {
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		return j.unicode()
	default:
		return j.errorf("%q after a backslash", c)
	}
	j.text = append(j.text, c)
	return nil
}

// unicode reads \uXXXX and the second half of a surrogate pair.
func (j *jsonReader) unicode() error {
	r, err := j.hex()
	if err != nil {
		return err
	}
	for utf16.IsSurrogate(r) {
		if !j.fill() || j.buf[j.at] != '\\' {
			break
		}
		j.at++
		c, err := j.take()
		if err != nil {
			return err
		}
		if c != 'u' {
			j.text = utf8.AppendRune(j.text, utf8.RuneError)
			return j.escaped(c)
		}
		second, err := j.hex()
		if err != nil {
			return err
		}
		if pair := utf16.DecodeRune(r, second); pair != utf8.RuneError {
			r = pair
			break
		}
		j.text = utf8.AppendRune(j.text, utf8.RuneError)
		if r = second; len(j.text) > maxText {
			return j.errorf("a string longer than %d bytes", maxText)
		}
	}
	j.text = utf8.AppendRune(j.text, r)
	return nil
}

func (j *jsonReader) hex() (rune, error) {
	var digits [4]byte
	for i := range digits {
		c, err := j.take()
		if err != nil {
			return 0, err
		}
		digits[i] = c
	}
	n, err := strconv.ParseUint(string(digits[:]), 16, 32)
	if err != nil {
		return 0, j.errorf("%q after \\u", digits[:])
	}
	return rune(n), nil
}
