package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"iter"
	"strconv"
	"unicode/utf8"
)

// jsonStream writes a JSON document piece by piece, so that only one element of a long list is held encoded.
// The first error sticks; finish returns it.
type jsonStream struct {
	w   *bufio.Writer
	buf bytes.Buffer
	enc *json.Encoder
	err error
}

func newJSONStream(w io.Writer) *jsonStream {
	s := &jsonStream{w: bufio.NewWriterSize(w, 1<<16)}
	s.enc = json.NewEncoder(&s.buf)
	return s
}

// raw writes JSON syntax.
func (s *jsonStream) raw(syntax string) {
	if s.err == nil {
		_, s.err = s.w.WriteString(syntax)
	}
}

// value writes a Go value.
func (s *jsonStream) value(v any) {
	if s.err != nil {
		return
	}
	s.buf.Reset()
	if s.err = s.enc.Encode(v); s.err != nil {
		return
	}
	_, s.err = s.w.Write(inert(bytes.TrimSuffix(s.buf.Bytes(), []byte("\n"))))
}

// field writes a member of an object after the first, on its own line.
func (s *jsonStream) field(name string, v any) {
	s.raw(",\n  \"" + name + "\": ")
	s.value(v)
}

// open writes an object without its closing brace, so that more members can follow.
func (s *jsonStream) open(v any) {
	if s.err != nil {
		return
	}
	s.buf.Reset()
	if s.err = s.enc.Encode(v); s.err != nil {
		return
	}
	_, s.err = s.w.Write(inert(bytes.TrimSuffix(s.buf.Bytes(), []byte("}\n"))))
}

// list writes an array, one element a line.
func (s *jsonStream) list(elements iter.Seq[any]) {
	s.raw("[")
	separator := "\n    "
	for e := range elements {
		s.raw(separator)
		s.value(e)
		separator = ",\n    "
		if s.err != nil {
			return
		}
	}
	s.raw("\n  ]")
}

func (s *jsonStream) finish() error {
	if s.err != nil {
		return s.err
	}
	return s.w.Flush()
}

// each gives pointers to a slice's elements, so that nothing is copied to be encoded.
func each[T any](elements []T) iter.Seq[any] {
	return func(yield func(any) bool) {
		for i := range elements {
			if !yield(&elements[i]) {
				return
			}
		}
	}
}

// inert makes encoded JSON harmless where it is shown: what a terminal would obey or hide (DEL, C1 controls,
// bidirectional overrides, zero-width characters) and the "##" that starts build-server commands become \u escapes.
// JSON has such bytes only inside strings, so the meaning stays the same.
func inert(b []byte) []byte {
	at := firstActive(b)
	if at < 0 {
		return b
	}
	out := append(make([]byte, 0, len(b)+64), b[:at]...)
	for i := at; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if active(b, i, r) {
			out = appendEscape(out, r)
		} else {
			out = append(out, b[i:i+size]...)
		}
		i += size
	}
	return out
}

func firstActive(b []byte) int {
	for i := 0; i < len(b); {
		if c := b[i]; c < 0x7f && c != '#' {
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if active(b, i, r) {
			return i
		}
		i += size
	}
	return -1
}

func active(b []byte, i int, r rune) bool {
	if r < 0x7f {
		return r == '#' && i > 0 && b[i-1] == '#'
	}
	return !strconv.IsPrint(r)
}

func appendEscape(out []byte, r rune) []byte {
	if r >= 0x10000 {
		r -= 0x10000
		out = append(out, `\u`+hexDigits(uint64(0xd800+r>>10), 4)...)
		r = 0xdc00 + r&0x3ff
	}
	return append(out, `\u`+hexDigits(uint64(r), 4)...)
}
