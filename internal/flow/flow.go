// Package flow follows data through code, from where it comes from to where it must not arrive.
//
// It walks each function in the order in which it runs: what branches is followed both ways and joined, loops are walked twice, functions within a
// function see its variables. What is assigned, built, passed on or called with tainted data is tainted, until it is overwritten or made harmless.
// Where data comes from, where it must not arrive and what makes it harmless is told by places in the code (package search finds them). The
// package is pure; its work is bounded by steps, not by time.
package flow

import (
	"cmp"
	"maps"
	"slices"

	"github.com/reevehq/reeve/internal/syntax"
)

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
	// Exact tells that only what the place amounts to is tainted, and not what stands in it.
	Exact bool
	// Variable tells that what stands there is a variable that is tainted from there on; Only that only the variable is, and not the place itself.
	Variable, Only bool
}

// Sink is a place where tainted data must not arrive.
type Sink struct {
	Place
	// Exact tells that it is about what the place amounts to, and not about any part of it.
	Exact bool
	// Requires tells which labels must arrive together.
	Requires func(Labels) bool
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
}

// Options are what carries no taint.
type Options struct {
	// SafeCalls: the results of calls that no propagator names; SafeIndexes: indexes; SafeComparisons: their results.
	SafeCalls, SafeIndexes, SafeComparisons bool
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
	Place
	before *Step
}

// Finding is that tainted data arrives at a sink.
type Finding struct {
	// Sink is the number of the sink.
	Sink int
	// Steps are the places that the data went through, its source first.
	Steps []Place
}

// maxSteps is how many expressions may be evaluated in one file, at least.
const maxSteps = 500_000

// Follow gives the sinks at which tainted data arrives, each once, in the order of the file. It returns false where that took too much work, and some may
// be missing.
func Follow(tree *syntax.Tree, q Question) ([]Finding, bool) {
	w := &walk{question: &q, steps: max(maxSteps, 30*len(tree.Text)), found: map[int]*Step{}}
	w.index(tree.Root)
	w.block(tree.Root.Kids, state{})
	var out []Finding
	for sink, last := range w.found {
		f := Finding{Sink: sink}
		for s := last; s != nil && len(f.Steps) < maxTrail; s = s.before {
			f.Steps = append(f.Steps, s.Place)
		}
		slices.Reverse(f.Steps)
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Finding) int { return cmp.Compare(q.Sinks[a.Sink].Start, q.Sinks[b.Sink].Start) })
	return out, w.steps > 0
}

// maxTrail is how many steps of a flow are told.
const maxTrail = 50

// taint is what data carries; nil is none. It is never changed.
type taint struct {
	labels Labels
	last   *Step
}

// join is what carries both.
func join(a, b *taint) *taint {
	switch {
	case a == nil:
		return b
	case b == nil || a == b:
		return a
	}
	for l := range b.labels {
		if !a.labels[l] {
			labels := Labels{l: true}
			for l := range a.labels {
				labels[l] = true
			}
			a = &taint{labels, a.last}
		}
	}
	return a
}

// at is the same taint a step on.
func (t *taint) at(p Place) *taint {
	if t == nil || t.last != nil && t.last.Place == p {
		return t
	}
	return &taint{t.labels, &Step{p, t.last}}
}

func (t *taint) has() Labels {
	if t == nil {
		return nil
	}
	return t.labels
}

// state is what variables carry, by their dotted names.
type state map[string]*taint

// fork gives a copy for another way through the code. It counts as work, as there may be many variables.
func (w *walk) fork(s state) state {
	w.steps -= len(s) / 8
	return maps.Clone(s)
}

// merge adds what another way leads to.
func (s state) merge(o state) {
	for name, t := range o {
		s[name] = join(s[name], t)
	}
}

// get is what a name carries: itself, or what it is a part of.
func (s state) get(name string) *taint {
	for {
		if t, known := s[name]; known {
			return t
		}
		dot := lastDot(name)
		if dot < 0 {
			return nil
		}
		name = name[:dot]
	}
}

// set gives a name a value, which overwrites its parts.
func (s state) set(name string, t *taint) {
	for part := range s {
		if len(part) > len(name) && part[:len(name)] == name && part[len(name)] == '.' {
			delete(s, part)
		}
	}
	s[name] = t
}

func lastDot(name string) int {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' {
			return i
		}
	}
	return -1
}
