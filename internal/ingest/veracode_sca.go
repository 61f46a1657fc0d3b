package ingest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var veracodeSCAFormat = Format{
	Name: "veracode-sca", Title: "Veracode SCA issues JSON",
	Is:   func(h *Head) bool { return h.Has("_embedded.issues.issue_type", "_embedded.issues.library") },
	Read: readVeracodeSCA,
}

var veracodeSCACSVFormat = Format{
	Name: "veracode-sca-csv", Title: "Veracode SCA issues CSV",
	Is: func(h *Head) bool {
		return h.Columns("Issue ID", "Issue type", "Package manager", "Coordinate 1", "Version in use")
	},
	Read: readVeracodeSCACSV,
}

// veracodeIssue is an issue of Veracode SCA's agent-based scan.
type veracodeIssue struct {
	IssueStatus, IssueType, Severity, ProjectName text
	Ignored, VulnerableMethod                     bool
	Library                                       struct {
		ID, Name, Version text
		Direct            bool
	}
	Vulnerability struct {
		ID, Title, Overview, CVE, CVSS2Vector, CVSS3Vector, CVSS3Score, CVSS2Score, CWEID text
	}
}

// readVeracodeSCA reads pages of Veracode's SCA API (srcclr/v3/workspaces/…/issues).
func readVeracodeSCA(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Veracode SCA"}}
	j := in.json()
	seen, total := 0, 0
	err := j.members(func(name string) error {
		switch name {
		case "_embedded":
			return j.members(func(name string) error {
				if name != "issues" {
					return j.skip()
				}
				return each(j, func(i *veracodeIssue) error {
					seen++
					return i.emit(out)
				})
			})
		case "page":
			var page struct{ TotalElements text }
			err := j.value(&page)
			total = number(string(page.TotalElements))
			return err
		}
		return j.skip()
	})
	if total > seen {
		h.Partial = append(h.Partial, fmt.Sprintf("this page has %d of %d issues", seen, total))
	}
	return h, err
}

// readVeracodeSCACSV reads the same issues as they are exported.
func readVeracodeSCACSV(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Veracode SCA"}}
	return h, in.rows(',', func(r row) error {
		i := veracodeIssue{
			IssueStatus: text(r.get("Status")), IssueType: text(r.get("Issue type")), Severity: text(r.get("CVSS score")), ProjectName: text(r.get("Project")),
			Ignored: strings.EqualFold(r.get("Ignored"), "true"), VulnerableMethod: strings.EqualFold(r.get("Has vulnerable methods"), "true"),
		}
		i.Library.Name, i.Library.Version, i.Library.Direct = text(r.get("Library")), text(r.get("Version in use")), strings.EqualFold(r.get("Dependency (Transitive or Direct)"), "direct")
		i.Library.ID = text(strings.Join([]string{r.get("Package manager"), r.get("Coordinate 1"), r.get("Coordinate 2"), r.get("Version in use"), ""}, ":"))
		i.Vulnerability.ID, i.Vulnerability.Title, i.Vulnerability.CVE = text(r.get("Vulnerability ID")), text(r.get("Title")), text(r.get("CVE"))
		i.Vulnerability.CVSS3Score = text(r.get("CVSS score"))
		if fixed := r.get("Updated Version"); fixed != "" {
			return i.emit(out, fixed)
		}
		return i.emit(out)
	})
}

func (i *veracodeIssue) emit(out Sink, fixed ...string) error {
	status := strings.ToLower(string(i.IssueStatus))
	if !strings.EqualFold(string(i.IssueType), "vulnerability") || status == "fixed" || status == "resolved" {
		return nil // licences and outdated libraries are no flaws
	}
	v := &i.Vulnerability
	id, aliases := flawNames(veracodeCVE(string(v.CVE)), veracodeSID(string(v.ID)))
	if id == "" || i.Library.Name == "" {
		return nil
	}
	score, err := strconv.ParseFloat(string(i.Severity), 64)
	rule := finding.Rule{
		ID: id, Engine: "sca", Title: titleOf(string(v.Title), id), Why: string(v.Overview), Severity: severityOfScore(score), Confidence: finding.Firm,
		CWE: cwesIn(string(v.CWEID)),
	}
	if err != nil {
		rule.Severity = severityOf(string(i.Severity))
	}
	f := finding.Finding{
		Rule: id, Engine: "sca", Aliases: aliases, Severity: rule.Severity, Confidence: rule.Confidence,
		Message:   oneLine(fmt.Sprintf("%s %s: %s", i.Library.Name, i.Library.Version, rule.Title), 500),
		Component: veracodeLibrary(string(i.Library.ID), string(i.Library.Name), string(i.Library.Version)),
	}
	f.Component.Direct, f.Component.Project, f.Component.Fixed = i.Library.Direct, string(i.ProjectName), fixed
	if score, err := strconv.ParseFloat(string(v.CVSS3Score), 64); err == nil {
		f.Threat = threatOf(score, cvss3(string(v.CVSS3Vector)), strings.Trim(string(v.CVSS2Vector), "()"))
	}
	if i.VulnerableMethod {
		f.Facts = append(f.Facts, finding.Fact{Name: "vulnerable method", Value: "called, says Veracode"})
	}
	if i.Ignored {
		f.Verdict = waived("ignored in Veracode SCA")
	}
	return emit(out, rule, f)
}

// veracodeSID is the name of an entry of Veracode's own database.
func veracodeSID(id string) string {
	if id == "" {
		return ""
	}
	return "SRCCLR-SID-" + id
}
