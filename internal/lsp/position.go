package lsp

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/finding"
)

// The encodings that positions may count in.
const (
	utf16Encoding = "utf-16"
	utf8Encoding  = "utf-8"
)

// text is what a document says, with what it takes to find places in it. It is never changed: an edit makes another.
type text struct {
	data string
	// wide tells that characters count in UTF-16 code units, else in bytes.
	wide bool
	// starts are where lines begin. A line ends with \n, \r\n or \r, as the protocol says; findings count \n alone.
	starts []int
}

func newText(data string, wide bool) *text {
	t := &text{data: data, wide: wide, starts: []int{0}}
	for i := 0; i < len(data); i++ {
		if data[i] == '\n' || data[i] == '\r' && (i+1 == len(data) || data[i+1] != '\n') {
			t.starts = append(t.starts, i+1)
		}
	}
	return t
}

// line gives where a line begins, and where it ends without what ends it.
func (t *text) line(n int) (start, end int) {
	start, end = t.starts[n], len(t.data)
	if n+1 < len(t.starts) {
		end = t.starts[n+1] - 1
		if end > start && t.data[end] == '\n' && t.data[end-1] == '\r' {
			end--
		}
	}
	return start, end
}

// offset gives the byte a position stands before. What lies behind a line is its end, what lies behind the text is that's, and what lies within a
// character is its beginning.
func (t *text) offset(p position) int {
	if uint64(p.Line) >= uint64(len(t.starts)) {
		return len(t.data)
	}
	start, end := t.line(int(p.Line))
	if !t.wide {
		return t.whole(start + int(min(uint64(p.Character), uint64(end-start))))
	}
	left := uint64(p.Character)
	for i, r := range t.data[start:end] {
		if width := units(r); left < width {
			return start + i
		} else {
			left -= width
		}
	}
	return end
}

// position gives where a byte stands. What stands within a line's end is there, what stands behind the text is at its end.
func (t *text) position(offset int) position {
	offset = t.whole(max(0, min(offset, len(t.data))))
	n := sort.SearchInts(t.starts, offset+1) - 1
	start, end := t.line(n)
	offset = min(offset, end)
	if !t.wide {
		return position{Line: uint32(n), Character: uint32(offset - start)}
	}
	var character uint64
	for _, r := range t.data[start:offset] {
		character += units(r)
	}
	return position{Line: uint32(n), Character: uint32(character)}
}

// whole moves an offset back to the beginning of the character it stands in.
func (t *text) whole(offset int) int {
	for back := 0; back < utf8.UTFMax && offset-back >= 0 && offset < len(t.data); back++ {
		if utf8.RuneStart(t.data[offset-back]) {
			return offset - back
		}
	}
	return offset
}

// units is how many UTF-16 code units a character takes.
func units(r rune) uint64 {
	if r > 0xffff {
		return 2
	}
	return 1
}

// edited gives the text with a range replaced. A range that ends before it begins is taken the other way round.
func (t *text) edited(at span, with string) *text {
	from, to := t.offset(at.Start), t.offset(at.End)
	if from > to {
		from, to = to, from
	}
	return newText(t.data[:from]+with+t.data[to:], t.wide)
}

// bytes gives the part of the text a finding's region means: what it counts in bytes if it does, else its lines; nothing at the beginning
// where it means the whole file.
func (t *text) bytes(r finding.Region) (from, to int) {
	if r.Length > 0 || r.Offset > 0 {
		from = int(min(uint64(max(r.Offset, 0)), uint64(len(t.data))))
		return from, from + int(min(uint64(max(r.Length, 0)), uint64(len(t.data)-from)))
	}
	if r.StartLine <= 0 {
		return 0, 0
	}
	from = t.nth(r.StartLine)
	to = max(from, t.nth(max(r.EndLine, r.StartLine)))
	if n := strings.IndexByte(t.data[to:], '\n'); n >= 0 {
		return from, len(strings.TrimRight(t.data[:to+n], "\r"))
	}
	return from, len(t.data)
}

// nth is where the line of that number begins, as findings count: from 1, by \n.
func (t *text) nth(line int) int {
	at := 0
	for range line - 1 {
		n := strings.IndexByte(t.data[at:], '\n')
		if n < 0 {
			break
		}
		at += n + 1
	}
	return at
}

// span is a finding's region as the protocol has it.
func (t *text) span(r finding.Region) span {
	from, to := t.bytes(r)
	return span{t.position(from), t.position(to)}
}

// meets tells whether two spans have a place in common, be it a mere edge.
func (s span) meets(o span) bool { return !s.End.before(o.Start) && !o.End.before(s.Start) }

func (p position) before(o position) bool {
	return p.Line < o.Line || p.Line == o.Line && p.Character < o.Character
}

// encodingOf chooses how positions count: in bytes where the editor offers that, for nothing is to be counted then.
func encodingOf(offered []string) string {
	if slices.Contains(offered, utf8Encoding) {
		return utf8Encoding
	}
	return utf16Encoding
}
