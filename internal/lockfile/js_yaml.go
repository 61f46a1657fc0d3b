package lockfile

import (
	"bytes"
	"errors"
	"unicode/utf8"
)

// yamlReader reads the plain block style in which tools write lock files, line by line and without building values: mappings
// with one key a line, lists of scalars, scalars on one line, literal blocks, and flow mappings and lists of scalars on one line.
// Whatever else YAML can do makes it answer errUnusual, and readYAML then asks a whole YAML parser. Where it does not, it says
// what that parser would.
type yamlReader struct {
	data []byte
	next int // where the next line starts
	line int // the line reached, from 1
	// indent and text are the line reached; end tells that there is none.
	indent int
	text   []byte
	end    bool
	// key is the line of the last key.
	key   int
	depth int
	// twice holds keys that stood twice in a mapping; lineOf the lines of the original, where the data was rewritten.
	twice  []string
	lineOf []int
}

// yamlValue is what stands after a key or a dash. Text is valid until the next line is read.
type yamlValue struct {
	// kind is 0 where nothing stands there (what belongs to the key may follow below), 's' for a scalar, '{' and '[' for flow.
	kind byte
	text []byte
	// indent is that of the key it belongs to.
	indent int
}

// maxKey is the longest key that YAML lets stand on one line with its value, in bytes.
const maxKey = 1000

var (
	errUnusual  = errors.New("this is YAML of an unusual form")
	errConflict = errors.New("the file holds an unresolved merge conflict")
)

// newYAML starts at the first line. The data must be UTF-8 without control characters, or be rewritten.
func newYAML(data []byte, lineOf []int) (*yamlReader, error) {
	r := &yamlReader{data: data, lineOf: lineOf}
	if lineOf == nil && !plainText(data) {
		return nil, errUnusual
	}
	err := r.advance()
	if err == nil && !r.end && r.indent == 0 && string(r.text) == "---" {
		err = r.advance()
	}
	return r, err
}

// plainText tells that data holds only characters that YAML takes for what they look like.
func plainText(data []byte) bool {
	ascii := true
	for i, c := range data {
		if c < ' ' || c >= 0x7f {
			switch {
			case c == '\n' || c == '\r' && i+1 < len(data) && data[i+1] == '\n':
			case c >= 0x80:
				ascii = false
			default:
				return false
			}
		}
	}
	if ascii {
		return true
	}
	for len(data) > 0 {
		char, size := utf8.DecodeRune(data)
		if char == utf8.RuneError && size == 1 || char >= 0x80 && char < 0xa0 || char == 0x2028 || char == 0x2029 || char == 0xfeff || char >= 0xfffe && char <= 0xffff {
			return false
		}
		data = data[size:]
	}
	return true
}

// fail gives an error at the line reached.
func (r *yamlReader) fail(err error) error {
	if err == errUnusual {
		return err
	}
	return &lineError{r.number(), err}
}

// number is the line reached, in the file as it was.
func (r *yamlReader) number() int {
	if r.lineOf != nil && r.line-1 < len(r.lineOf) {
		return r.lineOf[r.line-1]
	}
	return r.line
}

// keyLine is the line of the last key, in the file as it was.
func (r *yamlReader) keyLine() int { return r.key }

// rawLine takes the next line as it is, without its end.
func (r *yamlReader) rawLine() ([]byte, bool) {
	if r.next >= len(r.data) {
		return nil, false
	}
	line := r.data[r.next:]
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
		r.next++
	}
	r.next += len(line)
	r.line++
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, true
}

// advance goes to the next line that is neither empty nor a comment.
func (r *yamlReader) advance() error {
	for {
		line, ok := r.rawLine()
		if !ok {
			r.end, r.text, r.indent = true, nil, -1
			return nil
		}
		indent := 0
		for indent < len(line) && line[indent] == ' ' {
			indent++
		}
		if indent == len(line) || line[indent] == '#' {
			continue
		}
		if indent == 0 && len(line) >= 7 && (bytes.HasPrefix(line, []byte("<<<<<<<")) || bytes.HasPrefix(line, []byte(">>>>>>>")) || string(line) == "=======") {
			return r.fail(errConflict)
		}
		r.indent, r.text = indent, bytes.TrimRight(line[indent:], " ")
		return nil
	}
}

