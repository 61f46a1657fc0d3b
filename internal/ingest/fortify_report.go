package ingest

import (
	"encoding/xml"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var fortifyReportFormat = Format{
	Name: "fortify-report", Title: "Fortify report XML", Tool: "Fortify",
	Is:   func(h *Head) bool { return h.Root() == "ReportDefinition" },
	Read: readFortifyReport,
}

// readFortifyReport reads the XML of Fortify's legacy reports (ReportGenerator, "Developer Workbook"): groups of issues, each with its texts first.
func readFortifyReport(in *Input, h *Header, out Sink) error {
	group := map[string]string{}
	x := in.xml()
	return x.walk(func(start xml.StartElement) (bool, error) {
		switch start.Name.Local {
		case "Text":
			var text string
			if err := x.decode(&text, start); err != nil {
				return true, err
			}
			if _, rest, ok := strings.Cut(text, "SCA Engine version:"); ok && h.Tool.Version == "" {
				h.Tool.Version, _, _ = strings.Cut(oneLine(rest, 100), " ")
			}
			return true, nil
		case "GroupingSection":
			clear(group)
		case "MetaInfo":
			var m struct{ Name, Value string }
			if err := x.decode(&m, start); err != nil {
				return true, err
			}
			group[m.Name] = flat(m.Value)
			return true, nil
		case "Issue":
			return element(x, start, func(i *fortifyReportIssue) error { return i.emit(out, group) })
		}
		return false, nil
	}, nil)
}

type fortifyReportIssue struct {
	ID       string `xml:"iid,attr"`
	RuleID   string `xml:"ruleID,attr"`
	Category string
	Kingdom  string
	Abstract string
	Friority string                               // Fortify priority
	External string                               `xml:"ExternalCategory"`
	Tags     []struct{ Name, Value string }       `xml:"Tag"`
	Comments []struct{ UserInfo, Comment string } `xml:"Comment"`
	Primary  fortifyReportPlace
	Source   *fortifyReportPlace
}

type fortifyReportPlace struct {
	FileName       string
	FilePath       string
	LineStart      string
	Snippet        string
	TargetFunction string
}

func (p *fortifyReportPlace) location() finding.Location {
	path := p.FilePath
	if path == "" {
		path = p.FileName
	}
	return finding.Location{Path: rooted(path), Region: lines(integer(p.LineStart), 0), Snippet: strings.Trim(p.Snippet, "\r\n")}
}

func (i *fortifyReportIssue) emit(out Sink, group map[string]string) error {
	rule := finding.Rule{
		ID: i.RuleID, Engine: "sast", Title: titleOf(i.Category, i.RuleID), Why: group["Explanation"], Fix: group["Recommendations"],
		Severity: severityOf(i.Friority), Confidence: finding.Firm, CWE: cwesNamed(strings.ReplaceAll(i.External, "CWE ID ", "CWE-")),
		Tags: texts(i.Kingdom),
	}
	f := finding.Finding{
		Fingerprint: finding.Fingerprint(i.ID), Severity: rule.Severity, Confidence: finding.Firm,
		Message: oneLine(i.Abstract, 500), Location: i.Primary.location(),
	}
	if name, ok := strings.CutSuffix(i.Primary.TargetFunction, "()"); ok && name != "null" {
		f.Location.Logical = steps("function", name)
	}
	if i.Source != nil && i.Source.FileName != "" {
		f.Flow = []finding.Step{
			{Location: i.Source.location(), Message: oneLine(i.Source.TargetFunction, 300)},
			{Location: f.Location, Message: oneLine(i.Primary.TargetFunction, 300)},
		}
	}
	kind, sub, _ := strings.Cut(i.Category, ": ")
	if fortifySecret(kind, sub) {
		rule.Engine = "secret"
		conceal(&rule, &f, literal(f.Location.Snippet))
	}
	for _, t := range i.Tags {
		if t.Name == "Analysis" && t.Value == "Not an Issue" {
			because := "not an issue, says the audit in Fortify"
			if n := len(i.Comments); n > 0 {
				because += " (" + i.Comments[n-1].UserInfo + ": " + i.Comments[n-1].Comment + ")"
			}
			f.Verdict = waived(because)
		}
	}
	return emit(out, rule, f)
}
