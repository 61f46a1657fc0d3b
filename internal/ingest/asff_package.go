package ingest

import (
	"cmp"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// asffFlaw is a vulnerability inside a finding.
type asffFlaw struct {
	ID                             string
	RelatedVulnerabilities         list[string]
	ReferenceURLs                  list[string]
	EpssScore                      string
	ExploitAvailable, FixAvailable string
	Vendor                         struct{ Name, URL string }
	Cvss                           list[struct {
		BaseVector string
		BaseScore  string
	}]
	VulnerablePackages []struct {
		Name, Version, Epoch, Release, PackageManager, FilePath, FixedInVersion, Remediation string
	}
	CodeVulnerabilities []struct {
		CWEs     list[string]
		FilePath struct{ FilePath, FileName, StartLine, EndLine string }
	}
}

// emit makes a finding for each package that has the flaw. The rule holds what the finding says, f its place.
func (v *asffFlaw) emit(out Sink, rule finding.Rule, f finding.Finding, platform string) error {
	var vectors []string
	score := 0.0
	for _, c := range v.Cvss {
		vectors, score = append(vectors, c.BaseVector), max(score, decimal(c.BaseScore))
	}
	flaw := awsFlaw{
		id: v.ID, related: texts(v.RelatedVulnerabilities...), references: append(texts(v.ReferenceURLs...), texts(v.Vendor.URL)...),
		threat: awsThreat(threatOf(score, vectors...), v.EpssScore, v.ExploitAvailable), platform: platform,
	}
	for _, p := range v.VulnerablePackages {
		flaw.packages = append(flaw.packages, awsPackage{
			name: p.Name, version: fullVersion(p.Epoch, p.Version, p.Release), manager: p.PackageManager,
			path: p.FilePath, fixed: p.FixedInVersion, remediation: p.Remediation,
		})
	}
	for _, c := range v.CodeVulnerabilities {
		rule.ID, rule.Engine, rule.CWE = cmp.Or(v.ID, rule.ID), "sast", cwesIn(c.CWEs...)
		one := found(rule, rule.Title, f.Location)
		one.Asset, one.Facts, one.Verdict = f.Asset, f.Facts, f.Verdict
		one.Location.Path = rooted(cmp.Or(c.FilePath.FilePath, c.FilePath.FileName))
		one.Location.Region = lines(integer(c.FilePath.StartLine), integer(c.FilePath.EndLine))
		if err := emit(out, rule, one); err != nil {
			return err
		}
	}
	if len(v.CodeVulnerabilities) > 0 {
		return nil
	}
	return flaw.emit(out, rule, f)
}

// awsFlaw is a flaw in packages as Amazon Inspector knows it, whichever service reports it.
type awsFlaw struct {
	id                  string
	related, references []string
	threat              *finding.Threat
	platform            string
	packages            []awsPackage
}

type awsPackage struct{ name, version, manager, path, fixed, remediation string }

func (a *awsFlaw) emit(out Sink, rule finding.Rule, f finding.Finding) error {
	check := rule.ID
	var related []string
	rule.ID, f.Aliases, related = sameFlaw(a.id, a.related...)
	rule.ID = cmp.Or(rule.ID, check)
	f.Facts = append(f.Facts, factsOf("related flaws", strings.Join(related, ", "))...)
	rule.Engine, rule.References = "sca", distinct(append(rule.References, a.references...))
	rule.Title = titleOf(rule.Title, rule.ID)
	f.Severity, f.Confidence, f.Threat = rule.Severity, rule.Confidence, a.threat
	f.Message = oneLine(cmp.Or(rule.Title, rule.ID), 500)
	if len(a.packages) == 0 {
		return emit(out, rule, f)
	}
	for _, p := range a.packages {
		one := f
		if p.name == "go/stdlib" {
			p.name, p.manager = "stdlib", "GO"
		}
		one.Component = componentOf(packageEcosystem(p.manager, a.platform), p.name, p.version, "", strings.TrimPrefix(p.fixed, "0:"))
		if one.Component != nil {
			one.Message = oneLine(rule.ID+" in "+p.name+" "+p.version, 500)
		}
		one.Location.Path, one.Fix.Text = rooted(p.path), p.remediation
		if err := emit(out, rule, one); err != nil {
			return err
		}
	}
	return nil
}

// awsThreat adds what Inspector knows beside the scores.
func awsThreat(t finding.Threat, epss, exploit string) *finding.Threat {
	t.EPSS = epssOf(epss, "", "")
	if exploit == "YES" {
		t.Exploit = "poc"
	}
	return known(t)
}

// awsPlace is a resource as AWS services describe it.
type awsPlace struct {
	account, region, kind, id, repository string
	tags                                  []string

	location finding.Location
	asset    finding.Asset
	facts    []finding.Fact
}

// resolve tells place and asset. An image is known by its repository: digest and tags change with every build.
func (a awsPlace) resolve() awsPlace {
	a.id = strings.TrimPrefix(a.id, "AWS::::Account:")
	account, region := arnParts(a.id)
	account, region = cmp.Or(a.account, account), cmp.Or(a.region, region)
	if strings.HasPrefix(a.id, "i-") {
		a.id = "arn:aws:ec2:" + region + ":" + account + ":instance/" + a.id // as the other services write it
	}
	place := cloudPlace{account, region, a.id}
	a.location, a.asset, a.facts = place.location(), place.asset(), factsOf("kind", a.kind)
	path, found := "", false
	if _, path, found = strings.Cut(a.id, ":repository/"); !found {
		return a
	}
	repository, digest, _ := strings.Cut(path, "/sha256:")
	name := account + ".dkr.ecr." + region + ".amazonaws.com/" + cmp.Or(a.repository, repository)
	a.location = finding.Location{Logical: steps("account", account, "region", region, "image", name)}
	a.asset = finding.Asset{Kind: "image", Name: name}
	if digest != "" {
		a.facts = append(a.facts, factsOf("digest", "sha256:"+digest)...)
	}
	a.facts = append(a.facts, factsOf("tags", strings.Join(a.tags, ", "))...)
	return a
}
