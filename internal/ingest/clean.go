package ingest

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/finding"
)

// How long what a sink is handed may be, in bytes. No honest report comes near.
const (
	maxName   = 1000     // of a rule, a step, a package
	maxPath   = 4096     // PATH_MAX of Linux
	maxText   = 64 << 10 // a rule's texts, code, advice
	maxPlaces = 1000     // steps, places, references
)

// whole makes a rule and its finding keep what Format promises whatever the report says: they name one another, nothing that must be there is
// missing, and texts are valid UTF-8 without NUL, which no database keeps, and of bounded length.
func whole(rule *finding.Rule, f *finding.Finding) {
	cleanRule(rule)
	f.Rule, f.Engine = rule.ID, rule.Engine
	cleanFinding(f)
	if f.Message = oneLine(f.Message, 500); f.Message == "" {
		f.Message = oneLine(rule.Title, 500)
	}
	if f.Component != nil && f.Component.Name == "" {
		f.Component = nil
	}
	if f.Location.Path == "" {
		f.Location.Region = finding.Region{} // lines of no file
	}
	if f.Location.Path == "" && len(f.Location.Logical) == 0 && f.Component == nil {
		f.Location.Logical = []finding.Logical{{Kind: "control", Name: rule.ID}}
	}
}

func cleanRule(r *finding.Rule) {
	clean(maxName, &r.ID)
	clean(maxText, &r.Title, &r.Why, &r.Fix)
	if r.ID = strings.TrimSpace(r.ID); r.ID == "" {
		r.ID = oneLine(r.Title, maxName)
	}
	if r.ID == "" {
		r.ID = "unnamed"
	}
	if strings.TrimSpace(r.Title) == "" {
		r.Title = cmp.Or(titleOf(r.ID), r.ID)
	}
	r.References, r.OWASP, r.Tags = cleanList(r.References), cleanList(r.OWASP), cleanList(r.Tags)
}

func cleanFinding(f *finding.Finding) {
	clean(maxName, (*string)(&f.Fingerprint), &f.Asset.Name)
	clean(maxText, &f.Message, &f.Evidence, &f.Fix.Text)
	f.Aliases, f.Reasons = cleanList(f.Aliases), cleanList(f.Reasons)
	cleanLocation(&f.Location)
	f.Also, f.Flow, f.Facts = f.Also[:min(len(f.Also), maxPlaces)], f.Flow[:min(len(f.Flow), maxPlaces)], f.Facts[:min(len(f.Facts), maxPlaces)]
	for i := range f.Also {
		cleanLocation(&f.Also[i])
	}
	for i := range f.Flow {
		cleanLocation(&f.Flow[i].Location)
		clean(maxName, &f.Flow[i].Message)
	}
	for i := range f.Facts {
		clean(maxName, &f.Facts[i].Name)
		clean(maxText, &f.Facts[i].Value)
	}
	for i := range f.Fix.Edits {
		clean(maxPath, &f.Fix.Edits[i].Path)
		clean(maxText, &f.Fix.Edits[i].New)
	}
	if c := f.Component; c != nil {
		clean(maxName, &c.PURL, &c.Ecosystem, &c.Name, &c.Version, &c.Project, &c.Upgrade)
		c.Why, c.Fixed = cleanList(c.Why), cleanList(c.Fixed)
	}
	if v := f.Verdict; v != nil {
		clean(maxName, &v.Because)
	}
}

func cleanLocation(l *finding.Location) {
	clean(maxPath, &l.Path)
	clean(maxName, &l.Commit, &l.Blob)
	clean(maxText, &l.Snippet)
	l.Logical = l.Logical[:min(len(l.Logical), maxPlaces)]
	for i := range l.Logical {
		clean(2*maxName, &l.Logical[i].Name)
	}
}

func cleanList(list []string) []string {
	list = list[:min(len(list), maxPlaces)]
	for i := range list {
		clean(2*maxName, &list[i])
	}
	return list
}

// clean bounds texts, and takes out of them what is no text.
func clean(most int, texts ...*string) {
	for _, s := range texts {
		if len(*s) > most {
			*s = strings.ToValidUTF8((*s)[:most], "")
		}
		if strings.IndexByte(*s, 0) >= 0 || !utf8.ValidString(*s) {
			*s = strings.ReplaceAll(strings.ToValidUTF8(*s, "\uFFFD"), "\x00", "")
		}
	}
}
