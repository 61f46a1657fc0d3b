package desk

import (
	"context"

	"github.com/reevehq/reeve/internal/access"
)

// Me is who somebody is to the register, and what they may do.
type Me struct {
	// Person is their id, 0 for a pipeline. Name is what the log calls them, Title what people read.
	Person int64  `json:"person,omitempty"`
	Name   string `json:"name"`
	Title  string `json:"title,omitempty"`
	// Roles are what they were given.
	Roles []Role `json:"roles"`
	// Actions are what they may do somewhere: what a token was not made for is not among them.
	Actions []access.Action `json:"actions"`
	// Asset is the one asset that a pipeline's token is for, as kind:name; "" is any.
	Asset string `json:"asset,omitempty"`
}

// Role is a role in a team.
type Role struct {
	Role access.Role `json:"role"`
	// Team is a slug, "" for all teams.
	Team string `json:"team,omitempty"`
}

// Me says who somebody is.
func (d *Desk) Me(ctx context.Context, p access.Principal) (Me, error) {
	w, err := d.reg.World(ctx)
	if err != nil {
		return Me{}, err
	}
	me := Me{Person: p.Person, Name: p.Name, Title: p.Title, Roles: []Role{}, Actions: []access.Action{}, Asset: p.Asset}
	for _, g := range p.Grants {
		role := Role{Role: g.Role}
		if t := w.Teams[g.Team]; t != nil {
			role.Team = t.Slug
		} else if g.Team != 0 {
			continue // the team is gone
		}
		me.Roles = append(me.Roles, role)
	}
	for _, a := range access.Actions() {
		if p.Can(a) == nil {
			me.Actions = append(me.Actions, a)
		}
	}
	return me, nil
}
