package desk

import (
	"context"
	"fmt"
	"net/mail"
	"strings"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/owner"
	"github.com/reevehq/reeve/internal/register"
)

// Team is a group of people who own things.
type Team struct {
	ID int64 `json:"id"`
	// Slug is its name in addresses and queries, which it keeps; Name is what people read.
	Slug string `json:"slug"`
	Name string `json:"name"`
	// Aliases are what files of owners call it: "@org/payments", a mail address.
	Aliases []string `json:"aliases,omitempty"`
	// Contact are the mail addresses to which escalations go. Only who may see the team's findings is told.
	Contact []string `json:"contact,omitempty"`
	// Assets is how many it owns, Active how many findings it has to work on; both only as far as whoever asks may see them.
	Assets int    `json:"assets"`
	Active Levels `json:"active"`
}

// Teams lists teams by slug. All who may read know which teams there are, as they may have to name one.
func (d *Desk) Teams(ctx context.Context, p access.Principal, s Slice) (Page[Team], error) {
	q, err := d.query(ctx, p, "state:active")
	if err != nil {
		return Page[Team]{}, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return Page[Team]{}, err
	}
	all := make([]Team, 0, len(w.Teams))
	for _, t := range w.Teams {
		all = append(all, teamOf(p, t))
	}
	page, err := paged(all, s, func(t *Team) string { return t.Slug })
	if err != nil {
		return page, err
	}
	d.countTeams(w, p, q, page.Items)
	return page, nil
}

// countTeams fills in what teams own.
func (d *Desk) countTeams(w *register.World, p access.Principal, q facet.Query, teams []Team) {
	at := map[string]*Team{}
	for i := range teams {
		at[teams[i].Slug] = &teams[i]
	}
	for _, a := range w.Assets {
		if t := w.Teams[a.Team]; t != nil && at[t.Slug] != nil && p.Check(access.Read, objectOf(a)) == nil {
			at[t.Slug].Assets++
		}
	}
	for _, g := range d.index.Count(q, d.now(), facet.Team, facet.Level) {
		if t := at[g.By[0].Label]; t != nil {
			t.Active.add(g.By[1].Value, g.Count)
		}
	}
}

// Team gives one team by its slug.
func (d *Desk) Team(ctx context.Context, p access.Principal, slug string) (*Team, error) {
	q, err := d.query(ctx, p, "state:active")
	if err != nil {
		return nil, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return nil, err
	}
	t := w.Teams[w.ID(register.KindTeam, slug)]
	if t == nil {
		return nil, fmt.Errorf("team %q: %w", slug, ErrNotFound)
	}
	out := []Team{teamOf(p, t)}
	d.countTeams(w, p, q, out)
	return &out[0], nil
}

func teamOf(p access.Principal, t *register.Team) Team {
	out := Team{ID: t.ID, Slug: t.Slug, Name: t.Name, Aliases: t.Aliases}
	if p.Check(access.Read, access.Object{Team: t.ID}) == nil {
		out.Contact = t.Contact
	}
	return out
}

// TeamChange is a team as it shall be.
type TeamChange struct {
	// Name is what people read.
	Name string `json:"name"`
	// Aliases are what files of owners call it: "@org/payments", a mail address.
	Aliases []string `json:"aliases,omitempty"`
	// Contact are the mail addresses to which escalations go.
	Contact []string `json:"contact,omitempty"`
}

const maxAliases, maxContacts = 200, 50

// SetTeam makes a team, or changes the one of that slug.
func (d *Desk) SetTeam(ctx context.Context, p access.Principal, slug string, c TeamChange) (int64, error) {
	if err := p.Can(access.Organise); err != nil {
		return 0, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return 0, err
	}
	if err := c.check(w, slug); err != nil {
		return 0, err
	}
	doc := register.Team{Name: c.Name, Aliases: c.Aliases, Contact: c.Contact}
	ids, err := d.reg.Put(ctx, p.Name, "", register.Set{Kind: register.KindTeam, ID: w.ID(register.KindTeam, slug), Name: slug, Doc: doc})
	if err != nil {
		return 0, err
	}
	return ids[0], d.sync(ctx)
}

func (c *TeamChange) check(w *register.World, slug string) error {
	switch {
	case slug == "none" || slug == "any" || strings.HasPrefix(slug, "."):
		return fmt.Errorf("%w: queries use the word %q for something else: give the team another slug", ErrInvalid, slug)
	case strings.TrimSpace(c.Name) == "":
		return fmt.Errorf("%w: a team needs a name that people read", ErrInvalid)
	case len(c.Aliases) > maxAliases || len(c.Contact) > maxContacts:
		return fmt.Errorf("%w: a team has at most %d aliases and %d addresses", ErrInvalid, maxAliases, maxContacts)
	}
	for _, text := range append([]string{c.Name}, c.Aliases...) {
		if err := CheckLine("name or alias", text, 200); err != nil {
			return err
		}
	}
	for _, text := range c.Contact {
		if a, err := mail.ParseAddress(text); err != nil || a.Address != text || len(text) > 254 {
			return fmt.Errorf("%w: contact %q: want a mail address alone", ErrInvalid, text)
		}
	}
	teams := []owner.Team{{Slug: slug, Aliases: c.Aliases}}
	for _, t := range w.Teams {
		if t.Slug != slug {
			teams = append(teams, owner.Team{Slug: t.Slug, Aliases: t.Aliases})
		}
	}
	if _, err := owner.NewTeams(teams); err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return nil
}

// DropTeam removes a team that owns nothing any more.
func (d *Desk) DropTeam(ctx context.Context, p access.Principal, slug string) error {
	if err := p.Can(access.Organise); err != nil {
		return err
	}
	q, err := d.query(ctx, p, "")
	if err != nil {
		return err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return err
	}
	id := w.ID(register.KindTeam, slug)
	if id == 0 {
		return fmt.Errorf("team %q: %w", slug, ErrNotFound)
	}
	assets := 0
	for _, a := range w.Assets {
		if a.Team == id {
			assets++
		}
	}
	if q, err = q.With(facet.Team, fmt.Sprintf("#%d", id)); err != nil {
		return err
	}
	findings := 0
	for _, g := range d.index.Count(q, d.now()) {
		findings += g.Count
	}
	if assets+findings > 0 {
		return fmt.Errorf("%w: team %q owns %d assets and %d findings: give them to another team first", ErrConflict, slug, assets, findings)
	}
	return d.drop(ctx, p, register.KindTeam, slug, id)
}

// drop removes something with a name.
func (d *Desk) drop(ctx context.Context, p access.Principal, kind, name string, id int64) error {
	if _, err := d.reg.Put(ctx, p.Name, "removed", register.Set{Kind: kind, ID: id, Name: name, Doc: struct{}{}, Drop: true}); err != nil {
		return err
	}
	return d.sync(ctx)
}
