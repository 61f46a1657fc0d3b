package ingest

import (
	"cmp"
	"encoding/xml"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// junitFormat is what test runners write, and security tools that let themselves be run as tests.
var junitFormat = Format{
	Name: "junit", Title: "JUnit XML", Tool: "JUnit",
	Is: func(h *Head) bool {
		return h.Root() == "testsuites" || h.Root() == "testsuite" && !h.Contains("<test-results")
	},
	Read: readJUnit,
}

// readJUnit reads the XML that Ant's JUnit task began and everybody has written since: failed test cases are findings.
func readJUnit(in *Input, h *Header, out Sink) error {
	x := in.xml()
	var suites []string
	named := false
	err := x.walk(func(start xml.StartElement) (bool, error) {
		switch start.Name.Local {
		case "testsuites":
			if name := attr(start, "name"); name != "" {
				h.Tool.Name, named = oneLine(name, 100), true
			}
			if h.At.IsZero() {
				h.At = timeOf(attr(start, "timestamp"))
			}
		case "testsuite":
			suites = append(suites, attr(start, "name"))
			if h.At.IsZero() {
				h.At = timeOf(attr(start, "timestamp"))
			}
			if !named && attr(start, "name") != "" {
				h.Tool.Name, named = oneLine(attr(start, "name"), 100), true
			}
		case "testcase":
			var c junitCase
			if err := x.decode(&c, start); err != nil {
				return true, err
			}
			suite := ""
			if len(suites) > 0 {
				suite = suites[len(suites)-1]
			}
			return true, c.emit(suite, out)
		case "system-out", "system-err", "properties":
			return true, x.skip()
		}
		return false, nil
	}, func(name string) {
		if name == "testsuite" && len(suites) > 0 {
			suites = suites[:len(suites)-1]
		}
	})
	return err
}

// junitCase is one test case.
type junitCase struct {
	Name      string         `xml:"name,attr"`
	ClassName string         `xml:"classname,attr"`
	File      string         `xml:"file,attr"`
	Line      string         `xml:"line,attr"`
	Failures  []junitFailure `xml:"failure"`
	Errors    []junitFailure `xml:"error"`
}

// junitFailure is why it failed.
type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// emit makes one finding of a case that failed, however often it says so.
func (c *junitCase) emit(suite string, out Sink) error {
	all := append(c.Failures, c.Errors...)
	if len(all) == 0 {
		return nil
	}
	first := all[0]
	name := cmp.Or(oneLine(c.Name, 300), "unnamed test case")
	rule := finding.Rule{
		ID: name, Engine: "test", Title: titleOf(name), Severity: junitSeverity(first.Type, name), Confidence: finding.Firm,
		Why: strings.TrimSpace(cmp.Or(first.Text, first.Message)), CWE: cwesIn(first.Message, first.Text),
	}
	f := found(rule, cmp.Or(first.Message, first.Text, name), finding.Location{Path: rooted(c.File), Region: lines(int(decimal(c.Line)), 0)})
	f.Location.Logical = steps("module", cmp.Or(c.ClassName, suite), "function", c.Name)
	if ids := flawName().FindAllString(name, 2); len(ids) == 1 {
		f.Aliases = ids
	}
	if f.Location.Path == "" && len(f.Location.Logical) == 0 {
		f.Location.Logical = steps("function", name)
	}
	return emit(out, rule, f)
}

// junitSeverity reads the type of a failure, or what stands in brackets before the name, where security tools write the severity; test runners
// write an exception, which says nothing.
func junitSeverity(kind, name string) finding.Severity {
	inside, _, _ := strings.Cut(strings.TrimPrefix(name, "["), "]")
	for _, word := range []string{kind, inside} {
		switch strings.ToLower(strings.TrimSpace(word)) {
		case "critical", "high", "medium", "moderate", "low", "info", "warning", "note":
			return severityOf(word)
		}
	}
	return finding.Medium
}
