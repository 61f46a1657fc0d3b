package secret

import (
	"bytes"
	"strconv"
)

// jsonText is a string value of a JSON text and where it stands, without its quotes.
type jsonText struct {
	// keys lead to the value, outermost first; an element of an array has its number in brackets.
	keys       []string
	value      string
	start, end int
}

// jsonWalker reads JSON (RFC 8259) for the places of its strings, which encoding/json does not tell. It is lenient: it stops where the
// text stops being JSON and has by then told of all strings before, so cut and commented documents are read as far as they go.
type jsonWalker struct {
	data  []byte
	at    int
	keys  []string
	visit func(jsonText)
}

// maxNesting bounds the depth of documents that are followed.
const maxNesting = 64

// walkJSON visits the strings of the JSON value at data[at:] and gives the place up to which it read.
func walkJSON(data []byte, at int, visit func(jsonText)) int {
	w := jsonWalker{data: data, at: at, visit: visit}
	w.value()
	return w.at
}

func (w *jsonWalker) peek() byte {
	for w.at < len(w.data) && isSpace(w.data[w.at]) {
		w.at++
	}
	if w.at >= len(w.data) {
		return 0
	}
	return w.data[w.at]
}

// value reads one value. It is false where the text is no JSON any more.
func (w *jsonWalker) value() bool {
	switch c := w.peek(); c {
	case '{':
		return w.members('}')
	case '[':
		return w.members(']')
	case '"':
		start, end, ok := w.text()
		if ok {
			w.visit(jsonText{keys: w.keys, value: unescape(string(w.data[start:end]), `"`), start: start, end: end})
		}
		return ok
	case 0, '}', ']', ',', ':':
		return false
	}
	for w.at < len(w.data) && bytes.IndexByte([]byte(",]} \t\r\n\""), w.data[w.at]) < 0 {
		w.at++
	}
	return true
}

// members reads the members of an object or array up to its closing mark.
func (w *jsonWalker) members(closing byte) bool {
	if len(w.keys) >= maxNesting {
		return false
	}
	w.at++
	for n := 0; ; {
		switch w.peek() {
		case closing:
			w.at++
			return true
		case ',':
			w.at++
			continue
		case 0:
			return false
		}
		key := "[" + strconv.Itoa(n) + "]"
		n++
		if closing == '}' {
			start, end, ok := w.text()
			if !ok || w.peek() != ':' {
				return false
			}
			w.at++
			key = unescape(string(w.data[start:end]), `"`)
		}
		w.keys = append(w.keys, key)
		ok := w.value()
		w.keys = w.keys[:len(w.keys)-1]
		if !ok {
			return false
		}
	}
}

// text reads a string and gives its place without the quotes.
func (w *jsonWalker) text() (start, end int, ok bool) {
	if w.peek() != '"' {
		return 0, 0, false
	}
	start = w.at + 1
	for i := start; i < len(w.data); i++ {
		switch w.data[i] {
		case '\\':
			i++
		case '"':
			w.at = i + 1
			return start, i, true
		}
	}
	return 0, 0, false
}
