package syntax

import (
	"bytes"

	"github.com/reevehq/reeve/internal/treesitter"
)

// JSON is JSON (RFC 8259), which is also YAML; it may have the comments of JavaScript in it.
var JSON = &Language{
	Name: "json", Title: "JSON",
	Extensions: []string{".json"},
	grammar:    treesitter.YAML, blank: jsonBlank, lower: lowerYAML, hole: jsonHole, meant: jsonMeant,
	fragments: []string{"%s", "{%s\n}"}, ellipses: []string{ellipsisWord},
}

// jsonHole writes an ellipsis as a value, an element or a key.
func jsonHole(hole, _, _ string) (string, bool) { return ellipsisWord, hole == "..." }

// jsonMeant takes the one pair of a mapping for itself, where it stands in no braces: it may stand in any.
func jsonMeant(nodes []*Node) []*Node {
	if nodes[0].Flags&Braced != 0 {
		return nodes
	}
	return yamlMeant(nodes)
}

// jsonBlank takes comments out, and tabs, with which YAML does not indent.
func jsonBlank(text []byte) []byte {
	out := make([]byte, len(text))
	copy(out, text)
	blank := func(from, to int) int {
		for i := from; i < to; i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
		return to - 1
	}
	for i := 0; i < len(out); i++ {
		switch rest := text[i:]; {
		case out[i] == '\t':
			out[i] = ' '
		case out[i] == '"':
			i += quotedSize(rest) - 1
		case bytes.HasPrefix(rest, []byte("//")):
			i = blank(i, i+sizeTo(rest, "\n"))
		case bytes.HasPrefix(rest, []byte("/*")):
			i = blank(i, min(len(text), i+sizeTo(rest, "*/")+len("*/")))
		}
	}
	return yamlBlank(out)
}

// sizeTo is how many bytes stand before a word, all where there is none.
func sizeTo(text []byte, word string) int {
	if at := bytes.Index(text, []byte(word)); at >= 0 {
		return at
	}
	return len(text)
}

// quotedSize is how long a string is with its quotes.
func quotedSize(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(text)
}
