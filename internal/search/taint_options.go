package search

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/flow"
	"github.com/reevehq/reeve/internal/match"
	"github.com/reevehq/reeve/internal/semgrep"
)

// together lets taint arrive only where metavariables stand for the same as at its source (taint_unify_mvars): each label is told apart by where its source is and what they
// stand for. from and to are what they stand for at the sources and sinks.
func (e *evaluation) together(q *flow.Question, from, to []*match.Env) {
	known := map[string]*match.Env{}
	for i := range q.Sources {
		s := &q.Sources[i]
		s.Label += "\x00" + strconv.Itoa(s.Start) + "\x00" + e.spelled(from[i])
		s.Requires, s.Asks = plainly(s.Requires), ""
		known[s.Label] = from[i]
	}
	for i := range q.Propagators {
		q.Propagators[i].Requires, q.Propagators[i].Asks = plainly(q.Propagators[i].Requires), ""
	}
	for i := range q.Sinks {
		holds := plainly(q.Sinks[i].Requires)
		q.Sinks[i].Asks = ""
		q.Sinks[i].Requires = func(labels flow.Labels) bool {
			fit := maps.Clone(labels)
			maps.DeleteFunc(fit, func(label string, _ bool) bool {
				_, ok := e.unify(known[label], to[i])
				return !ok
			})
			return len(fit) > 0 && (holds == nil || holds(fit))
		}
	}
}

// spelled is what metavariables stand for, as a text.
func (e *evaluation) spelled(env *match.Env) string {
	var out []string
	for name, b := range env.All {
		out = append(out, name+"="+e.content(b, false))
	}
	slices.Sort(out)
	return strings.Join(out, "\x00")
}

// plainly asks for labels without what tells them apart.
func plainly(holds func(flow.Labels) bool) func(flow.Labels) bool {
	if holds == nil {
		return nil
	}
	return func(labels flow.Labels) bool {
		plain := flow.Labels{}
		for label := range labels {
			name, _, _ := strings.Cut(label, "\x00")
			plain[name] = true
		}
		return holds(plain)
	}
}

// single is the metavariable of a sink that alone must carry labels, with what it asks for; false where there is none, or there are several.
func single(s *semgrep.Sink, at Range) (match.Binding, *semgrep.Requires, bool) {
	if len(s.RequiresOf) != 1 {
		return match.Binding{}, nil, false
	}
	b, ok := at.Env.Get(s.RequiresOf[0].Metavariable)
	return b, s.RequiresOf[0].Requires, ok
}
