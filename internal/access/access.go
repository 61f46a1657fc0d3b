// Package access says who may do what: the one table of roles and actions, asked by every read and every write of the register.
//
// It is pure: who somebody is was found out before (see package people), and what is wanted comes as values. What it does not allow is refused.
package access

import (
	"errors"
	"fmt"
	"slices"
)

// Role is what somebody is to a team, or to all of them.
type Role string

// The roles.
const (
	// Viewer reads.
	Viewer Role = "viewer"
	// Developer reads and works on findings: acknowledges, takes, says fixed.
	Developer Role = "developer"
	// Lead also decides: false positive, accepted, later days, the team's assets.
	Lead Role = "lead"
	// Security does so for all teams, and sets up assets, teams and policies, reads the log and brings reports in.
	Security Role = "security"
	// Admin does everything, people and tokens included.
	Admin Role = "admin"
	// Auditor reads everything, the log included, and writes nothing.
	Auditor Role = "auditor"
	// Pipeline brings reports in and reads what became of them, and nothing else.
	Pipeline Role = "pipeline"
)

// Roles lists all roles, from the least.
func Roles() []Role { return []Role{Pipeline, Viewer, Developer, Lead, Auditor, Security, Admin} }

// Action is something to do.
type Action string

// The actions.
const (
	Read      Action = "read"      // findings, assets, metrics
	Import    Action = "import"    // bring a report in
	Triage    Action = "triage"    // acknowledge, take, say fixed, comment, assign
	Decide    Action = "decide"    // false positive, accept a risk, commit to a later day, merge and split
	Configure Action = "configure" // an asset: its team, criticality, context
	Organise  Action = "organise"  // teams, policies, hooks, assets of nobody
	Inspect   Action = "inspect"   // the log, its export, its signature, imports of all
	Govern    Action = "govern"    // people, roles, tokens of others, settings, retention
	Own       Action = "own"       // one's own views, password, tokens
)

// Actions lists all actions.
func Actions() []Action {
	return []Action{Read, Import, Triage, Decide, Configure, Organise, Inspect, Govern, Own}
}

// table is what each role may do where it holds.
var table = map[Role][]Action{
	Pipeline:  {Import},
	Viewer:    {Read, Own},
	Developer: {Read, Triage, Own},
	Lead:      {Read, Triage, Decide, Configure, Import, Own},
	Auditor:   {Read, Inspect, Own},
	Security:  {Read, Triage, Decide, Configure, Import, Organise, Inspect, Own},
	Admin:     {Read, Triage, Decide, Configure, Import, Organise, Inspect, Govern, Own},
}

// everywhere are the actions that are about no team: a role gives them only where it holds for all teams.
var everywhere = []Action{Organise, Inspect, Govern}

// Grant is a role in a team; team 0 is all teams and what belongs to nobody.
type Grant struct {
	Role Role  `json:"role"`
	Team int64 `json:"team,omitempty"`
}

// Valid tells whether the grant makes sense.
func (g Grant) Valid() error {
	if _, ok := table[g.Role]; !ok {
		return fmt.Errorf("role %q: want one of %v", g.Role, Roles())
	}
	if g.Team != 0 && slices.Contains([]Role{Security, Admin, Auditor}, g.Role) {
		return fmt.Errorf("role %s is for all teams and not for one", g.Role)
	}
	return nil
}

// Principal is whoever wants something.
type Principal struct {
	// Person is the person's id, 0 for a pipeline.
	Person int64
	// Name is what the log calls them: a login, or "ci:repository:shop".
	Name string
	// Title is what people read.
	Title string
	// Grants are what they were given.
	Grants []Grant
	// Only are the actions that a token was made for; nil is all that the grants allow.
	Only []Action
	// Asset is the one asset that a pipeline's token is for, by its name among assets; "" is any.
	Asset string
}

// Object is what something is wanted of.
type Object struct {
	// Team owns it, 0 for nobody.
	Team int64
	// Asset is its name among assets, where it is about one.
	Asset string
}

// The answers that are no.
var (
	// ErrDenied says that they may see it and may not do that.
	ErrDenied = errors.New("not allowed")
	// ErrHidden says that they may not know that it is there.
	ErrHidden = errors.New("not found")
)

// Check tells whether somebody may do something to an object: nil, ErrDenied, or ErrHidden where they may not even read it.
func (p Principal) Check(a Action, o Object) error {
	if p.may(a, o) {
		return nil
	}
	if a == Read || !p.may(Read, o) {
		return ErrHidden
	}
	return fmt.Errorf("%w: it takes %s", ErrDenied, needs(a))
}

func (p Principal) may(a Action, o Object) bool {
	if p.Only != nil && !slices.Contains(p.Only, a) {
		return false
	}
	if p.Asset != "" && o.Asset != p.Asset {
		return false
	}
	for _, g := range p.Grants {
		if g.Team != 0 && (g.Team != o.Team || slices.Contains(everywhere, a)) {
			continue
		}
		if slices.Contains(table[g.Role], a) {
			return true
		}
	}
	return false
}

// Can tells whether somebody may do something that is about no object in particular.
func (p Principal) Can(a Action) error {
	if p.Only != nil && !slices.Contains(p.Only, a) {
		return fmt.Errorf("%w: the token was not made for it (it can %v)", ErrDenied, p.Only)
	}
	for _, g := range p.Grants {
		if slices.Contains(table[g.Role], a) && (g.Team == 0 || !slices.Contains(everywhere, a)) {
			return nil
		}
	}
	return fmt.Errorf("%w: it takes %s", ErrDenied, needs(a))
}

// Teams are the teams whose things somebody may read; all tells that it is every team and what belongs to nobody.
func (p Principal) Teams() (teams []int64, all bool) {
	if p.Asset != "" || p.Only != nil && !slices.Contains(p.Only, Read) {
		return nil, false
	}
	for _, g := range p.Grants {
		if !slices.Contains(table[g.Role], Read) {
			continue
		}
		if g.Team == 0 {
			return nil, true
		}
		teams = append(teams, g.Team)
	}
	slices.Sort(teams)
	return slices.Compact(teams), false
}

// needs names the roles that an action takes.
func needs(a Action) string {
	var names []string
	for _, r := range Roles() {
		if slices.Contains(table[r], a) {
			names = append(names, string(r))
		}
	}
	text := ""
	for i, n := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			text += " or "
		default:
			text += ", "
		}
		text += n
	}
	return "the role " + text
}
