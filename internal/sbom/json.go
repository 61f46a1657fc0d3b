package sbom

import (
	"errors"
	"fmt"
	"io"
)

const (
	// maxDepth is how deep a document may be nested.
	maxDepth = 200
	// maxText is the longest string that is read, in bytes. What is skipped may be longer.
	maxText = 1 << 20
	// maxMembers is how many members an object may have that is read.
	maxMembers = 10_000
)

var errDepth = fmt.Errorf("nested deeper than %d", maxDepth)

// jsonReader reads a JSON text as a stream. It keeps one buffer and the string it stands at; what is skipped is checked as well,
// but never held. Errors say at which byte.
type jsonReader struct {
	r      io.Reader
	buf    []byte
	at     int   // position in buf
	before int64 // bytes of the input before buf
	fault  error // what ended the input
	depth  int
	text   []byte            // the last string
	names  map[string]string // names of members, so that each is held once
}

func newJSONReader(r io.Reader) *jsonReader {
	return &jsonReader{r: r, buf: make([]byte, 0, 64<<10), names: map[string]string{}}
}

// offset is the position in the input, in bytes.
func (j *jsonReader) offset() int64 { return j.before + int64(j.at) }

func (j *jsonReader) errorf(format string, args ...any) error {
	return fmt.Errorf("byte %d: %w", j.offset(), fmt.Errorf(format, args...))
}

// fill reads on when the buffer is used up. It gives false at the end of the input.
func (j *jsonReader) fill() bool {
	if j.at < len(j.buf) {
		return true
	}
	j.before += int64(len(j.buf))
	j.buf, j.at = j.buf[:0], 0
	for tries := 0; j.fault == nil && len(j.buf) == 0; tries++ {
		n, err := j.r.Read(j.buf[:cap(j.buf)])
		j.buf, j.fault = j.buf[:n], err
		if tries > 100 && n == 0 {
			j.fault = io.ErrNoProgress
		}
	}
	return len(j.buf) > 0
}

// ended says why there is no more input.
func (j *jsonReader) ended() error {
	if j.fault == nil || errors.Is(j.fault, io.EOF) {
		return j.errorf("the document is cut short")
	}
	return j.errorf("%w", j.fault)
}

// next gives the next byte that is no white space and stays before it.
func (j *jsonReader) next() (byte, error) {
	for j.fill() {
		switch c := j.buf[j.at]; c {
		case ' ', '\t', '\n', '\r':
			j.at++
		default:
			return c, nil
		}
	}
	return 0, j.ended()
}

// expect takes one byte of syntax.
func (j *jsonReader) expect(want byte) error {
	c, err := j.next()
	if err != nil {
		return err
	}
	if c != want {
		return j.errorf("%q where %q is expected", c, want)
	}
	j.at++
	return nil
}

// end makes sure that nothing follows.
func (j *jsonReader) end() error {
	for j.fill() {
		switch j.buf[j.at] {
		case ' ', '\t', '\n', '\r':
			j.at++
		default:
			return j.errorf("text after the end of the document")
		}
	}
	if j.fault != nil && !errors.Is(j.fault, io.EOF) {
		return j.ended()
	}
	return nil
}

// object reads an object: member is called with each name and must take the value. Null is an object without members.
// A name that stands twice is an error, because readers would differ in which of the two they believe.
func (j *jsonReader) object(member func(name string) error) error {
	c, err := j.next()
	if err != nil {
		return err
	}
	if c == 'n' {
		return j.skip()
	}
	if c != '{' {
		return j.errorf("%s where an object is expected", kindOf(c))
	}
	var few [16]string
	seen := few[:0]
	var many map[string]bool
	return j.list('{', '}', func() error {
		name, err := j.name()
		if err != nil {
			return err
		}
		twice := many[name]
		for _, s := range seen {
			twice = twice || s == name
		}
		switch {
		case twice:
			return j.errorf("the member %s stands twice", quote(name))
		case len(seen) < len(few):
			seen = append(seen, name)
		case many == nil:
			many = map[string]bool{name: true}
		case len(many) > maxMembers:
			return j.errorf("an object with more than %d members", maxMembers)
		default:
			many[name] = true
		}
		return member(name)
	})
}

// name reads the name of a member and the colon after it.
func (j *jsonReader) name() (string, error) {
	if err := j.rawName(maxText); err != nil {
		return "", err
	}
	name, known := j.names[string(j.text)]
	if !known {
		name = string(j.text)
		if len(j.names) < 1000 {
			j.names[name] = name
		}
	}
	return name, nil
}

// rawName takes the name of a member and the colon after it.
func (j *jsonReader) rawName(most int) error {
	c, err := j.next()
	if err != nil {
		return err
	}
	if c != '"' {
		return j.errorf("%s where the name of a member is expected", kindOf(c))
	}
	if err := j.quoted(most); err != nil {
		return err
	}
	return j.expect(':')
}

// array reads an array: element is called before each element and must take it. Null is an array without elements.
func (j *jsonReader) array(element func() error) error {
	c, err := j.next()
	if err != nil {
		return err
	}
	if c == 'n' {
		return j.skip()
	}
	if c != '[' {
		return j.errorf("%s where an array is expected", kindOf(c))
	}
	return j.list('[', ']', element)
}

// list reads what stands between brackets, apart by commas.
func (j *jsonReader) list(opening, closing byte, element func() error) error {
	if err := j.expect(opening); err != nil {
		return err
	}
	if j.depth++; j.depth > maxDepth {
		return j.errorf("%w", errDepth)
	}
	defer func() { j.depth-- }()
	c, err := j.next()
	if err != nil {
		return err
	}
	if c == closing {
		j.at++
		return nil
	}
	for {
		if err := element(); err != nil {
			return err
		}
		c, err := j.next()
		if err != nil {
			return err
		}
		j.at++
		switch c {
		case closing:
			return nil
		case ',':
		default:
			j.at--
			return j.errorf("%q where ',' or %q is expected", c, closing)
		}
	}
}

// str reads a string. Null is "", a number or truth value the text it is written as.
func (j *jsonReader) str() (string, error) {
	c, err := j.next()
	if err != nil {
		return "", err
	}
	switch c {
	case '"':
		err := j.quoted(maxText)
		return string(j.text), err
	case '{', '[':
		return "", j.errorf("%s where a string is expected", kindOf(c))
	case 'n':
		return "", j.skip()
	}
	err = j.literal(c)
	return string(j.text), err
}

// skip passes over one value of any kind, and checks it.
func (j *jsonReader) skip() error {
	c, err := j.next()
	if err != nil {
		return err
	}
	switch c {
	case '"':
		return j.quoted(0)
	case '{':
		return j.list('{', '}', func() error {
			if err := j.rawName(0); err != nil {
				return err
			}
			return j.skip()
		})
	case '[':
		return j.list('[', ']', j.skip)
	}
	return j.literal(c)
}

// kindOf names what begins with a byte.
func kindOf(c byte) string {
	switch {
	case c == '{':
		return "an object"
	case c == '[':
		return "an array"
	case c == '"':
		return "a string"
	case c == '-' || c >= '0' && c <= '9':
		return "a number"
	case c == 't' || c == 'f' || c == 'n':
		return "a literal"
	}
	return fmt.Sprintf("%q", c)
}
