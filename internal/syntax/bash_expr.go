package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// bashExpr lowers commands and words; nil where it is neither.
func bashExpr(l *lowering, n treesitter.Node) *Node {
	switch n.Type() {
	case "command":
		return bashCommand(l, n)
	case "pipeline", "list":
		return bashChain(l, n)
	case "redirected_statement":
		return bashRedirected(l, n)
	case "negated_command":
		return l.texted(Unary, n, "!", as(AValue, l.one(n.First())))
	case "variable_assignment":
		return bashAssign(l, n)
	case "variable_assignments":
		return l.node(Tuple, n, l.each(n)...)
	case "unset_command":
		return l.node(Call, n, append([]*Node{as(ACallee, l.texted(Name, n, "unset"))}, l.each(n)...)...)
	case "command_substitution", "process_substitution":
		return bashSubstitution(l, n)
	case "file_redirect": // $(< file)
		return l.texted(Unary, n, bashOperator(l, n), as(AValue, l.one(n.Child("destination"))))
	case "test_command", "parenthesized_expression", "arithmetic_expansion":
		return bashInner(l, n)
	case "command_name":
		return bashCallee(l, n.First())
	case "array":
		return l.node(List, n, l.each(n)...)
	case "subscript":
		return l.node(Index, n, as(AnObject, l.name(n.Child("name"))), as(Each, l.one(n.Child("index"))))
	case "binary_expression":
		return l.binary(n, bashOperator(l, n))
	case "unary_expression":
		return l.texted(Unary, n, bashOperator(l, n), as(AValue, bashLast(l, n)))
	case "postfix_expression":
		u := l.texted(Unary, n, bashOperator(l, n), as(AValue, l.one(n.First())))
		u.Flags = Postfix
		return u
	case "ternary_expression":
		return l.node(Cond, n, as(ATest, l.one(n.Child("condition"))), as(AThen, l.one(n.Child("consequence"))), as(AnElse, l.one(n.Child("alternative"))))
	}
	return bashText(l, n)
}

// bashOperator is the operator of an expression: a token, or a test's "-f".
func bashOperator(l *lowering, n treesitter.Node) string {
	if operator := n.Child("operator"); operator.Exists() {
		return l.source(operator)
	}
	for c := range n.All() {
		if !c.Named() {
			return c.Type()
		}
	}
	return ""
}

// bashInner lowers the one expression in brackets.
func bashInner(l *lowering, n treesitter.Node) *Node {
	switch parts := l.each(n); len(parts) {
	case 0:
		return l.node(Empty, n)
	case 1:
		return parts[0]
	default:
		return l.node(Tuple, n, parts...)
	}
}

// bashLast lowers the operand of a test.
func bashLast(l *lowering, n treesitter.Node) *Node {
	var last *Node
	for c := range n.Children() {
		if c.Field() != "operator" {
			last = l.one(c)
		}
	}
	return last
}

// bashCommand lowers a command: what it is called with in its environment are Keywords, and what it is redirected from and to stands around it. Those that
// leave a function or loop are what they are in other languages.
func bashCommand(l *lowering, n treesitter.Node) *Node {
	call := l.node(Call, n)
	var redirects []treesitter.Node
	for c := range n.Children() {
		switch {
		case c.Field() == "name":
			call.add(as(ACallee, l.one(c)))
		case c.Type() == "variable_assignment":
			call.add(l.texted(Keyword, c, l.source(c.Child("name")), as(AValue, l.one(c.Child("value")))))
		case c.Field() == "redirect" || strings.HasSuffix(c.Type(), "_redirect"):
			redirects = append(redirects, c)
		default:
			call.add(l.all(c)...)
		}
	}
	if left := bashLeaves(call); left != nil {
		return left
	}
	return bashRedirects(l, n, call, redirects)
}

