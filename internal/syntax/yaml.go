package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// YAML is YAML 1.2 (https://yaml.org/spec/1.2.2). A document is the value that it holds: mappings are Dicts, sequences Lists, and every text is a
// String, however it is written. An alias stands for what its anchor names.
var YAML = &Language{
	Name: "yaml", Title: "YAML",
	Extensions: []string{".yaml", ".yml"},
	grammar:    treesitter.YAML, blank: yamlBlank, lower: lowerYAML, hole: yamlEllipsis, meant: yamlMeant,
	fragments: []string{"%s"}, ellipses: []string{ellipsisWord},
}

func lowerYAML(l *lowering, n treesitter.Node) []*Node {
	if value := yamlValue(l, n); value != nil {
		return []*Node{value}
	}
	switch n.Type() {
	case "document":
		return l.each(n)
	case "yaml_directive", "tag_directive", "reserved_directive", "anchor", "tag":
		return nil
	}
	return l.other(n)
}

// yamlValue lowers what holds a value; nil where it is something else.
func yamlValue(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "block_node", "flow_node":
		return yamlNode(l, n)
	case "block_mapping", "flow_mapping":
		return yamlMapping(l, n)
	case "block_mapping_pair", "flow_pair":
		return l.node(Pair, n, as(AKey, yamlKey(l, n)), as(AValue, yamlOr(l, n, n.Child("value"))))
	case "block_sequence", "flow_sequence":
		return yamlSequence(l, n)
	case "block_sequence_item":
		return yamlOr(l, n, n.First())
	case "alias":
		return yamlAlias(l, n)
	case "plain_scalar":
		return yamlPlain(l, n)
	case "double_quote_scalar":
		return l.texted(String, n, yamlDouble(yamlUnquoted(l.source(n))))
	case "single_quote_scalar":
		return l.texted(String, n, strings.ReplaceAll(yamlFold(yamlUnquoted(l.source(n))), "''", "'"))
	case "block_scalar":
		return l.texted(String, n, yamlBlock(l, n))
	}
	return nil
}

// yamlOr lowers a value. What is left out is null.
func yamlOr(l *lowering, at, value treesitter.Node) *Node {
	if v := l.one(value); v != nil {
		return v
	}
	null := l.texted(Null, at, "null")
	null.Start = null.End
	return null
}

// yamlNode lowers a value with what stands before it. A tag of its own makes a call of it: "!Ref x".
func yamlNode(l *lowering, n treesitter.Node) *Node {
	var value *Node
	for c := range n.Children() {
		if c.Type() != "tag" && c.Type() != "anchor" {
			value = l.one(c)
		}
	}
	tag := n.Of("tag")
	if value == nil {
		value = yamlOr(l, n, treesitter.Node{})
	}
	switch word := l.source(tag); {
	case word == "!!str" && (value.Kind == Number || value.Kind == Bool || value.Kind == Null):
		value = l.texted(String, n, l.text[value.Start:value.End])
	case word != "" && word != "!" && !strings.HasPrefix(word, "!!"):
		value = l.node(Call, n, as(ACallee, l.texted(Name, tag, word)), as(Each, value))
	}
	if anchor := n.Of("anchor"); anchor.Exists() {
		if l.anchors == nil {
			l.anchors = map[string]*Node{}
		}
		l.anchors[strings.TrimPrefix(l.source(anchor), "&")] = value
	}
	return value
}

// maxAliased is how many nodes all aliases of a file may stand for.
const maxAliased = 1 << 16

// yamlAlias gives what an alias stands for, and its name where that is not known or would be too much.
func yamlAlias(l *lowering, n treesitter.Node) *Node {
	known := l.anchors[strings.TrimPrefix(l.source(n), "*")]
	known.Walk(func(*Node) bool { l.aliased++; return l.aliased <= maxAliased })
	if known == nil || l.aliased > maxAliased {
		return l.name(n)
	}
	alias := l.node(known.Kind, n)
	*alias = *known
	return alias
}

// yamlKey lowers the key of a pair: a text, even where it looks like a number.
func yamlKey(l *lowering, n treesitter.Node) *Node {
	key := yamlOr(l, n, n.Child("key"))
	switch key.Kind {
	case Number, Bool, Null:
		key.Kind, key.Text = String, l.text[key.Start:key.End]
	}
	return key
}

// yamlMapping lowers a mapping. What "<<" merges into it is as if it stood there (https://yaml.org/type/merge.html).
func yamlMapping(l *lowering, n treesitter.Node) *Node {
	d := l.node(Dict, n)
	var merged []*Node
	for c := range n.Children() {
		kid := l.one(c)
		if c.Type() == "flow_node" { // a key without a value
			null := yamlOr(l, c, treesitter.Node{})
			kid = l.node(Pair, c, as(AKey, kid), as(AValue, null))
		}
		if key, value := kid.Kid(AKey), kid.Kid(AValue); key != nil && key.Text == "<<" && value != nil && value.Kind == Dict {
			merged = append(merged, value.Kids...)
			continue
		}
		d.add(kid)
	}
	if n.Type() == "flow_mapping" {
		d.Flags = Braced
	}
	if len(merged) > 0 {
		d.add(notIn(d.Kids, merged)...)
	}
	return d
}

// notIn gives those of some pairs whose keys others do not have.
func notIn(own, merged []*Node) []*Node {
	have := map[string]bool{}
	for _, p := range own {
		if key := p.Kid(AKey); key != nil {
			have[key.Text] = true
		}
	}
	var out []*Node
	for _, p := range merged {
		if key := p.Kid(AKey); key != nil && !have[key.Text] {
			out = append(out, p)
		}
	}
	return out
}

// yamlSequence lowers a sequence; a pair in one is a mapping of its own.
func yamlSequence(l *lowering, n treesitter.Node) *Node {
	list := l.node(List, n)
	for c := range n.Children() {
		kid := l.one(c)
		if c.Type() == "flow_pair" {
			kid = l.node(Dict, c, as(Each, kid))
		}
		list.add(kid)
	}
	if n.Type() == "flow_sequence" {
		list.Flags = Braced
	}
	return list
}
