package secret

import (
	"bytes"
)

// isBlockMark tells whether a YAML block scalar begins at i: "|", ">-", "|2".
func isBlockMark(data []byte, i int) bool {
	if i >= len(data) || data[i] != '|' && data[i] != '>' {
		return false
	}
	for j := i + 1; j < len(data) && j < i+4; j++ {
		switch c := data[j]; {
		case c == '\n' || c == '\r':
			return true
		case c != '-' && c != '+' && classOf[c] != digit:
			return false
		}
	}
	return false
}

// readBlock reads a block scalar of one line; longer ones hold keys and files, which have readers of their own.
func (p *parser) readBlock() bool {
	i := bytes.IndexByte(p.data[p.at:min(len(p.data), p.at+8)], '\n')
	if i < 0 {
		return false
	}
	start := p.at + i + 1
	for start < len(p.data) && p.data[start] == ' ' {
		start++
	}
	end := bytes.IndexByte(p.data[start:min(len(p.data), start+maxValue)], '\n')
	if end < 0 {
		end = len(p.data) - start
	}
	next := start + end + 1
	if indentAt(p.data, next) >= indentAt(p.data, lineStart(p.data, start)) && next < len(p.data) && p.data[next] != '\n' {
		return false
	}
	p.a.notation = block
	return p.take(start, start+end)
}
