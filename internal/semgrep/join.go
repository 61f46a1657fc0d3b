package semgrep

import (
	"regexp"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// Join says which findings of several rules belong together.
type Join struct {
	// Parts are the rules.
	Parts []JoinPart
	// On are the conditions, all of which hold. What the right part of the last finds is what the rule finds.
	On []JoinCondition
}

// JoinPart is a rule whose findings are joined.
type JoinPart struct {
	// Name is what conditions call it.
	Name string
	// File is the rule file in which it stands, from the folder of the file that names it; "" where Rule is given.
	File string
	// Rule is the rule; nil until File is read.
	Rule *Rule
	// Renames are metavariables that conditions call otherwise, by what the rule calls them.
	Renames map[string]string
}

// JoinCondition compares a metavariable of two parts, or their "path".
type JoinCondition struct {
	Left, LeftField   string
	Operator          JoinOperator
	Right, RightField string
}

// JoinOperator compares two texts.
type JoinOperator string

// The operators.
const (
	JoinEqual    JoinOperator = "=="
	JoinNotEqual JoinOperator = "!="
	// JoinHolds: the left text holds the right one. JoinHeld: the right text holds the left one.
	JoinHolds JoinOperator = "<"
	JoinHeld  JoinOperator = ">"
)

// Holds compares two texts.
func (o JoinOperator) Holds(left, right string) bool {
	switch o {
	case JoinEqual:
		return left == right
	case JoinNotEqual:
		return left != right
	case JoinHolds:
		return strings.Contains(left, right)
	}
	return strings.Contains(right, left)
}

var joinCondition = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*([\w-]+)\.(\$(?:\.\.\.)?\w+|path)\s*(==|!=|<|>|-->)\s*([\w-]+)\.(\$(?:\.\.\.)?\w+|path)\s*$`)
})

// join reads the key "join".
func (r *reader) join(n *yaml.Node, rule *Rule) {
	j := &Join{}
	for _, e := range r.entries(n, "join") {
		switch e.name {
		case "refs":
			for _, item := range r.list(e.value, "join: refs") {
				j.Parts = append(j.Parts, r.joinPart(item))
			}
		case "rules":
			for _, item := range r.list(e.value, "join: rules") {
				if part, ok := r.joined(item); ok {
					j.Parts = append(j.Parts, JoinPart{Name: part.ID, Rule: &part})
				}
			}
		case "on":
			for _, item := range r.list(e.value, "join: on") {
				j.On = append(j.On, r.joinOn(item)...)
			}
		default:
			r.fault(e.key, "join: unknown key %q; known are refs, rules, on", e.name)
		}
	}
	named := map[string]bool{}
	for _, p := range j.Parts {
		named[p.Name] = true
	}
	for _, c := range j.On {
		for _, name := range []string{c.Left, c.Right} {
			if !named[name] && !r.broken {
				r.fault(n, "join: on: %q is none of the rules that are joined", name)
			}
		}
	}
	if (len(j.Parts) == 0 || len(j.On) == 0) && !r.broken {
		r.fault(n, "join: want rules that are joined under refs or rules, and conditions under on")
	}
	rule.Join = j
}

// joined reads a rule that stands within the join: it needs no message and severity of its own.
func (r *reader) joined(n *yaml.Node) (Rule, bool) {
	inner := &reader{name: r.name, lines: r.lines, silent: true}
	rule, ok := inner.one(n)
	if ok && rule.Mode != ModeSearch && rule.Mode != ModeTaint {
		inner.fault(n, "mode %s has no place within a join", rule.Mode)
	}
	for _, p := range inner.problems {
		p.Rule, p.Text = r.rule, "join: "+p.Text
		r.problems = append(r.problems, p)
		r.broken = r.broken || p.Kind != Unused
	}
	return rule, ok
}

func (r *reader) joinPart(n *yaml.Node) JoinPart {
	p := JoinPart{Renames: map[string]string{}}
	for _, e := range r.entries(n, "join: refs") {
		switch e.name {
		case "rule":
			t, _ := r.text(e.value, "join: rule")
			p.File = t.Value
		case "as":
			t, _ := r.text(e.value, "join: as")
			p.Name = t.Value
		case "renames":
			for _, item := range r.list(e.value, "join: renames") {
				from, to := child(item, "from"), child(item, "to")
				if from == nil || to == nil {
					r.fault(item, "join: renames: want from and to")
					continue
				}
				p.Renames[from.Value] = to.Value
			}
		default:
			r.fault(e.key, "join: refs: unknown key %q; known are rule, as, renames", e.name)
		}
	}
	if p.File == "" && !r.broken {
		r.fault(n, "join: refs: the key \"rule\" is missing")
	}
	if p.Name == "" {
		p.Name = p.File
	}
	return p
}

func (r *reader) joinOn(n *yaml.Node) []JoinCondition {
	t, ok := r.text(n, "join: on")
	if !ok {
		return nil
	}
	m := joinCondition().FindStringSubmatch(t.Value)
	switch {
	case m == nil:
		r.fault(n, "join: on: want NAME.$METAVARIABLE == NAME.$METAVARIABLE (or path; ==, !=, <, >), have %s", quote(t.Value))
	case m[3] == "-->":
		r.fault(n, "join: on: recursive joins (-->) are not supported; write one rule a step")
	default:
		return []JoinCondition{{Left: m[1], LeftField: m[2], Operator: JoinOperator(m[3]), Right: m[4], RightField: m[5]}}
	}
	return nil
}
