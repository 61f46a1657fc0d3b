package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/register"
)

// Person is somebody who may sign in, as the log has it. A password's hash is kept elsewhere.
type Person struct {
	ID int64 `json:"-"`
	// Login is what they sign in with and what the log calls them. It never changes.
	Login string `json:"-"`
	// Name is what people read, Email is in lower case. Only admins and the provider set an address, since sign-ins may be linked by it.
	Name  string `json:"name,omitempty"`
	Email string `json:"email,omitempty"`
	// Grants are what admins gave, Given what the provider's groups gave at the last sign-in.
	Grants []access.Grant `json:"grants,omitempty"`
	Given  []access.Grant `json:"given,omitempty"`
	// Subject is who they are to the provider: its issuer, a space, and the subject there. Groups are those of their groups that give something.
	Subject string   `json:"subject,omitempty"`
	Groups  []string `json:"groups,omitempty"`
	// Disabled keeps them out. People are never removed, because the log names them.
	Disabled bool `json:"disabled,omitempty"`
}

// Principal is the person as somebody who wants something, with all that was given to them.
func (p *Person) Principal() access.Principal {
	all := slices.Clone(p.Grants)
	for _, g := range p.Given {
		if !slices.Contains(all, g) {
			all = append(all, g)
		}
	}
	return access.Principal{Person: p.ID, Name: p.Login, Title: cmp.Or(p.Name, p.Login), Grants: all}
}

// governs tells an admin who may come in.
func (p *Person) governs() bool {
	who := p.Principal()
	return !p.Disabled && who.Can(access.Govern) == nil
}

// PersonIn gives a person of a world; ErrNotFound says that there is none.
func PersonIn(w *register.World, id int64) (Person, error) {
	e, ok := w.Others[register.KindPerson][id]
	if !ok {
		return Person{}, fmt.Errorf("person %d: %w", id, ErrNotFound)
	}
	p := Person{ID: id, Login: e.Name}
	if err := json.Unmarshal(e.Doc, &p); err != nil {
		return p, fmt.Errorf("person %d: %w", id, err)
	}
	return p, nil
}

// PeopleIn gives all people of a world, by login.
func PeopleIn(w *register.World) ([]Person, error) {
	var out []Person
	for id := range w.Others[register.KindPerson] {
		p, err := PersonIn(w, id)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Person) int { return strings.Compare(a.Login, b.Login) })
	return out, nil
}

// People lists everybody. Admins and those who read the log may see it.
func (d *Desk) People(ctx context.Context, p access.Principal) ([]Person, error) {
	if err := inspects(p); err != nil {
		return nil, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return nil, err
	}
	return PeopleIn(w)
}

// Person gives one person: oneself, or anybody for those who may list people. For others there is nobody else.
func (d *Desk) Person(ctx context.Context, p access.Principal, id int64) (Person, error) {
	if id == 0 || id != p.Person || p.Can(access.Own) != nil {
		if err := inspects(p); err != nil {
			return Person{}, fmt.Errorf("person %d: %w", id, ErrNotFound)
		}
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return Person{}, err
	}
	return PersonIn(w, id)
}

// inspects lets those in who govern and those who read the log.
func inspects(p access.Principal) error {
	if p.Can(access.Inspect) == nil {
		return nil
	}
	return p.Can(access.Govern)
}

// AddPerson adds somebody by login; of the rest, Name, Email and Grants count. They get in by an invitation (see package people) or the provider.
func (d *Desk) AddPerson(ctx context.Context, p access.Principal, add Person) (int64, error) {
	if err := p.Can(access.Govern); err != nil {
		return 0, err
	}
	fresh := Person{Login: add.Login, Name: add.Name, Email: strings.ToLower(add.Email), Grants: add.Grants}
	w, err := d.reg.World(ctx)
	if err != nil {
		return 0, err
	}
	if err := fresh.check(w); err != nil {
		return 0, err
	}
	return d.putPerson(ctx, p.Name, "added", fresh)
}

// SetGrants gives somebody roles instead of those that admins gave before. Nobody changes their own, and the last admin stays one.
func (d *Desk) SetGrants(ctx context.Context, p access.Principal, id int64, grants []access.Grant) error {
	return d.changePerson(ctx, p, id, "roles", func(who *Person) { who.Grants = grants })
}

// SetDisabled keeps somebody out, at once and with all their tokens, or lets them in again, after a new sign-in and with the tokens that were not
// revoked. Nobody does it to themselves or to the last admin.
func (d *Desk) SetDisabled(ctx context.Context, p access.Principal, id int64, disabled bool) error {
	why := "let in again"
	if disabled {
		why = "disabled"
	}
	err := d.changePerson(ctx, p, id, why, func(who *Person) { who.Disabled = disabled })
	if err != nil || !disabled {
		return err
	}
	_, err = d.reg.Store().EndSessions(ctx, id, nil) // they get in no longer, and must not when they are let in again
	return err
}

