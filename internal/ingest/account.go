package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// cloudPlace is a resource in the terms of its cloud: account (AWS), subscription (Azure) or project (Google); region; the resource's own name.
type cloudPlace struct{ account, region, resource string }

func (p cloudPlace) location() finding.Location {
	return finding.Location{Logical: steps("account", p.account, "region", p.region, "resource", p.resource)}
}

// asset is the account, zero where it is not known.
func (p cloudPlace) asset() finding.Asset {
	if p.account == "" {
		return finding.Asset{}
	}
	return finding.Asset{Kind: "account", Name: p.account}
}

// on says what a message is about, for tools whose message names no resource.
func (p cloudPlace) on(message string) string {
	own := p.resource[strings.LastIndexAny(p.resource, "/:")+1:]
	if own == "" || strings.Contains(message, own) {
		return oneLine(message, 500)
	}
	return oneLine(oneLine(message, 400)+": "+p.resource, 500)
}

// arnParts gives account and region of an Amazon resource name (arn:partition:service:region:account:resource); "" for what it does not say.
func arnParts(arn string) (account, region string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return "", ""
	}
	return parts[4], parts[3]
}

// azureSubscription gives the subscription of an Azure resource id ("/subscriptions/ID/resourceGroups/…").
func azureSubscription(id string) string {
	parts := strings.Split(strings.Trim(id, "/"), "/")
	if len(parts) > 1 && strings.EqualFold(parts[0], "subscriptions") {
		return strings.ToLower(parts[1])
	}
	return ""
}