// mapping reads the lines deeper than parent as a mapping; -1 reads the whole file. What stands below a key is passed over unless
// each reads it. Nothing there is an empty mapping.
func (r *yamlReader) mapping(parent int, each func(key []byte, value yamlValue) error) error {
	if r.end || r.indent <= parent {
		return nil
	}
	if r.depth++; r.depth > maxDepth {
		return r.fail(errTooDeep)
	}
	own := r.indent
	var seen keySet
	for !r.end && r.indent >= own {
		if r.indent > own {
			return r.fail(errUnusual)
		}
		key, value, err := r.pair()
		if err != nil {
			return err
		}
		if seen.add(key) && len(r.twice) < maxUnknown {
			r.twice = append(r.twice, string(key))
		}
		line := r.line
		value.indent = own
		if err := each(key, value); err != nil {
			return err
		}
		if value.kind == 0 && r.line == line {
			if err := r.skip(own); err != nil {
				return err
			}
		}
	}
	if !r.end && r.indent > parent {
		return r.fail(errUnusual)
	}
	r.depth--
	return nil
}

// members reads what belongs to a key as a mapping, in block or flow style. Anything else has no members.
func (r *yamlReader) members(of yamlValue, each func(key []byte, value yamlValue) error) (err error) {
	switch {
	case of.kind == '{':
		failed := flow(of.text, func(key, value []byte) {
			if err == nil {
				err = each(key, yamlValue{kind: 's', text: value, indent: of.indent})
			}
		})
		if err == nil {
			err = failed
		}
	case of.kind == 0 && !r.isList(of.indent):
		return r.mapping(of.indent, each)
	}
	return err
}

// items reads what belongs to a key as a list of scalars, in block or flow style. Anything else has no items.
func (r *yamlReader) items(of yamlValue, each func(text []byte)) error {
	switch {
	case of.kind == '[':
		return flow(of.text, func(_, value []byte) { each(value) })
	case of.kind == 0 && r.isList(of.indent):
		return r.list(of.indent, func(value yamlValue) error {
			if value.kind == 's' {
				each(value.text)
			}
			return nil
		})
	}
	return nil
}

// skip passes over what stands below a key at an indent.
func (r *yamlReader) skip(indent int) error {
	if r.isList(indent) {
		return r.list(indent, func(yamlValue) error { return nil })
	}
	return r.mapping(indent, func([]byte, yamlValue) error { return nil })
}

// isList tells that a list follows below a key at an indent. Its dashes may stand as far left as the key.
func (r *yamlReader) isList(indent int) bool {
	return !r.end && r.indent >= indent && (string(r.text) == "-" || bytes.HasPrefix(r.text, []byte("- ")))
}

// list reads the list of scalars below a key at an indent.
func (r *yamlReader) list(indent int, each func(value yamlValue) error) error {
	own := r.indent
	for r.isList(indent) && r.indent == own {
		item := bytes.TrimLeft(r.text[1:], " ")
		value, err := r.value(item)
		if err != nil {
			return err
		}
		if err := r.advance(); err != nil {
			return err
		}
		if value.kind == 0 || value.kind == '|' {
			return r.fail(errUnusual)
		}
		if err := each(value); err != nil {
			return err
		}
	}
	if !r.end && (r.indent > own || r.indent > indent) {
		return r.fail(errUnusual)
	}
	return nil
}

// pair takes the key and the value of the line reached, and goes to the next.
func (r *yamlReader) pair() (key []byte, value yamlValue, err error) {
	text, own := r.text, r.indent
	r.key = r.number()
	var rest []byte
	if bytes.HasPrefix(text, []byte("? ")) { // a long key has its colon on the next line
		if value, err = r.value(bytes.TrimLeft(text[2:], " ")); err != nil || value.kind != 's' {
			return nil, value, r.fail(errUnusual)
		}
		key = value.text
		if err := r.advance(); err != nil {
			return nil, value, err
		}
		if r.end || r.indent != own || string(r.text) != ":" {
			return nil, value, r.fail(errUnusual)
		}
	} else if key, rest, err = r.splitKey(text); err != nil {
		return nil, value, err
	}
	if value, err = r.value(rest); err != nil {
		return nil, value, err
	}
	if value.kind == '|' {
		value.kind = 's'
		value.text, err = r.literal(own, string(rest) == "|")
		return key, value, err
	}
	return key, value, r.advance()
}

