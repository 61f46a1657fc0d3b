package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var bearerFormat = Format{
	Name: "bearer", Title: "Bearer JSON", Tool: "Bearer",
	Nothing: []string{"{}"},
	Is: func(h *Head) bool {
		for _, level := range []string{"critical", "high", "medium", "low", "warning"} {
			if h.Has(level+".cwe_ids", level+".documentation_url") {
				return true
			}
		}
		return h.Text("source") == "Bearer" && h.Has("findings")
	},
	Read: readBearer,
}

// readBearer reads the security report of "bearer scan --format json" (one list for each severity) and "--format jsonv2" (one list); see
// pkg/report/output/security in its source.
func readBearer(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "version":
			return j.value(&h.Tool.Version)
		case "critical", "high", "medium", "low", "warning":
			return each(j, func(f *bearerFinding) error { return f.emit(out, name) })
		case "findings":
			return each(j, func(f *bearerFinding) error { return f.emit(out, f.Severity) })
		case "errors":
			return each(j, func(e *struct{ Filename, File, Path, Error string }) error {
				missed(h, "%s: %s", rooted(e.Filename+e.File+e.Path), e.Error)
				return nil
			})
		}
		return j.skip()
	})
}

type bearerFinding struct {
	Severity, ID, Title, Description, DocumentationURL string

	LineNumber, FullFilename, Filename, Snippet, Fingerprint, CodeExtract string

	CWEIDs         list[string]
	CategoryGroups list[string]
	DataType       struct{ Name string }
	Source, Sink   bearerPlace
}

type bearerPlace struct {
	Start, End string
	Column     struct{ Start, End string }
	Content    string
}

func (p *bearerPlace) region() finding.Region {
	r := lines(integer(p.Start), integer(p.End))
	r.StartColumn, r.EndColumn = integer(p.Column.Start), integer(p.Column.End)
	return r
}

func (b *bearerFinding) emit(out Sink, severity string) error {
	why, fix := bearerTexts(b.Description)
	rule := finding.Rule{
		ID: b.ID, Engine: "sast", Title: titleOf(b.Title, b.ID), Why: why, Fix: fix,
		Severity: bearerSeverity(severity), Confidence: finding.Firm, CWE: cwesIn(b.CWEIDs...),
		References: texts(b.DocumentationURL),
	}
	path := rooted(b.Filename)
	if path == "" {
		path = rooted(b.FullFilename)
	}
	f := finding.Finding{
		// The fingerprint is a hash of rule, file and code with a counter: it does not change with lines.
		Fingerprint: finding.Fingerprint(b.Fingerprint), Severity: rule.Severity, Confidence: rule.Confidence,
		Message: oneLine(titleOf(b.Title, b.ID), 500), Location: finding.Location{
			Path: path, Region: b.Sink.region(), Snippet: strings.Trim(b.CodeExtract, "\r\n"),
		},
	}
	if f.Location.Region.StartLine == 0 {
		f.Location.Region = lines(integer(b.LineNumber), 0)
	}
	if f.Location.Snippet == "" {
		f.Location.Snippet = b.Sink.Content + b.Snippet
	}
	if s := b.Source.region(); s.StartLine > 0 && s != b.Sink.region() {
		f.Flow = []finding.Step{
			{Message: "source", Location: finding.Location{Path: path, Region: s}},
			{Message: "sink", Location: finding.Location{Path: path, Region: f.Location.Region}},
		}
	}
	if b.DataType.Name != "" {
		f.Facts = append(f.Facts, finding.Fact{Name: "data", Value: b.DataType.Name})
	}
	if groups := texts(b.CategoryGroups...); len(groups) > 0 {
		f.Facts = append(f.Facts, finding.Fact{Name: "data categories", Value: strings.Join(groups, ", ")})
	}
	if strings.HasPrefix(rule.ID, "gitleaks") || secretCWE(rule.CWE) {
		rule.Engine = "secret"
		conceal(&rule, &f, literal(f.Location.Snippet))
	}
	return emit(out, rule, f)
}

// bearerSeverity reads Bearer's scale, whose least is "warning".
func bearerSeverity(word string) finding.Severity {
	if strings.EqualFold(word, "warning") {
		return finding.Info
	}
	return severityOf(word)
}

// bearerTexts takes a rule's Markdown apart.
func bearerTexts(description string) (why, fix string) {
	why, fix, _ = strings.Cut(strings.TrimSpace(description), "## Remediations")
	fix, _, _ = strings.Cut(fix, "## Resources")
	return strings.TrimSpace(strings.TrimPrefix(why, "## Description")), strings.TrimSpace(fix)
}
