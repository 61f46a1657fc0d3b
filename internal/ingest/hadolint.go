package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var hadolintFormat = Format{
	Name: "hadolint", Title: "Hadolint JSON", Tool: "Hadolint",
	Nothing: []string{"[]"},
	Is: func(h *Head) bool {
		code := h.Text("code")
		return h.Array() && h.Has("line", "code", "message", "column", "file", "level") && (strings.HasPrefix(code, "DL") || strings.HasPrefix(code, "SC"))
	},
	Read: func(in *Input, h *Header, out Sink) error {
		return records(in.json(), h, func(r *hadolintResult) error {
			if strings.HasPrefix(r.Message, "unexpected") && r.Code == "DL1000" {
				missed(h, "%s could not be parsed: %s", r.File, r.Message)
			}
			return r.emit(out)
		})
	},
}

// hadolintResult is one result of "hadolint -f json". Codes that begin with SC are ShellCheck's, on the shell code within.
type hadolintResult struct {
	Line, Column               int
	Code, Message, File, Level string
}

func (r *hadolintResult) emit(out Sink) error {
	rule := finding.Rule{ID: r.Code, Engine: "iac", Title: titleOf(r.Message, r.Code), Severity: severityOf(r.Level), Confidence: finding.Firm}
	if strings.HasPrefix(r.Code, "SC") {
		rule.References = []string{"https://www.shellcheck.net/wiki/" + r.Code}
	} else {
		rule.References = []string{"https://github.com/hadolint/hadolint/wiki/" + r.Code}
	}
	f := found(rule, firstText(r.Message, r.Code), finding.Location{Path: rooted(r.File), Region: lines(r.Line, 0)})
	f.Location.Region.StartColumn = r.Column
	if f.Location.Path == "" || f.Location.Path == "-" {
		f.Location.Path = "Dockerfile" // read from standard input
	}
	return emit(out, rule, f)
}
