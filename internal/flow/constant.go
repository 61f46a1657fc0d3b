package flow

import (
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/syntax"
)

// constant is a value that is known: a text, a number or a truth value.
type constant struct {
	kind   byte // 's', 'i' or 'b'
	text   string
	number int64
}

func truth(b bool) *constant {
	c := &constant{kind: 'b'}
	if b {
		c.number = 1
	}
	return c
}

// maxText is how long a text may be that is put together, in bytes.
const maxText = 1 << 10

// known gives the constant that an expression amounts to, nil where it is not known.
func (b *builder) known(n *syntax.Node, s state) *constant {
	if n == nil {
		return nil
	}
	if b.steps--; b.steps <= 0 {
		return nil
	}
	switch n.Kind {
	case syntax.String:
		if len(n.Text) <= maxText {
			return &constant{kind: 's', text: n.Text}
		}
	case syntax.Number:
		if i, err := strconv.ParseInt(strings.TrimRight(strings.ReplaceAll(n.Text, "_", ""), "lLuU"), 0, 64); err == nil {
			return &constant{kind: 'i', number: i}
		}
	case syntax.Bool:
		return truth(n.Text == "true")
	case syntax.Name, syntax.Member:
		if name := nameOf(n); name != "" {
			if c := s[name]; c != nil {
				return c.value
			}
		}
	case syntax.Unary:
		return negated(n.Text, b.known(n.Kid(syntax.AValue), s))
	case syntax.Binary:
		return b.operation(n, s)
	case syntax.Cond:
		if c := b.known(n.Kid(syntax.ATest), s); c != nil && c.kind == 'b' {
			if c.number == 1 {
				return b.known(n.Kid(syntax.AThen), s)
			}
			return b.known(n.Kid(syntax.AnElse), s)
		}
	case syntax.Cast:
		return b.known(n.Kid(syntax.AValue), s)
	case syntax.Index:
		return character(b.known(n.Kid(syntax.AnObject), s), b.known(n.Kid(syntax.Each), s))
	case syntax.Call:
		return b.answer(n, s)
	}
	return nil
}

func negated(operator string, c *constant) *constant {
	switch {
	case c == nil:
	case operator == "-" && c.kind == 'i':
		return &constant{kind: 'i', number: -c.number}
	case operator == "!" && c.kind == 'b':
		return truth(c.number == 0)
	}
	return nil
}

// operation is what an operator makes of two constants.
func (b *builder) operation(n *syntax.Node, s state) *constant {
	left := b.known(n.Kid(syntax.ALeft), s)
	if left != nil && left.kind == 'b' && (n.Text == "&&" && left.number == 0 || n.Text == "||" && left.number == 1) {
		return left
	}
	right := b.known(n.Kid(syntax.ARight), s)
	if left == nil || right == nil || left.kind != right.kind {
		return nil
	}
	switch n.Text {
	case "==", "===", "is":
		return truth(*left == *right)
	case "!=", "!==", "is not":
		return truth(*left != *right)
	}
	switch left.kind {
	case 's':
		switch {
		case n.Text == "+" && len(left.text)+len(right.text) <= maxText:
			return &constant{kind: 's', text: left.text + right.text}
		case n.Text == "in" && b.file.language == "python":
			return truth(strings.Contains(right.text, left.text))
		case n.Text == "not in" && b.file.language == "python":
			return truth(!strings.Contains(right.text, left.text))
		}
	case 'b':
		if n.Text == "&&" || n.Text == "||" {
			return right
		}
	case 'i':
		return arithmetic(n.Text, left.number, right.number)
	}
	return nil
}

func arithmetic(operator string, a, b int64) *constant {
	number := func(i int64) *constant { return &constant{kind: 'i', number: i} }
	switch operator {
	case "+":
		return number(a + b)
	case "-":
		return number(a - b)
	case "*":
		return number(a * b)
	case "/", "//":
		if b != 0 && a%b == 0 {
			return number(a / b)
		}
		if b > 0 && a > 0 && operator == "//" {
			return number(a / b)
		}
	case "%":
		if b > 0 && a >= 0 {
			return number(a % b)
		}
	case "<":
		return truth(a < b)
	case "<=":
		return truth(a <= b)
	case ">":
		return truth(a > b)
	case ">=":
		return truth(a >= b)
	}
	return nil
}

// character is one of a text.
func character(text, at *constant) *constant {
	if text == nil || at == nil || text.kind != 's' || at.kind != 'i' || at.number < 0 || at.number >= int64(len(text.text)) {
		return nil
	}
	return &constant{kind: 's', text: text.text[at.number : at.number+1]}
}

// answer is what a call of a text's own method amounts to.
func (b *builder) answer(n *syntax.Node, s state) *constant {
	callee := n.Kid(syntax.ACallee)
	if callee == nil || callee.Kind != syntax.Member || len(n.Kids) > 2 {
		return nil
	}
	text := b.known(callee.Kid(syntax.AnObject), s)
	if text == nil || text.kind != 's' {
		return nil
	}
	var given *constant
	if len(n.Kids) == 2 {
		if given = b.known(n.Kids[1], s); given == nil {
			return nil
		}
	}
	switch name := callee.Kid(syntax.AField).Text; {
	case given == nil && (name == "length" || name == "size"):
		return &constant{kind: 'i', number: int64(len(text.text))}
	case given == nil && (name == "toLowerCase" || name == "lower"):
		return &constant{kind: 's', text: strings.ToLower(text.text)}
	case given == nil && (name == "toUpperCase" || name == "upper"):
		return &constant{kind: 's', text: strings.ToUpper(text.text)}
	case given == nil && name == "trim":
		return &constant{kind: 's', text: strings.TrimSpace(text.text)}
	case given == nil:
	case name == "charAt":
		return character(text, given)
	case name == "equals" && given.kind == 's':
		return truth(text.text == given.text)
	case (name == "startsWith" || name == "startswith") && given.kind == 's':
		return truth(strings.HasPrefix(text.text, given.text))
	}
	return nil
}
