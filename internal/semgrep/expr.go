package semgrep

// Expr is an expression of metavariable-comparison in the part of Python that Semgrep documents: Literal, Metavariable,
// Name, List, Unary, Binary, Chain and Call.
type Expr interface{ expr() }

// Value is a value of an expression: int64, float64, string, bool or []Value.
type Value any

// Literal is a number, a text, True or False.
type Literal struct{ Value Value }

// Metavariable is a metavariable by its name, with its $.
type Metavariable string

// Name is a label in "requires". No comparison holds one.
type Name string

// List is a list of expressions.
type List []Expr

// Unary is "not", "-", "+" or "~" before X.
type Unary struct {
	Op string
	X  Expr
}

// Binary is X and Y with one of + - * / // % ** & | ^, "and" or "or" between them.
type Binary struct {
	Op   string
	X, Y Expr
}

// Chain is First compared with the first link, that with the second and so on, as in 1 < $X <= 5.
type Chain struct {
	First Expr
	Links []Link
}

// Link is one step of a Chain: Op is == != < <= > >= in or "not in".
type Link struct {
	Op string
	X  Expr
}

// Call is one of the functions int, float, str, lower, upper, len, today, strptime and re.match.
type Call struct {
	Function string
	Args     []Expr
	// regexp is the first argument of re.match where it is a literal.
	regexp *Regexp
}

func (Literal) expr()      {}
func (Metavariable) expr() {}
func (Name) expr()         {}
func (List) expr()         {}
func (Unary) expr()        {}
func (Binary) expr()       {}
func (Chain) expr()        {}
func (Call) expr()         {}

// Requires is a condition on labels: names with and, or, not, True, False and parentheses.
type Requires struct {
	Text   Text
	labels Expr
}

// ParseRequires reads a condition on labels.
func ParseRequires(text string) (*Requires, error) {
	labels, err := parseRequires(text)
	if err != nil {
		return nil, err
	}
	return &Requires{Text: Text{Value: text}, labels: labels}, nil
}

// Holds tells whether the condition is true of a set of labels.
func (q *Requires) Holds(has func(label string) bool) bool { return labelled(q.labels, has) }

func labelled(e Expr, has func(string) bool) bool {
	switch e := e.(type) {
	case Name:
		return has(string(e))
	case Literal:
		return e.Value == true
	case Unary:
		return !labelled(e.X, has)
	case Binary:
		if e.Op == "and" {
			return labelled(e.X, has) && labelled(e.Y, has)
		}
		return labelled(e.X, has) || labelled(e.Y, has)
	}
	return false
}

// Labels gives the labels that the condition speaks of, each as often as it stands there.
func (q *Requires) Labels() []string { return labelsIn(q.labels, nil) }

func labelsIn(e Expr, all []string) []string {
	switch e := e.(type) {
	case Name:
		return append(all, string(e))
	case Unary:
		return labelsIn(e.X, all)
	case Binary:
		return labelsIn(e.Y, labelsIn(e.X, all))
	}
	return all
}
