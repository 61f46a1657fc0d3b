package ingest

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var veracodeAPIFormat = Format{
	Name: "veracode-api", Title: "Veracode findings JSON", Tool: "Veracode",
	Is: func(h *Head) bool {
		return h.Has("findings.scan_type", "findings.finding_status") || h.Has("_embedded.findings.scan_type", "_embedded.findings.finding_status") ||
			h.Has("findings.scan_type", "findings.finding_details")
	},
	Read: readVeracodeAPI,
}

// readVeracodeAPI reads pages of Veracode's findings API (appsec/v2/applications/…/findings), whole or only their list.
func readVeracodeAPI(in *Input, h *Header, out Sink) error {
	j := in.json()
	seen := 0
	var page veracodePage
	findings := func() error {
		return each(j, func(f *veracodeAPIFinding) error {
			seen++
			return f.emit(out)
		})
	}
	err := j.members(func(name string) error {
		switch name {
		case "_embedded":
			return j.members(func(name string) error {
				if name == "findings" {
					return findings()
				}
				return j.skip()
			})
		case "findings":
			return findings()
		case "page":
			return j.value(&page)
		}
		return j.skip()
	})
	page.note(h, seen)
	return err
}

type veracodeAPIFinding struct {
	IssueID, ScanType, Description, ContextGUID string

	FindingStatus  struct{ Status, Resolution, ResolutionStatus string }
	Annotations    list[struct{ Action, Comment, UserName string }]
	FindingDetails struct {
		Severity, FilePath, FileName, FileLineNumber, Module, Procedure, AttackVector string
		URL, VulnerableParameter                                                      string
		CWE                                                                           struct{ ID, Name string }
		FindingCategory                                                               struct{ Name string }

		Version, ComponentFilename, Language string
		ComponentPath                        list[struct{ Path string }]
		CVE                                  veracodeAPICVE
	}
}

func (f *veracodeAPIFinding) emit(out Sink) error {
	verdict, gone := f.verdict()
	if gone {
		return nil
	}
	if f.ScanType == "SCA" {
		return f.component(out, verdict)
	}
	d := &f.FindingDetails
	what, fix, references := veracodeParts(f.Description)
	flaw := veracodeFlaw{
		cwe: d.CWE.ID, weakness: d.CWE.Name, category: d.FindingCategory.Name, severity: integer(d.Severity),
		description: what, fix: fix, references: references, verdict: verdict,
		folder: d.FilePath, line: d.FileLineNumber, module: d.Module, function: d.Procedure,
		url: d.URL, parameter: d.VulnerableParameter,
	}
	if flaw.folder == "" {
		flaw.file = d.FileName
	}
	if f.IssueID != "" && f.ContextGUID != "" {
		flaw.identity = finding.Fingerprint(f.ContextGUID + "/" + f.IssueID)
	}
	return flaw.emit(out)
}

// verdict reads what people decided; what is fixed is gone.
func (f *veracodeAPIFinding) verdict() (v *finding.Verdict, gone bool) {
	s := &f.FindingStatus
	if s.ResolutionStatus == "APPROVED" || s.Resolution == "MITIGATED" && s.ResolutionStatus != "REJECTED" && s.ResolutionStatus != "PROPOSED" {
		because := strings.ToLower(sentence(s.Resolution)) + ", approved in Veracode"
		if len(f.Annotations) > 0 {
			a := &f.Annotations[0]
			because += fmt.Sprintf(" (%s by %s: %s)", a.Action, a.UserName, a.Comment)
		}
		return waived(because), false
	}
	return nil, s.Status == "CLOSED"
}

func (f *veracodeAPIFinding) component(out Sink, verdict *finding.Verdict) error {
	d := &f.FindingDetails
	name := d.ComponentFilename
	id, aliases := flawNames(veracodeCVE(d.CVE.Name))
	if id == "" || name == "" {
		return nil
	}
	summary := flat(f.Description)
	rule := finding.Rule{
		ID: id, Engine: "sca", Title: titleOf(summary, id), Why: summary, Severity: veracodeSeverity(integer(d.Severity)), Confidence: finding.Firm,
		CWE: cwesIn(d.CWE.ID),
	}
	found := finding.Finding{
		Aliases: aliases, Severity: rule.Severity, Confidence: rule.Confidence, Verdict: verdict,
		Message: oneLine(rule.Title, 500), Component: new(componentIn("", name, d.Version)), Threat: d.CVE.threat(),
	}
	for i, p := range d.ComponentPath {
		at := finding.Location{Path: rooted(strings.ReplaceAll(p.Path, "#zip:", "!/"))}
		if i == 0 {
			found.Location = at
		} else {
			found.Also = append(found.Also, at)
		}
	}
	return emit(out, rule, found)
}

type veracodeAPICVE struct {
	Name, CVSS, Vector string
	CVSS3              struct{ Score, Vector string }
}

// threat reads vectors of version 3, which Veracode writes without "CVSS:3.1/", and 2.
func (c *veracodeAPICVE) threat() *finding.Threat {
	return known(threatOf(decimal(cmp.Or(c.CVSS3.Score, c.CVSS)), cvss3(c.CVSS3.Vector), c.Vector))
}

// cvss3 completes a vector of version 3 that lacks its prefix.
func cvss3(vector string) string {
	vector = strings.Trim(vector, "()")
	if vector != "" && !strings.HasPrefix(vector, "CVSS:") {
		return "CVSS:3.0/" + vector
	}
	return vector
}
