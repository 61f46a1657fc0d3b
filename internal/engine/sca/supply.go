package sca

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/rule"
)

// supplyView is what the checks of the supply see: all documents of a target, and the projects made of them.
type supplyView struct {
	target   *engine.Target
	docs     []*inventory.Document
	projects []*inventory.Project
}

// fault is one thing a check found.
type fault struct {
	// at is where, identity what it is whatever the line.
	at       finding.Location
	identity []string
	message  string
	fix      string
	// confidence replaces the rule's, where it is set.
	confidence *finding.Confidence
	component  *finding.Component
}

// check looks at the supply of packages.
type check func(v *supplyView, s *Supply, report func(fault))

// match is what a rule of this engine states under "match".
type match struct {
	Check string `json:"check"`
}

// Validate tells what is wrong with a rule of this engine.
func Validate(r rule.Rule) error {
	_, err := checkOf(r)
	return err
}

func checkOf(r rule.Rule) (check, error) {
	var m match
	d := json.NewDecoder(strings.NewReader(r.Match))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("rule %q: match: %w", r.ID, err)
	}
	c, ok := checks()[m.Check]
	if !ok {
		return nil, fmt.Errorf("rule %q: match: there is no check %q; there are %s", r.ID, m.Check, strings.Join(slices.Sorted(maps.Keys(checks())), ", "))
	}
	return c, nil
}

// checkSupply runs the check of every rule.
func (e *Engine) checkSupply(v *supplyView, emit func(finding.Finding)) {
	for _, id := range slices.Sorted(maps.Keys(e.rules)) {
		r := e.rules[id]
		run, err := checkOf(r)
		if err != nil || run == nil {
			continue
		}
		run(v, &e.options.Supply, func(f fault) { emit(e.faultFinding(&r, f)) })
	}
}

func (e *Engine) faultFinding(r *rule.Rule, f fault) finding.Finding {
	out := finding.Finding{
		Fingerprint: finding.Identify(e.options.Key, append([]string{Name, r.ID}, f.identity...)...),
		Rule:        r.ID, Severity: r.Severity, Confidence: r.Confidence,
		Message: f.message, Location: f.at, Component: f.component,
	}
	if f.confidence != nil {
		out.Confidence = *f.confidence
	}
	out.Fix.Text = f.fix
	return out
}
