package ingest

import (
	"cmp"

	"github.com/reevehq/reeve/internal/finding"
)

var sonarGenericFormat = Format{
	Name: "sonarqube-generic", Title: "SonarQube generic issues",
	Is: func(h *Head) bool {
		return h.Has("issues.ruleId", "issues.primaryLocation") || h.Has("rules.engineId", "rules.cleanCodeAttribute") || h.Has("rules.engineId", "rules.impacts")
	},
	Read: readSonarGeneric,
}

// readSonarGeneric reads the format in which other tools write for SonarQube (docs.sonarsource.com, "generic issue import format"): issues that
// say all themselves, and since 10.3 issues that name a rule of a table, before or after them.
func readSonarGeneric(in *Input, out Sink) (Header, error) {
	g := &sonarGeneric{h: Header{Tool: finding.Tool{Name: "SonarQube generic issues"}}, rules: map[text]sonarGenericRule{}}
	j := in.json()
	err := j.members(func(name string) error {
		switch name {
		case "rules":
			return each(j, func(r *sonarGenericRule) error {
				r.Description = text(flat(string(r.Description)))
				g.rules[r.ID] = *r
				g.engine(r.EngineID)
				return nil
			})
		case "issues":
			return each(j, func(i *sonarGenericIssue) error {
				g.engine(i.EngineID)
				rule, f := i.finding()
				if g.complete(&rule, &f); i.Severity != "" || g.rules[i.RuleID].ID != "" {
					return emit(out, rule, f)
				}
				return g.shelf.hold(rule, f, "the table of rules")
			})
		}
		return j.skip()
	})
	if err != nil {
		return g.h, err
	}
	return g.h, g.shelf.release(out, g.complete)
}

type sonarGeneric struct {
	h     Header
	rules map[text]sonarGenericRule
	shelf shelf
	named bool
}

// engine makes the first tool that is named the report's.
func (g *sonarGeneric) engine(id text) {
	if !g.named && id != "" {
		g.h.Tool.Name, g.named = string(id), true
	}
}

type sonarGenericRule struct {
	ID, Name, Description, EngineID, Type, Severity text

	Impacts []struct{ SoftwareQuality, Severity text }
}

type sonarGenericIssue struct {
	EngineID, RuleID, Severity, Type text

	PrimaryLocation    sonarGenericPlace
	SecondaryLocations []sonarGenericPlace
}

type sonarGenericPlace struct {
	Message, FilePath text
	TextRange         struct{ StartLine, EndLine, StartColumn, EndColumn text }
}

func (p *sonarGenericPlace) location() finding.Location {
	r := &p.TextRange
	at := finding.Location{Path: rooted(string(p.FilePath)), Region: lines(number(string(r.StartLine)), number(string(r.EndLine)))}
	if r.StartColumn != "" && r.EndColumn != "" {
		at.Region.StartColumn, at.Region.EndColumn = number(string(r.StartColumn))+1, number(string(r.EndColumn))+1 // they count from 0
	}
	return at
}

func (i *sonarGenericIssue) finding() (finding.Rule, finding.Finding) {
	message := string(cmp.Or(i.PrimaryLocation.Message, i.RuleID))
	severity := (&sonarIssue{Severity: i.Severity, Type: i.Type}).severity()
	rule := finding.Rule{ID: string(i.RuleID), Engine: "sast", Title: titleOf(message), Severity: severity, Confidence: finding.Firm, CWE: cwesNamed(string(i.RuleID))}
	f := finding.Finding{
		Rule: rule.ID, Engine: "sast", Severity: severity, Confidence: finding.Firm, Message: oneLine(message, 500), Location: i.PrimaryLocation.location(),
	}
	for _, p := range i.SecondaryLocations {
		f.Also = append(f.Also, p.location())
	}
	return rule, f
}

// complete adds what the table says of the rule.
func (g *sonarGeneric) complete(r *finding.Rule, f *finding.Finding) {
	known, ok := g.rules[text(r.ID)]
	if !ok {
		return
	}
	r.Title, r.Why = titleOf(string(known.Name), r.Title), string(known.Description)
	r.CWE = cwesNamed(r.ID, string(known.Name))
	if len(known.Impacts) > 0 || known.Severity != "" {
		r.Severity = (&sonarIssue{Severity: known.Severity, Type: known.Type, Impacts: known.Impacts}).severity()
		f.Severity = r.Severity
	}
}
