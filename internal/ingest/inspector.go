package ingest

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var inspectorFormat = Format{
	Name: "inspector", Title: "Amazon Inspector JSON",
	Is: func(h *Head) bool {
		return h.Has("findings.findingArn", "findings.awsAccountId") || h.Has("findingArn", "awsAccountId") || h.Has("detail.findingArn", "detail.awsAccountId")
	},
	Read: readInspector,
}

// readInspector reads findings of Amazon Inspector 2: the answer of list-findings, exports, and the events of EventBridge.
func readInspector(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Amazon Inspector"}}
	head := newHead("", in.head())
	j := in.json()
	e := envelope{j: j, record: oneRecord(j, func(f *inspectorFinding) error {
		if at := instant(cmp.Or(f.UpdatedAt, f.LastObservedAt)); at.After(h.At) {
			h.At = at
		}
		if f.Status == "CLOSED" {
			return nil
		}
		return f.emit(out)
	})}
	e.other = func(name string) error {
		if name == "nextToken" {
			return e.nextPage(&h, name)
		}
		return j.skip()
	}
	return h, e.open(awsPath(head)...)
}

type inspectorFinding struct {
	AwsAccountID, FindingArn, Severity, Status, Title, Type text
	Description, ExploitAvailable, InspectorScore           text
	UpdatedAt, LastObservedAt                               text
	EPSS                                                    struct{ Score text }
	InspectorScoreDetails                                   struct{ AdjustedCvss struct{ ScoringVector text } }
	Remediation                                             struct{ Recommendation struct{ Text, URL text } }
	Resources                                               []struct {
		ID, Region, Type text
		Details          loose[struct {
			AwsEcrContainerImage *struct {
				RepositoryName, Platform text
				ImageTags                list[text]
			}
			AwsEc2Instance *struct{ Platform text }
		}]
	}
	PackageVulnerabilityDetails *struct {
		VulnerabilityID, SourceURL, Source text
		RelatedVulnerabilities             list[text]
		ReferenceURLs                      list[text]
		Cvss                               list[struct{ BaseScore, ScoringVector text }]
		VulnerablePackages                 []struct {
			Name, Version, Epoch, Release, PackageManager, FilePath, FixedInVersion, Remediation text
		}
	}
	NetworkReachabilityDetails *struct {
		Protocol      text
		OpenPortRange struct{ Begin, End text }
	}
	CodeVulnerabilityDetails *struct {
		RuleID, DetectorID, DetectorName text
		CWEs                             list[text]
		ReferenceURLs                    list[text]
		FilePath                         struct{ FilePath, FileName, StartLine, EndLine text }
	}
}

func (i *inspectorFinding) emit(out Sink) error {
	advice := &i.Remediation.Recommendation
	rule := finding.Rule{
		ID: string(cmp.Or(i.Type, "unnamed")), Engine: "cloud", Title: titleOf(string(i.Title), string(i.Type), "unnamed"), Why: string(i.Description),
		Severity: severityOf(string(i.Severity)), Confidence: finding.Firm, References: texts([]text{advice.URL}),
	}
	if advice.Text != "None Provided" {
		rule.Fix = string(advice.Text)
	}
	var f finding.Finding
	platform := ""
	for n, r := range i.Resources {
		at := awsPlace{account: string(i.AwsAccountID), region: string(r.Region), kind: string(r.Type), id: string(r.ID)}
		if image := r.Details.value.AwsEcrContainerImage; image != nil {
			at.repository, at.tags, platform = string(image.RepositoryName), texts(image.ImageTags), string(image.Platform)
		}
		if host := r.Details.value.AwsEc2Instance; host != nil {
			platform = string(host.Platform)
		}
		at = at.resolve()
		if n == 0 {
			f.Location, f.Asset, f.Facts = at.location, at.asset, at.facts
		} else if n < 100 {
			f.Also = append(f.Also, at.location)
		}
	}
	if len(i.Resources) == 0 {
		place := cloudPlace{account: string(i.AwsAccountID), resource: string(i.FindingArn)}
		f.Location, f.Asset = place.location(), place.asset()
	}
	f.Facts = append(f.Facts, factsOf("id", string(i.FindingArn))...)
	if i.Status == "SUPPRESSED" {
		f.Verdict = waived("suppressed by a rule in Amazon Inspector")
	}
	if i.PackageVulnerabilityDetails != nil {
		return i.flaw(platform).emit(out, rule, f)
	}
	i.other(&rule, &f)
	f.Rule, f.Engine, f.Severity, f.Confidence, f.Message = rule.ID, rule.Engine, rule.Severity, rule.Confidence,
		oneLine(string(cmp.Or(i.Title, i.Type, "unnamed")), 500)
	return emit(out, rule, f)
}

func (i *inspectorFinding) flaw(platform string) *awsFlaw {
	d := i.PackageVulnerabilityDetails
	vectors := []string{string(i.InspectorScoreDetails.AdjustedCvss.ScoringVector)}
	for _, c := range d.Cvss {
		vectors = append(vectors, string(c.ScoringVector))
	}
	flaw := &awsFlaw{
		id: string(d.VulnerabilityID), related: texts(d.RelatedVulnerabilities), references: append(texts([]text{d.SourceURL}), texts(d.ReferenceURLs)...),
		epss: decimal(i.EPSS.Score), exploit: string(i.ExploitAvailable), threat: publishedThreat(decimal(i.InspectorScore), vectors...), platform: platform,
	}
	for _, p := range d.VulnerablePackages {
		flaw.packages = append(flaw.packages, awsPackage{
			name: string(p.Name), version: fullVersion(string(p.Epoch), string(p.Version), string(p.Release)), manager: string(p.PackageManager),
			path: string(p.FilePath), fixed: string(p.FixedInVersion), remediation: string(p.Remediation),
		})
	}
	return flaw
}

// other completes findings that are about no package: open ports, and faults in the code of functions.
func (i *inspectorFinding) other(rule *finding.Rule, f *finding.Finding) {
	if n := i.NetworkReachabilityDetails; n != nil {
		rule.Engine, rule.Title = "network", "Port reachable from the internet"
		port := string(n.OpenPortRange.Begin)
		if n.OpenPortRange.End != n.OpenPortRange.Begin && n.OpenPortRange.End != "" {
			port += "-" + string(n.OpenPortRange.End)
		}
		f.Location.Logical = append(f.Location.Logical, steps("port", strings.Trim(fmt.Sprintf("%s/%s", port, strings.ToLower(string(n.Protocol))), "/"))...)
	}
	if c := i.CodeVulnerabilityDetails; c != nil {
		rule.ID, rule.Engine, rule.CWE = string(cmp.Or(c.RuleID, c.DetectorID, text(rule.ID))), "sast", cwesIn(texts(c.CWEs)...)
		rule.Title, rule.References = titleOf(string(c.DetectorName), rule.Title), append(rule.References, texts(c.ReferenceURLs)...)
		f.Location.Path = rooted(string(cmp.Or(c.FilePath.FilePath, c.FilePath.FileName)))
		f.Location.Region = lines(wholeNumber(c.FilePath.StartLine), wholeNumber(c.FilePath.EndLine))
	}
}
