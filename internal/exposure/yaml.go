package exposure

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	// maxSize bounds a file, in bytes: manifests of a whole platform fit into it.
	maxSize = 8 << 20
	// maxVisits bounds how many values of one file are looked at, aliases followed: so many, and so many more for each of its bytes. A file
	// without aliases cannot come near it.
	maxVisits, maxVisitsByte = 100_000, 16
	// maxAliases bounds how many aliases and merges lie between a key and its value.
	maxAliases = 16
	// maxText bounds a name or value that is kept, in bytes.
	maxText = 2048
)

// errTooMuch says that a file's aliases stand for more than its size lets expect.
var errTooMuch = errors.New("its aliases stand for too many values")

// node is a value of a YAML document, or none. Its accessors never fail: what is absent or of another kind is empty.
type node struct {
	n *yaml.Node
	b *visits
}

// visits counts down how much more of a file may be looked at.
type visits struct{ left int }

func (b *visits) take() bool {
	b.left--
	return b.left > 0
}

// documents reads a file of YAML or JSON. A file that cannot be read to its end gives an error and nothing else.
func documents(data []byte) ([]node, *visits, error) {
	b := &visits{maxVisits + maxVisitsByte*len(data)}
	var out []node
	for d := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var n yaml.Node
		err := d.Decode(&n)
		if errors.Is(err, io.EOF) {
			return out, b, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("parse: %w", err)
		}
		if len(n.Content) > 0 {
			out = append(out, node{n.Content[0], b})
		}
	}
}

// resolved follows aliases.
func (n node) resolved() *yaml.Node {
	at := n.n
	for range maxAliases {
		if at == nil || at.Kind != yaml.AliasNode {
			return at
		}
		at = at.Alias
	}
	return nil
}

func (n node) present() bool { return n.resolved() != nil }

func (n node) line() int {
	if n.n == nil {
		return 0
	}
	return n.n.Line
}

// get descends by keys.
func (n node) get(keys ...string) node {
	for _, key := range keys {
		n = n.child(key, maxAliases)
	}
	return n
}

// child gives the value of a key, also of one merged in with "<<" (https://yaml.org/type/merge.html); of double keys the last.
func (n node) child(key string, depth int) node {
	at := n.resolved()
	if at == nil || at.Kind != yaml.MappingNode || depth == 0 {
		return node{nil, n.b}
	}
	var merged node
	for i := len(at.Content) - 2; i >= 0; i -= 2 {
		if !n.b.take() {
			return node{nil, n.b}
		}
		k, v := at.Content[i], node{at.Content[i+1], n.b}
		if k.Value == key && k.Kind == yaml.ScalarNode {
			return v
		}
		if k.Value == "<<" && k.Tag == "!!merge" {
			merged = v
		}
	}
	if merged.n == nil {
		return node{nil, n.b}
	}
	if m := merged.resolved(); m != nil && m.Kind == yaml.SequenceNode {
		for _, part := range m.Content {
			if c := (node{part, n.b}).child(key, depth-1); c.n != nil {
				return c
			}
		}
		return node{nil, n.b}
	}
	return merged.child(key, depth-1)
}

// str is a scalar's text, "" for anything else, null included.
func (n node) str() string {
	at := n.resolved()
	if at == nil || at.Kind != yaml.ScalarNode || at.Tag == "!!null" || len(at.Value) > maxText {
		return ""
	}
	return at.Value
}

// text is a scalar's text, however long.
func (n node) text() string {
	if at := n.resolved(); at != nil && at.Kind == yaml.ScalarNode {
		return at.Value
	}
	return ""
}

func (n node) isTrue() bool { return strings.EqualFold(n.str(), "true") || n.str() == "yes" }

// number is a whole number, or -1.
func (n node) number() int {
	i, err := strconv.Atoi(n.str())
	if err != nil || i < 0 {
		return -1
	}
	return i
}

// isMap and isList tell the kind of value.
func (n node) isMap() bool  { r := n.resolved(); return r != nil && r.Kind == yaml.MappingNode }
func (n node) isList() bool { r := n.resolved(); return r != nil && r.Kind == yaml.SequenceNode }

// items are the values of a list.
func (n node) items() iter.Seq[node] {
	return func(yield func(node) bool) {
		if at := n.resolved(); at != nil && at.Kind == yaml.SequenceNode {
			for _, v := range at.Content {
				if !n.b.take() || !yield(node{v, n.b}) {
					return
				}
			}
		}
	}
}

// pairs are the keys and values of a mapping, in order, without merges.
func (n node) pairs() iter.Seq2[string, node] {
	return func(yield func(string, node) bool) {
		for e, v := range n.entries() {
			if !yield(e.key, v) {
				return
			}
		}
	}
}

// entries are the keys of a mapping with the line each stands on, in order, without merges.
func (n node) entries() iter.Seq2[entry, node] {
	return func(yield func(entry, node) bool) {
		if at := n.resolved(); at != nil && at.Kind == yaml.MappingNode {
			for i := 0; i+1 < len(at.Content); i += 2 {
				k := at.Content[i]
				if !n.b.take() || k.Kind == yaml.ScalarNode && !yield(entry{k.Value, k.Line}, node{at.Content[i+1], n.b}) {
					return
				}
			}
		}
	}
}

// entry is a key and its line.
type entry struct {
	key  string
	line int
}

// strings are the scalars of a list; a single scalar counts as a list of one.
func (n node) strings() []string {
	if s := n.str(); s != "" {
		return []string{s}
	}
	var out []string
	for v := range n.items() {
		if s := v.str(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// table is a mapping of scalars, nil where there are none.
func (n node) table() map[string]string {
	var out map[string]string
	for k, v := range n.pairs() {
		if out == nil {
			out = map[string]string{}
		}
		out[k] = v.str()
	}
	return out
}
