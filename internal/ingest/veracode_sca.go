package ingest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var veracodeSCAFormat = Format{
	Name: "veracode-sca", Title: "Veracode SCA issues JSON", Tool: "Veracode SCA",
	Is:   func(h *Head) bool { return h.Has("_embedded.issues.issue_type", "_embedded.issues.library") },
	Read: readVeracodeSCA,
}

var veracodeSCACSVFormat = Format{
	Name: "veracode-sca-csv", Title: "Veracode SCA issues CSV", Tool: "Veracode SCA",
	Is: func(h *Head) bool {
		return h.Columns("Issue ID", "Issue type", "Package manager", "Coordinate 1", "Version in use")
	},
	Read: readVeracodeSCACSV,
}

// veracodeIssue is an issue of Veracode SCA's agent-based scan.
type veracodeIssue struct {
	IssueStatus, IssueType, Severity, ProjectName string
	Ignored, VulnerableMethod                     bool
	Library                                       struct {
		ID, Name, Version string
		Direct            bool
	}
	Vulnerability struct {
		ID, Title, Overview, CVE, CVSS2Vector, CVSS3Vector, CVSS3Score, CVSS2Score, CWEID string
	}
}

// readVeracodeSCA reads pages of Veracode's SCA API (srcclr/v3/workspaces/…/issues).
func readVeracodeSCA(in *Input, h *Header, out Sink) error {
	j := in.json()
	seen := 0
	var page veracodePage
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
			return j.value(&page)
		}
		return j.skip()
	})
	page.note(h, seen)
	return err
}

// readVeracodeSCACSV reads the same issues as they are exported.
func readVeracodeSCACSV(in *Input, h *Header, out Sink) error {
	return in.rows(',', func(r row) error {
		i := veracodeIssue{
			IssueStatus: r.get("Status"), IssueType: r.get("Issue type"), Severity: r.get("CVSS score"), ProjectName: r.get("Project"),
			Ignored: strings.EqualFold(r.get("Ignored"), "true"), VulnerableMethod: strings.EqualFold(r.get("Has vulnerable methods"), "true"),
		}
		i.Library.Name, i.Library.Version, i.Library.Direct = r.get("Library"), r.get("Version in use"), strings.EqualFold(r.get("Dependency (Transitive or Direct)"), "direct")
		i.Library.ID = strings.Join([]string{r.get("Package manager"), r.get("Coordinate 1"), r.get("Coordinate 2"), r.get("Version in use"), ""}, ":")
		i.Vulnerability.ID, i.Vulnerability.Title, i.Vulnerability.CVE = r.get("Vulnerability ID"), r.get("Title"), r.get("CVE")
		i.Vulnerability.CVSS3Score = r.get("CVSS score")
		if fixed := r.get("Updated Version"); fixed != "" {
			return i.emit(out, fixed)
		}
		return i.emit(out)
	})
}

func (i *veracodeIssue) emit(out Sink, fixed ...string) error {
	status := strings.ToLower(i.IssueStatus)
	if !strings.EqualFold(i.IssueType, "vulnerability") || status == "fixed" || status == "resolved" {
		return nil // licences and outdated libraries are no flaws
	}
	v := &i.Vulnerability
	id, aliases := flawNames(veracodeCVE(v.CVE), veracodeSID(v.ID))
	if id == "" || i.Library.Name == "" {
		return nil
	}
	score, err := strconv.ParseFloat(i.Severity, 64)
	rule := finding.Rule{
		ID: id, Engine: "sca", Title: titleOf(v.Title, id), Why: v.Overview, Severity: finding.SeverityOfScore(score), Confidence: finding.Firm,
		CWE: cwesIn(v.CWEID),
	}
	if err != nil {
		rule.Severity = severityOf(i.Severity)
	}
	f := finding.Finding{
		Aliases: aliases, Severity: rule.Severity, Confidence: rule.Confidence,
		Message:   oneLine(fmt.Sprintf("%s %s: %s", i.Library.Name, i.Library.Version, rule.Title), 500),
		Component: veracodeLibrary(i.Library.ID, i.Library.Name, i.Library.Version),
	}
	f.Component.Direct, f.Component.Project, f.Component.Fixed = i.Library.Direct, i.ProjectName, fixed
	f.Threat = known(threatOf(decimal(v.CVSS3Score), cvss3(v.CVSS3Vector), v.CVSS2Vector))
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
