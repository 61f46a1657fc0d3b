// Package flow follows data through code, from where it comes from to where it must not arrive.
//
// A file becomes a graph of values, once for all rules: every expression, and every variable at every place where it is read, is a node, and edges say
// what goes into what. Branches are followed both ways and joined unless a constant decides them; what is overwritten is gone; collections remember what
// they hold under which key as long as that is certain. A program links the graphs of its files: arguments with parameters, results with calls, fields
// with fields. A rule is then a search in that graph, which returns from a function only to where it entered. Which places are sources, sinks and
// sanitizers is told by others (package search). The package is pure; its work is bounded by steps, not by time.
package flow

import "github.com/reevehq/reeve/internal/syntax"

// Place is a part of a file, in bytes.
type Place struct{ Start, End int }

// placeOf is where a node stands.
func placeOf(n *syntax.Node) Place { return Place{n.Start, n.End} }

// Labels are the kinds of taint that data carries.
type Labels map[string]bool

// Source is a place where tainted data comes from.
type Source struct {
	Place
	// Label is the kind of taint. Requires, which may be nil, tells whether data that carries labels already becomes tainted so.
	Label    string
	Requires func(Labels) bool
	// Asks is what is required, in words; "" where it cannot be written down.
	Asks string
	// Exact tells that only what the place amounts to is tainted, and not what stands in it.
	Exact bool
	// Variable tells that what stands there is a variable that is tainted from there on; Only that only the variable is, and not the place itself.
	Variable, Only bool
}

// Sink is a place where tainted data must not arrive.
type Sink struct {
	Place
	// Exact tells that it is about what the place amounts to, and not about any part of it. Given tells that this is, of a call, also what it is given and
	// made on, and of a statement or function what is said in it.
	Exact, Given bool
	// Requires tells which labels must arrive together; Asks is as that of a Source.
	Requires func(Labels) bool
	Asks     string
}

// Sanitizer is a place where data is made harmless.
type Sanitizer struct {
	Place
	// Exact tells that only what the place amounts to is harmless, and not what stands in it.
	Exact bool
	// Variable and Only are as those of a Source.
	Variable, Only bool
	// Yields tells that it is none where a source or sink is.
	Yields bool
}

// Propagator carries taint from one place to another that stand in the same piece of code.
type Propagator struct {
	From, To Place
	// Variable tells that the variable at To is tainted from there on.
	Variable bool
	// Label takes the place of the labels that arrive; "" leaves them. Requires tells whether it carries them at all; nil for always.
	Label    string
	Requires func(Labels) bool
	// Asks is as that of a Source.
	Asks string
}

// Options are what carries no taint, and what is told.
type Options struct {
	// SafeCalls: the results of calls that no propagator names; SafeIndexes: indexes; SafeComparisons: their results.
	SafeCalls, SafeIndexes, SafeComparisons bool
	// AssignedOnly leaves assignments as the only way that taint goes by itself, also into functions and back.
	AssignedOnly bool
	// AtSource asks to be told where data comes from rather than where it arrives.
	AtSource bool
}

// Question is what is to be followed in a file.
type Question struct {
	Sources     []Source
	Sinks       []Sink
	Sanitizers  []Sanitizer
	Propagators []Propagator
	Options     Options
}

// Step is a place that data went through.
type Step struct {
	// File is the number of the file in its program.
	File int
	Place
	// What says what happens there.
	What What
}

// What is a kind of step.
type What uint8

// The kinds of steps.
const (
	// Through: a value goes into another.
	Through What = iota
	// From: it comes from here.
	From
	// Assigned: it is given to a variable or field.
	Assigned
	// Entered: it is a parameter of the function that is called.
	Entered
	// Returned: a call gives it back.
	Returned
	// Arrived: it is where it must not be.
	Arrived
)

// Finding is that tainted data arrives at a sink.
type Finding struct {
	// File is the number of the file, Sink that of the sink in the question about it.
	File, Sink int
	// Steps are the places that the data went through, its source first; AtSource tells that it is this that is asked for.
	Steps    []Step
	AtSource bool
}
