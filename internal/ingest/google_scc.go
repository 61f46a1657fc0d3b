package ingest

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var googleSCCFormat = Format{
	Name: "google-scc", Title: "Google Security Command Center JSON",
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
func readGoogleSCC(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Google Security Command Center"}}
	head := newHead("", in.head())
	j := in.json()
	observations := 0
	e := envelope{j: j, record: oneRecord(j, func(r *sccResult) error {
		f := &r.sccFinding
		if r.Finding != nil {
			f = r.Finding
		}
		if at := instant(f.EventTime); at.After(h.At) {
			h.At = at
		}
		switch {
		case f.State == "INACTIVE":
			return nil
		case f.FindingClass == "OBSERVATION":
			observations++
			return nil
		case f.FindingClass == "SCC_ERROR":
			missed(&h, "%s: %s", f.Category, f.Description)
			return nil
		}
		return f.emit(out, &r.Resource)
	})}
	e.other = func(name string) error {
		if name == "nextPageToken" {
			return e.nextPage(&h, name)
		}
		return j.skip()
	}
	var path []string
	if head.Has("listFindingsResults") || head.Has("findings") {
		path = []string{"listFindingsResults|findings"}
	}
	err := e.open(path...)
	if observations > 0 {
		out.Note(fmt.Sprintf("%d observations are no faults", observations))
	}
	return h, err
}

type sccResult struct {
	Finding  *sccFinding
	Resource sccResource
	sccFinding
}

type sccResource struct {
	Name, DisplayName, Type, Location, ProjectDisplayName, Project text
	GCPMetadata                                                    struct{ Project, ProjectDisplayName text }
}

// sccFinding is a finding, as far as it is read (Security Command Center API v1 and v2, Finding).
type sccFinding struct {
	Name, CanonicalName, Parent, ResourceName, State, Category, ExternalURI, EventTime, Severity text
	Mute, MuteInitiator, FindingClass, Description, NextSteps                                    text
	Vulnerability                                                                                *struct {
		CVE struct {
			ID         text
			References list[struct{ URI text }]
			CVSSV3     struct{ BaseScore text }
			Activity   text `json:"exploitationActivity"`
		}
		OffendingPackage, FixedPackage struct{ PackageName, CPEURI, PackageType, PackageVersion text }
	}
	Compliances list[struct {
		Standard, Version text
		IDs               list[text]
	}]
	SourceProperties loose[struct {
		Recommendation, Explanation text
	}]
	AccessURL loose[text]
}

// project is the project's name, else its number; "" for what belongs to an organisation.
func (r *sccResource) project() string {
	name := string(cmp.Or(r.GCPMetadata.ProjectDisplayName, r.ProjectDisplayName))
	if name == "" {
		number := string(cmp.Or(r.GCPMetadata.Project, r.Project))
		name = number[strings.LastIndexByte(number, '/')+1:]
	}
	return name
}

func (s *sccFinding) emit(out Sink, r *sccResource) error {
	rule := finding.Rule{
		ID: string(cmp.Or(s.Category, "unnamed")), Engine: "cloud", Title: sccTitle(string(s.Category)),
		Confidence: finding.Firm, Severity: severityOf(string(s.Severity)),
		Why: string(cmp.Or(s.Description, s.SourceProperties.value.Explanation)), Fix: string(cmp.Or(s.NextSteps, s.SourceProperties.value.Recommendation)),
	}
	for _, c := range s.Compliances {
		for _, id := range texts(c.IDs) {
			rule.Tags = append(rule.Tags, strings.TrimSpace(string(c.Standard+" "+c.Version))+":"+id)
		}
	}
	place := cloudPlace{account: r.project(), region: string(r.Location), resource: strings.TrimLeft(string(cmp.Or(s.ResourceName, r.Name)), "/")}
	if place.resource == "" {
		place.resource = string(cmp.Or(s.Parent, "the whole organisation"))
	}
	if strings.Trim(place.account, "0123456789") == "" { // a number, or nothing: the path may have the project's name
		if _, rest, found := strings.Cut(place.resource, "/projects/"); found {
			place.account, _, _ = strings.Cut(rest, "/")
		}
	}
	f := finding.Finding{Location: place.location(), Asset: place.asset(), Message: place.on(rule.Title)}
	f.Facts = factsOf("kind", string(r.Type), "class", strings.ToLower(string(s.FindingClass)), "id", string(cmp.Or(s.CanonicalName, s.Name)),
		"details", string(s.ExternalURI))
	if s.Mute == "MUTED" {
		f.Verdict = waived(strings.TrimSuffix("muted in Security Command Center by "+string(s.MuteInitiator), " by "))
	}
	s.flaw(&rule, &f)
	f.Rule, f.Engine, f.Severity, f.Confidence = rule.ID, rule.Engine, rule.Severity, rule.Confidence
	return emit(out, rule, f)
}

// flaw completes findings that are about a known flaw, with or without a package.
func (s *sccFinding) flaw(rule *finding.Rule, f *finding.Finding) {
	v := s.Vulnerability
	if v == nil || v.CVE.ID == "" && v.OffendingPackage.PackageName == "" {
		return
	}
	rule.ID, rule.Engine = string(cmp.Or(v.CVE.ID, text(rule.ID))), "sca"
	for _, r := range v.CVE.References {
		rule.References = append(rule.References, texts([]text{r.URI})...)
	}
	f.Threat = publishedThreat(decimal(v.CVE.CVSSV3.BaseScore))
	switch v.CVE.Activity {
	case "WIDE", "CONFIRMED":
		f.Threat = cmp.Or(f.Threat, &finding.Threat{})
		f.Threat.Exploit = "active"
	case "AVAILABLE":
		f.Threat = cmp.Or(f.Threat, &finding.Threat{})
		f.Threat.Exploit = "poc"
	}
	p := &v.OffendingPackage
	ecosystem := packageEcosystem(string(p.PackageType), cpeSystem(string(p.CPEURI)))
	f.Component = componentOf(ecosystem, string(p.PackageName), string(p.PackageVersion), "", string(v.FixedPackage.PackageVersion))
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
