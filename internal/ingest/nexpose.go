package ingest

import (
	"cmp"
	"encoding/xml"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var nexposeFormat = Format{
	Name: "nexpose", Title: "Rapid7 Nexpose XML", Tool: "Nexpose",
	Is:   func(h *Head) bool { return h.Root() == "NexposeReport" },
	Read: readNexpose,
}

// nexposeScan is one report being read, versions 1.0 and 2.0. What the tests mean stands at the report's end: findings wait for it on a shelf.
type nexposeScan struct {
	x       *xmlReader
	out     Sink
	header  *Header
	at      hostPlace
	address string
	shelf   shelf
	// wanted are the checks that found something, known what their definitions say.
	wanted map[string]bool
	known  map[string]*nexposeFlaw
}

func readNexpose(in *Input, h *Header, out Sink) error {
	n := &nexposeScan{x: in.xml(), out: out, header: h, wanted: map[string]bool{}, known: map[string]*nexposeFlaw{}}
	n.shelf = shelf{out: out, complete: n.complete}
	err := n.x.walk(n.visit, func(name string) {
		if name == "endpoint" {
			n.at.port = ""
		}
	})
	if err != nil {
		return err
	}
	return n.shelf.run()
}

func (n *nexposeScan) visit(start xml.StartElement) (bool, error) {
	switch start.Name.Local {
	case "scan":
		if status := attr(start, "status"); status != "" && status != "finished" {
			missed(n.header, "the scan %s is %s", attr(start, "name"), status)
		}
		end := attr(start, "endTime") // 20131127T115513233, the last three are thousandths
		n.header.latest(end[:min(len(end), 15)])
	case "node":
		n.address = attr(start, "address")
		n.at = hostPlaceOf("", n.address, "", "")
	case "name":
		var name string
		err := n.x.decode(&name, start)
		if n.at.name == "" {
			n.at.name = hostPlaceOf(name, n.address, "", "").name
		}
		return true, err
	case "endpoint":
		n.at.port = hostPlaceOf("", n.address, attr(start, "port"), attr(start, "protocol")).port
	case "test":
		if err := n.x.skip(); err != nil {
			return true, err
		}
		return true, n.test(attr(start, "id"), attr(start, "key"), attr(start, "status"))
	case "fingerprints", "configuration":
		return true, n.x.skip()
	case "vulnerability":
		var v nexposeFlaw
		if err := n.x.decode(&v, start); err != nil {
			return true, err
		}
		if id := strings.ToLower(v.ID); n.wanted[id] && n.known[id] == nil {
			n.known[id] = &v
		}
		return true, nil
	}
	return false, nil
}

// test takes the result of one check: vulnerable-exploited, vulnerable-version and vulnerable-potential, each also with "exception" where
// somebody accepted it; all others are ways to say that there is no fault.
func (n *nexposeScan) test(id, key, status string) error {
	if id == "" || !strings.Contains(status, "vulnerable-") || strings.HasPrefix(status, "not-") || strings.HasPrefix(status, "overridden-") {
		return nil
	}
	accepted := strings.Contains(status, "exception")
	status = strings.TrimSuffix(status, "-with-exception")
	w := hostFault{at: n.at, id: strings.ToLower(oneLine(id, 200)), title: strings.ToLower(id), within: oneLine(key, 300), severity: finding.Medium, confidence: finding.Firm}
	switch {
	case strings.HasSuffix(status, "exploited"):
		w.confidence = finding.Certain
	case strings.HasSuffix(status, "potential"):
		w.confidence = finding.Tentative
	}
	if accepted {
		w.waived = "excepted in Nexpose"
	}
	n.wanted[w.id] = true
	return n.shelf.hold(w.rule(), w.finding())
}

// nexposeFlaw is a VulnerabilityDefinition.
type nexposeFlaw struct {
	ID         string       `xml:"id,attr"`
	Title      string       `xml:"title,attr"`
	Severity   string       `xml:"severity,attr"`
	Score      string       `xml:"cvssScore,attr"`
	Vector     string       `xml:"cvssVector,attr"`
	Text       nexposeText  `xml:"description"`
	Solution   nexposeText  `xml:"solution"`
	References []nexposeRef `xml:"references>reference"`
}

type nexposeRef struct {
	Source string `xml:"source,attr"`
	Value  string `xml:",chardata"`
}

// nexposeText is marked-up text: its characters are kept, and a line for each block.
type nexposeText string

// UnmarshalXML gathers the characters.
func (t *nexposeText) UnmarshalXML(dec *xml.Decoder, _ xml.StartElement) error {
	var b strings.Builder
	for depth := 1; depth > 0; {
		token, err := dec.Token()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
			if token.Name.Local == "ListItem" {
				b.WriteString("\n- ")
			}
		case xml.EndElement:
			depth--
			if token.Name.Local != "URLLink" {
				b.WriteByte('\n')
			}
		case xml.CharData:
			b.WriteString(spaced(string(token)))
		}
	}
	*t = nexposeText(tidy(b.String()))
	return nil
}

// spaced folds white space, and keeps one blank at each end where there was any.
func spaced(s string) string {
	words := strings.Join(strings.Fields(s), " ")
	if words == "" {
		return ""
	}
	if strings.TrimLeft(s, " \t\r\n") != s {
		words = " " + words
	}
	if strings.TrimRight(s, " \t\r\n") != s {
		words += " "
	}
	return words
}

// complete gives a finding what its check's definition says. Nexpose's severity is 1 to 10.
func (n *nexposeScan) complete(rule *finding.Rule, f *finding.Finding) {
	v := n.known[rule.ID]
	if v == nil {
		return
	}
	w := hostFault{id: rule.ID, title: cmp.Or(v.Title, rule.ID), text: string(v.Text), advice: string(v.Solution), confidence: f.Confidence}
	switch level := decimal(v.Severity); {
	case level >= 9:
		w.severity = finding.Critical
	case level >= 7:
		w.severity = finding.High
	case level >= 4:
		w.severity = finding.Medium
	default:
		w.severity = finding.Low
	}
	for _, r := range v.References {
		switch value := strings.TrimSpace(r.Value); r.Source {
		case "CVE":
			w.cves = append(w.cves, value)
		case "CWE":
			w.cwe = cwesIn(value)
		case "URL":
			w.references = append(w.references, value)
		}
	}
	w.class, w.threat = rule.Engine, threatOf(decimal(v.Score), v.Vector)
	full := w.finding()
	*rule = w.rule()
	f.Message = strings.Replace(f.Message, rule.ID, titleOf(w.title), 1)
	f.Severity, f.Threat, f.Aliases = full.Severity, full.Threat, full.Aliases
	f.Facts = append(f.Facts, full.Facts...)
}
