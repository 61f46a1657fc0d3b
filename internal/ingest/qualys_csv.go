package ingest

import (
	"encoding/csv"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// qualysCSVFormat is what Qualys VM and VMDR export: a few lines about the report, then the column names, then the rows.
var qualysCSVFormat = Format{
	Name: "qualys-csv", Title: "Qualys CSV", Tool: "Qualys",
	Is: func(h *Head) bool {
		if h.kind != "text" {
			return false
		}
		for line := range strings.Lines(string(h.Data)) {
			cells, err := csv.NewReader(strings.NewReader(line)).Read()
			if err == nil && qualysColumns(cells) {
				return true
			}
		}
		return false
	},
	Read: readQualysCSV,
}

// qualysColumns tells whether a line is the one with the column names.
func qualysColumns(cells []string) bool {
	has := func(name string) bool {
		return slices.ContainsFunc(cells, func(c string) bool { return strings.EqualFold(strings.TrimSpace(c), name) })
	}
	return has("QID") && has("Severity") && (has("Title") || has("Vuln Title"))
}

func readQualysCSV(in *Input, _ *Header, out Sink) error {
	return in.rowsBelow(',', qualysColumns, func(r row) error {
		if w := qualysRow(r); w != nil {
			return w.emit(out)
		}
		return nil
	})
}

// qualysRow makes a fault of a row, nil of what is information, fixed, or no row of the table.
func qualysRow(r row) *hostFault {
	get := func(names ...string) string {
		if v := r.get(names...); v != "'-" && v != "-" {
			return v
		}
		return ""
	}
	kind, state := strings.ToLower(get("Type", "Type Detected")), strings.ToLower(get("Vuln Status", "Status"))
	if get("QID") == "" || strings.HasPrefix(kind, "ig") || strings.HasPrefix(kind, "info") || state == "fixed" {
		return nil
	}
	w := &hostFault{
		at: hostPlaceOf(get("DNS", "FQDN", "Hostname", "Asset Name"), get("IP", "Asset IPV4", "Asset IPV6"), get("Port"), get("Protocol")), id: get("QID"),
		title: get("Title", "Vuln Title"), text: joinTexts(flat(get("Threat")), flat(get("Impact"))), advice: flat(get("Solution")), confidence: finding.Certain,
		cves: strings.FieldsFunc(get("CVE ID", "CVEID", "CVE"), func(c rune) bool { return c == ',' || c == ' ' }), within: get("Instance"),
	}
	level := get("Q_Severity", "Severity")
	if w.severity = qualysSeverity(level); level != "" && strings.Trim(level, "12345") != "" {
		w.severity = severityOf(level)
	}
	score, vector, _ := strings.Cut(get("CVSS3.1 Base", "CVSS3 Base", "CVSSv3.1 Base (nvd)", "CVSS Base", "CVSS_BASE"), " ")
	w.threat = threatOf(decimal(score), qualysVector(vector))
	if kind == "practice" || kind == "potential" {
		w.confidence = finding.Likely
	}
	switch {
	case strings.EqualFold(get("Ignored"), "yes"), strings.EqualFold(get("Disabled"), "yes"), state == "ignored":
		w.waived = "ignored in Qualys"
	case strings.EqualFold(get("False Positive Status"), "approved"):
		w.waived = "approved as false positive in Qualys"
	}
	if w.at.host() == "" {
		return nil
	}
	return w
}

// qualysVector reads "(AV:N/AC:H/PR:N/…)": the version shows in the metrics.
func qualysVector(s string) string {
	s = strings.Trim(s, "() ")
	if strings.Contains(s, "/PR:") {
		return "CVSS:3.1/" + s
	}
	return s
}
