package ingest

import (
	"cmp"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var asffFormat = Format{
	Name: "asff", Title: "AWS Security Hub (ASFF)", Tool: "AWS Security Hub",
	Nothing: []string{"[]", `{"Findings":[]}`},
	Is: func(h *Head) bool {
		return h.Has("ProductArn", "AwsAccountId") || h.Has("Findings.ProductArn") || h.Has("findings.ProductArn") || h.Has("detail.findings.ProductArn")
	},
	Read: readASFF,
}

// readASFF reads findings in the AWS Security Finding Format: the answer of get-findings, an array, lines, and the events of EventBridge.
func readASFF(in *Input, h *Header, out Sink) error {
	path := awsPath(in)
	undecided := 0
	err := records(in.json(), h, func(f *asffFinding) error {
		h.latest(f.UpdatedAt)
		if f.Compliance.Status == "WARNING" {
			undecided++
			return nil
		}
		if f.gone() {
			return nil
		}
		return f.emit(out)
	}, path...)
	if undecided > 0 {
		missed(h, "%d controls could not be evaluated (compliance status WARNING)", undecided)
	}
	return err
}

// awsPath tells where the findings stand in what an AWS service wrote.
func awsPath(in *Input) []string {
	switch head := newHead("", in.head()); {
	case head.Has("detail.findings"):
		return []string{"detail", "findings"}
	case head.Has("detail") && head.Has("detail-type"):
		return []string{"detail"}
	case head.Has("findings") || head.Has("Findings"):
		return []string{"findings"}
	}
	return nil
}

// asffFinding is a finding, as far as it is read (Security Hub user guide, ASFF syntax).
type asffFinding struct {
	ID, ProductArn, ProductName, GeneratorID, AwsAccountID, Region string
	Title, Description, UpdatedAt, SourceURL, RecordState          string
	Types                                                          list[string]
	Severity                                                       struct{ Label, Normalized, Original string }
	ProductFields                                                  map[string]string
	Resources                                                      []asffResource
	Workflow                                                       struct{ Status string }
	Note                                                           struct{ Text, UpdatedBy string }
	Vulnerabilities                                                []asffFlaw
	Remediation                                                    struct{ Recommendation struct{ Text, URL string } }
	Compliance                                                     struct {
		Status, SecurityControlID string
		RelatedRequirements       list[string]
	}
}

type asffResource struct {
	Type, ID, Region string
	Details          loose[struct {
		AwsEcrContainerImage *struct {
			RepositoryName string
			ImageTags      list[string]
		}
	}]
}

// gone tells that there is no fault any more, or never was.
func (a *asffFinding) gone() bool {
	switch a.Compliance.Status {
	case "PASSED", "NOT_AVAILABLE", "INFOED": // the last is Prowler's
		return true
	}
	return a.RecordState == "ARCHIVED" || a.Workflow.Status == "RESOLVED"
}

// rule gives the id of the check. Some services name a detector or themselves as generator; their check is the last part of the type.
func (a *asffFinding) rule() string {
	id := cmp.Or(a.Compliance.SecurityControlID, a.ProductFields["ControlId"])
	generator := a.GeneratorID
	if id == "" && (generator == "AWSInspector" || strings.HasPrefix(generator, "arn:aws:guardduty:") || strings.HasPrefix(generator, "aws/")) && len(a.Types) > 0 {
		kind := a.Types[0]
		id = kind[strings.LastIndexByte(kind, '/')+1:]
		if purpose, rest, found := strings.Cut(id, ":"); found && strings.HasPrefix(generator, "arn:aws:guardduty:") {
			id = purpose + ":" + strings.Replace(rest, "-", "/", 1) // as GuardDuty itself writes it
		}
		if cves := cveIn(a.Title); id == "CVE" && len(cves) > 0 {
			id = cves[0]
		}
	}
	return cmp.Or(id, strings.TrimPrefix(generator, "prowler-"), a.Title)
}

func (a *asffFinding) emit(out Sink) error {
	advice := &a.Remediation.Recommendation
	rule := finding.Rule{
		ID: a.rule(), Engine: "cloud", Why: a.Description, Fix: advice.Text, Severity: a.severity(), Confidence: finding.Firm,
		References: texts(advice.URL), Tags: texts(a.Compliance.RelatedRequirements...),
	}
	rule.Title = titleOf(a.Title, rule.ID)
	if a.Compliance.Status != "" {
		rule.Title = strings.TrimPrefix(rule.Title, rule.ID+" ") // "IAM.5 MFA should be enabled"
	}
	switch {
	case strings.EqualFold(rule.ID, "Network Reachability"):
		rule.Engine = "network"
	case strings.HasPrefix(rule.ID, "CVE-"):
		rule.Engine = "sca"
	case strings.Contains(a.ProductArn, ":product/aws/guardduty"):
		rule.Title, rule.Why = titleOf(rule.ID), "" // its texts are about one case
	}
	var f finding.Finding
	for i := range a.Resources {
		at := a.place(&a.Resources[i])
		if i == 0 {
			f.Location, f.Asset, f.Facts = at.location, at.asset, at.facts
		} else if i < 100 {
			f.Also = append(f.Also, at.location)
		}
	}
	if len(a.Resources) == 0 {
		place := cloudPlace{account: a.AwsAccountID, region: a.Region, resource: a.ID}
		f.Location, f.Asset = place.location(), place.asset()
	}
	f.Facts = append(f.Facts, factsOf("id", a.ID, "product", a.ProductName, "details", a.SourceURL)...)
	if rule.Why == "" {
		f.Facts = append(f.Facts, factsOf("case", oneLine(a.Description, 500))...)
	}
	if a.Workflow.Status == "SUPPRESSED" {
		f.Verdict = waived(strings.Trim("suppressed in Security Hub: "+a.Note.Text+" ("+a.Note.UpdatedBy+")", " ()"))
	}
	for i := range a.Vulnerabilities {
		if err := a.Vulnerabilities[i].emit(out, rule, f, a.platform()); err != nil {
			return err
		}
	}
	if len(a.Vulnerabilities) > 0 {
		return nil
	}
	f.Message = oneLine(cmp.Or(a.Title, a.Description, rule.ID), 500)
	if len(f.Location.Logical) > 0 {
		f.Message = cloudPlace{resource: f.Location.Logical[len(f.Location.Logical)-1].Name}.on(f.Message)
	}
	nameFlaws(&f, rule.ID, cveIn(a.Title))
	f.Severity, f.Confidence = rule.Severity, rule.Confidence
	return emit(out, rule, f)
}

// severity reads the label, else the normalised number (0, 1-39, 40-69, 70-89, 90-100).
func (a *asffFinding) severity() finding.Severity {
	if a.Severity.Label != "" {
		return severityOf(a.Severity.Label)
	}
	if a.Severity.Normalized != "" {
		return finding.SeverityOfScore(decimal(a.Severity.Normalized) / 10)
	}
	return severityOf(a.Severity.Original)
}

// platform is the distribution Inspector found on the resource.
func (a *asffFinding) platform() string {
	for name, value := range a.ProductFields {
		if strings.HasPrefix(name, "aws/inspector/") && strings.HasSuffix(name, "/platform") {
			return value
		}
	}
	return ""
}

func (a *asffFinding) place(r *asffResource) awsPlace {
	at := awsPlace{account: a.AwsAccountID, region: cmp.Or(r.Region, a.Region), kind: r.Type, id: r.ID}
	if image := r.Details.value.AwsEcrContainerImage; image != nil {
		at.repository, at.tags = image.RepositoryName, texts(image.ImageTags...)
	}
	return at.resolve()
}
