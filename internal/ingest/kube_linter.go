package ingest

import "github.com/reevehq/reeve/internal/finding"

var kubeLinterFormat = Format{
	Name: "kube-linter", Title: "kube-linter JSON", Tool: "kube-linter",
	Is: func(h *Head) bool {
		return h.Object() && (h.Has("Reports.Diagnostic", "Reports.Check") || h.Has("Checks.template", "Checks.remediation") || h.Has("Checks", "Reports", "Summary"))
	},
	Read: readKubeLinter,
}

// readKubeLinter reads "kube-linter lint --format json" (pkg/run/run.go): the checks, then the findings.
func readKubeLinter(in *Input, h *Header, out Sink) error {
	checks := map[string]string{}
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "Checks":
			return each(j, func(c *struct{ Name, Description string }) error {
				if len(checks) < 10_000 {
					checks[c.Name] = oneLine(c.Description, 2000)
				}
				return nil
			})
		case "Reports":
			return each(j, func(r *kubeLinterReport) error { return r.emit(checks[r.Check], out) })
		case "Summary":
			var s struct {
				Version string `json:"KubeLinterVersion"`
				At      string `json:"checkEndTime"`
			}
			err := j.value(&s)
			h.Tool.Version, h.At = s.Version, timeOf(s.At)
			return err
		}
		return j.skip()
	})
}

type kubeLinterReport struct {
	Diagnostic         struct{ Message string }
	Check, Remediation string
	Object             struct {
		Metadata struct{ FilePath string }
		Kind     struct {
			Namespace, Name string
			GVK             struct{ Kind string } `json:"GroupVersionKind"`
		} `json:"K8sObject"`
	}
}

func (r *kubeLinterReport) emit(about string, out Sink) error {
	rule := finding.Rule{
		ID: r.Check, Engine: "iac", Title: titleOf(about, r.Check), Why: about, Fix: r.Remediation, Severity: finding.Medium, Confidence: finding.Firm,
	}
	o := &r.Object.Kind
	return emit(out, rule, found(rule, firstText(r.Diagnostic.Message, rule.Title), finding.Location{
		Path: rooted(r.Object.Metadata.FilePath), Logical: kubePlace(o.Namespace, o.GVK.Kind, o.Name, ""),
	}))
}
