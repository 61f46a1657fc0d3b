package search

import (
	"github.com/reevehq/reeve/internal/flow"
	"github.com/reevehq/reeve/internal/match"
	"github.com/reevehq/reeve/internal/semgrep"
)

// Follow gives what a rule of mode taint finds: the sinks at which tainted data arrives, in the order of the file. It returns false where that took too
// much work, and some may be missing.
func (r *Rule) Follow(f *File) ([]Range, bool) {
	e := r.evaluation(f)
	q := flow.Question{Options: flow.Options{
		SafeCalls: r.Options.TaintAssumeSafeFunctions, SafeIndexes: r.Options.TaintAssumeSafeIndexes, SafeComparisons: r.Options.TaintAssumeSafeComparisons || r.Options.TaintAssumeSafeBooleans,
	}}
	for i := range r.Taint.Sources {
		s := &r.Taint.Sources[i]
		for _, at := range e.formula(s.Formula) {
			q.Sources = append(q.Sources, flow.Source{
				Place: place(at), Label: s.Label, Requires: requires(s.Requires), Exact: s.Exact,
				Variable: s.SideEffect != semgrep.NoSideEffect, Only: s.SideEffect == semgrep.OnlySideEffect,
			})
		}
	}
	for i := range r.Taint.Sanitizers {
		s := &r.Taint.Sanitizers[i]
		for _, at := range e.formula(s.Formula) {
			q.Sanitizers = append(q.Sanitizers, flow.Sanitizer{
				Place: place(at), Exact: s.Exact, Variable: s.SideEffect != semgrep.NoSideEffect, Only: s.SideEffect == semgrep.OnlySideEffect,
				Yields: s.NotConflicting,
			})
		}
	}
	for i := range r.Taint.Propagators {
		q.Propagators = append(q.Propagators, e.propagators(&r.Taint.Propagators[i])...)
	}
	var sinks []Range
	for i := range r.Taint.Sinks {
		s := &r.Taint.Sinks[i]
		for _, at := range e.formula(s.Formula) {
			sinks = append(sinks, at)
			q.Sinks = append(q.Sinks, flow.Sink{Place: place(at), Exact: s.Exact, Requires: requires(s.Requires)})
		}
	}
	if len(q.Sources) == 0 || len(q.Sinks) == 0 || f.match == nil {
		return nil, e.whole
	}
	found, complete := flow.Follow(f.match.Tree, q)
	var out []Range
	for _, one := range found {
		at := sinks[one.Sink]
		for _, s := range one.Steps {
			at.Steps = append(at.Steps, Step{Start: s.Start, End: s.End})
		}
		out = append(out, at)
	}
	return ordered(out), e.whole && complete
}

func place(r Range) flow.Place { return flow.Place{Start: r.Start, End: r.End} }

// requires asks for labels; nil asks for nothing.
func requires(q *semgrep.Requires) func(flow.Labels) bool {
	if q == nil {
		return nil
	}
	return func(labels flow.Labels) bool { return q.Holds(func(label string) bool { return labels[label] }) }
}

// propagators gives the places between which one carries taint.
func (e *evaluation) propagators(p *semgrep.Propagator) []flow.Propagator {
	var out []flow.Propagator
	for _, at := range e.formula(p.Formula) {
		from, ok := at.Env.Get(p.From)
		to, both := at.Env.Get(p.To)
		if ok && both {
			out = append(out, flow.Propagator{
				From: bound(from), To: bound(to), Variable: p.SideEffect != semgrep.NoSideEffect, Label: p.Label, Requires: requires(p.Requires),
			})
		}
	}
	return out
}

func bound(b match.Binding) flow.Place { return flow.Place{Start: b.Start, End: b.End} }
