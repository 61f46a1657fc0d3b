package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// swiftProperty lowers let and var: a declaration for each name, and for each accessor with a body a Func of that name.
func swiftProperty(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	var a, s *Node
	for c := range n.All() {
		switch {
		case c.Field() == "name":
			a = l.texted(Assign, n, "=")
			a.Flags = Declares
			marks := swiftModifiers(l, n)
			word := n.Of("value_binding_pattern")
			if !word.Exists() {
				word = c.Of("value_binding_pattern")
			}
			for _, each := range strings.Fields(l.source(word)) {
				marks = append(marks, as(AModifier, l.texted(Modifier, word, each)))
			}
			if len(out) > 0 {
				moved(marks, c.Start())
			}
			a.add(marks...)
			name := swiftPattern(l, c, false)
			if name != nil && name.Kind == Param { // of a protocol
				name = name.Kid(AName)
			}
			a.add(as(ALeft, name))
			s = l.statement(n, a)
			if len(out) > 0 {
				a.Start, s.Start = c.Start(), c.Start()
			}
			out = append(out, s)
		case a == nil:
			continue
		case c.Type() == "type_annotation":
			a.add(as(AType, l.one(c)))
		case c.Field() == "value":
			a.add(as(ARight, l.one(c)))
		case c.Field() == "computed_value":
			out = append(out, swiftComputed(l, c, a.Kid(ALeft), noKeys)...)
			continue
		case c.Type() == "willset_didset_block":
			for each := range c.Children() {
				if f := swiftAccessor(l, each, a.Kid(ALeft), nil); f != nil {
					out = append(out, f)
				}
			}
			continue
		default:
			continue
		}
		a.End, s.End = c.End(), c.End()
	}
	return out
}

// swiftComputed lowers the accessors of a property or subscript; a body alone is that of its getter.
func swiftComputed(l *lowering, n treesitter.Node, of *Node, keys func() []*Node) []*Node {
	var out []*Node
	for c := range n.Children() {
		if c.Type() == "statements" {
			return []*Node{l.accessor(n, "get", of, keys(), swiftBody(l, n))}
		}
		if f := swiftAccessor(l, c, of, keys()); f != nil {
			out = append(out, f)
		}
	}
	return out
}

// swiftAccessor lowers get, set, willSet and didSet; what a setter is given has a name, said or not, and stands before the keys of a subscript.
func swiftAccessor(l *lowering, n treesitter.Node, of *Node, keys []*Node) *Node {
	if !n.Has("{") {
		return nil
	}
	word, given := "get", ""
	switch n.Type() {
	case "computed_setter":
		word, given = "set", "newValue"
	case "computed_modify":
		word = "_modify"
	case "willset_clause":
		word, given = "willSet", "newValue"
	case "didset_clause":
		word, given = "didSet", "oldValue"
	}
	if given != "" {
		name := l.one(n.Of("simple_identifier"))
		if name == nil {
			name = l.texted(Name, n, given)
			name.End = name.Start
		}
		keys = append([]*Node{l.node(Param, n, as(AName, name))}, keys...)
	}
	return l.accessor(n, word, of, keys, swiftBraces(l, n, n.Start()))
}

// moved puts nodes at a place at which they are meant but not written.
func moved(all []*Node, at int) {
	for _, n := range all {
		n.Walk(func(k *Node) bool {
			k.Start, k.End = at, at
			return true
		})
	}
}

// noKeys are those of a property.
func noKeys() []*Node { return nil }

// accessor makes the function that gives or takes a property.
func (l *lowering) accessor(n treesitter.Node, word string, of *Node, keys []*Node, body *Node) *Node {
	name, params := l.texted(Name, n, "_"), l.node(Params, n, keys...)
	if of != nil && of.Kind == Name {
		name.Text = of.Text
	}
	name.End, params.End = name.Start, params.Start
	moved(params.Kids, params.Start)
	return l.node(Func, n, as(AModifier, l.texted(Modifier, n, word)), as(AName, name), as(SomeParams, params), as(ABody, body))
}

// swiftSubscript lowers a subscript: a Func "subscript" for each of its accessors.
func swiftSubscript(l *lowering, n treesitter.Node) []*Node {
	name := l.texted(Name, n, "subscript")
	keys := func() []*Node { return swiftParams(l, n).Kids }
	all := swiftComputed(l, n.Of("computed_property"), name, keys)
	if len(all) == 0 {
		all = []*Node{l.accessor(n, "get", name, keys(), nil)}
	}
	if result := swiftBehind(n, "->"); result.Exists() {
		all[0].add(as(AResult, l.one(result)))
	}
	marked(n, all[0], swiftModifiers(l, n)...)
	return all
}

// swiftModifiers gives the attributes and words before a declaration.
func swiftModifiers(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for part := range n.Children() {
		switch part.Type() {
		case "modifiers":
			for m := range part.Children() {
				if m.Type() == "attribute" {
					out = append(out, as(ADecorator, swiftAttribute(l, m)))
				} else {
					out = append(out, as(AModifier, l.texted(Modifier, m, l.source(m))))
				}
			}
		case "attribute":
			out = append(out, as(ADecorator, swiftAttribute(l, part)))
		case "inheritance_modifier", "property_behavior_modifier", "ownership_modifier":
			out = append(out, as(AModifier, l.texted(Modifier, part, l.source(part))))
		}
	}
	return out
}

// swiftAttribute lowers "@A" and "@A(b: c)".
func swiftAttribute(l *lowering, n treesitter.Node) *Node {
	name := n.Of("user_type")
	value := l.one(name)
	if n.Has("(") {
		call := l.node(Call, n, as(ACallee, value))
		call.Start = name.Start()
		var label treesitter.Node
		for c := range n.All() {
			switch {
			case c == name || c.Extra():
			case c.Type() == ":":
				if last := len(call.Kids) - 1; last > 0 {
					call.Kids = call.Kids[:last]
				}
			case c.Named() || c.Type() == "nil" || c.Type() == "*":
				if c.Type() == "simple_identifier" {
					label = c
				}
				x := l.one(c)
				if c.Type() == "*" {
					x = l.name(c)
				}
				if label.Exists() && label != c && strings.HasPrefix(strings.TrimSpace(l.text[label.End():c.Start()]), ":") && x != nil {
					k := l.texted(Keyword, c, l.source(label), as(AValue, x))
					k.Start, x = label.Start(), k
				}
				call.add(x)
			}
		}
		value = call
	}
	return l.node(Decorator, n, as(AValue, value))
}
