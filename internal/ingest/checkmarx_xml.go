package ingest

import (
	"encoding/xml"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var checkmarxXMLFormat = Format{
	Name: "checkmarx-xml", Title: "Checkmarx CxSAST XML", Tool: "Checkmarx SAST",
	Is:   func(h *Head) bool { return h.Root() == "CxXMLResults" },
	Read: readCheckmarxXML,
}

// readCheckmarxXML reads the XML report of Checkmarx CxSAST, 7 to 9: queries with their results, each with the path of its data.
func readCheckmarxXML(in *Input, h *Header, out Sink) error {
	var query finding.Rule
	x := in.xml()
	return x.walk(func(start xml.StartElement) (bool, error) {
		switch start.Name.Local {
		case "CxXMLResults":
			h.Tool.Version, h.At = attr(start, "CheckmarxVersion"), timeOf(attr(start, "ScanStart"))
			if name := attr(start, "ProjectName"); name != "" {
				h.Asset = finding.Asset{Kind: "repository", Name: name}
			}
			if attr(start, "ScanType") == "Incremental" {
				missed(h, "an incremental scan looks at changed files only")
			}
		case "Query":
			query = checkmarxQuery(start)
		case "Result":
			return element(x, start, func(r *checkmarxResult) error { return r.emit(out, query) })
		}
		return false, nil
	}, nil)
}

type checkmarxResult struct {
	FileName      string `xml:"FileName,attr"`
	Line          string `xml:"Line,attr"`
	Column        string `xml:"Column,attr"`
	FalsePositive string `xml:"FalsePositive,attr"`
	Severity      string `xml:"Severity,attr"`
	State         string `xml:"state,attr"`
	Remark        string `xml:"Remark,attr"`
	Path          struct {
		SimilarityID string              `xml:"SimilarityId,attr"`
		Nodes        []checkmarxPathNode `xml:"PathNode"`
	} `xml:"Path"`
}

type checkmarxPathNode struct {
	FileName string
	Line     string
	Column   string
	Length   string
	Name     string
	Code     string `xml:"Snippet>Line>Code"`
}

func (n *checkmarxPathNode) location() finding.Location {
	return finding.Location{Path: rooted(n.FileName), Region: checkmarxRegion(n.Line, n.Column, n.Length), Snippet: strings.TrimSpace(n.Code)}
}

// checkmarxRegion makes a region of one line of a place and its length.
func checkmarxRegion(line, column, length string) finding.Region {
	r := lines(integer(line), 0)
	if c := integer(column); c > 0 && r.StartLine > 0 {
		r.StartColumn = c
		if n := integer(length); n > 0 {
			r.EndColumn = c + n
		}
	}
	return r
}

// checkmarxQuery makes a rule of a query.
func checkmarxQuery(query xml.StartElement) finding.Rule {
	name := attr(query, "name")
	return finding.Rule{
		ID: name, Engine: "sast", Title: titleOf(sentence(name), attr(query, "id")), Severity: severityOf(attr(query, "Severity")),
		Confidence: finding.Firm, CWE: cwesIn(attr(query, "cweId")), OWASP: checkmarxOWASP(attr(query, "categories")),
		Tags: texts(attr(query, "group"), attr(query, "Language")),
	}
}

func (r *checkmarxResult) emit(out Sink, rule finding.Rule) error {
	severity := rule.Severity
	if r.Severity != "" {
		severity = severityOf(r.Severity)
	}
	f := finding.Finding{Severity: severity, Confidence: finding.Firm, Fingerprint: checkmarxIdentity(rule.ID, r.Path.SimilarityID)}
	for i := range r.Path.Nodes {
		n := &r.Path.Nodes[i]
		f.Flow = append(f.Flow, finding.Step{Location: n.location(), Message: oneLine(n.Name, 200)})
	}
	checkmarxPlace(&f, rule.Title)
	if f.Location.Path == "" {
		f.Location.Path, f.Location.Region = rooted(r.FileName), lines(integer(r.Line), 0)
	}
	if secretCWE(rule.CWE) {
		rule.Engine = "secret"
		conceal(&rule, &f, checkmarxLiteral(&f))
	}
	f.Verdict = r.verdict()
	return emit(out, rule, f)
}

// checkmarxIdentity is the query with the similarity id, which Checkmarx keeps between scans for a flow from one source to one sink.
func checkmarxIdentity(query, similarity string) finding.Fingerprint {
	if similarity == "" || similarity == "0" {
		return ""
	}
	return finding.Fingerprint(query + "/" + similarity)
}

// checkmarxPlace puts a finding where its data does harm: at the last step of its flow. One step is a place and no flow.
func checkmarxPlace(f *finding.Finding, title string) {
	f.Message = title
	if len(f.Flow) == 0 {
		return
	}
	first, last := f.Flow[0], f.Flow[len(f.Flow)-1]
	f.Location = last.Location
	if f.Location.Path == "" {
		f.Location = first.Location
	}
	switch {
	case len(f.Flow) == 1:
		f.Message = strings.TrimSuffix(title+" at "+first.Message, " at ")
		f.Flow = nil
	case first.Message != "" && last.Message != "":
		f.Message = oneLine(title+" from "+first.Message+" to "+last.Message, 500)
	}
}

// checkmarxLiteral finds the secret that the code of a finding quotes.
func checkmarxLiteral(f *finding.Finding) string {
	value := literal(f.Location.Snippet)
	if value == "" {
		value = literal(f.Message)
	}
	for i := range f.Flow {
		if v := literal(f.Flow[i].Location.Snippet); len(v) > len(value) {
			value = v
		}
	}
	return value
}

// verdict reads the state: 0 to verify, 1 not exploitable, 2 confirmed, 3 urgent, 4 proposed not exploitable.
func (r *checkmarxResult) verdict() *finding.Verdict {
	if !strings.EqualFold(r.FalsePositive, "true") && r.State != "1" {
		return nil
	}
	return waived(strings.TrimSuffix("not exploitable, says Checkmarx' triage: "+r.Remark, ": "))
}

// checkmarxOWASP picks the OWASP Top 10 of "OWASP Top 10 2017;A7-Cross-Site Scripting (XSS),PCI DSS v3.2;…".
func checkmarxOWASP(categories string) []string {
	var out []string
	for part := range strings.SplitSeq(categories, ",") {
		standard, category, _ := strings.Cut(part, ";")
		if year, ok := strings.CutPrefix(strings.TrimSpace(standard), "OWASP Top 10 "); ok && category != "" {
			id, name, _ := strings.Cut(category, "-")
			out = append(out, strings.TrimSuffix(id+":"+year+" - "+name, " - "))
		}
	}
	return out
}
