package ingest

import (
	"cmp"
	"encoding/xml"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var openvasFormat = Format{
	Name: "openvas", Title: "OpenVAS (Greenbone) XML", Tool: "OpenVAS",
	Is: func(h *Head) bool {
		switch h.Root() {
		case "get_reports_response", "get_results_response":
			return true
		case "report":
			return h.Attr("format_id") != "" || h.Contains("<gmp>") || h.Contains("<omp>") || h.Contains("<nvt oid=")
		}
		return false
	},
	Read: readOpenVAS,
}

// openvasScan is one report of GMP's being read. The answer to get_reports may hold several.
type openvasScan struct {
	x      *xmlReader
	out    Sink
	header *Header
	path   []string
}

func readOpenVAS(in *Input, h *Header, out Sink) error {
	o := &openvasScan{x: in.xml(), out: out, header: h}
	err := o.x.walk(o.visit, func(string) { o.path = o.path[:max(0, len(o.path)-1)] })
	return err
}

func (o *openvasScan) visit(start xml.StartElement) (bool, error) {
	parent := ""
	if len(o.path) > 0 {
		parent = o.path[len(o.path)-1]
	}
	switch name := start.Name.Local; {
	case name == "result" && (parent == "results" || parent == "get_results_response"):
		return element(o.x, start, func(r *openvasResult) error { return o.result(r) })
	case name == "error" && parent == "errors":
		var e struct {
			Host string `xml:"host"`
			Text string `xml:"description"`
		}
		err := o.x.decode(&e, start)
		missed(o.header, "%s: %s", e.Host, e.Text)
		return true, err
	case name == "scan_run_status":
		var status string
		err := o.x.decode(&status, start)
		if status != "Done" && status != "" {
			missed(o.header, "the scan's status is %s", status)
		}
		return true, err
	case name == "scan_end" || name == "timestamp" && parent == "report":
		var at string
		err := o.x.decode(&at, start)
		if t := timeOf(at); t.After(o.header.At) {
			o.header.At = t
		}
		return true, err
	case name == "ports" && parent == "report", name == "report_format", name == "scan", name == "filters":
		return true, o.x.skip()
	}
	o.path = append(o.path, start.Name.Local)
	return false, nil
}

// openvasResult is what one network vulnerability test found.
type openvasResult struct {
	Name string `xml:"name"`
	Host struct {
		Address string `xml:",chardata"`
		Name    string `xml:"hostname"`
	} `xml:"host"`
	Port     string `xml:"port"`
	Threat   string `xml:"threat"`
	Severity string `xml:"severity"`
	QoD      string `xml:"qod>value"`
	NVT      struct {
		OID        string       `xml:"oid,attr"`
		Name       string       `xml:"name"`
		Base       string       `xml:"cvss_base"`
		Tags       string       `xml:"tags"`
		Solution   string       `xml:"solution"`
		CVE        string       `xml:"cve"`
		Refs       []openvasRef `xml:"refs>ref"`
		Vectors    []string     `xml:"severities>severity>value"`
		EPSS       string       `xml:"epss>max_epss>score"`
		Percentile string       `xml:"epss>max_epss>percentile"`
	} `xml:"nvt"`
	Overrides []struct {
		Text   string `xml:"text"`
		Active string `xml:"active"`
	} `xml:"overrides>override"`
}

type openvasRef struct {
	ID   string `xml:"id,attr"`
	Type string `xml:"type,attr"`
}

func (o *openvasScan) result(r *openvasResult) error {
	port, protocol, _ := strings.Cut(strings.TrimSpace(r.Port), "/")
	if i := strings.LastIndexByte(port, '('); i >= 0 { // "https (443" of OpenVAS 5
		port = port[i+1:]
	}
	at := hostPlaceOf(r.Host.Name, strings.TrimSpace(r.Host.Address), port, strings.Trim(protocol, ")"))
	tags := openvasTags(r.NVT.Tags)
	score := decimal(r.Severity)
	w := hostFault{
		at: at, id: oneLine(r.NVT.OID, 200), title: cmp.Or(r.NVT.Name, r.Name, r.NVT.OID), text: joinTexts(tags["summary"], tags["insight"], tags["impact"]),
		advice: cmp.Or(strings.TrimSpace(r.NVT.Solution), tags["solution"]), severity: finding.SeverityOfScore(score), confidence: openvasConfidence(r.QoD),
		cves: strings.FieldsFunc(strings.ReplaceAll(r.NVT.CVE, "NOCVE", ""), func(c rune) bool { return c == ',' || c == ' ' }),
	}
	for _, ref := range r.NVT.Refs {
		switch ref.Type {
		case "cve":
			w.cves = append(w.cves, ref.ID)
		case "url":
			w.references = append(w.references, ref.ID)
		}
	}
	w.threat = hostThreat(r.NVT.Base, false, epssOf(r.NVT.EPSS, r.NVT.Percentile, ""), append(r.NVT.Vectors, tags["cvss_base_vector"])...)
	switch {
	case r.Threat == "Error" || strings.HasPrefix(strings.TrimSpace(r.Severity), "-3"):
		missed(o.header, "%s: %s", at.host(), w.title)
		return nil
	case r.Threat == "False Positive" || strings.HasPrefix(strings.TrimSpace(r.Severity), "-1"):
		w.severity, w.waived = finding.SeverityOfScore(decimal(r.NVT.Base)), "marked false positive"
		for _, override := range r.Overrides {
			if override.Text != "" {
				w.waived = "marked false positive: " + override.Text
			}
		}
	case r.Severity == "" && r.Threat != "" && r.Threat != "Log" && r.Threat != "Debug":
		w.severity = severityOf(r.Threat)
	case score <= 0:
		return nil // a log message
	}
	if w.id == "" {
		w.id = oneLine(w.title, 200)
	}
	if w.id == "" {
		return nil
	}
	return w.emit(o.out)
}

// openvasTags reads "summary=…|insight=…|solution=…".
func openvasTags(s string) map[string]string {
	out := map[string]string{}
	for part := range strings.SplitSeq(s, "|") {
		if name, value, found := strings.Cut(part, "="); found && len(out) < 50 {
			out[strings.TrimSpace(name)] = strings.TrimSpace(value)
		}
	}
	return out
}

// openvasConfidence reads the quality of detection, 0 to 100.
func openvasConfidence(qod string) finding.Confidence {
	switch n := decimal(qod); {
	case n >= 95:
		return finding.Certain
	case n >= 70 || qod == "":
		return finding.Firm
	case n >= 50:
		return finding.Likely
	}
	return finding.Tentative
}

// joinTexts makes paragraphs of what is not empty.
func joinTexts(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, "\n\n")
}

