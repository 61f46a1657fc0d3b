package ingest

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var semgrepFormat = Format{
	Name: "semgrep", Title: "Semgrep JSON", Tool: "Semgrep",
	Is: func(h *Head) bool {
		return h.Has("results.check_id", "results.extra") || h.Object() && h.Has("results", "errors", "paths.scanned")
	},
	Read: readSemgrep,
}

// readSemgrep reads what "semgrep scan --json", "semgrep ci --json" and "opengrep scan --json" write (semgrep-interfaces, semgrep_output_v1.atd).
func readSemgrep(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "version":
			return j.value(&h.Tool.Version)
		case "results":
			return each(j, func(r *semgrepResult) error { return r.emit(out) })
		case "errors":
			return each(j, func(e *semgrepError) error {
				e.tell(h)
				return nil
			})
		}
		return j.skip()
	})
}

// semgrepWithheld is what Semgrep writes instead of code and fingerprint where nobody has signed in.
const semgrepWithheld = "requires login"

type semgrepError struct{ Level, Message, LongMsg, Path, RuleID string }

// tell says what was not looked at: any error about a file or a rule means so, whatever its level; without either only real errors do.
func (e *semgrepError) tell(h *Header) {
	switch message := cmp.Or(e.Message, e.LongMsg); {
	case e.Path != "":
		missed(h, "%s: %s", rooted(e.Path), message)
	case e.RuleID != "" || e.Level == "error":
		missed(h, "%s: %s", e.RuleID, message)
	}
}

type semgrepResult struct {
	CheckID, Path string
	Start, End    semgrepPoint
	Extra         struct {
		Message, Severity, Lines, Fix, ValidationState, Fingerprint string

		Metadata       semgrepMetadata
		IsIgnored      bool
		DataflowTrace  semgrepFlow
		SCAInfo        *semgrepSCA
		HistoricalInfo struct{ GitCommit, GitBlob string }
	}
}

type semgrepMetadata struct {
	CWE, OWASP, References list[string]

	Confidence, Source, Shortlink, SecretType, Category string

	// Supply chain.
	CVE, GHSA, SCASeverity, SCAVulnDatabaseIdentifier string
	SCAFixVersions                                    list[semgrepFixed] `json:"sca-fix-versions"`
}

func (r *semgrepResult) emit(out Sink) error {
	x, m, id := &r.Extra, &r.Extra.Metadata, r.CheckID
	rule := finding.Rule{
		ID: id, Engine: "sast", Title: titleOf(x.Message, id), Why: x.Message,
		Severity: semgrepSeverity(x.Severity), Confidence: confidenceOf(m.Confidence),
		CWE: cwesIn(m.CWE...), OWASP: texts(m.OWASP...), References: texts(m.References...),
	}
	rule.References = append(rule.References, texts(m.Source)...)
	f := finding.Finding{
		Severity: rule.Severity, Confidence: rule.Confidence, Message: oneLine(x.Message, 500),
		Location: finding.Location{Path: rooted(r.Path), Snippet: x.Lines, Region: semgrepRegion(r.Start, r.End),
			Commit: x.HistoricalInfo.GitCommit, Blob: x.HistoricalInfo.GitBlob},
		Flow: x.DataflowTrace.steps(),
	}
	if x.Fingerprint != semgrepWithheld { // a hash of rule, path and matched code with a counter: it does not change with lines
		f.Fingerprint = finding.Fingerprint(x.Fingerprint)
	}
	if x.Fix != "" {
		f.Fix.Text = fmt.Sprintf("Replace it by:\n\n%s", x.Fix)
		f.Fix.Edits = []finding.Edit{{Path: f.Location.Path, Region: f.Location.Region, New: x.Fix}}
	}
	if x.Lines == semgrepWithheld {
		f.Location.Snippet = ""
	}
	switch {
	case x.SCAInfo != nil:
		x.SCAInfo.describe(r, &rule, &f)
	case r.isSecret(rule.CWE):
		r.describeSecret(&rule, &f)
	}
	if x.IsIgnored {
		f.Verdict = waived("ignored in the code by a nosem comment")
	}
	return emit(out, rule, f)
}

// semgrepSeverity reads both of Semgrep's scales: ERROR, WARNING, INFO, and LOW to CRITICAL, which is newer. INVENTORY and EXPERIMENT are no faults.
func semgrepSeverity(word string) finding.Severity {
	switch strings.ToUpper(word) {
	case "INFO":
		return finding.Low
	case "INVENTORY", "EXPERIMENT":
		return finding.Info
	}
	return severityOf(word)
}

// isSecret tells secrets from code by what the rule says about itself.
func (r *semgrepResult) isSecret(cwe []int) bool {
	id, m := r.CheckID, &r.Extra.Metadata
	return m.SecretType != "" || m.Category == "secrets" || r.Extra.ValidationState != "" && r.Extra.ValidationState != "NO_VALIDATOR" ||
		strings.Contains(id, "secrets.") || secretCWE(cwe)
}

// describeSecret adds what Semgrep Secrets knows: whether the provider still takes the secret.
func (r *semgrepResult) describeSecret(rule *finding.Rule, f *finding.Finding) {
	rule.Engine = "secret"
	switch r.Extra.ValidationState {
	case "CONFIRMED_VALID":
		f.Confidence = finding.Certain
		f.Reasons = append(f.Reasons, "Semgrep asked the provider: the secret is valid")
		f.Facts = append(f.Facts, finding.Fact{Name: "validity", Value: "valid"})
	case "CONFIRMED_INVALID":
		f.Severity = finding.Info
		f.Reasons = append(f.Reasons, "Semgrep asked the provider: the secret is not valid any more")
		f.Facts = append(f.Facts, finding.Fact{Name: "validity", Value: "invalid"})
	}
	if kind := r.Extra.Metadata.SecretType; kind != "" {
		f.Facts = append(f.Facts, finding.Fact{Name: "kind", Value: kind})
	}
	conceal(rule, f, r.matched(f.Location.Snippet))
}

// matched is the secret itself: the quoted text in what was matched, else all that was matched.
func (r *semgrepResult) matched(code string) string {
	text := code
	if first, rest, _ := strings.Cut(code, "\n"); r.Start.Line == r.End.Line && rest == "" {
		runes := []rune(first)
		if from, to := r.Start.Col-1, r.End.Col-1; from >= 0 && from < to && to <= len(runes) {
			text = string(runes[from:to])
		}
	}
	if quoted := literal(text); quoted != "" {
		return quoted
	}
	return strings.TrimSpace(text)
}
