package ingest

import (
	"encoding/xml"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var pmdFormat = Format{
	Name: "pmd", Title: "PMD XML", Tool: "PMD",
	Is:   func(h *Head) bool { return h.Root() == "pmd" },
	Read: readPMD,
}

// readPMD reads PMD's XML report (report_2_0_0.xsd, and those before).
func readPMD(in *Input, h *Header, out Sink) error {
	file := ""
	x := in.xml()
	return x.walk(func(start xml.StartElement) (bool, error) {
		switch start.Name.Local {
		case "pmd":
			h.Tool.Version, h.At = attr(start, "version"), timeOf(attr(start, "timestamp"))
		case "file":
			file = attr(start, "name")
		case "violation":
			var v pmdViolation
			if err := x.decode(&v, start); err != nil {
				return true, err
			}
			v.fromXML(start)
			return true, v.emit(out, file, nil)
		case "suppressedviolation":
			v := pmdViolation{Rule: attr(start, "rule"), Description: attr(start, "msg")}
			v.BeginLine = attr(start, "line")
			return true, pmdSkip(x, v.emit(out, attr(start, "filename"), waived(pmdBecause(attr(start, "suppressiontype"), attr(start, "usermsg")))))
		case "error", "configerror":
			missed(h, "%s: %s", rooted(attr(start, "filename")+attr(start, "rule")), attr(start, "msg"))
			return true, x.skip()
		}
		return false, nil
	}, nil)
}

func pmdSkip(x *xmlReader, err error) error {
	if err != nil {
		return err
	}
	return x.skip()
}

func pmdBecause(kind, message string) string {
	return strings.TrimSuffix("suppressed by "+strings.ToLower(kind)+": "+message, ": ")
}

// pmdViolation is one finding, as JSON writes it; XML has the same in attributes.
type pmdViolation struct {
	BeginLine, BeginColumn, EndLine, EndColumn string
	Description, Rule, RuleSet, Priority       string
	ExternalInfoURL                            string
	Package, Class, Method                     string `json:"-"`
	SuppressionType, UserMsg                   string
	Text                                       string `json:"-" xml:",chardata"`
}

func (v *pmdViolation) fromXML(start xml.StartElement) {
	get := func(name string) string { return attr(start, name) }
	v.BeginLine, v.EndLine, v.BeginColumn, v.EndColumn = get("beginline"), get("endline"), get("begincolumn"), get("endcolumn")
	v.Rule, v.RuleSet, v.Priority, v.ExternalInfoURL = get("rule"), get("ruleset"), get("priority"), get("externalInfoUrl")
	v.Package, v.Class, v.Method = get("package"), get("class"), get("method")
	v.Description = strings.TrimSpace(v.Text)
}

func (v *pmdViolation) emit(out Sink, file string, verdict *finding.Verdict) error {
	id, message := v.Rule, v.Description
	severity := pmdSeverity(integer(v.Priority))
	// "Security" is the rule set of PMD's own rules; the quickstart and company sets carry other names, and rules of Apex begin with "Apex".
	security := strings.Contains(strings.ToLower(v.RuleSet), "security") || pmdSecurity(id)
	rule := finding.Rule{ID: id, Engine: "sast", Title: titleOf(message, id), Why: message, Severity: severity, Confidence: finding.Firm, CWE: pmdCWE(id)}
	if !security {
		rule.Severity, rule.Tags = quality(severity), []string{"quality"}
	}
	rule.Tags = append(rule.Tags, texts(v.RuleSet)...)
	rule.References = texts(v.ExternalInfoURL)
	region := lines(integer(v.BeginLine), integer(v.EndLine))
	region.StartColumn = integer(v.BeginColumn)
	if end := integer(v.EndColumn); end > 0 {
		region.EndColumn = end + 1 // PMD's is the column of the last character
	}
	class := v.Class
	if v.Package != "" && class != "" {
		class = v.Package + "." + class
	}
	f := finding.Finding{
		Severity: rule.Severity, Confidence: finding.Firm, Message: oneLine(message, 500), Verdict: verdict,
		Location: finding.Location{Path: rooted(file), Region: region, Logical: steps("member", class, "function", v.Method)},
	}
	if secretCWE(rule.CWE) {
		rule.Engine = "secret" // the report quotes no code
	}
	return emit(out, rule, f)
}

// pmdSeverity reads the priority: 1 is "change absolutely required", 5 "change highly optional".
func pmdSeverity(priority int) finding.Severity {
	switch priority {
	case 1:
		return finding.High
	case 0, 2, 3:
		return finding.Medium
	case 4:
		return finding.Low
	}
	return finding.Info
}

// pmdSecurity tells the rules of category/*/security, as of PMD 7.
func pmdSecurity(rule string) bool { return len(pmdCWE(rule)) > 0 || rule == "ApexSharingViolations" }

func pmdCWE(rule string) []int {
	switch rule {
	case "HardCodedCryptoKey":
		return []int{321}
	case "InsecureCryptoIv", "ApexBadCrypto":
		return []int{329}
	case "ApexCRUDViolation", "ApexSharingViolations":
		return []int{862}
	case "ApexCSRF", "VfCsrf":
		return []int{352}
	case "ApexInsecureEndpoint":
		return []int{319}
	case "ApexOpenRedirect":
		return []int{601}
	case "ApexSOQLInjection":
		return []int{943}
	case "ApexSuggestUsingNamedCred":
		return []int{798}
	case "ApexXSSFromEscapeFalse", "ApexXSSFromURLParam", "VfHtmlStyleTagXss", "VfUnescapeEl", "NoUnsanitizedJSPExpression":
		return []int{79}
	case "ApexDangerousMethods":
		return []int{749}
	case "IframeMissingSrcAttribute":
		return []int{1021}
	}
	return nil
}