// bashLeaves turns return, break and continue into what they are; nil for other commands.
func bashLeaves(call *Node) *Node {
	callee := call.Kid(ACallee)
	if callee == nil || callee.Kind != Name || len(call.Kids) > 2 {
		return nil
	}
	kind, ok := map[string]Kind{"return": Return, "break": Break, "continue": Continue}[callee.Text]
	if !ok {
		return nil
	}
	call.Kind, call.Kids = kind, call.Kids[1:]
	if len(call.Kids) == 1 {
		call.Kids[0].Role = AValue
	}
	return call
}

// bashChain lowers a pipe and what is joined by "&&" and "||".
func bashChain(l *lowering, n treesitter.Node) *Node {
	var out *Node
	operator := ""
	for c := range n.All() {
		switch {
		case c.Extra():
		case !c.Named():
			operator = c.Type()
		case out == nil:
			out = l.one(c)
		default:
			start := out.Start
			out = l.texted(Binary, n, operator, as(ALeft, out), as(ARight, l.one(c)))
			out.Start, out.End = start, c.End()
			covering(out)
		}
	}
	return out
}

// bashRedirected lowers a statement with where its input comes from and its output goes.
func bashRedirected(l *lowering, n treesitter.Node) *Node {
	body := l.one(n.Child("body"))
	if body == nil {
		body = l.node(Empty, n)
	}
	var redirects []treesitter.Node
	for c := range n.Children() {
		if c.Field() == "redirect" {
			redirects = append(redirects, c)
		}
	}
	return bashRedirects(l, n, body, redirects)
}

// bashRedirects puts redirections around a command, each a Binary. What a heredoc is piped into stands behind its first line.
func bashRedirects(l *lowering, n treesitter.Node, out *Node, redirects []treesitter.Node) *Node {
	around := func(at treesitter.Node, operator string, right *Node) {
		start, end := out.Start, max(out.End, at.End())
		out = l.texted(Binary, n, operator, as(ALeft, out), as(ARight, right))
		out.Start, out.End = start, end
		covering(out)
	}
	for _, r := range redirects {
		switch r.Type() {
		case "file_redirect":
			around(r, l.source(r.Child("descriptor"))+bashOperator(l, r), l.one(r.Child("destination")))
		case "herestring_redirect":
			around(r, "<<<", l.one(r.First()))
		case "heredoc_redirect":
			if body := r.Of("heredoc_body"); body.Exists() {
				around(r, "<<", bashTemplate(l, body, true))
			}
			for c := range r.Children() {
				switch c.Type() {
				case "pipeline":
					around(c, "|", l.one(c))
				case "file_redirect":
					out = bashRedirects(l, n, out, []treesitter.Node{c})
				}
			}
		}
	}
	return out
}

// bashAssign lowers x=1 and x+=1.
func bashAssign(l *lowering, n treesitter.Node) *Node {
	operator := "="
	if n.Has("+=") {
		operator = "+="
	}
	right := l.one(n.Child("value"))
	if right == nil {
		right = l.texted(String, n, "")
		right.Start = right.End
	}
	return l.texted(Assign, n, operator, as(ALeft, l.one(n.Child("name"))), as(ARight, right))
}

// bashSubstitution lowers $(...), `...` and <(...): a Unary of the commands.
func bashSubstitution(l *lowering, n treesitter.Node) *Node {
	operator := "$()"
	if n.Type() == "process_substitution" {
		operator = l.source(n)[:1] + "()"
	}
	parts := l.each(n)
	value := bashTest(l, n, parts)
	if value != nil && value.Kind == ExprStmt {
		value = as(Each, value.Kid(AValue))
	}
	if value != nil && value.Kind == Call && len(value.Kids) == 2 && value.Kids[0].Text == deepWord {
		if word := value.Kids[1]; word.Kind == String { // of the word of a command, its name
			word.Kind = Name
		}
		return value
	}
	return l.texted(Unary, n, operator, as(AValue, value))
}
