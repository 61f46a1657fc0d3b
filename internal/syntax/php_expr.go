package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// phpExpr lowers expressions; nil where it is none.
func phpExpr(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "name", "qualified_name", "relative_name", "namespace_name", "relative_scope":
		return phpName(l, n)
	case "variable_name":
		return phpVariable(l, n)
	case "dynamic_variable_name":
		if name := n.First(); name.Type() == "name" && phpInText(n) {
			return l.texted(Name, n, "$"+l.source(name))
		}
		return l.texted(Unary, n, "$", as(AValue, l.one(n.First())))
	case "integer", "float":
		return l.texted(Number, n, l.source(n))
	case "boolean":
		return l.texted(Bool, n, strings.ToLower(l.source(n)))
	case "null":
		return l.texted(Null, n, "null")
	case "string", "encapsed_string", "heredoc", "nowdoc", "shell_command_expression":
		return phpString(l, n)
	case "parenthesized_expression", "by_ref":
		return l.one(n.First())
	case "assignment_expression", "reference_assignment_expression":
		return l.texted(Assign, n, "=", as(ALeft, l.one(n.Child("left"))), as(ARight, l.one(n.Child("right"))))
	case "augmented_assignment_expression":
		return l.texted(Assign, n, l.source(n.Child("operator")), as(ALeft, l.one(n.Child("left"))), as(ARight, l.one(n.Child("right"))))
	case "binary_expression":
		return l.binary(n, phpOperator(l.source(n.Child("operator"))))
	case "unary_op_expression":
		return phpUnary(l, n)
	case "error_suppression_expression":
		return l.texted(Unary, n, "@", as(AValue, l.one(n.First())))
	case "update_expression":
		u := l.texted(Unary, n, l.source(n.Child("operator")), as(AValue, l.one(n.Child("argument"))))
		if word := n.Child("operator"); word.Exists() && word.Start() > n.Start() {
			u.Flags |= Postfix
		}
		return u
	case "conditional_expression":
		return phpCond(l, n)
	case "cast_expression":
		return l.node(Cast, n, as(AType, l.one(n.Child("type"))), as(AValue, l.one(n.Child("value"))))
	case "throw_expression":
		return l.node(Throw, n, as(AValue, l.one(n.First())))
	case "yield_expression":
		return l.node(Yield, n, as(AValue, l.one(n.First())))
	case "match_expression":
		return phpMatch(l, n)
	case "anonymous_function", "arrow_function":
		return phpClosure(l, n)
	}
	return phpAccess(l, n)
}

// phpAccess lowers calls, objects, arrays and their parts.
func phpAccess(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "function_call_expression":
		function := l.one(n.Child("function"))
		if function != nil && function.Kind == Name {
			function.Text = phpFunction(function.Text)
		}
		return l.node(Call, n, append([]*Node{as(ACallee, function)}, l.each(n.Child("arguments"))...)...)
	case "member_call_expression", "nullsafe_member_call_expression", "scoped_call_expression":
		return l.node(Call, n, append([]*Node{as(ACallee, phpMember(l, n))}, l.each(n.Child("arguments"))...)...)
	case "member_access_expression", "nullsafe_member_access_expression", "scoped_property_access_expression", "class_constant_access_expression":
		return phpMember(l, n)
	case "subscript_expression":
		i := l.node(Index, n, l.each(n)...)
		if len(i.Kids) == 2 && i.Kids[1].Kind == Name && !strings.HasPrefix(i.Kids[1].Text, "$") && phpInText(n) && !strings.HasSuffix(l.text[:n.Start()], "{") {
			i.Kids[1].Kind = String
		}
		if len(i.Kids) > 0 {
			i.Kids[0].Role = AnObject
		}
		if len(i.Kids) == 1 { // x[] = y
			empty := l.node(Empty, n)
			empty.Start = empty.End
			i.add(empty)
		}
		return i
	case "argument":
		return phpArgument(l, n)
	case "variadic_unpacking":
		return l.texted(Spread, n, "...", as(AValue, l.one(n.First())))
	case "variadic_placeholder": // f(...) is f itself
		return l.texted(Spread, n, "...")
	case "object_creation_expression":
		return phpNew(l, n)
	case "print_intrinsic":
		return phpCall(l, n, "print", l.each(n)...)
	case "clone_expression":
		return phpCall(l, n, "clone", l.each(n)...)
	case "include_expression", "include_once_expression", "require_expression", "require_once_expression":
		return phpCall(l, n, strings.TrimSuffix(n.Type(), "_expression"), l.each(n)...)
	case "array_creation_expression", "list_literal":
		return phpArray(l, n)
	case "array_element_initializer":
		return phpElement(l, n, l.each(n))
	}
	return nil
}

// phpName lowers a name; one with backslashes is a chain of Members, wherever it begins.
func phpName(l *lowering, n treesitter.Node) *Node {
	if n.First().Exists() && n.Type() == "name" { // A::{b}
		return l.one(n.First())
	}
	text := phpDotted(l.source(n))
	if n.Type() == "name" || strings.Count(text, ".") > maxParts {
		return l.texted(Name, n, text)
	}
	var out *Node
	for part := range strings.SplitSeq(text, ".") {
		name := l.texted(Name, n, part)
		if out == nil {
			out = name
			continue
		}
		out = l.texted(Member, n, ".", as(AnObject, out), as(AField, name))
	}
	return out
}

