package engine

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

const (
	snippetLines = 3   // lines of a block that are shown
	snippetWidth = 160 // bytes of a line that are shown around what was found
)

// snippets gives each finding the lines it stands on, with what any finding in this content covers masked:
// the next secret on the same line must not leak through its neighbour's snippet.
func snippets(data []byte, found []finding.Finding) {
	if len(found) == 0 {
		return
	}
	masks := masksOf(found)
	for i := range found {
		if found[i].Location.Snippet == "" && found[i].Location.Region.StartLine > 0 {
			found[i].Location.Snippet = snippet(data, found[i].Location.Region, masks)
		}
	}
}

// masksOf gives what is to be hidden, by position and joined where it overlaps.
func masksOf(found []finding.Finding) []mask {
	var masks []mask
	for _, f := range found {
		if f.Evidence != "" && f.Location.Region.Length > 0 {
			start := int(f.Location.Region.Offset)
			masks = append(masks, mask{start, start + int(f.Location.Region.Length), f.Evidence})
		}
	}
	slices.SortStableFunc(masks, func(a, b mask) int { return cmp.Compare(a.start, b.start) })
	joined := masks[:0]
	for _, m := range masks {
		if n := len(joined); n > 0 && m.start < joined[n-1].end {
			joined[n-1].end = max(joined[n-1].end, m.end)
			continue
		}
		joined = append(joined, m)
	}
	return joined
}

// mask says that data[start:end] is shown as text.
type mask struct {
	start, end int
	text       string
}

func snippet(data []byte, r finding.Region, masks []mask) string {
	at := min(int(r.Offset), len(data))
	start := bytes.LastIndexByte(data[:at], '\n') + 1
	start = max(start, at-snippetWidth/2)
	end := start
	for range min(snippetLines, 1+r.EndLine-r.StartLine) {
		next := bytes.IndexByte(data[min(end+1, len(data)):], '\n')
		if next < 0 {
			end = len(data)
			break
		}
		end += 1 + next
	}
	end = min(max(end, start), max(start+snippetWidth, at+int(r.Length)), len(data))
	return strings.ToValidUTF8(strings.TrimRight(masked(data, start, end, masks), "\r\n"), "\uFFFD")
}

// masked copies data[start:end] with the masks applied; a mask that reaches over an edge hides its part inside.
func masked(data []byte, start, end int, masks []mask) string {
	var b strings.Builder
	at := start
	first, _ := slices.BinarySearchFunc(masks, start, func(m mask, at int) int { return cmp.Compare(m.end, at+1) })
	for _, m := range masks[first:] {
		if m.start >= end {
			break
		}
		b.Write(data[at:max(at, m.start)])
		b.WriteString(m.text)
		at = m.end
	}
	if at < end {
		b.Write(data[at:end])
	}
	return b.String()
}
