package ingest

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var inspectorFormat = Format{
	Name: "inspector", Title: "Amazon Inspector JSON", Tool: "Amazon Inspector",
	Nothing: []string{"[]", `{"findings":[]}`},
	Is: func(h *Head) bool {
		return h.Has("findings.findingArn", "findings.awsAccountId") || h.Has("findingArn", "awsAccountId") || h.Has("detail.findingArn", "detail.awsAccountId")
	},
	Read: readInspector,
}

// readInspector reads findings of Amazon Inspector 2: the answer of list-findings, exports, and the events of EventBridge.
func readInspector(in *Input, h *Header, out Sink) error {
	path := awsPath(in)
	return records(in.json(), h, func(f *inspectorFinding) error {
		h.latest(cmp.Or(f.UpdatedAt, f.LastObservedAt))
		if f.Status == "CLOSED" {
			return nil
		}
		return f.emit(out)
	}, path...)
}

type inspectorFinding struct {
	AwsAccountID, FindingArn, Severity, Status, Title, Type string
	Description, ExploitAvailable, InspectorScore           string
	UpdatedAt, LastObservedAt                               string
	EPSS                                                    struct{ Score string }
	InspectorScoreDetails                                   struct {
		AdjustedCvss struct{ ScoringVector string }
	}
	Remediation struct{ Recommendation struct{ Text, URL string } }
	Resources   []struct {
		ID, Region, Type string
		Details          loose[struct {
			AwsEcrContainerImage *struct {
				RepositoryName, Platform string
				ImageTags                list[string]
			}
			AwsEc2Instance *struct{ Platform string }
		}]
	}
	PackageVulnerabilityDetails *struct {
		VulnerabilityID, SourceURL, Source string
		RelatedVulnerabilities             list[string]
		ReferenceURLs                      list[string]
		Cvss                               list[struct{ BaseScore, ScoringVector string }]
		VulnerablePackages                 []struct {
			Name, Version, Epoch, Release, PackageManager, FilePath, FixedInVersion, Remediation string
		}
	}
	NetworkReachabilityDetails *struct {
		Protocol      string
		OpenPortRange struct{ Begin, End string }
	}
	CodeVulnerabilityDetails *struct {
		RuleID, DetectorID, DetectorName string
		CWEs                             list[string]
		ReferenceURLs                    list[string]
		FilePath                         struct{ FilePath, FileName, StartLine, EndLine string }
	}
}

func (i *inspectorFinding) emit(out Sink) error {
	advice := &i.Remediation.Recommendation
	rule := finding.Rule{
		ID: i.Type, Engine: "cloud", Title: titleOf(i.Title, i.Type), Why: i.Description,
		Severity: severityOf(i.Severity), Confidence: finding.Firm, References: texts(advice.URL),
	}
	if advice.Text != "None Provided" {
		rule.Fix = advice.Text
	}
	var f finding.Finding
	platform := ""
	for n, r := range i.Resources {
		at := awsPlace{account: i.AwsAccountID, region: r.Region, kind: r.Type, id: r.ID}
		if image := r.Details.value.AwsEcrContainerImage; image != nil {
			at.repository, at.tags, platform = image.RepositoryName, texts(image.ImageTags...), image.Platform
		}
		if host := r.Details.value.AwsEc2Instance; host != nil {
			platform = host.Platform
		}
		at = at.resolve()
		if n == 0 {
			f.Location, f.Asset, f.Facts = at.location, at.asset, at.facts
		} else if n < 100 {
			f.Also = append(f.Also, at.location)
		}
	}
	if len(i.Resources) == 0 {
		place := cloudPlace{account: i.AwsAccountID, resource: i.FindingArn}
		f.Location, f.Asset = place.location(), place.asset()
	}
	f.Facts = append(f.Facts, factsOf("id", i.FindingArn)...)
	if i.Status == "SUPPRESSED" {
		f.Verdict = waived("suppressed by a rule in Amazon Inspector")
	}
	if i.PackageVulnerabilityDetails != nil {
		return i.flaw(platform).emit(out, rule, f)
	}
	i.other(&rule, &f)
	f.Severity, f.Confidence, f.Message = rule.Severity, rule.Confidence,
		oneLine(cmp.Or(i.Title, i.Type), 500)
	return emit(out, rule, f)
}

func (i *inspectorFinding) flaw(platform string) *awsFlaw {
	d := i.PackageVulnerabilityDetails
	vectors := []string{i.InspectorScoreDetails.AdjustedCvss.ScoringVector}
	for _, c := range d.Cvss {
		vectors = append(vectors, c.ScoringVector)
	}
	flaw := &awsFlaw{
		id: d.VulnerabilityID, related: texts(d.RelatedVulnerabilities...), references: append(texts(d.SourceURL), texts(d.ReferenceURLs...)...),
		threat: awsThreat(threatOf(decimal(i.InspectorScore), vectors...), i.EPSS.Score, i.ExploitAvailable), platform: platform,
	}
	for _, p := range d.VulnerablePackages {
		flaw.packages = append(flaw.packages, awsPackage{
			name: p.Name, version: fullVersion(p.Epoch, p.Version, p.Release), manager: p.PackageManager,
			path: p.FilePath, fixed: p.FixedInVersion, remediation: p.Remediation,
		})
	}
	return flaw
}

// other completes findings that are about no package: open ports, and faults in the code of functions.
func (i *inspectorFinding) other(rule *finding.Rule, f *finding.Finding) {
	if n := i.NetworkReachabilityDetails; n != nil {
		rule.Engine, rule.Title = "network", "Port reachable from the internet"
		port := n.OpenPortRange.Begin
		if n.OpenPortRange.End != n.OpenPortRange.Begin && n.OpenPortRange.End != "" {
			port += "-" + n.OpenPortRange.End
		}
		f.Location.Logical = append(f.Location.Logical, steps("port", strings.Trim(fmt.Sprintf("%s/%s", port, strings.ToLower(n.Protocol)), "/"))...)
	}
	if c := i.CodeVulnerabilityDetails; c != nil {
		rule.ID, rule.Engine, rule.CWE = cmp.Or(c.RuleID, c.DetectorID, rule.ID), "sast", cwesIn(c.CWEs...)
		rule.Title, rule.References = titleOf(c.DetectorName, rule.Title), append(rule.References, texts(c.ReferenceURLs...)...)
		f.Location.Path = rooted(cmp.Or(c.FilePath.FilePath, c.FilePath.FileName))
		f.Location.Region = lines(integer(c.FilePath.StartLine), integer(c.FilePath.EndLine))
	}
}
