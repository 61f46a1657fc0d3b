package semgrep

import (
	"regexp"
	"sync"

	"go.yaml.in/yaml/v3"
)

var metavariable = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\$(?:(?:\.\.\.)?[A-Z_][A-Z0-9_]*|[0-9]+)$`) })

// isMetavariable checks the name of a metavariable.
func (r *reader) isMetavariable(n *yaml.Node, where, name string) bool {
	if metavariable().MatchString(name) {
		return true
	}
	r.fault(n, "%s: %s is no metavariable; want $ and capital letters, digits and _, like $X or $...ARGS", where, quote(name))
	return false
}

// constraint is a condition being read.
type constraint struct {
	at      *yaml.Node
	name    string
	entries []entry
}

// The names of the conditions in the old syntax.
const conditions = "metavariable-regex metavariable-pattern metavariable-comparison metavariable-analysis metavariable-type metavariable-name semgrep-internal-metavariable-name"

// condition reads a condition and adds it to and.
func (r *reader) condition(and *And, c constraint) {
	var read Condition
	switch c.name {
	case "metavariable-regex":
		read = r.metavariableRegex(c)
	case "metavariable-pattern":
		read = r.metavariablePattern(c)
	case "metavariable-comparison":
		read = r.metavariableComparison(c)
	case "metavariable-analysis":
		read = r.metavariableAnalysis(c)
	case "metavariable-type":
		read = r.metavariableType(c)
	default:
		read = r.metavariableName(c)
	}
	if read != nil {
		and.Conditions = append(and.Conditions, read)
	}
}

// metavariable reads the key "metavariable".
func (r *reader) metavariable(c constraint, required bool) string {
	for _, e := range c.entries {
		if e.name != "metavariable" {
			continue
		}
		if t, ok := r.text(e.value, c.name+": metavariable"); ok && r.isMetavariable(e.value, c.name, t.Value) {
			return t.Value
		}
		return ""
	}
	if required {
		r.missing(c, "metavariable")
	}
	return ""
}

func (r *reader) missing(c constraint, key string) {
	r.fault(c.at, "%s: the key %q is missing", c.name, key)
}

func (r *reader) unknown(c constraint, e entry, known string) {
	if e.name != "metavariable" {
		r.fault(e.key, "%s: unknown key %q; known are metavariable, %s", c.name, e.name, known)
	}
}

func (r *reader) metavariableRegex(c constraint) Condition {
	m := MetavariableRegex{Metavariable: r.metavariable(c, true)}
	said := false
	for _, e := range c.entries {
		switch e.name {
		case "regex":
			said = true
			m.Regexp, m.Text = r.regexp(e.value, c.name, Anchored)
		case "constant-propagation":
			m.ConstantPropagation = r.flag(e.value, c.name+": constant-propagation")
		default:
			r.unknown(c, e, "regex, constant-propagation")
		}
	}
	if !said {
		r.missing(c, "regex")
	}
	if m.Regexp == nil {
		return nil
	}
	return m
}

func (r *reader) metavariablePattern(c constraint) Condition {
	m := MetavariablePattern{Metavariable: r.metavariable(c, true)}
	var rest []entry
	for _, e := range c.entries {
		switch e.name {
		case "metavariable":
		case "language":
			m.Language = r.language(c, e)
		default:
			rest = append(rest, e)
		}
	}
	switch {
	case len(rest) == 0:
		r.missing(c, "pattern")
	case len(rest) > 1 && rest[1].name != "where" && rest[1].name != "as":
		r.fault(rest[1].key, "%s: the keys %q and %q stand side by side; put both into one list", c.name, rest[0].name, rest[1].name)
	case rest[0].name == "patterns": // also in the new syntax: there the documentation says "patterns" for "all"
		if m.Formula = r.and(rest[0].value, true); len(rest) > 1 {
			r.fault(rest[1].key, "%s: key %q has no place beside patterns", c.name, rest[1].name)
		}
	case rest[0].name == "all" && len(rest) == 1:
		m.Formula = r.all(rest[0].value, true)
	case rest[0].name == "not" && len(rest) == 1:
		m.Formula = And{Negatives: r.append(nil, match(r, rest[0].value))}
	case has(matchOperators, rest[0].name) && rest[0].name != "pattern" || len(rest) > 1:
		m.Formula = r.matchOf(c.at, rest)
	default:
		m.Formula = r.operator(rest[0])
	}
	if m.Formula == nil {
		return nil
	}
	return m
}

func (r *reader) language(c constraint, e entry) Language {
	t, ok := r.text(e.value, c.name+": language")
	if !ok {
		return ""
	}
	l, ok := ParseLanguage(t.Value)
	if !ok {
		r.fault(e.value, "%s: unknown language %s", c.name, quote(t.Value))
	}
	return l
}

func (r *reader) metavariableAnalysis(c constraint) Condition {
	m := MetavariableAnalysis{Metavariable: r.metavariable(c, true), Mode: "default"}
	for _, e := range c.entries {
		switch e.name {
		case "analyzer":
			t, _ := r.text(e.value, c.name+": analyzer")
			m.Analyzer = t.Value
			if !has("entropy entropy_v2 redos", t.Value) && t.Value != "" {
				r.fault(e.value, "%s: unknown analyzer %s; want entropy, entropy_v2 or redos", c.name, quote(t.Value))
			}
		case "options":
			for _, o := range r.entries(e.value, c.name+": options") {
				if o.name != "mode" || !has("lax default strict", o.value.Value) {
					r.fault(o.key, "%s: options: want mode with one of lax, default, strict, have %q", c.name, o.name)
				}
				m.Mode = o.value.Value
			}
		default:
			r.unknown(c, e, "analyzer, options")
		}
	}
	if m.Analyzer == "" {
		r.missing(c, "analyzer")
		return nil
	}
	return m
}

func (r *reader) metavariableType(c constraint) Condition {
	m := MetavariableType{Metavariable: r.metavariable(c, true)}
	for _, e := range c.entries {
		switch e.name {
		case "type", "types":
			m.Types = append(m.Types, r.texts(e.value, c.name+": "+e.name)...)
		case "language":
			m.Language = r.language(c, e)
		default:
			r.unknown(c, e, "type, types, language")
		}
	}
	if len(m.Types) == 0 {
		r.missing(c, "type")
		return nil
	}
	return m
}

func (r *reader) metavariableName(c constraint) Condition {
	m := MetavariableName{Metavariable: r.metavariable(c, true)}
	for _, e := range c.entries {
		switch e.name {
		case "module", "modules":
			for _, t := range r.texts(e.value, c.name+": "+e.name) {
				m.Modules = append(m.Modules, t.Value)
			}
		default:
			r.unknown(c, e, "module, modules")
		}
	}
	if len(m.Modules) == 0 {
		r.missing(c, "module")
		return nil
	}
	return m
}

func (r *reader) metavariableComparison(c constraint) Condition {
	m := MetavariableComparison{}
	said := false
	for _, e := range c.entries {
		switch e.name {
		case "comparison":
			said = true
			if t, ok := r.text(e.value, c.name+": comparison"); ok {
				m.Text = t
				expr, err := parseComparison(t.Value)
				if err != nil {
					r.fault(e.value, "%s: %s: %v", c.name, quote(t.Value), err)
				}
				m.Comparison = expr
			}
		case "base":
			if m.Base = r.whole(e.value, c.name+": base"); m.Base < 2 || m.Base > 36 {
				r.fault(e.value, "%s: base: want 2 to 36, have %d", c.name, m.Base)
			}
		case "strip":
			m.Strip = r.flag(e.value, c.name+": strip")
		default:
			r.unknown(c, e, "comparison, base, strip")
		}
	}
	m.Metavariable = r.metavariable(c, m.Strip || m.Base != 0)
	if !said {
		r.missing(c, "comparison")
	}
	if m.Comparison == nil {
		return nil
	}
	return m
}
