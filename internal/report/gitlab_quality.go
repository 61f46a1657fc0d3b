package report

import (
	"cmp"
	"io"

	"github.com/reevehq/reeve/internal/finding"
)

// An issue of a Code Quality report, the subset of Code Climate's format that GitLab reads.
type (
	qualityIssue struct {
		Description string          `json:"description"`
		CheckName   string          `json:"check_name"`
		Fingerprint string          `json:"fingerprint"`
		Severity    string          `json:"severity"`
		Location    qualityLocation `json:"location"`
	}
	qualityLocation struct {
		Path  string       `json:"path"`
		Lines qualityLines `json:"lines"`
	}
	qualityLines struct {
		Begin int `json:"begin"`
		End   int `json:"end,omitempty"`
	}
)

// writeGitLabQuality writes all findings but waived ones, old ones too: GitLab compares the reports of both branches
// itself. What could not be looked at is an issue as well, because the format has no other place to say so.
func writeGitLabQuality(w io.Writer, r *finding.Result, _ Options) error {
	s := newJSONStream(w)
	survey := surveyOf(r, true)
	s.list(func(yield func(any) bool) {
		for _, f := range survey.shown {
			if !isWaived(f) && !yield(qualityIssueOf(f, survey.rule(f))) {
				return
			}
		}
		for _, sentence := range engineTrouble(r) {
			if !yield(qualityTrouble(toolName(r), sentence)) {
				return
			}
		}
		for _, u := range r.Unread {
			if !yield(qualityTrouble(u.What, u.What+": "+u.Why)) {
				return
			}
		}
	})
	s.raw("\n")
	return s.finish()
}

func qualityIssueOf(f *finding.Finding, rule *finding.Rule) *qualityIssue {
	l := &f.Location
	out := &qualityIssue{
		Description: visible(fold(cmp.Or(f.Message, rule.Title))), CheckName: f.Rule,
		Fingerprint: string(f.Fingerprint), Severity: qualitySeverity(f.Urgency()),
		Location: qualityLocation{Path: l.Path, Lines: qualityLines{Begin: max(1, l.Region.StartLine), End: l.Region.EndLine}},
	}
	if l.Path == "" {
		out.Location.Path = standInPath(f, l)
		out.Description += " (" + visible(placeOf(l)) + ")"
	}
	return out
}

func qualityTrouble(path, text string) *qualityIssue {
	return &qualityIssue{
		Description: "Not looked at: " + visible(text), CheckName: "not-looked-at",
		Fingerprint: string(finding.Identify(nil, "not-looked-at", text)), Severity: "major",
		Location: qualityLocation{Path: path, Lines: qualityLines{Begin: 1}},
	}
}

func qualitySeverity(s finding.Severity) string {
	switch s {
	case finding.Critical:
		return "blocker"
	case finding.High:
		return "critical"
	case finding.Medium:
		return "major"
	case finding.Low:
		return "minor"
	}
	return "info"
}
