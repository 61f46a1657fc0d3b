package semgrep

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// meant tells that a text that is not YAML was meant as a rule file.
var meant = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^(?:rules[ \t]*:|[ \t]*\{?[ \t]*"rules"[ \t]*:)`)
})

// reader reads the nodes of one file and collects what is wrong with them.
type reader struct {
	name  string
	lines []string
	// rule is the id of the rule being read, and broken tells that it has a fault.
	rule     string
	broken   bool
	problems []Problem
	// silent tells that a rule within a join is read, whose message nobody reads.
	silent bool
	// beside are the parts that taint rules have beside those that they say themselves.
	beside Taint
}

// readFile reads a file no larger than maxFile.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read rules %q: %w", name, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read rules %q: %w", name, err)
	}
	return data, nil
}

// open parses one YAML document into a plain tree.
func open(name string, data []byte) (*reader, *yaml.Node, error) {
	if len(data) > maxFile {
		return nil, nil, fmt.Errorf("read rules %q: larger than %d MiB; split the file", name, maxFile>>20)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, nil, fmt.Errorf("read rules %q: the file is empty", name)
	case err != nil:
		return nil, nil, fmt.Errorf("read rules %q: %s", name, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("read rules %q: more than one YAML document; put every rule under one \"rules\"", name)
	}
	e := expansion{left: maxNodes}
	root := e.plain(&doc, 0)
	if e.err != nil {
		return nil, nil, fmt.Errorf("read rules %q: %w", name, e.err)
	}
	return &reader{name: name, lines: strings.Split(string(data), "\n")}, root.Content[0], nil
}

// nodeOf writes a value as encoding/json gives it as a YAML node.
func nodeOf(v any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Line: 1, Column: 1}
	switch v := v.(type) {
	case nil:
		n.Tag = "!!null"
	case string:
		n.Tag, n.Value, n.Style = "!!str", v, yaml.DoubleQuotedStyle
	case bool:
		n.Tag, n.Value = "!!bool", strconv.FormatBool(v)
	case float64:
		if n.Tag, n.Value = "!!float", strconv.FormatFloat(v, 'f', -1, 64); v == math.Trunc(v) {
			n.Tag = "!!int"
		}
	case int:
		n.Tag, n.Value = "!!int", strconv.Itoa(v)
	case []any:
		n.Kind, n.Tag = yaml.SequenceNode, "!!seq"
		for _, one := range v {
			n.Content = append(n.Content, nodeOf(one))
		}
	case map[string]any:
		n.Kind, n.Tag = yaml.MappingNode, "!!map"
		for _, key := range slices.Sorted(maps.Keys(v)) {
			n.Content = append(n.Content, nodeOf(key), nodeOf(v[key]))
		}
	}
	return n
}

// expansion puts what aliases stand for in their place, up to a number of nodes.
type expansion struct {
	left int
	err  error
}

func (e *expansion) plain(n *yaml.Node, depth int) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return e.plain(n.Alias, depth+1)
	}
	e.left--
	switch {
	case e.err != nil:
	case e.left < 0:
		e.err = fmt.Errorf("line %d: more than %d YAML nodes with aliases counted; split the file", n.Line, maxNodes)
	case depth > maxDepth:
		e.err = fmt.Errorf("line %d: nested deeper than %d levels", n.Line, maxDepth)
	}
	if e.err != nil {
		return n
	}
	flat := *n
	flat.Content = make([]*yaml.Node, len(n.Content))
	for i, c := range n.Content {
		flat.Content[i] = e.plain(c, depth+1)
	}
	return &flat
}

// child gives the value of a mapping's key, or nil.
func child(n *yaml.Node, key string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func (r *reader) note(n *yaml.Node, kind Kind, format string, args ...any) {
	r.problems = append(r.problems, Problem{File: r.name, Line: max(n.Line, 1), Column: max(n.Column, 1), Rule: r.rule, Kind: kind, Text: fmt.Sprintf(format, args...)})
	r.broken = r.broken || kind != Unused
}

func (r *reader) fault(n *yaml.Node, format string, args ...any) { r.note(n, Fault, format, args...) }

// entry is one key of a mapping and its value.
type entry struct {
	name       string
	key, value *yaml.Node
}

// entries gives the keys of a mapping in order, each once. Faults are reported; where is what the mapping is, for messages.
func (r *reader) entries(n *yaml.Node, where string) []entry {
	if n.Kind != yaml.MappingNode {
		r.fault(n, "%s: want a mapping of keys, have %s", where, describe(n))
		return nil
	}
	var es []entry
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		switch line, twice := first[k.Value]; {
		case k.Kind != yaml.ScalarNode:
			r.fault(k, "%s: want a name as key, have %s", where, describe(k))
		case k.ShortTag() == "!!merge":
			r.fault(k, "%s: merge keys (<<) are not supported; write the keys out", where)
		case twice:
			r.fault(k, "%s: key %q is said twice, first in line %d", where, k.Value, line)
		default:
			first[k.Value] = k.Line
			es = append(es, entry{k.Value, k, v})
		}
	}
	return es
}

// list gives the items of a list that must not be empty.
func (r *reader) list(n *yaml.Node, where string) []*yaml.Node {
	switch {
	case n.Kind != yaml.SequenceNode:
		r.fault(n, "%s: want a list, have %s", where, describe(n))
	case len(n.Content) == 0:
		r.fault(n, "%s: the list is empty", where)
	}
	if n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// text gives a scalar that is not empty as text; numbers and truth values stand as they are written.
func (r *reader) text(n *yaml.Node, where string) (Text, bool) {
	if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!null" {
		r.fault(n, "%s: want text, have %s", where, describe(n))
		return Text{}, false
	}
	if strings.TrimSpace(n.Value) == "" {
		r.fault(n, "%s: the text is empty", where)
		return Text{}, false
	}
	return r.placed(n), true
}

// placed says where the characters of a scalar stand: behind the quote, or in the lines after the mark of a block.
func (r *reader) placed(n *yaml.Node) Text {
	t := Text{Value: n.Value, Line: n.Line, Column: n.Column}
	switch {
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		t.Column++
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		t.Line++
		t.Column = 1
		for i := n.Line; i < len(r.lines); i++ {
			if body := strings.TrimLeft(r.lines[i], " "); strings.TrimSpace(body) != "" {
				// What the text itself is indented by belongs to the text.
				indent := len(r.lines[i]) - len(body) - leading(n.Value)
				t.Column = max(indent, 0) + 1
				break
			}
		}
	}
	return t
}

// leading counts the blanks before the first line of a text that is not blank.
func leading(text string) int {
	for line := range strings.Lines(text) {
		if body := strings.TrimLeft(line, " "); strings.TrimSpace(body) != "" {
			return len(line) - len(body)
		}
	}
	return 0
}

func (r *reader) flag(n *yaml.Node, where string) bool {
	var b bool
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" || n.Decode(&b) != nil {
		r.fault(n, "%s: want true or false, have %s", where, describe(n))
	}
	return b
}

func (r *reader) whole(n *yaml.Node, where string) int {
	var i int
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || n.Decode(&i) != nil {
		r.fault(n, "%s: want a whole number, have %s", where, describe(n))
	}
	return i
}

// texts gives a text or a list of texts.
func (r *reader) texts(n *yaml.Node, where string) []Text {
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = r.list(n, where)
	}
	var ts []Text
	for _, item := range items {
		if t, ok := r.text(item, where); ok {
			ts = append(ts, t)
		}
	}
	return ts
}

// value gives any node as Go values: map[string]any, []any, string, bool, int, float64, nil. Dates stay text.
func value(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = value(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		s := make([]any, len(n.Content))
		for i, c := range n.Content {
			s[i] = value(c)
		}
		return s
	}
	var v any
	if n.Decode(&v) != nil {
		return n.Value
	}
	switch v := v.(type) {
	case nil, string, bool, int:
		return v
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return v
		}
	}
	return n.Value
}

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	if n.ShortTag() == "!!null" {
		return "nothing"
	}
	return quote(n.Value)
}

// quote gives outside text for a message, cut where it is long.
func quote(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) <= most {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprintf("%q…", string([]rune(s[:min(len(s), 4*most)])[:most]))
}
