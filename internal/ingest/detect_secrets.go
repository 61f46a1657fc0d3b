package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var detectSecretsFormat = Format{
	Name: "detect-secrets", Title: "detect-secrets baseline", Tool: "detect-secrets",
	Is:   func(h *Head) bool { return h.Has("plugins_used", "results") },
	Read: readDetectSecrets,
}

// readDetectSecrets reads what "detect-secrets scan" writes, which is also the baseline in which "detect-secrets audit" keeps its labels.
func readDetectSecrets(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "version":
			return j.value(&h.Tool.Version)
		case "generated_at":
			return j.time(&h.At)
		case "results":
			return j.members(func(file string) error {
				return each(j, func(s *detectedSecret) error { return s.emit(file, out) })
			})
		}
		return j.skip()
	})
}

// detectedSecret is one entry of the baseline. Hash is SHA-1 of the value, which is not in the report; whoever guesses the value can check it
// against the hash, so that it goes only into the fingerprint.
type detectedSecret struct {
	Type, Filename string
	Hash           string `json:"hashed_secret"`
	Line           int    `json:"line_number"`
	Verified       bool   `json:"is_verified"`
	// Label is what a person said it is.
	Label *bool `json:"is_secret"`
}

func (s *detectedSecret) emit(file string, out Sink) error {
	rule := secretRule(s.Type, s.Type, finding.High, finding.Firm)
	if strings.Contains(s.Type, "Entropy") || strings.Contains(s.Type, "Keyword") {
		rule.Severity, rule.Confidence = finding.Medium, finding.Likely
	}
	f := found(rule, "Secret of kind "+rule.Title, finding.Location{Path: rooted(firstText(s.Filename, file)), Region: lines(s.Line, 0)})
	if s.Hash != "" {
		f.Fingerprint = finding.Identify(nil, "detect-secrets", s.Type, s.Hash)
	}
	switch {
	case s.Verified:
		f.Confidence, f.Facts = finding.Certain, factsOf("verified", "yes")
	case s.Label != nil && *s.Label:
		f.Confidence, f.Facts = finding.Certain, factsOf("audited", "a secret")
	case s.Label != nil:
		f.Verdict = waived("audited: not a secret")
	}
	return emit(out, rule, f)
}
