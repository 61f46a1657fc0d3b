package report

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/reevehq/reeve/internal/finding"
)

// sarifReader reads a SARIF 2.1.0 log of any tool, run by run. The runs of several tools become one result.
type sarifReader struct {
	in      *input
	version string
	hasRuns bool
	result  finding.Result
	runs    int
}

// seen tells whether the document showed itself as SARIF.
func (s *sarifReader) seen() bool { return s.hasRuns || s.version != "" }

// member takes one member of the log; what it does not know is passed over, as the standard asks.
func (s *sarifReader) member(key string) error {
	switch key {
	case "version":
		return s.in.value(&s.version)
	case "runs":
		s.hasRuns = true
		return s.in.array(s.run)
	}
	return s.in.skip()
}

func (s *sarifReader) finish() (*finding.Result, error) {
	if s.version != sarifVersion {
		return nil, s.in.at(0, fmt.Errorf("SARIF version %q: want %q", clip(visible(s.version), 40), sarifVersion))
	}
	if !s.hasRuns {
		return nil, s.in.at(0, errors.New("SARIF without runs"))
	}
	r := &s.result
	r.Schema = cmp.Or(r.Schema, finding.SchemaV1)
	return r, nil
}

// sarifRunReader reads one run. Its members come in any order: results are turned into findings at once where the
// run is reeve's own and says so before them (as writeSARIF does), else at its end.
type sarifRunReader struct {
	in      *input
	run     sarifRun
	waiting []sarifResult
	out     *finding.Result
}

func (s *sarifReader) run() error {
	if s.runs++; s.runs > 1000 {
		return s.in.at(s.in.dec.InputOffset(), errors.New("more than 1000 runs"))
	}
	r := sarifRunReader{in: s.in, out: &s.result}
	if err := s.in.object(r.member); err != nil {
		return err
	}
	return r.finish()
}

func (r *sarifRunReader) member(key string) error {
	in := r.in
	switch key {
	case "tool":
		return in.value(&r.run.Tool)
	case "versionControlProvenance":
		return in.value(&r.run.VersionControl)
	case "originalUriBaseIds":
		return in.value(&r.run.OriginalURIBaseIDs)
	case "invocations":
		return in.value(&r.run.Invocations)
	case "artifacts":
		return listOf(in, &r.run.Artifacts, nil)
	case "logicalLocations":
		return listOf(in, &r.run.LogicalLocations, nil)
	case "threadFlowLocations":
		return listOf(in, &r.run.ThreadFlowLocations, nil)
	case "externalPropertyFileReferences":
		return in.value(&r.run.ExternalPropertyFile)
	case "properties":
		return in.value(&r.run.Properties)
	case "results":
		return r.results()
	}
	return in.skip()
}

// results takes the run's results, now or for later.
func (r *sarifRunReader) results() error {
	ours := isOurs(&r.run)
	return r.in.array(func() error {
		var result sarifResult
		if err := r.in.value(&result); err != nil {
			return err
		}
		if ours {
			return r.own(&result)
		}
		r.waiting = append(r.waiting, result)
		return nil
	})
}

// isOurs tells a run that reeve wrote: then the property bags hold what SARIF cannot.
func isOurs(run *sarifRun) bool {
	return run.Properties != nil && run.Properties.Schema == finding.SchemaV1
}

func (r *sarifRunReader) own(s *sarifResult) error {
	f := ownFinding(s)
	if err := checkFinding(&f); err != nil {
		return r.in.at(r.in.dec.InputOffset(), err)
	}
	r.out.Findings = append(r.out.Findings, f)
	return nil
}

// finish adds what the run says once, and the results that waited for it.
func (r *sarifRunReader) finish() error {
	if !isOurs(&r.run) {
		newForeignReader(&r.run, r.out).read(r.waiting)
		return nil
	}
	for i := range r.waiting {
		if err := r.own(&r.waiting[i]); err != nil {
			return err
		}
	}
	for i := range r.run.Tool.Driver.Rules {
		rule := ownRule(&r.run.Tool.Driver.Rules[i])
		if err := checkRule(&rule); err != nil {
			return r.in.at(r.in.dec.InputOffset(), err)
		}
		r.out.Rules = append(r.out.Rules, rule)
	}
	ownRun(r.out, &r.run)
	return nil
}

// ownRun takes back what writeSARIF said once.
func ownRun(out *finding.Result, run *sarifRun) {
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
