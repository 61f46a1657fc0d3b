package ingest

import (
	"encoding/xml"
	"strconv"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

var spotbugsFormat = Format{
	Name: "spotbugs", Title: "SpotBugs XML", Tool: "SpotBugs",
	Is:   func(h *Head) bool { return h.Root() == "BugCollection" },
	Read: readSpotbugs,
}

// readSpotbugs reads the XML of SpotBugs, and of FindBugs before it, with the plugin Find Security Bugs or without (bugcollection.xsd). The
// texts of the patterns come last, and only where messages were asked for.
func readSpotbugs(in *Input, h *Header, out Sink) error {
	patterns := map[string]spotbugsPattern{}
	var held budget
	waiting := shelf{out: out, complete: func(r *finding.Rule, _ *finding.Finding) {
		if p, ok := patterns[r.ID]; ok {
			r.Title, r.Why = titleOf(p.ShortDescription, r.Title), p.Details
			if len(r.CWE) == 0 {
				r.CWE = cwesIn(p.CWE)
			}
		}
	}}
	x := in.xml()
	err := x.walk(func(start xml.StartElement) (bool, error) {
		switch start.Name.Local {
		case "BugCollection":
			h.Tool.Version = attr(start, "version")
			if ms, err := strconv.ParseInt(attr(start, "analysisTimestamp"), 10, 64); err == nil {
				h.At = time.UnixMilli(ms).UTC()
			}
		case "Project":
			if name := attr(start, "projectName"); name != "" {
				h.Asset = finding.Asset{Kind: "repository", Name: name}
			}
		case "BugInstance":
			var b spotbugsInstance
			if err := x.decode(&b, start); err != nil {
				return true, err
			}
			rule, f := b.finding()
			return true, waiting.hold(rule, f)
		case "BugPattern":
			var p spotbugsPattern
			if err := x.decode(&p, start); err != nil {
				return true, err
			}
			p.Details = flat(p.Details)
			patterns[p.Type] = p
			return true, held.take(int64(len(p.Type)+len(p.ShortDescription)+len(p.Details)+200), "the bug patterns")
		case "Errors":
			if n := integer(attr(start, "errors")); n > 0 {
				missed(h, "errors of the analysis: %d", n)
			}
			if n := integer(attr(start, "missingClasses")); n > 0 {
				missed(h, "classes that were missing: %d", n)
			}
		}
		return false, nil
	}, nil)
	return orNext(err, waiting.run)
}

type spotbugsPattern struct {
	Type             string `xml:"type,attr"`
	CWE              string `xml:"cweid,attr"`
	ShortDescription string
	Details          string
}

type spotbugsInstance struct {
	Type         string `xml:"type,attr"`
	Priority     string `xml:"priority,attr"`
	Rank         string `xml:"rank,attr"`
	Category     string `xml:"category,attr"`
	CWE          string `xml:"cweid,attr"`
	Hash         string `xml:"instanceHash,attr"`
	Occurrence   string `xml:"instanceOccurrenceNum,attr"`
	ShortMessage string
	LongMessage  string
	Class        []spotbugsThing
	Method       []spotbugsThing
	Field        []spotbugsThing
	SourceLine   []spotbugsLine
}

type spotbugsThing struct {
	Class      string `xml:"classname,attr"`
	Name       string `xml:"name,attr"`
	Role       string `xml:"role,attr"`
	SourceLine []spotbugsLine
}

type spotbugsLine struct {
	Start string `xml:"start,attr"`
	End   string `xml:"end,attr"`
	File  string `xml:"sourcefile,attr"`
	Path  string `xml:"sourcepath,attr"`
	Rel   string `xml:"relSourcepath,attr"`
	Role  string `xml:"role,attr"`
}

func (l *spotbugsLine) location() finding.Location {
	path := l.Path
	if l.Rel != "" {
		path = l.Rel
	}
	if path == "" {
		path = l.File
	}
	return finding.Location{Path: rooted(path), Region: lines(integer(l.Start), integer(l.End))}
}

func (b *spotbugsInstance) finding() (finding.Rule, finding.Finding) {
	severity := spotbugsSeverity(integer(b.Rank), b.Priority)
	security := b.Category == "SECURITY" || b.Category == "MALICIOUS_CODE"
	rule := finding.Rule{ID: b.Type, Engine: "sast", Title: titleOf(b.ShortMessage, sentence(strings.ToLower(b.Type))), Why: b.LongMessage, CWE: cwesIn(b.CWE)}
	if !security {
		severity = quality(severity)
		rule.Tags = []string{"quality"}
	}
	rule.Severity, rule.Confidence = severity, spotbugsConfidence(b.Priority)
	message := b.LongMessage
	if message == "" {
		message = rule.Title
	}
	f := finding.Finding{Fingerprint: b.identity(), Severity: severity, Confidence: rule.Confidence, Message: oneLine(message, 500)}
	b.locate(&f)
	if strings.HasPrefix(b.Type, "HARD_CODE_") || b.Type == "DMI_CONSTANT_DB_PASSWORD" {
		rule.Engine = "secret" // the value itself is not in the report
	}
	return rule, f
}

// identity is the instance hash, of pattern, class and method, with the number of the instance among those of one hash: it does not change with lines.
func (b *spotbugsInstance) identity() finding.Fingerprint {
	if b.Hash == "" {
		return ""
	}
	return finding.Fingerprint(b.Hash + "/" + strconv.Itoa(integer(b.Occurrence)))
}

// locate takes the first place that is the fault's own: a line, else where the method or the class stands. Other lines of a fault in security
// are where its data comes from, else more places of the same fault.
func (b *spotbugsInstance) locate(f *finding.Finding) {
	own := b.SourceLine
	for _, things := range [][]spotbugsThing{b.Method, b.Field, b.Class} {
		for _, t := range things {
			if len(own) == 0 && t.Role == "" {
				own = append(own, t.SourceLine...)
			}
		}
	}
	for i := range own {
		at := own[i].location()
		switch {
		case i == 0:
			f.Location = at
		case at.Region.StartLine == 0:
		case b.Category == "SECURITY" && own[i].Role == "":
			f.Flow = append(f.Flow, finding.Step{Location: at, Message: "passes through"})
		default:
			f.Also = append(f.Also, at)
		}
	}
	if len(f.Flow) > 0 {
		f.Flow = append(f.Flow, finding.Step{Location: f.Location, Message: "sink"})
	}
	var class, method string
	if len(b.Class) > 0 {
		class = b.Class[0].Class
	}
	if len(b.Method) > 0 && b.Method[0].Role == "" {
		method = b.Method[0].Name
	}
	f.Location.Logical = steps("member", class, "function", method)
}

// spotbugsSeverity reads the rank: 1-4 is "scariest", 5-9 "scary", 10-14 "troubling", 15-20 "of concern". Old reports have only the priority.
func spotbugsSeverity(rank int, priority string) finding.Severity {
	switch {
	case rank == 0 && priority == "1":
		return finding.High
	case rank == 0 && priority == "2", rank >= 10 && rank <= 14:
		return finding.Medium
	case rank == 0:
		return finding.Low
	case rank <= 4:
		return finding.Critical
	case rank <= 9:
		return finding.High
	}
	return finding.Low
}

// spotbugsConfidence reads the priority, which is the confidence under its old name.
func spotbugsConfidence(priority string) finding.Confidence {
	switch priority {
	case "1":
		return finding.Firm
	case "2":
		return finding.Likely
	}
	return finding.Tentative
}
