package ingest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// ocsfEvent is an event of the category Findings, as far as it is read. What products shape in their own way is loose.
type ocsfEvent struct {
	Severity, Status, Message, Comment, Time string
	ClassUID                                 string `json:"class_uid"`
	SeverityID                               string `json:"severity_id"`
	StatusID                                 string `json:"status_id"`
	StatusCode                               string `json:"status_code"`
	StatusDetail                             string `json:"status_detail"`
	TimeDT                                   string `json:"time_dt"`
	EventTime                                string `json:"event_time"`
	Confidence                               string
	RiskDetails                              string `json:"risk_details"`
	Metadata                                 struct {
		EventCode string `json:"event_code"`
		Product   struct{ Name, Version string }
	}
	FindingInfo     ocsfInfo `json:"finding_info"`
	Finding         ocsfInfo // of class Security Finding, OCSF 1.0
	Resources       loose[list[ocsfResource]]
	Resource        loose[ocsfResource]
	Cloud           loose[ocsfCloud]
	Device          loose[struct{ Hostname, Name, IP, UID string }]
	Remediation     loose[ocsfRemediation]
	Compliance      loose[ocsfComplianceResult]
	Vulnerabilities list[ocsfFlaw]
	Unmapped        loose[struct{ Compliance map[string]list[string] }]
}

type ocsfInfo struct {
	UID, Title, Desc string
	SrcURL           string       `json:"src_url"`
	Types            list[string] `json:"types"`
	Analytic         loose[struct{ UID, Name string }]
	Remediation      loose[ocsfRemediation]
}

type ocsfRemediation struct {
	Desc       string
	References list[string]
}

type ocsfComplianceResult struct {
	Control, Status string
	Requirements    list[string]
	Standards       list[string]
}

type ocsfResource struct {
	UID, Name, Type, Region, Namespace string
}

type ocsfCloud struct {
	Provider, Region string
	Account          struct{ UID, Name string }
	AccountUID       string `json:"account_uid"` // before OCSF 1.0
}

// info is the finding's own part, which OCSF 1.0 called differently.
func (e *ocsfEvent) info() *ocsfInfo {
	if e.FindingInfo.Title == "" && e.FindingInfo.UID == "" {
		return &e.Finding
	}
	return &e.FindingInfo
}

func (e *ocsfEvent) emit(out Sink) error {
	info, fix := e.info(), &e.Remediation.value
	if fix.Desc == "" {
		fix = &info.Remediation.value
	}
	compliance := &e.Compliance.value
	rule := finding.Rule{
		ID:       cmp.Or(e.Metadata.EventCode, compliance.Control, info.Analytic.value.UID, info.Analytic.value.Name, info.Title, first(info.Types), e.Message),
		Severity: e.severity(), Confidence: confidenceOf(e.Confidence), Why: strings.TrimSpace(info.Desc + "\n\n" + e.RiskDetails),
	}
	rule.Title = titleOf(info.Title, e.Message, rule.ID)
	for i, r := range texts(fix.References...) {
		if strings.Contains(r, "://") && !strings.Contains(r, " ") {
			rule.References = append(rule.References, r)
		} else if i < 5 {
			fix.Desc += "\n\n" + r // Prowler puts commands among the references
		}
	}
	rule.Fix = strings.TrimSpace(fix.Desc)
	for standard, controls := range e.Unmapped.value.Compliance {
		for _, control := range texts(controls...) {
			rule.Tags = append(rule.Tags, standard+":"+control)
		}
	}
	rule.Tags = append(rule.Tags, texts(slices.Concat(compliance.Standards, compliance.Requirements)...)...)
	slices.Sort(rule.Tags)
	rule.Tags = rule.Tags[:min(len(rule.Tags), 60)]

	f := finding.Finding{Message: oneLine(cmp.Or(e.StatusDetail, e.Message, info.Title, rule.ID), 500)}
	e.locate(&f)
	f.Facts = append(factsOf("id", info.UID, "details", info.SrcURL), f.Facts...)
	if e.state() == "suppressed" || strings.EqualFold(e.StatusCode, "MUTED") {
		f.Verdict = waived(strings.TrimSuffix("suppressed in "+e.Metadata.Product.Name+": "+e.Comment, ": "))
	}
	if len(e.Vulnerabilities) > 0 {
		for i := range e.Vulnerabilities {
			if err := e.Vulnerabilities[i].emit(out, rule, f); err != nil {
				return err
			}
		}
		return nil
	}
	rule.Engine = e.class()
	f.Severity, f.Confidence = rule.Severity, rule.Confidence
	return emit(out, rule, f)
}

// account is the cloud's account; "" where the event is about none.
func (e *ocsfEvent) account() string {
	cloud := &e.Cloud.value
	return cmp.Or(cloud.Account.UID, cloud.AccountUID, cloud.Account.Name)
}

func (e *ocsfEvent) class() string {
	cloud := &e.Cloud.value
	switch {
	case strings.EqualFold(cloud.Provider, "kubernetes"), e.account() == "" && slices.ContainsFunc(e.Resources.value, inNamespace):
		return "cluster"
	case e.account() == "" && cloud.Provider == "" && e.Device.value != struct{ Hostname, Name, IP, UID string }{}:
		return "host"
	}
	return "cloud"
}

func inNamespace(r ocsfResource) bool { return r.Namespace != "" }

// locate sets asset and places: the first resource is the place, the others stand beside it.
func (e *ocsfEvent) locate(f *finding.Finding) {
	resources := e.Resources.value
	if len(resources) == 0 {
		resources = list[ocsfResource]{e.Resource.value}
	}
	for i, r := range resources {
		if i == 100 {
			break
		}
		at := e.place(&r)
		if i == 0 {
			f.Location = at
			f.Facts = factsOf("kind", r.Type)
		} else {
			f.Also = append(f.Also, at)
		}
	}
	device := &e.Device.value
	account := e.account()
	switch host := cmp.Or(device.Hostname, device.Name, device.IP, device.UID); {
	case e.class() == "cluster":
		if cluster := e.cluster(); cluster != "" {
			f.Asset = finding.Asset{Kind: "cluster", Name: cluster}
		}
	case account != "":
		f.Asset = finding.Asset{Kind: "account", Name: account}
	case host != "":
		f.Asset = finding.Asset{Kind: "host", Name: host}
		f.Location.Logical = append(steps("host", host), f.Location.Logical...)
	}
	if len(f.Location.Logical) == 0 {
		f.Location.Logical = steps("resource", cmp.Or(e.info().UID, e.Metadata.Product.Name, "unnamed"))
	}
}

func (e *ocsfEvent) cluster() string {
	account := &e.Cloud.value.Account
	return strings.TrimSpace(strings.TrimPrefix(cmp.Or(account.Name, account.UID), "context:"))
}

func (e *ocsfEvent) place(r *ocsfResource) finding.Location {
	cloud := &e.Cloud.value
	region := cmp.Or(r.Region, cloud.Region)
	if e.class() == "cluster" {
		namespace := strings.TrimSpace(strings.TrimPrefix(cmp.Or(r.Namespace, region), "namespace:"))
		return finding.Location{Logical: steps("cluster", e.cluster(), "namespace", namespace, "resource", cmp.Or(r.Name, r.UID))}
	}
	return cloudPlace{account: e.account(), region: region, resource: cmp.Or(r.UID, r.Name)}.location()
}

func first(l list[string]) string {
	if len(l) == 0 {
		return ""
	}
	return l[0]
}
