// Package guide writes secure-coding guides out of the rules for code: what goes wrong in a language and its frameworks, how it looks, and how it is done
// well, with a team's own findings as the first examples.
//
// The package is pure: it must not read files or look at code, and knows nothing that does not stand in the rules. What findings quote is hostile, and
// is shown as code and nothing else.
package guide

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/syntax"
)

// auditTag is that of rules which only point at what a person should look at.
const auditTag = "audit"

// Book is what guides are written of.
type Book struct {
	// Rules are those for code.
	Rules []rule.Rule
	// Cases gives the examples of a rule by its id.
	Cases func(id string) ([]rule.Case, error)
	// Audit also takes the rules that point at what a person should look at.
	Audit bool
}

// Shelf is a language with the guides that there are for it.
type Shelf struct {
	// Language is its name in rules, Title what people read.
	Language, Title string
	// Rules counts those for the language.
	Rules int
	// Frameworks counts the rules of each framework, by name.
	Frameworks map[string]int
}

// Shelves lists the languages, in the order of their names.
func (b *Book) Shelves() []Shelf {
	frameworks := b.frameworks()
	byName := map[string]*Shelf{}
	for i := range b.Rules {
		r := &b.Rules[i]
		if !b.takes(r) {
			continue
		}
		for _, l := range languages(r) {
			s := byName[l]
			if s == nil {
				s = &Shelf{Language: l, Title: title(l), Frameworks: map[string]int{}}
				byName[l] = s
			}
			s.Rules++
			for _, tag := range r.Tags {
				if frameworks[tag] {
					s.Frameworks[tag]++
				}
			}
		}
	}
	var out []Shelf
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		out = append(out, *byName[name])
	}
	return out
}

func (b *Book) takes(r *rule.Rule) bool { return b.Audit || !slices.Contains(r.Tags, auditTag) }

// languages are those that a rule is for.
func languages(r *rule.Rule) []string {
	var head struct{ Languages []string }
	if json.Unmarshal([]byte(r.Match), &head) != nil {
		return nil
	}
	var out []string
	for _, name := range head.Languages {
		if l, ok := semgrep.ParseLanguage(name); ok && l != semgrep.Generic && l != semgrep.RegexOnly && !slices.Contains(out, string(l)) {
			out = append(out, string(l))
		}
	}
	return out
}

// title is what people call a language.
func title(name string) string {
	if l := syntax.ByName(name); l != nil {
		return l.Title
	}
	return name
}

// frameworks are the tags with which the ids of rules begin and that are no languages: "django" of django-debug-on.
func (b *Book) frameworks() map[string]bool {
	all, spoken := map[string]bool{}, map[string]bool{}
	for i := range b.Rules {
		first, _, _ := strings.Cut(b.Rules[i].ID, "-")
		if slices.Contains(b.Rules[i].Tags, first) {
			all[first] = true
		}
		for _, l := range languages(&b.Rules[i]) {
			spoken[l] = true
		}
	}
	maps.DeleteFunc(all, func(name string, _ bool) bool { return spoken[name] })
	return all
}

// Ask says which guide is wanted.
type Ask struct {
	// Language is one of Shelves. Framework is one of its frameworks, "" for all of them.
	Language, Framework string
	// Findings are the team's own.
	Findings []finding.Finding
}

// chapter is a family of weaknesses with its rules.
type chapter struct {
	family *family
	rules  []*rule.Rule
}

// Write gives the guide in Markdown. The error says that there is none, and which there are.
func (b *Book) Write(ask Ask) (string, error) {
	language := ask.Language
	if l, ok := semgrep.ParseLanguage(language); ok {
		language = string(l)
	}
	shelves := b.Shelves()
	at := slices.IndexFunc(shelves, func(s Shelf) bool { return s.Language == language })
	if at < 0 {
		var names []string
		for _, s := range shelves {
			names = append(names, s.Language)
		}
		return "", fmt.Errorf("guide %q: there are no rules for this language; there are for %s", ask.Language, strings.Join(names, ", "))
	}
	shelf := &shelves[at]
	framework := strings.ToLower(ask.Framework)
	if framework != "" && shelf.Frameworks[framework] == 0 {
		return "", fmt.Errorf("guide %s %q: there are no rules for this framework; there are for %s", language, ask.Framework,
			cmp.Or(strings.Join(slices.Sorted(maps.Keys(shelf.Frameworks)), ", "), "none of this language"))
	}
	g := &writer{book: b, language: language, own: map[string][]finding.Finding{}, chapters: b.chapters(language, framework)}
	for _, f := range ask.Findings {
		g.own[f.Rule] = append(g.own[f.Rule], f)
	}
	return g.write(shelf, framework)
}

// chapters puts the rules of a guide into families: the grave ones first.
func (b *Book) chapters(language, framework string) []chapter {
	frameworks := b.frameworks()
	other := func(tag string) bool { return frameworks[tag] && tag != framework }
	all := families()
	out := make([]chapter, len(all))
	for i := range b.Rules {
		r := &b.Rules[i]
		if !b.takes(r) || !slices.Contains(languages(r), language) {
			continue
		}
		if framework != "" && !slices.Contains(r.Tags, framework) && slices.ContainsFunc(r.Tags, other) {
			continue
		}
		n := familyOf(all, r)
		out[n].rules = append(out[n].rules, r)
	}
	for i := range out {
		out[i].family = &all[i]
		slices.SortStableFunc(out[i].rules, func(a, b *rule.Rule) int {
			return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Title, b.Title))
		})
	}
	return slices.DeleteFunc(out, func(c chapter) bool { return len(c.rules) == 0 })
}
