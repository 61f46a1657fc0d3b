package semgrep

import (
	"go.yaml.in/yaml/v3"
)

const matchOperators = "pattern all any regex inside anywhere"

// match reads a formula of the new syntax: text, or a mapping with one operator and perhaps "where", "as" and "fix".
func match(r *reader, n *yaml.Node) Formula {
	if n.Kind != yaml.MappingNode {
		if t, ok := r.text(n, "match"); ok {
			return Pattern{t}
		}
		return nil
	}
	return r.matchOf(n, r.entries(n, "match"))
}

// matchOf reads a formula from the keys of the mapping n.
func (r *reader) matchOf(n *yaml.Node, es []entry) Formula {
	var operator, where, as, fix *entry
	for i, e := range es {
		switch {
		case e.name == "where":
			where = &es[i]
		case e.name == "as":
			as = &es[i]
		case operator != nil && (has(matchOperators, e.name) || e.name == "not"):
			r.fault(e.key, "the keys %q and %q stand side by side; put both into one \"all\" list", operator.name, e.name)
		case has(matchOperators, e.name):
			operator = &es[i]
		case e.name == "not":
			r.fault(e.key, "not stands alone; put it into an \"all\" list beside what it should be taken away from")
		case e.name == "fix":
			fix = &es[i]
		case has(operators, e.name) || has(negations, e.name):
			r.fault(e.key, "key %q belongs to the old syntax; do not mix it with \"match\"", e.name)
		default:
			r.fault(e.key, "unknown key %q; want one of %s, and where, as, fix", e.name, commas(matchOperators))
		}
	}
	if operator == nil {
		if !r.broken {
			r.fault(n, "want one of %s", commas(matchOperators))
		}
		return nil
	}
	f := r.matchOperator(*operator)
	if where != nil {
		f = r.where(f, *where)
	}
	if as != nil && f != nil {
		if t, ok := r.text(as.value, "as"); ok && r.isMetavariable(as.value, "as", t.Value) {
			f = As{f, t.Value}
		}
	}
	if fix != nil && f != nil {
		if fix.value.Kind != yaml.ScalarNode {
			r.fault(fix.value, "fix: want text, have %s", describe(fix.value))
		}
		f = Fixed{f, fix.value.Value}
	}
	return f
}

func (r *reader) matchOperator(e entry) Formula {
	switch e.name {
	case "pattern":
		if t, ok := r.text(e.value, e.name); ok {
			return Pattern{t}
		}
	case "regex":
		if re, t := r.regexp(e.value, e.name, Multiline); re != nil {
			return Regex{t, re}
		}
	case "all":
		return r.all(e.value, false)
	case "any":
		or := Or{}
		for _, item := range r.list(e.value, "any") {
			or.Of = r.append(or.Of, match(r, item))
		}
		return or
	case "inside":
		if of := match(r, e.value); of != nil {
			return Inside{of}
		}
	case "anywhere":
		if of := match(r, e.value); of != nil {
			return Anywhere{of}
		}
	}
	return nil
}

// all reads an "all" list: "not" stands only here.
func (r *reader) all(n *yaml.Node, implicit bool) Formula {
	faults := len(r.problems)
	and := And{}
	for _, item := range r.list(n, "all") {
		not := child(item, "not")
		if not == nil {
			and.Positives = r.append(and.Positives, match(r, item))
			continue
		}
		for _, e := range r.entries(item, "all") {
			if e.name != "not" {
				r.fault(e.key, "key %q has no place beside \"not\"; write it inside", e.name)
			}
		}
		and.Negatives = r.append(and.Negatives, match(r, not))
	}
	if len(and.Positives) == 0 && !implicit && len(r.problems) == faults {
		r.fault(n, "all: nothing here finds code, only takes away from it; add a pattern")
	}
	return and
}

// where adds conditions to a formula.
func (r *reader) where(f Formula, where entry) Formula {
	and, ok := f.(And)
	if !ok {
		and = And{Positives: r.append(nil, f)}
	}
	for _, item := range r.list(where.value, "where") {
		es := r.entries(item, "where")
		c := constraint{at: item, entries: es}
		if len(es) == 1 && es[0].name == "focus" {
			r.focus(&and, es[0])
			continue
		}
		if c.name = kindOf(es); c.name == "" {
			if item.Kind == yaml.MappingNode {
				r.fault(item, "where: want focus, comparison, or metavariable with one of regex, %s, type, types, analyzer, module, modules", commas(matchOperators))
			}
			continue
		}
		r.condition(&and, c)
	}
	return and
}

// kindOf tells by its keys which condition of the old syntax one of the new syntax is.
func kindOf(es []entry) string {
	for _, e := range es {
		switch e.name {
		case "comparison":
			return "metavariable-comparison"
		case "regex":
			return "metavariable-regex"
		case "pattern", "patterns", "all", "any", "inside", "not", "anywhere":
			return "metavariable-pattern"
		case "type", "types":
			return "metavariable-type"
		case "analyzer":
			return "metavariable-analysis"
		case "module", "modules":
			return "metavariable-name"
		}
	}
	return ""
}
