package ingest

import (
	"encoding/xml"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var qualysWASFormat = Format{
	Name: "qualys-was", Title: "Qualys Web Application Scanning XML", Tool: "Qualys WAS",
	Is:   func(h *Head) bool { return h.Root() == "WAS_SCAN_REPORT" || h.Root() == "WAS_WEBAPP_REPORT" },
	Read: readQualysWAS,
}

// qualysWAS is one report being read; its glossary stands at its end.
type qualysWAS struct {
	x      *xmlReader
	header *Header
	shelf  shelf
	wanted map[string]bool
	known  map[string]*qualysCheck
}

func readQualysWAS(in *Input, h *Header, out Sink) error {
	q := &qualysWAS{x: in.xml(), header: h, wanted: map[string]bool{}, known: map[string]*qualysCheck{}}
	q.shelf = shelf{out: out, complete: q.complete}
	if err := q.x.walk(q.visit, nil); err != nil {
		return err
	}
	return q.shelf.run()
}

func (q *qualysWAS) visit(start xml.StartElement) (bool, error) {
	switch start.Name.Local {
	case "GENERATION_DATETIME":
		var at string
		err := q.x.decode(&at, start)
		q.header.At = timeOf(at)
		return true, err
	case "SUMMARY", "INFORMATION_GATHERED_LIST", "FILTERS":
		return true, q.x.skip()
	case "VULNERABILITY", "SENSITIVE_CONTENT":
		return element(q.x, start, func(v *qualysWebFault) error { return q.fault(v) })
	case "QID":
		var c qualysCheck
		if err := q.x.decode(&c, start); err != nil {
			return true, err
		}
		if q.wanted[c.QID] && q.known[c.QID] == nil {
			q.known[c.QID] = &c
		}
		return true, nil
	case "GROUP_LIST", "OWASP_LIST", "WASC_LIST":
		return true, q.x.skip()
	}
	return false, nil
}

// qualysWebFault is one fault of one address. UniqueID is Qualys' own, kept from scan to scan.
type qualysWebFault struct {
	UniqueID string `xml:"UNIQUE_ID"`
	QID      string `xml:"QID"`
	URL      string `xml:"URL"`
	Param    string `xml:"PARAM"`
	Method   string `xml:"PAYLOADS>PAYLOAD>REQUEST>METHOD"`
	Status   string `xml:"STATUS"`
	Ignored  string `xml:"IGNORED"`
}

func (q *qualysWAS) fault(v *qualysWebFault) error {
	if v.QID == "" || strings.EqualFold(v.Status, "fixed") {
		return nil
	}
	at := webPlaceOf(v.URL, v.Method, v.Param)
	rule := finding.Rule{ID: oneLine(v.QID, 40), Engine: "dast", Title: "Qualys QID " + oneLine(v.QID, 40), Severity: finding.Medium, Confidence: finding.Firm}
	f := finding.Finding{
		Asset: at.asset(), Severity: rule.Severity, Confidence: finding.Firm, Location: at.location(),
		Message: oneLine(rule.Title+" at "+at.String(), 500), Fingerprint: finding.Fingerprint(oneLine(v.UniqueID, 100)),
	}
	if len(f.Location.Logical) == 0 {
		f.Location.Logical = steps("url", "unknown")
	}
	if v.Ignored == "true" {
		f.Verdict = waived("ignored in Qualys")
	}
	q.wanted[v.QID] = true
	return q.shelf.hold(rule, f)
}

// qualysCheck is an entry of the glossary.
type qualysCheck struct {
	QID      string `xml:"QID"`
	Level    string `xml:"SEVERITY"`
	Title    string `xml:"TITLE"`
	CWE      string `xml:"CWE"`
	OWASP    string `xml:"OWASP"`
	Text     string `xml:"DESCRIPTION"`
	Impact   string `xml:"IMPACT"`
	Solution string `xml:"SOLUTION"`
	Score3   string `xml:"CVSS_V3>BASE"`
	Score2   string `xml:"CVSS_BASE"`
	Vector3  string `xml:"CVSS_V3>VECTOR_STRING"`
}

func (q *qualysWAS) complete(rule *finding.Rule, f *finding.Finding) {
	c := q.known[rule.ID]
	if c == nil {
		return
	}
	title := titleOf(c.Title, rule.Title)
	f.Message = strings.Replace(f.Message, rule.Title, title, 1)
	rule.Title, rule.Why, rule.Fix = title, joinTexts(flat(c.Text), flat(c.Impact)), flat(c.Solution)
	rule.CWE, rule.Severity = cwesIn(strings.FieldsFunc(c.CWE, func(r rune) bool { return r == ',' || r == ' ' })...), qualysSeverity(c.Level)
	if c.OWASP != "" {
		rule.OWASP = []string{oneLine(c.OWASP, 40)}
	}
	f.Severity = rule.Severity
	f.Threat = known(threatOf(decimal(c.Score3), c.Vector3))
}
