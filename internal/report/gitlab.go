package report

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

const (
	// gitlabSchema is the version of GitLab's security report schemas that this writer keeps to.
	gitlabSchema = "15.0.7"
	// secretEngine names the engine whose findings belong in a Secret Detection report.
	secretEngine = "secret"
	// noCommit stands for a finding outside git: the schema demands a commit, GitLab's own analyser writes this.
	noCommit = "0000000"
)

// A Secret Detection report (GitLab security report schemas, version 15).
type (
	gitlabScan struct {
		Analyzer  gitlabScanner   `json:"analyzer"`
		Scanner   gitlabScanner   `json:"scanner"`
		Type      string          `json:"type"`
		StartTime string          `json:"start_time"`
		EndTime   string          `json:"end_time"`
		Status    string          `json:"status"`
		Messages  []gitlabMessage `json:"messages,omitempty"`
	}
	gitlabScanner struct {
		ID      string       `json:"id"`
		Name    string       `json:"name"`
		URL     string       `json:"url,omitempty"`
		Version string       `json:"version"`
		Vendor  gitlabVendor `json:"vendor"`
	}
	gitlabVendor struct {
		Name string `json:"name"`
	}
	gitlabMessage struct {
		Level string `json:"level"`
		Value string `json:"value"`
	}
	gitlabFinding struct {
		ID          string                  `json:"id"`
		Name        string                  `json:"name"`
		Description string                  `json:"description"`
		Severity    string                  `json:"severity"`
		Solution    string                  `json:"solution,omitempty"`
		Identifiers []gitlabIdentifier      `json:"identifiers"`
		Links       []gitlabLink            `json:"links,omitempty"`
		Details     map[string]gitlabDetail `json:"details"`
		Location    gitlabLocation          `json:"location"`
	}
	gitlabIdentifier struct {
		Type  string `json:"type"`
		Name  string `json:"name"`
		Value string `json:"value"`
		URL   string `json:"url,omitempty"`
	}
	gitlabLink struct {
		URL string `json:"url"`
	}
	gitlabDetail struct {
		Name  string `json:"name"`
		Type  string `json:"type"`
		Value string `json:"value"`
	}
	gitlabLocation struct {
		File      string       `json:"file,omitempty"`
		StartLine int          `json:"start_line,omitempty"`
		EndLine   int          `json:"end_line,omitempty"`
		Commit    gitlabCommit `json:"commit"`
	}
	gitlabCommit struct {
		SHA    string `json:"sha"`
		Author string `json:"author,omitempty"`
		Date   string `json:"date,omitempty"`
	}
)

// writeGitLabSecret writes the findings of the secrets engine; those of other engines have no place in this kind of
// report and are counted in its messages, as are waived ones. The schema's excerpt of raw source code is never written.
func writeGitLabSecret(w io.Writer, r *finding.Result, opt Options) error {
	s := newJSONStream(w)
	survey := surveyOf(r, true)
	others, waived := 0, 0
	survey.shown = slices.DeleteFunc(survey.shown, func(f *finding.Finding) bool {
		switch {
		case f.Engine != secretEngine:
			others++
			return true
		case isWaived(f):
			waived++
			return true
		}
		return false
	})
	s.raw("{\n  \"version\": \"" + gitlabSchema + "\"")
	s.field("scan", gitlabScanOf(r, others, waived, opt))
	s.raw(",\n  \"vulnerabilities\": ")
	s.list(func(yield func(any) bool) {
		for _, f := range survey.shown {
			if !yield(gitlabFindingOf(f, survey.rule(f))) {
				return
			}
		}
	})
	s.raw("\n}\n")
	return s.finish()
}

