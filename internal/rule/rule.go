// Package rule reads rules: their facts, their text and their cases, from folders of data, and runs those cases.
// One rule is one folder ENGINE/RULE-ID with rule.yaml and cases.txtar; nothing about a rule lives anywhere else.
// The package knows no engine: what stands under "match" is the engine's own to decode, and whoever runs the cases
// hands in the function that looks.
package rule

import "github.com/reevehq/reeve/internal/finding"

// Rule is a rule as its folder states it.
type Rule struct {
	finding.Rule
	// Match is the matcher's facts as canonical JSON (keys sorted, no blanks); the engine decodes it.
	Match string
	// Needs is what a content must hold for the rule to find something in it, as its engine writes that when the rule is compiled in; "" where none did: then
	// the engine reads it out of Match.
	Needs string
	// Verify names the verifier that can ask the provider whether a secret still lives; "" if none can.
	Verify string
	// Stage is preview, stable or deprecated.
	Stage string
	// Kind is secret, identifier or hygiene; "" where the engine has only one kind. It keeps ids from being sold as secrets.
	Kind string
}
