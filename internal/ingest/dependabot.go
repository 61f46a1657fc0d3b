package ingest

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var dependabotFormat = Format{
	Name: "dependabot", Title: "Dependabot alerts", Tool: "Dependabot",
	Nothing: []string{"[]"},
	Is:      func(h *Head) bool { return h.Has("security_advisory", "security_vulnerability") },
	Read:    readDependabot,
}

// readDependabot reads GitHub's Dependabot alerts as its REST API gives them, of a repository or an organisation: one array, its pages one after another,
// or one alert.
func readDependabot(in *Input, h *Header, out Sink) error {
	several := false
	err := records(in.json(), h, func(a *dependabotAlert) error {
		asset := a.repository()
		several = several || h.Asset.Name != "" && asset != h.Asset
		if h.Asset.Name == "" {
			h.Asset = asset
		}
		if a.State == "fixed" {
			return nil
		}
		return a.emit(out)
	})
	if several {
		h.Asset = finding.Asset{}
	}
	return err
}

type dependabotAlert struct {
	Number, State, HTMLURL, CreatedAt, DismissedReason, DismissedComment string
	Dependency                                                           struct {
		Package             struct{ Ecosystem, Name string }
		ManifestPath, Scope string
		Relationship        string
	}
	SecurityAdvisory struct {
		GHSAID, CVEID, PublishedAt     string
		Summary, Description, Severity string
		Identifiers                    []struct{ Type, Value string }
		References                     []struct{ URL string }
		CVSS                           dependabotScore
		CVSSSeverities                 struct{ CVSSV3, CVSSV4 dependabotScore }
		EPSS                           dependabotEPSS
		CWEs                           []struct{ CWEID string }
	}
	SecurityVulnerability struct {
		Severity               string
		VulnerableVersionRange string
		FirstPatchedVersion    struct{ Identifier string }
	}
	DismissedBy struct{ Login string }
	Repository  struct{ FullName, HTMLURL string }
}

type dependabotScore struct {
	VectorString string
	Score        float64
}

// dependabotEPSS is an object, or a list of one.
type dependabotEPSS = list[struct{ Percentage, Percentile string }]

// repository is where the alert stands: what the alert says, else the beginning of its address.
func (a *dependabotAlert) repository() finding.Asset {
	if a.Repository.HTMLURL != "" {
		return repositoryAt(a.Repository.HTMLURL)
	}
	u, err := url.Parse(a.HTMLURL)
	parts := strings.Split(strings.Trim(a.Repository.FullName, "/"), "/")
	if err == nil && u.Host != "" {
		parts = strings.Split(strings.Trim(u.Path, "/"), "/")
	}
	if len(parts) < 2 {
		return finding.Asset{}
	}
	host := "github.com"
	if err == nil && u.Host != "" {
		host = u.Host
	}
	return finding.Asset{Kind: "repository", Name: "https://" + host + "/" + parts[0] + "/" + parts[1]}
}

func (a *dependabotAlert) emit(out Sink) error {
	s, d := &a.SecurityAdvisory, &a.Dependency
	w := &flaw{
		ids: texts(s.GHSAID, s.CVEID), title: s.Summary, text: s.Description, severity: severityOf(cmp.Or(a.SecurityVulnerability.Severity, s.Severity)),
		references: []string{a.HTMLURL}, component: componentFor("", d.Package.Ecosystem, "", d.Package.Name, ""), asset: a.repository(), waived: a.because(),
		at: finding.Location{Path: rooted(d.ManifestPath)},
	}
	for _, i := range s.Identifiers {
		w.ids = append(w.ids, i.Value)
	}
	for _, r := range s.References {
		w.references = append(w.references, r.URL)
	}
	for _, c := range s.CWEs {
		w.cwe = append(w.cwe, cwesIn(c.CWEID)...)
	}
	for _, c := range []dependabotScore{s.CVSSSeverities.CVSSV4, s.CVSSSeverities.CVSSV3, s.CVSS} {
		w.cvss = append(w.cvss, scored{c.VectorString, c.Score})
	}
	for _, e := range s.EPSS {
		w.threat.EPSS = epssOf(e.Percentage, e.Percentile, "")
	}
	w.threat.Published = timeOf(s.PublishedAt)
	c := &w.component
	c.Project, c.Fixed, c.Direct = rooted(d.ManifestPath), fixedIn(a.SecurityVulnerability.FirstPatchedVersion.Identifier), d.Relationship == "direct"
	if d.Scope == "development" {
		c.Scope = d.Scope
	}
	w.fact("vulnerable versions", a.SecurityVulnerability.VulnerableVersionRange)
	w.fact("since", day(a.CreatedAt))
	return w.emit(out)
}

// because says who dismissed an alert and why.
func (a *dependabotAlert) because() string {
	switch a.State {
	case "auto_dismissed":
		return "dismissed by a rule of Dependabot's"
	case "dismissed":
		because := "dismissed"
		if a.DismissedBy.Login != "" {
			because += " by " + a.DismissedBy.Login
		}
		for _, t := range []string{a.DismissedReason, a.DismissedComment} {
			if t != "" {
				because += ": " + strings.ReplaceAll(t, "_", " ")
			}
		}
		return because
	}
	return ""
}
