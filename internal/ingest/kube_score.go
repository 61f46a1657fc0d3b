package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var kubeScoreFormat = Format{
	Name: "kube-score", Title: "kube-score JSON", Tool: "kube-score",
	Is: func(h *Head) bool { return h.Array() && h.Has("object_name", "type_meta", "checks") },
	Read: func(in *Input, h *Header, out Sink) error {
		return records(in.json(), h, func(o *kubeScored) error { return o.emit(out) })
	},
}

// kubeScored is one object with its checks, as "kube-score score -o json" writes it (renderer/json_v2/api.go).
type kubeScored struct {
	Name string                           `json:"object_name"`
	Type struct{ Kind string }            `json:"type_meta"`
	Meta struct{ Name, Namespace string } `json:"object_meta"`
	File string                           `json:"file_name"`
	Row  int                              `json:"file_row"`

	Checks []struct {
		Check struct{ Name, ID, Comment string }
		// Grade is 1 for critical, 5 for warning, 7 for almost good and 10 for good.
		Grade    int
		Skipped  bool
		Comments []struct {
			Path, Summary, Description string
			Link                       string `json:"documentation_url"`
		}
	}
}

func (o *kubeScored) emit(out Sink) error {
	for i := range o.Checks {
		c := &o.Checks[i]
		if c.Skipped || c.Grade >= 10 {
			continue
		}
		rule := finding.Rule{
			ID: c.Check.ID, Engine: "iac", Title: titleOf(c.Check.Name, c.Check.ID), Why: c.Check.Comment,
			Severity: kubeScoreSeverity(c.Grade), Confidence: finding.Firm,
		}
		at := finding.Location{Path: rooted(o.File), Region: lines(o.Row, 0), Logical: o.place("")}
		if len(c.Comments) == 0 {
			if err := emit(out, rule, found(rule, rule.Title, at)); err != nil {
				return err
			}
		}
		for _, m := range c.Comments {
			at.Logical = o.place(m.Path)
			f := found(rule, firstText(m.Summary, rule.Title), at)
			f.Fix.Text = m.Description
			rule.References = texts(m.Link)
			if err := emit(out, rule, f); err != nil {
				return err
			}
		}
	}
	return nil
}

func kubeScoreSeverity(grade int) finding.Severity {
	switch {
	case grade < 5:
		return finding.High
	case grade < 7:
		return finding.Medium
	}
	return finding.Low
}

// place is the object and the container that a comment names. An object without metadata has its key only: "Kind/version/namespace/name".
func (o *kubeScored) place(container string) []finding.Logical {
	if o.Meta.Name == "" {
		return steps("resource", strings.Trim(o.Name, "/"), "member", container)
	}
	return kubePlace(o.Meta.Namespace, o.Type.Kind, o.Meta.Name, container)
}
