package search

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/match"
	"github.com/reevehq/reeve/internal/semgrep"
)

// names are all that a metavariable can be, where a condition lets it be one of a few names: then calls of these are looked for, not all calls.
type names struct {
	metavariable string
	list         []string
	// key is equal for equal lists.
	key string
}

var identifier = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_]\w*$`) })

// namesOf gives the names of a condition, nil where it also lets other code be.
func namesOf(c *semgrep.MetavariableRegex) *names {
	list := slices.Sorted(slices.Values(c.Regexp.Literals()))
	if len(list) == 0 || slices.ContainsFunc(list, func(s string) bool { return !identifier().MatchString(s) }) {
		return nil
	}
	list = slices.Compact(list)
	return &names{c.Metavariable, list, strings.Join(list, " ")}
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
