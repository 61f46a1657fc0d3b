package report

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/reevehq/reeve/internal/finding"
)

// sarifReader reads a SARIF 2.1.0 log of any tool, run by run. The runs of several tools become one result.
type sarifReader struct {
	in      *input
	out     Sink
	saved   Saved
	version string
	hasRuns bool
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

func (s *sarifReader) finish() error {
	if s.version != sarifVersion {
		return s.in.at(0, fmt.Errorf("SARIF version %q: want %q", finding.Clip(visible(s.version), 40), sarifVersion))
	}
	if !s.hasRuns {
		return s.in.at(0, errors.New("SARIF without runs"))
	}
	s.saved.Schema = cmp.Or(s.saved.Schema, finding.SchemaV1)
	return nil
}

// sarifRunReader reads one run. Its members come in any order: a result becomes a finding at once if all that it refers to has
// come before it, else it waits for the run's end.
type sarifRunReader struct {
	in      *input
	out     Sink
	saved   *Saved
	run     sarifRun
	has     map[string]bool
	late    waiting
	ruled   bool // the rules of a run that reeve wrote were handed on
	foreign *foreignReader
	notices int
}

func (s *sarifReader) run() error {
	if s.runs++; s.runs > 1000 {
		return s.in.here(errors.New("more than 1000 runs"))
	}
	r := sarifRunReader{in: s.in, out: s.out, saved: &s.saved, has: map[string]bool{}}
	if err := s.in.object(r.member); err != nil {
		return err
	}
	return r.finish()
}

func (r *sarifRunReader) member(key string) error {
	defer func() { r.has[key] = true }()
	in := r.in
	switch key {
	case "tool":
		return in.object(r.tool)
	case "versionControlProvenance":
		return listOf(in, &r.run.VersionControl)
	case "originalUriBaseIds":
		return in.keptValue(&r.run.OriginalURIBaseIDs)
	case "invocations":
		return in.array(r.invocation)
	case "artifacts":
		return listOf(in, &r.run.Artifacts)
	case "logicalLocations":
		return listOf(in, &r.run.LogicalLocations)
	case "threadFlowLocations":
		return listOf(in, &r.run.ThreadFlowLocations)
	case "externalPropertyFileReferences":
		return in.keptValue(&r.run.ExternalPropertyFile)
	case "properties":
		return in.keptValue(&r.run.Properties)
	case "results":
		return in.array(r.result)
	}
	return in.skip()
}

func (r *sarifRunReader) tool(key string) error {
	switch key {
	case "driver":
		return r.component(&r.run.Tool.Driver)
	case "extensions":
		return r.in.array(func() error {
			r.run.Tool.Extensions = append(r.run.Tool.Extensions, sarifComponent{})
			return r.component(&r.run.Tool.Extensions[len(r.run.Tool.Extensions)-1])
		})
	}
	return r.in.skip()
}

func (r *sarifRunReader) component(c *sarifComponent) error {
	return r.in.object(func(key string) error {
		switch key {
		case "name":
			return r.in.keptValue(&c.Name)
		case "version":
			return r.in.keptValue(&c.Version)
		case "semanticVersion":
			return r.in.keptValue(&c.SemanticVersion)
		case "rules":
			return listOf(r.in, &c.Rules)
		case "properties":
			return r.in.keptValue(&c.Properties)
		}
		return r.in.skip()
	})
}

// maxNotices bounds how many of a run's notifications are kept that are no errors. CodeQL writes several a file.
const maxNotices = 1000

func (r *sarifRunReader) invocation() error {
	var inv sarifInvocation
	err := r.in.object(func(key string) error {
		switch key {
		case "executionSuccessful":
			return r.in.value(&inv.ExecutionSuccessful)
		case "endTimeUtc":
			return r.in.value(&inv.EndTime)
		case "toolExecutionNotifications":
			return r.in.array(func() error { return r.notification(&inv) })
		}
		return r.in.skip()
	})
	if at, err := time.Parse(time.RFC3339Nano, inv.EndTime); err == nil && at.After(r.saved.At) {
		r.saved.At = at.UTC()
	}
	r.run.Invocations = append(r.run.Invocations, inv)
	return err
}

func (r *sarifRunReader) notification(inv *sarifInvocation) error {
	raw, err := r.in.next()
	if err != nil {
		return err
	}
	var n sarifNotification
	if err := r.in.decode(raw, r.in.dec.InputOffset()-int64(len(raw)), &n); err != nil {
		return err
	}
	if n.Level != "error" {
		if r.notices++; r.notices > maxNotices || n.Level == "none" {
			return nil
		}
	}
	inv.Notifications = append(inv.Notifications, n)
	return r.in.keep(raw)
}

// result takes one result of the run, now or for later.
func (r *sarifRunReader) result() error {
	raw, err := r.in.next()
	if err != nil {
		return err
	}
	if !r.has["tool"] {
		return r.late.put(r.in, raw)
	}
	var s sarifResult
	begin := r.in.dec.InputOffset() - int64(len(raw))
	if err := r.in.decode(raw, begin, &s); err != nil {
		return err
	}
	if r.mustWait(&s) {
		return r.late.put(r.in, raw)
	}
	return r.emit(&s, begin)
}

// isOurs tells a run that reeve wrote: then the property bags hold what SARIF cannot.
func isOurs(run *sarifRun) bool {
	return run.Properties != nil && run.Properties.Schema == finding.SchemaV1
}

// mustWait tells that a result refers to what has not been read yet.
func (r *sarifRunReader) mustWait(s *sarifResult) bool {
	if isOurs(&r.run) {
		return false
	}
	if s.Properties != nil && s.Properties.Severity != nil && !r.has["properties"] {
		return true // only reeve writes this; whether it wrote the run stands in the run's properties
	}
	for i := range s.Locations {
		if r.refersAhead(&s.Locations[i]) {
			return true
		}
	}
	if len(s.CodeFlows) > 0 && len(s.CodeFlows[0].ThreadFlows) > 0 {
		for _, at := range s.CodeFlows[0].ThreadFlows[0].Locations {
			if at.Location == nil && !r.has["threadFlowLocations"] || at.Location != nil && r.refersAhead(at.Location) {
				return true
			}
		}
	}
	return false
}

func (r *sarifRunReader) refersAhead(l *sarifLocation) bool {
	if p := l.Physical; p != nil {
		switch a := &p.Artifact; {
		case a.URI == "" && a.Index != nil && !r.has["artifacts"]:
			return true
		case strings.HasPrefix(a.URI, "file:") && !r.has["originalUriBaseIds"]:
			return true
		}
	}
	for _, logical := range l.Logical {
		if logical.Index != nil && logical.FullyQualifiedName == "" && logical.Name == "" && !r.has["logicalLocations"] {
			return true
		}
	}
	return false
}

func (r *sarifRunReader) emit(s *sarifResult, begin int64) error {
	if !isOurs(&r.run) {
		if r.foreign == nil {
			r.foreign = newForeignReader(&r.run, r.out)
		}
		return r.foreign.result(s)
	}
	if err := r.ownRules(); err != nil {
		return err
	}
	f := ownFinding(s)
	if err := checkFinding(&f); err != nil {
		return r.in.at(begin, err)
	}
	return r.out.Finding(f, nil)
}

// finish takes the results that waited, and what the run says once.
func (r *sarifRunReader) finish() error {
	err := r.late.each(func(raw jsontext.Value, begin int64) error {
		var s sarifResult
		if err := r.in.decode(raw, begin, &s); err != nil {
			return err
		}
		return r.emit(&s, begin)
	})
	if err != nil {
		return err
	}
	if !isOurs(&r.run) {
		foreignRun(r.saved, &r.run)
		return nil
	}
	ownRun(r.saved, &r.run)
	return r.ownRules()
}

// ownRules hands on the rules of a run that reeve wrote, before its first finding.
func (r *sarifRunReader) ownRules() error {
	if r.ruled {
		return nil
	}
	r.ruled = true
	for i := range r.run.Tool.Driver.Rules {
		rule := ownRule(&r.run.Tool.Driver.Rules[i])
		if err := checkRule(&rule); err != nil {
			return r.in.here(err)
		}
		if err := r.out.Rule(rule); err != nil {
			return err
		}
	}
	return nil
}
