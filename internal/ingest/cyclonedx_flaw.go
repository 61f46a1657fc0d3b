package ingest

import (
	"cmp"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// cycloneVulnerability is a vulnerability in JSON and XML, and in the extension of XML before version 1.4.
type cycloneVulnerability struct {
	Ref             string   `json:"-" xml:"ref,attr"`
	ID              string   `json:"id" xml:"id"`
	Description     string   `json:"description" xml:"description"`
	Detail          string   `json:"detail" xml:"detail"`
	Recommendation  string   `json:"recommendation" xml:"recommendation"`
	Recommendations []string `json:"-" xml:"recommendations>recommendation"`
	Workaround      string   `json:"workaround" xml:"workaround"`
	Published       string   `json:"published" xml:"published"`
	Source          struct {
		URL string `json:"url" xml:"url"`
	} `json:"source" xml:"source"`
	References []struct {
		ID string `json:"id" xml:"id"`
	} `json:"references" xml:"references>reference"`
	Ratings    []cycloneRating `json:"ratings" xml:"ratings>rating"`
	CWEs       []string        `json:"cwes" xml:"cwes>cwe"`
	Advisories []struct {
		URL  string `json:"url" xml:"url"`
		Text string `json:"-" xml:",chardata"`
	} `json:"advisories" xml:"advisories>advisory"`
	Analysis struct {
		State         string       `json:"state" xml:"state"`
		Justification string       `json:"justification" xml:"justification"`
		Response      list[string] `json:"response" xml:"responses>response"`
		Detail        string       `json:"detail" xml:"detail"`
	} `json:"analysis" xml:"analysis"`
	Affects []cycloneAffected `json:"affects" xml:"affects>target"`
}

type cycloneRating struct {
	Score    string `json:"score" xml:"-"`
	XMLScore struct {
		Value string `xml:",chardata"`
		Base  string `xml:"base"`
	} `json:"-" xml:"score"`
	Severity string `json:"severity" xml:"severity"`
	Method   string `json:"method" xml:"method"`
	Vector   string `json:"vector" xml:"vector"`
}

type cycloneAffected struct {
	Ref      string `json:"ref" xml:"ref"`
	Versions []struct {
		Version string `json:"version" xml:"version"`
		Range   string `json:"range" xml:"range"`
		Status  string `json:"status" xml:"status"`
	} `json:"versions" xml:"versions>version"`
}

// vulnerability makes a finding for each component concerned. Where one is not known yet all of it waits.
func (c *cyclone) vulnerability(v *cycloneVulnerability, size int64) error {
	if v.Ref != "" {
		v.Affects = append(v.Affects, cycloneAffected{Ref: v.Ref})
	}
	for _, a := range v.Affects {
		if _, known := c.resolve(a.Ref); !known {
			return c.late.add(size, func() error { return c.emit(v) })
		}
	}
	return c.emit(v)
}

func (c *cyclone) emit(v *cycloneVulnerability) error {
	affects := v.Affects
	if len(affects) == 0 { // the product itself
		affects = []cycloneAffected{{Ref: c.subject.Ref}}
	}
	for i := range affects {
		component, known := c.resolve(affects[i].Ref)
		switch {
		case known:
		case affects[i].Ref == c.subject.Ref:
			component = c.subject.component()
		default:
			component = componentIn("", affects[i].Ref, "")
		}
		if affects[i].spares(component.Version) {
			continue
		}
		if err := v.flaw(component).emit(c.out); err != nil {
			return err
		}
	}
	return nil
}

// spares tells whether the versions named are all said not to be affected, or this very one is.
func (a *cycloneAffected) spares(version string) bool {
	for _, v := range a.Versions {
		if v.Version != "" && v.Version == version {
			return v.Status == "unaffected"
		}
	}
	for _, v := range a.Versions {
		if v.Status != "unaffected" {
			return false
		}
	}
	return len(a.Versions) > 0
}

func (v *cycloneVulnerability) flaw(component finding.Component) *flaw {
	w := &flaw{
		ids: []string{strings.TrimSpace(v.ID)}, text: cmp.Or(strings.TrimSpace(v.Description), strings.TrimSpace(v.Detail)),
		advice: strings.TrimSpace(cmp.Or(v.Recommendation, strings.Join(v.Recommendations, "\n"), v.Workaround)), severity: v.severity(),
		references: []string{strings.TrimSpace(v.Source.URL)}, cwe: cwesIn(v.CWEs...), component: component, waived: v.because(),
	}
	for _, r := range v.References {
		w.ids = append(w.ids, r.ID)
	}
	for _, a := range v.Advisories {
		w.references = append(w.references, strings.TrimSpace(cmp.Or(a.URL, a.Text)))
	}
	for i := range v.Ratings {
		w.cvss = append(w.cvss, v.Ratings[i].cvss())
	}
	w.threat.Published = timeOf(v.Published)
	if component.Name == "" {
		w.at.Logical = steps("control", w.ids[0])
	}
	if s := v.Analysis.State; s != "" && w.waived == "" {
		w.fact("analysis", strings.TrimSuffix(strings.ReplaceAll(s, "_", " ")+": "+strings.TrimSpace(v.Analysis.Detail), ": "))
	}
	return w
}

// cvss gives vector and score of a rating, zero where its method is not CVSS. Documents write vectors with their prefix or without.
func (r *cycloneRating) cvss() scored {
	prefix, is := map[string]string{"CVSSv2": "", "CVSSv3": "CVSS:3.0/", "CVSSv31": "CVSS:3.1/", "CVSSv4": "CVSS:4.0/"}[strings.TrimSpace(r.Method)]
	vector := strings.TrimSpace(r.Vector)
	switch {
	case cvssRank(vector) > 1: // has its prefix
	case is && strings.HasPrefix(vector, "AV:"):
		vector = prefix + vector
	case !is:
		return scored{}
	}
	return scored{vector, r.base()}
}

func (r *cycloneRating) base() float64 {
	return decimal(cmp.Or(r.Score, r.XMLScore.Base, strings.TrimSpace(r.XMLScore.Value)))
}

// severity is the first rating's that has a word, CVSS' before others'; else the best score's.
func (v *cycloneVulnerability) severity() finding.Severity {
	for _, cvss := range []bool{true, false} {
		for i := range v.Ratings {
			r := &v.Ratings[i]
			word := strings.ToLower(strings.TrimSpace(r.Severity))
			if word != "" && word != "unknown" && strings.HasPrefix(strings.TrimSpace(r.Method), "CVSS") == cvss {
				return severityOf(word)
			}
		}
	}
	best := 0.0
	for i := range v.Ratings {
		best = max(best, v.Ratings[i].cvss().score)
	}
	if best > 0 {
		return finding.SeverityOfScore(best)
	}
	return finding.Medium
}

// because says why the analysis puts the vulnerability aside, "" where it does not.
func (v *cycloneVulnerability) because() string {
	a := &v.Analysis
	switch strings.TrimSpace(a.State) {
	case "not_affected", "false_positive", "resolved", "resolved_with_pedigree":
	default:
		return ""
	}
	parts := []string{strings.ReplaceAll(strings.TrimSpace(a.State), "_", " ")}
	for _, p := range []string{strings.ReplaceAll(a.Justification, "_", " "), a.Detail} {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ": ")
}
