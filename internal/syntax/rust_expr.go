package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// rustExpr lowers expressions; nil where it is none.
func rustExpr(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "identifier", "field_identifier", "self", "super", "crate", "metavariable", "shorthand_field_identifier":
		return l.name(n)
	case "integer_literal", "float_literal", "negative_literal":
		return l.texted(Number, n, l.source(n))
	case "string_literal", "raw_string_literal", "char_literal":
		return rustString(l, n)
	case "boolean_literal":
		return l.texted(Bool, n, l.source(n))
	case "parenthesized_expression":
		return l.one(n.First())
	case "binary_expression":
		return l.binary(n, l.source(n.Child("operator")))
	case "assignment_expression":
		return l.texted(Assign, n, "=", as(ALeft, l.one(n.Child("left"))), as(ARight, l.one(n.Child("right"))))
	case "compound_assignment_expr":
		return l.texted(Assign, n, l.source(n.Child("operator")), as(ALeft, l.one(n.Child("left"))), as(ARight, l.one(n.Child("right"))))
	case "unary_expression":
		operand := n.First()
		return l.texted(Unary, n, strings.TrimSpace(l.text[n.Start():operand.Start()]), as(AValue, l.one(operand)))
	case "reference_expression":
		return l.texted(Unary, n, "&", as(AValue, l.one(n.Child("value"))))
	case "try_expression":
		u := l.texted(Unary, n, "?", as(AValue, l.one(n.First())))
		u.Flags |= Postfix
		return u
	case "await_expression":
		return l.node(Await, n, as(AValue, l.one(n.First())))
	case "yield_expression":
		return l.node(Yield, n, as(AValue, l.one(n.First())))
	case "type_cast_expression":
		return l.node(Cast, n, as(AValue, l.one(n.Child("value"))), as(AType, l.one(n.Child("type"))))
	case "tuple_expression", "unit_expression":
		return l.node(Tuple, n, l.each(n)...)
	case "array_expression":
		return l.node(List, n, l.each(n)...)
	case "range_expression":
		return rustRange(l, n)
	case "closure_expression":
		f := l.node(Func, n, as(SomeParams, rustParams(l, n.Child("parameters"))), as(AResult, l.one(n.Child("return_type"))))
		f.Flags |= Arrow
		body := l.one(n.Child("body"))
		if body != nil && body.Kind != Block {
			if !rustStatement(body.Kind) {
				body = l.node(Return, n.Child("body"), as(AValue, body))
			}
			body = l.node(Block, n.Child("body"), body)
		}
		f.add(as(ABody, body))
		return f
	case "let_condition":
		a := l.texted(Assign, n, "=", as(ALeft, l.one(n.Child("pattern"))), as(ARight, l.one(n.Child("value"))))
		a.Flags = Declares
		return a
	case "let_chain":
		return rustChain(l, n)
	}
	return nil
}

// rustChain lowers "a && let b = c && d".
func rustChain(l *lowering, n treesitter.Node) *Node {
	var out *Node
	for c := range n.Children() {
		if x := l.one(c); out == nil {
			out = x
		} else if x != nil {
			both := l.texted(Binary, n, "&&", as(ALeft, out), as(ARight, x))
			both.End = x.End
			out = both
		}
	}
	return out
}

// rustAccess lowers calls, objects and their parts; nil where it is nothing of that.
func rustAccess(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "call_expression":
		return rustCall(l, n)
	case "macro_invocation":
		callee := l.one(n.Child("macro"))
		if callee != nil && callee.Text == ellipsisWord { // of a pattern
			return callee
		}
		rustMacro(callee)
		return l.node(Call, n, append([]*Node{as(ACallee, callee)}, l.each(n.Of("token_tree"))...)...)
	case "field_expression":
		return l.member(n, n.Child("value"), n.Child("field"))
	case "scoped_identifier", "scoped_type_identifier":
		if !n.Child("path").Exists() {
			return l.name(n.Child("name"))
		}
		return l.member(n, n.Child("path"), n.Child("name"))
	case "generic_function":
		of := l.one(n.Child("function"))
		if of != nil {
			of.End = n.End()
			of.add(javaTypeArgs(l, n.Child("type_arguments"))...)
		}
		return of
	case "index_expression":
		parts := l.each(n)
		if len(parts) > 0 {
			as(AnObject, parts[0])
		}
		return l.node(Index, n, parts...)
	case "struct_expression":
		return l.node(New, n, append([]*Node{as(ACallee, l.one(n.Child("name")))}, l.each(n.Child("body"))...)...)
	case "field_initializer":
		value := l.one(n.Child("value"))
		if field := n.Child("field"); l.source(field) != ellipsisWord {
			return l.node(Pair, n, as(AKey, l.name(field)), as(AValue, value))
		}
		return value
	case "shorthand_field_initializer":
		if name := n.First(); l.source(name) != ellipsisWord {
			return l.node(Pair, n, as(AKey, l.name(name)), as(AValue, l.name(name)))
		}
		return l.name(n.First())
	case "base_field_initializer":
		return l.texted(Spread, n, "..", as(AValue, l.one(n.First())))
	}
	return nil
}

