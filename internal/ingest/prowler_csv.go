package ingest

import (
	"bytes"
	"cmp"
	"strings"
)

var prowlerCSVFormat = Format{
	Name: "prowler-csv", Title: "Prowler CSV (v2 to v5)", Tool: "Prowler",
	Is: func(h *Head) bool {
		line := "," + strings.ReplaceAll(strings.ToUpper(firstLine(h.Data)), ";", ",") + ","
		has := func(columns ...string) bool {
			for _, c := range columns {
				if !strings.Contains(line, ","+c+",") {
					return false
				}
			}
			return true
		}
		return has("CHECK_ID", "CHECK_TITLE", "STATUS_EXTENDED", "PROVIDER") || has("TITLE_ID", "CHECK_RESULT", "CHECK_SEVERITY")
	},
	Read: readProwlerCSV,
}

func firstLine(data []byte) string {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	return strings.Trim(string(line), "\ufeff\r ")
}

// readProwlerCSV reads Prowler's CSV: with commas in version 2, with semicolons since version 3.
func readProwlerCSV(in *Input, h *Header, out Sink) error {
	comma := ','
	if strings.Contains(firstLine(in.head()), ";") {
		comma = ';'
	}
	var tally prowlerTally
	err := in.rows(comma, func(r row) error {
		c := &prowlerCheck{
			id: r.get("CHECK_ID"), title: r.get("CHECK_TITLE", "TITLE_TEXT"), status: r.get("STATUS", "CHECK_RESULT"),
			message: r.get("STATUS_EXTENDED", "CHECK_RESULT_EXTENDED"), severity: r.get("SEVERITY", "CHECK_SEVERITY"),
			why: r.get("DESCRIPTION"), risk: r.get("RISK", "CHECK_RISK"), fix: r.get("REMEDIATION_RECOMMENDATION_TEXT", "CHECK_REMEDIATION"),
			command: r.get("REMEDIATION_CODE_CLI", "REMEDIATION_RECOMMENDATION_CODE_CLI", "REMEDIATION_CODE_TERRAFORM", "REMEDIATION_CODE_NATIVEIAC"),
			service: r.get("SERVICE_NAME", "CHECK_SERVICENAME"), provider: r.get("PROVIDER"), at: r.get("TIMESTAMP", "ASSESSMENT_START_TIME"),
			version: strings.Trim(r.get("PROWLER_VERSION"), "<>"), kind: r.get("RESOURCE_TYPE", "CHECK_ASFF_RESOURCE_TYPE"), uid: r.get("FINDING_UID", "FINDING_UNIQUE_ID"),
			muted: strings.EqualFold(r.get("MUTED"), "true"),
			place: cloudPlace{
				account:  r.get("ACCOUNT_UID", "ACCOUNT_ID", "ACCOUNT_NUM", "SUBSCRIPTION", "PROJECT_ID"),
				region:   r.get("REGION"),
				resource: r.get("RESOURCE_UID", "RESOURCE_ARN", "RESOURCE_ID", "RESOURCE_NAME", "CHECK_RESOURCE_ID"),
			},
		}
		if strings.EqualFold(c.provider, "kubernetes") {
			c.place.account, c.place.resource = cmp.Or(r.get("ACCOUNT_NAME"), c.place.account), cmp.Or(r.get("RESOURCE_NAME"), c.place.resource)
		}
		for _, address := range []string{r.get("RELATED_URL"), r.get("REMEDIATION_RECOMMENDATION_URL"), r.get("CHECK_DOC")} {
			if address != "" {
				c.references = append(c.references, address)
			}
		}
		for part := range strings.SplitSeq(r.get("COMPLIANCE"), " | ") { // "CIS-1.4: 1.20 | SOC2: cc_6_1, cc_6_2"
			standard, controls, _ := strings.Cut(part, ": ")
			for control := range strings.SplitSeq(controls, ", ") {
				if control != "" {
					c.controls = append(c.controls, standard+":"+control)
				}
			}
		}
		return c.emit(out, h, &tally)
	})
	tally.note(out)
	return err
}
