package search

import (
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/entropy"
	"github.com/reevehq/reeve/internal/match"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// regexSteps is how much work one regular expression may do in one text.
const regexSteps = 5_000_000

// regex finds what an expression matches, whatever the code means.
func (e *evaluation) regex(re *semgrep.Regexp) []Range {
	found, err := re.FindAll(e.file.text[e.from:e.to], regexSteps)
	e.whole = e.whole && err == nil
	var out []Range
	for _, m := range found {
		var env *match.Env
		for name, at := range re.Metavariables(m) {
			env = env.With(name, match.Binding{Text: e.file.text[e.from+at.Start : e.from+at.End], Start: e.from + at.Start, End: e.from + at.End})
		}
		out = append(out, Range{Start: e.from + m.Spans[0].Start, End: e.from + m.Spans[0].End, Env: env})
	}
	return e.bounded(out)
}

// only keeps the ranges for which the conditions hold that look at no more than what a metavariable stands for: they are asked before what must not be around
// is looked for.
func (e *evaluation) only(conditions []semgrep.Condition, out []Range) []Range {
	for i := range conditions {
		if !e.binds(conditions[i]) {
			out = slices.DeleteFunc(out, func(r Range) bool { return !e.holds(conditions[i], r.Env) })
		}
	}
	return out
}

// holds tells whether a condition that binds nothing holds.
func (e *evaluation) holds(condition semgrep.Condition, env *match.Env) bool {
	switch c := condition.(type) {
	case semgrep.MetavariableRegex:
		b, ok := env.Get(c.Metavariable)
		return ok && e.matches(c.Regexp, e.spelling(&c, b))
	case semgrep.MetavariableComparison:
		return c.Holds(semgrep.Env{
			Value: func(name string) (semgrep.Value, bool) {
				b, ok := env.Get(name)
				if !ok {
					return nil, false
				}
				return e.value(b)
			},
			Code: func(name string) (string, bool) {
				b, ok := env.Get(name)
				return e.content(b, true), ok
			},
		})
	case semgrep.MetavariableAnalysis:
		b, ok := env.Get(c.Metavariable)
		return ok && (strings.HasPrefix(c.Analyzer, "entropy") && random(e.text(b)) || c.Analyzer == "redos" && redos(e.text(b)))
	case semgrep.MetavariableType:
		b, ok := env.Get(c.Metavariable)
		return ok && len(b.Nodes) == 1 && slices.ContainsFunc(c.Types, func(t semgrep.Text) bool {
			p := e.rule.read(t.Value)
			return p != nil && len(p.Nodes) == 1 && e.file.match.HasType(b.Nodes[0], p.Nodes[0])
		})
	case semgrep.MetavariableName:
		b, ok := env.Get(c.Metavariable)
		if !ok || len(b.Nodes) != 1 {
			return false
		}
		full := e.file.match.FullName(b.Nodes[0])
		return slices.ContainsFunc(c.Modules, func(module string) bool { return full == module || strings.HasPrefix(full, module+".") })
	}
	return false
}

// spelling is what an expression is matched with: the code of a metavariable or, where the rule asks for constants, what a constant says.
func (e *evaluation) spelling(c *semgrep.MetavariableRegex, b match.Binding) string {
	if c.ConstantPropagation {
		return e.text(b)
	}
	return e.content(b, false)
}

// matches tells whether an expression matches a text.
func (e *evaluation) matches(re *semgrep.Regexp, text string) bool {
	matches, whole := e.rule.compiler.memory.matches(re, text)
	e.whole = e.whole && whole
	return matches
}

// content is what a metavariable stands for: the code, of a string with its quotes, or the part of a text that it stood for in one.
func (e *evaluation) content(b match.Binding, constants bool) string {
	if len(b.Nodes) == 0 {
		return b.Text
	}
	if len(b.Nodes) == 1 {
		n := b.Nodes[0]
		if constants {
			n = e.file.match.Constant(n)
		}
		if n.Kind == syntax.Name || n.Kind == syntax.Number {
			return n.Text // also that of a module, which may be written in quotes, and one that was computed
		}
		b.Start, b.End = n.Start, n.End
	}
	if b.Start >= b.End || b.End > len(e.file.text) {
		return ""
	}
	return e.file.text[b.Start:b.End]
}

// text is the content of a string without its quotes, and of anything else its code.
func (e *evaluation) text(b match.Binding) string {
	if len(b.Nodes) == 1 {
		if n := e.file.match.Constant(b.Nodes[0]); n.Kind == syntax.String {
			return n.Text
		}
	}
	return e.content(b, true)
}

// value is the constant that a metavariable stands for.
func (e *evaluation) value(b match.Binding) (semgrep.Value, bool) {
	if b.Nodes == nil {
		return b.Text, true
	}
	if len(b.Nodes) != 1 {
		return nil, false
	}
	switch n := e.file.match.Constant(b.Nodes[0]); n.Kind {
	case syntax.String:
		return n.Text, true
	case syntax.Bool:
		return n.Text == "true", true
	case syntax.Number:
		text := strings.ReplaceAll(n.Text, "_", "")
		if !strings.HasPrefix(strings.ToLower(text), "0x") {
			text = strings.TrimRight(text, "lLuUfFdDn")
		}
		if i, err := strconv.ParseInt(text, 0, 64); err == nil {
			return i, true
		}
		if i, err := strconv.ParseInt(text, 8, 64); err == nil && strings.HasPrefix(text, "0") {
			return i, true
		}
		f, err := strconv.ParseFloat(text, 64)
		return f, err == nil
	case syntax.Unary:
		if v, ok := e.value(match.Binding{Nodes: n.Kids[:1]}); ok && n.Text == "-" {
			switch v := v.(type) {
			case int64:
				return -v, true
			case float64:
				return -v, true
			}
		}
	}
	return nil, false
}

// random tells whether a text looks as if it had been thrown, as words and sentences do not. In sixteen digits there is less to be surprised of.
func random(text string) bool {
	if len(text) < 12 || strings.ContainsAny(text, " \t\n") {
		return false
	}
	surprise := entropy.Of(text)
	return surprise > 3.3 || surprise > 3 && len(text) >= 16 && strings.Trim(strings.ToLower(text), "0123456789abcdef") == "" && strings.ContainsAny(text, "0123456789")
}
