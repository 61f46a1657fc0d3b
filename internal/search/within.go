package search

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/match"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// binds tells of a condition that what it finds binds metavariables.
func binds(c semgrep.Condition) bool {
	switch c := c.(type) {
	case semgrep.MetavariablePattern:
		return true
	case semgrep.MetavariableRegex:
		return c.Regexp.NumGroups() > 0
	}
	return false
}

// binding keeps the ranges for which the other conditions hold, each in all ways in which they bind metavariables: none sees what another binds.
func (e *evaluation) binding(conditions []semgrep.Condition, ranges []Range) []Range {
	if len(ranges) == 0 || !slices.ContainsFunc(conditions, binds) {
		return ranges
	}
	var out []Range
	for _, r := range ranges {
		all := []*match.Env{r.Env}
		for i := range conditions {
			if len(all) > 0 && binds(conditions[i]) {
				all = joined(all, e.ways(&conditions[i], r.Env), r.Env)
			}
		}
		for _, env := range all {
			r.Env = env
			out = append(out, r)
		}
		if len(out) > maxRanges {
			break
		}
	}
	return e.bounded(out)
}

// joined adds to each of some environments what each of others binds that the one around both does not, each once.
func joined(all, others []*match.Env, outer *match.Env) []*match.Env {
	var out []*match.Env
	for _, env := range all {
		plain := false
		for _, other := range others {
			joined := env
			for name, value := range other.All {
				if _, bound := outer.Get(name); !bound || numbered(name) {
					joined = joined.With(name, value)
				}
			}
			if joined != env || !plain {
				out = append(out, joined)
			}
			if plain = plain || joined == env; len(out) > maxRanges {
				return out
			}
		}
	}
	return out
}

// ways gives what a condition finds in what its metavariable stands for, as what it binds; none where it does not hold.
func (e *evaluation) ways(condition *semgrep.Condition, outer *match.Env) []*match.Env {
	var found []Range
	switch c := (*condition).(type) {
	case semgrep.MetavariableRegex:
		if b, ok := outer.Get(c.Metavariable); ok {
			found = e.groups(&c, b)
		}
	case semgrep.MetavariablePattern:
		b, ok := outer.Get(c.Metavariable)
		switch {
		case !ok:
		case c.Language != "":
			found = e.inText(&c, e.rule.inner[condition], b)
		default:
			inner := &evaluation{rule: e.rule, file: e.file, whole: true, generic: e.generic, from: b.Start, to: b.End, outer: outer}
			found = inner.formula(c.Formula)
			e.whole = e.whole && inner.whole
		}
	}
	var out []*match.Env
	for _, r := range found {
		if _, ok := e.unify(outer, r.Env); ok {
			out = append(out, r.Env)
		}
	}
	return out
}

// inText gives what a condition finds in a text, that is read as another language by the rule that was made ready for it, nil for none.
func (e *evaluation) inText(c *semgrep.MetavariablePattern, rule *Rule, b match.Binding) []Range {
	text := e.text(b)
	var inner *evaluation
	before := ""
	switch {
	case c.Language == semgrep.Generic || c.Language == semgrep.RegexOnly:
		inner = &evaluation{rule: e.rule, file: NewText(text), whole: true, generic: true, to: len(text)}
	case rule == nil:
		return nil
	default:
		if rule.Language == syntax.PHP && !strings.Contains(text, "<?") {
			before = "<?php " // else it is all text
		}
		tree, err := rule.Language.Parse([]byte(before + text))
		if err != nil {
			return nil
		}
		inner = rule.evaluation(NewFile(tree))
	}
	found := inner.formula(c.Formula)
	e.whole = e.whole && inner.whole
	for i := range found {
		var env *match.Env
		for name, value := range found[i].Env.All {
			env = env.With(name, e.placed(b, text, inner.content(value, false), value.Start-len(before)))
		}
		found[i].Env = env
	}
	return found
}

// groups gives what the groups of an expression match in what a metavariable stands for; none where the expression does not match.
func (e *evaluation) groups(c *semgrep.MetavariableRegex, b match.Binding) []Range {
	text := e.spelling(c, b)
	found, err := c.Regexp.FindAll(text, regexSteps)
	e.whole = e.whole && err == nil
	if len(found) == 0 {
		return nil
	}
	var env *match.Env
	for name, at := range c.Regexp.Metavariables(found[0]) {
		env = env.With(name, e.placed(b, text, text[at.Start:at.End], at.Start))
	}
	return []Range{{Env: env}}
}

// placed is a part of the text of a metavariable, where that stands in the file: in all of the metavariable where it is not written there as it reads.
func (e *evaluation) placed(whole match.Binding, text, part string, at int) match.Binding {
	out := match.Binding{Text: part, Start: whole.Start, End: whole.End}
	if begins := strings.Index(e.file.Text(whole.Start, whole.End), text); begins >= 0 && at >= 0 && at+len(part) <= len(text) {
		out.Start += begins + at
		out.End = out.Start + len(part)
	}
	return out
}
