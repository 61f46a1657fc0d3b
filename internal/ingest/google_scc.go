package ingest

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var googleSCCFormat = Format{
	Name: "google-scc", Title: "Google Security Command Center JSON", Tool: "Google Security Command Center",
	Nothing: []string{"[]"},
	Is: func(h *Head) bool {
		for _, at := range []string{"", "finding.", "listFindingsResults.finding.", "findings."} {
			if h.Has(at+"category", at+"resourceName") && (h.Has(at+"parent") || h.Has(at+"findingClass") || h.Has(at+"canonicalName") || h.Has(at+"sourceProperties")) {
				return true
			}
		}
		return false
	},
	Read: readGoogleSCC,
}

// readGoogleSCC reads findings of Security Command Center: what "gcloud scc findings list --format json" and the API's list write, and the
// notifications of Pub/Sub.
func readGoogleSCC(in *Input, h *Header, out Sink) error {
	observations := 0
	var path []string
	if head := newHead("", in.head()); head.Has("listFindingsResults") || head.Has("findings") {
		path = []string{"listFindingsResults|findings"}
	}
	err := records(in.json(), h, func(r *sccResult) error {
		f := &r.sccFinding
		if r.Finding != nil {
			f = r.Finding
		}
		h.latest(f.EventTime)
		switch {
		case f.State == "INACTIVE":
			return nil
		case f.FindingClass == "OBSERVATION":
			observations++
			return nil
		case f.FindingClass == "SCC_ERROR":
			missed(h, "%s: %s", f.Category, f.Description)
			return nil
		}
		return f.emit(out, &r.Resource)
	}, path...)
	if observations > 0 {
		out.Note(fmt.Sprintf("%d observations are no faults", observations))
	}
	return err
}

type sccResult struct {
	Finding  *sccFinding
	Resource sccResource
	sccFinding
}

type sccResource struct {
	Name, DisplayName, Type, Location, ProjectDisplayName, Project string
	GCPMetadata                                                    struct{ Project, ProjectDisplayName string }
}

// sccFinding is a finding, as far as it is read (Security Command Center API v1 and v2, Finding).
type sccFinding struct {
	Name, CanonicalName, Parent, ResourceName, State, Category, ExternalURI, EventTime, Severity string
	Mute, MuteInitiator, FindingClass, Description, NextSteps                                    string
	Vulnerability                                                                                *struct {
		CVE struct {
			ID         string
			References list[struct{ URI string }]
			CVSSV3     struct{ BaseScore string }
			Activity   string `json:"exploitationActivity"`
		}
		OffendingPackage, FixedPackage struct{ PackageName, CPEURI, PackageType, PackageVersion string }
	}
	Compliances list[struct {
		Standard, Version string
		IDs               list[string]
	}]
	SourceProperties loose[struct {
		Recommendation, Explanation string
	}]
	AccessURL loose[string]
}

// project is the project's name, else its number; "" for what belongs to an organisation.
func (r *sccResource) project() string {
	name := cmp.Or(r.GCPMetadata.ProjectDisplayName, r.ProjectDisplayName)
	if name == "" {
		number := cmp.Or(r.GCPMetadata.Project, r.Project)
		name = number[strings.LastIndexByte(number, '/')+1:]
	}
	return name
}

func (s *sccFinding) emit(out Sink, r *sccResource) error {
	rule := finding.Rule{
		ID: s.Category, Engine: "cloud", Title: sccTitle(s.Category),
		Confidence: finding.Firm, Severity: severityOf(s.Severity),
		Why: cmp.Or(s.Description, s.SourceProperties.value.Explanation), Fix: cmp.Or(s.NextSteps, s.SourceProperties.value.Recommendation),
	}
	for _, c := range s.Compliances {
		for _, id := range texts(c.IDs...) {
			rule.Tags = append(rule.Tags, strings.TrimSpace(c.Standard+" "+c.Version)+":"+id)
		}
	}
	place := cloudPlace{account: r.project(), region: r.Location, resource: strings.TrimLeft(cmp.Or(s.ResourceName, r.Name), "/")}
	if place.resource == "" {
		place.resource = cmp.Or(s.Parent, "the whole organisation")
	}
	if strings.Trim(place.account, "0123456789") == "" { // a number, or nothing: the path may have the project's name
		if _, rest, found := strings.Cut(place.resource, "/projects/"); found {
			place.account, _, _ = strings.Cut(rest, "/")
		}
	}
	f := finding.Finding{Location: place.location(), Asset: place.asset(), Message: place.on(rule.Title)}
	f.Facts = factsOf("kind", r.Type, "class", strings.ToLower(s.FindingClass), "id", cmp.Or(s.CanonicalName, s.Name),
		"details", s.ExternalURI)
	if s.Mute == "MUTED" {
		f.Verdict = waived(strings.TrimSuffix("muted in Security Command Center by "+s.MuteInitiator, " by "))
	}
	s.flaw(&rule, &f)
	f.Severity, f.Confidence = rule.Severity, rule.Confidence
	return emit(out, rule, f)
}

// flaw completes findings that are about a known flaw, with or without a package.
func (s *sccFinding) flaw(rule *finding.Rule, f *finding.Finding) {
	v := s.Vulnerability
	if v == nil || v.CVE.ID == "" && v.OffendingPackage.PackageName == "" {
		return
	}
	rule.ID, rule.Engine = cmp.Or(v.CVE.ID, rule.ID), "sca"
	for _, r := range v.CVE.References {
		rule.References = append(rule.References, texts(r.URI)...)
	}
	t := threatOf(decimal(v.CVE.CVSSV3.BaseScore))
	switch v.CVE.Activity {
	case "WIDE", "CONFIRMED":
		t.Exploit = "active"
	case "AVAILABLE":
		t.Exploit = "poc"
	}
	f.Threat = known(t)
	p := &v.OffendingPackage
	ecosystem := packageEcosystem(p.PackageType, cpeSystem(p.CPEURI))
	f.Component = componentOf(ecosystem, p.PackageName, p.PackageVersion, "", v.FixedPackage.PackageVersion)
	if f.Component != nil {
		f.Message = oneLine(rule.ID+" in "+f.Component.Name+" "+f.Component.Version, 500)
		rule.Title = titleOf(rule.ID)
	}
}

// cpeSystem reads distribution and release out of the old form of CPE: "cpe:/o:debian:debian_linux:12" is "debian 12".
func cpeSystem(cpe string) string {
	parts := strings.Split(cpe, ":")
	if len(parts) < 5 || parts[1] != "/o" {
		return ""
	}
	return parts[2] + " " + parts[4]
}

// sccTitle makes a title of a category: "PUBLIC_BUCKET_ACL" is "Public bucket ACL".
func sccTitle(category string) string {
	if category == "" {
		return "Finding without a category"
	}
	if strings.Contains(category, " ") {
		return titleOf(category)
	}
	words := strings.Fields(strings.ToLower(strings.ReplaceAll(category, "_", " ")))
	for i, w := range words {
		switch w {
		case "acl", "iam", "ssh", "rdp", "sql", "vm", "dns", "kms", "ip", "ssl", "tls", "gke", "mfa", "api", "cve", "os", "vpc", "csek", "cmek":
			words[i] = strings.ToUpper(w)
		}
	}
	s := strings.Join(words, " ")
	return titleOf(strings.ToUpper(s[:1]) + s[1:])
}
