package config

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// AppendWaiver adds a waiver to the text of a configuration and gives the new text. Comments, order and formatting of what
// is there stay. It returns an error if the text is no valid configuration, the waiver is not valid, or its finding
// already has one.
func AppendWaiver(data []byte, w Waiver) ([]byte, error) {
	before, err := Parse(data, Name)
	if err != nil {
		return nil, fmt.Errorf("add waiver: %w", err)
	}
	for _, old := range before.Waivers {
		if w.ID != "" && old.ID == w.ID {
			return nil, fmt.Errorf("add waiver: finding %s already has one in line %d", w.ID, old.Location.Region.StartLine)
		}
	}
	item, err := waiverText(w)
	if err != nil {
		return nil, fmt.Errorf("add waiver: %w", err)
	}
	alone, err := Parse([]byte("waivers:\n"+strings.Join(itemLines(item, ""), "\n")), "the waiver")
	if err != nil {
		return nil, fmt.Errorf("add waiver: %w", err)
	}
	w = alone.Waivers[0] // what it will be read as
	root, err := document(data, Name)
	if err != nil {
		return nil, fmt.Errorf("add waiver: %w", err)
	}
	out := insert(data, root, item)
	if !adds(before, out, w) { // a layout the text edit does not understand, such as {flow: style}
		if out, err = reencode(data, item); err != nil {
			return nil, fmt.Errorf("add waiver: %w", err)
		}
		if !adds(before, out, w) {
			return nil, errors.New("add waiver: the layout of the file is not understood; add it by hand")
		}
	}
	return out, nil
}

// waiverText writes the waiver as the keys of a list item, one a line.
func waiverText(w Waiver) ([]string, error) {
	oneLine := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	until := ""
	if !w.Until.IsZero() {
		until = w.Until.String()
	}
	var lines []string
	for _, v := range []struct {
		key, value, tag string
		style           yaml.Style
	}{
		{"id", string(w.ID), "!!str", yaml.DoubleQuotedStyle}, // digits alone would be read as a number
		{"rule", string(w.Rule), "!!str", 0},
		{"path", w.Path.String(), "!!str", 0},
		{"reason", oneLine(string(w.Reason)), "!!str", 0},
		{"until", until, "!!timestamp", 0},
		{"owner", oneLine(w.Owner), "!!str", 0},
	} {
		if v.value == "" {
			continue
		}
		text, err := yaml.Marshal(&yaml.Node{Kind: yaml.ScalarNode, Tag: v.tag, Value: v.value, Style: v.style})
		if err != nil {
			return nil, err
		}
		lines = append(lines, v.key+": "+strings.TrimSpace(string(text)))
	}
	if len(lines) == 0 {
		return nil, errors.New("the waiver says nothing")
	}
	return lines, nil
}

// itemLines indents the keys as one item of a list.
func itemLines(lines []string, indent string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = indent + map[bool]string{true: "- ", false: "  "}[i == 0] + line
	}
	return out
}

// insert puts the item at the end of the list of waivers, or that list at the end of the file.
func insert(data []byte, root *yaml.Node, item []string) []byte {
	newline := "\n"
	if bytes.Contains(data, []byte("\r\n")) {
		newline = "\r\n"
	}
	key, value, next := findWaivers(root)
	at, indent := len(data), "  "
	switch {
	case key == nil:
		head := "waivers:"
		if len(bytes.TrimSpace(data)) > 0 {
			head = newline + head
		}
		return splice(data, at, newline, append([]string{head}, itemLines(item, indent)...))
	case value.Kind == yaml.SequenceNode && len(value.Content) > 0:
		indent = strings.Repeat(" ", max(value.Column-1, 0))
	case value.Kind == yaml.SequenceNode: // "waivers: []"
		data = cutEmptyList(data, offset(data, value.Line, value.Column))
	}
	if next != nil {
		at = endOfBlock(data, offset(data, next.Line, 1))
	} else {
		at = endOfBlock(data, len(data))
	}
	return splice(data, at, newline, itemLines(item, indent))
}

// findWaivers gives the key and value of the waivers, and the key that follows.
func findWaivers(root *yaml.Node) (key, value, next *yaml.Node) {
	if root == nil || root.Kind != yaml.MappingNode {
		return nil, nil, nil
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == "waivers" {
			if i+2 < len(root.Content) {
				next = root.Content[i+2]
			}
			return root.Content[i], root.Content[i+1], next
		}
	}
	return nil, nil, nil
}

// cutEmptyList removes the brackets of an empty list that stand at an offset.
func cutEmptyList(data []byte, at int) []byte {
	end := bytes.IndexByte(data[at:], ']')
	if end < 0 || data[at] != '[' || len(bytes.TrimSpace(data[at+1:at+end])) > 0 {
		return data
	}
	before := bytes.TrimRight(data[:at], " \t")
	return append(append([]byte{}, before...), data[at+end+1:]...)
}

// endOfBlock goes back from an offset over blank lines and unindented comments: they belong to what follows.
func endOfBlock(data []byte, at int) int {
	for at > 0 {
		begin := bytes.LastIndexByte(data[:at-1], '\n') + 1
		line := data[begin:at]
		if len(bytes.TrimSpace(line)) > 0 && line[0] != '#' {
			return at
		}
		at = begin
	}
	return at
}

// offset gives the offset of a place. Columns are counted in characters; here only ASCII stands before one.
func offset(data []byte, line, column int) int {
	at := 0
	for ; line > 1; line-- {
		n := bytes.IndexByte(data[at:], '\n')
		if n < 0 {
			return len(data)
		}
		at += n + 1
	}
	return min(at+column-1, len(data))
}

// splice puts whole lines into the data at the beginning of a line or at the end.
func splice(data []byte, at int, newline string, lines []string) []byte {
	var out bytes.Buffer
	out.Write(data[:at])
	if at > 0 && data[at-1] != '\n' {
		out.WriteString(newline)
	}
	for _, line := range lines {
		out.WriteString(line + newline)
	}
	out.Write(data[at:])
	return out.Bytes()
}

// adds tells whether the new text is the old configuration with just this waiver more.
func adds(before *Config, text []byte, w Waiver) bool {
	after, err := Parse(text, Name)
	if err != nil || len(after.Waivers) != len(before.Waivers)+1 {
		return false
	}
	unplaced := func(c *Config) Config {
		out := *c
		out.Waivers = append([]Waiver{}, c.Waivers...)
		for i := range out.Waivers {
			out.Waivers[i].Location = w.Location
		}
		return out
	}
	want := unplaced(before)
	want.Waivers = append(want.Waivers, w)
	return reflect.DeepEqual(want, unplaced(after))
}

// reencode adds the item to the tree and writes the whole file anew; comments survive, the layout may not.
func reencode(data []byte, item []string) ([]byte, error) {
	var doc, add yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal([]byte("waivers:\n"+strings.Join(itemLines(item, ""), "\n")), &add); err != nil {
		return nil, err
	}
	if len(doc.Content) == 0 {
		return nil, errors.New("nothing to add to")
	}
	root, pair := doc.Content[0], add.Content[0].Content
	key, value, _ := findWaivers(root)
	switch {
	case key == nil:
		root.Content = append(root.Content, pair...)
	case value.Kind == yaml.SequenceNode:
		value.Content = append(value.Content, pair[1].Content...)
	default: // nothing at all: "waivers: ~"
		key.LineComment = value.LineComment
		*value = *pair[1]
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(&doc); err != nil {
		return nil, err
	}
	return out.Bytes(), enc.Close()
}
