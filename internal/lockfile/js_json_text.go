package lockfile

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// bytes reads a string. The result is part of the data or of the buffer, and valid until the next string is read.
func (r *jsonReader) bytes() ([]byte, error) {
	r.pos++
	r.unescaped = false
	start := r.pos
	i := start
	for i+8 <= len(r.data) && plain(binary.LittleEndian.Uint64(r.data[i:])) {
		i += 8
	}
	for ; i < len(r.data); i++ {
		switch c := r.data[i]; {
		case c == '"':
			r.pos = i + 1
			return r.data[start:i:i], nil
		case c == '\\':
			r.buffer = append(r.buffer[:0], r.data[start:i]...)
			r.pos, r.unescaped = i, true
			return r.escaped()
		case c < 0x20:
			r.pos = i
			return nil, r.fail(errNotJSON)
		}
	}
	r.pos = len(r.data)
	return nil, r.fail(errTruncated)
}

// plain tells that none of eight bytes ends a string, starts an escape or is a control character. It may say no where yes is right.
func plain(eight uint64) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	quote, slash := eight^(ones*'"'), eight^(ones*'\\')
	zero := (quote-ones)&^quote | (slash-ones)&^slash | (eight-ones*0x20)&^eight
	return zero&tops == 0
}

// escaped reads the rest of a string from its first backslash on.
func (r *jsonReader) escaped() ([]byte, error) {
	for r.pos < len(r.data) {
		c := r.data[r.pos]
		r.pos++
		switch {
		case c == '"':
			return r.buffer, nil
		case c < 0x20:
			r.pos--
			return nil, r.fail(errNotJSON)
		case c != '\\':
			r.buffer = append(r.buffer, c)
		default:
			if err := r.escape(); err != nil {
				return nil, err
			}
		}
	}
	return nil, r.fail(errTruncated)
}

// escape reads what stands after a backslash.
func (r *jsonReader) escape() error {
	if r.pos >= len(r.data) {
		return r.fail(errTruncated)
	}
	c := r.data[r.pos]
	r.pos++
	if i := bytes.IndexByte([]byte(`"\/bfnrt`), c); i >= 0 {
		r.buffer = append(r.buffer, "\"\\/\b\f\n\r\t"[i])
		return nil
	}
	if c != 'u' {
		r.pos--
		return r.fail(errNotJSON)
	}
	char, ok := r.hex4(r.pos)
	if !ok {
		return r.fail(errNotJSON)
	}
	r.pos += 4
	if utf16.IsSurrogate(char) {
		low, ok := r.hex4(r.pos + 2)
		if ok && r.data[r.pos] == '\\' && r.data[r.pos+1] == 'u' && utf16.DecodeRune(char, low) != utf8.RuneError {
			char = utf16.DecodeRune(char, low)
			r.pos += 6
		}
	}
	r.buffer = utf8.AppendRune(r.buffer, char)
	return nil
}

// hex4 reads four hexadecimal digits at a position.
func (r *jsonReader) hex4(pos int) (n rune, ok bool) {
	if pos+4 > len(r.data) {
		return 0, false
	}
	for _, c := range r.data[pos : pos+4] {
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			n = n<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return n, true
}
