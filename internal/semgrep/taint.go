package semgrep

// DefaultLabel is the label of data from a source that names none, and what a sink requires that says nothing.
const DefaultLabel = "__SOURCE__"

// Taint says which data a rule follows, where it must not arrive and what makes it harmless.
// Metavariables of the four parts have nothing to do with one another, unless Options.TaintUnifyMvars says so.
type Taint struct {
	Sources     []Source
	Sinks       []Sink
	Sanitizers  []Sanitizer
	Propagators []Propagator
}

// Add puts other parts behind these.
func (t *Taint) Add(other *Taint) {
	t.Sources = append(t.Sources, other.Sources...)
	t.Sinks = append(t.Sinks, other.Sinks...)
	t.Sanitizers = append(t.Sanitizers, other.Sanitizers...)
	t.Propagators = append(t.Propagators, other.Propagators...)
}

// SideEffect says whether a variable itself changes where a formula matches it exactly, and not only that occurrence.
type SideEffect int

// The side effects.
const (
	// NoSideEffect changes the occurrence only.
	NoSideEffect SideEffect = iota
	// WithSideEffect changes the occurrence and the variable from there on.
	WithSideEffect
	// OnlySideEffect changes the variable from there on, and not the occurrence.
	OnlySideEffect
)

// Source is where tainted data comes from.
type Source struct {
	Formula Formula
	// Digest is equal where what is said is equal: many rules share their parts.
	Digest [32]byte
	// Exact taints the whole of what is matched only; otherwise every expression in it is tainted.
	Exact      bool
	SideEffect SideEffect
	// Control taints what runs afterwards rather than data.
	Control bool
	// Label names the kind of taint; DefaultLabel if the rule names none.
	Label string
	// Requires is what must already be true of the labels of the code that is matched; nil for nothing.
	Requires *Requires
}

// Sink is where tainted data must not arrive.
type Sink struct {
	Formula Formula
	// Exact, which holds where the rule is silent, finds taint of what is matched, and of what a call that is matched is given; otherwise of any
	// expression in it.
	Exact bool
	// AtExit matches only where the function ends, and asks whether anything is still tainted there.
	AtExit bool
	// Requires is what must be true of the labels that arrive; nil if RequiresOf says it.
	Requires *Requires
	// RequiresOf asks for the labels of single metavariables of the sink; all must hold.
	RequiresOf []MetavariableRequires
}

// MetavariableRequires is what must be true of the labels of one metavariable.
type MetavariableRequires struct {
	Metavariable string
	Requires     *Requires
}

// Sanitizer makes data harmless.
type Sanitizer struct {
	Formula Formula
	// Digest is equal where what is said is equal: many rules share their parts.
	Digest [32]byte
	// Exact cleans the whole of what is matched only; otherwise every expression in it is clean.
	Exact      bool
	SideEffect SideEffect
	// NotConflicting leaves out what is a source or sink too.
	NotConflicting bool
}

// Propagator carries taint from one metavariable of its formula to another.
type Propagator struct {
	Formula Formula
	// Digest is equal where what is said is equal: many rules share their parts.
	Digest [32]byte
	// From and To begin with $.
	From, To string
	// SideEffect taints the variable of To; WithSideEffect if the rule is silent.
	SideEffect SideEffect
	// Label is the label of what arrives; "" for the labels of From.
	Label string
	// ReplaceLabels are the labels of From that Label stands for; none means all.
	ReplaceLabels []string
	// Requires is what must be true of the labels of From; nil for nothing.
	Requires *Requires
}
