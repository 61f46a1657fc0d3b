package secret

import (
	"bytes"
	"strings"
)

// mappingAround gives the extent of the block mapping with keys at the indentation in which data[at] stands.
func (l *look) mappingAround(at, indent int) (from, to int) {
	from = fullLineStart(l.data, at)
	for from > 0 && keyIndent(l.data, at) == indent {
		if startsItem(l.data, from, indent) {
			break
		}
		previous := fullLineStart(l.data, from-1)
		if !inMapping(l.data, previous, indent) {
			break
		}
		from = previous
	}
	to = fullLineEnd(l.data, at)
	for to < len(l.data) {
		next := to + 1
		if next >= len(l.data) || !inMapping(l.data, next, indent) || startsItem(l.data, next, indent) {
			break
		}
		to = fullLineEnd(l.data, next)
	}
	return from, to
}

// inMapping tells whether the line at i may belong to a block mapping of the given indentation: not a document mark and not further left.
func inMapping(data []byte, i, indent int) bool {
	line := data[i:fullLineEnd(data, i)]
	if bytes.HasPrefix(line, []byte("---")) || bytes.HasPrefix(line, []byte("...")) {
		return false
	}
	trimmed := bytes.TrimLeft(line, " -")
	return len(bytes.TrimSpace(trimmed)) == 0 || len(line)-len(trimmed) >= indent || trimmed[0] == '#' || bytes.HasPrefix(trimmed, []byte("{{"))
}

// startsItem tells whether the line at i is "- key: …" with the key at the given indentation: the first line of a mapping in a list.
func startsItem(data []byte, i, indent int) bool {
	n := indentAt(data, i)
	return i+n+1 < len(data) && data[i+n] == '-' && data[i+n+1] == ' ' && n+2+indentAt(data, i+n+2) == indent
}

// keyIndent is the column of the key that stands at or before i on its line, "- " counted as indentation.
func keyIndent(data []byte, i int) int {
	start := fullLineStart(data, i)
	n := indentAt(data, start)
	for start+n+1 < len(data) && data[start+n] == '-' && data[start+n+1] == ' ' {
		n += 2 + indentAt(data, start+n+2)
	}
	return n
}

// entryYAML is one "key: value" of a section and where the value stands.
type entryYAML struct {
	key        string
	value      string
	start, end int
}

// entries reads the entries of a section of the mapping data[from:to].
func entries(data []byte, from, to, indent int, section string) []entryYAML {
	var out []entryYAML
	inside, childIndent := false, -1
	for i := from; i < to; i = fullLineEnd(data, i) + 1 {
		end := min(fullLineEnd(data, i), to)
		n := keyIndent(data, i)
		line := data[i+min(n, end-i) : end]
		if len(bytes.TrimSpace(line)) == 0 || line[0] == '#' || bytes.HasPrefix(line, []byte("{{")) {
			continue
		}
		key, rest, ok := cutKey(line)
		switch {
		case n <= indent:
			inside, childIndent = ok && n == indent && key == section && len(bytes.TrimSpace(rest)) == 0, -1
		case inside && ok && (childIndent < 0 || n == childIndent):
			childIndent = n
			if e, ok := readEntry(data, end-len(rest), end, to, n); ok {
				e.key = key
				out = append(out, e)
			}
		}
	}
	return out
}

// cutKey parts "key: value"; the key may be quoted.
func cutKey(line []byte) (key string, rest []byte, ok bool) {
	i := bytes.Index(line, []byte(": "))
	if i < 0 {
		line = bytes.TrimRight(line, " \r")
		if !bytes.HasSuffix(line, []byte(":")) {
			return "", nil, false
		}
		return strings.Trim(string(line[:len(line)-1]), `"' `), line[len(line):], true
	}
	return strings.Trim(string(line[:i]), `"' `), line[i+1:], true
}

// readEntry reads the value at data[at:end]: plain, quoted, or a block scalar on the lines below.
func readEntry(data []byte, at, end, limit, indent int) (entryYAML, bool) {
	for at < end && data[at] == ' ' {
		at++
	}
	if at < end && (data[at] == '|' || data[at] == '>') {
		return readBlockEntry(data, end+1, limit, indent)
	}
	text := strings.TrimRight(string(data[at:end]), " \r")
	if len(text) > 1 && (text[0] == '"' || text[0] == '\'') {
		if i := strings.IndexByte(text[1:], text[0]); i >= 0 {
			return entryYAML{value: unescape(text[1:1+i], text[:1]), start: at + 1, end: at + 1 + i}, i > 0
		}
		return entryYAML{}, false
	}
	if i := strings.Index(text, " #"); i >= 0 {
		text = strings.TrimRight(text[:i], " ")
	}
	return entryYAML{value: text, start: at, end: at + len(text)}, text != ""
}

// readBlockEntry joins the lines of a block scalar.
func readBlockEntry(data []byte, from, limit, indent int) (entryYAML, bool) {
	var b strings.Builder
	start, end := -1, from
	for i := from; i < limit; i = fullLineEnd(data, i) + 1 {
		stop := min(fullLineEnd(data, i), limit)
		n := indentAt(data, i)
		if n <= indent && i+n < stop {
			break
		}
		if start < 0 {
			start = min(i+n, stop)
		}
		b.Write(bytes.TrimLeft(data[i:stop], " "))
		b.WriteByte('\n')
		end = stop
	}
	value := strings.TrimSpace(b.String())
	return entryYAML{value: value, start: start, end: end}, value != ""
}

// valueOfKey gives the value of a key of the mapping data[from:to], or "".
func valueOfKey(data []byte, from, to, indent int, name string) string {
	for i := from; i < to; i = fullLineEnd(data, i) + 1 {
		if keyIndent(data, i) != indent {
			continue
		}
		line := data[min(i+indent, to):min(fullLineEnd(data, i), to)]
		if key, rest, ok := cutKey(line); ok && key == name {
			return strings.Trim(string(bytes.TrimSpace(rest)), `"'`)
		}
	}
	return ""
}

// fullLineStart is where the line that holds i begins, however long it is. Manifests are read once, so that costs one pass.
func fullLineStart(data []byte, i int) int { return bytes.LastIndexByte(data[:i], '\n') + 1 }

// fullLineEnd is where the line that holds i ends, however long it is.
func fullLineEnd(data []byte, i int) int {
	if j := bytes.IndexByte(data[i:], '\n'); j >= 0 {
		return i + j
	}
	return len(data)
}
