package ingest

import (
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/reevehq/reeve/internal/finding"
)

var brakemanFormat = Format{
	Name: "brakeman", Title: "Brakeman JSON", Tool: "Brakeman",
	Is: func(h *Head) bool {
		return h.Has("scan_info.brakeman_version") || h.Has("warnings.warning_type", "warnings.fingerprint")
	},
	Read: readBrakeman,
}

// readBrakeman reads what "brakeman -f json" writes (brakeman's report_json.rb), from version 2 on.
func readBrakeman(in *Input, h *Header, out Sink) error {
	var root string
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "scan_info":
			var info struct{ AppPath, BrakemanVersion, EndTime, Timestamp string }
			err := j.value(&info)
			h.Tool.Version, root = info.BrakemanVersion, info.AppPath
			h.At = timeOf(info.EndTime)
			return err
		case "warnings", "ignored_warnings":
			return each(j, func(w *brakemanWarning) error { return w.emit(out, root, name == "ignored_warnings") })
		case "errors":
			return each(j, func(e *struct{ Error, Location string }) error {
				missed(h, "%s: %s", e.Error, e.Location)
				return nil
			})
		}
		return j.skip()
	})
}

type brakemanWarning struct {
	WarningType, WarningCode, CheckName, Message, File, Line, Link, Code string

	Fingerprint, UserInput, Confidence, Note string

	CWEID      list[string]
	Location   struct{ Type, Class, Method, Template, Model string }
	RenderPath list[brakemanStep]
}

// brakemanStep is one step of how a template is reached; before version 4 it is only a name.
type brakemanStep struct{ Class, Method, Name, File, Line string }

// UnmarshalJSONFrom reads it.
func (s *brakemanStep) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return json.UnmarshalDecode(dec, &s.Name)
	}
	type plain brakemanStep
	return json.UnmarshalDecode(dec, (*plain)(s))
}

var brakemanGem = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([A-Za-z][\w-]*)(?: gem)?(?: version)? ([0-9]+(?:\.\w+)+)\b`)
})

var brakemanFixed = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:[Uu]pgrade to|or) (?:([A-Za-z][\w-]*) )?([0-9]+(?:\.\w+)+)`)
})

var cveName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\bCVE-[0-9]{4}-[0-9]{4,}\b`) })

func (w *brakemanWarning) emit(out Sink, root string, ignored bool) error {
	message := w.Message
	rule := finding.Rule{
		ID: fmt.Sprintf("BRAKE%04d", integer(w.WarningCode)), Engine: "sast", // as Brakeman names it in its SARIF reports
		Title: titleOf(w.WarningType, w.CheckName, message), Why: message, Severity: finding.Medium, // Brakeman knows only confidence
		Confidence: confidenceOf(w.Confidence), CWE: cwesIn(w.CWEID...),
		References: texts(w.Link),
	}
	at := &w.Location
	f := finding.Finding{
		Fingerprint: finding.Fingerprint(w.Fingerprint), Severity: rule.Severity, Confidence: rule.Confidence,
		Message: oneLine(message, 500), Location: finding.Location{
			Path: within(root, w.File), Region: lines(integer(w.Line), 0), Snippet: w.Code,
			Logical: steps("member", at.Class, "member", at.Model, "function", at.Method, "member", at.Template),
		},
	}
	for _, s := range w.RenderPath {
		step := finding.Step{Message: "renders"}
		if step.Location = (finding.Location{
			Path: within(root, s.File), Region: lines(integer(s.Line), 0),
			Logical: steps("member", s.Class, "function", s.Method, "member", s.Name),
		}); step.Location.Path != "" || len(step.Location.Logical) > 0 {
			f.Flow = append(f.Flow, step)
		}
	}
	if w.UserInput != "" {
		f.Facts = append(f.Facts, finding.Fact{Name: "input", Value: w.UserInput})
	}
	w.asPackage(&rule, &f)
	if secretCWE(rule.CWE) {
		rule.Engine = "secret"
		conceal(&rule, &f, literal(f.Location.Snippet))
	}
	if ignored {
		f.Verdict = waived(strings.TrimSuffix("ignored in config/brakeman.ignore: "+w.Note, ": "))
	}
	return emit(out, rule, f)
}

// asPackage makes a warning about a gem's known flaw ("Rails 5.1.6 has … (CVE-…). Upgrade to 5.1.6.2") a finding of that flaw.
func (w *brakemanWarning) asPackage(rule *finding.Rule, f *finding.Finding) {
	cves, gem := cveName().FindAllString(w.Message, -1), brakemanGem().FindStringSubmatch(w.Message)
	if len(cves) == 0 || gem == nil {
		return
	}
	id, aliases := flawNames(append(cves, rule.ID)...)
	rule.ID, rule.Engine = id, "sca"
	rule.Title = titleOf(fmt.Sprintf("%s in %s", w.WarningType, strings.ToLower(gem[1])))
	f.Aliases, f.Fingerprint = aliases, "" // flaw and package are the identity that other tools share
	f.Component = new(componentIn("RubyGems", strings.ToLower(gem[1]), gem[2]))
	f.Component.Project = f.Location.Path
	for _, m := range brakemanFixed().FindAllStringSubmatch(w.Message, -1) {
		if m[1] == "" || strings.EqualFold(m[1], gem[1]) {
			f.Component.Fixed = append(f.Component.Fixed, m[2])
		}
	}
}
