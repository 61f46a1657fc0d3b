package lockfile

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/reevehq/reeve/internal/inventory"
)

// maxYAML is the size in bytes up to which a file of unusual form is given to the whole YAML parser, which needs many times that.
const maxYAML = 8 << 20

// quoted reads a quoted scalar at the start of text and gives what stands after it. It knows the escapes \" \\ \/ \n and no others.
func quoted(text []byte) (value, rest []byte, ok bool) {
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote == '"', text[i] == '\'' && quote == '\'' && i+1 < len(text) && text[i+1] == '\'':
			return quotedWithEscapes(text, i)
		case text[i] == quote:
			return text[1:i:i], text[i+1:], true
		}
	}
	return nil, nil, false
}

func quotedWithEscapes(text []byte, from int) (value, rest []byte, ok bool) {
	quote := text[0]
	value = append(value, text[1:from]...)
	for i := from; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && quote == '"':
			i++
			if i == len(text) {
				return nil, nil, false
			}
			switch text[i] {
			case '"', '\\', '/':
				value = append(value, text[i])
			case 'n':
				value = append(value, '\n')
			default:
				return nil, nil, false
			}
		case c == quote && quote == '\'' && i+1 < len(text) && text[i+1] == '\'':
			value = append(value, '\'')
			i++
		case c == quote:
			return value, text[i+1:], true
		default:
			value = append(value, c)
		}
	}
	return nil, nil, false
}

// flow reads a flow mapping or list of scalars that ends with the line, and calls each for its members; keys are nil in lists.
func flow(text []byte, each func(key, value []byte)) error {
	mapping, end := text[0] == '{', byte(']')
	if mapping {
		end = '}'
	}
	rest := bytes.TrimLeft(text[1:], " ")
	if len(rest) == 1 && rest[0] == end {
		return nil
	}
	for {
		var key, value []byte
		var ok bool
		if mapping {
			if key, rest, ok = flowScalar(rest); !ok || len(rest) < 2 || rest[0] != ':' || rest[1] != ' ' {
				return errUnusual
			}
			rest = bytes.TrimLeft(rest[1:], " ")
		}
		if value, rest, ok = flowScalar(rest); !ok || len(rest) == 0 {
			return errUnusual
		}
		each(key, value)
		c := rest[0]
		rest = bytes.TrimLeft(rest[1:], " ")
		if c == end && len(rest) == 0 {
			return nil
		}
		if c != ',' || len(rest) == 0 {
			return errUnusual
		}
	}
}

// flowScalar reads a scalar in flow, and the spaces after it.
func flowScalar(text []byte) (value, rest []byte, ok bool) {
	if len(text) == 0 {
		return nil, nil, false
	}
	if text[0] == '"' || text[0] == '\'' {
		value, rest, ok = quoted(text)
		return value, bytes.TrimLeft(rest, " "), ok
	}
	if c := text[0]; !plainScalar(text) || c == '-' || c == '?' || c == ':' {
		return nil, nil, false
	}
	for i, c := range text {
		switch c {
		case ',', '}', ']':
			return flowPlain(text, i)
		case '{', '[', '?':
			return nil, nil, false
		case '#':
			if text[i-1] == ' ' {
				return nil, nil, false
			}
		case ':':
			if i+1 == len(text) || bytes.IndexByte([]byte(",[]{}"), text[i+1]) >= 0 {
				return nil, nil, false
			}
			if text[i+1] == ' ' {
				return flowPlain(text, i)
			}
		}
	}
	return nil, nil, false
}

func flowPlain(text []byte, end int) (value, rest []byte, ok bool) {
	value = bytes.TrimRight(text[:end], " ")
	return value, text[end:], len(value) > 0 && !(text[end] == ':' && len(value) != end)
}

// readYAML has a file read: as the tools write it, else through a whole YAML parser and rewritten in that way. read may be called twice
// and must then start afresh.
func readYAML(data []byte, read func(r *yamlReader) error) error {
	once := func(data []byte, lineOf []int) error {
		r, err := newYAML(data, lineOf)
		if err == nil {
			err = read(r)
		}
		if err == nil && !r.end {
			err = r.fail(errUnusual)
		}
		return err
	}
	err := once(data, nil)
	if !errors.Is(err, errUnusual) {
		return err
	}
	if len(data) > maxYAML {
		return fmt.Errorf("%w, and above %d bytes only the usual one is read", errUnusual, maxYAML)
	}
	plain, lineOf, err := rewriteYAML(data)
	if err != nil {
		return err
	}
	return once(plain, lineOf)
}

// rewriteYAML writes the first document of a YAML file in the plain form. lineOf are the original's lines.
func rewriteYAML(data []byte) (plain []byte, lineOf []int, err error) {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, nil, errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	lineOf = []int{}
	if len(root.Content) == 0 {
		return nil, lineOf, nil
	}
	w := &yamlWriter{lineOf: lineOf}
	if root.Content[0].Kind != yaml.MappingNode {
		return nil, nil, errorAt(root.Content[0].Line, "a mapping is expected")
	}
	err = w.mapping(root.Content[0], 0)
	return w.out, w.lineOf, err
}

// yamlWriter writes nodes in the plain form.
type yamlWriter struct {
	out    []byte
	lineOf []int
}

func (w *yamlWriter) mapping(node *yaml.Node, depth int) error {
	if depth > maxDepth {
		return errorAt(node.Line, "%w", errTooDeep)
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			return errorAt(key.Line, "a key that is no text is not expected")
		}
		w.out = append(w.out, bytes.Repeat([]byte{' '}, depth)...)
		w.scalar(key.Value)
		w.out = append(w.out, ':')
		if err := w.value(key, value, depth); err != nil {
			return err
		}
	}
	return nil
}

func (w *yamlWriter) value(key, value *yaml.Node, depth int) error {
	switch value.Kind {
	case yaml.ScalarNode:
		if value.Value != "" || value.Style != 0 {
			w.out = append(w.out, ' ')
			w.scalar(value.Value)
		}
		w.endLine(key.Line)
	case yaml.MappingNode:
		if len(value.Content) == 0 {
			w.out = append(w.out, " {}"...)
		}
		w.endLine(key.Line)
		return w.mapping(value, depth+1)
	case yaml.SequenceNode:
		if len(value.Content) == 0 {
			w.out = append(w.out, " []"...)
		}
		w.endLine(key.Line)
		for _, item := range value.Content {
			w.out = append(w.out, bytes.Repeat([]byte{' '}, depth+1)...)
			w.out = append(w.out, "- "...)
			if item.Kind == yaml.ScalarNode {
				w.scalar(item.Value)
			} else {
				w.out = append(w.out, "{}"...) // no reader asks what stands in a list's mappings
			}
			w.endLine(item.Line)
		}
	default:
		return errorAt(value.Line, "an alias is not expected")
	}
	return nil
}

func (w *yamlWriter) scalar(text string) {
	w.out = append(w.out, '"')
	for i := range len(text) {
		switch c := text[i]; c {
		case '"', '\\':
			w.out = append(w.out, '\\', c)
		case '\n':
			w.out = append(w.out, '\\', 'n')
		default:
			w.out = append(w.out, c)
		}
	}
	w.out = append(w.out, '"')
}

func (w *yamlWriter) endLine(line int) {
	w.out = append(w.out, '\n')
	w.lineOf = append(w.lineOf, line)
}

// noteTwiceYAML notes the keys that stood twice.
func noteTwiceYAML(doc *inventory.Document, r *yamlReader) {
	for _, key := range r.twice {
		unknown(doc, "the key %.80q stands twice in the same mapping; the last one holds", key)
	}
}
