package lockfile

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// jsonReader reads JSON front to back without building values: the caller says what to do with each member and passes over the rest.
// It is as strict as encoding/json. Comments lets in what JSONC has besides: comments, and commas before a closing bracket.
// Whoever reads an object must consume each member's value, with one of the methods, before the function it gave returns.
type jsonReader struct {
	data     []byte
	pos      int
	depth    int
	comments bool
	// twice holds the keys that stood more than once in the same object, at most maxUnknown of them.
	twice []string
	// buffer holds the last text that had escapes; unescaped tells that the last text read is that one.
	buffer    []byte
	unescaped bool
	lines     lines
	// known are the short strings that were read.
	known map[string]string
}

func newJSON(data []byte) *jsonReader {
	return &jsonReader{data: data, lines: lines{data: data}}
}

var (
	errNotJSON  = errors.New("this is not JSON")
	errTooDeep  = errors.New("nested too deep")
	errLeftOver = errors.New("something stands after the end")
)

// fail gives an error at the place reached.
func (r *jsonReader) fail(err error) error {
	if r.pos >= len(r.data) && err == errNotJSON {
		err = errTruncated
	}
	at := lines{data: r.data}
	return &lineError{at.of(r.pos), err}
}

// line is the line of the place reached.
func (r *jsonReader) line() int { return r.lines.of(r.pos) }

// document reads the one value of a file, which must be an object.
func (r *jsonReader) document(member func(key []byte) error) error {
	if r.kind() != '{' {
		if r.pos < len(r.data) {
			return r.fail(errors.New("an object is expected"))
		}
		return r.fail(errTruncated)
	}
	if err := r.object(member); err != nil {
		return err
	}
	if r.kind() != 0 || r.pos < len(r.data) {
		return r.fail(errLeftOver)
	}
	return nil
}

// kind gives the first byte of the next value ('{', '[', '"', 't', 'f', 'n', '-' or a digit), and 0 at the end.
func (r *jsonReader) kind() byte {
	for pos := r.pos; pos < len(r.data); {
		c := r.data[pos]
		if c > ' ' && c != '/' {
			r.pos = pos
			return c
		}
		switch {
		case c == '\n':
			pos++
			for pos+8 <= len(r.data) && binary.LittleEndian.Uint64(r.data[pos:]) == 0x2020202020202020 {
				pos += 8
			}
		case c == ' ' || c == '\t' || c == '\r':
			pos++
		default:
			if r.pos = pos; c != '/' || !r.comments || !r.comment() {
				return c
			}
			pos = r.pos
		}
	}
	r.pos = len(r.data)
	return 0
}

// comment passes over a comment. It returns false where there is none, or where it does not end.
func (r *jsonReader) comment() bool {
	rest := r.data[r.pos:]
	switch {
	case bytes.HasPrefix(rest, []byte("//")):
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			end = len(rest)
		}
		r.pos += end
		return true
	case bytes.HasPrefix(rest, []byte("/*")):
		end := bytes.Index(rest[2:], []byte("*/"))
		if end < 0 {
			r.pos = len(r.data)
			return false
		}
		r.pos += end + 4
		return true
	}
	return false
}

// object reads an object and calls member for each of its members, or passes over a value of another kind.
// A key stays valid as long as the data does.
func (r *jsonReader) object(member func(key []byte) error) error {
	var seen keySet
	return r.members(func(key []byte) error {
		if seen.add(key) {
			r.standsTwice(key)
		}
		return member(key)
	})
}

// standsTwice notes a key that stood before in the same object.
func (r *jsonReader) standsTwice(key []byte) {
	if len(r.twice) < maxUnknown {
		r.twice = append(r.twice, string(key))
	}
}

// members is object for a caller that knows itself which keys came before.
func (r *jsonReader) members(member func(key []byte) error) error {
	if r.kind() != '{' {
		return r.skip()
	}
	if r.depth++; r.depth > maxDepth {
		return r.fail(errTooDeep)
	}
	r.pos++
	for first := true; ; first = false {
		more, err := r.more(first, '}')
		if err != nil {
			return err
		}
		if !more {
			r.depth--
			return nil
		}
		key, err := r.readKey()
		if err != nil {
			return err
		}
		if err := member(key); err != nil {
			return err
		}
	}
}

