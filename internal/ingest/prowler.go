package ingest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/reevehq/reeve/internal/finding"
)

var prowlerFormat = Format{
	Name: "prowler", Title: "Prowler JSON (v2, v3)", Tool: "Prowler",
	Nothing: []string{"[]", ""},
	Is: func(h *Head) bool {
		return h.Has("FindingUniqueId", "CheckID", "Status") || h.Has("Account Number", "Control", "Status")
	},
	Read: readProwler,
}

// readProwler reads Prowler's own JSON: an array in version 3, lines in version 2. Later versions write OCSF.
func readProwler(in *Input, h *Header, out Sink) error {
	var tally prowlerTally
	err := records(in.json(), h, func(r *prowlerResult) error { return r.check().emit(out, h, &tally) })
	tally.note(out)
	return err
}

// prowlerResult is a result of version 3; the fields of version 2 stand below.
type prowlerResult struct {
	CheckID, CheckTitle, Status, StatusExtended, Severity, Description, Risk, Provider string
	ServiceName, AccountID, Region, ResourceID, ResourceArn, ResourceType              string
	AssessmentStartTime, RelatedURL                                                    string
	// Google and Azure have projects and subscriptions in place of accounts.
	ProjectID, Subscription, ResourceName string
	Remediation                           prowlerRemediation
	Compliance                            loose[map[string]list[string]]
	Categories                            loose[list[string]]

	AccountNumber string `json:"Account Number"`
	Control       string
	Message       string
	Timestamp     string
	ControlID     string `json:"Control ID"`
	OldService    string `json:"Service"`
	DocLink       string `json:"Doc link"`
	OldResourceID string `json:"Resource ID"`
}

// prowlerRemediation is an object in version 3 and a text in version 2.
type prowlerRemediation struct {
	Code           struct{ CLI, Terraform, NativeIaC, Other string }
	Recommendation struct{ Text, URL string }
}

// UnmarshalJSONFrom reads it.
func (r *prowlerRemediation) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == '"' {
		return json.UnmarshalDecode(dec, &r.Recommendation.Text)
	}
	type plain prowlerRemediation
	var l loose[plain]
	err := json.UnmarshalDecode(dec, &l)
	*r = prowlerRemediation(l.value)
	return err
}

func (r *prowlerResult) check() *prowlerCheck {
	fix := &r.Remediation
	c := &prowlerCheck{
		id: r.CheckID, title: cmp.Or(r.CheckTitle, r.Control), status: r.Status, message: cmp.Or(r.StatusExtended, r.Message),
		severity: r.Severity, why: r.Description, risk: r.Risk, fix: fix.Recommendation.Text,
		command: cmp.Or(fix.Code.CLI, fix.Code.Terraform, fix.Code.NativeIaC, fix.Code.Other), service: cmp.Or(r.ServiceName, r.OldService),
		provider: r.Provider, at: cmp.Or(r.AssessmentStartTime, r.Timestamp), kind: r.ResourceType,
		references: texts(r.RelatedURL, fix.Recommendation.URL, r.DocLink),
		place: cloudPlace{
			account:  cmp.Or(r.AccountID, r.AccountNumber, r.ProjectID, r.Subscription),
			region:   r.Region,
			resource: cmp.Or(r.ResourceArn, r.ResourceID, r.OldResourceID, r.ResourceName),
		},
	}
	for standard, controls := range r.Compliance.value {
		for _, control := range texts(controls...) {
			c.controls = append(c.controls, standard+":"+control)
		}
	}
	return c
}

// prowlerCheck is the result of one check on one resource, as all versions know it.
type prowlerCheck struct {
	id, title, status, message, severity, why, risk, fix, command string
	service, provider, kind, at, version, uid                     string
	muted                                                         bool
	references, controls                                          []string
	place                                                         cloudPlace
}

// prowlerTally counts what is no finding.
type prowlerTally struct{ manual int }

func (t *prowlerTally) note(out Sink) {
	if t.manual > 0 {
		out.Note(fmt.Sprintf("%d checks are left to people: Prowler cannot tell their result", t.manual))
	}
}

// title and id of version 2 stand in one text: "[check114] Ensure hardware MFA is enabled".
func (c *prowlerCheck) split() {
	if id, title, found := strings.Cut(strings.TrimPrefix(c.title, "["), "] "); found && strings.HasPrefix(c.title, "[") && c.id == "" {
		c.id, c.title = id, title
	}
}

func (c *prowlerCheck) emit(out Sink, h *Header, tally *prowlerTally) error {
	c.split()
	h.latest(c.at)
	h.Tool.Version = cmp.Or(h.Tool.Version, c.version)
	switch strings.ToUpper(c.status) {
	case "FAIL", "FAILED":
	case "MUTED", "WARNING": // "warning" is what version 3 called what its allow list names
		c.muted = true
	case "MANUAL", "INFO":
		tally.manual++
		return nil
	default:
		return nil
	}
	rule := finding.Rule{
		ID: cmp.Or(c.id, c.title), Engine: "cloud", Title: titleOf(c.title, c.id), Why: strings.TrimSpace(c.why + "\n\n" + c.risk), Fix: c.fix,
		Severity: severityOf(c.severity), Confidence: finding.Firm,
	}
	if c.command != "" {
		rule.Fix = strings.TrimSpace(rule.Fix + "\n\n" + c.command)
	}
	for _, r := range c.references {
		if !slices.Contains(rule.References, r) {
			rule.References = append(rule.References, r)
		}
	}
	slices.Sort(c.controls)
	rule.Tags = c.controls[:min(len(c.controls), 60)]
	if c.place.resource == "" {
		c.place.resource = oneLine(c.message, 200) // version 2 names the resource in the message only
	}
	f := finding.Finding{Location: c.place.location(), Asset: c.place.asset()}
	if strings.EqualFold(c.provider, "kubernetes") {
		rule.Engine = "cluster"
		c.inCluster(&f)
	}
	if len(f.Location.Logical) == 0 {
		f.Location.Logical = steps("resource", cmp.Or(c.service, "the whole account"))
	}
	f.Severity, f.Confidence, f.Message = rule.Severity, rule.Confidence,
		oneLine(cmp.Or(c.message, c.place.on(rule.Title)), 500)
	f.Facts = factsOf("service", c.service, "kind", c.kind, "id", c.uid)
	if c.muted {
		f.Verdict = waived("muted in Prowler")
	}
	return emit(out, rule, f)
}

// inCluster tells cluster and namespace, which Prowler writes where clouds have account and region.
func (c *prowlerCheck) inCluster(f *finding.Finding) {
	cluster := strings.TrimSpace(strings.TrimPrefix(c.place.account, "context:"))
	namespace := strings.TrimSpace(strings.TrimPrefix(c.place.region, "namespace:"))
	f.Location.Logical = steps("cluster", cluster, "namespace", namespace, "resource", c.place.resource)
	f.Asset = finding.Asset{}
	if cluster != "" {
		f.Asset = finding.Asset{Kind: "cluster", Name: cluster}
	}
}
