package ingest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var nucleiFormat = Format{
	Name: "nuclei", Title: "Nuclei JSON", Tool: "Nuclei",
	Nothing: []string{"", "[]"},
	Is: func(h *Head) bool {
		return (h.Has("template-id", "info.name") || h.Has("templateID", "info.name")) && (h.Has("matched-at") || h.Has("matched") || h.Has("host") || h.Has("type"))
	},
	Read: readNuclei,
}

// readNuclei reads what "nuclei -jsonl" and "nuclei -json-export" write, and the JSON of version 2 before 2.7 (pkg/output, ResultEvent).
func readNuclei(in *Input, h *Header, out Sink) error {
	return records(in.json(), h, func(r *nucleiResult) error {
		h.latest(r.Timestamp)
		if r.MatcherStatus == "false" {
			return nil // what "-matcher-status" writes for templates that found nothing
		}
		return r.emit(out)
	})
}

type nucleiResult struct {
	TemplateID    string `json:"template-id"`
	OldTemplateID string `json:"templateID"`
	Info          struct {
		Name, Description, Impact, Remediation, Severity string
		Tags, Reference                                  list[string]
		Classification                                   struct {
			CVE     list[string] `json:"cve-id"`
			CWE     list[string] `json:"cwe-id"`
			Metrics string       `json:"cvss-metrics"`
			Score   string       `json:"cvss-score"`
			EPSS    string       `json:"epss-score"`
			Centile string       `json:"epss-percentile"`
			CPE     string
		}
	}
	Type, Host, URL, Path, Request, IP, Timestamp string
	Port                                          string
	MatchedAt                                     string       `json:"matched-at"`
	OldMatched                                    string       `json:"matched"`
	MatcherName                                   string       `json:"matcher-name"`
	OldMatcherName                                string       `json:"matcher_name"`
	ExtractorName                                 string       `json:"extractor-name"`
	Extracted                                     list[string] `json:"extracted-results"`
	OldExtracted                                  list[string] `json:"extracted_results"`
	MatcherStatus                                 string       `json:"matcher-status"`
	FuzzingParameter                              string       `json:"fuzzing_parameter"`
	FuzzingMethod                                 string       `json:"fuzzing_method"`
}

func (r *nucleiResult) emit(out Sink) error {
	tags := r.tags()
	rule := finding.Rule{
		ID: cmp.Or(r.TemplateID, r.OldTemplateID), Engine: r.class(tags), Title: titleOf(r.Info.Name, r.TemplateID, r.OldTemplateID),
		Why: strings.TrimSpace(r.Info.Description + "\n\n" + r.Info.Impact), Fix: strings.TrimSpace(r.Info.Remediation),
		Severity: severityOf(r.Info.Severity), Confidence: finding.Firm, CWE: cwesIn(r.Info.Classification.CWE...),
		References: texts(r.Info.Reference...), Tags: tags,
	}
	f := finding.Finding{
		Severity: rule.Severity, Confidence: rule.Confidence, Threat: r.threat(),
		Facts: factsOf("address", r.IP, "software", r.Info.Classification.CPE),
	}
	nameFlaws(&f, rule.ID, cveIn(texts(r.Info.Classification.CVE...)...))
	what := r.locate(&f)
	control := cmp.Or(r.MatcherName, r.OldMatcherName, r.ExtractorName)
	if control != "" {
		f.Location.Logical = append(f.Location.Logical, steps("control", control)...)
		what += " (" + control + ")"
	}
	f.Message = oneLine(rule.Title+" at "+what, 500)
	r.extracted(&f, tags)
	return emit(out, rule, f)
}

func (r *nucleiResult) tags() []string {
	var out []string
	for _, t := range texts(r.Info.Tags...) { // a list, or one text with commas in old reports
		for one := range strings.SplitSeq(t, ",") {
			if one = strings.TrimSpace(one); one != "" {
				out = append(out, one)
			}
		}
	}
	return out
}

func (r *nucleiResult) class(tags []string) string {
	switch {
	case slices.Contains(tags, "cloud") && r.Type == "code":
		return "cloud"
	case slices.Contains([]string{"network", "tcp", "dns", "ssl", "whois"}, r.Type):
		return "network"
	case r.Type == "file":
		return "sast"
	}
	return "dast"
}

func (r *nucleiResult) threat() *finding.Threat {
	c := &r.Info.Classification
	t := threatOf(decimal(c.Score), c.Metrics)
	t.EPSS = epssOf(c.EPSS, c.Centile, "")
	return known(t)
}

// locate sets the place and says it in words.
func (r *nucleiResult) locate(f *finding.Finding) string {
	at := cmp.Or(r.MatchedAt, r.OldMatched, r.URL, r.Host, r.IP, r.Path)
	switch {
	case r.Type == "file":
		f.Location.Path = rooted(at)
		return f.Location.Path
	case strings.Contains(at, "://"):
		method := r.FuzzingMethod
		if line, _, found := strings.Cut(r.Request, " "); method == "" && found && len(line) < 10 && r.Type == "http" {
			method = line
		}
		place := webPlaceOf(at, method, r.FuzzingParameter)
		f.Asset, f.Location = place.asset(), place.location()
		return place.String()
	}
	host, port := at, r.Port
	if i := strings.LastIndexByte(at, ':'); i > 0 && (strings.Count(at, ":") == 1 || at[i-1] == ']') { // else it is an IPv6 address alone
		host, port = at[:i], at[i+1:]
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if host == "" {
		f.Location.Logical = steps("resource", "nuclei target")
		return "a target that the report does not name"
	}
	f.Asset = finding.Asset{Kind: "host", Name: host}
	f.Location.Logical = steps("host", host, "port", port)
	return strings.TrimSuffix(host+":"+port, ":")
}

// extracted keeps what a template took out of the answer; templates that look for keys and tokens find secrets.
func (r *nucleiResult) extracted(f *finding.Finding, tags []string) {
	for i, value := range texts(slices.Concat(r.Extracted, r.OldExtracted)...) {
		if i == 5 {
			break
		}
		shown := quoted(value)
		for _, t := range tags {
			if t == "token" || t == "tokens" || t == "keys" || t == "token-spray" || t == "default-login" || t == "creds-stuffing" {
				shown = finding.Mask(strings.TrimSpace(value))
			}
		}
		f.Facts = append(f.Facts, factsOf("extracted", shown)...)
	}
}
