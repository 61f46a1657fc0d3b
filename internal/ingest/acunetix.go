package ingest

import (
	"cmp"
	"encoding/xml"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

var acunetixFormat = Format{
	Name: "acunetix", Title: "Acunetix XML", Tool: "Acunetix",
	Is:   func(h *Head) bool { return h.Root() == "ScanGroup" },
	Read: readAcunetix,
}

// readAcunetix reads what Acunetix exports as XML. Requests and responses are left out, but for the method.
func readAcunetix(in *Input, h *Header, out Sink) error {
	x := in.xml()
	var site string
	return x.walk(func(start xml.StartElement) (bool, error) {
		switch start.Name.Local {
		case "ReportItem":
			return element(x, start, func(i *acunetixItem) error { return i.emit(out, site) })
		case "StartURL":
			return true, x.decode(&site, start)
		case "Crawler":
			if address := attr(start, "StartUrl"); address != "" && !strings.Contains(site, "://") {
				site = address
			}
		case "FinishTime", "Aborted":
			var value string
			err := x.decode(&value, start)
			if start.Name.Local == "FinishTime" {
				h.At = dayFirst(value)
			} else if strings.EqualFold(strings.TrimSpace(value), "true") {
				missed(h, "the scan of %s was aborted", stableURL(site))
			}
			return true, err
		}
		return false, nil
	}, nil)
}

// dayFirst reads the times of Acunetix ("24/09/2018, 21:42:41", "25/06/2021 09:59 AM"); zero where it is none.
func dayFirst(s string) time.Time {
	for _, layout := range []string{"02/01/2006, 15:04:05", "02/01/2006 15:04:05", "02/01/2006 03:04 PM"} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t
		}
	}
	return timeOf(s)
}

type acunetixItem struct {
	Name           string `xml:"Name"`
	Module         string `xml:"ModuleName"`
	Details        string `xml:"Details"`
	Affects        string `xml:"Affects"`
	Parameter      string `xml:"Parameter"`
	SourceFile     string `xml:"AOP_SourceFile"`
	SourceLine     string `xml:"AOP_SourceLine"`
	FalsePositive  string `xml:"IsFalsePositive"`
	Severity       string `xml:"Severity"`
	Impact         string `xml:"Impact"`
	Description    string `xml:"Description"`
	Recommendation string `xml:"Recommendation"`
	Request        string `xml:"TechnicalDetails>Request"`
	CWE            []struct {
		ID   string `xml:"id,attr"`
		Text string `xml:",chardata"`
	} `xml:"CWEList>CWE"`
	CVE []struct {
		ID   string `xml:"id,attr"`
		Text string `xml:",chardata"`
	} `xml:"CVEList>CVE"`
	CVSS3      acunetixScore `xml:"CVSS3"`
	CVSS2      acunetixScore `xml:"CVSS"`
	References []string      `xml:"References>Reference>URL"`
}

type acunetixScore struct {
	Descriptor string `xml:"Descriptor"`
	Score      string `xml:"Score"`
}

func (i *acunetixItem) emit(out Sink, site string) error {
	rule := finding.Rule{
		ID: cmp.Or(strings.TrimSpace(i.Name), i.Module), Engine: "dast", Title: titleOf(i.Name, i.Module),
		Why: strings.TrimSpace(flat(i.Description) + "\n\n" + flat(i.Impact)), Fix: flat(i.Recommendation), Severity: severityOf(i.Severity), Confidence: finding.Firm,
		References: i.References,
	}
	for _, c := range i.CWE {
		rule.CWE = append(rule.CWE, cwesIn(cmp.Or(c.ID, c.Text))...)
	}
	if !strings.Contains(site, "://") {
		site = "http://" + strings.TrimSpace(site)
	}
	method, _, _ := strings.Cut(strings.TrimSpace(i.Request), " ")
	if len(method) > 10 {
		method = ""
	}
	place := webPlaceOf(webPlaceOf(site, "", "").origin()+"/"+strings.TrimLeft(strings.TrimSpace(i.Affects), "/"), method, i.Parameter)
	if strings.Contains(i.Affects, "://") {
		place.url = stableURL(i.Affects)
	}
	f := found(rule, rule.Title+" at "+place.String(), place.location())
	f.Asset, f.Location.Path = place.asset(), rooted(strings.TrimSpace(i.SourceFile)) // AcuSensor tells the file
	if f.Location.Path != "" {
		f.Location.Region = lines(integer(i.SourceLine), 0)
	}
	f.Facts = factsOf("detail", quoted(flat(i.Details)))
	var cves []string
	for _, c := range i.CVE {
		cves = append(cves, cveIn(c.ID, c.Text)...)
	}
	nameFlaws(&f, rule.ID, distinct(cves))
	f.Threat = known(threatOf(decimal(cmp.Or(i.CVSS3.Score, i.CVSS2.Score)), i.CVSS3.Descriptor, i.CVSS2.Descriptor))
	if v := strings.ToLower(strings.TrimSpace(i.FalsePositive)); v == "true" || v == "1" {
		f.Verdict = waived("marked as a false positive in Acunetix")
	}
	return emit(out, rule, f)
}
