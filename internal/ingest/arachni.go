package ingest

import (
	"cmp"
	"slices"

	"github.com/reevehq/reeve/internal/finding"
)

var arachniFormat = Format{
	Name: "arachni", Title: "Arachni JSON", Tool: "Arachni",
	Is: func(h *Head) bool {
		return h.Object() && h.Has("version", "seed", "options") || h.Has("issues.digest", "issues.check", "issues.vector")
	},
	Read: readArachni,
}

// readArachni reads what "arachni_reporter --reporter=json" makes of a scan. Pages, requests and responses are left out.
func readArachni(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "version":
			return j.value(&h.Tool.Version)
		case "finish_datetime":
			return j.time(&h.At)
		case "issues":
			return each(j, func(i *arachniIssue) error { return i.emit(out) })
		}
		return j.skip()
	})
}

type arachniIssue struct {
	Name, Description, Severity, Proof string
	Remedy                             string `json:"remedy_guidance"`
	References                         map[string]string
	Tags                               list[string]
	CWE                                string
	Digest                             string
	Trusted                            *bool
	Check                              struct{ Name, ShortName string }
	Vector                             struct {
		Class, Type, URL, Action, Method string
		Input                            string `json:"affected_input_name"`
	}
}

func (i *arachniIssue) emit(out Sink) error {
	rule := finding.Rule{
		ID: cmp.Or(i.Check.ShortName, i.Name), Engine: "dast", Title: titleOf(i.Name, i.Check.Name, i.Check.ShortName),
		Why: flat(i.Description), Fix: flat(i.Remedy), Severity: severityOf(i.Severity), Confidence: finding.Firm,
		CWE: cwesIn(i.CWE), Tags: texts(i.Tags...),
	}
	for _, address := range i.References {
		rule.References = append(rule.References, address)
	}
	slices.Sort(rule.References)
	place := webPlaceOf(cmp.Or(i.Vector.Action, i.Vector.URL), i.Vector.Method, i.Vector.Input)
	f := found(rule, rule.Title+" at "+place.String(), place.location())
	f.Asset = place.asset()
	f.Facts = factsOf("evidence", quoted(i.Proof), "element", i.Vector.Type)
	if i.Trusted != nil && !*i.Trusted {
		f.Confidence, f.Reasons = finding.Tentative, []string{"Arachni does not trust it: it asks for a look by a person"}
	}
	return emit(out, rule, f)
}
