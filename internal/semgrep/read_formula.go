package semgrep

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The keys of a rule that say what it matches.
const (
	operators  = "pattern patterns pattern-either pattern-regex pattern-inside semgrep-internal-pattern-anywhere"
	negations  = "pattern-not pattern-not-inside pattern-not-regex"
	searchKeys = "pattern patterns pattern-either pattern-regex pattern-inside pattern-not pattern-not-inside pattern-not-regex match"
	taintKeys  = "pattern-sources pattern-sinks pattern-sanitizers pattern-propagators taint"
)

func has(words, word string) bool { return slices.Contains(strings.Fields(words), word) }

// isMatching tells a key that says what a rule matches, also where it is misplaced.
func isMatching(key string) bool {
	for _, words := range []string{searchKeys, taintKeys, operators, conditions, matchOperators, "focus-metavariable not where"} {
		if has(words, key) {
			return true
		}
	}
	return false
}

// matching reads what the rule in n matches.
func (r *reader) matching(n *yaml.Node, es []entry, rule *Rule) {
	var search, taint, fresh []entry
	for _, e := range es {
		switch {
		case e.name == "taint":
			fresh = append(fresh, e)
		case has(taintKeys, e.name):
			taint = append(taint, e)
		default:
			search = append(search, e)
		}
	}
	switch {
	case len(fresh) > 0:
		rule.Mode = ModeTaint
		for _, e := range append(search, taint...) {
			r.fault(e.key, "the keys \"taint\" and %q stand side by side; keep one of the two syntaxes", e.name)
		}
		rule.Taint = r.taint(fresh[0].value, r.entries(fresh[0].value, "taint"), match)
	case rule.Mode == ModeTaint:
		for _, e := range search {
			r.fault(e.key, "key %q has no place in mode taint; put it under pattern-sources, pattern-sinks or pattern-sanitizers", e.name)
		}
		rule.Taint = r.taint(n, taint, classic)
	case len(taint) > 0:
		r.fault(taint[0].key, "key %q needs \"mode: taint\"", taint[0].name)
	case rule.Mode == ModeJoin:
		if rule.Join == nil && !r.broken {
			r.fault(n, "mode join: the key \"join\" is missing")
		}
		for _, e := range search {
			r.fault(e.key, "key %q has no place in mode join; put it into a rule under join", e.name)
		}
	case rule.Join != nil:
		r.fault(n, "join needs \"mode: join\"")
	case rule.Mode == ModeSearch || rule.Mode == ModeExtract:
		rule.Formula = r.searched(n, search)
	}
}

// searched reads the one formula of a rule in search mode.
func (r *reader) searched(n *yaml.Node, es []entry) Formula {
	switch {
	case len(es) == 0:
		if !r.broken {
			r.fault(n, "the rule says nothing to find; want one of pattern, patterns, pattern-either, pattern-regex, match")
		}
		return nil
	case len(es) > 1:
		r.fault(es[1].key, "the keys %q and %q stand side by side; put both into one \"patterns\" list", es[0].name, es[1].name)
		return nil
	case es[0].name == "match":
		return match(r, es[0].value)
	}
	return r.operator(es[0])
}

// notation reads a formula in one of Semgrep's two syntaxes.
type notation func(*reader, *yaml.Node) Formula

// classic reads a mapping with one operator.
func classic(r *reader, n *yaml.Node) Formula {
	es := r.entries(n, "pattern")
	if len(es) == 0 {
		if n.Kind == yaml.MappingNode {
			r.fault(n, "want one of %s, have nothing", commas(operators))
		}
		return nil
	}
	for _, e := range es[1:] {
		r.fault(e.key, "key %q has no place beside %q; write it as an item of its own in a \"patterns\" list", e.name, es[0].name)
	}
	return r.operator(es[0])
}

func commas(words string) string { return strings.ReplaceAll(words, " ", ", ") }

