package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var azureDefenderCSVFormat = Format{
	Name: "azure-defender-csv", Title: "Microsoft Defender for Cloud CSV", Tool: "Microsoft Defender for Cloud",
	Is: func(h *Head) bool {
		return h.Columns("subscriptionId", "resourceId", "recommendationName", "state") || h.Columns("subscriptionId", "resourceId", "recommendationId", "severity")
	},
	Read: readAzureDefenderCSV,
}

// readAzureDefenderCSV reads the list of recommendations that the portal exports.
func readAzureDefenderCSV(in *Input, h *Header, out Sink) error {
	return in.rows(',', func(r row) error {
		h.latest(r.get("exportedTimestamp"))
		state, reason := strings.ToLower(r.get("state")), r.get("notApplicableReason")
		exempt := strings.Contains(strings.ToLower(reason), "exempt")
		if state != "unhealthy" && !exempt {
			return nil
		}
		id := r.get("recommendationName", "recommendationId")
		if i := strings.LastIndexByte(id, '/'); i >= 0 {
			id = id[i+1:]
		}
		rule := finding.Rule{
			ID: id, Engine: "cloud", Title: titleOf(r.get("recommendationDisplayName"), id), Why: flat(r.get("description")), Fix: flat(r.get("remediationSteps")),
			Severity: severityOf(r.get("severity")), Confidence: finding.Firm,
		}
		place := cloudPlace{account: strings.ToLower(r.get("subscriptionId")), resource: strings.ToLower(r.get("resourceId", "resourceName"))}
		if place.resource == "" {
			place.resource = "the whole subscription"
		}
		f := found(rule, place.on(rule.Title), place.location())
		f.Asset = place.asset()
		f.Facts = factsOf("kind", r.get("resourceType"), "group", r.get("resourceGroup"), "subscription", r.get("subscriptionName"),
			"details", r.get("azurePortalRecommendationLink"))
		if exempt {
			f.Verdict = waived("exempted in Defender for Cloud: " + reason)
		}
		return emit(out, rule, f)
	})
}
