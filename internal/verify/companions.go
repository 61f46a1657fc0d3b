package verify

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// nearby is how many lines apart the halves of one credential may stand.
const nearby = 10

// surroundings finds, for a finding, others in the same place.
type surroundings struct {
	findings []finding.Finding
	places   map[place][]int
	text     func(finding.Finding) string // Options.Around
}

// place is one content.
type place struct {
	asset, path, blob string
	surface           finding.Surface
}

func placeOf(f *finding.Finding) place {
	return place{asset: f.Asset.Name, path: f.Location.Path, blob: f.Location.Blob, surface: f.Location.Surface}
}

func newSurroundings(findings []finding.Finding, text func(finding.Finding) string) surroundings {
	s := surroundings{findings: findings, places: map[place][]int{}, text: text}
	for i := range findings {
		at := placeOf(&findings[i])
		s.places[at] = append(s.places[at], i)
	}
	return s
}

// assemble gathers what the verifier needs to know about a finding's secret: from the finding's own facts by name, else
// from what stands near it and has the right form.
func (s surroundings) assemble(e entry, i int) Secret {
	f := &s.findings[i]
	secret := Secret{Value: f.Secret, With: map[string]finding.Sensitive{}}
	if host := cmp.Or(factNamed(f, hostPart), factNamed(f, "server")); host != "" {
		secret.With[hostPart] = finding.Conceal(host)
	}
	own := e.role(f.Secret.Reveal())
	if own != secretPart {
		secret.With[own] = f.Secret
		secret.Value = finding.Conceal(secret.choose("the secret", s.secretsNear(i, e.form)))
	}
	for _, p := range e.parts {
		if p.name == own {
			continue
		}
		value := factNamed(f, p.name)
		if value == "" && p.near != nil {
			value = secret.choose(p.what, s.partsNear(i, p))
		}
		if value != "" {
			secret.With[p.name] = finding.Conceal(value)
		}
	}
	return secret
}

// role tells which part of the credential a value is.
func (e entry) role(value string) string {
	if e.form == nil || fits(e.form, value) {
		return secretPart
	}
	for _, p := range e.parts {
		if p.near != nil && fits(p.near, value) {
			return p.name
		}
	}
	return secretPart
}

// factNamed gives the fact of a name, blanks in it written as hyphens.
func factNamed(f *finding.Finding, name string) string {
	for _, fact := range f.Facts {
		if strings.ReplaceAll(strings.ToLower(fact.Name), " ", "-") == name {
			return fact.Value
		}
	}
	return ""
}

// candidate is a text that could be a companion, and how many lines from the finding it stands.
type candidate struct {
	text     string
	distance int
}

// choose takes the nearest candidate, "" if there is none. Where several differ, it notes the choice as a guess.
func (s *Secret) choose(what string, found []candidate) string {
	if len(found) == 0 {
		return ""
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.distance, b.distance) })
	if slices.ContainsFunc(found, func(c candidate) bool { return c.text != found[0].text }) {
		s.guessed = fmt.Sprintf("several values near it could be %s", what)
	}
	return found[0].text
}

// near lists the findings that stand in the same content as finding i and near it, with their distances.
func (s surroundings) near(i int) map[int]int {
	f := &s.findings[i]
	line := f.Location.Region.StartLine
	found := map[int]int{}
	for _, j := range s.places[placeOf(f)] {
		other := s.findings[j].Location.Region.StartLine
		if distance := max(line-other, other-line); distance <= nearby {
			found[j] = distance
		}
	}
	return found
}

// secretsNear lists secrets of other findings that have the form.
func (s surroundings) secretsNear(i int, form pattern) []candidate {
	var found []candidate
	near := s.near(i)
	for _, j := range slices.Sorted(maps.Keys(near)) {
		if value := s.findings[j].Secret.Reveal(); j != i && fits(form, value) {
			found = append(found, candidate{value, near[j]})
		}
	}
	return found
}

// partsNear lists what could be the part: secrets, facts and lines of findings, and the text around.
func (s surroundings) partsNear(i int, p part) []candidate {
	found := s.secretsNear(i, p.near)
	near := s.near(i)
	for _, j := range slices.Sorted(maps.Keys(near)) {
		for _, fact := range s.findings[j].Facts {
			if fits(p.near, fact.Value) {
				found = append(found, candidate{fact.Value, near[j]})
			}
		}
		found = append(found, inText(p.near, s.findings[j].Location.Snippet, near[j])...)
	}
	if s.text != nil {
		found = append(found, inText(p.near, s.text(s.findings[i]), 1)...)
	}
	return found
}

// maxText and maxHits bound the search of a text, in bytes and in candidates.
const (
	maxText = 64 << 10
	maxHits = 32
)

func inText(near pattern, text string, distance int) []candidate {
	var found []candidate
	for _, m := range near().FindAllStringSubmatch(text[:min(len(text), maxText)], maxHits) {
		found = append(found, candidate{m[len(m)-1], distance})
	}
	return found
}
