package syntax

import (
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// Bash is the language of the shell, Bash's and much of what others know. A command is a Call: of a Name, with words as Strings. A variable is a Name, in
// quotes as without; what is put together of several parts, or stands in quotes, is a Template.
var Bash = &Language{
	Name: "bash", Title: "Bash",
	Extensions: []string{".sh", ".bash", ".ksh", ".zsh", ".bats"}, Files: []string{".bashrc", ".bash_profile", ".profile", ".zshrc"},
	Shebangs: []string{"sh", "bash", "dash", "ash", "ksh", "zsh", "bats"},
	grammar:  treesitter.Bash, blank: bashBlank, lower: lowerBash, hole: bashHole, meant: bashMeant,
	fragments: []string{"%s"}, ellipses: []string{ellipsisWord},
}

// bashHole writes <... x ...> as $(DEEP x).
func bashHole(hole, _, _ string) (string, bool) {
	switch hole {
	case "<...":
		return "$(" + deepWord + " ", true
	case "...":
		return ellipsisWord, true
	}
	return "", false
}

// bashMeant takes a word, and what is substituted, for itself, where a pattern is nothing else: it may stand behind a command.
func bashMeant(nodes []*Node) []*Node {
	for _, n := range nodes {
		n.Walk(func(n *Node) bool {
			if value := n.Kid(AValue); n.Kind == Deep && value != nil && value.Kind == Name {
				value.Kind = String
			}
			return true
		})
	}
	if one := nodes[0]; len(nodes) == 1 && one.Kind == Call && len(one.Kids) == 1 {
		word := as(Each, one.Kids[0])
		if word.Kind == Name { // a command, or a word behind one
			word.Kind = String
		}
		return []*Node{word}
	}
	return nodes
}

func lowerBash(l *lowering, n treesitter.Node) []*Node {
	if expr := bashExpr(l, n); expr != nil {
		if bashStands(n) {
			return []*Node{l.statement(n, expr)}
		}
		return []*Node{expr}
	}
	return bashStmt(l, n)
}

// bashStands tells that a node stands where statements do.
func bashStands(n treesitter.Node) bool {
	switch n.Parent().Type() {
	case "program", "do_group", "compound_statement", "subshell", "else_clause", "case_item", "command_substitution", "process_substitution":
		return n.Field() != "value"
	case "if_statement", "elif_clause":
		return !bashTests(n)
	}
	return false
}

// bashTests tells that a node stands between "if" and "then".
func bashTests(n treesitter.Node) bool {
	for c := range n.Parent().All() {
		if c == n {
			return true
		}
		if c.Type() == "then" {
			return false
		}
	}
	return false
}

// bashStmt lowers what is no expression.
func bashStmt(l *lowering, n treesitter.Node) []*Node {
	one := func(x *Node) []*Node { return []*Node{x} }
	switch n.Type() {
	case "if_statement":
		return one(bashIf(l, n))
	case "while_statement":
		return one(bashWhile(l, n))
	case "for_statement":
		return one(bashFor(l, n))
	case "c_style_for_statement":
		return one(l.node(For, n, as(AnInit, l.one(n.Child("initializer"))), as(ATest, l.one(n.Child("condition"))), as(AnUpdate, l.one(n.Child("update"))),
			as(ABody, l.block(n.Child("body"), "do_group", "compound_statement"))))
	case "case_statement":
		return one(bashCase(l, n))
	case "function_definition":
		return one(l.node(Func, n, as(AName, l.name(n.Child("name"))), as(SomeParams, l.node(Params, n.Child("name"))),
			as(ABody, l.block(n.Child("body"), "compound_statement", "subshell"))))
	case "compound_statement", "subshell", "do_group":
		return one(l.node(Block, n, l.each(n)...))
	case "declaration_command":
		return bashDeclaration(l, n)
	}
	return l.other(n)
}

func bashIf(l *lowering, n treesitter.Node) *Node {
	first := bashBranch(l, n)
	last := first
	for c := range n.Children() {
		switch c.Type() {
		case "elif_clause":
			next := bashBranch(l, c)
			next.End = n.End() // what follows is its own
			block := l.node(Block, c, next)
			block.End = n.End()
			last.add(as(AnElse, block))
			last = next
		case "else_clause":
			last.add(as(AnElse, l.node(Block, c, l.each(c)...)))
		}
	}
	return first
}

// bashBranch lowers a test and what is done where it holds.
func bashBranch(l *lowering, n treesitter.Node) *Node {
	var test, then []*Node
	body := l.node(Block, n)
	begun := false
	for c := range n.All() {
		switch {
		case c.Type() == "then":
			begun, body.Start = true, c.End()
		case c.Type() == "elif_clause", c.Type() == "else_clause", c.Type() == "fi":
			body.End = min(body.End, c.Start())
		case !c.Named() || c.Extra():
		case begun:
			then = append(then, l.all(c)...)
		default:
			test = append(test, l.all(c)...)
		}
	}
	body.add(then...)
	body.End = max(body.Start, body.End)
	return covering(l.node(If, n, as(ATest, bashTest(l, n, test)), as(AThen, covering(body))))
}

// bashTest makes one node of the commands of a test.
func bashTest(l *lowering, n treesitter.Node, parts []*Node) *Node {
	switch len(parts) {
	case 0:
		return nil
	case 1:
		return parts[0]
	}
	block := l.node(Block, n, parts...)
	block.Start, block.End = parts[0].Start, parts[len(parts)-1].End
	return covering(block)
}

// bashWhile lowers while, and until: while not.
func bashWhile(l *lowering, n treesitter.Node) *Node {
	var parts []*Node
	for c := range n.All() {
		if c.Field() == "condition" && c.Named() {
			parts = append(parts, l.all(c)...)
		}
	}
	test := bashTest(l, n, parts)
	if n.Has("until") && test != nil {
		not := l.texted(Unary, n, "!", as(AValue, test))
		not.Start, not.End = test.Start, test.End
		test = not
	}
	return l.node(While, n, as(ATest, test), as(ABody, l.block(n.Child("body"), "do_group")))
}

// bashFor lowers for and select: what takes each word, and the words.
func bashFor(l *lowering, n treesitter.Node) *Node {
	var words []*Node
	for c := range n.All() {
		if c.Field() == "value" {
			words = append(words, l.all(c)...)
		}
	}
	var right *Node
	switch len(words) {
	case 0:
	case 1:
		right = words[0]
	default:
		right = l.node(List, n, words...)
		right.Start, right.End = words[0].Start, words[len(words)-1].End
	}
	return l.node(ForEach, n, as(ALeft, l.name(n.Child("variable"))), as(ARight, right), as(ABody, l.block(n.Child("body"), "do_group", "compound_statement")))
}

func bashCase(l *lowering, n treesitter.Node) *Node {
	s := l.node(Switch, n, as(AValue, l.one(n.Child("value"))))
	for c := range n.Children() {
		if c.Type() != "case_item" {
			continue
		}
		item, body := l.node(Case, c), l.node(Block, c)
		for part := range c.Children() {
			if part.Field() == "value" {
				item.add(l.all(part)...)
				body.Start = part.End()
			} else {
				body.add(l.all(part)...)
			}
		}
		item.add(as(ABody, covering(body)))
		s.add(item)
	}
	return s
}

// bashDeclaration lowers export, local, readonly and declare: each variable is declared by itself, and one without a value is the command's.
func bashDeclaration(l *lowering, n treesitter.Node) []*Node {
	word, _, _ := strings.Cut(l.source(n), " ")
	var out, rest []*Node
	for c := range n.Children() {
		if c.Type() != "variable_assignment" {
			rest = append(rest, l.all(c)...)
			continue
		}
		a := bashAssign(l, c)
		a.Flags |= Declares
		modifier := l.texted(Modifier, n, word)
		modifier.End = modifier.Start + len(word)
		out = append(out, l.statement(n, marked(n, a, as(AModifier, modifier))))
	}
	if len(out) == 0 || len(rest) > 0 {
		call := l.node(Call, n, as(ACallee, l.texted(Name, n, word)))
		call.add(rest...)
		out = append(out, l.statement(n, call))
	}
	return out
}
