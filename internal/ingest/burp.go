package ingest

import (
	"cmp"
	"encoding/xml"
	"regexp"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

var burpFormat = Format{
	Name: "burp", Title: "Burp Suite XML", Tool: "Burp Suite",
	Is: func(h *Head) bool {
		return h.Root() == "issues" && (h.Attr("burpVersion") != "" || h.Contains("<issueBackground") || h.Contains("<serialNumber>"))
	},
	Read: readBurp,
}

// readBurp reads what Burp Suite Professional exports as XML. Of requests and responses only the method is kept.
func readBurp(in *Input, h *Header, out Sink) error {
	x := in.xml()
	return x.walk(func(start xml.StartElement) (bool, error) {
		switch start.Name.Local {
		case "issues":
			h.Tool.Version, h.At = attr(start, "burpVersion"), timeOf(attr(start, "exportTime"))
		case "issue":
			return element(x, start, func(i *burpIssueXML) error { return i.issue().emit(out) })
		}
		return false, nil
	}, nil)
}

type burpIssueXML struct {
	Type        string `xml:"type"`
	Name        string `xml:"name"`
	Host        string `xml:"host"`
	Path        string `xml:"path"`
	Location    string `xml:"location"`
	Severity    string `xml:"severity"`
	Confidence  string `xml:"confidence"`
	Background  string `xml:"issueBackground"`
	Remediation string `xml:"remediationBackground"`
	References  string `xml:"references"`
	Classes     string `xml:"vulnerabilityClassifications"`
	Detail      string `xml:"issueDetail"`
	FixDetail   string `xml:"remediationDetail"`
	Traffic     []struct {
		Request struct {
			Method string `xml:"method,attr"`
		} `xml:"request"`
	} `xml:"requestresponse"`
}

func (i *burpIssueXML) issue() burpIssue {
	method := ""
	if len(i.Traffic) > 0 {
		method = i.Traffic[0].Request.Method
	}
	return burpIssue{
		id: i.Type, name: i.Name, origin: i.Host, path: i.Path, location: i.Location, method: method, severity: i.Severity, confidence: i.Confidence,
		why: i.Background, fix: i.Remediation, references: i.References, classes: i.Classes, detail: i.Detail, fixHere: i.FixDetail,
	}
}

// burpIssue is an issue as all products of the Burp family know it. Its texts are HTML.
type burpIssue struct {
	id, name, origin, path, location, method, severity, confidence string
	why, fix, references, classes, detail, fixHere                 string
}

var hrefs = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)href\s*=\s*["']?(https?://[^"'\s>]+)`) })

func (i burpIssue) emit(out Sink) error {
	rule := finding.Rule{
		ID: cmp.Or(strings.TrimSpace(i.id), i.name), Engine: "dast", Title: titleOf(i.name, i.id), Why: flat(i.why), Fix: flat(i.fix),
		Severity: severityOf(i.severity), Confidence: confidenceOf(i.confidence), CWE: cwesIn(strings.Split(flat(i.classes), "\n")...),
	}
	for _, m := range hrefs().FindAllStringSubmatch(i.references, 50) {
		rule.References = append(rule.References, m[1])
	}
	place := webPlaceOf(i.origin+"/"+strings.TrimLeft(i.path, "/"), i.method, burpParameter(i.location))
	f := found(rule, rule.Title+" at "+place.String(), place.location())
	f.Asset = place.asset()
	f.Facts = factsOf("detail", quoted(flat(i.detail)))
	f.Fix.Text = flat(i.fixHere)
	if s := strings.ToLower(i.severity); strings.ReplaceAll(s, "_", " ") == "false positive" {
		f.Verdict = waived("marked as a false positive in Burp")
	}
	return emit(out, rule, f)
}

// burpParameter reads the insertion point out of "/basket.jsp [b_id cookie]".
func burpParameter(location string) string {
	location = strings.TrimSpace(location)
	open := strings.LastIndexByte(location, '[')
	if open < 0 || !strings.HasSuffix(location, "]") {
		return ""
	}
	point := location[open+1 : len(location)-1]
	for _, kind := range []string{" parameter", " cookie", " HTTP header", " JSON parameter", " XML parameter"} {
		if name := strings.TrimSuffix(point, kind); !strings.Contains(name, " ") { // not "name of an arbitrarily supplied URL parameter"
			point = name
		}
	}
	return point
}
