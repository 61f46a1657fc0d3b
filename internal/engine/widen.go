package engine

import "bytes"

// A changed part is widened to whole lines and one line before, where the name of a value may stand, but by no more than
// this many bytes in each direction. A rule sees the literals in the widened part only, so this bounds how far from a
// change a verdict may change.
const widenBytes = 256

// Widen turns the parts of data that changed (sorted by start, possibly empty where something was cut out) into the
// parts to look at: whole lines with the line before, joined where they touch.
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

// linesBefore is where the line before the one at stands in begins.
func linesBefore(data []byte, at int) int {
	limit := max(0, at-widenBytes)
	for range 2 {
		newline := bytes.LastIndexByte(data[limit:at], '\n')
		if newline < 0 {
			return limit
		}
		at = limit + newline
	}
	return at + 1
}

// linesAfter is where the line at stands in ends.
func linesAfter(data []byte, at int) int {
	limit := min(len(data), at+widenBytes)
	if newline := bytes.IndexByte(data[at:limit], '\n'); newline >= 0 {
		return at + newline + 1
	}
	return limit
}
