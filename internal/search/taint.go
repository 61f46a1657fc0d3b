package search

import (
	"slices"

	"github.com/reevehq/reeve/internal/flow"
	"github.com/reevehq/reeve/internal/match"
	"github.com/reevehq/reeve/internal/semgrep"
)

// Asked is what a rule of mode taint asks about a file, and what its sinks are there.
type Asked struct {
	*flow.Asked
	// Ranges are those of the sinks, by their numbers.
	Ranges []Range
}

// Follow gives what a rule of mode taint finds in a file that stands alone: the sinks at which tainted data arrives, in the order of the file. It returns
// false where that took too much work, and some may be missing.
func (r *Rule) Follow(f *File) ([]Range, bool) {
	q, whole := r.Ask(f)
	if q == nil || !q.HasSources() || !q.HasSinks() {
		return nil, whole
	}
	if f.program == nil {
		f.program = flow.NewProgram([]*flow.Graph{f.Graph()}, []string{""})
	}
	found, complete := f.program.Follow(map[int]*flow.Asked{0: q.Asked})
	var out []Range
	for _, one := range found {
		at := q.Ranges[one.Sink]
		if at.Steps = one.Steps; one.AtSource {
			at.Start, at.End = one.Steps[0].Start, one.Steps[0].End
		}
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

// Ask finds the places of a file that a rule of mode taint asks about, nil where there are none. It returns false where that took too much work.
func (r *Rule) Ask(f *File) (*Asked, bool) {
	if f.match == nil {
		return nil, true
	}
	e := r.evaluation(f)
	out := &Asked{}
	q := &flow.Question{Sources: e.sources(), Options: flow.Options{
		AtSource:     r.Options.TaintFocusOn == "source",
		AssignedOnly: r.Options.TaintOnlyPropagateThroughAssignments,
		SafeCalls:    r.Options.TaintAssumeSafeFunctions, SafeIndexes: r.Options.TaintAssumeSafeIndexes, SafeComparisons: r.Options.TaintAssumeSafeComparisons || r.Options.TaintAssumeSafeBooleans,
	}}
	var to []*match.Env
	for i := range r.Taint.Sinks {
		s := &r.Taint.Sinks[i]
		for _, at := range e.formula(s.Formula) {
			out.Ranges, to = append(out.Ranges, at), append(to, at.Env)
			sink := flow.Sink{Place: place(at), Exact: s.Exact, Given: !focused(s.Formula), Requires: requires(s.Requires), Asks: asks(s.Requires)}
			if b, q, ok := single(s, at); ok {
				sink = flow.Sink{Place: bound(b), Exact: true, Requires: requires(q), Asks: asks(q)}
			}
			q.Sinks = append(q.Sinks, sink)
		}
	}
	q.Sanitizers = e.sanitizers()
	q.Propagators = e.propagators()
	if safe := e.safe(&r.Options); len(safe) > 0 {
		q.Sanitizers = append(slices.Clip(q.Sanitizers), safe...)
	}
	if r.Options.TaintUnifyMvars {
		q.Sources, q.Propagators = slices.Clone(q.Sources), slices.Clone(q.Propagators)
		e.together(q, e.sourceEnvs(), to)
	}
	if len(q.Sources)+len(q.Sinks)+len(q.Sanitizers)+len(q.Propagators) == 0 {
		return nil, e.whole
	}
	out.Asked = e.ask(q)
	return out, e.whole
}

// common are the parts of a question that many rules have in common.
type common struct {
	sources, sanitizers, propagators [32]byte
	options                          semgrep.Options
}

// ask asks a question of the file, once for all the rules that ask the same: those that have no sinks in it.
func (e *evaluation) ask(q *flow.Question) *flow.Asked {
	if len(q.Sinks) > 0 || e.rule.Options.TaintUnifyMvars {
		return e.file.Graph().Ask(q)
	}
	key := common{e.rule.sources, e.rule.sanitizers, e.rule.propagators, e.rule.Options}
	return once(&e.file.asked, key, func() *flow.Asked { return e.file.Graph().Ask(q) })
}

// sources are the places that data comes from, one list for all the rules that say the same of them.
func (e *evaluation) sources() []flow.Source {
	return once(&e.file.sources, e.key(e.rule.sources), func() (out []flow.Source) {
		for i := range e.rule.Taint.Sources {
			s := &e.rule.Taint.Sources[i]
			for _, at := range e.shared(s.Digest, s.Formula) {
				out = append(out, flow.Source{
					Place: place(at), Label: s.Label, Requires: requires(s.Requires), Asks: asks(s.Requires), Exact: s.Exact,
					Variable: s.SideEffect != semgrep.NoSideEffect, Only: s.SideEffect == semgrep.OnlySideEffect,
				})
			}
		}
		return slices.Clip(out)
	})
}

// sanitizers are the places where it is made harmless, one list as well.
func (e *evaluation) sanitizers() []flow.Sanitizer {
	return once(&e.file.sanitizers, e.key(e.rule.sanitizers), func() (out []flow.Sanitizer) {
		for i := range e.rule.Taint.Sanitizers {
			s := &e.rule.Taint.Sanitizers[i]
			for _, at := range e.shared(s.Digest, s.Formula) {
				out = append(out, flow.Sanitizer{
					Place: place(at), Exact: s.Exact, Variable: s.SideEffect != semgrep.NoSideEffect, Only: s.SideEffect == semgrep.OnlySideEffect,
					Yields: s.NotConflicting,
				})
			}
		}
		return slices.Clip(out)
	})
}

// propagators are the places between which it is carried on, one list as well.
func (e *evaluation) propagators() []flow.Propagator {
	return once(&e.file.propagators, e.key(e.rule.propagators), func() (out []flow.Propagator) {
		for i := range e.rule.Taint.Propagators {
			p := &e.rule.Taint.Propagators[i]
			for _, at := range e.shared(p.Digest, p.Formula) {
				from, ok := at.Env.Get(p.From)
				to, both := at.Env.Get(p.To)
				if ok && both {
					out = append(out, flow.Propagator{
						From: bound(from), To: bound(to), Variable: p.SideEffect != semgrep.NoSideEffect, Label: p.Label, Requires: requires(p.Requires), Asks: asks(p.Requires),
					})
				}
			}
		}
		return slices.Clip(out)
	})
}

// once finds what belongs to a key once, for all the rules that ask for it.
func once[K comparable, V any](known *map[K]V, key K, find func() V) V {
	if v, ok := (*known)[key]; ok {
		return v
	}
	v := find()
	if *known == nil {
		*known = map[K]V{}
	}
	(*known)[key] = v
	return v
}

// key is a part of the rule with its options.
func (e *evaluation) key(digest [32]byte) part {
	return part{digest, e.rule.Options, e.rule.Numbered}
}

// sourceEnvs is what metavariables stand for in each source.
func (e *evaluation) sourceEnvs() []*match.Env {
	var out []*match.Env
	for i := range e.rule.Taint.Sources {
		s := &e.rule.Taint.Sources[i]
		for _, at := range e.shared(s.Digest, s.Formula) {
			out = append(out, at.Env)
		}
	}
	return out
}

// part is a part of a rule with what changes what it finds.
type part struct {
	digest   [32]byte
	options  semgrep.Options
	numbered bool
}

// shared finds what a part of a rule says, once for all the rules that say the same.
func (e *evaluation) shared(digest [32]byte, f semgrep.Formula) []Range {
	known := once(&e.file.parts, e.key(digest), func() found {
		whole := e.whole
		e.whole = true
		f := found{e.formula(f), e.whole}
		e.whole = whole
		return f
	})
	e.whole = e.whole && known.whole
	return known.ranges
}

func place(r Range) flow.Place { return flow.Place{Start: r.Start, End: r.End} }

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

// asks is what a condition on labels says; "" of none.
func asks(q *semgrep.Requires) string {
	if q == nil {
		return ""
	}
	return q.Text.Value
}

// Requires reads what a condition on labels says.
func Requires(asks string) (func(flow.Labels) bool, error) {
	q, err := semgrep.ParseRequires(asks)
	return requires(q), err
}

func bound(b match.Binding) flow.Place { return flow.Place{Start: b.Start, End: b.End} }
