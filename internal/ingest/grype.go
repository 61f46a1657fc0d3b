package ingest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/reevehq/reeve/internal/finding"
)

var grypeFormat = Format{
	Name: "grype", Title: "Grype JSON", Tool: "Grype",
	Is: func(h *Head) bool {
		return h.Object() && (h.Has("matches.vulnerability", "matches.artifact") || h.Has("ignoredMatches.vulnerability", "ignoredMatches.artifact") ||
			h.Has("matches") && h.Text("descriptor.name") == "grype")
	},
	Read: readGrype,
}

// readGrype reads what "grype -o json" writes (github.com/anchore/grype, grype/presenter/models).
func readGrype(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "matches", "ignoredMatches":
			return each(j, func(m *grypeMatch) error { return m.emit(out) })
		case "source":
			var s grypeSource
			err := j.value(&s)
			h.Asset = s.asset()
			return err
		case "descriptor":
			var d struct {
				Version   string
				Timestamp string
			}
			err := j.value(&d)
			h.Tool.Version, h.At = d.Version, timeOf(d.Timestamp)
			return err
		}
		return j.skip()
	})
}

// grypeSource is what was looked at: for images target is an object, for folders and files a path.
type grypeSource struct {
	Type   string
	Target grypeTarget
}

type grypeTarget struct {
	UserInput string
	Path      string
}

// UnmarshalJSONFrom reads both forms of a target.
func (t *grypeTarget) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return json.UnmarshalDecode(dec, &t.Path)
	}
	var object struct{ UserInput string }
	err := json.UnmarshalDecode(dec, &object)
	t.UserInput = object.UserInput
	return err
}

func (s *grypeSource) asset() finding.Asset {
	name := cmp.Or(s.Target.UserInput, s.Target.Path)
	switch {
	case name == "" || name == ".":
		return finding.Asset{}
	case s.Type == "image":
		return finding.Asset{Kind: "image", Name: name}
	case strings.HasPrefix(s.Type, "sbom"):
		return finding.Asset{Kind: "sbom", Name: name}
	}
	return finding.Asset{Kind: "directory", Name: name}
}

type grypeFlaw struct {
	ID, DataSource, Namespace, Severity, Description string
	URLs                                             []string
	CVSS                                             []struct {
		Vector  string
		Metrics struct{ BaseScore float64 }
	}
	EPSS []struct {
		EPSS, Percentile string
		Date             string
	}
	KnownExploited []struct{ DateAdded, DueDate, KnownRansomwareCampaignUse string }
	CWEs           []struct{ CWE string }
	Fix            struct {
		Versions []string
		State    string
	}
	Advisories []struct{ ID, Link string }
}

// grypeDetail says how a match was made.
type grypeDetail struct {
	SearchedBy struct {
		Distro struct{ Type, Version string }
	}
}

type grypeMatch struct {
	Vulnerability          grypeFlaw
	RelatedVulnerabilities []grypeFlaw
	MatchDetails           list[grypeDetail] // before version 0.8 one object
	Artifact               struct {
		Name, Version, Type, PURL string
		Locations                 []struct{ Path, LayerID string }
	}
	AppliedIgnoreRules []struct {
		Vulnerability, Reason, Namespace string
		FixState                         string `json:"fix-state"`
		VexStatus                        string `json:"vex-status"`
		VexJustification                 string `json:"vex-justification"`
	}
}

func (m *grypeMatch) emit(out Sink) error {
	v, a := &m.Vulnerability, &m.Artifact
	w := &flaw{severity: severityOf(v.Severity), waived: m.because()}
	for _, d := range append([]grypeFlaw{*v}, m.RelatedVulnerabilities...) {
		w.add(&d)
	}
	kind, release := a.Type, ""
	for _, d := range m.MatchDetails {
		if d.SearchedBy.Distro.Type != "" {
			kind, release = d.SearchedBy.Distro.Type, d.SearchedBy.Distro.Version
		}
	}
	w.component = componentFor(a.PURL, kind, release, a.Name, a.Version)
	w.component.Fixed = fixedIn(v.Fix.Versions...)
	for i, l := range a.Locations {
		if i == 0 {
			w.at.Path = rooted(l.Path)
			w.fact("layer", l.LayerID)
			continue
		}
		if p := rooted(l.Path); p != w.at.Path && len(w.also) < 50 {
			w.also = append(w.also, finding.Location{Path: p})
		}
	}
	w.fact("status", strings.ReplaceAll(v.Fix.State, "-", " "))
	return w.emit(out)
}

// add takes what one database says: the one that matched first, then the related.
func (w *flaw) add(v *grypeFlaw) {
	w.ids = append(w.ids, v.ID)
	w.text = cmp.Or(w.text, v.Description)
	w.references = append(w.references, v.DataSource)
	for _, u := range v.URLs {
		if !slices.Contains(w.references, u) && len(w.references) < 50 {
			w.references = append(w.references, u)
		}
	}
	for _, a := range v.Advisories {
		w.references = append(w.references, a.Link)
	}
	for _, c := range v.CVSS {
		w.cvss = append(w.cvss, scored{c.Vector, c.Metrics.BaseScore})
	}
	for _, e := range v.EPSS {
		if w.threat.EPSS == nil {
			w.threat.EPSS = epssOf(e.EPSS, e.Percentile, e.Date)
		}
	}
	for _, k := range v.KnownExploited {
		if w.threat.KEV == nil {
			w.threat.KEV = &finding.KEV{Added: day(k.DateAdded), Due: day(k.DueDate), Ransomware: strings.EqualFold(k.KnownRansomwareCampaignUse, "known")}
		}
	}
	for _, c := range v.CWEs {
		w.cwe = append(w.cwe, cwesIn(c.CWE)...)
	}
}

// because says why the match is ignored, "" where it is not.
func (m *grypeMatch) because() string {
	var parts []string
	for _, r := range m.AppliedIgnoreRules {
		why := cmp.Or(r.Reason, strings.TrimSuffix("VEX: "+r.VexStatus+": "+r.VexJustification, ": "))
		if r.VexStatus == "" && r.Reason == "" {
			why = "a rule for " + cmp.Or(r.Vulnerability, r.FixState, r.Namespace, "the package")
		}
		parts = append(parts, why)
	}
	if len(parts) == 0 {
		return ""
	}
	return "ignored by Grype's configuration: " + strings.Join(parts, "; ")
}
