package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
)

// adminPage is who may come in and what they may do.
type adminPage struct {
	Tab    string
	People []desk.Person
	Teams  []desk.Team
	Roles  []access.Role
	// Link is an invitation that was just made, For whom; it is shown this once.
	Link, For string
	Me        int64
	Can       map[string]bool
}

// RolesOf says what somebody was given, in words.
func (p adminPage) RolesOf(grants []access.Grant) []string {
	var out []string
	for _, g := range grants {
		out = append(out, string(g.Role)+p.teamOf(g.Team))
	}
	return out
}

func (p adminPage) teamOf(id int64) string {
	if id == 0 {
		return ""
	}
	for _, t := range p.Teams {
		if t.ID == id {
			return " of " + t.Name
		}
	}
	return " of a team that is gone"
}

// Code says grants as the form takes them: "lead@payments viewer".
func (p adminPage) Code(grants []access.Grant) string {
	var out []string
	for _, g := range grants {
		text := string(g.Role)
		for _, t := range p.Teams {
			if t.ID == g.Team {
				text += "@" + t.Slug
			}
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

func (v *visit) admin() error { return v.showPeople("", "") }

func (v *visit) showPeople(link, whose string) error {
	people, err := v.desk.People(v.ctx(), v.who)
	if err != nil {
		return err
	}
	teams, err := v.desk.Teams(v.ctx(), v.who, desk.Slice{Limit: desk.MaxPage})
	if err != nil {
		return err
	}
	p := adminPage{Tab: "people", People: people, Teams: teams.Items, Roles: access.Roles()[1:], Link: link, For: whose, Me: v.who.Person, Can: rights(v.who)}
	return v.show(http.StatusOK, "people", sheet{Title: "People", Nav: "admin", Body: p})
}

// grantsOf reads roles as people type them: "lead@payments viewer".
func (v *visit) grantsOf(text string) ([]access.Grant, error) {
	teams, err := v.desk.Teams(v.ctx(), v.who, desk.Slice{Limit: desk.MaxPage})
	if err != nil {
		return nil, err
	}
	ids := map[string]int64{}
	for _, t := range teams.Items {
		ids[t.Slug] = t.ID
	}
	out := []access.Grant{}
	for _, word := range listed(text) {
		role, slug, ofTeam := strings.Cut(word, "@")
		g := access.Grant{Role: access.Role(role), Team: ids[slug]}
		if ofTeam && g.Team == 0 {
			return nil, errorf(desk.ErrInvalid, "there is no team %q", clip(slug, 100))
		}
		if err := g.Valid(); err != nil {
			return nil, fmt.Errorf("%w: %w", desk.ErrInvalid, err)
		}
		out = append(out, g)
	}
	return out, nil
}

func (v *visit) addPerson() error {
	if err := v.form(); err != nil {
		return err
	}
	f := v.r.PostForm
	grants, err := v.grantsOf(f.Get("roles"))
	if err != nil {
		return err
	}
	add := desk.Person{Login: strings.TrimSpace(f.Get("login")), Name: strings.TrimSpace(f.Get("name")), Email: strings.TrimSpace(f.Get("email")), Grants: grants}
	id, err := v.desk.AddPerson(v.ctx(), v.who, add)
	if err != nil {
		return err
	}
	if f.Get("invite") == "" {
		return v.back("/admin", add.Login+" is known now.")
	}
	link, err := v.people.Invite(v.ctx(), v.who, id)
	if err != nil {
		return err
	}
	return v.showPeople(link, add.Login)
}

// changePerson gives roles, or keeps somebody out, or lets them in again.
func (v *visit) changePerson() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	if err := v.form(); err != nil {
		return err
	}
	switch f := v.r.PostForm; {
	case f.Has("roles"):
		var grants []access.Grant
		if grants, err = v.grantsOf(f.Get("roles")); err == nil {
			err = v.desk.SetGrants(v.ctx(), v.who, id, grants)
		}
	case f.Has("disabled"):
		err = v.desk.SetDisabled(v.ctx(), v.who, id, f.Get("disabled") == "yes")
	default:
		err = errorf(desk.ErrInvalid, "nothing is to change")
	}
	if err != nil {
		return err
	}
	return v.back("/admin", "Saved.")
}

func (v *visit) invite() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	who, err := v.desk.Person(v.ctx(), v.who, id)
	if err != nil {
		return err
	}
	link, err := v.people.Invite(v.ctx(), v.who, id)
	if err != nil {
		return err
	}
	return v.showPeople(link, who.Login)
}

type tokensPage struct {
	Tab    string
	Tokens []desk.Token
	Names  map[int64]string
	Can    map[string]bool
}

func (v *visit) allTokens() error {
	tokens, err := v.desk.Tokens(v.ctx(), v.who, 0)
	if err != nil {
		return err
	}
	people, err := v.desk.People(v.ctx(), v.who)
	if err != nil {
		return err
	}
	p := tokensPage{Tab: "tokens", Tokens: tokens, Names: map[int64]string{}, Can: rights(v.who)}
	for _, one := range people {
		p.Names[one.ID] = one.Login
	}
	return v.show(http.StatusOK, "tokens", sheet{Title: "Tokens", Nav: "admin", Body: p})
}

func (v *visit) revokeToken() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	if err := v.form(); err != nil {
		return err
	}
	if err := v.desk.RevokeToken(v.ctx(), v.who, id); err != nil {
		return err
	}
	return v.back("/profile", "Token "+strconv.FormatInt(id, 10)+" is worth nothing now.")
}
