package sast

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// known is a rule that the engine knows.
type known struct {
	facts     finding.Rule
	languages []semgrep.Language
	// ours tells that it is one of reeve's, which speak with one voice about one place.
	ours bool
	// part tells that its findings are joined with others; nil where they stand for themselves.
	part *part
	// read gives what it looks for. Ours are read when they are needed: most looks need few.
	read func() (*semgrep.Rule, error)
}

// own makes a rule of ours known. What it looks for stands under match, in the words of Semgrep's rules.
func own(r *rule.Rule) *known {
	k := &known{facts: r.Rule, ours: true}
	for _, name := range languagesIn(r.Match) {
		if l, ok := semgrep.ParseLanguage(name); ok {
			k.languages = append(k.languages, l)
		}
	}
	k.read = sync.OnceValues(func() (*semgrep.Rule, error) { return readOwn(r) })
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
func readOwn(r *rule.Rule) (*semgrep.Rule, error) {
	var match map[string]any
	if err := json.Unmarshal([]byte(r.Match), &match); err != nil {
		return nil, fmt.Errorf("rule %q: match: %w", r.ID, err)
	}
	parts, err := modelled(match)
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

// catalogue is what there is to be looked for in a language.
type catalogue struct {
	// language is nil for text that is not read as code.
	language *syntax.Language
	rules    []*known
	once     sync.Once
	entries  []*entry
	// follows tells that some rule follows data.
	follows bool
	err     error
}

// entry is a rule in a language.
type entry struct {
	known *known
	rule  *semgrep.Rule
	// needs are what a file must hold for a rule that searches to find something in it, taint those of one that follows data.
	needs search.Needs
	taint search.TaintNeeds
	// ready makes the rule ready, once.
	ready func() (*search.Rule, error)
}

// follows tells of a rule that follows data.
func (one *entry) follows() bool { return one.rule.Mode == semgrep.ModeTaint }

// met tells whether the rule has anything to do with a file.
func (one *entry) met(words search.Words) bool {
	if one.follows() {
		return one.taint.Sinks.Met(words) || one.taint.Sources.Met(words) || one.taint.Others.Met(words)
	}
	return one.needs.Met(words)
}

// open reads the rules of a catalogue, once.
func (e *Engine) open(c *catalogue) ([]*entry, error) {
	c.once.Do(func() {
		for _, k := range c.rules {
			r, err := k.read()
			if err != nil {
				c.err = err
				return
			}
			one := &entry{known: k, rule: r, ready: sync.OnceValues(func() (*search.Rule, error) { return e.ready(k, r, c.language) })}
			if one.follows() {
				one.taint, c.follows = e.compiler.TaintNeeds(r, c.language), true
			} else {
				one.needs = e.compiler.Needs(r, c.language)
			}
			c.entries = append(c.entries, one)
		}
	})
	return c.entries, c.err
}

// ready makes a rule ready. Patterns of ours are parsed when a file holds their words, as the tests of the rules have seen that all can be; those of others
// at once, so that one that cannot be is named.
func (e *Engine) ready(k *known, r *semgrep.Rule, language *syntax.Language) (*search.Rule, error) {
	compiled, err := e.compiler.Compile(r, language)
	if err == nil && !k.ours {
		err = compiled.Check()
	}
	return compiled, err
}