// readKey reads a key and its colon.
func (r *jsonReader) readKey() ([]byte, error) {
	if r.kind() != '"' {
		return nil, r.fail(errNotJSON)
	}
	key, err := r.bytes()
	if err != nil {
		return nil, err
	}
	if r.unescaped {
		key = bytes.Clone(key)
	}
	if r.kind() != ':' {
		return nil, r.fail(errNotJSON)
	}
	r.pos++
	return key, nil
}

// array reads an array and calls element for each of its elements, counted from 0, or passes over a value of another kind.
func (r *jsonReader) array(element func(i int) error) error {
	if r.kind() != '[' {
		return r.skip()
	}
	if r.depth++; r.depth > maxDepth {
		return r.fail(errTooDeep)
	}
	r.pos++
	for i := 0; ; i++ {
		more, err := r.more(i == 0, ']')
		if err != nil {
			return err
		}
		if !more {
			r.depth--
			return nil
		}
		if err := element(i); err != nil {
			return err
		}
	}
}

// more goes to the next part of an object or array, or over its end.
func (r *jsonReader) more(first bool, end byte) (bool, error) {
	c := r.kind()
	if !first && c == ',' {
		r.pos++
		if c = r.kind(); c != end {
			return true, nil
		}
		if !r.comments {
			return false, r.fail(errNotJSON)
		}
	} else if !first && c != end {
		return false, r.fail(errNotJSON)
	}
	if c == end {
		r.pos++
		return false, nil
	}
	return true, nil
}

// short reads a string of which there are many equal ones, keeping each once.
func (r *jsonReader) short(s *string) error {
	if r.kind() != '"' {
		*s = ""
		return r.skip()
	}
	value, err := r.bytes()
	if known, ok := r.known[string(value)]; ok {
		*s = known
		return err
	}
	*s = string(value)
	if len(*s) <= 32 && len(r.known) < 1<<16 {
		if r.known == nil {
			r.known = map[string]string{}
		}
		r.known[*s] = *s
	}
	return err
}

// text reads a string into s, or passes over a value of another kind and leaves s empty.
func (r *jsonReader) text(s *string) error {
	if r.kind() != '"' {
		*s = ""
		return r.skip()
	}
	value, err := r.bytes()
	*s = string(value)
	return err
}

// flag reads true or false into b; a value of another kind is false.
func (r *jsonReader) flag(b *bool) error {
	*b = r.kind() == 't'
	return r.skip()
}

// number reads a whole number into n; a value of another kind is 0.
func (r *jsonReader) number(n *int) error {
	*n = 0
	r.kind()
	start := r.pos
	if err := r.skip(); err != nil {
		return err
	}
	for _, c := range r.data[start:r.pos] {
		if c < '0' || c > '9' || *n > 1<<30 {
			*n = 0
			return nil
		}
		*n = *n*10 + int(c-'0')
	}
	return nil
}

// skip passes over the next value, checking it.
func (r *jsonReader) skip() error {
	switch c := r.kind(); c {
	case '{':
		return r.members(func([]byte) error { return r.skip() })
	case '[':
		return r.array(func(int) error { return r.skip() })
	case '"':
		_, err := r.bytes()
		return err
	case 't':
		return r.word("true")
	case 'f':
		return r.word("false")
	case 'n':
		return r.word("null")
	default:
		return r.skipNumber()
	}
}

func (r *jsonReader) word(word string) error {
	for i := range len(word) {
		if r.pos >= len(r.data) || r.data[r.pos] != word[i] {
			return r.fail(errNotJSON)
		}
		r.pos++
	}
	return nil
}

// skipNumber passes over a number, by the grammar of RFC 8259.
func (r *jsonReader) skipNumber() error {
	digits := func() bool {
		start := r.pos
		for r.pos < len(r.data) && r.data[r.pos] >= '0' && r.data[r.pos] <= '9' {
			r.pos++
		}
		return r.pos > start
	}
	next := func(set string) bool {
		if r.pos < len(r.data) && bytes.IndexByte([]byte(set), r.data[r.pos]) >= 0 {
			r.pos++
			return true
		}
		return false
	}
	next("-")
	if !next("0") && !digits() {
		return r.fail(errNotJSON)
	}
	if next(".") && !digits() {
		return r.fail(errNotJSON)
	}
	if next("eE") {
		next("+-")
		if !digits() {
			return r.fail(errNotJSON)
		}
	}
	return nil
}
