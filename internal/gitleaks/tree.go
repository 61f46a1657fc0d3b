package gitleaks

import (
	"bytes"
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// node is a value of a TOML document, with the line it stands on.
type node struct {
	line  int
	kind  kind
	text  string // of a scalar
	keys  map[string]*node
	names []string // keys as written, in their order
	items []*node
}

type kind uint8

const (
	scalar kind = iota
	table
	array
)

// parse reads a document. The library first says whether it is one; then the tree is built with lines, which the library's
// own decoding does not give. Keys lose their case, as they do in gitleaks.
func parse(file string, data []byte) (*node, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: has more than %d bytes", file, maxFile)
	}
	if err := toml.Unmarshal(data, &map[string]any{}); err != nil {
		var at *toml.DecodeError
		if errors.As(err, &at) {
			line, column := at.Position()
			return nil, fmt.Errorf("%s:%d:%d: %w", file, line, column, err)
		}
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	b := &builder{lines: lineStarts(data)}
	b.p.Reset(data)
	root := newTable(1)
	current := root
	for b.p.NextExpression() {
		e := b.p.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			current = b.header(root, e)
		case unstable.KeyValue:
			b.set(current, e)
		}
	}
	if err := b.p.Error(); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return root, nil
}

func newTable(line int) *node { return &node{line: line, kind: table, keys: map[string]*node{}} }

type builder struct {
	p     unstable.Parser
	lines []int
}

func lineStarts(data []byte) []int {
	starts := []int{0}
	for i := bytes.IndexByte(data, '\n'); i >= 0; {
		starts = append(starts, i+1)
		next := bytes.IndexByte(data[i+1:], '\n')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return starts
}

func (b *builder) line(n *unstable.Node) int {
	return sort.SearchInts(b.lines, int(n.Raw.Offset)+1)
}

// header finds or makes the table that [a.b] or [[a.b]] names.
func (b *builder) header(root *node, e *unstable.Node) *node {
	at := root
	for it := e.Key(); it.Next(); {
		key := it.Node()
		if it.IsLast() && e.Kind == unstable.ArrayTable {
			list := at.child(string(key.Data), func() *node { return &node{line: b.line(key), kind: array} })
			item := newTable(b.line(key))
			list.items = append(list.items, item)
			return item
		}
		at = at.child(string(key.Data), func() *node { return newTable(b.line(key)) }).open()
	}
	return at
}

// open gives the table that further keys go into: of an array of tables the last.
func (n *node) open() *node {
	if n.kind == array && len(n.items) > 0 {
		return n.items[len(n.items)-1]
	}
	if n.keys == nil {
		n.keys = map[string]*node{}
	}
	return n
}

// child gives the value of a key, made where it is missing. Keys that differ only in case are one, and the last counts.
func (n *node) child(name string, fresh func() *node) *node {
	key := strings.ToLower(name)
	if c, ok := n.keys[key]; ok {
		return c
	}
	c := fresh()
	n.keys[key] = c
	n.names = append(n.names, name)
	return c
}

// set reads a key with its value; a dotted key makes tables on the way.
func (b *builder) set(into *node, e *unstable.Node) {
	value := b.value(e.Value())
	for it := e.Key(); it.Next(); {
		key := it.Node()
		if value.line == 0 {
			value.line = b.line(key)
		}
		if it.IsLast() {
			into.child(string(key.Data), func() *node { return value })
			into.keys[strings.ToLower(string(key.Data))] = value
			return
		}
		into = into.child(string(key.Data), func() *node { return newTable(b.line(key)) }).open()
	}
}

// value reads a value. Arrays have no place of their own: theirs is that of the key.
func (b *builder) value(v *unstable.Node) *node {
	switch v.Kind {
	case unstable.Array:
		n := &node{kind: array}
		for it := v.Children(); it.Next(); {
			if it.Node().Kind != unstable.Comment {
				n.items = append(n.items, b.value(it.Node()))
			}
		}
		return n
	case unstable.InlineTable:
		n := newTable(b.line(v))
		for it := v.Children(); it.Next(); {
			if it.Node().Kind == unstable.KeyValue {
				b.set(n, it.Node())
			}
		}
		return n
	}
	return &node{line: b.line(v), text: string(v.Data)}
}
