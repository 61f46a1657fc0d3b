package vex

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// inert escapes what could act on a terminal or hide: control and format characters. The encoder has escaped those below U+0020.
func inert(encoded []byte) []byte {
	acts := func(r rune) bool { return r >= 0x7f && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) }
	if bytes.IndexFunc(encoded, acts) < 0 {
		return encoded
	}
	var out []byte
	for _, r := range string(encoded) {
		switch {
		case !acts(r):
			out = utf8.AppendRune(out, r)
		case r < 0x10000:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
		}
	}
	return out
}