// rustCall lowers a call. What was a macro has its sign in its name; format! and its like with a text and nothing else are that text.
func rustCall(l *lowering, n treesitter.Node) *Node {
	callee := l.one(n.Child("function"))
	arguments := l.each(n.Child("arguments"))
	if end := n.Child("function").End(); end < len(l.text) && l.text[end] == '!' {
		rustMacro(callee)
		if callee != nil && callee.Text == "format!" && len(arguments) > 0 && arguments[0].Kind == String {
			return rustFormat(l, n, arguments)
		}
	}
	return l.node(Call, n, append([]*Node{as(ACallee, callee)}, arguments...)...)
}

// rustMacro gives the name of a macro its sign.
func rustMacro(callee *Node) {
	switch {
	case callee == nil:
	case callee.Kind == Name:
		callee.Text += "!"
		callee.End++
	case callee.Kid(AField) != nil:
		callee.Kid(AField).Text += "!"
		callee.Kid(AField).End++
		callee.End++
	}
}

// rustFormat puts the arguments of format! into its text. Where they do not fit it stays a call.
func rustFormat(l *lowering, n treesitter.Node, arguments []*Node) *Node {
	text, rest := arguments[0], arguments[1:]
	t := l.node(Template, n)
	piece := ""
	flush := func() {
		if piece != "" {
			t.add(&Node{Kind: String, Text: piece, Start: text.Start, End: text.End})
		}
		piece = ""
	}
	for at := text.Text; at != ""; {
		before, after, found := strings.Cut(at, "{")
		piece += strings.ReplaceAll(before, "}}", "}")
		if !found {
			break
		}
		if strings.HasPrefix(after, "{") {
			piece, at = piece+"{", after[1:]
			continue
		}
		inside, behind, _ := strings.Cut(after, "}")
		name, _, _ := strings.Cut(inside, ":")
		at = behind
		flush()
		switch {
		case name == "" && len(rest) > 0:
			t.add(rest[0])
			rest = rest[1:]
		case name != "" && !isDigit(name[0]):
			t.add(&Node{Kind: Name, Text: name, Start: text.Start, End: text.End})
		}
	}
	flush()
	for _, left := range rest {
		t.add(left)
	}
	if len(arguments) == 1 && len(t.Kids) <= 1 && (len(t.Kids) == 0 || t.Kids[0].Kind == String) {
		text.Start, text.End = n.Start(), n.End()
		return text
	}
	return t
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// rustRange lowers "a..b": a Slice with Empty where a bound is left out.
func rustRange(l *lowering, n treesitter.Node) *Node {
	s := l.node(Slice, n)
	var dots treesitter.Node
	for c := range n.All() {
		if t := c.Type(); t == ".." || t == "..=" || t == "..." {
			dots = c
		}
	}
	if !dots.Exists() {
		return l.node(Slice, n, l.each(n)...)
	}
	bounds := []*Node{nil, nil}
	for c := range n.Children() {
		if c.Start() < dots.Start() {
			bounds[0] = l.one(c)
		} else {
			bounds[1] = l.one(c)
		}
	}
	for _, b := range bounds {
		if b == nil {
			b = l.node(Empty, dots)
		}
		s.add(as(Each, b))
	}
	return s
}

// rustString lowers strings and characters.
func rustString(l *lowering, n treesitter.Node) *Node {
	if n.Type() == "char_literal" {
		s := l.texted(String, n, unescape(strings.Trim(l.source(n), "b'"), "nrt0\\'\""))
		s.Flags |= Braced
		return s
	}
	var b strings.Builder
	for c := range n.All() {
		switch c.Type() {
		case "escape_sequence":
			b.WriteString(unescape(l.source(c), "nrt0\\'\""))
		case "string_content":
			b.WriteString(l.source(c))
		}
	}
	return l.texted(String, n, b.String())
}
