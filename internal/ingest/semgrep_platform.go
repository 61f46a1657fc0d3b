package ingest

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var semgrepPlatformFormat = Format{
	Name: "semgrep-platform", Title: "Semgrep AppSec Platform JSON",
	Is: func(h *Head) bool {
		return h.Has("findings.match_based_id", "findings.rule_name") || h.Has("vulns.advisory", "vulns.matchedDependency")
	},
	Read: readSemgrepPlatform,
}

// readSemgrepPlatform reads pages of the platform's API (semgrep.dev/api/v1/docs): findings in code, and those of Supply Chain.
func readSemgrepPlatform(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Semgrep"}}
	j := in.json()
	err := j.members(func(name string) error {
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
				h.Partial = append(h.Partial, "this page is not the last")
			}
			return nil
		}
		return j.skip()
	})
	return h, err
}

type semgrepPlatformFinding struct {
	MatchBasedID, RuleName, RuleMessage, Severity, Confidence text
	State, Status, TriageState, TriageReason, TriageComment   text
	Repository                                                struct{ Name text }
	Location                                                  struct{ FilePath, Line, Column, EndLine, EndColumn text }
	Rule                                                      struct {
		Name, Message        text
		CWENames, OWASPNames list[text]
	}
	Assistant struct {
		Guidance struct{ Summary, Instructions text }
	}
}

func (s *semgrepPlatformFinding) emit(out Sink) error {
	if s.Status == "fixed" || s.State == "fixed" || s.Status == "removed" || s.State == "removed" {
		return nil
	}
	id, message := string(cmp.Or(s.RuleName, s.Rule.Name)), string(cmp.Or(s.RuleMessage, s.Rule.Message))
	rule := finding.Rule{
		ID: id, Engine: "sast", Title: titleOf(message, id), Why: message, Severity: severityOf(string(s.Severity)),
		Confidence: confidenceOf(string(s.Confidence)), CWE: cwesIn(texts(s.Rule.CWENames)...), OWASP: texts(s.Rule.OWASPNames),
	}
	f := finding.Finding{
		Fingerprint: finding.Fingerprint(s.MatchBasedID), Rule: id, Engine: "sast", Severity: rule.Severity, Confidence: rule.Confidence,
		Message: oneLine(cmp.Or(message, id), 500), Asset: semgrepRepository(s.Repository.Name),
		Location: finding.Location{Path: rooted(string(s.Location.FilePath)), Region: lines(number(string(s.Location.Line)), number(string(s.Location.EndLine)))},
		Fix:      finding.Fix{Text: strings.TrimSpace(string(s.Assistant.Guidance.Summary + "\n\n" + s.Assistant.Guidance.Instructions))},
	}
	f.Location.Region.StartColumn, f.Location.Region.EndColumn = number(string(s.Location.Column)), number(string(s.Location.EndColumn))
	if secretCWE(rule.CWE) {
		rule.Engine, f.Engine = "secret", "secret" // the page quotes no code
	}
	if s.Status == "ignored" || s.State == "muted" || s.TriageState == "ignored" {
		f.Verdict = waived(strings.TrimSuffix(fmt.Sprintf("ignored in Semgrep (%s): %s", cmp.Or(s.TriageReason, "no reason"), s.TriageComment), ": "))
	}
	return emit(out, rule, f)
}

func semgrepRepository(name text) finding.Asset {
	if name == "" {
		return finding.Asset{}
	}
	return finding.Asset{Kind: "repository", Name: string(name)}
}

// semgrepPlatformVuln is a finding of Supply Chain.
type semgrepPlatformVuln struct {
	Title, RepositoryName, ExposureType, Transitivity text

	Advisory struct {
		RuleID, Title, Description, Ecosystem, Severity text
		References                                      struct{ CVEIDs, CWEIDs, OWASPIDs, URLs list[text] }
	}
	MatchedDependency, ClosestSafeDependency struct{ Name, VersionSpecifier text }
	DependencyFileLocation                   struct{ Path, StartLine text }
	Triage                                   struct{ Status, DismissReason text }
	Usages                                   list[struct {
		Location struct{ Path, StartLine, StartCol, EndLine, EndCol text }
	}]
}

func (s *semgrepPlatformVuln) emit(out Sink) error {
	a := &s.Advisory
	if s.Triage.Status == "FIXED" || s.MatchedDependency.Name == "" {
		return nil
	}
	id, aliases := flawNames(append(texts(a.References.CVEIDs), string(a.RuleID))...)
	if id == "" {
		return nil
	}
	rule := finding.Rule{
		ID: id, Engine: "sca", Title: titleOf(string(a.Title), string(s.Title), id), Why: string(a.Description), Severity: severityOf(string(a.Severity)),
		Confidence: finding.Firm, CWE: cwesIn(texts(a.References.CWEIDs)...), OWASP: texts(a.References.OWASPIDs), References: texts(a.References.URLs),
	}
	at := &s.DependencyFileLocation
	f := finding.Finding{
		Rule: id, Engine: "sca", Aliases: aliases, Severity: rule.Severity, Confidence: rule.Confidence, Message: oneLine(rule.Title, 500),
		Asset: semgrepRepository(s.RepositoryName), Location: finding.Location{Path: rooted(string(at.Path)), Region: lines(number(string(at.StartLine)), 0)},
		Component: codeComponent(codeEcosystem(string(a.Ecosystem)), string(s.MatchedDependency.Name), string(s.MatchedDependency.VersionSpecifier)),
	}
	f.Component.Direct, f.Component.Project = s.Transitivity == "DIRECT", f.Location.Path
	if safe := string(s.ClosestSafeDependency.VersionSpecifier); safe != "" {
		f.Component.Fixed = []string{safe}
	}
	for _, u := range s.Usages {
		f.Also = append(f.Also, finding.Location{Path: rooted(string(u.Location.Path)), Region: lines(number(string(u.Location.StartLine)), number(string(u.Location.EndLine)))})
	}
	if s.ExposureType == "REACHABLE" && len(f.Also) > 0 { // it shows where
		f.Reach = &finding.Reachability{State: finding.Reachable, Because: fmt.Sprintf("Semgrep found the faulty use at %s:%d", f.Also[0].Path, f.Also[0].Region.StartLine)}
	}
	if s.Triage.Status == "CLOSED" || s.Triage.Status == "IGNORED" {
		f.Verdict = waived("closed in Semgrep: " + strings.ToLower(sentence(string(s.Triage.DismissReason))))
	}
	return emit(out, rule, f)
}