// splitKey splits "key: rest". The key keeps its value while the data does.
func (r *yamlReader) splitKey(text []byte) (key, rest []byte, err error) {
	if len(text) == 0 {
		return nil, nil, r.fail(errUnusual)
	}
	if c := text[0]; c == '"' || c == '\'' {
		key, rest, ok := quoted(text)
		if !ok || len(rest) == 0 || rest[0] != ':' || len(rest) > 1 && rest[1] != ' ' || len(text)-len(rest) > maxKey {
			return nil, nil, r.fail(errUnusual)
		}
		return key, bytes.TrimLeft(rest[1:], " "), nil
	}
	colon := bytes.Index(text, []byte(": "))
	if colon < 0 && text[len(text)-1] == ':' {
		colon = len(text) - 1
	}
	if colon <= 0 || colon > maxKey || !plainScalar(text[:colon]) || text[colon-1] == ' ' || bytes.Contains(text[:colon], []byte(" #")) {
		return nil, nil, r.fail(errUnusual)
	}
	return text[:colon], bytes.TrimLeft(text[colon+1:], " "), nil
}

// value reads what stands after a key or dash: nothing, a scalar, flow, or the start of a literal block, whose kind is '|'.
func (r *yamlReader) value(text []byte) (yamlValue, error) {
	if len(text) == 0 {
		return yamlValue{}, nil
	}
	switch text[0] {
	case '"', '\'':
		value, rest, ok := quoted(text)
		if !ok || len(rest) > 0 {
			return yamlValue{}, r.fail(errUnusual)
		}
		return yamlValue{kind: 's', text: value}, nil
	case '{', '[':
		if err := flow(text, func(_, _ []byte) {}); err != nil {
			return yamlValue{}, r.fail(err)
		}
		return yamlValue{kind: text[0], text: text}, nil
	case '|':
		if string(text) != "|" && string(text) != "|-" {
			return yamlValue{}, r.fail(errUnusual)
		}
		return yamlValue{kind: '|'}, nil
	}
	if !plainScalar(text) || bytes.Contains(text, []byte(": ")) || bytes.Contains(text, []byte(" #")) || text[len(text)-1] == ':' {
		return yamlValue{}, r.fail(errUnusual)
	}
	return yamlValue{kind: 's', text: text}, nil
}

// plainScalar tells that text can be a scalar without quotes, by how it starts.
func plainScalar(text []byte) bool {
	if text[0] == '-' || text[0] == '?' || text[0] == ':' {
		return len(text) > 1 && text[1] != ' ' && !bytes.HasPrefix(text, []byte("---"))
	}
	return bytes.IndexByte([]byte("&*!|>%@`\"'#{}[],"), text[0]) < 0 && !bytes.HasPrefix(text, []byte("..."))
}

// literal reads a literal block below a key at an indent. final tells that it keeps its last line's end.
func (r *yamlReader) literal(parent int, final bool) ([]byte, error) {
	own := -1
	var out []byte
	for {
		before, beforeLine := r.next, r.line
		line, ok := r.rawLine()
		if !ok {
			if r.data[len(r.data)-1] != '\n' {
				return nil, r.fail(errUnusual)
			}
			break
		}
		indent := 0
		for indent < len(line) && line[indent] == ' ' {
			indent++
		}
		if indent == len(line) {
			if indent > 0 && (own < 0 || indent > own) {
				return nil, r.fail(errUnusual)
			}
			out = append(out, '\n')
			continue
		}
		if indent <= parent {
			r.next, r.line = before, beforeLine
			break
		}
		if own < 0 {
			own = indent
			if len(out) > 0 {
				return nil, r.fail(errUnusual)
			}
		}
		if indent < own {
			return nil, r.fail(errUnusual)
		}
		out = append(append(out, line[own:]...), '\n')
	}
	if out = bytes.TrimRight(out, "\n"); final && len(out) > 0 {
		out = append(out, '\n')
	}
	return out, r.advance()
}
