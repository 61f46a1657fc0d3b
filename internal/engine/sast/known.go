package sast

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/internal/semgrep"
)

// known is a rule that the engine knows.
type known struct {
	facts     finding.Rule
	languages []semgrep.Language
	// ours tells that it is one of reeve's, which speak with one voice about one place.
	ours bool
	// part tells that its findings are joined with others; nil where they stand for themselves.
	part *part
	// needs are what files must hold, as Needs wrote them; "" where nobody did.
	needs string
	// read gives what it looks for. Ours are read when they are needed: most looks need few.
	read func() (*semgrep.Rule, error)
}

// own makes a rule of ours known. What it looks for stands under match, in the words of Semgrep's rules.
func own(r *rule.Rule, m *Models) *known {
	k := &known{facts: r.Rule, ours: true, needs: r.Needs}
	for _, name := range languagesIn(r.Match) {
		if l, ok := semgrep.ParseLanguage(name); ok {
			k.languages = append(k.languages, l)
		}
	}
	k.read = sync.OnceValues(func() (*semgrep.Rule, error) { return readOwn(r, m) })
	return k
}

// languagesIn are the languages that a match names. They stand near its beginning, as its keys are sorted: every look asks for those of all rules, and what
// else is wrong with a match is said when it is read.
func languagesIn(match string) (names []string) {
	d := json.NewDecoder(strings.NewReader(match))
	if _, err := d.Token(); err != nil {
		return nil
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil
		}
		if key == "languages" {
			_ = d.Decode(&names)
			return names
		}
		var passed json.RawMessage
		if d.Decode(&passed) != nil {
			return nil
		}
	}
	return nil
}

// readOwn reads the match of a rule of ours as one of Semgrep's rules, with what its models stand for.
func readOwn(r *rule.Rule, m *Models) (*semgrep.Rule, error) {
	var match map[string]any
	if err := json.Unmarshal([]byte(r.Match), &match); err != nil {
		return nil, fmt.Errorf("rule %q: match: %w", r.ID, err)
	}
	parts, err := m.modelled(match)
	if err != nil {
		return nil, fmt.Errorf("rule %q: match: %w", r.ID, err)
	}
	match["id"], match["severity"] = r.ID, "WARNING"
	if match["message"] == nil {
		match["message"] = r.Title
	}
	rule, err := semgrep.LoadValue(match, parts)
	if err != nil {
		return nil, fmt.Errorf("rule %q: match: %w", r.ID, err)
	}
	return rule, nil
}

// foreign makes a rule from Semgrep's rule files known.
func foreign(r *semgrep.Rule) *known {
	k := &known{languages: r.Languages, read: func() (*semgrep.Rule, error) { return r, nil }}
	if r.Join != nil {
		k.languages = nil // its parts look at them
	}
	title, _, _ := strings.Cut(strings.TrimSpace(r.Message), "\n")
	if sentence, _, ok := strings.Cut(title, ". "); ok {
		title = sentence + "."
	}
	title = strings.ReplaceAll(title, "$", "") // a metavariable has no value there
	k.facts = finding.Rule{
		ID: r.ID, Engine: Name, Title: finding.Clip(title, 120), Why: strings.TrimSpace(r.Message), References: r.Metadata.References(),
		CWE: r.Metadata.CWE(), OWASP: r.Metadata.OWASP(), Tags: r.Metadata.Technology(), Severity: severityOf(r.Severity), Confidence: finding.Firm,
	}
	if r.Metadata.Confidence() == "LOW" {
		k.facts.Confidence = finding.Tentative
	}
	return k
}

func severityOf(s semgrep.Severity) finding.Severity {
	switch s.Level() {
	case "CRITICAL":
		return finding.Critical
	case "HIGH":
		return finding.High
	case "MEDIUM":
		return finding.Medium
	case "LOW":
		return finding.Low
	}
	return finding.Info
}
