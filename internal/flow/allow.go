package flow

import (
	"slices"

	"github.com/reevehq/reeve/internal/syntax"
)

// What passed a test for a constant is that constant, and what was found in a list of constants is one of them: neither is what came from elsewhere.

// narrow says of variables what a test says of them where it holds, or where it does not.
func (b *builder) narrow(test *syntax.Node, s state, holds bool) {
	if test == nil {
		return
	}
	if b.steps--; b.steps <= 0 {
		return
	}
	switch test.Kind {
	case syntax.Binary:
		b.compared(test, s, holds)
	case syntax.Call:
		if x, list := b.contained(test); holds && x != nil && b.isFixed(list) {
			b.becomes(x, list, s)
		}
	case syntax.Index: // a map of truth values
		if key := test.Kid(syntax.Each); holds && b.isFixed(test.Kid(syntax.AnObject)) {
			b.becomes(key, test, s)
		}
	}
}

// compared says of variables what a comparison says of them.
func (b *builder) compared(test *syntax.Node, s state, holds bool) {
	left, right := test.Kid(syntax.ALeft), test.Kid(syntax.ARight)
	switch test.Text {
	case "==", "===", "is", "!=", "!==", "is not":
		if holds != (test.Text[0] == '=' || test.Text == "is") {
			return
		}
		if isText(right) {
			b.becomes(left, right, s)
		} else if isText(left) {
			b.becomes(right, left, s)
		}
	case "in", "not in":
		if holds == (test.Text == "in") && b.isFixed(right) {
			b.becomes(left, right, s)
		}
	case ">", ">=": // list.indexOf(x) > -1
		if x, list := b.contained(left); holds && x != nil && isNumber(right, map[string]string{">": "-1", ">=": "0"}[test.Text]) && b.isFixed(list) {
			b.becomes(x, list, s)
		}
	}
}

// becomes says that what stands in an expression is what another amounts to.
func (b *builder) becomes(x, constant *syntax.Node, s state) {
	path := pathOf(x)
	if path == "" || selves(path) {
		return
	}
	c := &cell{value: b.known(constant, s)}
	if old := s[path]; old != nil {
		c.kind = old.kind
	}
	c.from = b.constantNode(c.from, constant)
	s.set(path, c)
}

// constantNode adds the node of a constant to those that something comes from. A source that turns out to be a constant is none.
func (b *builder) constantNode(from []node, n *syntax.Node) []node {
	v, ok := b.nodes[n]
	if !ok || n.Kind == syntax.Member || n.Kind == syntax.Index {
		return from
	}
	if b.Graph.earlier == nil {
		b.Graph.earlier = map[node][]node{}
	}
	b.Graph.earlier[v] = nil
	return union(from, []node{v})
}

// contained gives what a call looks for, and what it looks in; nil for another call.
func (b *builder) contained(n *syntax.Node) (x, list *syntax.Node) {
	callee := n.Kid(syntax.ACallee)
	if n == nil || n.Kind != syntax.Call || callee == nil {
		return nil, nil
	}
	arguments := slices.Collect(n.All(syntax.Each))
	_, name := lastOf(nameOf(callee))
	if callee.Kind == syntax.Member && callee.Kid(syntax.AField) != nil {
		name = callee.Kid(syntax.AField).Text
	}
	switch name {
	case "includes", "contains", "Contains", "include?", "member?", "has", "containsKey", "ContainsKey", "has_key?", "key?", "hasOwnProperty", "indexOf", "IndexOf":
		if len(arguments) == 1 && callee.Kind == syntax.Member {
			return arguments[0], callee.Kid(syntax.AnObject)
		}
		if len(arguments) == 2 && nameOf(callee) == "slices.Contains" {
			return arguments[1], arguments[0]
		}
	case "in_array", "array_key_exists":
		if len(arguments) >= 2 && callee.Kind == syntax.Name {
			return arguments[0], arguments[1]
		}
	case "isset":
		if len(arguments) == 1 && arguments[0].Kind == syntax.Index {
			return arguments[0].Kid(syntax.Each), arguments[0].Kid(syntax.AnObject)
		}
	case "equals", "equalsIgnoreCase", "Equals": // "a".equals(x)
		if len(arguments) == 1 && callee.Kind == syntax.Member {
			if object := callee.Kid(syntax.AnObject); isText(object) {
				return arguments[0], object
			} else if isText(arguments[0]) {
				return object, arguments[0]
			}
		}
	}
	return nil, nil
}

// isFixed tells of a text, or a collection, that it holds constants only: one that is written out, or of a name that is given nothing else in the file.
func (b *builder) isFixed(n *syntax.Node) bool {
	if name := nameOf(n); name != "" {
		_, last := lastOf(name)
		return b.times[name] <= 1 && b.times[last] <= 1 && b.fixed[last]
	}
	return b.constants(n) || isText(n)
}

// learnFixed learns of a name that it stands for a collection of constants.
func (b *builder) learnFixed(left, right *syntax.Node) {
	if left == nil || right == nil {
		return
	}
	if left.Kind == syntax.Index { // what is put in is not known
		b.count(left.Kid(syntax.AnObject))
		b.count(left.Kid(syntax.AnObject))
	}
	if left.Kind == syntax.Name && b.constants(right) {
		b.fixed[left.Text] = true
		b.tables[left.Text] = isMap(right)
	}
}

