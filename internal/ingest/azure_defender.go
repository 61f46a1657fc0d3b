package ingest

import (
	"cmp"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var azureDefenderFormat = Format{
	Name: "azure-defender", Title: "Microsoft Defender for Cloud JSON", Tool: "Microsoft Defender for Cloud",
	Nothing: []string{"[]", `{"value":[]}`},
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
func readAzureDefender(in *Input, h *Header, out Sink) error {
	var path []string
	if head := newHead("", in.head()); head.Has("value") || head.Has("data") {
		path = []string{"value|data"}
	}
	return records(in.json(), h, func(a *azureAssessment) error {
		p := &a.azureProperties
		if a.Properties != nil {
			p = a.Properties
		}
		h.latest(cmp.Or(p.TimeGenerated, p.Status.StatusChangeDate))
		return a.emit(out, p)
	}, path...)
}

type azureAssessment struct {
	ID         string `json:"id"`
	Name, Type string
	Properties *azureProperties
	azureProperties
}

// azureProperties are those of assessments and of sub-assessments.
type azureProperties struct {
	VulnerabilityID                               string `json:"id"`
	LiftedID                                      string `json:"idPropertiesId"` // as the az command line calls it
	DisplayName, Description, Remediation, Impact string
	TimeGenerated, Category                       string
	Status                                        azureStatus
	ResourceDetails                               loose[azureResource]
	Metadata                                      loose[azureMetadata]
	AdditionalData                                loose[azureDetails]
	Links                                         loose[struct{ AzurePortal, AzurePortalURI string }]
}

type azureStatus struct{ Code, Cause, Description, Severity, StatusChangeDate string }

type azureMetadata struct {
	DisplayName, Description, RemediationDescription, Severity string
	Categories, Threats                                        list[string]
}

type azureResource struct {
	Source, ID, MachineName, NativeCloudUniqueIdentifier, ResourceName string
}

// name is the resource in Azure's terms, in small letters, as Azure does not tell them from capitals; or in the terms of the other cloud.
func (r *azureResource) name() string {
	if r.NativeCloudUniqueIdentifier != "" {
		return r.NativeCloudUniqueIdentifier
	}
	return strings.ToLower(cmp.Or(r.ID, r.MachineName, r.ResourceName))
}

// check is the key of the assessment: the part of the id behind "assessments/".
func (a *azureAssessment) check() string {
	parts := strings.Split(a.ID, "/")
	for i, p := range parts[:len(parts)-1] {
		if strings.EqualFold(p, "assessments") {
			return parts[i+1]
		}
	}
	return a.Name
}

func (a *azureAssessment) emit(out Sink, p *azureProperties) error {
	exempt := strings.EqualFold(p.Status.Cause, "Exempt")
	if !strings.EqualFold(p.Status.Code, "Unhealthy") && !exempt {
		return nil
	}
	meta, details := &p.Metadata.value, &p.AdditionalData.value
	sub := strings.Contains(strings.ToLower(a.Type), "/subassessments")
	rule := finding.Rule{
		ID: a.check(), Engine: "cloud", Title: titleOf(cmp.Or(p.DisplayName, meta.DisplayName, a.Name)), Confidence: finding.Firm,
		Why: flat(cmp.Or(meta.Description, p.Description)), Fix: flat(cmp.Or(meta.RemediationDescription, p.Remediation)),
		Severity: severityOf(cmp.Or(p.Status.Severity, meta.Severity)), Tags: texts(meta.Categories...),
	}
	name := p.ResourceDetails.value.name()
	if name == "" {
		name, _, _ = strings.Cut(strings.ToLower(a.ID), "/providers/microsoft.security/")
	}
	place := cloudPlace{account: azureSubscription(a.ID), resource: name}
	f := finding.Finding{Location: place.location(), Asset: place.asset()}
	f.Facts = factsOf("id", a.ID, "details", cmp.Or(p.Links.value.AzurePortal, p.Links.value.AzurePortalURI),
		"case", oneLine(p.Status.Description, 500))
	if exempt {
		f.Verdict = waived("exempted in Defender for Cloud: " + p.Status.Description)
	}
	if sub {
		if p.Impact != "" {
			rule.Why = strings.TrimSpace(rule.Why + "\n\n" + flat(p.Impact))
		}
		return details.emit(out, rule, f, a, p)
	}
	rule.ID = cmp.Or(rule.ID, rule.Title)
	f.Severity, f.Confidence, f.Message = rule.Severity, rule.Confidence, place.on(rule.Title)
	return emit(out, rule, f)
}
