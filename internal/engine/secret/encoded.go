package secret

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"github.com/reevehq/reeve/internal/engine"
)

const (
	// minEncoded is the shortest keyword that is looked for in encoded forms: shorter ones turn up by chance.
	minEncoded = 4
	// maxRun is how far an encoded run is followed to either side of a hit, in bytes.
	maxRun = 16 << 10
	// maxDepth is how many encodings around one another are undone.
	maxDepth = 2
)

// decode undoes the encoding of the run around a hit of n bytes and looks at what comes out, each run once.
func (l *look) decode(f form, at, n int) {
	if l.depth >= maxDepth || at < l.decoded[f] {
		return
	}
	start, end := l.runAround(f, at, at+n)
	l.decoded[f] = end
	text, ok := decodeRun(f, l.data[start:end])
	if !ok || len(text) < minEncoded || bytes.Equal(text, l.data[start:end]) {
		return
	}
	l.lookInside(text, formNames[f], start, end)
}

// lookInside looks at the text that data[start:end] encodes.
func (l *look) lookInside(text []byte, encoding string, start, end int) {
	inner := look{e: l.e, data: text, depth: l.depth + 1, via: append(l.via[:len(l.via):len(l.via)], encoding), outer: l.outer, inner: l.inner}
	switch l.depth {
	case 0:
		inner.outer = engine.Span{Start: start, End: end}
	case 1:
		inner.inner = engine.Span{Start: start, End: end}
	}
	inner.run(l.e.inside().Find(text, 0, len(text), nil))
	l.found = append(l.found, inner.found...)
}

// runAround gives the extent of the encoded run in which data[at:end] stands.
func (l *look) runAround(f form, at, end int) (int, int) {
	member := memberOf[f]
	start := at
	for start > 0 && at-start < maxRun && member(l.data[start-1]) {
		start--
	}
	for end < len(l.data) && end-at < maxRun && member(l.data[end]) {
		end++
	}
	return start, end
}

// memberOf tells, by form, which bytes an encoded run may hold. Escapes stand among plain characters, up to a quote or a line end.
var memberOf = [formCount]func(byte) bool{
	base64Form: func(c byte) bool {
		return classOf[c] != other && c < 0x80 || c == '+' || c == '/' || c == '-' || c == '_' || c == '='
	},
	hexForm:        func(c byte) bool { return hexDigit(c) >= 0 },
	hexEscapes:     inLiteral,
	unicodeEscapes: inLiteral,
	slashEscapes:   inLiteral,
	percentForm: func(c byte) bool {
		return c > ' ' && c < 0x7f && strings.IndexByte(`"'<>`+"`\\", c) < 0
	},
}

func inLiteral(c byte) bool { return c != '"' && c != '\'' && c != '\n' && c != '\r' && c != '`' }

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// decodeRun undoes one encoding. ok is false where the run is not encoded so.
func decodeRun(f form, run []byte) (text []byte, ok bool) {
	switch f {
	case base64Form:
		return decodeBase64Run(run)
	case hexForm:
		if len(run)%2 == 1 {
			run = run[1:]
		}
		text = make([]byte, len(run)/2)
		_, err := hex.Decode(text, run)
		return text, err == nil
	case percentForm:
		return percentDecode(run), true
	case slashEscapes, hexEscapes, unicodeEscapes:
		return []byte(backslashes(string(run))), true
	}
	return nil, false
}

// decodeBase64Run decodes a run in either alphabet. What stands before the encoded text without a separator (a path, a name and "=")
// shifts it, so the part after the last "=" inside and, where that fails, all four alignments are tried.
func decodeBase64Run(run []byte) ([]byte, bool) {
	run = bytes.TrimRight(run, "=")
	if i := bytes.LastIndexByte(run, '='); i >= 0 {
		run = run[i+1:]
	}
	enc := base64.RawStdEncoding
	if bytes.ContainsAny(run, "-_") {
		enc = base64.RawURLEncoding
		if bytes.ContainsAny(run, "+/") {
			return nil, false
		}
	}
	for shift := 0; shift < 4 && shift < len(run); shift++ {
		part := run[shift:]
		part = part[:len(part)-remainder(len(part))]
		text := make([]byte, enc.DecodedLen(len(part)))
		n, err := enc.Decode(text, part)
		if err == nil && mostlyText(text[:n]) {
			return text[:n], true
		}
	}
	return nil, false
}

// remainder is what must be cut off an unpadded run that no encoder makes.
func remainder(n int) int {
	if n%4 == 1 {
		return 1
	}
	return 0
}

// mostlyText tells whether decoded bytes are text in the main: a run of the wrong alignment is noise.
func mostlyText(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	odd := 0
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c >= 0x7f {
			odd++
		}
	}
	return odd*8 <= len(b)
}

func percentDecode(run []byte) []byte {
	out := make([]byte, 0, len(run))
	for i := 0; i < len(run); i++ {
		if run[i] == '%' && i+2 < len(run) && hexDigit(run[i+1]) >= 0 && hexDigit(run[i+2]) >= 0 {
			out = append(out, byte(hexDigit(run[i+1])<<4|hexDigit(run[i+2])))
			i += 2
			continue
		}
		out = append(out, run[i])
	}
	return out
}
