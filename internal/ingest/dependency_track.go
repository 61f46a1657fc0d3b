package ingest

import (
	"cmp"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var dependencyTrackFormat = Format{
	Name: "dependency-track", Title: "Dependency-Track findings",
	Is: func(h *Head) bool {
		return h.Text("meta.application") == "Dependency-Track" || h.Object() && h.Has("findings.component", "findings.vulnerability") ||
			h.Array() && h.Has("component", "vulnerability", "matrix")
	},
	Read: readDependencyTrack,
}

// readDependencyTrack reads the Finding Packaging Format, and the list of findings that the API gives.
func readDependencyTrack(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Dependency-Track"}}
	j := in.json()
	take := func(f *dtFinding) error { return f.emit(out) }
	if j.kind() == '[' {
		err := each(j, take)
		return h, err
	}
	err := j.members(func(name string) error {
		switch name {
		case "meta":
			var m struct{ Version, Timestamp text }
			err := j.value(&m)
			h.Tool.Version, h.At = string(m.Version), timeOf(string(m.Timestamp))
			return err
		case "project":
			var p struct{ Name, Version string }
			err := j.value(&p)
			h.Asset = dcAsset(p.Name)
			return err
		case "findings":
			return each(j, take)
		}
		return j.skip()
	})
	return h, err
}

type dtFinding struct {
	Component struct {
		Name, Group, Version, PURL, ProjectName string
	}
	Vulnerability struct {
		VulnID, Source, Title, Subtitle, Severity, Description, Recommendation, References string
		CVSSV2Vector, CVSSV3Vector, CVSSV4Vector                                           text
		CVSSV2BaseScore, CVSSV3BaseScore, CVSSV4Score, EPSSScore, EPSSPercentile           text
		Published, CWEID                                                                   text
		CWEs                                                                               []struct{ CWEID text }
		Aliases                                                                            []struct {
			CVEID, GHSAID, OSVID, SonatypeID, SnykID, GSDID, VulnDBID text
		}
	}
	Analysis struct {
		State, Justification, Detail, Response text
		IsSuppressed                           bool
	}
}

func (f *dtFinding) emit(out Sink) error {
	v, c := &f.Vulnerability, &f.Component
	name := c.Name
	if c.Group != "" {
		name = c.Group + "/" + c.Name
	}
	w := &flaw{
		ids: []string{v.VulnID}, title: cmp.Or(v.Title, v.Subtitle), text: v.Description, advice: v.Recommendation, severity: severityOf(v.Severity),
		references: linksIn(v.References), cwe: cwesIn(string(v.CWEID)), component: componentFor(c.PURL, "", "", name, c.Version), waived: f.because(),
	}
	for _, a := range v.Aliases {
		w.ids = append(w.ids, texts([]text{a.CVEID, a.GHSAID, a.OSVID, a.SonatypeID, a.SnykID})...)
	}
	for _, cwe := range v.CWEs {
		w.cwe = append(w.cwe, cwesIn(string(cwe.CWEID))...)
	}
	w.cwe = sortedOnce(w.cwe)
	w.cvss = []scored{
		{string(v.CVSSV4Vector), numberOf(v.CVSSV4Score)}, {string(v.CVSSV3Vector), numberOf(v.CVSSV3BaseScore)}, {string(v.CVSSV2Vector), numberOf(v.CVSSV2BaseScore)},
	}
	w.component.Project = c.ProjectName
	w.threat.EPSS, w.threat.Published = epssOf(v.EPSSScore, v.EPSSPercentile, ""), timeOf(string(v.Published))
	if state := strings.ToLower(strings.ReplaceAll(string(f.Analysis.State), "_", " ")); state != "" && state != "not set" {
		w.fact("analysis", strings.TrimSuffix(state+": "+string(f.Analysis.Detail), ": "))
	}
	return w.emit(out)
}

// because says why a finding was put aside.
func (f *dtFinding) because() string {
	a := &f.Analysis
	switch a.State {
	case "NOT_AFFECTED", "FALSE_POSITIVE", "RESOLVED":
	default:
		if !a.IsSuppressed {
			return ""
		}
	}
	parts := []string{"Dependency-Track"}
	for _, t := range []text{a.State, a.Justification, a.Detail} {
		if t != "" && t != "NOT_SET" {
			parts = append(parts, strings.ToLower(strings.ReplaceAll(string(t), "_", " ")))
		}
	}
	if len(parts) == 1 {
		parts = append(parts, "suppressed")
	}
	return strings.Join(parts, ": ")
}
