package semgrep

import "cmp"

// Formula is what code is looked for: a tree of Pattern, Regex, And, Or, Inside, Anywhere, As and Fixed. Both syntaxes of
// Semgrep give the same tree. Each formula finds ranges of code, with metavariables bound to parts of it.
type Formula interface{ formula() }

// Pattern finds code that has the form of a text in the rule's language.
type Pattern struct{ Text }

// Regex finds what a regular expression matches, whatever the code means (pattern-regex). Groups bind $1, $2, …; a named
// group also binds $NAME.
type Regex struct {
	Text
	Regexp *Regexp
}

// And finds what all the positives find at one place, with the same code for metavariables of the same name.
// The order of the parts does not matter: positives first, then negatives, conditions, focus.
type And struct {
	// Positives are intersected. They are empty only inside a MetavariablePattern: then the whole content is what is found.
	Positives []Formula
	// Negatives take away what they find: a Pattern the same range, an Inside every range in it, a Regex every range it touches.
	Negatives []Formula
	// Conditions are about the metavariables that the positives bind.
	Conditions []Condition
	// Focus narrows a finding to the code of metavariables, one after the other.
	Focus []Focus
}

// Or finds what any of its parts finds.
type Or struct{ Of []Formula }

// Inside finds every range that lies in a range of Of.
type Inside struct{ Of Formula }

// Anywhere finds everything in a file in which Of finds something, with the metavariables that it binds.
type Anywhere struct{ Of Formula }

// As finds what Of finds, and binds all of it to a metavariable.
type As struct {
	Of Formula
	// Metavariable begins with $.
	Metavariable string
}

// Fixed finds what Of finds, and says what replaces it.
type Fixed struct {
	Of Formula
	// Fix is the text, with metavariables as in Rule.Message.
	Fix string
}

// Focus is one focus-metavariable.
type Focus struct {
	// Metavariables begin with $. Several mean each for itself: a finding for each.
	Metavariables []string
	// Line and Column say where the focus stands in the rule file, from 1.
	Line, Column int
}

func (Pattern) formula()  {}
func (Regex) formula()    {}
func (And) formula()      {}
func (Or) formula()       {}
func (Inside) formula()   {}
func (Anywhere) formula() {}
func (As) formula()       {}
func (Fixed) formula()    {}

// Walk calls visit with a formula and every formula below it, also those in negatives and conditions, and with the language that it is read
// in: "" for the rule's own.
func Walk(f Formula, visit func(Formula, Language)) { walk(f, "", visit) }

func walk(f Formula, in Language, visit func(Formula, Language)) {
	if f == nil {
		return
	}
	visit(f, in)
	switch f := f.(type) {
	case And:
		for _, of := range f.Positives {
			walk(of, in, visit)
		}
		for _, of := range f.Negatives {
			walk(of, in, visit)
		}
		for _, c := range f.Conditions {
			if c, ok := c.(MetavariablePattern); ok {
				walk(c.Formula, cmp.Or(c.Language, in), visit)
			}
		}
	case Or:
		for _, of := range f.Of {
			walk(of, in, visit)
		}
	case Inside:
		walk(f.Of, in, visit)
	case Anywhere:
		walk(f.Of, in, visit)
	case As:
		walk(f.Of, in, visit)
	case Fixed:
		walk(f.Of, in, visit)
	}
}

// Condition holds or does not hold for the metavariables of a range: MetavariableRegex, MetavariablePattern,
// MetavariableComparison, MetavariableAnalysis, MetavariableType or MetavariableName. A condition on a metavariable that is
// not bound does not hold.
type Condition interface{ condition() }

// MetavariableRegex holds if a regular expression matches the code of a metavariable from its beginning.
type MetavariableRegex struct {
	Metavariable string
	Text         Text
	Regexp       *Regexp
	// ConstantPropagation takes the value of a variable that holds a constant for its code.
	ConstantPropagation bool
}

// MetavariablePattern holds if a formula finds something in the code of a metavariable.
type MetavariablePattern struct {
	Metavariable string
	// Language is what the code is read as: the content of a string as another language; "" for the rule's own.
	Language Language
	Formula  Formula
}

// MetavariableAnalysis holds if an analyzer says so of the code of a metavariable.
type MetavariableAnalysis struct {
	Metavariable string
	// Analyzer is "entropy", "entropy_v2" (a string that looks random) or "redos" (a regular expression that can take too long).
	Analyzer string
	// Mode is "lax", "default" or "strict" for entropy_v2; "default" for the others.
	Mode string
}

// MetavariableType holds if the code of a metavariable has one of the types.
type MetavariableType struct {
	Metavariable string
	// Types are written in the language.
	Types []Text
	// Language is that of the types; "" for the rule's own.
	Language Language
}

// MetavariableName holds if a metavariable stands for a name that comes from one of the modules.
type MetavariableName struct {
	Metavariable string
	Modules      []string
}

func (MetavariableRegex) condition()      {}
func (MetavariablePattern) condition()    {}
func (MetavariableComparison) condition() {}
func (MetavariableAnalysis) condition()   {}
func (MetavariableType) condition()       {}
func (MetavariableName) condition()       {}
