package lockfile

import "bytes"

// term is a value of Erlang or Elixir as it is written in source.
type term struct {
	// kind is '{' tuple, '[' list, '%' map, '"' string or binary, 'a' atom or number.
	kind byte
	text string
	// items are the parts. Those of maps, and of lists with keys, have keys; else keys is empty.
	items []term
	keys  []string
	line  int
}

// at gives a part; a term of no kind where there is none.
func (t *term) at(i int) *term {
	if i >= len(t.items) {
		return &term{}
	}
	return &t.items[i]
}

// value gives the part under a key; a term of no kind where there is none.
func (t *term) value(key string) *term {
	for i := range t.keys {
		if t.keys[i] == key {
			return &t.items[i]
		}
	}
	return &term{}
}

// termReader reads terms. It runs nothing: calls and operators are errors.
type termReader struct {
	data    []byte
	pos     int
	comment byte // '#' in Elixir, '%' in Erlang
	lines   lines
}

func (r *termReader) fail(format string, args ...any) error {
	at := lines{data: r.data}
	if r.pos >= len(r.data) {
		return errorAt(at.of(r.pos), "%w", errTruncated)
	}
	return errorAt(at.of(r.pos), format, args...)
}

// next passes over spaces and comments and gives the byte that follows; 0 at the end.
func (r *termReader) next() byte {
	for r.pos < len(r.data) {
		switch c := r.data[r.pos]; {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			r.pos++
		case c == r.comment && !(c == '%' && bytes.HasPrefix(r.data[r.pos:], []byte("%{"))):
			end := bytes.IndexByte(r.data[r.pos:], '\n')
			if end < 0 {
				end = len(r.data) - r.pos
			}
			r.pos += end
		default:
			return c
		}
	}
	return 0
}

// read reads one term.
func (r *termReader) read(depth int) (t term, err error) {
	if depth > maxDepth {
		return t, r.fail("%w", errTooDeep)
	}
	c := r.next()
	t.line = r.lines.of(r.pos)
	switch {
	case c == '{' || c == '[':
		r.pos++
		t.kind = c
		return t, r.parts(&t, c+2, depth) // '}' and ']' stand two after their openings
	case c == '%' && bytes.HasPrefix(r.data[r.pos:], []byte("%{")):
		r.pos += 2
		t.kind = '%'
		return t, r.parts(&t, '}', depth)
	case c == '"':
		t.kind = '"'
		t.text, err = r.quoted()
		return t, err
	case bytes.HasPrefix(r.data[r.pos:], []byte("<<")):
		return r.binary(t)
	case c == ':' && r.pos+1 < len(r.data) && r.data[r.pos+1] == '"':
		r.pos++
		t.kind = 'a'
		t.text, err = r.quoted()
		return t, err
	case c == ':' || c == '-':
		r.pos++
	}
	t.kind = 'a'
	if t.text = r.word(); t.text == "" {
		return t, r.fail("%.20q is no value", r.data[min(r.pos, len(r.data)):min(r.pos+20, len(r.data))])
	}
	return t, nil
}

// word takes the letters of an atom or number.
func (r *termReader) word() string {
	start := r.pos
	for r.pos < len(r.data) {
		c := r.data[r.pos]
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '@' || c == '?' || c == '!' || c >= 0x80 ||
			c == '.' && r.pos > start && r.pos+1 < len(r.data) && r.data[r.pos+1] >= '0' && r.data[r.pos+1] <= '9' {
			r.pos++
			continue
		}
		break
	}
	return string(r.data[start:r.pos])
}

// binary reads <<"text">>.
func (r *termReader) binary(t term) (term, error) {
	r.pos += 2
	t.kind = '"'
	if r.next() == '"' {
		var err error
		if t.text, err = r.quoted(); err != nil {
			return t, err
		}
	}
	if r.next() == '/' { // <<"text"/utf8>>
		r.pos++
		r.word()
	}
	if r.next(); !bytes.HasPrefix(r.data[r.pos:], []byte(">>")) {
		return t, r.fail("a binary does not end")
	}
	r.pos += 2
	return t, nil
}

// quoted reads a text in double quotes.
func (r *termReader) quoted() (string, error) {
	r.pos++
	var out []byte
	for r.pos < len(r.data) {
		c := r.data[r.pos]
		r.pos++
		switch {
		case c == '"':
			return string(out), nil
		case c == '\\' && r.pos < len(r.data):
			if c = r.data[r.pos]; c == 'n' {
				c = '\n'
			}
			r.pos++
		case c == '#' && r.comment == '#' && r.pos < len(r.data) && r.data[r.pos] == '{':
			return "", r.fail("an expression inside a text is not run")
		}
		out = append(out, c)
	}
	return "", r.fail("a text does not end")
}

// parts reads what stands between brackets.
func (r *termReader) parts(t *term, end byte, depth int) error {
	for {
		switch r.next() {
		case end:
			r.pos++
			return nil
		case 0:
			return r.fail("a bracket is not closed")
		}
		part, err := r.read(depth + 1)
		if err != nil {
			return err
		}
		if key, ok, err := r.key(&part); err != nil {
			return err
		} else if ok {
			if part, err = r.read(depth + 1); err != nil {
				return err
			}
			t.keys = append(t.keys, key)
		}
		t.items = append(t.items, part)
		if len(t.keys) > 0 && len(t.keys) != len(t.items) || t.kind == '%' && len(t.keys) == 0 {
			return r.fail("a key is expected")
		}
		switch r.next() {
		case ',':
			r.pos++
		case end:
		default:
			return r.fail("a comma is expected")
		}
	}
}

// key tells that what was read is the key of what follows: "key": or key: or "key" =>
func (r *termReader) key(t *term) (string, bool, error) {
	if t.kind != '"' && t.kind != 'a' {
		return "", false, nil
	}
	switch rest := r.data[r.pos:]; {
	case len(rest) > 1 && rest[0] == ':' && (rest[1] == ' ' || rest[1] == '\n' || rest[1] == '\r' || rest[1] == '\t'):
		r.pos++
		return t.text, true, nil
	default:
		r.next()
		if bytes.HasPrefix(r.data[r.pos:], []byte("=>")) {
			r.pos += 2
			return t.text, true, nil
		}
	}
	return "", false, nil
}
