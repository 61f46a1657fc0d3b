package ingest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// azureDetails are the additional data of a sub-assessment: those of Qualys on machines, of the scanner for images, and of databases.
type azureDetails struct {
	AssessedResourceType string
	CVE                  loose[list[struct{ Title, Link string }]]
	VendorReferences     loose[list[struct{ Title, Link string }]]
	Score                loose[map[string]struct {
		Base   string
		Vector string `json:"cvssVectorString"`
	}] `json:"cvss"`
	RepositoryName, RegistryHost, ImageDigest string
	ArtifactDetails                           loose[struct {
		RepositoryName, RegistryHost, Digest string
		Tags                                 list[string]
	}]
	SoftwareDetails loose[struct {
		PackageName, Version, FixedVersion, Language, Category string
		OSDetails                                              struct{ OSPlatform, OSVersion string }
		Evidence                                               list[string]
	}]
	VulnerabilityDetails loose[struct {
		CveID      string
		References list[struct{ Link string }]
		Score      map[string]struct {
			Base   string
			Vector string `json:"cvssVectorString"`
		} `json:"cvss"`
		Weaknesses               struct{ CWE list[struct{ ID string }] }
		ExploitabilityAssessment struct{ IsInExploitKit, ExploitStepsPublished, ExploitStepsVerified string }
	}]
}

// emit makes the finding of a sub-assessment.
func (d *azureDetails) emit(out Sink, rule finding.Rule, f finding.Finding, a *azureAssessment, p *azureProperties) error {
	flaw, software := &d.VulnerabilityDetails.value, &d.SoftwareDetails.value
	ids := []string{flaw.CveID}
	for _, c := range d.CVE.value {
		ids = append(ids, cveIn(c.Title)...)
		rule.References = append(rule.References, texts(c.Link)...)
	}
	for _, r := range d.VendorReferences.value {
		rule.References = append(rule.References, texts(r.Link)...)
	}
	for _, r := range flaw.References {
		rule.References = append(rule.References, texts(r.Link)...)
	}
	for _, c := range flaw.Weaknesses.CWE {
		rule.CWE = append(rule.CWE, cwesIn(c.ID)...)
	}
	own := cmp.Or(p.LiftedID, p.VulnerabilityID, a.Name)
	var related []string
	rule.ID, f.Aliases, related = sameFlaw(own, ids...)
	f.Facts = append(f.Facts, factsOf("flaws", strings.Join(related, ", "))...)
	f.Aliases = slices.DeleteFunc(f.Aliases, func(id string) bool { return id == own }) // a number or a GUID of Microsoft's is no name of a flaw
	rule.Title = cmp.Or(rule.Title, rule.ID)
	rule.ID = cmp.Or(rule.ID, rule.Title)
	if strings.HasPrefix(rule.ID, "CVE-") || software.PackageName != "" {
		rule.Engine = "sca"
	}
	d.image(&f)
	f.Threat = d.threat()
	f.Message = oneLine(rule.Title, 500)
	if software.PackageName != "" {
		ecosystem := packageEcosystem(software.Language, software.OSDetails.OSVersion)
		f.Component = componentOf(ecosystem, software.PackageName, software.Version, "", software.FixedVersion)
		if f.Component != nil {
			f.Message = oneLine(rule.ID+" in "+f.Component.Name+" "+f.Component.Version, 500)
		}
		if len(software.Evidence) > 0 {
			f.Facts = append(f.Facts, factsOf("evidence", oneLine(software.Evidence[0], 300))...)
		}
	}
	f.Severity, f.Confidence = rule.Severity, rule.Confidence
	return emit(out, rule, f)
}

// image makes the image the place, by its repository: digest and tags change with every build.
func (d *azureDetails) image(f *finding.Finding) {
	artifact := &d.ArtifactDetails.value
	repository, registry := cmp.Or(artifact.RepositoryName, d.RepositoryName), cmp.Or(artifact.RegistryHost, d.RegistryHost)
	if repository == "" {
		return
	}
	name := strings.Trim(registry+"/"+repository, "/")
	f.Location.Logical = steps("account", f.Asset.Name, "image", name)
	f.Asset = finding.Asset{Kind: "image", Name: name}
	f.Facts = append(f.Facts, factsOf("digest", cmp.Or(artifact.Digest, d.ImageDigest), "tags", strings.Join(texts(artifact.Tags...), ", "))...)
}

func (d *azureDetails) threat() *finding.Threat {
	flaw := &d.VulnerabilityDetails.value
	scores := flaw.Score
	if len(scores) == 0 {
		scores = d.Score.value
	}
	var vectors []string
	score := 0.0
	for _, version := range []string{"4.0", "3.1", "3.0", "2.0"} {
		vectors, score = append(vectors, scores[version].Vector), cmp.Or(score, decimal(scores[version].Base))
	}
	t := threatOf(score, vectors...)
	e := &flaw.ExploitabilityAssessment
	switch {
	case strings.EqualFold(e.IsInExploitKit, "true"):
		t.Exploit = "active"
	case strings.EqualFold(e.ExploitStepsPublished, "true"), strings.EqualFold(e.ExploitStepsVerified, "true"):
		t.Exploit = "poc"
	}
	return known(t)
}
