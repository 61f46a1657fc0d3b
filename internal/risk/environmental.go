package risk

import (
	"strings"

	cvss30 "github.com/pandatix/go-cvss/30"
	cvss31 "github.com/pandatix/go-cvss/31"
	cvss40 "github.com/pandatix/go-cvss/40"

	"github.com/reevehq/reeve/internal/finding"
)

// requirements are CVSS' security requirements (CR, IR, AR): L, M, H, or X for not defined.
type requirements struct{ confidentiality, integrity, availability string }

// requirementsOf derives the security requirements of a place:
//
//	asset criticality    low L, medium M, high and critical H: for all three
//	data within reach    personal, health, card, credentials, financial: H for confidentiality
//	                     card, credentials, financial, health: H for integrity, personal M
//
// The stronger of both counts; what is not known is X, which CVSS counts as neither (v3) or as the worst case (v4.0).
func requirementsOf(x *finding.Exposure, criticality string) requirements {
	all := map[string]string{"low": "L", "medium": "M", "high": "H", "critical": "H"}[criticality]
	if all == "" {
		all = "X"
	}
	r := requirements{all, all, all}
	for _, kind := range x.Data {
		r.confidentiality = "H"
		if strings.ToLower(kind) == "personal" {
			r.integrity = stronger(r.integrity, "M")
		} else {
			r.integrity = "H"
		}
	}
	return r
}

// stronger gives the stronger of two requirements.
func stronger(a, b string) string {
	if strings.Index("XLMH", a) >= strings.Index("XLMH", b) {
		return a
	}
	return b
}

// environmental is the CVSS score with the security requirements of the place; nil where none is known, or where there is no vector of version 3 or 4.
// What a published vector itself says of an environment is another one's, and of exploitation is staler than the table's: only its base counts.
func environmental(c *facts) *finding.Environmental {
	r := requirementsOf(&c.exposure, c.criticality)
	if r == (requirements{"X", "X", "X"}) {
		return nil
	}
	text := metricsOf(c.text).base()
	if text == "" {
		return nil
	}
	for _, m := range [...][2]string{{"CR", r.confidentiality}, {"IR", r.integrity}, {"AR", r.availability}} {
		if m[1] != "X" {
			text += "/" + m[0] + ":" + m[1]
		}
	}
	out := &finding.Environmental{Vector: text, Because: sayEnvironmental(c, r)}
	switch {
	case strings.HasPrefix(text, "CVSS:4.0/"):
		v, err := cvss40.ParseVector(text)
		if err != nil {
			return nil
		}
		out.Score = v.Score()
	case strings.HasPrefix(text, "CVSS:3.1/"):
		v, err := cvss31.ParseVector(text)
		if err != nil {
			return nil
		}
		out.Score = v.EnvironmentalScore()
	default:
		v, err := cvss30.ParseVector(text)
		if err != nil {
			return nil
		}
		out.Score = v.EnvironmentalScore()
	}
	return out
}

func sayEnvironmental(c *facts, r requirements) string {
	words := map[string]string{"L": "low", "M": "medium", "H": "high", "X": "not known"}
	var from []string
	if r.availability != "X" {
		from = append(from, "its asset's "+c.criticality+" criticality")
	}
	if len(c.exposure.Data) > 0 {
		from = append(from, "data within reach ("+strings.Join(c.exposure.Data, ", ")+")")
	}
	return "Need for confidentiality " + words[r.confidentiality] + ", for integrity " + words[r.integrity] + ", for availability " + words[r.availability] +
		": from " + strings.Join(from, " and ") + "."
}
