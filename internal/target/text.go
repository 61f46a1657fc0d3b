package target

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// Text is content as engines read it.
type Text struct {
	// Data is the content in UTF-8, or as it is where it is not known to be another encoding.
	Data []byte
	// Encoding is what Data was transcoded from: utf-16le, utf-16be, utf-32le, utf-32be; "" if Data is the content itself.
	Encoding string
	// Binary tells that the content is not text in any encoding known here.
	Binary bool
	// Media is image, font, audio or video for content that holds nothing to look for, else "".
	Media string
}

// sniff is how much of the content tells what it is, in bytes: as much as git looks at.
const sniff = 8000

// Decode recognises what content is and transcodes UTF-16 and UTF-32 to UTF-8. Everything else is handed on untouched.
func Decode(data []byte) Text {
	if kind := Media(data); kind != "" {
		return Text{Data: data, Binary: true, Media: kind}
	}
	head := data[:min(len(data), sniff)]
	if e := encodingOf(head); e != nil {
		return Text{Data: e.decode(data), Encoding: e.name}
	}
	return Text{Data: data, Binary: bytes.IndexByte(head, 0) >= 0}
}

// encoding is a wide encoding of Unicode.
type encoding struct {
	name   string
	bom    string
	width  int
	little bool
}

// encodings are tried in this order: the mark of utf-32le begins with that of utf-16le.
var encodings = []encoding{
	{"utf-32le", "\xff\xfe\x00\x00", 4, true},
	{"utf-32be", "\x00\x00\xfe\xff", 4, false},
	{"utf-16le", "\xff\xfe", 2, true},
	{"utf-16be", "\xfe\xff", 2, false},
}

// encodingOf recognises a wide encoding by its byte order mark or, without one, by where the zero bytes of ASCII characters
// stand. It gives nil for everything else.
func encodingOf(head []byte) *encoding {
	for i := range encodings {
		if bytes.HasPrefix(head, []byte(encodings[i].bom)) {
			return &encodings[i]
		}
	}
	if bytes.IndexByte(head, 0) < 0 {
		return nil
	}
	for i := range encodings {
		if encodings[i].fits(head) {
			return &encodings[i]
		}
	}
	return nil
}

// fits tells whether at least three of four units are characters of a Latin text (and so mostly zero bytes in the right places).
func (e *encoding) fits(head []byte) bool {
	units := len(head) / e.width
	if units < 4 {
		return false
	}
	good := 0
	for i := range units {
		r := e.unit(head[i*e.width:])
		if r >= ' ' && r < 0x7f || r == '\n' || r == '\r' || r == '\t' {
			good++
		}
	}
	return good*4 >= units*3
}

// unit reads one unit; what lies beyond 2^31 comes out negative and is no character.
func (e *encoding) unit(b []byte) rune {
	switch {
	case e.width == 2 && e.little:
		return rune(b[0]) | rune(b[1])<<8
	case e.width == 2:
		return rune(b[1]) | rune(b[0])<<8
	case e.little:
		return rune(b[0]) | rune(b[1])<<8 | rune(b[2])<<16 | rune(b[3])<<24
	}
	return rune(b[3]) | rune(b[2])<<8 | rune(b[1])<<16 | rune(b[0])<<24
}

// decode transcodes to UTF-8. What is no character becomes U+FFFD; odd bytes at the end are dropped.
func (e *encoding) decode(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte(e.bom))
	out := make([]byte, 0, len(data)/e.width+len(data)/16+utf8.UTFMax)
	for ; len(data) >= e.width; data = data[e.width:] {
		r := e.unit(data)
		if 0 <= r && r < utf8.RuneSelf {
			out = append(out, byte(r))
			continue
		}
		if e.width == 2 && utf16.IsSurrogate(r) {
			pair := rune(utf8.RuneError)
			if len(data) >= 4 {
				pair = utf16.DecodeRune(r, e.unit(data[2:]))
			}
			if pair != utf8.RuneError {
				data = data[2:]
			}
			r = pair
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}
