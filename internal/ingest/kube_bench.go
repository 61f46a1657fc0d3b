package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var kubeBenchFormat = Format{
	Name: "kube-bench", Title: "kube-bench JSON", Tool: "kube-bench",
	Is: func(h *Head) bool {
		return h.Has("Controls.tests", "Controls.node_type") || h.Has("tests.results", "node_type")
	},
	Read: readKubeBench,
}

// readKubeBench reads "kube-bench --json" (check/controls.go): {"Controls": […], "Totals": …} since 0.4, before that a list of controls, or
// one after the other.
func readKubeBench(in *Input, h *Header, out Sink) error {
	j := in.json()
	return records(j, h, func(r *kubeBenchReport) error {
		for i := range r.Controls {
			if err := r.Controls[i].emit(out); err != nil {
				return err
			}
		}
		return r.kubeBenchControls.emit(out)
	})
}

// kubeBenchReport is a whole report, or the controls of one type of node; a benchmark has some hundred checks.
type kubeBenchReport struct {
	kubeBenchControls
	Controls []kubeBenchControls
}

type kubeBenchControls struct {
	ID       string
	Version  string
	Detected string `json:"detected_version"`
	Text     string
	Node     string `json:"node_type"`
	Tests    []struct {
		Section string
		Desc    string
		Results []kubeBenchCheck
	}
}

type kubeBenchCheck struct {
	Number      string `json:"test_number"`
	Desc        string `json:"test_desc"`
	Remediation string
	Status      string
	Actual      string `json:"actual_value"`
	Expected    string `json:"expected_result"`
	Reason      string
	Scored      bool
}

func (c *kubeBenchControls) emit(out Sink) error {
	for i := range c.Tests {
		for k := range c.Tests[i].Results {
			if err := c.check(&c.Tests[i].Results[k], c.Tests[i].Desc, out); err != nil {
				return err
			}
		}
	}
	return nil
}

// check emits what failed, and as Low what kube-bench asks a person to look at.
func (c *kubeBenchControls) check(r *kubeBenchCheck, section string, out Sink) error {
	rule := finding.Rule{
		ID: r.Number, Engine: "cluster", Title: titleOf(r.Desc, r.Number), Why: r.Desc, Fix: strings.TrimSpace(r.Remediation),
		Severity: finding.Medium, Confidence: finding.Firm,
	}
	for _, t := range []string{c.Text, section} {
		rule.Tags = append(rule.Tags, texts(t)...)
	}
	switch strings.ToUpper(r.Status) {
	case "FAIL":
	case "WARN":
		rule.Severity, rule.Confidence = finding.Low, finding.Tentative
	default:
		return nil
	}
	f := found(rule, firstText(r.Desc, r.Number), finding.Location{
		Logical: steps("resource", firstText(c.Node, c.Text, "node"), "control", r.Number),
	})
	f.Facts = factsOf("benchmark", c.Version, "kubernetes", c.Detected, "status", strings.ToUpper(r.Status),
		"expected", oneLine(r.Expected, 300), "actual", quoted(r.Actual), "reason", oneLine(r.Reason, 300))
	return emit(out, rule, f)
}
