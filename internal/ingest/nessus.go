package ingest

import (
	"cmp"
	"encoding/xml"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var nessusFormat = Format{
	Name: "nessus", Title: "Nessus (.nessus, version 2)", Tool: "Nessus",
	Is:   func(h *Head) bool { return h.Root() == "NessusClientData_v2" },
	Read: readNessus,
}

// nessusScan is one report being read. The policy, which comes first and is long, is passed over.
type nessusScan struct {
	x      *xmlReader
	out    Sink
	header *Header
	host   map[string]string // tags of the host being read
	name   string
}

func readNessus(in *Input, h *Header, out Sink) error {
	n := &nessusScan{x: in.xml(), out: out, header: h}
	err := n.x.walk(n.visit, nil)
	return err
}

func (n *nessusScan) visit(start xml.StartElement) (bool, error) {
	switch start.Name.Local {
	case "Policy":
		return true, n.x.skip()
	case "ReportHost":
		n.name, n.host = attr(start, "name"), map[string]string{}
	case "tag":
		var value string
		if err := n.x.decode(&value, start); err != nil {
			return true, err
		}
		name := attr(start, "name")
		switch name {
		case "host-ip", "host-fqdn", "host-rdns", "hostname":
			n.host[name] = value
		case "HOST_END":
			n.header.latest(value)
		}
		return true, nil
	case "ReportItem":
		item := nessusItem{}
		if err := n.x.decode(&item, start); err != nil {
			return true, err
		}
		return true, n.item(&item)
	}
	return false, nil
}

func (n *nessusScan) place(port, protocol string) hostPlace {
	name := cmp.Or(n.host["host-fqdn"], n.host["host-rdns"], n.name, n.host["hostname"])
	return hostPlaceOf(name, cmp.Or(n.host["host-ip"], n.name), port, protocol)
}

// nessusItem is what one plugin found on one port of one host.
type nessusItem struct {
	Port     string   `xml:"port,attr"`
	Protocol string   `xml:"protocol,attr"`
	Severity string   `xml:"severity,attr"`
	ID       string   `xml:"pluginID,attr"`
	Name     string   `xml:"pluginName,attr"`
	Family   string   `xml:"pluginFamily,attr"`
	Synopsis string   `xml:"synopsis"`
	Text     string   `xml:"description"`
	Solution string   `xml:"solution"`
	SeeAlso  string   `xml:"see_also"`
	CVE      []string `xml:"cve"`
	CWE      []string `xml:"cwe"`
	XRef     []string `xml:"xref"`
	Score2   string   `xml:"cvss_base_score"`
	Vector2  string   `xml:"cvss_vector"`
	Score3   string   `xml:"cvss3_base_score"`
	Vector3  string   `xml:"cvss3_vector"`
	Score4   string   `xml:"cvss4_base_score"`
	Vector4  string   `xml:"cvss4_vector"`
	Exploit  string   `xml:"exploit_available"`
	EPSS     string   `xml:"epss_score"`
	Known    string   `xml:"cisa-known-exploited"`
	Result   string   `xml:"compliance-result"`
	Check    string   `xml:"compliance-check-name"`
	CheckID  string   `xml:"compliance-check-id"`
	Info     string   `xml:"compliance-info"`
	Remedies string   `xml:"compliance-solution"`
}

// nessusUnfinished are the plugins that say that a host was not looked at as it should have been.
func nessusUnfinished(id string) bool {
	return id == "21745" || id == "24786" || id == "26917" || id == "104410"
}

func (n *nessusScan) item(i *nessusItem) error {
	at := n.place(i.Port, i.Protocol)
	if nessusUnfinished(i.ID) {
		missed(n.header, "%s: %s", at.host(), i.Name)
	}
	if i.Result != "" {
		return n.compliance(i, at)
	}
	severity, fault := nessusSeverity(i.Severity)
	if !fault {
		return nil // informational
	}
	w := hostFault{
		at: at, id: i.ID, title: i.Name, text: strings.TrimSpace(i.Synopsis + "\n\n" + i.Text), advice: i.Solution, references: strings.Fields(i.SeeAlso),
		cves: i.CVE, cwe: cwesIn(append(i.CWE, crossReferences(i.XRef)...)...), severity: severity, confidence: finding.Firm,
		threat: hostThreat(cmp.Or(i.Score4, i.Score3, i.Score2), i.Exploit == "true", epssOf(i.EPSS, "", ""), i.Vector4, i.Vector3, i.Vector2),
	}
	if day := strings.ReplaceAll(strings.TrimSpace(i.Known), "/", "-"); day != "" {
		w.threat.KEV = &finding.KEV{Due: oneLine(day, 10)}
	}
	return w.emit(n.out)
}

// nessusSeverity reads 0 to 4; 0 is information and no fault.
func nessusSeverity(s string) (severity finding.Severity, fault bool) {
	switch strings.TrimSpace(s) {
	case "1":
		return finding.Low, true
	case "2":
		return finding.Medium, true
	case "3":
		return finding.High, true
	case "4":
		return finding.Critical, true
	}
	return finding.Info, false
}

// crossReferences gives the weaknesses among references such as "CWE:20".
func crossReferences(refs []string) []string {
	var out []string
	for _, r := range refs {
		if strings.HasPrefix(r, "CWE:") {
			out = append(out, r)
		}
	}
	return out
}

// compliance is a check of a policy file: what failed is a fault; a warning asks a person to look.
func (n *nessusScan) compliance(i *nessusItem, at hostPlace) error {
	w := hostFault{
		at: at, id: cmp.Or(oneLine(i.Check, 200), i.CheckID, i.ID), title: cmp.Or(i.Check, i.Name), text: i.Info, advice: i.Remedies, references: strings.Fields(i.SeeAlso),
		confidence: finding.Firm,
	}
	w.severity, _ = nessusSeverity(i.Severity)
	switch i.Result {
	case "FAILED":
		w.severity = max(w.severity, finding.Medium)
	case "WARNING":
		w.severity, w.confidence = max(w.severity, finding.Low), finding.Tentative
	case "ERROR":
		missed(n.header, "%s: %s could not be checked", at.host(), w.title)
		return nil
	default:
		return nil
	}
	return w.emit(n.out)
}
