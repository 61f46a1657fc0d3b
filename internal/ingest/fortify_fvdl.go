package ingest

import (
	"encoding/xml"
	"fmt"

	"github.com/reevehq/reeve/internal/finding"
)

var fortifyFVDLFormat = Format{
	Name: "fortify-fvdl", Title: "Fortify FVDL", Tool: "Fortify",
	Is:   func(h *Head) bool { return h.Root() == "FVDL" },
	Read: readFVDL,
}

// readFVDL reads an audit.fvdl by itself. Its findings wait, as they come before the nodes and texts that they refer to.
func readFVDL(in *Input, h *Header, out Sink) error {
	f := newFVDL(h, nil)
	x := in.xml()
	var waiting postponed
	f.vulnerability = func(start xml.StartElement) error {
		v := &fvdlVulnerability{}
		from := x.offset()
		if err := x.decode(v, start); err != nil {
			return err
		}
		if err := waiting.add(x.offset()-from, func() error { return f.emit(out, v) }); err != nil {
			return fmt.Errorf("%w, or import the FPR, which can be read twice", err)
		}
		return nil
	}
	if err := f.read(x); err != nil {
		return err
	}
	f.note(out)
	return waiting.run()
}

// fvdl is what a FVDL document says beside its findings.
type fvdl struct {
	h        *Header
	base     string
	nodes    map[string]fvdlNode
	texts    map[string]fvdlDescription
	snippets map[string]fvdlSnippet
	rules    map[string]fvdlRule
	held     budget
	cut      bool // snippets were left out
	errors   int
	// audits are the decisions of people, by instance.
	audits map[string]*finding.Verdict
	// vulnerability takes a finding; nil passes over it.
	vulnerability func(xml.StartElement) error
}

func newFVDL(h *Header, audits map[string]*finding.Verdict) *fvdl {
	return &fvdl{
		h: h, audits: audits,
		nodes: map[string]fvdlNode{}, texts: map[string]fvdlDescription{}, snippets: map[string]fvdlSnippet{}, rules: map[string]fvdlRule{},
	}
}

type fvdlNode struct {
	ID      string `xml:"id,attr"`
	Label   string `xml:"label,attr"`
	Default string `xml:"isDefault,attr"`
	Source  struct {
		Path    string `xml:"path,attr"`
		Line    string `xml:"line,attr"`
		LineEnd string `xml:"lineEnd,attr"`
		Column  string `xml:"colStart,attr"`
		Snippet string `xml:"snippet,attr"`
	} `xml:"SourceLocation"`
	Action string
}

type fvdlDescription struct {
	ClassID         string `xml:"classID,attr"`
	Abstract        string
	Explanation     string
	Recommendations string
	References      []string `xml:"References>Reference>Source"`
	plain           bool     // the texts are no HTML any more
}

type fvdlSnippet struct {
	ID    string `xml:"id,attr"`
	Start string `xml:"StartLine"`
	Text  string
}

type fvdlRule struct {
	ID     string `xml:"id,attr"`
	Groups []struct {
		Name  string `xml:"name,attr"`
		Value string `xml:",chardata"`
	} `xml:"MetaInfo>Group"`
}

func (r *fvdlRule) group(name string) string {
	for _, g := range r.Groups {
		if g.Name == name {
			return g.Value
		}
	}
	return ""
}

// read goes through a document. What is not needed is walked and not skipped, as it may be longer than any one item.
func (f *fvdl) read(x *xmlReader) error {
	section := ""
	return x.walk(func(start xml.StartElement) (bool, error) {
		name := start.Name.Local
		if x.depth == 1 {
			section = name
		}
		switch section + "/" + name {
		case "CreatedTS/CreatedTS":
			f.h.At = timeOf(attr(start, "date") + "T" + attr(start, "time"))
		case "Build/Project", "Build/BuildID", "Build/SourceBasePath", "EngineData/EngineVersion":
			if x.depth != 2 {
				break
			}
			var text string
			err := x.decode(&text, start)
			f.word(name, text)
			return true, err
		case "EngineData/Error":
			f.errors++
		case "Vulnerabilities/Vulnerability":
			if f.vulnerability != nil {
				return true, f.vulnerability(start)
			}
		}
		return f.table(x, section, start)
	}, nil)
}

func (f *fvdl) word(name, text string) {
	switch name {
	case "EngineVersion":
		f.h.Tool.Version = text
	case "SourceBasePath":
		f.base = text
	default:
		if f.h.Asset.Name == "" && text != "" {
			f.h.Asset = finding.Asset{Kind: "repository", Name: text}
		}
	}
}

// table keeps an entry of one of the tables.
func (f *fvdl) table(x *xmlReader, section string, start xml.StartElement) (bool, error) {
	switch section + "/" + start.Name.Local {
	case "UnifiedNodePool/Node":
		return true, keep(f, x, start, func(n *fvdlNode) { f.nodes[n.ID] = *n })
	case "Description/Description":
		return true, keep(f, x, start, func(d *fvdlDescription) { f.texts[d.ClassID] = *d })
	case "EngineData/Rule":
		return true, keep(f, x, start, func(r *fvdlRule) { f.rules[r.ID] = *r })
	case "Snippets/Snippet":
		if f.cut = f.cut || f.held > maxHeld/2; f.cut { // code is only shown; findings can do without it
			return false, nil
		}
		return true, keep(f, x, start, func(s *fvdlSnippet) { f.snippets[s.ID] = *s })
	}
	return false, nil
}

func keep[T any](f *fvdl, x *xmlReader, start xml.StartElement, put func(*T)) error {
	var one T
	from := x.offset()
	if err := x.decode(&one, start); err != nil {
		return err
	}
	put(&one)
	return f.held.take(x.offset()-from, "the nodes and texts that findings refer to")
}

// note tells what the report lacks.
func (f *fvdl) note(out Sink) {
	if f.errors > 0 {
		missed(f.h, "errors of the analysis: %d", f.errors)
	}
	if f.cut {
		out.Note("the report quotes more code than is kept: some findings come without theirs")
	}
}
