package ingest

import (
	"slices"
	"strings"
	"time"

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

// componentOf is a package as the finding's component; nil where it has no name. A package URL counts more than the other words.
func componentOf(ecosystem, name, version, purl string, fixed ...string) *finding.Component {
	c := componentIn(ecosystem, oneLine(name, 500), version)
	if strings.HasPrefix(purl, "pkg:") {
		if told := componentFor(purl, "", "", name, version); told.Name != "" {
			c = told
		}
	}
	if c.Name == "" {
		return nil
	}
	for _, f := range fixed {
		if f = strings.TrimSpace(f); f != "" && !strings.EqualFold(f, "NotAvailable") && !slices.Contains(c.Fixed, f) {
			c.Fixed = append(c.Fixed, f)
		}
	}
	return &c
}

// instant reads a time that services of the clouds write, some with a blank where ISO 8601 has a T.
func instant(t text) time.Time {
	if at := timeOf(string(t)); !at.IsZero() {
		return at
	}
	return timeOf(strings.Replace(string(t), " ", "T", 1))
}

// distinct drops what is said twice, in order.
func distinct(texts []string) []string {
	var out []string
	for _, t := range texts {
		if !slices.Contains(out, t) && len(out) < 200 {
			out = append(out, t)
		}
	}
	return out
}
