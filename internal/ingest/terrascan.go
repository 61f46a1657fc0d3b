package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var terrascanFormat = Format{
	Name: "terrascan", Title: "Terrascan JSON", Tool: "Terrascan",
	Is: func(h *Head) bool {
		return h.Object() && (h.Has("results.scan_summary") || h.Has("results.violations.rule_id") || h.Has("results.scan_errors", "results.violations"))
	},
	Read: readTerrascan,
}

// readTerrascan reads "terrascan scan -o json" (pkg/results/types.go).
func readTerrascan(in *Input, h *Header, out Sink) error {
	j := in.json()
	results := func(name string) error {
		switch name {
		case "violations":
			return each(j, func(v *terrascanViolation) error { return v.emit(nil, out) })
		case "skipped_violations":
			return each(j, func(v *terrascanViolation) error {
				return v.emit(waived(strings.TrimSuffix("skipped: "+v.Comment, ": ")), out)
			})
		case "scan_errors":
			return each(j, func(e *terrascanError) error {
				if !e.nothingThere() {
					missed(h, "%s in %s: %s", e.Type, e.Folder, e.Message)
				}
				return nil
			})
		case "scan_summary":
			var s struct {
				At string `json:"scanned_at"`
			}
			err := j.value(&s)
			h.At = timeOf(s.At)
			return err
		}
		return j.skip()
	}
	return j.members(func(name string) error {
		if name == "results" {
			return j.members(results)
		}
		return j.skip()
	})
}

type terrascanError struct {
	Type    string `json:"iac_type"`
	Folder  string `json:"directory"`
	Message string `json:"errMsg"`
}

// nothingThere tells whether Terrascan only found no file of a kind: it tries all kinds and calls each that is not there an error.
func (e *terrascanError) nothingThere() bool {
	m := strings.ToLower(e.Message)
	return strings.Contains(m, "not found") || strings.Contains(m, "no helm charts found") || strings.Contains(m, "has no ")
}

type terrascanViolation struct {
	Name     string `json:"rule_name"`
	ID       string `json:"rule_id"`
	About    string `json:"description"`
	Category string
	Severity string
	Resource string `json:"resource_name"`
	Type     string `json:"resource_type"`
	Module   string `json:"module_name"`
	Comment  string `json:"skip_comment"`
	File     string
	Line     int
}

func (v *terrascanViolation) emit(verdict *finding.Verdict, out Sink) error {
	rule := finding.Rule{
		ID: firstText(v.ID, v.Name), Engine: "iac", Title: titleOf(v.About, v.Name), Why: v.About,
		Severity: severityOf(v.Severity), Confidence: finding.Firm,
		Tags: texts(v.Category),
	}
	address := strings.Trim(v.Type+"."+v.Resource, ".")
	if v.Module != "" && v.Module != "root" {
		address = "module." + v.Module + "." + address
	}
	f := found(rule, firstText(v.About, v.Name), finding.Location{Path: rooted(v.File), Region: lines(v.Line, 0), Logical: steps("resource", address)})
	f.Verdict = verdict
	return emit(out, rule, f)
}
