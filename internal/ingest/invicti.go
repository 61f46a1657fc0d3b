package ingest

import (
	"cmp"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var invictiFormat = Format{
	Name: "invicti", Title: "Invicti (Netsparker) and Acunetix 360 JSON", Tool: "Invicti",
	Is: func(h *Head) bool {
		return h.Object() && h.Has("Generated", "Target", "Vulnerabilities") && (h.Has("Target.ScanId") || h.Has("Target.Url"))
	},
	Read: readInvicti,
}

// readInvicti reads the vulnerability list that Invicti, once Netsparker, and Acunetix 360 export as JSON. Of the traffic only the method is kept.
func readInvicti(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "Generated":
			var at string
			err := j.value(&at)
			h.At = dayFirst(at)
			return err
		case "Vulnerabilities":
			return each(j, func(v *invictiVulnerability) error {
				if strings.HasPrefix(v.State, "Fixed") {
					return nil
				}
				return v.emit(out)
			})
		}
		return j.skip()
	})
}

type invictiVulnerability struct {
	Name, Type, URL, Severity, State, Description, Impact, RemedialProcedure, RemedialActions string
	ExternalReferences                                                                        string
	Confirmed                                                                                 bool
	Certainty                                                                                 string
	Classification                                                                            struct {
		CWE          string
		CVSS, CVSS31 struct {
			Vector    string
			BaseScore struct{ Value string }
		}
	}
	ExtraInformation []struct{ Name, Value string }
	HTTPRequest      struct {
		Method     string
		Parameters []struct{ Name string }
	}
}

func (v *invictiVulnerability) emit(out Sink) error {
	rule := finding.Rule{
		ID: cmp.Or(v.Type, v.Name), Engine: "dast", Title: titleOf(v.Name, v.Type),
		Why:      strings.TrimSpace(flat(v.Description) + "\n\n" + flat(v.Impact)),
		Fix:      strings.TrimSpace(flat(v.RemedialProcedure) + "\n\n" + flat(v.RemedialActions)),
		Severity: severityOf(v.Severity), Confidence: finding.Likely,
	}
	for _, m := range hrefs().FindAllStringSubmatch(v.ExternalReferences, 50) {
		rule.References = append(rule.References, m[1])
	}
	if v.Confirmed {
		rule.Confidence = finding.Certain
	}
	c := &v.Classification
	rule.CWE = cwesIn(strings.Split(c.CWE, ",")...)
	cvss := c.CVSS31
	if cvss.Vector == "" {
		cvss = c.CVSS
	}
	method, parameter := v.HTTPRequest.Method, ""
	if sent := v.HTTPRequest.Parameters; len(sent) == 1 {
		parameter = sent[0].Name
	}
	place := webPlaceOf(v.URL, method, parameter)
	f := found(rule, rule.Title+" at "+place.String(), place.location())
	f.Asset, f.Threat = place.asset(), known(threatOf(decimal(cvss.BaseScore.Value), cvss.Vector))
	for i, e := range v.ExtraInformation {
		if i < 10 {
			f.Facts = append(f.Facts, factsOf(oneLine(e.Name, 80), quoted(e.Value))...)
		}
	}
	if state := strings.ReplaceAll(v.State, " ", ""); strings.Contains(state, "AcceptedRisk") || strings.Contains(state, "FalsePositive") {
		f.Verdict = waived("state in Invicti: " + v.State)
	}
	return emit(out, rule, f)
}