// operator reads a positive operator.
func (r *reader) operator(e entry) Formula {
	switch e.name {
	case "pattern":
		if t, ok := r.text(e.value, e.name); ok {
			return Pattern{t}
		}
	case "pattern-regex":
		if re, t := r.regexp(e.value, e.name, Multiline); re != nil {
			return Regex{t, re}
		}
	case "patterns":
		return r.and(e.value, false)
	case "pattern-either":
		or := Or{}
		for _, item := range r.list(e.value, e.name) {
			or.Of = r.append(or.Of, classic(r, item))
		}
		return or
	case "pattern-inside":
		if of := r.nested(e); of != nil {
			return Inside{of}
		}
	case "semgrep-internal-pattern-anywhere":
		if of := r.nested(e); of != nil {
			return Anywhere{of}
		}
	default:
		switch {
		case unsupported()[e.name] != "":
			r.fault(e.key, "%s: %s", e.name, unsupported()[e.name])
		case has(negations, e.name):
			r.fault(e.key, "%s stands alone; put it into a \"patterns\" list beside what it should be taken away from", e.name)
		case has(conditions, e.name) || e.name == "focus-metavariable":
			r.fault(e.key, "%s stands alone; put it into a \"patterns\" list beside what binds the metavariable", e.name)
		case has("match all any inside not regex anywhere", e.name):
			r.fault(e.key, "key %q belongs to the new syntax; it works under \"match\" or \"taint\" only", e.name)
		default:
			r.fault(e.key, "unknown key %q%s; want one of %s", e.name, r.meant(e.name), commas(operators))
		}
	}
	return nil
}

// append adds a formula that could be read.
func (r *reader) append(fs []Formula, f Formula) []Formula {
	if f == nil {
		return fs
	}
	return append(fs, f)
}

// nested reads the pattern of pattern-inside, pattern-not and pattern-not-inside: text, or a mapping with one operator.
func (r *reader) nested(e entry) Formula {
	if e.value.Kind == yaml.MappingNode {
		return classic(r, e.value)
	}
	if t, ok := r.text(e.value, e.name); ok {
		return Pattern{t}
	}
	return nil
}

// and reads a "patterns" list. Inside a metavariable-pattern it may be without positives.
func (r *reader) and(n *yaml.Node, implicit bool) Formula {
	faults := len(r.problems)
	and := And{}
	for _, item := range r.list(n, "patterns") {
		es := r.entries(item, "patterns")
		if len(es) == 0 && item.Kind == yaml.MappingNode {
			r.fault(item, "patterns: an item is empty")
		}
		for i, e := range es {
			if i > 0 {
				r.fault(e.key, "key %q has no place beside %q; write it as an item of its own", e.name, es[0].name)
				continue
			}
			r.part(&and, e)
		}
	}
	if len(and.Positives) == 0 && !implicit && len(r.problems) == faults {
		r.fault(n, "patterns: nothing here finds code, only takes away from it; add a pattern, pattern-inside, pattern-either or pattern-regex")
	}
	return and
}

// part reads one item of a "patterns" list.
func (r *reader) part(and *And, e entry) {
	switch {
	case e.name == "pattern-not":
		and.Negatives = r.append(and.Negatives, r.nested(e))
	case e.name == "pattern-not-inside":
		if of := r.nested(e); of != nil {
			and.Negatives = append(and.Negatives, Inside{of})
		}
	case e.name == "pattern-not-regex":
		if re, t := r.regexp(e.value, e.name, Multiline); re != nil {
			and.Negatives = append(and.Negatives, Regex{t, re})
		}
	case e.name == "focus-metavariable":
		r.focus(and, e)
	case has(conditions, e.name):
		r.condition(and, constraint{at: e.key, name: e.name, entries: r.entries(e.value, e.name)})
	default:
		and.Positives = r.append(and.Positives, r.operator(e))
	}
}

func (r *reader) focus(and *And, e entry) {
	f := Focus{Line: e.value.Line, Column: e.value.Column}
	for _, t := range r.texts(e.value, e.name) {
		f.Metavariables = append(f.Metavariables, t.Value)
		r.isMetavariable(e.value, e.name, t.Value)
	}
	and.Focus = append(and.Focus, f)
}
