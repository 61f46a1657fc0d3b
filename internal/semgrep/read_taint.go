package semgrep

import (
	"go.yaml.in/yaml/v3"
)

// taint reads what a rule says of data that is followed.
func (r *reader) taint(n *yaml.Node, es []entry, read notation) *Taint {
	t := r.lists(es, read)
	t.Add(&r.beside)
	if len(t.Sources) == 0 && !r.broken {
		r.fault(n, "a taint rule needs pattern-sources")
	}
	if len(t.Sinks) == 0 && !r.broken {
		r.fault(n, "a taint rule needs pattern-sinks")
	}
	return t
}

// lists reads the four lists, named in the old or the new way.
func (r *reader) lists(es []entry, read notation) *Taint {
	t := &Taint{}
	for _, e := range es {
		switch e.name {
		case "pattern-sources", "sources":
			t.Sources = parts[Source](r, e, read)
		case "pattern-sinks", "sinks":
			t.Sinks = parts[Sink](r, e, read)
		case "pattern-sanitizers", "sanitizers":
			t.Sanitizers = parts[Sanitizer](r, e, read)
		case "pattern-propagators", "propagators":
			t.Propagators = parts[Propagator](r, e, read)
		default:
			r.fault(e.key, "taint: unknown key %q; known are sources, sinks, sanitizers, propagators", e.name)
		}
	}
	return t
}

// part is one item of a list of taint.
type part[P any] interface {
	*P
	// begin sets what holds where the rule is silent.
	begin()
	// read takes a key beside the formula; false if it knows no such key.
	read(r *reader, e entry) bool
	// finish takes the formula and sees that nothing is missing; n is the item.
	finish(r *reader, n *yaml.Node, f Formula)
}

// parts reads the items of one list. What a part does not know is its formula.
func parts[P any, PP part[P]](r *reader, list entry, read notation) []P {
	var all []P
	for _, item := range r.list(list.value, list.name) {
		var p P
		PP(&p).begin()
		formula := item
		if item.Kind == yaml.MappingNode {
			formula = &yaml.Node{Kind: yaml.MappingNode, Line: item.Line, Column: item.Column}
			for _, e := range r.entries(item, list.name) {
				if !PP(&p).read(r, e) {
					formula.Content = append(formula.Content, e.key, e.value)
				}
			}
		}
		PP(&p).finish(r, item, read(r, formula))
		all = append(all, p)
	}
	return all
}

func (s *Source) read(r *reader, e entry) bool {
	switch e.name {
	case "exact":
		s.Exact = r.flag(e.value, e.name)
	case "by-side-effect":
		s.SideEffect = r.sideEffect(e, true)
	case "control":
		s.Control = r.flag(e.value, e.name)
	case "label":
		s.Label = r.label(e.value, e.name)
	case "requires":
		s.Requires = r.requires(e.value)
	default:
		return false
	}
	return true
}

func (s *Source) begin() { s.Label = DefaultLabel }

func (s *Source) finish(_ *reader, n *yaml.Node, f Formula) { s.Formula, s.Digest = f, digest(n) }

func (s *Sink) read(r *reader, e entry) bool {
	switch e.name {
	case "exact":
		s.Exact = r.flag(e.value, e.name)
	case "at-exit":
		s.AtExit = r.flag(e.value, e.name)
	case "requires":
		switch e.value.Kind {
		case yaml.MappingNode:
			s.requiresOf(r, e.value)
		case yaml.SequenceNode:
			for _, item := range r.list(e.value, e.name) {
				s.requiresOf(r, item)
			}
		default:
			s.Requires = r.requires(e.value)
		}
	default:
		return false
	}
	return true
}

// requiresOf reads $METAVARIABLE: labels.
func (s *Sink) requiresOf(r *reader, n *yaml.Node) {
	for _, e := range r.entries(n, "requires") {
		if r.isMetavariable(e.key, "requires", e.name) {
			s.RequiresOf = append(s.RequiresOf, MetavariableRequires{e.name, r.requires(e.value)})
		}
	}
}

func (s *Sink) finish(_ *reader, _ *yaml.Node, f Formula) {
	s.Formula = f
	if s.Requires == nil && len(s.RequiresOf) == 0 {
		s.Requires = &Requires{Text: Text{Value: DefaultLabel}, labels: Name(DefaultLabel)}
	}
}

func (s *Sink) begin() { s.Exact = true }

func (s *Sanitizer) begin() {}

func (s *Sanitizer) read(r *reader, e entry) bool {
	switch e.name {
	case "exact":
		s.Exact = r.flag(e.value, e.name)
	case "by-side-effect":
		s.SideEffect = r.sideEffect(e, true)
	case "not_conflicting", "not-conflicting":
		s.NotConflicting = r.flag(e.value, e.name)
	default:
		return false
	}
	return true
}

func (s *Sanitizer) finish(_ *reader, n *yaml.Node, f Formula) { s.Formula, s.Digest = f, digest(n) }

func (p *Propagator) begin() { p.SideEffect = WithSideEffect }

func (p *Propagator) read(r *reader, e entry) bool {
	switch e.name {
	case "from":
		p.From = r.end(e)
	case "to":
		p.To = r.end(e)
	case "by-side-effect":
		p.SideEffect = r.sideEffect(e, false)
	case "label":
		p.Label = r.label(e.value, e.name)
	case "replace-labels":
		for _, item := range r.list(e.value, e.name) {
			p.ReplaceLabels = append(p.ReplaceLabels, r.label(item, e.name))
		}
	case "requires":
		p.Requires = r.requires(e.value)
	default:
		return false
	}
	return true
}

func (p *Propagator) finish(r *reader, n *yaml.Node, f Formula) {
	p.Formula, p.Digest = f, digest(n)
	if (p.From == "" || p.To == "") && !r.broken {
		r.fault(n, "a propagator needs \"from\" and \"to\", each with a metavariable")
	}
}

// end reads one end of a propagator.
func (r *reader) end(e entry) string {
	t, ok := r.text(e.value, e.name)
	if !ok || !r.isMetavariable(e.value, e.name, t.Value) {
		return ""
	}
	return t.Value
}

func (r *reader) sideEffect(e entry, only bool) SideEffect {
	switch {
	case e.value.Value == "only" && only:
		return OnlySideEffect
	case r.flag(e.value, e.name):
		return WithSideEffect
	}
	return NoSideEffect
}

// label reads the name of a label.
func (r *reader) label(n *yaml.Node, where string) string {
	t, ok := r.text(n, where)
	if ok && !isName(t.Value) {
		r.fault(n, "%s: %s is no label; want letters, digits and _", where, quote(t.Value))
	}
	return t.Value
}

func (r *reader) requires(n *yaml.Node) *Requires {
	t, ok := r.text(n, "requires")
	if !ok {
		return nil
	}
	q, err := ParseRequires(t.Value)
	if err != nil {
		r.fault(n, "requires: %s: %v", quote(t.Value), err)
		return nil
	}
	q.Text = t
	return q
}
