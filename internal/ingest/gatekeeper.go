package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

const gatekeeperGroup = "constraints.gatekeeper.sh/"

var gatekeeperFormat = Format{
	Name: "gatekeeper", Title: "Gatekeeper constraints", Tool: "Gatekeeper",
	Nothing: kubeNothing(),
	Is: func(h *Head) bool {
		return strings.HasPrefix(h.Text("items.apiVersion"), gatekeeperGroup) || strings.HasPrefix(h.Text("apiVersion"), gatekeeperGroup)
	},
	Read: readGatekeeper,
}

// readGatekeeper reads "kubectl get constraints -o json": OPA Gatekeeper's constraints, whose status holds what its last audit found.
func readGatekeeper(in *Input, h *Header, out Sink) error {
	var one gatekeeperConstraint
	j := in.json()
	err := j.members(func(name string) error {
		switch name {
		case "items":
			return each(j, func(c *gatekeeperConstraint) error { return c.emit(h, out) })
		case "apiVersion":
			return j.value(&one.APIVersion)
		case "kind":
			return j.value(&one.Kind)
		case "metadata":
			return j.value(&one.Metadata)
		case "spec":
			return j.value(&one.Spec)
		case "status":
			return j.value(&one.Status)
		}
		return j.skip()
	})
	if err == nil && strings.HasPrefix(one.APIVersion, gatekeeperGroup) { // not a list
		err = one.emit(h, out)
	}
	return err
}

// gatekeeperConstraint is one constraint. Gatekeeper bounds how many violations its status holds.
type gatekeeperConstraint struct {
	APIVersion, Kind string
	Metadata         struct {
		Name        string
		Annotations map[string]string
	}
	Spec   struct{ EnforcementAction string }
	Status struct {
		AuditTimestamp  string
		TotalViolations int
		Violations      []struct{ EnforcementAction, Kind, Name, Namespace, Message string }
	}
}

func (c *gatekeeperConstraint) emit(h *Header, out Sink) error {
	h.latest(c.Status.AuditTimestamp)
	if shown := len(c.Status.Violations); c.Status.TotalViolations > shown {
		missed(h, "%s/%s lists %d of %d violations (Gatekeeper's --constraint-violations-limit)", c.Kind, c.Metadata.Name, shown, c.Status.TotalViolations)
	}
	for _, v := range c.Status.Violations {
		action := firstText(v.EnforcementAction, c.Spec.EnforcementAction, "deny")
		rule := finding.Rule{
			ID: c.Kind + "/" + c.Metadata.Name, Engine: "cluster", Title: titleOf(c.Metadata.Annotations["description"], c.Kind+" "+c.Metadata.Name),
			Severity: finding.Medium, Confidence: finding.Firm,
		}
		switch action {
		case "deny":
			rule.Severity = finding.High
		case "dryrun":
			rule.Severity = finding.Low
		}
		f := found(rule, firstText(v.Message, rule.Title), finding.Location{Logical: kubePlace(v.Namespace, v.Kind, v.Name, "")})
		f.Facts = factsOf("enforcement", action)
		if err := emit(out, rule, f); err != nil {
			return err
		}
	}
	return nil
}
