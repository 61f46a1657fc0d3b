package secret

import (
	"bytes"
)

// maxLine bounds how far the edge of a line is looked for, in bytes, so that a file of one line stays cheap.
const maxLine = 4096

// lineStart is where the line that holds i begins, or maxLine before i.
func lineStart(data []byte, i int) int {
	limit := max(0, i-maxLine)
	if j := bytes.LastIndexByte(data[limit:i], '\n'); j >= 0 {
		return limit + j + 1
	}
	return limit
}

// lineEnd is where the line that holds i ends, without its line feed, or maxLine after i.
func lineEnd(data []byte, i int) int {
	limit := min(len(data), i+maxLine)
	if j := bytes.IndexByte(data[i:limit], '\n'); j >= 0 {
		return i + j
	}
	return limit
}

// indentAt counts the spaces at i.
func indentAt(data []byte, i int) int {
	n := 0
	for i+n < len(data) && data[i+n] == ' ' {
		n++
	}
	return n
}
