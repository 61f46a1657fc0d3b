package ingest

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var semgrepPlatformFormat = Format{
	Name: "semgrep-platform", Title: "Semgrep AppSec Platform JSON", Tool: "Semgrep",
	Nothing: []string{`{"findings":[]}`},
	Is: func(h *Head) bool {
		return h.Has("findings.match_based_id", "findings.rule_name") || h.Has("vulns.advisory", "vulns.matchedDependency")
	},
	Read: readSemgrepPlatform,
}

// readSemgrepPlatform reads pages of the platform's API (semgrep.dev/api/v1/docs): findings in code, and those of Supply Chain.
func readSemgrepPlatform(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "findings":
			return each(j, func(f *semgrepPlatformFinding) error { return f.emit(out) })
		case "vulns":
			return each(j, func(v *semgrepPlatformVuln) error { return v.emit(out) })
		case "hasMore":
			var more bool
			if err := j.value(&more); err != nil {
				return err
			}
			if more {
				missed(h, "this page is not the last")
			}
			return nil
		}
		return j.skip()
	})
}

type semgrepPlatformFinding struct {
	MatchBasedID, RuleName, RuleMessage, Severity, Confidence string
	State, Status, TriageState, TriageReason, TriageComment   string
	Repository                                                struct{ Name string }
	Location                                                  struct{ FilePath, Line, Column, EndLine, EndColumn string }
	Rule                                                      struct {
		Name, Message        string
		CWENames, OWASPNames list[string]
	}
	Assistant struct {
		Guidance struct{ Summary, Instructions string }
	}
}

func (s *semgrepPlatformFinding) emit(out Sink) error {
	if s.Status == "fixed" || s.State == "fixed" || s.Status == "removed" || s.State == "removed" {
		return nil
	}
	id, message := cmp.Or(s.RuleName, s.Rule.Name), cmp.Or(s.RuleMessage, s.Rule.Message)
	rule := finding.Rule{
		ID: id, Engine: "sast", Title: titleOf(message, id), Why: message, Severity: severityOf(s.Severity),
		Confidence: confidenceOf(s.Confidence), CWE: cwesIn(s.Rule.CWENames...), OWASP: texts(s.Rule.OWASPNames...),
	}
	f := finding.Finding{
		Fingerprint: finding.Fingerprint(s.MatchBasedID), Severity: rule.Severity, Confidence: rule.Confidence,
		Message: oneLine(cmp.Or(message, id), 500), Asset: semgrepRepository(s.Repository.Name),
		Location: finding.Location{Path: rooted(s.Location.FilePath), Region: lines(integer(s.Location.Line), integer(s.Location.EndLine))},
		Fix:      finding.Fix{Text: strings.TrimSpace(s.Assistant.Guidance.Summary + "\n\n" + s.Assistant.Guidance.Instructions)},
	}
	f.Location.Region.StartColumn, f.Location.Region.EndColumn = integer(s.Location.Column), integer(s.Location.EndColumn)
	if secretCWE(rule.CWE) {
		rule.Engine = "secret" // the page quotes no code
	}
	if s.Status == "ignored" || s.State == "muted" || s.TriageState == "ignored" {
		f.Verdict = waived(strings.TrimSuffix(fmt.Sprintf("ignored in Semgrep (%s): %s", cmp.Or(s.TriageReason, "no reason"), s.TriageComment), ": "))
	}
	return emit(out, rule, f)
}

func semgrepRepository(name string) finding.Asset {
	if name == "" {
		return finding.Asset{}
	}
	return finding.Asset{Kind: "repository", Name: name}
}

// semgrepPlatformVuln is a finding of Supply Chain.
type semgrepPlatformVuln struct {
	Title, RepositoryName, ExposureType, Transitivity string

	Advisory struct {
		RuleID, Title, Description, Ecosystem, Severity string
		References                                      struct{ CVEIDs, CWEIDs, OWASPIDs, URLs list[string] }
	}
	MatchedDependency, ClosestSafeDependency struct{ Name, VersionSpecifier string }
	DependencyFileLocation                   struct{ Path, StartLine string }
	Triage                                   struct{ Status, DismissReason string }
	Usages                                   list[struct {
		Location struct{ Path, StartLine, StartCol, EndLine, EndCol string }
	}]
}

func (s *semgrepPlatformVuln) emit(out Sink) error {
	a := &s.Advisory
	if s.Triage.Status == "FIXED" || s.MatchedDependency.Name == "" {
		return nil
	}
	id, aliases := flawNames(append(texts(a.References.CVEIDs...), a.RuleID)...)
	if id == "" {
		return nil
	}
	rule := finding.Rule{
		ID: id, Engine: "sca", Title: titleOf(a.Title, s.Title, id), Why: a.Description, Severity: severityOf(a.Severity),
		Confidence: finding.Firm, CWE: cwesIn(a.References.CWEIDs...), OWASP: texts(a.References.OWASPIDs...), References: texts(a.References.URLs...),
	}
	at := &s.DependencyFileLocation
	f := finding.Finding{
		Aliases: aliases, Severity: rule.Severity, Confidence: rule.Confidence, Message: oneLine(rule.Title, 500),
		Asset: semgrepRepository(s.RepositoryName), Location: finding.Location{Path: rooted(at.Path), Region: lines(integer(at.StartLine), 0)},
		Component: new(componentIn(ecosystemOf(a.Ecosystem, ""), s.MatchedDependency.Name, s.MatchedDependency.VersionSpecifier)),
	}
	f.Component.Direct, f.Component.Project = s.Transitivity == "DIRECT", f.Location.Path
	if safe := s.ClosestSafeDependency.VersionSpecifier; safe != "" {
		f.Component.Fixed = []string{safe}
	}
	for _, u := range s.Usages {
		f.Also = append(f.Also, finding.Location{Path: rooted(u.Location.Path), Region: lines(integer(u.Location.StartLine), integer(u.Location.EndLine))})
	}
	if s.ExposureType == "REACHABLE" && len(f.Also) > 0 { // it shows where
		f.Reach = &finding.Reachability{State: finding.Reachable, Because: fmt.Sprintf("Semgrep found the faulty use at %s:%d", f.Also[0].Path, f.Also[0].Region.StartLine)}
	}
	if s.Triage.Status == "CLOSED" || s.Triage.Status == "IGNORED" {
		f.Verdict = waived("closed in Semgrep: " + strings.ToLower(sentence(s.Triage.DismissReason)))
	}
	return emit(out, rule, f)
}
