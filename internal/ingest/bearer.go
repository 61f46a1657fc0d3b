package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var bearerFormat = Format{
	Name: "bearer", Title: "Bearer JSON",
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
func readBearer(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Bearer"}}
	j := in.json()
	err := j.members(func(name string) error {
		switch name {
		case "version":
			return j.value(&h.Tool.Version)
		case "critical", "high", "medium", "low", "warning":
			return each(j, func(f *bearerFinding) error { return f.emit(out, name) })
		case "findings":
			return each(j, func(f *bearerFinding) error { return f.emit(out, string(f.Severity)) })
		case "errors":
			return each(j, func(e *struct{ Filename, File, Path, Error text }) error {
				h.Partial = append(h.Partial, oneLine(rooted(string(e.Filename+e.File+e.Path))+": "+string(e.Error), 300))
				return nil
			})
		}
		return j.skip()
	})
	return h, err
}

type bearerFinding struct {
	Severity, ID, Title, Description, DocumentationURL text

	LineNumber, FullFilename, Filename, Snippet, Fingerprint, CodeExtract text

	CWEIDs         list[text]
	CategoryGroups list[text]
	DataType       struct{ Name text }
	Source, Sink   bearerPlace
}

type bearerPlace struct {
	Start, End text
	Column     struct{ Start, End text }
	Content    text
}

func (p *bearerPlace) region() finding.Region {
	r := lines(number(string(p.Start)), number(string(p.End)))
	r.StartColumn, r.EndColumn = number(string(p.Column.Start)), number(string(p.Column.End))
	return r
}

func (b *bearerFinding) emit(out Sink, severity string) error {
	why, fix := bearerTexts(string(b.Description))
	rule := finding.Rule{
		ID: string(b.ID), Engine: "sast", Title: titleOf(string(b.Title), string(b.ID)), Why: why, Fix: fix,
		Severity: bearerSeverity(severity), Confidence: finding.Firm, CWE: cwesIn(texts(b.CWEIDs)...),
	}
	if b.DocumentationURL != "" {
		rule.References = []string{string(b.DocumentationURL)}
	}
	path := rooted(string(b.Filename))
	if path == "" {
		path = rooted(string(b.FullFilename))
	}
	f := finding.Finding{
		// The fingerprint is a hash of rule, file and code with a counter: it does not change with lines.
		Fingerprint: finding.Fingerprint(b.Fingerprint), Rule: rule.ID, Engine: "sast", Severity: rule.Severity, Confidence: rule.Confidence,
		Message: oneLine(titleOf(string(b.Title), string(b.ID)), 500), Location: finding.Location{
			Path: path, Region: b.Sink.region(), Snippet: strings.Trim(string(b.CodeExtract), "\r\n"),
		},
	}
	if f.Location.Region.StartLine == 0 {
		f.Location.Region = lines(number(string(b.LineNumber)), 0)
	}
	if f.Location.Snippet == "" {
		f.Location.Snippet = string(b.Sink.Content + b.Snippet)
	}
	if s := b.Source.region(); s.StartLine > 0 && s != b.Sink.region() {
		f.Flow = []finding.Step{
			{Message: "source", Location: finding.Location{Path: path, Region: s}},
			{Message: "sink", Location: finding.Location{Path: path, Region: f.Location.Region}},
		}
	}
	if b.DataType.Name != "" {
		f.Facts = append(f.Facts, finding.Fact{Name: "data", Value: string(b.DataType.Name)})
	}
	if groups := texts(b.CategoryGroups); len(groups) > 0 {
		f.Facts = append(f.Facts, finding.Fact{Name: "data categories", Value: strings.Join(groups, ", ")})
	}
	if strings.HasPrefix(rule.ID, "gitleaks") || secretCWE(rule.CWE) {
		rule.Engine, f.Engine = "secret", "secret"
		concealEverywhere(&rule, &f, literal(f.Location.Snippet))
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
