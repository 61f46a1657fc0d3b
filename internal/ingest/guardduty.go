package ingest

import (
	"cmp"
	"strconv"

	"github.com/reevehq/reeve/internal/finding"
)

var guarddutyFormat = Format{
	Name: "guardduty", Title: "Amazon GuardDuty JSON",
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
func readGuardDuty(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Amazon GuardDuty"}}
	head := newHead("", in.head())
	j := in.json()
	err := envelope{j: j, record: oneRecord(j, func(f *guarddutyFinding) error {
		if at := instant(f.UpdatedAt); at.After(h.At) {
			h.At = at
		}
		return f.emit(out)
	})}.open(awsPath(head)...)
	return h, err
}

// guarddutyFinding is a finding, as far as it is read (GuardDuty API reference, Finding).
type guarddutyFinding struct {
	AccountID, Arn, Description, ID, Region, Severity, Title, Type, UpdatedAt text
	Resource                                                                  struct {
		ResourceType      text
		InstanceDetails   *struct{ InstanceID text }
		AccessKeyDetails  *struct{ UserName, UserType, PrincipalID text }
		S3BucketDetails   list[struct{ Arn, Name text }]
		EksClusterDetails *struct{ Arn, Name text }
		EcsClusterDetails *struct{ Arn, Name text }
		LambdaDetails     *struct{ FunctionArn, FunctionName text }
		RDSInstance       *struct {
			Arn  text `json:"dbInstanceArn"`
			Name text `json:"dbInstanceIdentifier"`
		} `json:"rdsDbInstanceDetails"`
		ContainerDetails  *struct{ Name, Image text }
		KubernetesDetails *struct {
			WorkloadDetails *struct{ Name, Namespace, Type text } `json:"kubernetesWorkloadDetails"`
		}
	}
	Service struct {
		Archived                      text
		Count                         text
		EventFirstSeen, EventLastSeen text
	}
}

func (g *guarddutyFinding) emit(out Sink) error {
	rule := finding.Rule{ID: string(cmp.Or(g.Type, "unnamed")), Engine: "cloud", Severity: finding.Medium, Confidence: finding.Firm}
	rule.Title = titleOf(rule.ID)
	if score := decimal(g.Severity); score != nil {
		rule.Severity = severityOfScore(*score)
	}
	kind, name := g.subject()
	place := cloudPlace{account: string(g.AccountID), region: string(g.Region), resource: name}
	f := found(rule, string(cmp.Or(g.Title, g.Description, g.Type, "GuardDuty finding")), place.location())
	f.Asset = place.asset()
	if k := g.Resource.KubernetesDetails; k != nil && k.WorkloadDetails != nil {
		f.Location.Logical = steps("account", place.account, "region", place.region, "cluster", name,
			"namespace", string(k.WorkloadDetails.Namespace), "resource", string(k.WorkloadDetails.Type+"/"+k.WorkloadDetails.Name))
	}
	count := ""
	if n, err := strconv.Atoi(string(g.Service.Count)); err == nil && n > 1 {
		count = strconv.Itoa(n)
	}
	f.Facts = factsOf("kind", kind, "case", oneLine(string(g.Description), 500), "events", count, "first seen", string(g.Service.EventFirstSeen),
		"last seen", string(g.Service.EventLastSeen), "id", string(cmp.Or(g.Arn, g.ID)))
	if g.Service.Archived == "true" {
		f.Verdict = waived("archived in GuardDuty, by a person or a suppression rule")
	}
	return emit(out, rule, f)
}

// subject tells kind and name of what is threatened.
func (g *guarddutyFinding) subject() (kind, name string) {
	r := &g.Resource
	kind = string(r.ResourceType)
	switch {
	case len(r.S3BucketDetails) > 0:
		name = string(cmp.Or(r.S3BucketDetails[0].Arn, r.S3BucketDetails[0].Name))
	case r.LambdaDetails != nil && r.LambdaDetails.FunctionArn+r.LambdaDetails.FunctionName != "":
		name = string(cmp.Or(r.LambdaDetails.FunctionArn, r.LambdaDetails.FunctionName))
	case r.RDSInstance != nil && r.RDSInstance.Arn+r.RDSInstance.Name != "":
		name = string(cmp.Or(r.RDSInstance.Arn, r.RDSInstance.Name))
	case r.EksClusterDetails != nil && r.EksClusterDetails.Arn+r.EksClusterDetails.Name != "":
		name = string(cmp.Or(r.EksClusterDetails.Arn, r.EksClusterDetails.Name))
	case r.EcsClusterDetails != nil && r.EcsClusterDetails.Arn+r.EcsClusterDetails.Name != "":
		name = string(cmp.Or(r.EcsClusterDetails.Arn, r.EcsClusterDetails.Name))
	case r.InstanceDetails != nil && r.InstanceDetails.InstanceID != "":
		name = "arn:aws:ec2:" + string(g.Region) + ":" + string(g.AccountID) + ":instance/" + string(r.InstanceDetails.InstanceID)
	case r.AccessKeyDetails != nil:
		name = string(cmp.Or(r.AccessKeyDetails.UserName, r.AccessKeyDetails.PrincipalID, r.AccessKeyDetails.UserType))
	case r.ContainerDetails != nil:
		name = string(cmp.Or(r.ContainerDetails.Name, r.ContainerDetails.Image))
	}
	return kind, cmp.Or(name, kind, string(g.ID))
}
