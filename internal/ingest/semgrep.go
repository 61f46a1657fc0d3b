package ingest

import (
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var semgrepFormat = Format{
	Name: "semgrep", Title: "Semgrep JSON",
	Is: func(h *Head) bool {
		return h.Has("results.check_id", "results.extra") || h.Object() && h.Has("results", "errors", "paths.scanned")
	},
	Read: readSemgrep,
}

// readSemgrep reads what "semgrep scan --json", "semgrep ci --json" and "opengrep scan --json" write (semgrep-interfaces, semgrep_output_v1.atd).
func readSemgrep(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Semgrep"}}
	j := in.json()
	err := j.members(func(name string) error {
		switch name {
		case "version":
			return j.value(&h.Tool.Version)
		case "results":
			return each(j, func(r *semgrepResult) error { return r.emit(out) })
		case "errors":
			return each(j, func(e *semgrepError) error {
				h.Partial = append(h.Partial, e.partial()...)
				return nil
			})
		}
		return j.skip()
	})
	return h, err
}

// semgrepWithheld is what Semgrep writes instead of code and fingerprint where nobody has signed in.
const semgrepWithheld = "requires login"

type semgrepError struct{ Level, Message, LongMsg, Path, RuleID text }

// partial says what was not looked at: any error about a file or a rule means so, whatever its level; without either only real errors do.
func (e *semgrepError) partial() []string {
	message := string(e.Message)
	if message == "" {
		message = string(e.LongMsg)
	}
	switch where := rooted(string(e.Path)); {
	case where != "":
		return []string{oneLine(where+": "+message, 300)}
	case e.RuleID != "" || e.Level == "error":
		return []string{strings.TrimPrefix(oneLine(string(e.RuleID)+": "+message, 300), ": ")}
	}
	return nil
}

type semgrepResult struct {
	CheckID, Path text
	Start, End    semgrepPoint
	Extra         struct {
		Message, Severity, Lines, Fix, ValidationState, Fingerprint text

		Metadata       semgrepMetadata
		IsIgnored      bool
		DataflowTrace  semgrepFlow
		SCAInfo        *semgrepSCA
		HistoricalInfo struct{ GitCommit, GitBlob text }
	}
}

type semgrepMetadata struct {
	CWE, OWASP, References list[text]

	Confidence, Source, Shortlink, SecretType, Category text

	// Supply chain.
	CVE, GHSA, SCASeverity, SCAVulnDatabaseIdentifier text
	SCAFixVersions                                    list[semgrepFixed] `json:"sca-fix-versions"`
}

func (r *semgrepResult) emit(out Sink) error {
	x, m, id := &r.Extra, &r.Extra.Metadata, string(r.CheckID)
	rule := finding.Rule{
		ID: id, Engine: "sast", Title: titleOf(string(x.Message), id), Why: string(x.Message),
		Severity: semgrepSeverity(string(x.Severity)), Confidence: confidenceOf(string(m.Confidence)),
		CWE: cwesIn(texts(m.CWE)...), OWASP: texts(m.OWASP), References: texts(m.References),
	}
	if m.Source != "" {
		rule.References = append(rule.References, string(m.Source))
	}
	f := finding.Finding{
		Rule: id, Engine: "sast", Severity: rule.Severity, Confidence: rule.Confidence, Message: oneLine(string(x.Message), 500),
		Location: finding.Location{Path: rooted(string(r.Path)), Snippet: string(x.Lines), Region: semgrepRegion(r.Start, r.End),
			Commit: string(x.HistoricalInfo.GitCommit), Blob: string(x.HistoricalInfo.GitBlob)},
		Flow: x.DataflowTrace.steps(),
	}
	if f.Message == "" {
		f.Message = id
	}
	if x.Fingerprint != semgrepWithheld { // a hash of rule, path and matched code with a counter: it does not change with lines
		f.Fingerprint = finding.Fingerprint(x.Fingerprint)
	}
	if x.Fix != "" {
		f.Fix.Text = fmt.Sprintf("Replace it by:\n\n%s", x.Fix)
		f.Fix.Edits = []finding.Edit{{Path: f.Location.Path, Region: f.Location.Region, New: string(x.Fix)}}
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
	id, m := string(r.CheckID), &r.Extra.Metadata
	return m.SecretType != "" || m.Category == "secrets" || r.Extra.ValidationState != "" && r.Extra.ValidationState != "NO_VALIDATOR" ||
		strings.Contains(id, "secrets.") || secretCWE(cwe)
}

// describeSecret adds what Semgrep Secrets knows: whether the provider still takes the secret.
func (r *semgrepResult) describeSecret(rule *finding.Rule, f *finding.Finding) {
	rule.Engine, f.Engine = "secret", "secret"
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
	if kind := string(r.Extra.Metadata.SecretType); kind != "" {
		f.Facts = append(f.Facts, finding.Fact{Name: "kind", Value: kind})
	}
	concealEverywhere(rule, f, r.matched(f.Location.Snippet))
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
