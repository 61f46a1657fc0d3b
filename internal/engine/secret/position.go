package secret

import (
	"bytes"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/finding"
)

// lineCounter turns offsets that only grow into lines and columns, in one pass over the content.
type lineCounter struct {
	data []byte
	at   int // up to where lines were counted
	line int
	// begin is where the current line begins; on long lines columns are counted on from column, which is that of columnAt.
	begin, columnAt, column int
}

// region is the region of data[start:end]. Calls must come by ascending start.
func (l *lineCounter) region(start, end int) finding.Region {
	r := finding.Region{Offset: int64(start), Length: int64(end - start)}
	l.to(start)
	r.StartLine, r.StartColumn = l.line, l.column
	after := *l // the next finding may start before this one ends
	after.to(end)
	r.EndLine, r.EndColumn = after.line, after.column
	return r
}

func (l *lineCounter) to(at int) {
	if passed := l.data[l.at:at]; bytes.IndexByte(passed, '\n') >= 0 {
		l.line += bytes.Count(passed, []byte{'\n'})
		l.begin = l.at + bytes.LastIndexByte(passed, '\n') + 1
		l.columnAt, l.column = l.begin, 0
	}
	if at-l.begin <= maxLine {
		l.columnAt, l.column = l.begin, 0
	}
	if l.columnAt == l.begin {
		l.column = 1
	}
	l.column += utf8.RuneCount(l.data[l.columnAt:at])
	l.at, l.columnAt = at, at
}
