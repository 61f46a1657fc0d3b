package ingest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var govulncheckFormat = Format{
	Name: "govulncheck", Title: "govulncheck JSON", Tool: "govulncheck",
	Is: func(h *Head) bool {
		return h.Has("config.protocol_version") || h.Has("config.scanner_name") || h.Has("finding.osv", "finding.trace") || h.Has("osv.schema_version", "osv.id")
	},
	Read: readGovulncheck,
}

// govulncheck reads what "govulncheck -format json" writes: messages one after another (golang.org/x/vuln, internal/govulncheck), or an array of them.
// It tells of one flaw several times, the module that has it first, then the package that is imported, then the functions that are called.
// What says most is kept of each flaw in each module, and emitted at the end; so is what the database knows of it.
type govulncheck struct {
	h    *Header
	main string
	mode string
	osv  map[string]*osvRecord
	// found holds the findings in the order of the report, places where each stands.
	found  []*govulnFinding
	places map[string]int
	held   budget
}

type govulnMessage struct {
	Config *struct{ ScannerVersion, GoVersion, ScanLevel, ScanMode, DB string }
	SBOM   *struct {
		Modules []struct{ Path, Version string }
	}
	OSV     *osvRecord
	Finding *govulnFinding
}

type govulnFinding struct {
	OSV          string
	FixedVersion string
	Trace        []govulnFrame
}

type govulnFrame struct {
	Module, Version, Package, Function, Receiver string
	Position                                     struct {
		Filename     string
		Line, Column int
	}
}

func readGovulncheck(in *Input, h *Header, out Sink) error {
	g := &govulncheck{h: h, osv: map[string]*osvRecord{}, places: map[string]int{}}
	j := in.json()
	err := j.lines(func() error {
		if j.kind() == '[' {
			return j.elements(func() error { return g.message(j) })
		}
		return g.message(j)
	})
	if err != nil {
		return err
	}
	for _, f := range g.found {
		if err := g.emit(out, f); err != nil {
			return err
		}
	}
	return nil
}

func (g *govulncheck) message(j *jsonReader) error {
	at := j.dec.InputOffset()
	var m govulnMessage
	if err := j.value(&m); err != nil {
		return err
	}
	switch {
	case m.Config != nil:
		g.h.Tool.Version, g.mode = strings.TrimPrefix(m.Config.ScannerVersion, "v"), m.Config.ScanMode
		return nil
	case m.SBOM != nil:
		if len(m.SBOM.Modules) > 0 {
			g.main = m.SBOM.Modules[0].Path
		}
		return nil
	case m.OSV != nil:
		g.osv[m.OSV.ID] = m.OSV
	case m.Finding != nil && len(m.Finding.Trace) > 0:
		key := m.Finding.OSV + "\x00" + m.Finding.Trace[0].Module
		i, known := g.places[key]
		if known && g.found[i].level() >= m.Finding.level() {
			return nil
		}
		if known {
			g.found[i] = m.Finding
		} else {
			g.places[key] = len(g.found)
			g.found = append(g.found, m.Finding)
		}
	default:
		return nil
	}
	return g.held.take(j.dec.InputOffset()-at, "advisories and findings")
}

// level tells how much a finding says: 1 the module is needed, 2 the package is imported, 3 a faulty function is there, 4 it is called.
func (f *govulnFinding) level() int {
	switch first := f.Trace[0]; {
	case first.Function != "" && len(f.Trace) > 1:
		return 4
	case first.Function != "":
		return 3
	case first.Package != "":
		return 2
	}
	return 1
}

// symbol is the function's name as Go writes it: "net/http.(*Server).Serve".
func (r *govulnFrame) symbol() string {
	name := r.Function
	if r.Receiver != "" {
		name = r.Receiver + "." + r.Function
		if strings.HasPrefix(r.Receiver, "*") {
			name = "(" + r.Receiver + ")." + r.Function
		}
	}
	return strings.Trim(r.Package+"."+name, ".")
}

func (r *govulnFrame) location() finding.Location {
	l := finding.Location{Path: rooted(r.Position.Filename), Logical: steps("module", r.Module, "function", r.symbol())}
	if r.Position.Line > 0 {
		l.Region = finding.Region{StartLine: r.Position.Line, StartColumn: r.Position.Column, EndLine: r.Position.Line}
	}
	return l
}

func (g *govulncheck) emit(out Sink, f *govulnFinding) error {
	first := &f.Trace[0]
	w := &flaw{ids: []string{f.OSV}, severity: finding.Medium, reach: f.reach(), component: componentIn("Go", first.Module, strings.TrimPrefix(first.Version, "v"))}
	if record := g.osv[f.OSV]; record != nil {
		w.addOSV(record, "Go", first.Module)
		if word := record.DatabaseSpecific.Severity; word != "" {
			w.severity = severityOf(word)
		}
	}
	w.component.Project, w.component.Fixed = g.main, fixedIn(strings.TrimPrefix(f.FixedVersion, "v"))
	w.at = finding.Location{Logical: steps("module", cmp.Or(g.main, first.Module))}
	if f.level() == 4 {
		for _, frame := range slices.Backward(f.Trace) {
			w.flow = append(w.flow, finding.Step{Location: frame.location(), Message: frame.symbol()})
		}
		w.at = w.flow[0].Location
	} else if first.Function != "" || first.Package != "" {
		w.fact("package", first.Package)
	}
	return w.emit(out)
}

// reach says what the analysis proved. A program whose sources were not there shows its functions, not who calls them.
func (f *govulnFinding) reach() *finding.Reachability {
	first := &f.Trace[0]
	switch f.level() {
	case 4:
		return &finding.Reachability{State: finding.Reachable, Because: "govulncheck found a path of calls to " + first.symbol(), Symbols: []string{first.symbol()}}
	case 3:
		return &finding.Reachability{State: finding.Imported, Because: "the program holds " + first.symbol() + "; who calls it is not known", Symbols: []string{first.symbol()}}
	case 2:
		return &finding.Reachability{State: finding.Imported, Because: "the code imports " + first.Package + "; govulncheck found no call of a faulty function"}
	}
	return &finding.Reachability{State: finding.ReachUnknown, Because: "the module is required; govulncheck found no import of a faulty package"}
}
