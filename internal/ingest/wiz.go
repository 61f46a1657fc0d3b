package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var wizFormat = Format{
	Name: "wiz", Title: "Wiz CSV", Tool: "Wiz",
	Is: func(h *Head) bool {
		return h.Columns("Title", "Severity", "Status", "Issue ID", "Control ID") || h.Columns("WizURL", "FindingStatus", "DetailedName")
	},
	Read: readWiz,
}

// readWiz reads the lists of issues and of vulnerability findings that Wiz exports as CSV.
func readWiz(in *Input, h *Header, out Sink) error {
	vulnerabilities := newHead("", in.head()).Columns("FindingStatus")
	return in.rows(',', func(r row) error {
		if vulnerabilities {
			return wizVulnerability(r, out)
		}
		return wizIssue(r, out)
	})
}

// wizState tells that an issue is done with, or why it is waived.
func wizState(f *finding.Finding, state, why string) (gone bool) {
	switch strings.ToUpper(strings.ReplaceAll(state, " ", "_")) {
	case "RESOLVED":
		return true
	case "REJECTED", "IGNORED":
		f.Verdict = waived(strings.TrimSuffix("rejected in Wiz: "+why, ": "))
	}
	return false
}

func wizIssue(r row, out Sink) error {
	rule := finding.Rule{
		ID: r.get("Control ID", "Title"), Engine: "cloud", Title: titleOf(r.get("Title"), r.get("Control ID")), Why: r.get("Description"),
		Fix: r.get("Remediation Recommendation"), Severity: severityOf(r.get("Severity")), Confidence: finding.Firm,
	}
	place := cloudPlace{
		account: r.get("Subscription ID", "Subscription Name"), region: r.get("Resource Region"),
		resource: r.get("Resource external ID", "Resource Name", "Resource vertex ID"),
	}
	f := finding.Finding{Location: place.location(), Asset: place.asset()}
	if wizState(&f, r.get("Status"), strings.TrimSpace(r.get("Resolution")+" "+r.get("Note"))) {
		return nil
	}
	if cluster := r.get("Kubernetes Cluster"); cluster != "" {
		rule.Engine = "cluster"
		f.Location.Logical = steps("account", place.account, "region", place.region, "cluster", cluster,
			"namespace", r.get("Kubernetes Namespace"), "resource", place.resource)
	}
	named := place
	if name := r.get("Resource Name"); name != "" {
		named.resource = name
	}
	f.Severity, f.Confidence, f.Message = rule.Severity, rule.Confidence, named.on(rule.Title)
	f.Facts = factsOf("kind", r.get("Resource Type"), "platform", r.get("Resource Platform"), "projects", oneLine(r.get("Project Names"), 300),
		"id", r.get("Issue ID"), "details", r.get("Wiz URL"), "tickets", r.get("Ticket URLs"))
	return emit(out, rule, f)
}

func wizVulnerability(r row, out Sink) error {
	cve := r.get("Name")
	rule := finding.Rule{
		ID: cve, Engine: "sca", Title: titleOf(cve), Fix: r.get("Remediation"), Severity: severityOf(r.get("VendorSeverity", "CVSSSeverity", "Severity")),
		Confidence: finding.Firm,
	}
	if link := r.get("Link"); link != "" {
		rule.References = []string{link}
	}
	place := cloudPlace{
		account: r.get("SubscriptionExternalId", "SubscriptionId", "SubscriptionName"), region: r.get("AssetRegion"),
		resource: r.get("ProviderUniqueId", "AssetName", "AssetID"),
	}
	f := finding.Finding{Location: place.location(), Asset: place.asset()}
	if wizState(&f, r.get("FindingStatus"), r.get("ResolutionReason")) {
		return nil
	}
	ecosystem := ""
	if name := r.get("DetailedName"); strings.HasPrefix(name, "github.com/") || strings.HasPrefix(name, "golang.org/") || strings.HasPrefix(name, "k8s.io/") {
		ecosystem = "Go" // Wiz names no ecosystem; these can be nothing else
	}
	f.Component = componentOf(ecosystem, r.get("DetailedName"), r.get("Version"), "", r.get("FixedVersion"))
	f.Location.Path = rooted(r.get("LocationPath"))
	f.Message = oneLine(strings.TrimSpace(rule.ID+" in "+r.get("DetailedName")+" "+r.get("Version"))+" on "+r.get("AssetName"), 500)
	switch {
	case strings.EqualFold(r.get("HasCisaKevExploit"), "true"):
		f.Threat = &finding.Threat{Exploit: "active"}
	case strings.EqualFold(r.get("HasExploit"), "true"):
		f.Threat = &finding.Threat{Exploit: "poc"}
	}
	f.Severity, f.Confidence = rule.Severity, rule.Confidence
	f.Facts = factsOf("platform", r.get("CloudPlatform"), "system", r.get("OperatingSystem"), "method", r.get("DetectionMethod"),
		"id", r.get("ID"), "details", r.get("WizURL"))
	return emit(out, rule, f)
}