var openvasCSVFormat = Format{
	Name: "openvas-csv", Title: "OpenVAS (Greenbone) CSV", Tool: "OpenVAS",
	Is: func(h *Head) bool { return h.Columns("IP", "NVT Name", "NVT OID", "Severity") },
	Read: func(in *Input, h *Header, out Sink) error {
		return in.rows(',', func(r row) error {
			score := decimal(r.get("CVSS"))
			word := strings.ToLower(r.get("Severity"))
			if score <= 0 && (word == "" || word == "log" || word == "debug") {
				return nil
			}
			w := hostFault{
				at: hostPlaceOf(r.get("Hostname"), r.get("IP"), r.get("Port"), r.get("Port Protocol")), id: r.get("NVT OID", "NVT Name"), title: r.get("NVT Name"),
				text: joinTexts(r.get("Summary"), r.get("Vulnerability Insight"), r.get("Impact")), advice: r.get("Solution"), severity: finding.SeverityOfScore(score),
				cves:       strings.FieldsFunc(r.get("CVEs"), func(c rune) bool { return c == ',' || c == ' ' }),
				confidence: openvasConfidence(r.get("QoD")), threat: threatOf(decimal(r.get("CVSS"))), references: linksIn(r.get("Other References")),
			}
			if score <= 0 {
				w.severity = severityOf(word)
			}
			h.latest(r.get("Timestamp"))
			if word == "false positive" {
				w.waived = "marked false positive"
			}
			if w.id == "" {
				return nil
			}
			return w.emit(out)
		})
	},
}
