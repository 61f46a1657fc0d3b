package ingest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/reevehq/reeve/internal/finding"
)

var osvScannerFormat = Format{
	Name: "osv-scanner", Title: "OSV-Scanner JSON", Tool: "OSV-Scanner",
	Nothing: []string{`{"results":[]}`, `{"results":null}`},
	Is: func(h *Head) bool {
		return h.Object() && (h.Has("results.source", "results.packages") || h.Has("results", "experimental_config"))
	},
	Read: readOSVScanner,
}

// readOSVScanner reads what "osv-scanner --format json" writes, versions 1 and 2 (github.com/google/osv-scanner, pkg/models/results.go). A flaw is one
// of the groups that it makes by following aliases.
func readOSVScanner(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		if name != "results" {
			return j.skip()
		}
		return j.elements(func() error {
			r := osvResult{out: out}
			if err := j.members(func(name string) error {
				switch name {
				case "source":
					r.named = true
					return j.value(&r.source)
				case "packages":
					return eachWhen(j, &r.late, r.named, r.pkg)
				}
				return j.skip()
			}); err != nil {
				return err
			}
			return r.late.run()
		})
	})
}

type osvResult struct {
	out    Sink
	source struct{ Path, Type string }
	named  bool
	late   postponed
}

// osvPackage is one package with the flaws of it.
type osvPackage struct {
	Package struct {
		Name, Version, Ecosystem, Commit string
	}
	DependencyGroups  []string
	Vulnerabilities   []osvRecord
	Groups            []osvGroup
	Licenses          []string
	LicenseViolations []string
}

// osvRecord is an advisory in OSV's schema, as far as a finding needs it. Of severity there may be several, as words or vectors.
type osvRecord struct {
	ID, Summary, Details string
	Aliases              []string
	Published, Withdrawn string
	Severity             list[osvSeverity]
	References           []struct{ URL string }
	DatabaseSpecific     osvSpecific
	Affected             []osvAffected
}

// osvSeverity is a vector, or a word where a tool puts its own.
type osvSeverity struct{ Type, Score string }

// UnmarshalJSONFrom reads both.
func (s *osvSeverity) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return json.UnmarshalDecode(dec, &s.Score)
	}
	type plain osvSeverity
	return json.UnmarshalDecode(dec, (*plain)(s))
}

type osvSpecific struct {
	Severity string
	CWEIDs   list[string] `json:"cwe_ids"`
	URL      string
}

type osvAffected struct {
	Package struct{ Name, Ecosystem string }
	Ranges  []struct {
		Type   string
		Events []struct{ Fixed string }
	}
	EcosystemSpecific struct {
		Imports []struct {
			Path    string
			Symbols []string
		}
	}
}

type osvGroup struct {
	IDs, Aliases         []string
	MaxSeverity          string
	ExperimentalAnalysis map[string]struct {
		Called      *bool
		Unimportant bool
	}
}

func (r *osvResult) pkg(p *osvPackage) error {
	groups := p.Groups
	if len(groups) == 0 {
		for _, v := range p.Vulnerabilities {
			groups = append(groups, osvGroup{IDs: []string{v.ID}})
		}
	}
	for i := range groups {
		if err := r.group(p, &groups[i]); err != nil {
			return err
		}
	}
	for _, licence := range p.LicenseViolations {
		w := &flaw{ids: []string{licence}, class: "licence", title: fmt.Sprintf("Licence %s is not allowed", licence), severity: finding.Medium}
		w.component, w.at.Path = r.component(p), rooted(r.source.Path)
		if err := w.emit(r.out); err != nil {
			return err
		}
	}
	return nil
}

// component is the package; one of a repository without a package manager is named by its commit.
func (r *osvResult) component(p *osvPackage) finding.Component {
	c := componentIn(p.Package.Ecosystem, cmp.Or(p.Package.Name, rooted(r.source.Path), p.Package.Commit), cmp.Or(p.Package.Version, p.Package.Commit))
	c.Project = rooted(r.source.Path)
	for _, g := range p.DependencyGroups {
		if strings.Contains(strings.ToLower(g), "dev") {
			c.Scope = "development"
		}
	}
	return c
}

func (r *osvResult) group(p *osvPackage, g *osvGroup) error {
	w := &flaw{component: r.component(p), at: finding.Location{Path: rooted(r.source.Path)}, ids: append(slices.Clone(g.IDs), g.Aliases...)}
	word := ""
	for i := range p.Vulnerabilities {
		v := &p.Vulnerabilities[i]
		if !slices.Contains(g.IDs, v.ID) {
			continue
		}
		w.addOSV(v, p.Package.Ecosystem, p.Package.Name)
		word = cmp.Or(word, v.DatabaseSpecific.Severity)
	}
	w.severity = severityOf(word)
	if score := decimal(g.MaxSeverity); score > 0 {
		w.severity = finding.SeverityOfScore(score)
		w.cvss = append(w.cvss, scored{"", score})
	}
	for id, a := range g.ExperimentalAnalysis {
		switch {
		case a.Unimportant:
			w.fact("unimportant", id)
		case a.Called != nil && *a.Called:
			w.reach = &finding.Reachability{State: finding.Reachable, Because: "OSV-Scanner's call analysis found a call of the faulty code; its report does not show the path"}
		case a.Called != nil && w.reach == nil:
			w.reach = &finding.Reachability{State: finding.ReachUnknown, Because: "OSV-Scanner's call analysis found no call of the faulty code"}
		}
	}
	return w.emit(r.out)
}

// addOSV takes what one advisory says of a package.
func (w *flaw) addOSV(v *osvRecord, ecosystem, name string) {
	w.ids = append(append(w.ids, v.ID), v.Aliases...)
	w.title, w.text = cmp.Or(w.title, v.Summary), cmp.Or(w.text, v.Details)
	if t := timeOf(v.Published); w.threat.Published.IsZero() {
		w.threat.Published = t
	}
	for _, s := range v.Severity {
		if cvssRank(s.Score) > 0 {
			w.cvss = append(w.cvss, scored{s.Score, 0})
		}
	}
	w.threat.Malicious = w.threat.Malicious || strings.HasPrefix(v.ID, "MAL-")
	w.cwe = append(w.cwe, cwesIn(v.DatabaseSpecific.CWEIDs...)...)
	w.references = append(w.references, v.DatabaseSpecific.URL)
	for _, r := range v.References {
		if len(w.references) < 50 && !slices.Contains(w.references, r.URL) {
			w.references = append(w.references, r.URL)
		}
	}
	for _, a := range v.Affected {
		if a.Package.Name != name || !strings.HasPrefix(ecosystem, strings.Split(a.Package.Ecosystem+":", ":")[0]) {
			continue
		}
		for _, r := range a.Ranges {
			for _, e := range r.Events {
				if e.Fixed != "" && r.Type != "GIT" && !slices.Contains(w.component.Fixed, e.Fixed) {
					w.component.Fixed = append(w.component.Fixed, e.Fixed)
				}
			}
		}
	}
}
