package lockfile

import (
	"bytes"
	"errors"

	"github.com/pelletier/go-toml/v2/unstable"
)

// maxTOMLValues bounds the values of one TOML file: beyond any real lock file, and before memory runs short.
const maxTOMLValues = 3_000_000

// tomlKind is the kind of a TOML value.
type tomlKind uint8

const (
	tomlString tomlKind = iota + 1
	tomlBool
	tomlOther // numbers and dates, as written
	tomlArray
	tomlTables // an array made by [[header]]
	tomlDict
)

// tomlValue is a value with the line it starts at.
type tomlValue struct {
	kind  tomlKind
	line  int
	text  string
	items []tomlValue
	table *tomlTable
}

// tomlEntry is a key with its value.
type tomlEntry struct {
	key   string
	value tomlValue
}

// tomlTable is a table with its keys in the order of the file.
type tomlTable struct {
	entries []tomlEntry
	// index finds keys once there are many.
	index map[string]int
	line  int
	// opened tells that a [header] names it, dotted that a dotted key made it, closed that it is an inline table: what may be added differs.
	opened, dotted, closed bool
}

// find gives the value of a key; nil where there is none.
func (t *tomlTable) find(key string) *tomlValue {
	if t == nil {
		return nil
	}
	if t.index != nil {
		if i, ok := t.index[key]; ok {
			return &t.entries[i].value
		}
		return nil
	}
	for i := range t.entries {
		if t.entries[i].key == key {
			return &t.entries[i].value
		}
	}
	return nil
}

// add appends a key that is not there yet.
func (t *tomlTable) add(key string, value tomlValue) *tomlValue {
	if t.entries == nil {
		t.entries = make([]tomlEntry, 0, 4)
	}
	t.entries = append(t.entries, tomlEntry{key, value})
	if t.index != nil {
		t.index[key] = len(t.entries) - 1
	} else if len(t.entries) > 12 {
		t.index = make(map[string]int, 2*len(t.entries))
		for i := range t.entries {
			t.index[t.entries[i].key] = i
		}
	}
	return &t.entries[len(t.entries)-1].value
}

// str gives a string or "".
func (t *tomlTable) str(key string) string { return t.find(key).str() }

// flag tells that a key holds true.
func (t *tomlTable) flag(key string) bool {
	v := t.find(key)
	return v != nil && v.kind == tomlBool && v.text == "true"
}

// dict gives the table at a path of keys; nil, which can be asked further, where there is none.
func (t *tomlTable) dict(path ...string) *tomlTable {
	for _, key := range path {
		v := t.find(key)
		if v == nil || v.kind != tomlDict {
			return nil
		}
		t = v.table
	}
	return t
}

// list gives the values of an array.
func (t *tomlTable) list(key string) []tomlValue {
	if v := t.find(key); v != nil {
		return v.items
	}
	return nil
}

// strings gives the strings of an array.
func (t *tomlTable) strings(key string) []string {
	var all []string
	for _, v := range t.list(key) {
		if v.kind == tomlString {
			all = append(all, v.text)
		}
	}
	return all
}

// all gives the entries; none of a table that is not there.
func (t *tomlTable) all() []tomlEntry {
	if t == nil {
		return nil
	}
	return t.entries
}

func (v *tomlValue) str() string {
	if v == nil || v.kind != tomlString {
		return ""
	}
	return v.text
}

// dict gives the table of a value, nil where it is none.
func (v *tomlValue) dict() *tomlTable {
	if v == nil {
		return nil
	}
	return v.table
}

// tomlReader builds the tree of a TOML document, with the rules about keys given twice, which the parser leaves to its caller.
type tomlReader struct {
	parser unstable.Parser
	lines  lines
	left   int // values that may still come
	keys   map[string]string
}

// maxKeptKeys bounds the keys that are kept to be shared.
const maxKeptKeys = 1000

// key gives a key as text. The few keys that a file has over and over are one text each.
func (r *tomlReader) key(data []byte) string {
	if key, ok := r.keys[string(data)]; ok {
		return key
	}
	key := string(data)
	if len(r.keys) < maxKeptKeys {
		r.keys[key] = key
	}
	return key
}

