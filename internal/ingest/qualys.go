package ingest

import (
	"cmp"
	"encoding/xml"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// qualysFormat is what Qualys Vulnerability Management writes: the scan, the report by assets, and the answer of its API.
var qualysFormat = Format{
	Name: "qualys", Title: "Qualys VM XML", Tool: "Qualys",
	Is: func(h *Head) bool {
		switch h.Root() {
		case "ASSET_DATA_REPORT", "HOST_LIST_VM_DETECTION_OUTPUT":
			return true
		case "SCAN":
			return h.Contains("qualys") || h.Contains("<KEY value=") || h.Attr("value") != ""
		}
		return false
	},
	Read: readQualys,
}

// qualysScan is one report being read. The report by assets explains its numbers at its end: findings wait for that on a shelf.
type qualysScan struct {
	x      *xmlReader
	out    Sink
	header *Header
	name   string
	ip     string
	path   []string
	port   hostPlace // the port of the category being read
	shelf  shelf
	wanted map[string]bool
	known  map[string]*qualysDetails
}

func readQualys(in *Input, h *Header, out Sink) error {
	q := &qualysScan{
		x: in.xml(), out: out, header: h, wanted: map[string]bool{}, known: map[string]*qualysDetails{},
	}
	q.shelf = shelf{out: out, complete: q.complete}
	err := q.x.walk(q.visit, func(string) { q.path = q.path[:max(0, len(q.path)-1)] })
	if err != nil {
		return err
	}
	return q.shelf.run()
}

func (q *qualysScan) visit(start xml.StartElement) (bool, error) {
	switch name := start.Name.Local; name {
	case "HOST":
		q.ip, q.name = "", ""
	case "IP":
		if value := attr(start, "value"); value != "" { // the scan's element for a host
			q.ip, q.name = value, attr(start, "name")
			if q.name == "No registered hostname" {
				q.name = ""
			}
			break
		}
		return true, q.x.decode(&q.ip, start)
	case "DNS":
		return true, q.x.decode(&q.name, start)
	case "GENERATION_DATETIME", "DATETIME":
		return true, q.time(start)
	case "KEY":
		return true, q.key(start)
	case "CAT":
		q.port = hostPlaceOf("", "", attr(start, "port"), attr(start, "protocol"))
	case "VULN":
		return true, q.scanned(start)
	case "VULN_INFO", "DETECTION":
		return element(q.x, start, func(d *qualysDetection) error { return q.detection(d, name == "DETECTION") })
	case "VULN_DETAILS":
		var d qualysDetails
		if err := q.x.decode(&d, start); err != nil {
			return true, err
		}
		if q.wanted[d.QID] && q.known[d.QID] == nil {
			q.known[d.QID] = &d
		}
		return true, nil
	case "INFOS", "SERVICES", "RISK_SCORE_PER_HOST", "TAGS":
		return true, q.x.skip()
	}
	q.path = append(q.path, start.Name.Local)
	return false, nil
}

func (q *qualysScan) time(start xml.StartElement) error {
	var at string
	err := q.x.decode(&at, start)
	if t := timeOf(at); q.header.At.IsZero() {
		q.header.At = t
	}
	return err
}

// key reads what a scan says about itself.
func (q *qualysScan) key(start xml.StartElement) error {
	var value string
	err := q.x.decode(&value, start)
	switch attr(start, "value") {
	case "DATE":
		q.header.At = timeOf(value)
	case "STATUS":
		if value != "FINISHED" && value != "" {
			missed(q.header, "the scan's status is %s", value)
		}
	}
	return err
}

// qualysSeverity reads 1 to 5: minimal, medium, serious, critical, urgent.
func qualysSeverity(level string) finding.Severity {
	switch strings.TrimSpace(level) {
	case "5":
		return finding.Critical
	case "4":
		return finding.High
	case "3":
		return finding.Medium
	case "2":
		return finding.Low
	}
	return finding.Info
}

// qualysVuln is a fault in a scan, with all about it.
type qualysVuln struct {
	QID      string   `xml:"number,attr"`
	Level    string   `xml:"severity,attr"`
	CVE      string   `xml:"cveid,attr"`
	Title    string   `xml:"TITLE"`
	Text     string   `xml:"DIAGNOSIS"`
	Impact   string   `xml:"CONSEQUENCE"`
	Solution string   `xml:"SOLUTION"`
	Score3   string   `xml:"CVSS3_BASE"`
	Score2   string   `xml:"CVSS_BASE"`
	CVEs     []string `xml:"CVE_ID_LIST>CVE_ID>ID"`
	URLs     []string `xml:"VENDOR_REFERENCE_LIST>VENDOR_REFERENCE>URL"`
}

func (q *qualysScan) scanned(start xml.StartElement) error {
	var v qualysVuln
	if err := q.x.decode(&v, start); err != nil {
		return err
	}
	w := hostFault{
		at: hostPlaceOf(q.name, q.ip, "", ""), id: v.QID, title: v.Title, text: joinTexts(flat(v.Text), flat(v.Impact)), advice: flat(v.Solution), references: v.URLs,
		severity: qualysSeverity(v.Level), confidence: finding.Certain, cves: append(v.CVEs, strings.Split(v.CVE, ",")...),
		threat: threatOf(decimal(cmp.Or(v.Score3, v.Score2))),
	}
	w.at.port = q.port.port
	if slices.Contains(q.path, "PRACTICES") {
		w.confidence = finding.Likely
	}
	if w.id == "" {
		return nil
	}
	return w.emit(q.out)
}

// qualysDetection is a fault on a host, by number: what the number means stands elsewhere, or nowhere in the API's answer.
type qualysDetection struct {
	QID      string `xml:"QID"`
	Type     string `xml:"TYPE"`
	Port     string `xml:"PORT"`
	Protocol string `xml:"PROTOCOL"`
	Service  string `xml:"SERVICE"`
	Instance string `xml:"INSTANCE"`
	Level    string `xml:"SEVERITY"`
	State    string `xml:"STATUS"`
	State2   string `xml:"VULN_STATUS"`
	Ignored  string `xml:"IS_IGNORED"`
	Disabled string `xml:"IS_DISABLED"`
}

func (q *qualysScan) detection(d *qualysDetection, api bool) error {
	state := cmp.Or(d.State, d.State2)
	kind := strings.ToLower(d.Type)
	if d.QID == "" || strings.HasPrefix(kind, "i") || strings.EqualFold(state, "fixed") { // Ig, Info
		return nil
	}
	w := hostFault{
		at: hostPlaceOf(q.name, q.ip, d.Port, d.Protocol), id: d.QID, title: "Qualys QID " + d.QID, within: d.Instance, severity: qualysSeverity(d.Level), confidence: finding.Certain,
	}
	if kind == "practice" || kind == "potential" {
		w.confidence = finding.Likely
	}
	if d.Ignored == "1" || d.Disabled == "1" {
		w.waived = "ignored in Qualys"
	}
	if api {
		return w.emit(q.out)
	}
	q.wanted[d.QID] = true
	return q.shelf.hold(w.rule(), w.finding())
}

// qualysDetails is an entry of the glossary.
type qualysDetails struct {
	QID      string   `xml:"QID"`
	Title    string   `xml:"TITLE"`
	Level    string   `xml:"SEVERITY"`
	Text     string   `xml:"THREAT"`
	Impact   string   `xml:"IMPACT"`
	Solution string   `xml:"SOLUTION"`
	CVEs     []string `xml:"CVE_ID_LIST>CVE_ID>ID"`
	URLs     []string `xml:"VENDOR_REFERENCE_LIST>VENDOR_REFERENCE>URL"`
	Score3   string   `xml:"CVSS3_SCORE>CVSS3_BASE"`
	Score2   string   `xml:"CVSS_SCORE>CVSS_BASE"`
}

// complete gives a finding what the glossary says.
func (q *qualysScan) complete(rule *finding.Rule, f *finding.Finding) {
	d := q.known[rule.ID]
	if d == nil {
		return
	}
	w := hostFault{
		id: rule.ID, title: d.Title, text: joinTexts(flat(d.Text), flat(d.Impact)), advice: flat(d.Solution), references: d.URLs, cves: d.CVEs, class: rule.Engine,
		severity: qualysSeverity(d.Level), confidence: f.Confidence, threat: threatOf(decimal(cmp.Or(d.Score3, d.Score2))),
	}
	full := w.finding()
	f.Message = strings.Replace(f.Message, rule.Title, titleOf(w.title, rule.Title), 1)
	*rule = w.rule()
	f.Severity, f.Threat, f.Aliases = full.Severity, full.Threat, full.Aliases
	f.Facts = append(f.Facts, full.Facts...)
}
