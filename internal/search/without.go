package search

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/semgrep"
)

// without takes away from ranges what a formula finds: the same range, all that lies in one that is asked for as what is around, and for an expression all that
// it touches.
func (e *evaluation) without(f semgrep.Formula, ranges []Range) []Range {
	if len(ranges) == 0 {
		return nil
	}
	if or, ok := f.(semgrep.Or); ok {
		for _, of := range or.Of {
			ranges = e.without(of, ranges)
		}
		return ranges
	}
	found := e.formula(f)
	if e.pairs += len(ranges) * len(found); e.pairs > maxPairs {
		e.whole = false
		return nil // what is not ruled out must not be said
	}
	takes := e.taking(f)
	return slices.DeleteFunc(ranges, func(r Range) bool {
		return slices.ContainsFunc(found, func(not Range) bool {
			if !takes(r, not) {
				return false
			}
			_, ok := e.unify(r.Env, not.Env)
			return ok
		})
	})
}

// taking says which ranges one that a formula finds takes away.
func (e *evaluation) taking(f semgrep.Formula) func(r, not Range) bool {
	switch f := f.(type) {
	case semgrep.Regex:
		return func(r, not Range) bool { return r.Start < not.End && not.Start < r.End }
	case semgrep.Anywhere:
		return func(Range, Range) bool { return true }
	case semgrep.Pattern: // an ellipsis at its end may stand for less than it was found to
		begins, ends := openEnded(f.Value)
		return func(r, not Range) bool {
			return (r.Start == not.Start || begins && r.Start > not.Start) && (e.end(r) == e.end(not) || ends && r.End < not.End)
		}
	}
	if around(f) {
		return func(r, not Range) bool { return r.Start >= not.Start && e.end(r) <= not.End }
	}
	return func(r, not Range) bool { return r.Start == not.Start && e.end(r) == e.end(not) }
}

// openEnded tells whether a pattern begins and ends with an ellipsis that is a statement.
func openEnded(pattern string) (begins, ends bool) {
	lines := strings.Split(strings.TrimSpace(pattern), "\n")
	return len(lines) > 1 && strings.TrimSpace(lines[0]) == "...", len(lines) > 1 && strings.TrimSpace(lines[len(lines)-1]) == "..."
}

// end is where a range ends, without what ends a statement.
func (e *evaluation) end(r Range) int {
	if r.End > r.Start && e.file.text[r.End-1] == ';' {
		return r.End - 1
	}
	return r.End
}