// changePerson changes what somebody may do, while nobody else does so to anybody.
func (d *Desk) changePerson(ctx context.Context, p access.Principal, id int64, why string, change func(*Person)) error {
	if err := p.Can(access.Govern); err != nil {
		return err
	}
	if id == p.Person {
		return fmt.Errorf("%w: nobody changes what they themselves may do: ask another admin", access.ErrDenied)
	}
	return d.reg.Store().Exclusive(ctx, func() error {
		w, err := d.reg.World(ctx)
		if err != nil {
			return err
		}
		who, err := PersonIn(w, id)
		if err != nil {
			return err
		}
		governed := who.governs()
		change(&who)
		if err := who.check(w); err != nil {
			return err
		}
		if governed && !who.governs() {
			if err := othersGovern(w, id); err != nil {
				return err
			}
		}
		_, err = d.putPerson(ctx, p.Name, why, who)
		return err
	})
}

// othersGovern tells whether somebody else is an admin.
func othersGovern(w *register.World, but int64) error {
	people, err := PeopleIn(w)
	if err != nil {
		return err
	}
	for i := range people {
		if people[i].ID != but && people[i].governs() {
			return nil
		}
	}
	return fmt.Errorf("%w: this is the last admin: make somebody else one first", ErrConflict)
}

// Describe says what people read and, where an admin does it, the mail address (nil leaves it). Everybody may name themselves.
func (d *Desk) Describe(ctx context.Context, p access.Principal, id int64, name string, email *string) error {
	if id != p.Person || id == 0 || email != nil {
		if err := p.Can(access.Govern); err != nil {
			return err
		}
	} else if err := p.Can(access.Own); err != nil {
		return err
	}
	return d.reg.Store().Exclusive(ctx, func() error {
		w, err := d.reg.World(ctx)
		if err != nil {
			return err
		}
		who, err := PersonIn(w, id)
		if err != nil {
			return err
		}
		who.Name = name
		if email != nil {
			who.Email = strings.ToLower(*email)
		}
		if err := who.check(w); err != nil {
			return err
		}
		_, err = d.putPerson(ctx, p.Name, "described", who)
		return err
	})
}

// putPerson writes a person into the log.
func (d *Desk) putPerson(ctx context.Context, actor, why string, who Person) (int64, error) {
	ids, err := d.reg.Put(ctx, actor, why, register.Set{Kind: register.KindPerson, ID: who.ID, Name: who.Login, Doc: who})
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

var login = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9][a-z0-9._@+-]{0,98}$`) })

// reserved are names that the log uses for what no person did.
func reserved() []string {
	return []string{"reeve", "system", "unknown", "sign-in", "clock", "worker", "feed", "ci"}
}

// CheckLogin tells whether somebody may be called that: lower-case letters, digits and . _ @ + -, at most 99 of them.
func CheckLogin(name string) error {
	if !login().MatchString(name) {
		return fmt.Errorf("%w: login %.100q: want lower-case letters, digits and . _ @ + -, at most 99", ErrInvalid, name)
	}
	if slices.Contains(reserved(), name) {
		return fmt.Errorf("%w: login %q: the log uses it for what no person did", ErrInvalid, name)
	}
	return nil
}

// maxGrants is how many roles somebody can have.
const maxGrants = 200

// check tells whether a person makes sense.
func (p *Person) check(w *register.World) error {
	if p.ID == 0 {
		if err := CheckLogin(p.Login); err != nil {
			return err
		}
	}
	if err := CheckLine("name", p.Name, 200); err != nil {
		return err
	}
	if p.Email != "" {
		if err := CheckEmail(p.Email); err != nil {
			return err
		}
	}
	if len(p.Grants) > maxGrants {
		return fmt.Errorf("%w: at most %d roles a person", ErrInvalid, maxGrants)
	}
	for _, g := range p.Grants {
		if err := g.Valid(); err != nil {
			return fmt.Errorf("%w: %w", ErrInvalid, err)
		}
		if g.Team != 0 && w.Teams[g.Team] == nil {
			return fmt.Errorf("team %d: %w", g.Team, ErrNotFound)
		}
	}
	return nil
}

// CheckEmail tells whether a text is a mail address and nothing else.
func CheckEmail(text string) error {
	if a, err := mail.ParseAddress(text); err != nil || a.Address != text || len(text) > 254 {
		return fmt.Errorf("%w: mail address %.100q", ErrInvalid, text)
	}
	return nil
}

// CheckLine tells whether a text is one line that can be shown, of at most limit bytes.
func CheckLine(what, text string, limit int) error {
	if len(text) > limit || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return fmt.Errorf("%w: %s: want one line of at most %d bytes", ErrInvalid, what, limit)
	}
	return nil
}
