package ingest

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var veracodeAPIFormat = Format{
	Name: "veracode-api", Title: "Veracode findings JSON",
	Is: func(h *Head) bool {
		return h.Has("findings.scan_type", "findings.finding_status") || h.Has("_embedded.findings.scan_type", "_embedded.findings.finding_status") ||
			h.Has("findings.scan_type", "findings.finding_details")
	},
	Read: readVeracodeAPI,
}

// readVeracodeAPI reads pages of Veracode's findings API (appsec/v2/applications/…/findings), whole or only their list.
func readVeracodeAPI(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Veracode"}}
	j := in.json()
	seen, total := 0, 0
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
			var page struct{ TotalElements text }
			err := j.value(&page)
			total = number(string(page.TotalElements))
			return err
		}
		return j.skip()
	})
	if total > seen {
		h.Partial = append(h.Partial, fmt.Sprintf("this page has %d of %d findings", seen, total))
	}
	return h, err
}

type veracodeAPIFinding struct {
	IssueID, ScanType, Description, ContextGUID text

	FindingStatus  struct{ Status, Resolution, ResolutionStatus text }
	Annotations    list[struct{ Action, Comment, UserName text }]
	FindingDetails struct {
		Severity, FilePath, FileName, FileLineNumber, Module, Procedure, AttackVector text
		URL, VulnerableParameter                                                      text
		CWE                                                                           struct{ ID, Name text }
		FindingCategory                                                               struct{ Name text }

		Version, ComponentFilename, Language text
		ComponentPath                        list[struct{ Path text }]
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
	what, fix, references := veracodeParts(string(f.Description))
	flaw := veracodeFlaw{
		cwe: string(d.CWE.ID), weakness: string(d.CWE.Name), category: string(d.FindingCategory.Name), severity: number(string(d.Severity)),
		description: what, fix: fix, references: references, verdict: verdict,
		folder: string(d.FilePath), line: string(d.FileLineNumber), module: string(d.Module), function: string(d.Procedure),
		url: string(d.URL), parameter: string(d.VulnerableParameter),
	}
	if flaw.folder == "" {
		flaw.file = string(d.FileName)
	}
	if f.IssueID != "" && f.ContextGUID != "" {
		flaw.identity = finding.Fingerprint(string(f.ContextGUID + "/" + f.IssueID))
	}
	return flaw.emit(out)
}

// verdict reads what people decided; what is fixed is gone.
func (f *veracodeAPIFinding) verdict() (v *finding.Verdict, gone bool) {
	s := &f.FindingStatus
	if s.ResolutionStatus == "APPROVED" || s.Resolution == "MITIGATED" && s.ResolutionStatus != "REJECTED" && s.ResolutionStatus != "PROPOSED" {
		because := strings.ToLower(sentence(string(s.Resolution))) + ", approved in Veracode"
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
	name := string(d.ComponentFilename)
	id, aliases := flawNames(veracodeCVE(string(d.CVE.Name)))
	if id == "" || name == "" {
		return nil
	}
	summary := flat(string(f.Description))
	rule := finding.Rule{
		ID: id, Engine: "sca", Title: titleOf(summary, id), Why: summary, Severity: veracodeSeverity(number(string(d.Severity))), Confidence: finding.Firm,
		CWE: cwesIn(string(d.CWE.ID)),
	}
	found := finding.Finding{
		Rule: id, Engine: "sca", Aliases: aliases, Severity: rule.Severity, Confidence: rule.Confidence, Verdict: verdict,
		Message: oneLine(rule.Title, 500), Component: codeComponent("", name, string(d.Version)), Threat: d.CVE.threat(),
	}
	for i, p := range d.ComponentPath {
		at := finding.Location{Path: rooted(strings.ReplaceAll(string(p.Path), "#zip:", "!/"))}
		if i == 0 {
			found.Location = at
		} else {
			found.Also = append(found.Also, at)
		}
	}
	return emit(out, rule, found)
}

type veracodeAPICVE struct {
	Name, CVSS, Vector text
	CVSS3              struct{ Score, Vector text }
}

// threat reads vectors of version 3, which Veracode writes without "CVSS:3.1/", and 2.
func (c *veracodeAPICVE) threat() *finding.Threat {
	score, err := strconv.ParseFloat(string(cmp.Or(c.CVSS3.Score, c.CVSS)), 64)
	if err != nil {
		score = 0
	}
	return threatOf(score, cvss3(string(c.CVSS3.Vector)), strings.Trim(string(c.Vector), "()"))
}

// cvss3 completes a vector of version 3 that lacks its prefix.
func cvss3(vector string) string {
	vector = strings.Trim(vector, "()")
	if vector != "" && !strings.HasPrefix(vector, "CVSS:") {
		return "CVSS:3.0/" + vector
	}
	return vector
}
