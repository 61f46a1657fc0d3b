package lsp

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/finding"
)

// naive finds the byte a position stands before as the standard tells it: by walking from the beginning, unit by unit.
func naive(data string, wide bool, p position) int {
	at := 0
	for line := uint32(0); line < p.Line; line++ {
		n := strings.IndexAny(data[at:], "\r\n")
		if n < 0 {
			return len(data)
		}
		at += n + 1
		if data[at-1] == '\r' && at < len(data) && data[at] == '\n' {
			at++
		}
	}
	left := int(p.Character)
	for at < len(data) && data[at] != '\n' && data[at] != '\r' {
		r, size := utf8.DecodeRuneInString(data[at:])
		width := size
		if wide {
			width = len(utf16.AppendRune(nil, r))
		}
		if left < width {
			return at
		}
		left -= width
		at += size
	}
	return at
}

func TestText_positions(t *testing.T) {
	data := "aß\U0001F511x\r\ny\rz\n\n"
	for _, c := range []struct {
		wide   bool
		at     position
		offset int
	}{
		{true, position{0, 0}, 0}, {true, position{0, 2}, 3}, {true, position{0, 3}, 3}, {true, position{0, 4}, 7}, {true, position{0, 99}, 8},
		{true, position{1, 0}, 10}, {true, position{1, 5}, 11}, {true, position{2, 1}, 13}, {true, position{4, 0}, 15}, {true, position{99, 7}, 15},
		{false, position{0, 1}, 1}, {false, position{0, 2}, 1}, {false, position{0, 3}, 3}, {false, position{0, 6}, 3}, {false, position{0, 7}, 7},
		{true, position{^uint32(0), ^uint32(0)}, 15}, {false, position{0, ^uint32(0)}, 8},
	} {
		if got := newText(data, c.wide).offset(c.at); got != c.offset {
			t.Errorf("wide %t %v: offset %d, want %d", c.wide, c.at, got, c.offset)
		}
	}
	if got := newText(data, true).position(9); got != (position{0, 5}) {
		t.Errorf("within \\r\\n: %v", got)
	}
}

func TestText_regions(t *testing.T) {
	data := "one\r\ntwo\nthree"
	text := newText(data, true)
	for _, c := range []struct {
		region finding.Region
		want   string
	}{
		{finding.RegionAt([]byte(data), 5, 8), "two"},
		{finding.Region{StartLine: 1, EndLine: 1}, "one"},
		{finding.Region{StartLine: 2}, "two"},
		{finding.Region{StartLine: 2, EndLine: 3}, "two\nthree"},
		{finding.Region{StartLine: 99}, "three"},
		{finding.Region{}, ""},
		{finding.Region{Offset: 9, Length: 1 << 40}, "three"},
		{finding.Region{Offset: -5, Length: 3}, "one"},
	} {
		if from, to := text.bytes(c.region); data[from:to] != c.want {
			t.Errorf("%+v: %q, want %q", c.region, data[from:to], c.want)
		}
	}
}

func FuzzText_position(f *testing.F) {
	f.Add("aß\U0001F511x\r\ny\rz\n\n", uint32(0), uint32(3), 5)
	f.Add("\r\r\n\n", uint32(2), uint32(0), 1)
	f.Add("\xff\xfe\xf0\x9f", uint32(0), uint32(2), 3)
	f.Fuzz(func(t *testing.T, data string, line, character uint32, offset int) {
		for _, wide := range []bool{true, false} {
			text := newText(data, wide)
			if !utf8.ValidString(data) { // only that nothing breaks: messages are valid UTF-8
				text.offset(text.position(offset))
				text.offset(position{line, character})
				return
			}
			p := position{line % 64, character % 1024}
			if got, want := text.offset(p), naive(data, wide, p); got != want {
				t.Fatalf("wide %t: %v of %q is offset %d, want %d", wide, p, data, got, want)
			}
			back := text.position(text.offset(p))
			if text.offset(back) != text.offset(p) {
				t.Fatalf("wide %t: %v of %q comes back as %v", wide, p, data, back)
			}
			text.position(offset)
		}
	})
}

func FuzzDocument_change(f *testing.F) {
	f.Add("func main() {\r\n}\n", "x\U0001F511\n", uint32(0), uint32(5), uint32(1), uint32(1), true)
	f.Add("\U0001F511", "", uint32(0), uint32(1), uint32(0), uint32(2), true)
	f.Fuzz(func(t *testing.T, data, with string, fromLine, fromCharacter, toLine, toCharacter uint32, wide bool) {
		if !utf8.ValidString(data) || !utf8.ValidString(with) {
			t.Skip()
		}
		d := &document{text: newText(data, wide)}
		want := data
		for n := range 3 { // once more at another place, with what the first has made
			at := span{position{(fromLine + uint32(n)) % 50, fromCharacter % 500}, position{toLine % 50, toCharacter % 500}}
			from, to := naive(want, wide, at.Start), naive(want, wide, at.End)
			want = want[:min(from, to)] + with + want[max(from, to):]
			d.change(contentChange{Range: &at, Text: with}, wide)
			if d.text.data != want {
				t.Fatalf("change %d gives %q, want %q", n, d.text.data, want)
			}
		}
	})
}
