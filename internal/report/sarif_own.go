package report

import (
	"cmp"

	"github.com/reevehq/reeve/internal/finding"
)

// ownRun takes back what writeSARIF said once.
func ownRun(out *Saved, run *sarifRun) {
	bag := run.Properties
	out.Schema = bag.Schema
	out.Tool = finding.Tool{Name: run.Tool.Driver.Name, Version: run.Tool.Driver.Version}
	if p := run.Tool.Driver.Properties; p != nil {
		out.Tool.Ruleset = p.Ruleset
	}
	out.Assets = append(out.Assets, bag.Assets...)
	out.Engines = append(out.Engines, bag.Engines...)
	if bag.Looked != nil {
		out.Looked.Add(*bag.Looked)
	}
	out.Notes = append(out.Notes, bag.Notes...)
	out.Times = append(out.Times, bag.Times...)
	out.Decision = cmp.Or(out.Decision, bag.Decision)
	for _, inv := range run.Invocations {
		for _, n := range inv.Notifications {
			if n.Properties != nil && n.Descriptor != nil && n.Descriptor.ID == noticeUnread {
				out.Unread = append(out.Unread, finding.Unread{What: n.Properties.What, Why: n.Properties.Why})
			}
		}
	}
}

// ownRule is the inverse of sarifRuleOf.
func ownRule(s *sarifRule) finding.Rule {
	r := finding.Rule{ID: s.ID}
	if s.ShortDescription != nil {
		r.Title = s.ShortDescription.Text
	}
	b := s.Properties
	if b == nil {
		return r
	}
	r.Engine, r.Why, r.Fix, r.Revoke, r.Opens = b.Engine, b.Why, b.Fix, b.Revoke, b.Opens
	r.References, r.CWE, r.OWASP, r.Tags = b.References, b.CWE, b.OWASP, b.Tagged
	r.FalsePositives, r.Since = b.FalsePositives, b.Since
	if b.Severity != nil {
		r.Severity = *b.Severity
	}
	if b.Confidence != nil {
		r.Confidence = *b.Confidence
	}
	return r
}

// ownFinding is the inverse of sarifResultOf.
func ownFinding(s *sarifResult) finding.Finding {
	f := finding.Finding{
		Rule: s.RuleID, Message: s.Message.Text, Fingerprint: finding.Fingerprint(s.PartialFingerprints[fingerprintKey]),
	}
	if b := s.Properties; b != nil {
		f.Message = cmp.Or(b.Message, f.Message)
		f.Engine, f.Reasons, f.Evidence, f.Facts = b.Engine, b.Reasons, b.Evidence, b.Facts
		f.Aliases, f.Component, f.Threat, f.Reach, f.Exposure, f.Rank = b.Aliases, b.Component, b.Threat, b.Reach, b.Exposure, b.Rank
		f.History, f.Verdict = b.History, b.Verdict
		if b.Fix != nil {
			f.Fix = *b.Fix
		}
		if b.Severity != nil {
			f.Severity = *b.Severity
		}
		if b.Confidence != nil {
			f.Confidence = *b.Confidence
		}
		if b.Asset != nil {
			f.Asset = *b.Asset
		}
	}
	places := placeReader{}
	if len(s.Locations) > 0 {
		f.Location = places.location(&s.Locations[0])
	}
	for i := range s.RelatedLocations {
		f.Also = append(f.Also, places.location(&s.RelatedLocations[i]))
	}
	f.Flow = places.flow(s.CodeFlows)
	places.fix(&f.Fix, s.Fixes)
	return f
}
