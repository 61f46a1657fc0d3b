package ingest

import (
	"cmp"
	"slices"

	"github.com/reevehq/reeve/internal/finding"
)

var arachniFormat = Format{
	Name: "arachni", Title: "Arachni JSON",
	Is: func(h *Head) bool {
		return h.Object() && h.Has("version", "seed", "options") || h.Has("issues.digest", "issues.check", "issues.vector")
	},
	Read: readArachni,
}

// readArachni reads what "arachni_reporter --reporter=json" makes of a scan. Pages, requests and responses are left out.
func readArachni(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Arachni"}}
	j := in.json()
	err := j.members(func(name string) error {
		switch name {
		case "version":
			return j.into(&h.Tool.Version)
		case "finish_datetime":
			var at string
			err := j.into(&at)
			h.At = timeOf(at)
			return err
		case "issues":
			return each(j, func(i *arachniIssue) error { return i.emit(out) })
		}
		return j.skip()
	})
	return h, err
}

type arachniIssue struct {
	Name, Description, Severity, Proof text
	Remedy                             text `json:"remedy_guidance"`
	References                         map[string]text
	Tags                               list[text]
	CWE                                text
	Digest                             text
	Trusted                            *bool
	Check                              struct{ Name, ShortName text }
	Vector                             struct {
		Class, Type, URL, Action, Method text
		Input                            text `json:"affected_input_name"`
	}
}

func (i *arachniIssue) emit(out Sink) error {
	rule := finding.Rule{
		ID: string(cmp.Or(i.Check.ShortName, i.Name)), Engine: "dast", Title: titleOf(string(i.Name), string(i.Check.Name), string(i.Check.ShortName)),
		Why: flat(string(i.Description)), Fix: flat(string(i.Remedy)), Severity: severityOf(string(i.Severity)), Confidence: finding.Firm,
		CWE: cwesIn(string(i.CWE)), Tags: texts(i.Tags),
	}
	for _, address := range i.References {
		rule.References = append(rule.References, string(address))
	}
	slices.Sort(rule.References)
	place := webPlaceOf(string(cmp.Or(i.Vector.Action, i.Vector.URL)), string(i.Vector.Method), string(i.Vector.Input))
	f := found(rule, rule.Title+" at "+place.String(), place.location())
	f.Asset = place.asset()
	f.Facts = factsOf("evidence", quoted(string(i.Proof)), "element", string(i.Vector.Type))
	if i.Trusted != nil && !*i.Trusted {
		f.Confidence, f.Reasons = finding.Tentative, []string{"Arachni does not trust it: it asks for a look by a person"}
	}
	return emit(out, rule, f)
}
