package semgrep

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// metavariables are the names that patterns bind.
var metavariables = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\$(?:\.\.\.)?[A-Z_][A-Z_0-9]*`) })

// Unbound says which patterns can never find anything, as a condition beside them is about a metavariable that they do not bind: a slip of the pen, mostly.
func (r *Rule) Unbound() (all []string) {
	for _, f := range r.Formulas() {
		Walk(f, func(f Formula, _ Language) {
			if and, ok := f.(And); ok {
				all = append(all, unbound(and)...)
			}
		})
	}
	return all
}

// unbound says so of the conditions of one list of patterns.
func unbound(and And) (all []string) {
	for _, c := range and.Conditions {
		name := ""
		switch c := c.(type) {
		case MetavariableRegex:
			name = c.Metavariable
		case MetavariableType:
			name = c.Metavariable
		case MetavariableName:
			name = c.Metavariable
		case MetavariableAnalysis:
			name = c.Metavariable
		case MetavariablePattern:
			name = c.Metavariable
		}
		if name == "" || len(and.Positives) == 0 || slices.ContainsFunc(and.Positives, func(f Formula) bool { return len(lacking(f, name)) == 0 }) || boundBeside(and, name) {
			continue
		}
		for _, f := range and.Positives {
			if or, ok := f.(Or); !ok || len(and.Positives) == 1 || len(lacking(f, name)) < len(or.Of) {
				for _, text := range lacking(f, name) {
					all = append(all, fmt.Sprintf("%q does not bind %s, which a condition beside it is about", text, name))
				}
			}
		}
	}
	return all
}

// boundBeside tells that another condition binds the metavariable.
func boundBeside(and And, name string) bool {
	return slices.ContainsFunc(and.Conditions, func(c Condition) bool {
		switch c := c.(type) {
		case MetavariablePattern:
			return len(lacking(c.Formula, name)) == 0
		case MetavariableRegex:
			return slices.Contains(c.Regexp.GroupNames(), strings.TrimPrefix(name, "$")) || name[1] <= '9'
		}
		return false
	})
}

// lacking are the patterns of a formula that find something without binding a metavariable.
func lacking(f Formula, name string) []string {
	switch f := f.(type) {
	case Pattern:
		if !slices.Contains(metavariables().FindAllString(f.Value, -1), name) {
			return []string{f.Value}
		}
	case Regex:
		if !slices.Contains(f.Regexp.GroupNames(), strings.TrimPrefix(name, "$")) && name[1] > '9' {
			return []string{f.Value}
		}
	case And:
		var least []string
		for i, p := range f.Positives {
			if own := lacking(p, name); i == 0 || len(own) < len(least) {
				least = own
			}
		}
		if boundBeside(f, name) {
			return nil
		}
		return least
	case Or:
		var all []string
		for _, p := range f.Of {
			all = append(all, lacking(p, name)...)
		}
		return all
	case Inside:
		return lacking(f.Of, name)
	case Anywhere:
		return lacking(f.Of, name)
	case Fixed:
		return lacking(f.Of, name)
	case As:
		if f.Metavariable == name {
			return nil
		}
		return lacking(f.Of, name)
	}
	return nil
}
