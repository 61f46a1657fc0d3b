package ingest

import (
	"cmp"
	"strconv"

	"github.com/reevehq/reeve/internal/finding"
)

var guarddutyFormat = Format{
	Name: "guardduty", Title: "Amazon GuardDuty JSON", Tool: "Amazon GuardDuty",
	Nothing: []string{"[]", `{"Findings":[]}`, ""},
	Is: func(h *Head) bool {
		return isGuardDuty(h, "") || isGuardDuty(h, "Findings.") || isGuardDuty(h, "findings.") || isGuardDuty(h, "detail.")
	},
	Read: readGuardDuty,
}

func isGuardDuty(h *Head, at string) bool {
	return h.Has(at+"Service", at+"Resource", at+"AccountId") || h.Has(at+"service", at+"resource", at+"accountId", at+"partition")
}

// readGuardDuty reads findings of GuardDuty: the answer of get-findings, the lines it exports to S3, and the events of EventBridge. The latter two
// have small first letters.
func readGuardDuty(in *Input, h *Header, out Sink) error {
	path := awsPath(in)
	return records(in.json(), h, func(f *guarddutyFinding) error {
		h.latest(f.UpdatedAt)
		return f.emit(out)
	}, path...)
}

// guarddutyFinding is a finding, as far as it is read (GuardDuty API reference, Finding).
type guarddutyFinding struct {
	AccountID, Arn, Description, ID, Region, Severity, Title, Type, UpdatedAt string
	Resource                                                                  struct {
		ResourceType      string
		InstanceDetails   *struct{ InstanceID string }
		AccessKeyDetails  *struct{ UserName, UserType, PrincipalID string }
		S3BucketDetails   list[struct{ Arn, Name string }]
		EksClusterDetails *struct{ Arn, Name string }
		EcsClusterDetails *struct{ Arn, Name string }
		LambdaDetails     *struct{ FunctionArn, FunctionName string }
		RDSInstance       *struct {
			Arn  string `json:"dbInstanceArn"`
			Name string `json:"dbInstanceIdentifier"`
		} `json:"rdsDbInstanceDetails"`
		ContainerDetails  *struct{ Name, Image string }
		KubernetesDetails *struct {
			WorkloadDetails *struct{ Name, Namespace, Type string } `json:"kubernetesWorkloadDetails"`
		}
	}
	Service struct {
		Archived                      string
		Count                         string
		EventFirstSeen, EventLastSeen string
	}
}

func (g *guarddutyFinding) emit(out Sink) error {
	rule := finding.Rule{ID: g.Type, Engine: "cloud", Severity: finding.Medium, Confidence: finding.Firm}
	rule.Title = titleOf(rule.ID)
	if g.Severity != "" {
		rule.Severity = finding.SeverityOfScore(decimal(g.Severity))
	}
	kind, name := g.subject()
	place := cloudPlace{account: g.AccountID, region: g.Region, resource: name}
	f := found(rule, cmp.Or(g.Title, g.Description, g.Type, "GuardDuty finding"), place.location())
	f.Asset = place.asset()
	if k := g.Resource.KubernetesDetails; k != nil && k.WorkloadDetails != nil {
		f.Location.Logical = steps("account", place.account, "region", place.region, "cluster", name,
			"namespace", k.WorkloadDetails.Namespace, "resource", k.WorkloadDetails.Type+"/"+k.WorkloadDetails.Name)
	}
	count := ""
	if n := integer(g.Service.Count); n > 1 {
		count = strconv.Itoa(n)
	}
	f.Facts = factsOf("kind", kind, "case", oneLine(g.Description, 500), "events", count, "first seen", g.Service.EventFirstSeen,
		"last seen", g.Service.EventLastSeen, "id", cmp.Or(g.Arn, g.ID))
	if g.Service.Archived == "true" {
		f.Verdict = waived("archived in GuardDuty, by a person or a suppression rule")
	}
	return emit(out, rule, f)
}

// subject tells kind and name of what is threatened.
func (g *guarddutyFinding) subject() (kind, name string) {
	r := &g.Resource
	kind = r.ResourceType
	switch {
	case len(r.S3BucketDetails) > 0:
		name = cmp.Or(r.S3BucketDetails[0].Arn, r.S3BucketDetails[0].Name)
	case r.LambdaDetails != nil && r.LambdaDetails.FunctionArn+r.LambdaDetails.FunctionName != "":
		name = cmp.Or(r.LambdaDetails.FunctionArn, r.LambdaDetails.FunctionName)
	case r.RDSInstance != nil && r.RDSInstance.Arn+r.RDSInstance.Name != "":
		name = cmp.Or(r.RDSInstance.Arn, r.RDSInstance.Name)
	case r.EksClusterDetails != nil && r.EksClusterDetails.Arn+r.EksClusterDetails.Name != "":
		name = cmp.Or(r.EksClusterDetails.Arn, r.EksClusterDetails.Name)
	case r.EcsClusterDetails != nil && r.EcsClusterDetails.Arn+r.EcsClusterDetails.Name != "":
		name = cmp.Or(r.EcsClusterDetails.Arn, r.EcsClusterDetails.Name)
	case r.InstanceDetails != nil && r.InstanceDetails.InstanceID != "":
		name = "arn:aws:ec2:" + g.Region + ":" + g.AccountID + ":instance/" + r.InstanceDetails.InstanceID
	case r.AccessKeyDetails != nil:
		name = cmp.Or(r.AccessKeyDetails.UserName, r.AccessKeyDetails.PrincipalID, r.AccessKeyDetails.UserType)
	case r.ContainerDetails != nil:
		name = cmp.Or(r.ContainerDetails.Name, r.ContainerDetails.Image)
	}
	return kind, cmp.Or(name, kind, g.ID)
}
