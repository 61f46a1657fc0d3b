package people

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
)

// Mapping gives a role to a group of the provider.
type Mapping struct {
	// Group is the group as the provider calls it; "*" is everybody whom the provider lets in.
	Group string
	// Role is given, in the team of that name, "" for all teams.
	Role access.Role
	Team string
}

// ParseMapping reads a mapping in the form "group = role" or "group = role@team".
func ParseMapping(text string) (Mapping, error) {
	at := strings.LastIndex(text, "=") // names of groups may hold one
	if at < 0 {
		return Mapping{}, fmt.Errorf("mapping %.200q: want group = role or group = role@team", text)
	}
	role, team, inTeam := strings.Cut(strings.TrimSpace(text[at+1:]), "@")
	m := Mapping{Group: strings.TrimSpace(text[:at]), Role: access.Role(strings.TrimSpace(role)), Team: strings.TrimSpace(team)}
	g := access.Grant{Role: m.Role}
	if inTeam {
		g.Team = 1 // some team
	}
	if m.Group == "" || inTeam && m.Team == "" {
		return Mapping{}, fmt.Errorf("mapping %.200q: want group = role or group = role@team", text)
	}
	if err := g.Valid(); err != nil {
		return Mapping{}, fmt.Errorf("mapping %.200q: %w", text, err)
	}
	return m, nil
}

// given is what groups give, and which of them give something. A team that is not there gives nothing.
func (o *OIDC) given(w *register.World, groups []string) (grants []access.Grant, giving []string) {
	for _, m := range o.Mappings {
		if m.Group != "*" && !slices.Contains(groups, m.Group) {
			continue
		}
		g := access.Grant{Role: m.Role}
		if m.Team != "" {
			if g.Team = w.ID(register.KindTeam, m.Team); g.Team == 0 {
				continue
			}
		}
		if m.Group != "*" && !slices.Contains(giving, m.Group) {
			giving = append(giving, m.Group)
		}
		if !slices.Contains(grants, g) {
			grants = append(grants, g)
		}
	}
	return grants, giving
}

// bySubject finds a person by who they are to a provider.
func bySubject(w *register.World, subject string) (desk.Person, bool, error) {
	people, err := desk.PeopleIn(w)
	if err != nil {
		return desk.Person{}, false, err
	}
	at := slices.IndexFunc(people, func(p desk.Person) bool { return p.Subject == subject })
	if at < 0 {
		return desk.Person{}, false, nil
	}
	return people[at], true, nil
}

// admit finds the person that a provider speaks of, or adds them where their groups give them something, and puts right what it says of them. It
// gives a code for Said where they are not let in.
func (k *Keeper) admit(ctx context.Context, id identity) (person int64, said string, err error) {
	err = k.db.Exclusive(ctx, func() error {
		said = ""
		w, err := k.reg.World(ctx)
		if err != nil {
			return err
		}
		who, known, err := bySubject(w, id.Subject)
		if err == nil && !known {
			who, known, err = k.byMail(w, id)
		}
		if err != nil {
			return err
		}
		if who.Disabled {
			said = "disabled"
			return nil
		}
		before := who
		who.Subject = id.Subject
		who.Given, who.Groups = k.opt.OIDC.given(w, id.Groups)
		if id.Name != "" {
			who.Name = id.Name
		}
		if id.Verified {
			who.Email = id.Email
		}
		if !known {
			if len(who.Given) == 0 {
				said = "norole"
				return nil
			}
			who.Login = freeLogin(w, id)
		}
		person = who.ID
		if known && reflect.DeepEqual(before, who) {
			return nil
		}
		ids, err := k.reg.Put(ctx, actor, "signed in at the provider", register.Set{Kind: register.KindPerson, ID: who.ID, Name: who.Login, Doc: who})
		if err == nil {
			person = ids[0]
		}
		return err
	})
	return person, said, err
}

// byMail finds the one person whose address the provider has verified, where that is wanted and they are nobody to a provider yet.
func (k *Keeper) byMail(w *register.World, id identity) (desk.Person, bool, error) {
	if !k.opt.OIDC.LinkByMail || !id.Verified {
		return desk.Person{}, false, nil
	}
	people, err := desk.PeopleIn(w)
	if err != nil {
		return desk.Person{}, false, err
	}
	var found []desk.Person
	for _, p := range people {
		if p.Email == id.Email {
			found = append(found, p)
		}
	}
	if len(found) != 1 || found[0].Subject != "" { // two of one address: nobody is guessed
		return desk.Person{}, false, nil
	}
	return found[0], true, nil
}

// freeLogin makes a login that nobody has from what the provider calls somebody.
func freeLogin(w *register.World, id identity) string {
	local, _, _ := strings.Cut(id.Email, "@")
	for _, name := range []string{id.Login, local, id.Name, "person"} {
		name = strings.Map(func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z', r >= '0' && r <= '9', strings.ContainsRune("._@+-", r):
				return r
			case r == ' ':
				return '.'
			}
			return -1
		}, strings.ToLower(name))
		name = strings.TrimLeft(name, "._@+-")
		name = name[:min(len(name), 90)]
		if name == "" {
			continue
		}
		for n := 1; n < 1000; n++ {
			free := name
			if n > 1 {
				free = fmt.Sprintf("%s-%d", name, n)
			}
			if w.ID(register.KindPerson, free) == 0 && desk.CheckLogin(free) == nil {
				return free
			}
		}
	}
	return "person-" + strings.ToLower(random()[:10])
}

// regroup gives people what their groups give by the mappings as they are now: an operator who changed them need not wait for the next sign-ins.
func (k *Keeper) regroup(ctx context.Context) error {
	return k.db.Exclusive(ctx, func() error {
		w, err := k.reg.World(ctx)
		if err != nil {
			return err
		}
		people, err := desk.PeopleIn(w)
		if err != nil {
			return err
		}
		var sets []register.Set
		for _, p := range people {
			if !strings.HasPrefix(p.Subject, k.opt.OIDC.Issuer+" ") {
				continue
			}
			now, _ := k.opt.OIDC.given(w, p.Groups)
			if !slices.Equal(now, p.Given) {
				p.Given = now
				sets = append(sets, register.Set{Kind: register.KindPerson, ID: p.ID, Name: p.Login, Doc: p})
			}
		}
		if len(sets) == 0 {
			return nil
		}
		_, err = k.reg.Put(ctx, actor, "the mappings of groups changed", sets...)
		return err
	})
}
