package search

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/match"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// names are all that a metavariable can be that a condition speaks of: then calls of these are looked for, not all calls.
type names struct {
	metavariable string
	// list are they where they are few, else re is what they match.
	list []string
	re   *semgrep.Regexp
	// key is equal for equal names.
	key string
}

var identifier = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_]\w*$`) })

// namesOf gives the names of a condition, nil where it may speak of other than what is written.
func namesOf(c *semgrep.MetavariableRegex) *names {
	if c.ConstantPropagation {
		return nil
	}
	list := slices.Compact(slices.Sorted(slices.Values(c.Regexp.Literals())))
	if len(list) == 0 || slices.ContainsFunc(list, func(s string) bool { return !identifier().MatchString(s) }) {
		return &names{metavariable: c.Metavariable, re: c.Regexp, key: "~" + c.Regexp.String()}
	}
	return &names{metavariable: c.Metavariable, list: list, key: strings.Join(list, " ")}
}

// in are the names as they are looked for in a file.
func (n *names) in(f *File, m *memory) match.Names {
	if n == nil {
		return match.Names{}
	}
	if n.re == nil {
		return match.Names{List: n.list}
	}
	return match.Names{Allows: func(name *syntax.Node) bool {
		matches, whole := m.matches(n.re, f.text[name.Start:name.End])
		return matches || !whole
	}}
}

// restricted tells patterns which names conditions leave to their metavariables, until what it gives is called.
func (e *evaluation) restricted(conditions []semgrep.Condition) (end func()) {
	before := e.names
	for i := range conditions {
		if n := e.rule.names[&conditions[i]]; n != nil {
			e.names = append(slices.Clip(e.names), n)
		}
	}
	return func() { e.names = before }
}

// callees gives the names that conditions leave to what is called in a pattern, nil for any.
func (e *evaluation) callees(p *pattern) *names {
	if len(e.names) == 0 {
		return nil
	}
	parsed, err := p.parse()
	if err != nil {
		return nil
	}
	metavariable := match.Callee(parsed)
	for _, n := range e.names {
		if n.metavariable == metavariable {
			return n
		}
	}
	return nil
}