// learnGrown learns of a name that its collection changes.
func (b *builder) learnGrown(callee *syntax.Node) {
	if callee != nil && callee.Kind == syntax.Member && callee.Kid(syntax.AField) != nil && grows(callee.Kid(syntax.AField).Text, 2) {
		b.count(callee.Kid(syntax.AnObject))
		b.count(callee.Kid(syntax.AnObject))
	}
}

// constants tells of a collection that is written out that all that it holds is written out.
func (b *builder) constants(n *syntax.Node) bool {
	if n == nil {
		return false
	}
	switch n.Kind {
	case syntax.List, syntax.Tuple, syntax.Set, syntax.Dict:
		return len(n.Kids) > 0 && b.allConstants(n.Kids)
	case syntax.Cast:
		return b.constants(n.Kid(syntax.AValue))
	case syntax.Member: // Ruby's %w[a b].freeze
		field := n.Kid(syntax.AField)
		return field != nil && (field.Text == "freeze" || field.Text == "to_set") && b.constants(n.Kid(syntax.AnObject))
	case syntax.New:
		return len(n.Kids) > 1 && b.allConstants(slices.Collect(n.All(syntax.Each)))
	case syntax.Call:
		switch _, name := lastOf(nameOf(n.Kid(syntax.ACallee))); name {
		case "frozenset", "set", "tuple", "list", "dict", "of", "asList", "listOf", "setOf", "mapOf", "arrayOf", "hashSetOf", "freeze", "unmodifiableList",
			"unmodifiableSet", "array", "Set", "Seq", "List", "Map", "copyOf", "newHashSet":
			return len(n.Kids) > 1 && b.allConstants(slices.Collect(n.All(syntax.Each)))
		}
	}
	return false
}

func (b *builder) allConstants(list []*syntax.Node) bool {
	return !slices.ContainsFunc(list, func(k *syntax.Node) bool { return !b.isConstant(k) })
}

// isConstant tells of an element of a collection that it is written out.
func (b *builder) isConstant(n *syntax.Node) bool {
	switch n.Kind {
	case syntax.String, syntax.Number, syntax.Bool, syntax.Null, syntax.Regexp:
		return true
	case syntax.Unary:
		return n.Kid(syntax.AValue) != nil && b.isConstant(n.Kid(syntax.AValue))
	case syntax.Pair:
		key, value := n.Kid(syntax.AKey), n.Kid(syntax.AValue)
		return key != nil && value != nil && (key.Kind == syntax.Name && b.file.language != "python" || b.isConstant(key)) && b.isConstant(value)
	}
	return b.constants(n)
}

// isText tells of a text that is written out, or nothing.
func isText(n *syntax.Node) bool {
	return n != nil && (n.Kind == syntax.String || n.Kind == syntax.Null)
}

func isNumber(n *syntax.Node, text string) bool {
	if n != nil && n.Kind == syntax.Unary && n.Text == "-" && n.Kid(syntax.AValue) != nil {
		return "-"+n.Kid(syntax.AValue).Text == text
	}
	return n != nil && n.Kind == syntax.Number && n.Text == text
}

// looksUp tells of a call that it looks up something in a map of constants, which alone it gives back, or else what it is given for that.
func (b *builder) looksUp(c *call, object *syntax.Node) bool {
	switch c.name {
	case "get", "fetch", "getOrDefault", "GetValueOrDefault", "dig":
		return b.isTable(object)
	}
	return false
}

// isTable tells of a map that it holds constants only. What is drawn from a list by its number may be told by the number, what a text stands for is not.
func (b *builder) isTable(n *syntax.Node) bool {
	_, last := lastOf(nameOf(n))
	return b.isFixed(n) && (b.tables[last] || isMap(n))
}

// isMap tells of a collection that is written out that it has keys.
func isMap(n *syntax.Node) bool {
	if n == nil {
		return false
	}
	if n.Kind == syntax.New || n.Kind == syntax.Call || n.Kind == syntax.Member || n.Kind == syntax.Cast {
		_, name := lastOf(nameOf(n.Kid(syntax.ACallee)))
		return name == "mapOf" || slices.ContainsFunc(n.Kids, func(k *syntax.Node) bool { return k.Kind == syntax.Pair || k.Kind == syntax.Dict })
	}
	return n.Kind == syntax.Dict
}

// isOneOf says that what a switch is about is one of the constants of a case.
func (b *builder) isOneOf(x, one *syntax.Node, s state) {
	path := pathOf(x)
	if path == "" || selves(path) {
		return
	}
	c := &cell{}
	for k := range one.All(syntax.Each) {
		for k.Kind == syntax.Other && len(k.Kids) == 1 {
			k = k.Kids[0]
		}
		if !b.isConstant(k) {
			return
		}
		c.from = b.constantNode(c.from, k)
	}
	if one.Kid(syntax.Each) != nil {
		s.set(path, c)
	}
}
