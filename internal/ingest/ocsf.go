package ingest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

var prowlerOCSFFormat = Format{
	Name: "prowler-ocsf", Title: "Prowler JSON-OCSF (v4, v5)", Tool: "Prowler",
	Nothing: []string{"[]"},
	Is: func(h *Head) bool {
		return isOCSF(h) && (h.Text("metadata.product.name") == "Prowler" || h.Text("finding_info.product_uid") == "prowler")
	},
	Read: readOCSF,
}

var ocsfFormat = Format{
	Name: "ocsf", Title: "OCSF findings", Tool: "OCSF",
	Nothing: []string{"[]", ""},
	Is:      isOCSF,
	Read:    readOCSF,
}

func isOCSF(h *Head) bool {
	for _, at := range []string{"", "Findings.", "detail.findings."} {
		if h.Has(at+"class_uid", at+"metadata") || h.Has(at+"class_uid", at+"finding_info") || h.Has(at+"metadata.product", at+"severity_id", at+"status_id") {
			return true
		}
	}
	return false
}

// readOCSF reads findings of the Open Cybersecurity Schema Framework (1.0 to 1.5, https://schema.ocsf.io), from any product: an array, single
// objects or lines, and the answer of Security Hub's get-findings-v2. Classes that are no findings, and incidents, which are made of findings, are passed over and counted.
func readOCSF(in *Input, h *Header, out Sink) error {
	passed := map[string]int{}
	path := awsPath(in)
	err := records(in.json(), h, func(e *ocsfEvent) error {
		if product := &e.Metadata.Product; h.Tool.Version == "" && product.Name != "" {
			h.Tool.Name, h.Tool.Version = oneLine(product.Name, 100), strings.Trim(product.Version, "<>")
		}
		if at := e.at(); at.After(h.At) {
			h.At = at
		}
		if why := e.passedOver(); why != "" {
			passed[why]++
			return nil
		}
		return e.emit(out)
	}, path...)
	for _, why := range []string{ocsfManual, ocsfNotFinding} {
		if passed[why] > 0 {
			out.Note(fmt.Sprintf("%d %s", passed[why], why))
		}
	}
	return err
}

const (
	ocsfManual     = "checks are left to people: the tool cannot tell their result"
	ocsfNotFinding = "events are no findings"
	ocsfPassed     = "passed"
)

// The classes of findings.
const (
	ocsfSecurity      = 2001
	ocsfVulnerability = 2002
	ocsfCompliance    = 2003
	ocsfDetection     = 2004
	ocsfIncident      = 2005
)

// at is when the event was: "time" is in milliseconds, though Prowler writes seconds.
func (e *ocsfEvent) at() time.Time {
	for _, s := range []string{e.TimeDT, e.EventTime} {
		if t := timeOf(s); !t.IsZero() {
			return t
		}
	}
	n, err := strconv.ParseInt(e.Time, 10, 64)
	switch {
	case err != nil || n <= 0:
		return time.Time{}
	case n > 100_000_000_000:
		return time.UnixMilli(n).UTC()
	}
	return time.Unix(n, 0).UTC()
}

// passedOver tells why an event makes no finding, "" if it does.
func (e *ocsfEvent) passedOver() string {
	class := integer(e.ClassUID)
	if class != 0 && (class < 2000 || class > 2999 || class == ocsfIncident) {
		return ocsfNotFinding
	}
	switch strings.ToUpper(e.StatusCode) {
	case "PASS", "PASSED":
		return ocsfPassed
	case "MANUAL", "INFO":
		return ocsfManual
	}
	switch strings.ToLower(e.Compliance.value.Status) {
	case "pass", "passed", "not_available", "not applicable", "notapplicable":
		return ocsfPassed
	}
	switch e.state() {
	case "resolved", "archived", "deleted":
		return ocsfPassed
	}
	return ""
}

// state is the life of the finding in its product's words; the number counts only where there is no word, as early Prowlers wrote a wrong one.
func (e *ocsfEvent) state() string {
	if s := strings.ToLower(e.Status); s != "" {
		return s
	}
	return [...]string{"", "new", "in progress", "suppressed", "resolved", "archived", "deleted"}[max(0, min(integer(e.StatusID), 6))]
}

func (e *ocsfEvent) severity() finding.Severity {
	word := e.Severity
	if word == "" || strings.EqualFold(word, "other") || strings.EqualFold(word, "unknown") {
		word = [...]string{"unknown", "info", "low", "medium", "high", "critical", "fatal"}[max(0, min(integer(e.SeverityID), 6))]
	}
	return severityOf(word)
}
