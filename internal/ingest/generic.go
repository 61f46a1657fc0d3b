package ingest

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// genericSchema names the first version of the generic JSON format.
const genericSchema = "reeve-import/1"

// genericFormat is for tools that reeve does not know, and for what people find: see docs/import.md.
var genericFormat = Format{
	Name: "generic", Title: "generic JSON or CSV", Tool: "generic",
	Nothing: []string{"[]"}, Strict: true,
	Is: func(h *Head) bool {
		if h.Object() && h.Text("schema") == genericSchema {
			return true
		}
		if h.Columns("severity") {
			return h.Columns("rule") || h.Columns("title")
		}
		known := !slices.ContainsFunc(h.keys, func(k string) bool { return genericFields()[k] == nil })
		return known && h.Has("severity") && (h.Has("rule") || h.Has("title"))
	},
	Read: readGeneric,
}

// genericFinding is one finding of the generic format. The names of its members are also those of the CSV columns, where a list is one
// cell with blanks, commas or semicolons between its elements.
type genericFinding struct {
	Rule        string       `json:"rule"`
	Title       string       `json:"title"`
	Severity    string       `json:"severity"`
	Confidence  string       `json:"confidence"`
	Class       string       `json:"class"`
	Message     string       `json:"message"`
	Description string       `json:"description"`
	Fix         string       `json:"fix"`
	References  list[string] `json:"references"`
	CWE         list[string] `json:"cwe"`
	CVE         list[string] `json:"cve"`
	CVSS        list[string] `json:"cvss"`
	Path        string       `json:"path"`
	Line        int          `json:"line"`
	Package     string       `json:"package"`
	Ecosystem   string       `json:"ecosystem"`
	Version     string       `json:"version"`
	Fixed       list[string] `json:"fixed"`
	URL         string       `json:"url"`
	Method      string       `json:"method"`
	Parameter   string       `json:"parameter"`
	Host        string       `json:"host"`
	Port        string       `json:"port"`
	Resource    string       `json:"resource"`
	Asset       string       `json:"asset"`
	Status      string       `json:"status"`
	Date        string       `json:"date"`
	Fingerprint string       `json:"fingerprint"`
}

// genericReader makes findings of what the generic format says.
type genericReader struct {
	out    Sink
	n      int
	closed int
}

// emit takes one finding, which is read strictly: a word that reeve does not know is an error, never a guess.
func (r *genericReader) emit(g *genericFinding) error {
	r.n++
	if err := r.take(g); err != nil {
		var sink *sinkError
		if errors.As(err, &sink) {
			return err
		}
		return fmt.Errorf("finding %d: %w", r.n, err)
	}
	return nil
}

func (r *genericReader) take(g *genericFinding) error {
	class := cmp.Or(g.Class, g.classOf())
	switch {
	case g.Rule == "" && g.Title == "" && len(g.CVE) == 0:
		return errors.New("neither a rule nor a title")
	case !slices.Contains(Classes(), class):
		return fmt.Errorf("class %q: want one of %s", oneLine(g.Class, 40), strings.Join(Classes(), ", "))
	case g.Line < 0:
		return fmt.Errorf("line %d: lines count from 1", g.Line)
	}
	severity, err := finding.ParseSeverity(strings.TrimSpace(g.Severity))
	if err != nil {
		return err
	}
	confidence := finding.Firm
	if g.Confidence != "" {
		if confidence, err = finding.ParseConfidence(strings.TrimSpace(g.Confidence)); err != nil {
			return err
		}
	}
	verdict, open, err := g.status()
	if err != nil {
		return err
	}
	if !open {
		r.closed++
		return nil
	}
	f := finding.Finding{
		Engine: class, Severity: severity, Confidence: confidence, Verdict: verdict, Fingerprint: finding.Fingerprint(oneLine(g.Fingerprint, 200)),
		Location: g.location(), Component: g.component(), Threat: known(threatOf(0, g.CVSS...)), Fix: finding.Fix{Text: strings.TrimSpace(g.Fix)},
	}
	if f.Location.Path == "" && len(f.Location.Logical) == 0 && f.Component == nil && g.Asset == "" {
		return errors.New("no place: want one of path, url, host, resource, package, asset")
	}
	if g.Asset != "" {
		f.Asset = finding.Asset{Kind: g.assetKind(), Name: oneLine(g.Asset, 500)}
	}
	if f.Location.Path == "" && len(f.Location.Logical) == 0 && f.Component == nil {
		f.Location.Logical = steps("resource", g.Asset)
	}
	return r.send(g, &f)
}

