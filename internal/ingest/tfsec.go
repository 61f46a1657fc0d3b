package ingest

import (
	"regexp"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

var tfsecFormat = Format{
	Name: "tfsec", Title: "tfsec JSON", Tool: "tfsec",
	Nothing: []string{`{"results":[]}`, `{"results":null}`},
	Is: func(h *Head) bool {
		return h.Object() && h.Has("results.rule_id", "results.rule_description", "results.location")
	},
	Read: readTfsec,
}

// readTfsec reads "tfsec --format json" of all generations. A report without results is {"results": null}, which nobody can recognise.
func readTfsec(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		if name == "results" {
			return each(j, func(r *tfsecResult) error { return r.emit(out) })
		}
		return j.skip()
	})
}

type tfsecResult struct {
	ID         string `json:"rule_id"`
	LongID     string `json:"long_id"`
	LegacyID   string `json:"legacy_rule_id"`
	About      string `json:"rule_description"`
	Provider   string `json:"rule_provider"`
	Impact     string
	Resolution string
	Link       string
	Links      []string
	Message    string `json:"description"`
	Severity   string
	Resource   string
	Passed     bool
	// Status is a word until 0.63, then a number: 0 failed, 1 passed, 2 ignored.
	Status   string
	Location struct {
		Filename  string
		StartLine int `json:"start_line"`
		EndLine   int `json:"end_line"`
	}
}

func (r *tfsecResult) emit(out Sink) error {
	if r.Passed || r.Status == "passed" || r.Status == "1" {
		return nil
	}
	rule := finding.Rule{
		ID: r.ID, Engine: "iac", Title: titleOf(r.About, r.LongID, r.ID), Why: firstText(r.Impact, r.About), Fix: r.Resolution,
		Severity: severityOf(r.Severity), Confidence: finding.Firm, References: r.Links,
	}
	if _, link, ok := strings.Cut(r.Link, "https://"); ok && len(r.Links) == 0 {
		link, _, _ = strings.Cut(link, " ")
		rule.References = []string{"https://" + link}
	}
	f := found(rule, firstText(r.Message, r.About, r.ID), finding.Location{
		Path: rooted(r.Location.Filename), Region: lines(r.Location.StartLine, r.Location.EndLine), Logical: steps("resource", r.resource()),
	})
	for _, id := range []string{r.LongID, r.LegacyID} {
		if id != "" && id != r.ID {
			f.Aliases = append(f.Aliases, id)
		}
	}
	if r.Status == "ignored" || r.Status == "2" {
		f.Verdict = waived("ignored by a tfsec:ignore comment or the configuration")
	}
	return emit(out, rule, f)
}

var tfsecSubject = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(?:Resource|Data|Block|Variable|Module|Local|Output|Provider) '([^']+)'`)
})

// resource is the address; until 1.0 it stood only in the message, with modules set off by colons.
func (r *tfsecResult) resource() string {
	if r.Resource != "" {
		return r.Resource
	}
	if m := tfsecSubject().FindStringSubmatch(r.Message); m != nil {
		return strings.ReplaceAll(m[1], ":", ".")
	}
	return ""
}
