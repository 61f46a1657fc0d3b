package semgrep

import (
	"errors"
	"fmt"
	"slices"
)

// Limits of an expression.
const (
	maxExpr      = 16 << 10 // bytes
	maxExprDepth = 100      // nested parts
)

// parser reads an expression from its tokens.
type parser struct {
	tokens []token
	depth  int
	// labels tells that names are labels, and that only and, or, not join them.
	labels bool
}

// parseComparison reads the expression of a metavariable-comparison.
func parseComparison(text string) (Expr, error) { return parse(text, false) }

// parseRequires reads the expression of a "requires".
func parseRequires(text string) (Expr, error) { return parse(text, true) }

func parse(text string, labels bool) (Expr, error) {
	if len(text) > maxExpr {
		return nil, fmt.Errorf("longer than %d bytes", maxExpr)
	}
	tokens, err := scan(text)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, labels: labels}
	e, err := p.binary(0)
	if err == nil && p.tokens[0].kind != endToken {
		err = fmt.Errorf("%s stands where an operator should", p.tokens[0].text)
	}
	if err != nil {
		return nil, err
	}
	return e, nil
}

// levels are the operators between two operands, from the loosest to the tightest. Comparisons stand at chainLevel, "not" before it.
func levels() [][]string {
	return [][]string{{"or"}, {"and"}, {"not"}, {"==", "!=", "<", "<=", ">", ">=", "in", "not in"}, {"|"}, {"^"}, {"&"}, {"+", "-"}, {"*", "/", "//", "%"}}
}

const (
	notLevel   = 2
	chainLevel = 3
)

// take gives the next token if it is one of the operators.
func (p *parser) take(ops ...string) (string, bool) {
	t := p.tokens[0]
	if t.kind != operatorToken && t.kind != nameToken {
		return "", false
	}
	op, n := t.text, 1
	if op == "not" && p.tokens[1].text == "in" && p.tokens[1].kind == nameToken {
		op, n = "not in", 2
	}
	if !slices.Contains(ops, op) {
		return "", false
	}
	p.tokens = p.tokens[n:]
	return op, true
}

// binary reads operands joined by the operators of a level and of tighter ones.
func (p *parser) binary(level int) (Expr, error) {
	if p.depth++; p.depth > maxExprDepth*len(levels()) {
		return nil, errors.New("nested too deep")
	}
	defer func() { p.depth-- }()
	if p.labels && level > notLevel || level == len(levels()) {
		return p.unary()
	}
	if level == notLevel {
		if _, ok := p.take("not"); ok {
			x, err := p.binary(notLevel)
			return Unary{"not", x}, err
		}
		return p.binary(level + 1)
	}
	x, err := p.binary(level + 1)
	if err != nil {
		return nil, err
	}
	if level == chainLevel {
		return p.chain(x)
	}
	for range maxExpr {
		op, ok := p.take(levels()[level]...)
		if !ok {
			break
		}
		y, err := p.binary(level + 1)
		if err != nil {
			return nil, err
		}
		x = Binary{op, x, y}
	}
	return x, nil
}

func (p *parser) chain(first Expr) (Expr, error) {
	var links []Link
	for {
		op, ok := p.take(levels()[chainLevel]...)
		if !ok {
			break
		}
		x, err := p.binary(chainLevel + 1)
		if err != nil {
			return nil, err
		}
		links = append(links, Link{op, x})
	}
	if links == nil {
		return first, nil
	}
	return Chain{first, links}, nil
}

// unary reads - + ~ and **, which binds tighter on its left.
func (p *parser) unary() (Expr, error) {
	if p.depth++; p.depth > maxExprDepth*len(levels()) {
		return nil, errors.New("nested too deep")
	}
	defer func() { p.depth-- }()
	if p.labels {
		return p.atom()
	}
	if op, ok := p.take("-", "+", "~"); ok {
		x, err := p.unary()
		return Unary{op, x}, err
	}
	x, err := p.atom()
	if err != nil {
		return nil, err
	}
	if _, ok := p.take("**"); ok {
		y, err := p.unary()
		return Binary{"**", x, y}, err
	}
	return x, nil
}

// atom reads a literal, a metavariable, a call, a list or what stands in parentheses.
func (p *parser) atom() (Expr, error) {
	t := p.tokens[0]
	if t.kind == endToken {
		return nil, errors.New("the expression ends where a value should stand")
	}
	p.tokens = p.tokens[1:]
	switch {
	case t.text == "(" && t.kind == operatorToken:
		x, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		return x, p.close(")")
	case t.kind == nameToken && (t.text == "True" || t.text == "False" || t.text == "true" || t.text == "false"):
		return Literal{t.text[0] == 'T' || t.text[0] == 't'}, nil
	case t.kind == nameToken && slices.Contains([]string{"and", "or", "not", "in"}, t.text):
		return nil, fmt.Errorf("%q stands where a value should", t.text)
	case p.labels && t.kind == nameToken:
		return Name(t.text), nil
	case p.labels:
		return nil, fmt.Errorf("%s is no label; want names with and, or, not", t.text)
	case t.kind == literalToken:
		return Literal{t.value}, nil
	case t.kind == metavariableToken:
		return Metavariable(t.text), nil
	case t.text == "[":
		items, err := p.items("]")
		return List(items), err
	case t.kind == nameToken:
		return p.call(t.text)
	}
	return nil, fmt.Errorf("%q stands where a value should", t.text)
}

func (p *parser) close(bracket string) error {
	if _, ok := p.take(bracket); !ok {
		return fmt.Errorf("%s stands where %q should", p.tokens[0].text, bracket)
	}
	return nil
}

// items reads expressions with commas between them up to a bracket.
func (p *parser) items(bracket string) ([]Expr, error) {
	items := []Expr{}
	for {
		if _, ok := p.take(bracket); ok {
			return items, nil
		}
		x, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		items = append(items, x)
		if _, ok := p.take(","); !ok {
			return items, p.close(bracket)
		}
	}
}

// call reads the arguments of a function.
func (p *parser) call(name string) (Expr, error) {
	least, most, ok := arity(name)
	if !ok {
		return nil, fmt.Errorf("unknown name %q; known are the functions int, float, str, lower, upper, len, today, strptime, re.match, and metavariables", name)
	}
	if _, ok := p.take("("); !ok {
		return nil, fmt.Errorf("the function %s needs parentheses", name)
	}
	args, err := p.items(")")
	if err != nil {
		return nil, err
	}
	if len(args) < least || len(args) > most {
		return nil, fmt.Errorf("the function %s does not take %d arguments", name, len(args))
	}
	c := Call{Function: name, Args: args}
	if name == "re.match" {
		if l, ok := args[0].(Literal); ok {
			text, ok := l.Value.(string)
			if !ok {
				return nil, errors.New("re.match wants a text as regular expression")
			}
			if c.regexp, err = CompileRegexp(text, Anchored); err != nil {
				return nil, fmt.Errorf("re.match: %w", err)
			}
		}
	}
	return c, nil
}