func gitlabScanOf(r *finding.Result, others, waived int, opt Options) gitlabScan {
	name := toolName(r)
	scanner := gitlabScanner{ID: name, Name: name, Version: cmp.Or(r.Tool.Version, "unknown"), Vendor: gitlabVendor{name}}
	if name == "reeve" {
		scanner.URL = homePage
	}
	var took time.Duration
	for _, t := range r.Times {
		took += t.Took
	}
	start := time.Unix(0, 0)
	if !opt.Finished.IsZero() {
		start = opt.Finished.Add(-took)
	}
	const layout = "2006-01-02T15:04:05"
	scan := gitlabScan{
		Analyzer: scanner, Scanner: scanner, Type: "secret_detection", Status: "success",
		StartTime: start.UTC().Format(layout), EndTime: start.Add(took).UTC().Format(layout),
	}
	if !r.Complete() {
		scan.Status = "failure"
	}
	message := func(level, text string) {
		if text != "" {
			scan.Messages = append(scan.Messages, gitlabMessage{level, visible(text)})
		}
	}
	for _, trouble := range engineTrouble(r) {
		message("warn", trouble)
	}
	for _, u := range r.Unread {
		message("warn", u.What+": "+u.Why)
	}
	for _, n := range r.Notes {
		message("info", n)
	}
	if others > 0 {
		message("info", count(others, "finding", "findings")+" of other engines are not part of this report")
	}
	if waived > 0 {
		message("info", count(waived, "waived finding is", "waived findings are")+" not part of this report")
	}
	return scan
}

func gitlabFindingOf(f *finding.Finding, rule *finding.Rule) *gitlabFinding {
	out := &gitlabFinding{
		ID: gitlabID(f.Fingerprint), Name: finding.Clip(visible(rule.Title), 255), Severity: gitlabSeverity(f.Urgency()),
		Description: mdParagraph(fold(cmp.Or(f.Message, rule.Title))) + "\n\n" + mdProse(rule.Why) + mdProse(rule.Opens),
		Solution:    finding.Clip(strings.TrimSpace(plainProse(cmp.Or(f.Fix.Text, rule.Fix))+"\n\n"+plainProse(rule.Revoke)), 7000),
		Identifiers: []gitlabIdentifier{{Type: "reeve_rule", Name: "reeve rule " + visible(f.Rule), Value: cmp.Or(f.Rule, "unknown")}},
		Details:     gitlabDetails(f),
		Location: gitlabLocation{
			File: f.Location.Path, StartLine: f.Location.Region.StartLine, EndLine: max(f.Location.Region.StartLine, f.Location.Region.EndLine),
			Commit: gitlabCommit{SHA: cmp.Or(f.Location.Commit, noCommit)},
		},
	}
	if h := f.History; h != nil && h.Commit != "" {
		out.Location.Commit = gitlabCommit{SHA: h.Commit, Author: visible(h.Author), Date: h.Date}
	}
	for _, n := range rule.CWE {
		number := strconv.Itoa(n)
		out.Identifiers = append(out.Identifiers, gitlabIdentifier{
			Type: "cwe", Name: "CWE-" + number, Value: number, URL: "https://cwe.mitre.org/data/definitions/" + number + ".html",
		})
	}
	for _, ref := range links(rule) {
		out.Links = append(out.Links, gitlabLink{ref})
	}
	return out
}

// gitlabDetails are the facts GitLab shows in a list beside the finding.
func gitlabDetails(f *finding.Finding) map[string]gitlabDetail {
	details := map[string]gitlabDetail{}
	add := func(key, name, kind, value string) {
		if value != "" {
			details[key] = gitlabDetail{Name: name, Type: kind, Value: visible(value)}
		}
	}
	add("id", "reeve id", "text", string(f.Fingerprint))
	add("confidence", "Confidence", "text", sureness(f))
	add("evidence", "Masked secret", "code", f.Evidence)
	add("place", "Place", "text", placeOf(&f.Location))
	add("also", "Also at", "text", alsoAt(f, 20))
	if f.History != nil {
		add("history", "History", "text", story(f.History))
	}
	if f.Verdict != nil {
		add("gate", "Gate", "text", f.Verdict.Action.String()+": "+f.Verdict.Because)
	}
	for i, fact := range f.Facts {
		add("fact"+strconv.Itoa(i), cmp.Or(visible(fact.Name), "fact"), "text", fact.Value)
	}
	return details
}

// gitlabID writes a fingerprint as the UUID that the schema recommends; both are 128 bits.
func gitlabID(f finding.Fingerprint) string {
	if len(f) != 32 {
		return cmp.Or(string(f), "unknown")
	}
	return string(f[:8] + "-" + f[8:12] + "-" + f[12:16] + "-" + f[16:20] + "-" + f[20:])
}

func gitlabSeverity(s finding.Severity) string {
	name := s.String()
	return strings.ToUpper(name[:1]) + name[1:]
}
