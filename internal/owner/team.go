package owner

import (
	"fmt"
	"strings"
)

// Team is a team of the register.
type Team struct {
	// Slug is its name in addresses: "payments".
	Slug string
	// Aliases are what files call it, in any case: "@org/payments", "group:default/payments", "payments@example.com".
	Aliases []string
}

// Teams finds teams by what files call them. It is not changed after it was made.
type Teams struct {
	bySlug, byAlias map[string]string
}

// NewTeams makes the table. Two teams of one slug, or one alias of two teams, is an error.
func NewTeams(list []Team) (*Teams, error) {
	t := &Teams{bySlug: map[string]string{}, byAlias: map[string]string{}}
	for _, team := range list {
		s := slug(team.Slug)
		if s == "" {
			return nil, fmt.Errorf("team %q: want a slug of letters and digits", team.Slug)
		}
		if other, double := t.bySlug[s]; double {
			return nil, fmt.Errorf("team %q: %q has the same slug: rename one", team.Slug, other)
		}
		t.bySlug[s] = team.Slug
		for _, a := range team.Aliases {
			key := aliasKey(a)
			if key == "" {
				return nil, fmt.Errorf("team %q: alias %q is empty", team.Slug, a)
			}
			if other, double := t.byAlias[key]; double && other != team.Slug {
				return nil, fmt.Errorf("team %q: alias %q is also one of %q: take it from one of them", team.Slug, a, other)
			}
			t.byAlias[key] = team.Slug
		}
	}
	return t, nil
}

// Named gives the slug of the team that files call so: by alias, else by the last part of the name ("@org/payments" and
// "group:default/payments" are "payments"). Mail addresses and roles ("@@maintainer") are teams by alias only.
func (t *Teams) Named(owner string) (team string, ok bool) {
	if t == nil {
		return "", false
	}
	key := aliasKey(owner)
	if team, ok = t.byAlias[key]; ok {
		return team, true
	}
	kind, name, typed := strings.Cut(key, ":")
	if !typed {
		name = key
	}
	if strings.ContainsRune(key, '@') || typed && kind != "group" {
		return "", false
	}
	name = slug(name[strings.LastIndexByte(name, '/')+1:])
	if team, ok = t.bySlug[name]; ok {
		return team, true
	}
	team, ok = t.byAlias[name]
	return team, ok
}

// aliasKey brings what files call a team into one form. "@org/a" and "org/a" are one; "@@developers" is a group or a role of its own.
func aliasKey(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if strings.HasPrefix(s, "@@") {
		return s
	}
	return strings.TrimPrefix(s, "@")
}

// slug writes a name in lower case with one "-" for all that is no letter or digit.
func slug(name string) string { return strings.Join(words(name), "-") }
