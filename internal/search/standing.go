package search

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// standing finds what a pattern that is nothing but a metavariable stands for, where what must be around it says so: nearly everything else looks like it
// too. It gives what it found and the parts of the formula that are left; where it is not so, all are left and begun is false.
func (e *evaluation) standing(all []semgrep.Formula) (left []semgrep.Formula, out []Range, begun bool) {
	if e.from > 0 || e.to < len(e.file.text) {
		return all, nil, false
	}
	hole := func(f semgrep.Formula) bool { name, _ := e.hole(f); return name != "" }
	for i, f := range all {
		if or, ok := f.(semgrep.Or); ok && slices.ContainsFunc(or.Of, hole) { // each way by itself
			for _, way := range or.Of {
				each := slices.Clone(all)
				each[i] = way
				out = append(out, e.positives(each)...)
			}
			return nil, e.bounded(out), true
		}
	}
	at := slices.IndexFunc(all, hole)
	if at < 0 {
		return all, nil, false
	}
	name, deep := e.hole(all[at])
	for i, f := range all {
		if !around(f) {
			continue
		}
		found := e.formula(f)
		if slices.ContainsFunc(found, func(r Range) bool { _, bound := r.Env.Get(name); return !bound }) {
			continue
		}
		for _, r := range found {
			if len(out) > maxRanges {
				break
			}
			b, _ := r.Env.Get(name)
			for _, n := range e.file.match.Alike(b, r.Start, r.End, deep) {
				out = append(out, Range{Start: n.Start, End: n.End, Env: r.Env})
			}
		}
		for n, f := range all {
			if n != at && n != i {
				left = append(left, f)
			}
		}
		return left, e.bounded(out), true
	}
	return all, nil, false
}

// hole gives the metavariable that is all of a pattern, "" where there is more to it; deep tells that it may stand anywhere within.
func (e *evaluation) hole(f semgrep.Formula) (name string, deep bool) {
	text, ok := f.(semgrep.Pattern)
	if !ok || e.generic || !strings.HasPrefix(text.Value, "$") && !strings.HasPrefix(text.Value, "<...") || !e.file.holds(e.rule.patterns[text.Value]) {
		return "", false // most are more by how they begin
	}
	p := e.rule.read(text.Value)
	if p == nil || len(p.Nodes) != 1 {
		return "", false
	}
	n := p.Nodes[0]
	if n.Kind == syntax.Deep && n.Kid(syntax.AValue) != nil {
		n, deep = n.Kid(syntax.AValue), true
	}
	if n.Kind != syntax.Metavar || n.Text == "$_" {
		return "", false
	}
	return n.Text, deep
}
