package ingest

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var veracodeXMLFormat = Format{
	Name: "veracode-xml", Title: "Veracode detailed report", Tool: "Veracode",
	Is:   func(h *Head) bool { return h.Root() == "detailedreport" },
	Read: readVeracodeXML,
}

// readVeracodeXML reads Veracode's detailed report (detailedreport.xsd 1.5): flaws of static, dynamic and manual analysis by severity, category
// and weakness, then the flaws of components.
func readVeracodeXML(in *Input, h *Header, out Sink) error {
	v := &veracodeXML{h: h, out: out, x: in.xml()}
	return v.x.walk(v.visit, nil)
}

type veracodeXML struct {
	h              *Header
	out            Sink
	x              *xmlReader
	app            string
	cwe            xml.StartElement
	why, fix       string // of the category
	cweDescription string
}

func (v *veracodeXML) visit(start xml.StartElement) (bool, error) {
	switch start.Name.Local {
	case "detailedreport":
		v.app, v.h.At = attr(start, "app_id"), timeOf(attr(start, "generation_date"))
		if name := attr(start, "app_name"); name != "" {
			v.h.Asset = finding.Asset{Kind: "repository", Name: name}
		}
	case "static-analysis":
		v.h.Tool.Version = attr(start, "engine_version")
	case "category":
		v.why, v.fix = "", ""
	case "desc":
		return true, v.text(&v.why, start)
	case "recommendations":
		return true, v.text(&v.fix, start)
	case "cwe":
		v.cwe, v.cweDescription = start.Copy(), ""
	case "description":
		return true, v.text(&v.cweDescription, start)
	case "flaw":
		return element(v.x, start, func(f *veracodeXMLFlaw) error { return v.flaw(f) })
	case "component":
		return element(v.x, start, func(c *veracodeComponent) error { return v.component(c) })
	}
	return false, nil
}

// veracodeText is text in attributes: paragraphs, and points below them.
type veracodeText struct {
	Paragraphs []struct {
		Text   string `xml:"text,attr"`
		Points []struct {
			Text string `xml:"text,attr"`
		} `xml:"bulletitem"`
	} `xml:"para"`
	Texts []struct {
		Text string `xml:"text,attr"`
	} `xml:"text"`
}

// text reads such a text.
func (v *veracodeXML) text(to *string, start xml.StartElement) error {
	var t veracodeText
	if err := v.x.decode(&t, start); err != nil {
		return err
	}
	var out []string
	for _, p := range t.Paragraphs {
		text := strings.TrimSpace(p.Text)
		for _, point := range p.Points {
			text += "\n- " + strings.TrimSpace(point.Text)
		}
		out = append(out, text)
	}
	for _, p := range t.Texts {
		out = append(out, strings.TrimSpace(p.Text))
	}
	*to = strings.TrimSpace(strings.Join(out, "\n\n"))
	return nil
}

type veracodeXMLFlaw struct {
	Attrs       []xml.Attr           `xml:",any,attr"`
	Mitigations []veracodeMitigation `xml:"mitigations>mitigation"`
}

type veracodeMitigation struct {
	Action      string `xml:"action,attr"`
	Description string `xml:"description,attr"`
	User        string `xml:"user,attr"`
}

// mitigated says who accepted what; the newest mitigation stands first.
func mitigated(list []veracodeMitigation) *finding.Verdict {
	if len(list) == 0 {
		return waived("mitigation accepted in Veracode")
	}
	return waived(fmt.Sprintf("mitigation accepted in Veracode: %s by %s: %s", list[0].Action, list[0].User, list[0].Description))
}

func (v *veracodeXML) flaw(f *veracodeXMLFlaw) error {
	start := xml.StartElement{Attr: f.Attrs}
	switch attr(start, "remediation_status") {
	case "Fixed", "Cannot Reproduce":
		return nil
	}
	what, fix, references := veracodeParts(attr(start, "description"))
	flaw := veracodeFlaw{
		cwe: attr(start, "cweid"), weakness: attr(v.cwe, "cwename"), category: attr(start, "categoryname"), severity: integer(attr(start, "severity")),
		description: what, why: v.why, fix: v.fix, references: references,
		folder: attr(start, "sourcefilepath"), file: attr(start, "sourcefile"), line: attr(start, "line"),
		module: attr(start, "module"), scope: attr(start, "scope"), function: attr(start, "functionprototype"),
		url: attr(start, "url"), parameter: attr(start, "vuln_parameter"),
	}
	if flaw.fix == "" {
		flaw.fix = fix
	}
	if flaw.why == "" {
		flaw.why = v.cweDescription
	}
	if id := attr(start, "issueid"); id != "" && v.app != "" { // Veracode keeps it between the scans of an application
		flaw.identity = finding.Fingerprint(v.app + "/" + id)
	}
	if attr(start, "mitigation_status") == "accepted" {
		flaw.verdict = mitigated(f.Mitigations)
	}
	return flaw.emit(v.out)
}

type veracodeComponent struct {
	FileName  string `xml:"file_name,attr"`
	Version   string `xml:"version,attr"`
	Library   string `xml:"library,attr"`
	LibraryID string `xml:"library_id,attr"`
	Paths     []struct {
		Value string `xml:"value,attr"`
	} `xml:"file_paths>file_path"`
	Flaws []struct {
		CVE         string               `xml:"cve_id,attr"`
		Score       string               `xml:"cvss_score,attr"`
		Severity    string               `xml:"severity,attr"`
		CWE         string               `xml:"cwe_id,attr"`
		Summary     string               `xml:"cve_summary,attr"`
		Mitigated   string               `xml:"mitigation,attr"`
		Mitigations []veracodeMitigation `xml:"mitigations>mitigation"`
	} `xml:"vulnerabilities>vulnerability"`
}

func (v *veracodeXML) component(c *veracodeComponent) error {
	name := c.Library
	if name == "" || c.LibraryID == "" && c.FileName != "" { // the library's name is free text, the file's is what other tools see
		name = c.FileName
	}
	if name == "" {
		return nil
	}
	for _, flaw := range c.Flaws {
		id, aliases := flawNames(veracodeCVE(flaw.CVE))
		if id == "" {
			continue
		}
		rule := finding.Rule{
			ID: id, Engine: "sca", Title: titleOf(flaw.Summary, id), Why: flaw.Summary, Severity: veracodeSeverity(integer(flaw.Severity)),
			Confidence: finding.Firm, CWE: cwesIn(flaw.CWE),
		}
		f := finding.Finding{
			Aliases: aliases, Severity: rule.Severity, Confidence: rule.Confidence,
			Message: oneLine(fmt.Sprintf("%s %s: %s", name, c.Version, rule.Title), 500), Component: veracodeLibrary(c.LibraryID, name, c.Version),
		}
		for i, p := range c.Paths {
			at := finding.Location{Path: rooted(strings.ReplaceAll(p.Value, "#zip:", "!/"))}
			if i == 0 {
				f.Location = at
			} else {
				f.Also = append(f.Also, at)
			}
		}
		f.Threat = known(threatOf(decimal(flaw.Score)))
		if flaw.Mitigated == "true" {
			f.Verdict = mitigated(flaw.Mitigations)
		}
		if err := emit(v.out, rule, f); err != nil {
			return err
		}
	}
	return nil
}
