package ingest

import (
	"cmp"
	"strings"
)

var dependencyTrackFormat = Format{
	Name: "dependency-track", Title: "Dependency-Track findings", Tool: "Dependency-Track",
	Nothing: []string{"[]"},
	Is: func(h *Head) bool {
		return h.Text("meta.application") == "Dependency-Track" || h.Object() && h.Has("findings.component", "findings.vulnerability") ||
			h.Array() && h.Has("component", "vulnerability", "matrix")
	},
	Read: readDependencyTrack,
}

// readDependencyTrack reads the Finding Packaging Format, and the list of findings that the API gives.
func readDependencyTrack(in *Input, h *Header, out Sink) error {
	j := in.json()
	take := func(f *dtFinding) error { return f.emit(out) }
	if j.kind() == '[' {
		return each(j, take)
	}
	return j.members(func(name string) error {
		switch name {
		case "meta":
			var m struct{ Version, Timestamp string }
			err := j.value(&m)
			h.Tool.Version, h.At = m.Version, timeOf(m.Timestamp)
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
}

type dtFinding struct {
	Component struct {
		Name, Group, Version, PURL, ProjectName string
	}
	Vulnerability struct {
		VulnID, Source, Title, Subtitle, Severity, Description, Recommendation, References string
		CVSSV2Vector, CVSSV3Vector, CVSSV4Vector                                           string
		CVSSV2BaseScore, CVSSV3BaseScore, CVSSV4Score, EPSSScore, EPSSPercentile           string
		Published, CWEID                                                                   string
		CWEs                                                                               []struct{ CWEID string }
		Aliases                                                                            []struct {
			CVEID, GHSAID, OSVID, SonatypeID, SnykID, GSDID, VulnDBID string
		}
	}
	Analysis struct {
		State, Justification, Detail, Response string
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
		references: linksIn(v.References), cwe: cwesIn(v.CWEID), component: componentFor(c.PURL, "", "", name, c.Version), waived: f.because(),
	}
	for _, a := range v.Aliases {
		w.ids = append(w.ids, texts(a.CVEID, a.GHSAID, a.OSVID, a.SonatypeID, a.SnykID)...)
	}
	for _, cwe := range v.CWEs {
		w.cwe = append(w.cwe, cwesIn(cwe.CWEID)...)
	}
	w.cvss = []scored{
		{v.CVSSV4Vector, decimal(v.CVSSV4Score)}, {v.CVSSV3Vector, decimal(v.CVSSV3BaseScore)}, {v.CVSSV2Vector, decimal(v.CVSSV2BaseScore)},
	}
	w.component.Project = c.ProjectName
	w.threat.EPSS, w.threat.Published = epssOf(v.EPSSScore, v.EPSSPercentile, ""), timeOf(v.Published)
	if state := strings.ToLower(strings.ReplaceAll(f.Analysis.State, "_", " ")); state != "" && state != "not set" {
		w.fact("analysis", strings.TrimSuffix(state+": "+f.Analysis.Detail, ": "))
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
	for _, t := range []string{a.State, a.Justification, a.Detail} {
		if t != "" && t != "NOT_SET" {
			parts = append(parts, strings.ToLower(strings.ReplaceAll(t, "_", " ")))
		}
	}
	if len(parts) == 1 {
		parts = append(parts, "suppressed")
	}
	return strings.Join(parts, ": ")
}
