package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// rubyCall lowers calls. One on an object without arguments or brackets is a Member, as nobody can tell it from a field; a block is the last argument.
func rubyCall(l *lowering, n treesitter.Node) *Node {
	receiver, method, arguments, block := n.Child("receiver"), n.Child("method"), n.Child("arguments"), n.Child("block")
	if !receiver.Exists() && !block.Exists() {
		if x := rubyWord(l, n, method, arguments.First()); x != nil {
			return x
		}
	}
	var callee *Node
	if method.Exists() {
		callee = rubyName(l, method)
	}
	if receiver.Exists() {
		operator := n.Child("operator")
		if callee == nil && operator.Exists() { // a.(b)
			callee = l.texted(Name, operator, "call")
		}
		callee = l.texted(Member, n, ".", as(AnObject, l.one(receiver)), as(AField, callee))
		if len(callee.Kids) > 0 {
			callee.End = callee.Kids[len(callee.Kids)-1].End
		}
		if l.source(operator) == "&." {
			callee.Flags |= Optional
		}
	}
	if !arguments.Exists() && !block.Exists() {
		return callee
	}
	call := l.node(Call, n, append([]*Node{as(ACallee, callee)}, rubyArguments(l, arguments)...)...)
	if block.Exists() {
		call.add(l.one(block))
	}
	return call
}

// rubyWord lowers what only looks like a call: require is an Import of the module that it names, and what stands before a method is its Modifier. Nil where
// it is none of these.
func rubyWord(l *lowering, n, method, argument treesitter.Node) *Node {
	switch word := l.source(method); word {
	case "require", "require_relative":
		switch {
		case argument.Type() == "string" && !argument.Has("interpolation"):
			return l.node(Import, n, as(AModule, l.texted(Name, argument, rubyString(l, argument).Text)))
		case strings.HasPrefix(l.source(argument), metaWord): // of a pattern
			return l.node(Import, n, as(AModule, l.name(argument)))
		}
	case "public", "private", "protected", "private_class_method", "module_function":
		if argument.Type() == "method" || argument.Type() == "singleton_method" {
			return marked(n, l.one(argument), as(AModifier, l.texted(Modifier, method, word)))
		}
	}
	return nil
}

// rubyArguments lowers what stands in brackets, or without them.
func rubyArguments(l *lowering, n treesitter.Node) []*Node {
	var out []*Node
	for c := range n.Children() {
		if a := rubyArgument(l, c); a != nil {
			out = append(out, a)
		}
	}
	return out
}

// rubyArgument lowers an argument: one that a symbol names is a Keyword.
func rubyArgument(l *lowering, n treesitter.Node) *Node {
	if n.Type() != "pair" {
		return l.one(n)
	}
	p := rubyPair(l, n)
	key := p.Kid(AKey)
	if key == nil || key.Kind != Unary || key.Text != ":" || key.Kid(AValue).Kind != String {
		return p
	}
	return l.texted(Keyword, n, key.Kid(AValue).Text, p.Kid(AValue))
}

// rubyLambda lowers -> (a) { b }.
func rubyLambda(l *lowering, n treesitter.Node) *Node {
	f := l.one(n.Child("body"))
	if f == nil || f.Kind != Func {
		return l.node(Func, n, f)
	}
	f.Start = n.Start()
	if params := n.Child("parameters"); params.Exists() {
		for i, k := range f.Kids {
			if k.Role == SomeParams {
				f.Kids[i] = as(SomeParams, rubyParams(l, params))
			}
		}
	}
	return f
}

// rubyDefinition lowers methods, blocks, classes and modules; nil where it is none.
func rubyDefinition(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "method", "singleton_method":
		return rubyMethod(l, n)
	case "block", "do_block":
		params := rubyParams(l, n.Child("parameters"))
		if params == nil {
			params = l.after(Params, n)
		}
		f := l.node(Func, n, as(SomeParams, params), as(ABody, rubyThen(l, n, n.Child("body"))))
		f.Flags |= Arrow
		return f
	case "class":
		c := l.texted(Class, n, "class", as(AName, rubyClassName(l, n.Child("name"))))
		if base := n.Child("superclass"); base.Exists() {
			c.add(as(SomeBases, l.node(Bases, base, l.each(base)...)))
		}
		c.add(as(ABody, rubyThen(l, n, n.Child("body"))))
		return c
	case "module":
		return l.texted(Class, n, "module", as(AName, rubyClassName(l, n.Child("name"))), as(ABody, rubyThen(l, n, n.Child("body"))))
	case "singleton_class": // class << self
		return l.texted(Class, n, "singleton", as(AValue, l.one(n.Child("value"))), as(ABody, rubyThen(l, n, n.Child("body"))))
	}
	return nil
}

// rubyClassName is the name of a class, dotted where it is in a module.
func rubyClassName(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	return l.texted(Name, n, strings.ReplaceAll(strings.TrimPrefix(l.source(n), "::"), "::", "."))
}

// rubyMethod lowers a method. One of the class itself, or of an object, has a Modifier: "static", or the object.
func rubyMethod(l *lowering, n treesitter.Node) *Node {
	f := l.node(Func, n)
	if object := n.Child("object"); object.Exists() {
		word := l.source(object)
		if word == "self" {
			word = "static"
		}
		f.add(as(AModifier, l.texted(Modifier, object, word)))
	}
	name, params, body := n.Child("name"), n.Child("parameters"), n.Child("body")
	if name.Exists() {
		f.add(as(AName, rubyName(l, name)))
	}
	if params.Exists() {
		f.add(as(SomeParams, rubyParams(l, params)))
	} else {
		f.add(as(SomeParams, l.after(Params, n)))
	}
	if body.Exists() && body.Type() != "body_statement" { // def a = b
		f.add(as(ABody, l.node(Block, body, l.node(Return, body, as(AValue, l.one(body))))))
		return f
	}
	f.add(as(ABody, rubyThen(l, n, body)))
	return f
}

// rubyParams lowers parameters of methods and blocks. Those that only a block has for itself are left out.
func rubyParams(l *lowering, n treesitter.Node) *Node {
	if !n.Exists() {
		return nil
	}
	params := l.node(Params, n)
	for c := range n.Children() {
		if c.Field() != "locals" {
			params.add(rubyParam(l, c))
		}
	}
	return params
}

func rubyParam(l *lowering, n treesitter.Node) *Node {
	marks := map[string]string{"splat_parameter": "*", "hash_splat_parameter": "**", "block_parameter": "&", "forward_parameter": "...", "hash_splat_nil": "**nil"}
	switch n.Type() {
	case "identifier":
		return l.node(Param, n, as(AName, rubyName(l, n)))
	case "destructured_parameter":
		inner := rubyParams(l, n)
		inner.Kind = Tuple
		for i, p := range inner.Kids {
			if name := p.Kid(AName); name != nil && p.Text == "" {
				inner.Kids[i] = as(Each, name)
			}
		}
		return l.node(Param, n, as(AName, inner))
	}
	return l.texted(Param, n, marks[n.Type()], as(AName, l.one(n.Child("name"))), as(AValue, l.one(n.Child("value"))))
}
