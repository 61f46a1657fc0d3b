package rule

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxDepth bounds how deep a rule nests; real ones need four levels.
const maxDepth = 16

var yamlError = lazily(`^yaml: (?:line (\d+): )?`)

// decoder reads the nodes of one file and collects what is wrong with them.
type decoder struct {
	file string
	errs []error
	// at is the key being read, for messages.
	at string
}

func (d *decoder) fail(n *yaml.Node, format string, args ...any) {
	d.errs = append(d.errs, fmt.Errorf("%s:%d: %s", d.file, n.Line, fmt.Sprintf(format, args...)))
}

// parse reads one YAML document and refuses what could hide or multiply content: anchors, aliases, merge keys,
// tags, deep nesting, a second document. What it returns is a plain tree no larger than the text.
func (d *decoder) parse(data []byte) (*yaml.Node, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%s: the file is empty", d.file)
	case err != nil:
		return nil, d.syntax(err)
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: want one YAML document, have more", d.file)
	}
	if d.plain(&doc, 0); len(d.errs) > 0 {
		return nil, errors.Join(d.errs...)
	}
	return doc.Content[0], nil
}

// syntax turns the parser's message into one with file and line.
func (d *decoder) syntax(err error) error {
	msg := err.Error()
	m := yamlError().FindStringSubmatch(msg)
	if m == nil {
		return fmt.Errorf("%s: %w", d.file, err)
	}
	rest := strings.TrimPrefix(msg, m[0])
	if m[1] == "" {
		return fmt.Errorf("%s: %s", d.file, rest)
	}
	return fmt.Errorf("%s:%s: %s", d.file, m[1], rest)
}

func (d *decoder) plain(n *yaml.Node, depth int) {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		d.fail(n, "anchors and aliases are not allowed in a rule")
		return
	case n.Style&yaml.TaggedStyle != 0:
		d.fail(n, "the tag %q is not allowed in a rule", n.Tag)
		return
	case depth > maxDepth:
		d.fail(n, "nested deeper than %d levels", maxDepth)
		return
	}
	for _, c := range n.Content {
		d.plain(c, depth+1)
	}
}

// pairs gives keys and values in order. A key said twice is refused and given once.
func (d *decoder) pairs(n *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(k, v *yaml.Node) bool) {
		first := map[string]int{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			if k.Kind != yaml.ScalarNode || k.ShortTag() != "!!str" {
				d.fail(k, "want a name as key, have %s", describe(k))
				continue
			}
			if line, twice := first[k.Value]; twice {
				d.fail(k, "key %q is said twice, first in line %d", k.Value, line)
				continue
			}
			first[k.Value] = k.Line
			outer := d.at
			d.at = k.Value
			if !yield(k, v) {
				return
			}
			d.at = outer
		}
	}
}

// is checks a node's kind and, if tag is not empty, its type.
func (d *decoder) is(n *yaml.Node, kind yaml.Kind, tag, want string) bool {
	if n.Kind == kind && (tag == "" || n.ShortTag() == tag) {
		return true
	}
	if d.at == "" {
		d.fail(n, "want %s, have %s", want, describe(n))
	} else {
		d.fail(n, "%s: want %s, have %s", d.at, want, describe(n))
	}
	return false
}

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!null":
		return "nothing"
	case "!!int", "!!float":
		return "the number " + n.Value
	case "!!bool":
		return n.Value + " (true or false)"
	case "!!timestamp":
		return "the date " + n.Value
	case "!!str":
		return fmt.Sprintf("the text %q", n.Value)
	}
	return n.ShortTag()
}

// canonical gives a mapping as JSON with sorted keys and without blanks.
func (d *decoder) canonical(n *yaml.Node) string {
	if !d.is(n, yaml.MappingNode, "", "a mapping of keys") {
		return ""
	}
	if len(n.Content) == 0 {
		d.fail(n, "%s is empty", d.at)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d.value(n)); err != nil {
		d.fail(n, "%s: %v", d.at, err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// value gives a node as encoding/json wants it.
func (d *decoder) value(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for k, v := range d.pairs(n) {
			m[k.Value] = d.value(v)
		}
		return m
	case yaml.SequenceNode:
		s := make([]any, len(n.Content))
		for i, c := range n.Content {
			s[i] = d.value(c)
		}
		return s
	}
	return d.scalar(n)
}

func (d *decoder) scalar(n *yaml.Node) any {
	var v any
	if err := n.Decode(&v); err != nil {
		d.fail(n, "%s: %v", d.at, err)
		return nil
	}
	switch v := v.(type) {
	case string, bool, int, int64, uint64:
		return v
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return v
		}
	}
	d.fail(n, "%s: want text, a number, true or false, have %s", d.at, describe(n))
	return nil
}

// nearest gives the name with the smallest edit distance to s; the first of equals.
func nearest(s string, names []string) string {
	best, least := "", math.MaxInt
	for _, name := range names {
		if n := distance(s, name); n < least {
			best, least = name, n
		}
	}
	return best
}

// distance is Levenshtein's edit distance in bytes. A long s is cut: it is far from everything anyway.
func distance(s, t string) int {
	s = s[:min(len(s), 64)]
	row := make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(s) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(t) {
			change := diagonal
			if s[i] != t[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(t)]
}
