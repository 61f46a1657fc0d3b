package ingest

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/vex"
)

// each decodes the elements of the next array one at a time.
func each[T any](j *jsonReader, take func(*T) error) error {
	return j.elements(func() error {
		var one T
		return orNext(j.value(&one), func() error { return take(&one) })
	})
}

// orNext is the error, or else what comes next.
func orNext(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}

// emit hands a finding and its rule to the sink. Readers need not say twice what both say: name and class are the rule's.
func emit(out Sink, rule finding.Rule, f finding.Finding) error {
	whole(&rule, &f)
	if err := out.Rule(rule); err != nil {
		return &sinkError{err}
	}
	if err := out.Finding(f); err != nil {
		return &sinkError{err}
	}
	return nil
}

// found makes a finding as severe and as sure as its rule.
func found(rule finding.Rule, message string, at finding.Location) finding.Finding {
	return finding.Finding{Severity: rule.Severity, Confidence: rule.Confidence, Message: oneLine(message, 500), Location: at}
}

// witness is a sink that knows whether anything was handed over.
type witness struct {
	Sink
	some bool
}

// Rule comes before every finding.
func (w *witness) Rule(r finding.Rule) error {
	w.some = true
	return w.Sink.Rule(r)
}

// Package notes one.
func (w *witness) Package(p inventory.Package, where []string) error {
	w.some = true
	return w.Sink.Package(p, where)
}

// Statement notes one.
func (w *witness) Statement(s vex.Statement) error {
	w.some = true
	return w.Sink.Statement(s)
}

func waived(because string) *finding.Verdict {
	return &finding.Verdict{Action: finding.Waived, Because: oneLine(because, 500)}
}

// texts gives plain strings, empty ones left out.
func texts(in ...string) []string {
	var out []string
	for _, t := range in {
		if s := strings.TrimSpace(t); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// factsOf makes facts of names and values; a fact without a value is left out.
func factsOf(namesAndValues ...string) []finding.Fact {
	var out []finding.Fact
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		if value := strings.TrimSpace(namesAndValues[i+1]); value != "" {
			out = append(out, finding.Fact{Name: namesAndValues[i], Value: value})
		}
	}
	return out
}

// distinct drops what is said twice, in order.
func distinct(texts []string) []string {
	var out []string
	for _, t := range texts {
		if !slices.Contains(out, t) && len(out) < 200 {
			out = append(out, t)
		}
	}
	return out
}
