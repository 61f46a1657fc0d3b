package sast

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/semgrep"
)

// part is a rule whose findings another one joins.
type part struct {
	// joins is the id of that one, name what it calls the part.
	joins   string
	name    string
	renames map[string]string
}

// row is what a part found at one place.
type row struct {
	part *part
	// fields are what its metavariables stand for, and the path.
	fields map[string]string
	// found is the finding that it is, if the others are found too.
	found finding.Finding
}

// parts makes the rules known that a rule joins.
func (e *Engine) parts(k *known, rule *semgrep.Rule) {
	for i := range rule.Join.Parts {
		p := &rule.Join.Parts[i]
		if p.Rule == nil {
			continue
		}
		e.catalogue(&known{
			facts: k.facts, languages: p.Rule.Languages, read: func() (*semgrep.Rule, error) { return p.Rule, nil },
			part: &part{joins: k.facts.ID, name: p.Name, renames: p.Renames},
		})
	}
}

// row takes down what a part of a join found.
func (p *part) row(path string, file *search.File, r *search.Range, f finding.Finding) row {
	fields := map[string]string{"path": path}
	for name := range r.Env.All {
		value := file.Fill(name, r)
		fields[name] = value
		if other := p.renames[name]; other != "" {
			fields[other] = value
		}
	}
	return row{part: p, fields: fields, found: f}
}

// The bounds of a join: how many ways rows may go together, and how many pairs of them are compared.
const (
	maxJoined   = 100_000
	maxCompared = 50_000_000
)

// join gives what rules find that join the findings of others.
func (e *Engine) join(rows []row) (found []finding.Finding, notices []string) {
	byRule := map[string]map[string][]row{}
	for _, r := range rows {
		of := byRule[r.part.joins]
		if of == nil {
			of = map[string][]row{}
			byRule[r.part.joins] = of
		}
		of[r.part.name] = append(of[r.part.name], r)
	}
	for _, k := range e.rules {
		parts := byRule[k.facts.ID]
		if parts == nil {
			continue
		}
		rule, err := k.read()
		if err != nil {
			continue // its parts would not have been looked for
		}
		joined, whole := together(rule.Join, parts)
		if !whole {
			notices = append(notices, fmt.Sprintf("rule %s joins too much: it may find more than is shown", k.facts.ID))
		}
		last := rule.Join.On[len(rule.Join.On)-1].Right
		for _, way := range joined {
			f := way[last].found
			f.Message = hidden(strings.Join(strings.Fields(filled(rule.Message, last, way)), " "))
			found = append(found, f)
		}
	}
	return found, notices
}

// filled writes what metavariables of a join stand for into its message: those of the part that is reported first.
func filled(message, last string, way map[string]*row) string {
	values := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(way)) {
		maps.Copy(values, way[name].fields)
	}
	maps.Copy(values, way[last].fields)
	names := slices.SortedFunc(maps.Keys(values), func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, name := range names {
		if name[0] == '$' {
			pairs = append(pairs, name, values[name])
		}
	}
	return strings.NewReplacer(pairs...).Replace(message)
}

// together gives the ways in which rows of the parts meet all conditions, as the row of each part; false where these are too many.
func together(j *semgrep.Join, parts map[string][]row) ([]map[string]*row, bool) {
	ways, compared := []map[string]*row{{}}, 0
	for _, c := range j.On {
		var next []map[string]*row
		for _, way := range ways {
			for _, left := range rowsOf(c.Left, way, parts) {
				for _, right := range rowsOf(c.Right, way, parts) {
					if compared++; compared > maxCompared || len(next) > maxJoined {
						return next, false
					}
					a, one := left.fields[c.LeftField]
					b, other := right.fields[c.RightField]
					if !one || !other || !c.Operator.Holds(a, b) || c.Left == c.Right && left != right {
						continue
					}
					more := maps.Clone(way)
					more[c.Left], more[c.Right] = left, right
					next = append(next, more)
				}
			}
		}
		ways = next
	}
	return ways, true
}

// rowsOf are the rows that a part can be: the one that it is already, or all of its own.
func rowsOf(name string, way map[string]*row, parts map[string][]row) []*row {
	if known := way[name]; known != nil {
		return []*row{known}
	}
	var out []*row
	for i := range parts[name] {
		out = append(out, &parts[name][i])
	}
	return out
}
