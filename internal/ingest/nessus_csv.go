package ingest

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// nessusCSVFormat is what Nessus, Tenable Vulnerability Management and Tenable Security Center export, whose columns differ.
var nessusCSVFormat = Format{
	Name: "nessus-csv", Title: "Nessus or Tenable CSV", Tool: "Nessus",
	Is: func(h *Head) bool {
		return h.Columns("Plugin ID", "Host", "Name", "Synopsis") || h.Columns("Plugin", "Plugin Name", "IP Address", "Synopsis") ||
			h.Columns("definition.id", "definition.name", "severity") || nessusSemicolons(h.Data)
	},
	Read: readNessusCSV,
}

// nessusSemicolons tells the export of Tenable's explorer that has semicolons.
func nessusSemicolons(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	return bytes.Contains(line, []byte(";definition.id;")) && bytes.Contains(line, []byte(";definition.name;"))
}

// readNessusCSV reads the rows. A plugin that is about several CVEs has a row for each, one after another: they are one finding.
func readNessusCSV(in *Input, h *Header, out Sink) error {
	var last *hostFault
	flush := func() error {
		if last == nil {
			return nil
		}
		return last.emit(out)
	}
	comma := ','
	if nessusSemicolons(in.head()) {
		comma = ';'
	}
	err := in.rows(comma, func(r row) error {
		w := nessusRow(r)
		if w == nil {
			return nil
		}
		if last != nil && last.id == w.id && last.at == w.at {
			last.cves = append(last.cves, w.cves...)
			return nil
		}
		if err := flush(); err != nil {
			return err
		}
		last = w
		return nil
	})
	if err != nil {
		return err
	}
	return flush()
}

// nessusRow makes a fault of a row, nil of what is information only.
func nessusRow(r row) *hostFault {
	word := r.get("Risk", "Severity", "Risk Factor")
	if word == "" || strings.EqualFold(word, "none") || strings.EqualFold(word, "info") || strings.EqualFold(r.get("state", "Vulnerability State"), "fixed") {
		return nil
	}
	severity, numbered := nessusSeverity(word)
	if !numbered {
		severity = severityOf(word)
	}
	host := r.get("Host", "DNS Name", "FQDN", "asset.display_fqdn", "asset.host_name", "asset.name", "IP Address", "NetBIOS Name", "NetBios")
	w := &hostFault{
		at: hostPlaceOf(cmp.Or(r.get("FQDN", "DNS Name"), host), r.get("IP Address", "asset.display_ipv4_address", "Host"), r.get("Port"), r.get("Protocol")),
		id: r.get("Plugin ID", "Plugin", "definition.id"), title: r.get("Name", "Plugin Name", "definition.name"),
		text:   joinTexts(r.get("Synopsis", "definition.synopsis"), r.get("Description", "definition.description")),
		advice: r.get("Solution", "Steps to Remediate", "definition.solution"), references: strings.Fields(r.get("See Also", "definition.see_also")), severity: severity, confidence: finding.Firm,
		cves: strings.FieldsFunc(r.get("CVE", "definition.cve"), func(c rune) bool { return c == ',' || c == ' ' || c == '\n' }),
		cwe:  cwesIn(crossReferences(strings.Fields(strings.ReplaceAll(r.get("XREF", "Cross References"), ", ", " ")))...),
	}
	exploit := slices.Contains([]string{"yes", "true"}, strings.ToLower(r.get("Exploit?", "Exploit Available")))
	score := r.get("CVSS v4.0 Base Score", "CVSS v3.0 Base Score", "CVSS V3 Base Score", "CVSS3 Base Score", "definition.cvss3.base_score", "CVSS v2.0 Base Score", "CVSS V2 Base Score", "CVSS Base Score", "CVSS")
	w.threat = hostThreat(score, exploit, epssOf(r.get("EPSS Score"), "", ""),
		r.get("CVSS4 Vector"), r.get("CVSS3 Vector", "CVSS V3 Vector", "definition.cvss3.base_vector"), r.get("CVSS Vector", "CVSS V2 Vector"))
	if because := r.get("Accept Risk Comment"); because != "" {
		w.waived = "risk accepted: " + because
	}
	if strings.EqualFold(r.get("risk_modified"), "accepted") {
		w.waived = "risk accepted: " + cmp.Or(r.get("recast_reason"), "no reason given")
	}
	if w.id == "" || w.at.host() == "" {
		return nil
	}
	return w
}
