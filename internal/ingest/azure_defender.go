package ingest

import (
	"cmp"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var azureDefenderFormat = Format{
	Name: "azure-defender", Title: "Microsoft Defender for Cloud JSON",
	Is: func(h *Head) bool {
		for _, at := range []string{"", "value.", "data."} {
			if kind := strings.ToLower(h.Text(at + "type")); strings.HasPrefix(kind, "microsoft.security/assessments") {
				return true
			}
		}
		return false
	},
	Read: readAzureDefender,
}

// readAzureDefender reads assessments and sub-assessments: the answers of the management API ("value") and of Resource Graph ("data"), and the
// arrays of the az command line, which lifts the properties up.
func readAzureDefender(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "Microsoft Defender for Cloud"}}
	head := newHead("", in.head())
	j := in.json()
	e := envelope{j: j, record: oneRecord(j, func(a *azureAssessment) error {
		p := &a.azureProperties
		if a.Properties != nil {
			p = a.Properties
		}
		if at := instant(cmp.Or(p.TimeGenerated, p.Status.StatusChangeDate)); at.After(h.At) {
			h.At = at
		}
		return a.emit(out, p)
	})}
	e.other = func(name string) error {
		if name == "nextLink" || name == "$skipToken" {
			return e.nextPage(&h, name)
		}
		return j.skip()
	}
	switch {
	case head.Has("value") || head.Has("data"):
		return h, e.open("value|data")
	}
	return h, e.open()
}

type azureAssessment struct {
	ID         text `json:"id"`
	Name, Type text
	Properties *azureProperties
	azureProperties
}

// azureProperties are those of assessments and of sub-assessments.
type azureProperties struct {
	VulnerabilityID                               text `json:"id"`
	LiftedID                                      text `json:"idPropertiesId"` // as the az command line calls it
	DisplayName, Description, Remediation, Impact text
	TimeGenerated, Category                       text
	Status                                        azureStatus
	ResourceDetails                               loose[azureResource]
	Metadata                                      loose[azureMetadata]
	AdditionalData                                loose[azureDetails]
	Links                                         loose[struct{ AzurePortal, AzurePortalURI text }]
}

type azureStatus struct{ Code, Cause, Description, Severity, StatusChangeDate text }

type azureMetadata struct {
	DisplayName, Description, RemediationDescription, Severity text
	Categories, Threats                                        list[text]
}

type azureResource struct {
	Source, ID, MachineName, NativeCloudUniqueIdentifier, ResourceName text
}

// name is the resource in Azure's terms, in small letters, as Azure does not tell them from capitals; or in the terms of the other cloud.
func (r *azureResource) name() string {
	if r.NativeCloudUniqueIdentifier != "" {
		return string(r.NativeCloudUniqueIdentifier)
	}
	return strings.ToLower(string(cmp.Or(r.ID, r.MachineName, r.ResourceName)))
}

// check is the key of the assessment: the part of the id behind "assessments/".
func (a *azureAssessment) check() string {
	parts := strings.Split(string(a.ID), "/")
	for i, p := range parts[:len(parts)-1] {
		if strings.EqualFold(p, "assessments") {
			return parts[i+1]
		}
	}
	return string(a.Name)
}

func (a *azureAssessment) emit(out Sink, p *azureProperties) error {
	exempt := strings.EqualFold(string(p.Status.Cause), "Exempt")
	if !strings.EqualFold(string(p.Status.Code), "Unhealthy") && !exempt {
		return nil
	}
	meta, details := &p.Metadata.value, &p.AdditionalData.value
	sub := strings.Contains(strings.ToLower(string(a.Type)), "/subassessments")
	rule := finding.Rule{
		ID: a.check(), Engine: "cloud", Title: titleOf(string(cmp.Or(p.DisplayName, meta.DisplayName, a.Name))), Confidence: finding.Firm,
		Why: flat(string(cmp.Or(meta.Description, p.Description))), Fix: flat(string(cmp.Or(meta.RemediationDescription, p.Remediation))),
		Severity: severityOf(string(cmp.Or(p.Status.Severity, meta.Severity))), Tags: texts(meta.Categories),
	}
	name := p.ResourceDetails.value.name()
	if name == "" {
		name, _, _ = strings.Cut(strings.ToLower(string(a.ID)), "/providers/microsoft.security/")
	}
	place := cloudPlace{account: azureSubscription(string(a.ID)), resource: name}
	f := finding.Finding{Location: place.location(), Asset: place.asset()}
	f.Facts = factsOf("id", string(a.ID), "details", string(cmp.Or(p.Links.value.AzurePortal, p.Links.value.AzurePortalURI)),
		"case", oneLine(string(p.Status.Description), 500))
	if exempt {
		f.Verdict = waived("exempted in Defender for Cloud: " + string(p.Status.Description))
	}
	if sub {
		if p.Impact != "" {
			rule.Why = strings.TrimSpace(rule.Why + "\n\n" + flat(string(p.Impact)))
		}
		return details.emit(out, rule, f, a, p)
	}
	rule.Title = cmp.Or(rule.Title, rule.ID, "Assessment without a name")
	rule.ID = cmp.Or(rule.ID, rule.Title)
	f.Rule, f.Engine, f.Severity, f.Confidence, f.Message = rule.ID, rule.Engine, rule.Severity, rule.Confidence, place.on(rule.Title)
	if len(f.Location.Logical) == 0 {
		f.Location.Logical = steps("resource", "resource without a name")
	}
	return emit(out, rule, f)
}
