package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var cfnNagFormat = Format{
	Name: "cfn-nag", Title: "cfn-nag JSON", Tool: "cfn-nag",
	Is: func(h *Head) bool { return h.Array() && h.Has("filename", "file_results.violations") },
	Read: func(in *Input, h *Header, out Sink) error {
		return records(in.json(), h, func(f *cfnNagFile) error {
			for i := range f.Results.Violations {
				v := &f.Results.Violations[i]
				if v.ID == "FATAL" {
					missed(h, "%s could not be read: %s", f.Filename, v.Message)
					continue
				}
				if err := v.emit(f.Filename, out); err != nil {
					return err
				}
			}
			return nil
		})
	},
}

type cfnNagFile struct {
	Filename string
	Results  struct {
		Violations []cfnNagViolation
	} `json:"file_results"`
}

// cfnNagViolation is one rule's violations in a file: a resource and a line each, in two lists.
type cfnNagViolation struct {
	ID, Name, Type, Message string
	Resources               []string `json:"logical_resource_ids"`
	Lines                   []int    `json:"line_numbers"`
}

func (v *cfnNagViolation) emit(file string, out Sink) error {
	rule := finding.Rule{ID: v.ID, Engine: "iac", Title: titleOf(v.Message, v.Name, v.ID), Severity: finding.Medium, Confidence: finding.Firm}
	if strings.HasPrefix(v.Type, "FAIL") {
		rule.Severity = finding.High
	}
	rule.Tags = texts(v.Name)
	resources := v.Resources
	if len(resources) == 0 {
		resources = []string{""}
	}
	for i, r := range resources {
		at := finding.Location{Path: rooted(file), Logical: steps("resource", r)}
		if i < len(v.Lines) {
			at.Region = lines(v.Lines[i], 0)
		}
		if err := emit(out, rule, found(rule, firstText(v.Message, v.ID), at)); err != nil {
			return err
		}
	}
	return nil
}
