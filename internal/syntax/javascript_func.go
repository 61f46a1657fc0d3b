package syntax

import (
	"github.com/reevehq/reeve/internal/treesitter"
)

// jsFunc lowers everything that has parameters: functions, methods, and in TypeScript their signatures and types.
func jsFunc(l *lowering, n treesitter.Node) *Node {
	f := l.node(Func, n)
	if n.Type() == "arrow_function" {
		f.Flags = Arrow
	}
	for c := range n.All() {
		switch c.Field() {
		case "decorator":
			f.add(jsDecorator(l, c))
		case "name":
			f.add(as(AName, l.one(c)))
		case "type_parameters":
			f.add(as(TypeParams, tsParams(l, c)))
		case "parameters":
			f.add(as(SomeParams, jsParams(l, c)))
		case "parameter": // x => y
			f.add(as(SomeParams, l.node(Params, c, l.node(Param, c, as(AName, l.one(c))))))
		case "return_type", "type":
			f.add(as(AResult, l.one(c)))
		case "body":
			f.add(as(ABody, jsBody(l, c)))
		default:
			f.add(jsModifier(l, c)...)
		}
	}
	return f
}

// jsBody lowers the body of a function; an expression is what is returned.
func jsBody(l *lowering, n treesitter.Node) *Node {
	if n.Type() == "statement_block" {
		return jsBlock(l, n)
	}
	return l.node(Block, n, l.node(Return, n, as(AValue, l.one(n))))
}

func jsDecorator(l *lowering, n treesitter.Node) *Node {
	return as(ADecorator, l.node(Decorator, n, as(AValue, l.one(n.First()))))
}

func jsParams(l *lowering, n treesitter.Node) *Node {
	p := l.node(Params, n)
	for c := range n.Children() {
		p.add(jsParam(l, c))
	}
	return p
}

// jsParam lowers a parameter. TypeScript's has a node of its own, JavaScript's is the pattern itself.
func jsParam(l *lowering, n treesitter.Node) *Node {
	p := l.node(Param, n)
	switch n.Type() {
	case "required_parameter", "optional_parameter":
		for c := range n.All() {
			switch c.Field() {
			case "decorator":
				p.add(jsDecorator(l, c))
			case "pattern", "name":
				jsTaking(l, p, c)
			case "type":
				p.add(as(AType, l.one(c)))
			case "value":
				p.add(as(AValue, l.one(c)))
			default:
				p.add(jsModifier(l, c)...)
			}
		}
	case "assignment_pattern":
		p.add(as(AName, l.one(n.Child("left"))), as(AValue, l.one(n.Child("right"))))
	default:
		jsTaking(l, p, n)
	}
	return p
}

// jsTaking gives a parameter the name or pattern that takes the argument.
func jsTaking(l *lowering, p *Node, n treesitter.Node) {
	if n.Type() == "rest_pattern" {
		p.Text = "..."
		n = n.First()
	}
	p.add(as(AName, l.one(n)))
}

// jsClass lowers classes, and in TypeScript interfaces.
func jsClass(l *lowering, n treesitter.Node, what string) *Node {
	class := l.texted(Class, n, what)
	for c := range n.All() {
		switch {
		case c.Field() == "decorator":
			class.add(jsDecorator(l, c))
		case c.Field() == "name":
			class.add(as(AName, l.one(c)))
		case c.Field() == "type_parameters":
			class.add(as(TypeParams, tsParams(l, c)))
		case c.Field() == "body":
			class.add(as(ABody, jsClassBody(l, c)))
		case c.Type() == "class_heritage", c.Type() == "extends_type_clause":
			class.add(as(SomeBases, jsBases(l, c)))
		default:
			class.add(jsModifier(l, c)...)
		}
	}
	return class
}

// jsBases lowers what a class extends and implements.
func jsBases(l *lowering, n treesitter.Node) *Node {
	bases := l.node(Bases, n)
	for c := range n.Children() {
		switch c.Type() {
		case "implements_clause":
			bases.add(l.each(c)...)
		case "extends_clause":
			for part := range c.Children() {
				last := len(bases.Kids) - 1
				if part.Field() != "type_arguments" || last < 0 {
					bases.add(l.all(part)...)
					continue
				}
				generic := l.node(Index, part, as(AnObject, bases.Kids[last]))
				generic.Start = bases.Kids[last].Start
				generic.add(tsTypeArgs(l, part)...)
				bases.Kids[last] = generic
			}
		default:
			bases.add(l.all(c)...)
		}
	}
	return bases
}

// jsClassBody lowers the members of a class. TypeScript's grammar has the decorators of methods beside them.
func jsClassBody(l *lowering, n treesitter.Node) *Node {
	body := l.node(Block, n)
	var decorators []*Node
	var at treesitter.Node
	for c := range n.Children() {
		if c.Type() == "decorator" {
			if len(decorators) == 0 {
				at = c
			}
			decorators = append(decorators, jsDecorator(l, c))
			continue
		}
		members := l.all(c)
		if c.Field() == "name" { // of an enum, without a value
			a := l.texted(Assign, c, "=")
			a.add(members...)
			a.Flags, members = Declares, []*Node{l.statement(c, a)}
			as(ALeft, a.Kids[0])
		}
		if len(decorators) > 0 && len(members) > 0 {
			marked(at, members[0], decorators...)
			decorators = nil
		}
		body.add(members...)
	}
	return body
}

// jsField lowers a field of a class or interface to a declaration.
func jsField(l *lowering, n treesitter.Node) *Node {
	a := l.texted(Assign, n, "=")
	a.Flags = Declares
	for c := range n.All() {
		switch c.Field() {
		case "decorator":
			a.add(jsDecorator(l, c))
		case "name", "property":
			a.add(as(ALeft, l.one(c)))
		case "type":
			a.add(as(AType, l.one(c)))
		case "value":
			a.add(as(ARight, l.one(c)))
		default:
			a.add(jsModifier(l, c)...)
		}
	}
	return l.statement(n, a)
}