// maxParts is how many parts a name may have that are told apart.
const maxParts = 100

// phpDotted writes a name with dots.
func phpDotted(source string) string {
	text := strings.Join(strings.Fields(source), "")
	text = strings.TrimPrefix(strings.TrimPrefix(text, `namespace\`), `\`)
	return strings.ReplaceAll(text, `\`, ".")
}

// phpVariable lowers $x to a Name with its "$"; a hole of a pattern has none.
func phpVariable(l *lowering, n treesitter.Node) *Node {
	text := strings.Join(strings.Fields(l.source(n)), "")
	if strings.HasPrefix(text, "$RV") {
		text = text[1:]
	}
	return l.texted(Name, n, text)
}

// phpFunction is the name of a function as it is usually written: case does not matter to PHP. One in which both are mixed stays.
func phpFunction(name string) string {
	lower := strings.ToLower(name)
	if name == "" || name[0] == '$' || strings.HasPrefix(name, "RV") || name[1:] != lower[1:] && name != strings.ToUpper(name) {
		return name
	}
	return lower
}

// phpInText tells that something stands right in a text, where keys have no quotes and "${a}" is $a.
func phpInText(n treesitter.Node) bool {
	switch n.Parent().Type() {
	case "encapsed_string", "heredoc_body", "shell_command_expression":
		return true
	}
	return false
}

// phpOperator is what an operator is called in other languages.
func phpOperator(operator string) string {
	switch lower := strings.ToLower(operator); lower {
	case "and":
		return "&&"
	case "or":
		return "||"
	case "<>":
		return "!="
	default:
		return lower
	}
}

func phpUnary(l *lowering, n treesitter.Node) *Node {
	return l.texted(Unary, n, l.source(n.Child("operator")), as(AValue, l.one(n.Child("argument"))))
}

// phpCond lowers a ? b : c; a ?: c is a Binary.
func phpCond(l *lowering, n treesitter.Node) *Node {
	test, then, other := l.one(n.Child("condition")), l.one(n.Child("body")), l.one(n.Child("alternative"))
	if then == nil {
		return l.texted(Binary, n, "?:", as(ALeft, test), as(ARight, other))
	}
	return l.node(Cond, n, as(ATest, test), as(AThen, then), as(AnElse, other))
}

// phpMember lowers a->b, a?->b and a::b, also where the name is made up: a->$b, a->{b}.
func phpMember(l *lowering, n treesitter.Node) *Node {
	object, field := n.Child("object"), n.Child("name")
	if !object.Exists() {
		object = n.Child("scope")
	}
	if n.Type() == "class_constant_access_expression" {
		for c := range n.Children() {
			if !object.Exists() {
				object = c
			} else {
				field = c
			}
		}
	}
	m := l.texted(Member, n, ".", as(AnObject, l.one(object)), as(AField, l.one(field)))
	if n.Has("?->") {
		m.Flags |= Optional
	}
	if field.Exists() {
		m.End = field.End()
	}
	return m
}

// phpArgument lowers an argument, which may have a name.
func phpArgument(l *lowering, n treesitter.Node) *Node {
	var value *Node
	name := n.Child("name")
	for c := range n.Children() {
		if c != name && c.Type() != "reference_modifier" {
			value = l.one(c)
		}
	}
	if !name.Exists() {
		return value
	}
	return l.texted(Keyword, n, l.source(name), as(AValue, value))
}

// phpNew lowers new A(…), and new class (…) {…}, whose arguments stand behind the word.
func phpNew(l *lowering, n treesitter.Node) *Node {
	made := l.node(New, n)
	for c := range n.Children() {
		switch c.Type() {
		case "arguments":
			made.add(l.each(c)...)
		case "anonymous_class":
			made.add(phpMarks(l, c)...)
			made.add(as(SomeBases, phpBases(l, c)))
			made.add(l.each(c.Of("arguments"))...)
			made.add(as(ABody, l.one(c.Child("body"))))
		default:
			made.add(as(ACallee, l.one(c)))
		}
	}
	return made
}

// phpArray lowers an array: to a Dict where something in it has a key, to a List otherwise.
func phpArray(l *lowering, n treesitter.Node) *Node {
	list := l.node(List, n)
	var element []*Node
	flush := func() {
		if len(element) > 0 {
			list.add(phpElement(l, n, element))
		}
		element = nil
	}
	first := true
	for c := range n.All() {
		switch c.Type() {
		case ",":
			if len(element) == 0 && n.Type() == "list_literal" { // list(, $b)
				empty := l.node(Empty, c)
				empty.End = empty.Start
				list.add(empty)
			}
			flush()
		case "(", "[", ")", "]", "=>", "list", "array":
			if c.Type() == "(" || c.Type() == "[" {
				first = false
			}
		default:
			if !first && c.Named() {
				element = append(element, l.all(c)...)
			}
		}
	}
	flush()
	for _, k := range list.Kids {
		if k.Kind == Pair {
			list.Kind = Dict
		}
	}
	return list
}

// phpElement makes an element of an array of one or two expressions.
func phpElement(l *lowering, n treesitter.Node, parts []*Node) *Node {
	if len(parts) == 1 {
		return parts[0]
	}
	if len(parts) != 2 {
		return l.node(Tuple, n, parts...)
	}
	pair := l.node(Pair, n, as(AKey, parts[0]), as(AValue, parts[1]))
	pair.Start, pair.End = parts[0].Start, parts[1].End
	return pair
}
