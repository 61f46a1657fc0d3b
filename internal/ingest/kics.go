package ingest

import (
	"cmp"
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var kicsFormat = Format{
	Name: "kics", Title: "KICS JSON", Tool: "KICS",
	Is: func(h *Head) bool {
		return h.Object() && (h.Has("kics_version") || h.Has("queries", "queries_total") || h.Has("files_scanned", "queries_total"))
	},
	Read: readKICS,
}

// readKICS reads "kics scan --report-formats json" (pkg/model/summary.go).
func readKICS(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "kics_version":
			return j.value(&h.Tool.Version)
		case "start":
			return j.time(&h.At)
		case "files_failed_to_scan", "queries_failed_to_execute":
			var n int
			if err := j.value(&n); err != nil {
				return err
			}
			if n > 0 {
				what, verb, _ := strings.Cut(name, "_")
				missed(h, "%d %s %s", n, what, strings.ReplaceAll(verb, "_", " "))
			}
			return nil
		case "queries":
			return each(j, func(q *kicsQuery) error { return q.emit(out) })
		}
		return j.skip()
	})
}

// kicsQuery is one check, with all places where it holds.
type kicsQuery struct {
	Name     string `json:"query_name"`
	ID       string `json:"query_id"`
	URL      string `json:"query_url"`
	Severity string
	Platform string
	Category string
	CWE      string
	About    string `json:"description"`
	Files    []struct {
		Path         string `json:"file_name"`
		SimilarityID string `json:"similarity_id"`
		Line         int
		Type         string `json:"resource_type"`
		Resource     string `json:"resource_name"`
		Issue        string `json:"issue_type"`
		Key          string `json:"search_key"`
		Value        string `json:"search_value"`
		Expected     string `json:"expected_value"`
		Actual       string `json:"actual_value"`
		Remediation  string
	}
}

func (q *kicsQuery) class() string {
	switch {
	case q.Category == "Secret Management" && strings.EqualFold(q.Platform, "Common"):
		return "secret"
	case strings.EqualFold(q.Platform, "CICD"):
		return "pipeline"
	}
	return "iac"
}

func (q *kicsQuery) emit(out Sink) error {
	rule := finding.Rule{
		ID: q.ID, Engine: q.class(), Title: titleOf(q.Name, q.ID), Why: q.About, Severity: severityOf(q.Severity), Confidence: finding.Firm,
		CWE:        cwesIn(q.CWE),
		References: texts(q.URL),
	}
	for _, t := range []string{q.Platform, q.Category} {
		rule.Tags = append(rule.Tags, texts(t)...)
	}
	if strings.EqualFold(q.Severity, "trace") { // KICS's bill of materials, not a fault
		return nil
	}
	if rule.Engine == "secret" && len(rule.CWE) == 0 {
		rule.CWE = []int{hardCoded}
	}
	for i := range q.Files {
		w := &q.Files[i]
		message := firstText(w.Actual, q.Name)
		if rule.Engine == "secret" {
			message = q.Name // what stands there would show the secret
		}
		f := found(rule, message, finding.Location{Path: inside(w.Path), Region: lines(w.Line, 0)})
		f.Fingerprint = finding.Fingerprint(w.SimilarityID)
		if rule.Engine != "secret" {
			f.Location.Logical = steps("resource", kicsResource(w.Type, w.Resource, w.Key))
			f.Facts = factsOf("issue", w.Issue, "key", oneLine(w.Key, 300), "value", oneLine(w.Value, 300))
			f.Fix.Text = cmp.Or(w.Expected, w.Remediation)
		}
		if err := emit(out, rule, f); err != nil {
			return err
		}
	}
	return nil
}

// inside takes the way out of the working folder off a path: KICS in a container writes "../../path/main.tf".
func inside(file string) string {
	file = path.Clean("/" + strings.ReplaceAll(file, "\\", "/"))
	return rooted(file)
}

// kicsResource is the resource's address. Reports before 1.5 have only the key that was searched: "aws_s3_bucket[logs].acl".
func kicsResource(kind, name, key string) string {
	if kind != "" && name != "" && name != "n/a" {
		return kind + "." + name
	}
	head, _, _ := strings.Cut(key, "].")
	kind, name, ok := strings.Cut(strings.TrimSuffix(head, "]"), "[")
	if !ok {
		return ""
	}
	return kind + "." + strings.Trim(name, "{}")
}
