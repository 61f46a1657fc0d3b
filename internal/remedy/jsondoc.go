package remedy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// maxDepth is how deep a document may be nested.
const maxDepth = 200

// jsonValue is a value of a JSON text, by its place in it.
type jsonValue struct {
	kind       byte // one of { [ " and, for numbers and words, their first byte
	start, end int
	members    []jsonMember
	items      []*jsonValue
}

// jsonMember is one member of an object.
type jsonMember struct {
	name             string
	start, afterName int
	value            *jsonValue
}

// get finds a member by name; nil where there is none, also of nil.
func (v *jsonValue) get(name string) *jsonValue {
	if i := v.index(name); i >= 0 {
		return v.members[i].value
	}
	return nil
}

func (v *jsonValue) index(name string) int {
	if v == nil {
		return -1
	}
	return slices.IndexFunc(v.members, func(m jsonMember) bool { return m.name == name })
}

// jsonText is a JSON text with the places of its values, so that parts of it can be changed and the rest stays as it is.
type jsonText struct {
	data []byte
	root *jsonValue
	// unit is one step of indentation, newline a line's end; both as the text has them.
	unit, newline string
}

// parseJSON reads a text. Objects that name a member twice are refused: nobody could say which one to change.
func parseJSON(data []byte) (*jsonText, error) {
	t := &jsonText{data: data, unit: "  ", newline: "\n"}
	if !json.Valid(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))) {
		return nil, errors.New("it is no valid JSON")
	}
	p := &jsonParser{data: data}
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		p.at = 3
	}
	root, err := p.value(0)
	if err != nil {
		return nil, err
	}
	t.root = root
	if len(root.members) > 0 {
		gap := string(data[root.start+1 : root.members[0].start])
		if i := strings.LastIndexByte(gap, '\n'); i >= 0 {
			t.unit = gap[i+1:]
			if strings.Contains(gap, "\r\n") {
				t.newline = "\r\n"
			}
		}
	}
	return t, nil
}

type jsonParser struct {
	data []byte
	at   int
}

func (p *jsonParser) space() {
	for p.at < len(p.data) && strings.IndexByte(" \t\r\n", p.data[p.at]) >= 0 {
		p.at++
	}
}

// value reads a value of a text that is known to be valid.
func (p *jsonParser) value(depth int) (*jsonValue, error) {
	if depth > maxDepth {
		return nil, errors.New("it is nested too deep")
	}
	p.space()
	v := &jsonValue{kind: p.data[p.at], start: p.at}
	var err error
	switch v.kind {
	case '{':
		err = p.object(v, depth)
	case '[':
		err = p.array(v, depth)
	case '"':
		p.text()
	default:
		for p.at < len(p.data) && strings.IndexByte(" \t\r\n,]}", p.data[p.at]) < 0 {
			p.at++
		}
	}
	v.end = p.at
	return v, err
}

func (p *jsonParser) text() {
	for p.at++; p.data[p.at] != '"'; p.at++ {
		if p.data[p.at] == '\\' {
			p.at++
		}
	}
	p.at++
}

func (p *jsonParser) object(v *jsonValue, depth int) error {
	seen := map[string]bool{}
	for p.at++; ; p.at++ {
		if p.space(); p.data[p.at] == '}' {
			p.at++
			return nil
		}
		m := jsonMember{start: p.at}
		p.text()
		m.afterName = p.at
		if err := json.Unmarshal(p.data[m.start:m.afterName], &m.name); err != nil {
			return err
		}
		if seen[m.name] {
			return fmt.Errorf("the key %.80q stands twice in one object", m.name)
		}
		seen[m.name] = true
		p.space()
		p.at++ // the colon
		var err error
		if m.value, err = p.value(depth + 1); err != nil {
			return err
		}
		v.members = append(v.members, m)
		if p.space(); p.data[p.at] == '}' {
			p.at++
			return nil
		}
	}
}

func (p *jsonParser) array(v *jsonValue, depth int) error {
	for p.at++; ; p.at++ {
		if p.space(); p.data[p.at] == ']' {
			p.at++
			return nil
		}
		item, err := p.value(depth + 1)
		if err != nil {
			return err
		}
		v.items = append(v.items, item)
		if p.space(); p.data[p.at] == ']' {
			p.at++
			return nil
		}
	}
}

// raw is a value as it is written; nil of nil.
func (t *jsonText) raw(v *jsonValue) []byte {
	if v == nil {
		return nil
	}
	return t.data[v.start:v.end]
}

// text is a string's value, "" for what is none.
func (t *jsonText) text(v *jsonValue) string {
	var s string
	if v != nil && v.kind == '"' {
		_ = json.Unmarshal(t.raw(v), &s)
	}
	return s
}

// texts are the members of an object that are strings, by name.
func (t *jsonText) texts(v *jsonValue) map[string]string {
	if v == nil || v.kind != '{' {
		return nil
	}
	out := make(map[string]string, len(v.members))
	for _, m := range v.members {
		if m.value.kind == '"' {
			out[m.name] = t.text(m.value)
		}
	}
	return out
}

// splice replaces a part of a text.
type splice struct {
	start, end int
	text       string
}

// applySplices carries out replacements, which must not overlap.
func applySplices(data []byte, list []splice) ([]byte, error) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b splice) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return a.end - b.end
	})
	var out bytes.Buffer
	at := 0
	for _, s := range list {
		if s.start < at || s.end < s.start || s.end > len(data) {
			return nil, errors.New("two changes touch the same place")
		}
		out.Write(data[at:s.start])
		out.WriteString(s.text)
		at = s.end
	}
	out.Write(data[at:])
	return out.Bytes(), nil
}

// quoteJSON writes a string as package managers do: without escapes for HTML.
func quoteJSON(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}
