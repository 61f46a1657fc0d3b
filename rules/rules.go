// Package rules is what reeve knows: every rule of every engine, as data in the folders ENGINE/RULE-ID beside this file.
// The rules themselves are compiled in as constants (rules.gen.go, written by tools/gen), so that having them costs nothing
// at start; the cases are embedded as they are and read only when somebody asks. The package decides nothing.
package rules

import (
	"embed"
	"slices"

	"github.com/reevehq/reeve/internal/rule"
)

//go:embed */*/cases.txtar
var cases embed.FS

// All gives every rule, sorted by engine and id. The slice is shared by all callers: it must not be changed.
func All() []rule.Rule { return all[:] }

// Of gives the rules of one engine.
func Of(engine string) []rule.Rule {
	return slices.DeleteFunc(slices.Clone(All()), func(r rule.Rule) bool { return r.Engine != engine })
}

// Cases reads the cases of a rule.
func Cases(engine, id string) ([]rule.Case, error) { return rule.LoadCases(cases, engine, id) }
