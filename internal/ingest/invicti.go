package ingest

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var invictiFormat = Format{
	Name: "invicti", Title: "Invicti (Netsparker) and Acunetix 360 JSON",
	Is: func(h *Head) bool {
		return h.Object() && h.Has("Generated", "Target", "Vulnerabilities") && (h.Has("Target.ScanId") || h.Has("Target.Url"))
	},
	Read: readInvicti,
}

// readInvicti reads the vulnerability list that Invicti, once Netsparker, and Acunetix 360 export as JSON. Of the traffic only the method is kept.
func readInvicti(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Invicti"}}
	j := in.json()
	err := j.members(func(name string) error {
		switch name {
		case "Generated":
			var at string
			err := j.into(&at)
			h.At = dayFirst(at)
			return err
		case "Vulnerabilities":
			return each(j, func(v *invictiVulnerability) error {
				if strings.HasPrefix(string(v.State), "Fixed") {
					return nil
				}
				return v.emit(out)
			})
		}
		return j.skip()
	})
	return h, err
}

type invictiVulnerability struct {
	Name, Type, URL, Severity, State, Description, Impact, RemedialProcedure, RemedialActions text
	ExternalReferences                                                                        text
	Confirmed                                                                                 bool
	Certainty                                                                                 text
	Classification                                                                            *struct {
		CWE, OWASP text
		CVSS       *struct {
			Vector    text
			BaseScore *struct{ Value text }
		}
		CVSS31 *struct {
			Vector    text
			BaseScore *struct{ Value text }
		}
	}
	ExtraInformation []struct{ Name, Value text }
	HTTPRequest      *struct {
		Method     text
		Parameters []struct{ Name text }
	}
}

func (v *invictiVulnerability) emit(out Sink) error {
	rule := finding.Rule{
		ID: string(cmp.Or(v.Type, v.Name)), Engine: "dast", Title: titleOf(string(v.Name), string(v.Type)),
		Why:      strings.TrimSpace(flat(string(v.Description)) + "\n\n" + flat(string(v.Impact))),
		Fix:      strings.TrimSpace(flat(string(v.RemedialProcedure)) + "\n\n" + flat(string(v.RemedialActions))),
		Severity: severityOf(string(v.Severity)), Confidence: finding.Likely,
	}
	for _, m := range hrefs().FindAllStringSubmatch(string(v.ExternalReferences), 50) {
		rule.References = append(rule.References, m[1])
	}
	if v.Confirmed {
		rule.Confidence = finding.Certain
	}
	var threat *finding.Threat
	if c := v.Classification; c != nil {
		rule.CWE = cwesIn(strings.Split(string(c.CWE), ",")...)
		if c.CVSS31 != nil && c.CVSS31.Vector != "" {
			threat = publishedThreat(numberIn(c.CVSS31.BaseScore), string(c.CVSS31.Vector))
		} else if c.CVSS != nil {
			threat = publishedThreat(numberIn(c.CVSS.BaseScore), string(c.CVSS.Vector))
		}
	}
	method, parameter := "", ""
	if r := v.HTTPRequest; r != nil {
		method = string(r.Method)
		if len(r.Parameters) == 1 {
			parameter = string(r.Parameters[0].Name)
		}
	}
	place := webPlaceOf(string(v.URL), method, parameter)
	f := found(rule, rule.Title+" at "+place.String(), place.location())
	f.Asset, f.Threat = place.asset(), threat
	for i, e := range v.ExtraInformation {
		if i < 10 {
			f.Facts = append(f.Facts, factsOf(oneLine(string(e.Name), 80), quoted(string(e.Value)))...)
		}
	}
	if state := strings.ReplaceAll(string(v.State), " ", ""); strings.Contains(state, "AcceptedRisk") || strings.Contains(state, "FalsePositive") {
		f.Verdict = waived("state in Invicti: " + string(v.State))
	}
	return emit(out, rule, f)
}

// numberIn reads a score that is written as text; nil where it is none.
func numberIn(score *struct{ Value text }) *float64 {
	if score == nil {
		return nil
	}
	n, err := strconv.ParseFloat(string(score.Value), 64)
	if err != nil {
		return nil
	}
	return &n
}
