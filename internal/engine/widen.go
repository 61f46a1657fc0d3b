package engine

import "bytes"

// How far a changed part is widened, in each direction: this many whole lines, but no further than this many bytes.
// A rule sees the literals in the widened part only, so this bounds how far from a change a verdict may change.
const (
	widenLines = 1
	widenBytes = 256
)

// Widen turns the parts of data that changed (sorted by start, possibly empty where something was cut out) into the
// parts to look at: whole lines with some lines around them, joined where they touch.
func Widen(data []byte, changed []Span) []Span {
	wide := make([]Span, 0, len(changed))
	for _, s := range changed {
		s = Span{linesBefore(data, s.Start), linesAfter(data, s.End)}
		if n := len(wide); n > 0 && s.Start <= wide[n-1].End {
			wide[n-1].End = max(wide[n-1].End, s.End)
			continue
		}
		wide = append(wide, s)
	}
	return wide
}

func linesBefore(data []byte, at int) int {
	limit := max(0, at-widenBytes)
	for range widenLines + 1 {
		newline := bytes.LastIndexByte(data[limit:at], '\n')
		if newline < 0 {
			return limit
		}
		at = limit + newline
	}
	return at + 1
}

func linesAfter(data []byte, at int) int {
	limit := min(len(data), at+widenBytes)
	for range widenLines + 1 {
		newline := bytes.IndexByte(data[at:limit], '\n')
		if newline < 0 {
			return limit
		}
		at += newline + 1
	}
	return at
}
