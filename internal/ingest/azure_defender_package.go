package ingest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// azureDetails are the additional data of a sub-assessment: those of Qualys on machines, of the scanner for images, and of databases.
type azureDetails struct {
	AssessedResourceType text
	CVE                  loose[list[struct{ Title, Link text }]]
	VendorReferences     loose[list[struct{ Title, Link text }]]
	Score                loose[map[string]struct {
		Base   text
		Vector text `json:"cvssVectorString"`
	}] `json:"cvss"`
	RepositoryName, RegistryHost, ImageDigest text
	ArtifactDetails                           loose[struct {
		RepositoryName, RegistryHost, Digest text
		Tags                                 list[text]
	}]
	SoftwareDetails loose[struct {
		PackageName, Version, FixedVersion, Language, Category text
		OSDetails                                              struct{ OSPlatform, OSVersion text }
		Evidence                                               list[text]
	}]
	VulnerabilityDetails loose[struct {
		CveID      text
		References list[struct{ Link text }]
		Score      map[string]struct {
			Base   text
			Vector text `json:"cvssVectorString"`
		} `json:"cvss"`
		Weaknesses               struct{ CWE list[struct{ ID text }] }
		ExploitabilityAssessment struct{ IsInExploitKit, ExploitStepsPublished, ExploitStepsVerified text }
	}]
}

// emit makes the finding of a sub-assessment.
func (d *azureDetails) emit(out Sink, rule finding.Rule, f finding.Finding, a *azureAssessment, p *azureProperties) error {
	flaw, software := &d.VulnerabilityDetails.value, &d.SoftwareDetails.value
	ids := []string{string(flaw.CveID)}
	for _, c := range d.CVE.value {
		ids = append(ids, cveIn(string(c.Title))...)
		rule.References = append(rule.References, texts([]text{c.Link})...)
	}
	for _, r := range d.VendorReferences.value {
		rule.References = append(rule.References, texts([]text{r.Link})...)
	}
	for _, r := range flaw.References {
		rule.References = append(rule.References, texts([]text{r.Link})...)
	}
	for _, c := range flaw.Weaknesses.CWE {
		rule.CWE = append(rule.CWE, cwesIn(string(c.ID))...)
	}
	own := string(cmp.Or(p.LiftedID, p.VulnerabilityID, a.Name))
	var related []string
	rule.ID, f.Aliases, related = sameFlaw(own, ids...)
	f.Facts = append(f.Facts, factsOf("flaws", strings.Join(related, ", "))...)
	f.Aliases = slices.DeleteFunc(f.Aliases, func(id string) bool { return id == own }) // a number or a GUID of Microsoft's is no name of a flaw
	rule.Title = cmp.Or(rule.Title, rule.ID, "Finding without a name")
	rule.ID = cmp.Or(rule.ID, rule.Title)
	if strings.HasPrefix(rule.ID, "CVE-") || software.PackageName != "" {
		rule.Engine = "sca"
	}
	d.image(&f)
	f.Threat = d.threat()
	f.Message = oneLine(rule.Title, 500)
	if software.PackageName != "" {
		ecosystem := packageEcosystem(string(software.Language), string(software.OSDetails.OSVersion))
		f.Component = componentOf(ecosystem, string(software.PackageName), string(software.Version), "", string(software.FixedVersion))
		if f.Component != nil {
			f.Message = oneLine(rule.ID+" in "+f.Component.Name+" "+f.Component.Version, 500)
		}
		if len(software.Evidence) > 0 {
			f.Facts = append(f.Facts, factsOf("evidence", oneLine(string(software.Evidence[0]), 300))...)
		}
	}
	f.Rule, f.Engine, f.Severity, f.Confidence = rule.ID, rule.Engine, rule.Severity, rule.Confidence
	if len(f.Location.Logical) == 0 && f.Component == nil {
		f.Location.Logical = steps("resource", "resource without a name")
	}
	return emit(out, rule, f)
}

// image makes the image the place, by its repository: digest and tags change with every build.
func (d *azureDetails) image(f *finding.Finding) {
	artifact := &d.ArtifactDetails.value
	repository, registry := cmp.Or(artifact.RepositoryName, d.RepositoryName), cmp.Or(artifact.RegistryHost, d.RegistryHost)
	if repository == "" {
		return
	}
	name := strings.Trim(string(registry)+"/"+string(repository), "/")
	f.Location.Logical = steps("account", f.Asset.Name, "image", name)
	f.Asset = finding.Asset{Kind: "image", Name: name}
	f.Facts = append(f.Facts, factsOf("digest", string(cmp.Or(artifact.Digest, d.ImageDigest)), "tags", strings.Join(texts(artifact.Tags), ", "))...)
}

func (d *azureDetails) threat() *finding.Threat {
	flaw := &d.VulnerabilityDetails.value
	scores := flaw.Score
	if len(scores) == 0 {
		scores = d.Score.value
	}
	var vectors []string
	var score *float64
	for _, version := range []string{"4.0", "3.1", "3.0", "2.0"} {
		vectors = append(vectors, string(scores[version].Vector))
		if score == nil {
			score = decimal(scores[version].Base)
		}
	}
	t := publishedThreat(score, vectors...)
	e := &flaw.ExploitabilityAssessment
	switch {
	case strings.EqualFold(string(e.IsInExploitKit), "true"):
		t = cmp.Or(t, &finding.Threat{})
		t.Exploit = "active"
	case strings.EqualFold(string(e.ExploitStepsPublished), "true"), strings.EqualFold(string(e.ExploitStepsVerified), "true"):
		t = cmp.Or(t, &finding.Threat{})
		t.Exploit = "poc"
	}
	return t
}
