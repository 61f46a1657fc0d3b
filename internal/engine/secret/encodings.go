package secret

import (
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/reevehq/reeve/internal/literal"
)

// encodings gives the literals that tell of a keyword in encoded form.
func encodings(keyword string, add func(literal.Literal, form)) {
	if len(keyword) < minEncoded {
		return
	}
	for shift := range 3 {
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if s := stableBase64(enc, keyword, shift); len(s) >= minEncoded {
				add(literal.Literal{Text: s}, base64Form)
			}
		}
	}
	head := keyword[:min(len(keyword), 8)]
	add(literal.Literal{Text: hex.EncodeToString([]byte(head)), Fold: true}, hexForm)
	add(literal.Literal{Text: escaped(head, `\x`), Fold: true}, hexEscapes)
	add(literal.Literal{Text: escaped(head[:min(len(head), 5)], `\u00`), Fold: true}, unicodeEscapes)
	add(literal.Literal{Text: escaped(head, "%"), Fold: true}, percentForm)
	if s := percentMarks(keyword); s != keyword {
		add(literal.Literal{Text: s, Fold: true}, percentForm)
	}
	if strings.Contains(keyword, "/") {
		add(literal.Literal{Text: strings.ReplaceAll(keyword, "/", `\/`)}, slashEscapes)
	}
}

// stableBase64 encodes a keyword that stands after shift other bytes and keeps the characters that depend on the keyword only.
func stableBase64(enc *base64.Encoding, keyword string, shift int) string {
	s := enc.EncodeToString(append(make([]byte, shift), keyword...))
	from := (shift*8 + 5) / 6
	to := (shift + len(keyword)) * 8 / 6
	return s[from:to]
}

// escaped writes every byte as a mark and two hex digits.
func escaped(s, mark string) string {
	b := make([]byte, 0, len(s)*(len(mark)+2))
	for i := range len(s) {
		b = append(append(b, mark...), hexLower[s[i]>>4], hexLower[s[i]&15])
	}
	return string(b)
}

// percentMarks encodes what URLs must encode (RFC 3986 section 2.3) and nothing else.
func percentMarks(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; classOf[c] != other && c < 0x80 || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteString(escaped(s[i:i+1], "%"))
		}
	}
	return b.String()
}
