package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// HCL is HashiCorp's configuration language (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md), that of Terraform. A block makes an object of
// the type that it names: a New, with its labels as arguments and what it holds as Body, a Dict.
var HCL = &Language{
	Name: "terraform", Title: "Terraform",
	Extensions: []string{".tf", ".hcl", ".tfvars"},
	grammar:    treesitter.HCL, lower: lowerHCL, hole: hclHole,
	fragments: []string{"%s", "x = %s\n"}, ellipses: []string{ellipsisWord + " = 0\n", ellipsisWord},
}

func lowerHCL(l *lowering, n treesitter.Node) []*Node {
	switch n.Type() {
	case "body":
		return l.each(n)
	case "block":
		return []*Node{hclBlock(l, n)}
	case "attribute":
		return []*Node{l.node(Pair, n, as(AKey, l.name(n.First())), as(AValue, l.one(n.Of("expression"))))}
	}
	if hclToken(n.Type()) {
		return nil
	}
	if expr := hclExpr(l, n); expr != nil {
		return []*Node{expr}
	}
	return l.other(n)
}

// hclToken tells that a node of the grammar is a bracket or a word that says nothing.
func hclToken(kind string) bool {
	return strings.HasSuffix(kind, "_start") || strings.HasSuffix(kind, "_end") || kind == "heredoc_identifier" || kind == "strip_marker"
}

// hclBlock lowers a block. A label may be written without quotes.
func hclBlock(l *lowering, n treesitter.Node) *Node {
	b := l.node(New, n)
	for c := range n.Children() {
		switch {
		case c.Type() == "identifier" && b.Kids == nil:
			b.add(as(ACallee, l.name(c)))
		case c.Type() == "identifier" && !strings.HasPrefix(l.source(c), "RV"):
			b.add(l.texted(String, c, l.source(c)))
		case c.Type() == "identifier":
			b.add(l.name(c))
		case c.Type() == "string_lit":
			b.add(l.one(c))
		}
	}
	body := l.node(Dict, n, l.each(n.Of("body"))...)
	if open := n.Of("block_start"); open.Exists() {
		body.Start = open.Start()
	}
	b.add(as(ABody, body))
	return b
}

// hclHole writes those ellipses of a pattern that are no attribute: values behind an equals sign, and what stands in texts.
func hclHole(hole, before, _ string) (string, bool) {
	if hole != "..." {
		return "", false
	}
	quoted := false
	for i := 0; i < len(before); i++ {
		switch before[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		}
	}
	return ellipsisWord, quoted || strings.HasSuffix(strings.TrimRight(before, " "), "=")
}