// send makes the rule and hands both over.
func (r *genericReader) send(g *genericFinding, f *finding.Finding) error {
	if g.Date != "" {
		at := timeOf(g.Date)
		if at.IsZero() {
			return fmt.Errorf("date %q: want a day (2026-01-31) or a time (2026-01-31T09:30:00Z)", oneLine(g.Date, 40))
		}
		f.Facts = []finding.Fact{{Name: "found", Value: at.Format(time.DateOnly)}}
	}
	f.Rule = cmp.Or(oneLine(g.Rule, 200), oneLine(g.Title, 200))
	if len(g.CVE) > 0 {
		ids := texts(g.CVE...)
		if g.Rule != "" {
			ids = append(ids, f.Rule)
		}
		f.Rule, f.Aliases = flawNames(ids...)
	}
	if f.Rule == "" {
		return errors.New("neither a rule nor a title")
	}
	rule := finding.Rule{
		ID: f.Rule, Engine: f.Engine, Title: titleOf(g.Title, g.Description, g.Message, f.Rule), Severity: f.Severity, Confidence: f.Confidence,
		Why: strings.TrimSpace(g.Description), Fix: strings.TrimSpace(g.Fix), References: texts(g.References...), CWE: cwesIn(g.CWE...),
	}
	f.Message = oneLine(cmp.Or(strings.TrimSpace(g.Message), g.Title, rule.Title), 500)
	return emit(r.out, rule, *f)
}

// classOf tells the class of a finding that does not say it, by its place.
func (g *genericFinding) classOf() string {
	switch {
	case g.Package != "":
		return "sca"
	case g.URL != "":
		return "dast"
	case g.Host != "" && g.Port != "":
		return "network"
	case g.Host != "":
		return "host"
	case g.Path != "":
		return "sast"
	case g.Resource != "":
		return "cloud"
	}
	return "test"
}

// status tells what people made of the finding; open is false for what is gone.
func (g *genericFinding) status() (v *finding.Verdict, open bool, err error) {
	switch word := strings.ToLower(strings.TrimSpace(g.Status)); word {
	case "", "open":
		return nil, true, nil
	case "accepted", "false positive", "suppressed":
		return waived(word + " in the report"), true, nil
	case "fixed":
		return nil, false, nil
	}
	return nil, false, fmt.Errorf("status %q: want open, accepted, false positive, suppressed or fixed", oneLine(g.Status, 40))
}

func (g *genericFinding) location() finding.Location {
	l := finding.Location{Path: rooted(strings.TrimSpace(g.Path)), Region: lines(g.Line, g.Line)}
	if g.URL != "" {
		l.Logical = webPlaceOf(g.URL, g.Method, g.Parameter).location().Logical
	}
	port := strings.TrimSpace(g.Port)
	if port != "" && !strings.Contains(port, "/") {
		port += "/tcp"
	}
	l.Logical = append(l.Logical, steps("host", strings.ToLower(g.Host), "port", port, "resource", g.Resource)...)
	return l
}

// component is the package: a package URL, or a name in an ecosystem of OSV's.
func (g *genericFinding) component() *finding.Component {
	name := strings.TrimSpace(g.Package)
	if name == "" {
		return nil
	}
	var c finding.Component
	if strings.HasPrefix(name, "pkg:") {
		c = componentFor(name, "", "", name, g.Version)
	} else {
		c = componentIn(strings.TrimSpace(g.Ecosystem), name, g.Version)
	}
	c.Name = cmp.Or(c.Name, name)
	c.Fixed, c.Project = texts(g.Fixed...), rooted(strings.TrimSpace(g.Path))
	return &c
}

// assetKind tells what kind of thing a finding's asset is, by its place.
func (g *genericFinding) assetKind() string {
	switch {
	case g.URL != "":
		return "url"
	case g.Host != "":
		return "host"
	case g.Resource != "":
		return "account"
	}
	return "repository"
}
