package search

import (
	"slices"

	"github.com/reevehq/reeve/internal/flow"
	"github.com/reevehq/reeve/internal/match"
	"github.com/reevehq/reeve/internal/semgrep"
)

// Asked is what a rule of mode taint asks about a file, and what its sinks are there.
type Asked struct {
	flow.Question
	// Ranges are those of the sinks, by their numbers.
	Ranges []Range
}

// Follow gives what a rule of mode taint finds in a file that stands alone: the sinks at which tainted data arrives, in the order of the file. It returns
// false where that took too much work, and some may be missing.
func (r *Rule) Follow(f *File) ([]Range, bool) {
	q, whole := r.Ask(f)
	if len(q.Sources) == 0 || len(q.Sinks) == 0 {
		return nil, whole
	}
	if f.program == nil {
		f.program = flow.NewProgram([]*flow.Graph{f.Graph()}, []string{""})
	}
	found, complete := f.program.Follow(map[int]*flow.Question{0: &q.Question})
	var out []Range
	for _, one := range found {
		at := q.Ranges[one.Sink]
		at.Steps = one.Steps
		out = append(out, at)
	}
	return ordered(out), whole && complete && f.Graph().Complete()
}

// Graph is what the values of the file are made of.
func (f *File) Graph() *flow.Graph {
	if f.graph == nil {
		f.graph = flow.Build(f.match.Tree)
	}
	return f.graph
}

// Ask finds the places of a file that a rule of mode taint asks about. It returns false where that took too much work.
func (r *Rule) Ask(f *File) (*Asked, bool) {
	e := r.evaluation(f)
	q := &Asked{Question: flow.Question{Options: flow.Options{
		SafeCalls: r.Options.TaintAssumeSafeFunctions, SafeIndexes: r.Options.TaintAssumeSafeIndexes, SafeComparisons: r.Options.TaintAssumeSafeComparisons || r.Options.TaintAssumeSafeBooleans,
	}}}
	if f.match == nil {
		return q, true
	}
	var from, to []*match.Env
	for i := range r.Taint.Sources {
		s := &r.Taint.Sources[i]
		for _, at := range e.shared(s.Digest, s.Formula) {
			from = append(from, at.Env)
			q.Sources = append(q.Sources, flow.Source{
				Place: place(at), Label: s.Label, Requires: requires(s.Requires), Exact: s.Exact,
				Variable: s.SideEffect != semgrep.NoSideEffect, Only: s.SideEffect == semgrep.OnlySideEffect,
			})
		}
	}
	for i := range r.Taint.Sinks {
		s := &r.Taint.Sinks[i]
		for _, at := range e.formula(s.Formula) {
			sink := flow.Sink{Place: place(at), Exact: s.Exact || labelled(s.Requires) || focused(s.Formula), Requires: requires(s.Requires)}
			if b, asks, ok := single(s, at); ok {
				sink = flow.Sink{Place: bound(b), Exact: true, Requires: requires(asks)}
			}
			to, q.Ranges, q.Sinks = append(to, at.Env), append(q.Ranges, at), append(q.Sinks, sink)
		}
	}
	for i := range r.Taint.Sanitizers {
		s := &r.Taint.Sanitizers[i]
		for _, at := range e.shared(s.Digest, s.Formula) {
			q.Sanitizers = append(q.Sanitizers, flow.Sanitizer{
				Place: place(at), Exact: s.Exact, Variable: s.SideEffect != semgrep.NoSideEffect, Only: s.SideEffect == semgrep.OnlySideEffect,
				Yields: s.NotConflicting,
			})
		}
	}
	for i := range r.Taint.Propagators {
		q.Propagators = append(q.Propagators, e.propagators(&r.Taint.Propagators[i])...)
	}
	q.Sanitizers = append(q.Sanitizers, e.safe(&r.Options)...)
	if r.Options.TaintUnifyMvars {
		e.together(q, from, to)
	}
	return q, e.whole
}

// part is a part of a rule with the options that change what it finds.
type part struct {
	digest  [32]byte
	options semgrep.Options
}

// shared finds what a part of a rule says, once for all the rules that say the same.
func (e *evaluation) shared(digest [32]byte, f semgrep.Formula) []Range {
	key := part{digest, e.rule.Options}
	known, ok := e.file.parts[key]
	if !ok {
		whole := e.whole
		e.whole = true
		known = found{e.formula(f), e.whole}
		e.whole = whole
		if e.file.parts == nil {
			e.file.parts = map[part]found{}
		}
		e.file.parts[key] = known
	}
	e.whole = e.whole && known.whole
	return known.ranges
}

func place(r Range) flow.Place { return flow.Place{Start: r.Start, End: r.End} }

// labelled tells that a sink asks for more than that any taint arrives: then it is what the whole of it carries that counts.
func labelled(q *semgrep.Requires) bool {
	return q != nil && slices.ContainsFunc(q.Labels(), func(label string) bool { return label != semgrep.DefaultLabel })
}

// focused tells that a formula finds what a metavariable stands for: then that is meant, and not what stands in it.
func focused(f semgrep.Formula) bool {
	switch f := f.(type) {
	case semgrep.And:
		return len(f.Focus) > 0
	case semgrep.Or:
		return len(f.Of) > 0 && !slices.ContainsFunc(f.Of, func(f semgrep.Formula) bool { return !focused(f) })
	}
	return false
}

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
	for _, at := range e.shared(p.Digest, p.Formula) {
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
