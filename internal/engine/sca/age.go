package sca

import (
	"fmt"
	"time"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/rule"
)

// staleRule is the engine's own rule: it is about the database and not about any file, so no case could show it.
var staleRule = finding.Rule{
	ID: "stale-advisory-database", Engine: Name, Title: "Advisory database too old to be relied on",
	Severity: finding.Medium, Confidence: finding.Certain,
	Why: "What was found out since the database was made is not known here: a flaw that is exploited today looks like none. A clean result from an old database says nothing about now.",
	Fix: "1. Run `reeve advisories update`, or `reeve advisories import FILE` where there is no network.\n" +
		"2. Let a scheduled job do it daily.\n3. `dependencies.max_age_days` in reeve.yaml says how old is too old.",
	References: []string{"https://google.github.io/osv.dev/data/", "https://www.cisa.gov/known-exploited-vulnerabilities-catalog"},
	CWE:        []int{1395}, OWASP: []string{"A06:2021"}, Tags: []string{"supply-chain", "advisory"}, Since: "0.2.0",
}

// newest is when the youngest of a database's sources was last brought up to date.
func newest(info advisory.Info) time.Time {
	var t time.Time
	for _, s := range info.Sources {
		if s.Newest.After(t) {
			t = s.Newest
		}
	}
	return t
}

// checkAge reports a database that is too old to be relied on.
func (e *Engine) checkAge(emit func(finding.Finding)) {
	built := newest(e.options.Advisories.Info())
	if e.options.MaxAge <= 0 || built.IsZero() || e.options.Now.Sub(built) <= e.options.MaxAge {
		return
	}
	days := int(e.options.Now.Sub(built) / (24 * time.Hour))
	emit(e.faultFinding(&rule.Rule{Rule: staleRule}, fault{
		at:       finding.Location{Logical: []finding.Logical{{Kind: "resource", Name: "advisory database"}}},
		identity: []string{"database"},
		message:  fmt.Sprintf("The newest advisory in the database is %d days old (%s): what was found out since is not known here.", days, built.Format(time.DateOnly)),
		fix:      "Run reeve advisories update.",
	}))
}
