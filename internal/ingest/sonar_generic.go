package ingest

import (
	"cmp"

	"github.com/reevehq/reeve/internal/finding"
)

var sonarGenericFormat = Format{
	Name: "sonarqube-generic", Title: "SonarQube generic issues", Tool: "SonarQube generic issues",
	Nothing: []string{`{"issues":[]}`, `{"rules":[],"issues":[]}`},
	Is: func(h *Head) bool {
		return h.Has("issues.ruleId", "issues.primaryLocation") || h.Has("rules.engineId", "rules.cleanCodeAttribute") || h.Has("rules.engineId", "rules.impacts")
	},
	Read: readSonarGeneric,
}

// readSonarGeneric reads the format in which other tools write for SonarQube (docs.sonarsource.com, "generic issue import format"): issues that
// say all themselves, and since 10.3 issues that name a rule of a table, before or after them.
func readSonarGeneric(in *Input, h *Header, out Sink) error {
	g := &sonarGeneric{h: h, rules: map[string]sonarGenericRule{}}
	g.shelf = shelf{out: out, complete: g.complete}
	j := in.json()
	err := j.members(func(name string) error {
		switch name {
		case "rules":
			return each(j, func(r *sonarGenericRule) error {
				r.Description = flat(r.Description)
				g.rules[r.ID] = *r
				g.engine(r.EngineID)
				return g.held.take(int64(len(r.ID)+len(r.Name)+len(r.Description)+200), "the rules")
			})
		case "issues":
			return each(j, func(i *sonarGenericIssue) error {
				g.engine(i.EngineID)
				rule, f := i.finding()
				if g.complete(&rule, &f); i.Severity != "" || g.rules[i.RuleID].ID != "" {
					return emit(out, rule, f)
				}
				return g.shelf.hold(rule, f)
			})
		}
		return j.skip()
	})
	if err != nil {
		return err
	}
	return g.shelf.run()
}

type sonarGeneric struct {
	h     *Header
	rules map[string]sonarGenericRule
	held  budget
	shelf shelf
	named bool
}

// engine makes the first tool that is named the report's.
func (g *sonarGeneric) engine(id string) {
	if !g.named && id != "" {
		g.h.Tool.Name, g.named = id, true
	}
}

type sonarGenericRule struct {
	ID, Name, Description, EngineID, Type, Severity string

	Impacts []struct{ SoftwareQuality, Severity string }
}

type sonarGenericIssue struct {
	EngineID, RuleID, Severity, Type string

	PrimaryLocation    sonarGenericPlace
	SecondaryLocations []sonarGenericPlace
}

type sonarGenericPlace struct {
	Message, FilePath string
	TextRange         struct{ StartLine, EndLine, StartColumn, EndColumn string }
}

func (p *sonarGenericPlace) location() finding.Location {
	r := &p.TextRange
	at := finding.Location{Path: rooted(p.FilePath), Region: lines(integer(r.StartLine), integer(r.EndLine))}
	if r.StartColumn != "" && r.EndColumn != "" {
		at.Region.StartColumn, at.Region.EndColumn = integer(r.StartColumn)+1, integer(r.EndColumn)+1 // they count from 0
	}
	return at
}

func (i *sonarGenericIssue) finding() (finding.Rule, finding.Finding) {
	message := cmp.Or(i.PrimaryLocation.Message, i.RuleID)
	severity := (&sonarIssue{Severity: i.Severity, Type: i.Type}).severity()
	rule := finding.Rule{ID: i.RuleID, Engine: "sast", Title: titleOf(message), Severity: severity, Confidence: finding.Firm, CWE: cwesNamed(i.RuleID)}
	f := finding.Finding{
		Severity: severity, Confidence: finding.Firm, Message: oneLine(message, 500), Location: i.PrimaryLocation.location(),
	}
	for _, p := range i.SecondaryLocations {
		f.Also = append(f.Also, p.location())
	}
	return rule, f
}

// complete adds what the table says of the rule.
func (g *sonarGeneric) complete(r *finding.Rule, f *finding.Finding) {
	known, ok := g.rules[r.ID]
	if !ok {
		return
	}
	r.Title, r.Why = titleOf(known.Name, r.Title), known.Description
	r.CWE = cwesNamed(r.ID, known.Name)
	if len(known.Impacts) > 0 || known.Severity != "" {
		r.Severity = (&sonarIssue{Severity: known.Severity, Type: known.Type, Impacts: known.Impacts}).severity()
		f.Severity = r.Severity
	}
}