// readTOML reads a TOML document as a tree.
func readTOML(data []byte) (*tomlTable, error) {
	data = data[:len(data):len(data)]
	if n := bytes.Count(data, []byte{','}); n > maxTOMLValues {
		return nil, errors.New("the file holds too many values to be a real one")
	}
	r := &tomlReader{lines: lines{data: data}, left: maxTOMLValues, keys: map[string]string{}}
	r.parser.Reset(data)
	root := &tomlTable{line: 1, opened: true}
	current := root
	for r.parser.NextExpression() {
		node := r.parser.Expression()
		var err error
		switch node.Kind {
		case unstable.Table, unstable.ArrayTable:
			current, err = r.header(root, node)
		case unstable.KeyValue:
			err = r.keyValue(current, node, 0)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := r.parser.Error(); err != nil {
		return nil, r.failed(err)
	}
	return root, nil
}

// failed gives the parser's error with its line.
func (r *tomlReader) failed(err error) error {
	var at *unstable.ParserError
	if !errors.As(err, &at) {
		return err
	}
	line := 1 + bytes.Count(r.lines.data, []byte{'\n'})
	if at.Highlight != nil {
		line = r.lines.of(int(r.parser.Range(at.Highlight).Offset))
	}
	return errorAt(line, "%s", at.Message)
}

// header finds or makes the table that a [header] or [[header]] names.
func (r *tomlReader) header(root *tomlTable, node *unstable.Node) (*tomlTable, error) {
	t := root
	for key := node.Child(); key != nil; {
		name, line, next := r.key(key.Data), r.lines.of(int(key.Raw.Offset)), key.Next()
		if r.left--; r.left < 0 {
			return nil, errorAt(line, "the file holds too many values to be a real one")
		}
		v := t.find(name)
		last := next == nil
		switch {
		case last && node.Kind == unstable.ArrayTable:
			if v == nil {
				v = t.add(name, tomlValue{kind: tomlTables, line: line})
			}
			if v.kind != tomlTables {
				return nil, errorAt(line, "the key %q is given twice", name)
			}
			v.items = append(v.items, tomlValue{kind: tomlDict, line: line, table: &tomlTable{line: line, opened: true}})
			t = v.items[len(v.items)-1].table
		case v == nil:
			t = t.add(name, tomlValue{kind: tomlDict, line: line, table: &tomlTable{line: line, opened: last}}).table
		case v.kind == tomlTables && !last:
			t = v.items[len(v.items)-1].table
		case v.kind == tomlDict && !v.table.closed && !(last && (v.table.opened || v.table.dotted)):
			t = v.table
			if last {
				t.opened, t.line = true, line
				v.line = line
			}
		default:
			return nil, errorAt(line, "the key %q is given twice", name)
		}
		key = next
	}
	return t, nil
}

// keyValue adds a key, which may be dotted, with its value.
func (r *tomlReader) keyValue(t *tomlTable, node *unstable.Node, depth int) error {
	value := node.Child()
	for key := value.Next(); key != nil; depth++ {
		name, line, next := r.key(key.Data), r.lines.of(int(key.Raw.Offset)), key.Next()
		v := t.find(name)
		switch {
		case depth > maxDepth:
			return errorAt(line, "the key is nested too deep")
		case next == nil && v == nil:
			made, err := r.value(value, line, depth)
			if err != nil {
				return err
			}
			t.add(name, made)
		case next != nil && v == nil:
			t = t.add(name, tomlValue{kind: tomlDict, line: line, table: &tomlTable{line: line, dotted: true}}).table
		case next != nil && v.kind == tomlDict && v.table.dotted:
			t = v.table
		default:
			return errorAt(line, "the key %q is given twice", name)
		}
		key = next
	}
	return nil
}

// value turns a node into a value.
func (r *tomlReader) value(node *unstable.Node, line, depth int) (tomlValue, error) {
	if node.Raw.Length > 0 {
		line = r.lines.of(int(node.Raw.Offset))
	}
	if r.left--; r.left < 0 || depth > maxDepth {
		return tomlValue{}, errorAt(line, "the values are too many or too deep to be real ones")
	}
	v := tomlValue{line: line}
	switch node.Kind {
	case unstable.String:
		v.kind, v.text = tomlString, string(node.Data)
	case unstable.Bool:
		v.kind, v.text = tomlBool, string(node.Data)
	case unstable.Array:
		v.kind = tomlArray
		for item := node.Child(); item != nil; item = item.Next() {
			made, err := r.value(item, line, depth+1)
			if err != nil {
				return v, err
			}
			v.items = append(v.items, made)
		}
	case unstable.InlineTable:
		v.kind, v.table = tomlDict, &tomlTable{line: line, closed: true}
		for item := node.Child(); item != nil; item = item.Next() {
			if err := r.keyValue(v.table, item, depth+1); err != nil {
				return v, err
			}
		}
		seal(v.table)
	default:
		v.kind, v.text = tomlOther, string(node.Data)
	}
	return v, nil
}

// seal closes the tables that dotted keys made inside an inline table.
func seal(t *tomlTable) {
	for i := range t.entries {
		if inner := t.entries[i].value.table; inner != nil && !inner.closed {
			inner.closed, inner.dotted = true, false
			seal(inner)
		}
	}
}
