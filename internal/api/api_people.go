package api

import (
	"context"
	"net/http"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/people"
)

// person is somebody who may sign in.
type person struct {
	ID int64 `json:"id"`
	// Login is what they sign in with and what the log calls them.
	Login string `json:"login"`
	desk.Person
}

func personOf(p desk.Person) person { return person{ID: p.ID, Login: p.Login, Person: p} }

// persons are people by login.
type persons struct {
	Items []person `json:"items"`
	// Total is how many there are.
	Total int `json:"total"`
}

type newPersonInput struct {
	Body struct {
		Login  string         `json:"login" minLength:"1" maxLength:"99" doc:"What they sign in with: lower-case letters, digits and . _ @ + -. It never changes."`
		Name   string         `json:"name,omitempty" maxLength:"200" doc:"What people read."`
		Email  string         `json:"email,omitempty" maxLength:"254" doc:"Their mail address."`
		Grants []access.Grant `json:"grants,omitempty" maxItems:"200" doc:"What they may do, and in which team (0 is all)."`
	}
}

type changePersonInput struct {
	ByID
	Body struct {
		Name     *string         `json:"name,omitempty" maxLength:"200" doc:"What people read. Everybody may name themselves."`
		Email    *string         `json:"email,omitempty" maxLength:"254" doc:"Their mail address."`
		Grants   *[]access.Grant `json:"grants,omitempty" maxItems:"200" doc:"What they may do, instead of what admins gave before."`
		Disabled *bool           `json:"disabled,omitempty" doc:"Keeps them out, at once and with all their tokens."`
	}
}

// people adds the operations about people.
func (a *API) people() {
	answers(a, operation{
		address: "GET /me", id: "getMe", tag: "People", summary: "Who am I",
		text: "Who you are to the register, and what you may do.",
	}, func(ctx context.Context, p access.Principal, _ *struct{}) (desk.Me, error) { return a.desk.Me(ctx, p) })
	answers(a, operation{
		address: "GET /people", id: "listPeople", tag: "People", summary: "List people",
		text: "Everybody who may sign in, by login. For admins and those who read the log.",
	}, func(ctx context.Context, p access.Principal, _ *struct{}) (persons, error) {
		all, err := a.desk.People(ctx, p)
		out := persons{Items: make([]person, 0, len(all)), Total: len(all)}
		for _, one := range all {
			out.Items = append(out.Items, personOf(one))
		}
		return out, err
	})
	answers(a, operation{
		address: "POST /people", id: "addPerson", tag: "People", summary: "Add a person", status: http.StatusCreated,
		text:    "Adds somebody by login. They get in by an invitation or by the provider.",
		example: map[string]any{"login": "ada", "name": "Ada", "grants": []any{map[string]any{"role": "lead", "team": 7}}},
	}, func(ctx context.Context, p access.Principal, in *newPersonInput) (made, error) {
		b := &in.Body
		id, err := a.desk.AddPerson(ctx, p, desk.Person{Login: b.Login, Name: b.Name, Email: b.Email, Grants: b.Grants})
		return made{id}, err
	})
	answers(a, operation{
		address: "GET /people/{id}", id: "getPerson", tag: "People", summary: "Get a person", text: "One person: yourself, or anybody for those who may list people.",
	}, func(ctx context.Context, p access.Principal, in *ByID) (person, error) {
		one, err := a.desk.Person(ctx, p, in.ID)
		return personOf(one), err
	})
	answers(a, operation{
		address: "PATCH /people/{id}", id: "changePerson", tag: "People", summary: "Change a person",
		text:    "Changes what somebody is called and what they may do; what is left out stays as it is. Nobody changes their own roles, and the last admin stays one.",
		example: map[string]any{"grants": []any{map[string]any{"role": "developer", "team": 7}}, "disabled": false},
	}, a.changePerson)
	if a.opt.Sessions != nil {
		a.sessions()
	}
}

// changePerson does what is asked part by part: each is an event of its own in the log.
func (a *API) changePerson(ctx context.Context, p access.Principal, in *changePersonInput) (person, error) {
	b := &in.Body
	if b.Name == nil && b.Email == nil && b.Grants == nil && b.Disabled == nil {
		return person{}, problem(invalid, "nothing is to change")
	}
	if b.Name != nil || b.Email != nil {
		who, err := a.desk.Person(ctx, p, in.ID)
		if err != nil {
			return person{}, err
		}
		if b.Name != nil {
			who.Name = *b.Name
		}
		if err := a.desk.Describe(ctx, p, in.ID, who.Name, b.Email); err != nil {
			return person{}, err
		}
	}
	if b.Grants != nil {
		if err := a.desk.SetGrants(ctx, p, in.ID, *b.Grants); err != nil {
			return person{}, err
		}
	}
	if b.Disabled != nil {
		if err := a.desk.SetDisabled(ctx, p, in.ID, *b.Disabled); err != nil {
			return person{}, err
		}
	}
	who, err := a.desk.Person(ctx, p, in.ID)
	return personOf(who), err
}

// Sessions lists and ends the sessions of browsers.
type Sessions interface {
	// Sessions lists a person's sessions, newest first.
	Sessions(r *http.Request, p access.Principal, person int64) ([]people.Session, error)
	// EndSession ends one by its id.
	EndSession(ctx context.Context, p access.Principal, person int64, id string) error
	// EndSessions ends all but the one that asks, and tells how many.
	EndSessions(r *http.Request, p access.Principal, person int64) (int64, error)
}

// sessionList are sessions, newest first.
type sessionList struct {
	Items []people.Session `json:"items"`
}

// ended tells how many sessions were ended.
type ended struct {
	Ended int64 `json:"ended"`
}

type endSessionInput struct {
	ByID
	Session string `path:"session" maxLength:"64" doc:"The session's id, from the list." example:"5f2b0c9d1e3a4b67"`
}

// sessions adds the operations about sessions.
func (a *API) sessions() {
	answers(a, operation{
		address: "GET /people/{id}/sessions", id: "listSessions", tag: "People", summary: "List sessions",
		text: "The browsers that somebody is signed in with: your own, when you are signed in and do not come with a token, or anybody's for admins.",
	}, func(ctx context.Context, p access.Principal, in *ByID) (sessionList, error) {
		all, err := a.opt.Sessions.Sessions(calling(ctx).request, p, in.ID)
		return sessionList{append([]people.Session{}, all...)}, err
	})
	answers(a, operation{
		address: "DELETE /people/{id}/sessions", id: "endSessions", tag: "People", summary: "End all other sessions",
		text: "Ends all sessions of a person but the one that asks.", status: http.StatusOK,
	}, func(ctx context.Context, p access.Principal, in *ByID) (ended, error) {
		n, err := a.opt.Sessions.EndSessions(calling(ctx).request, p, in.ID)
		return ended{n}, err
	})
	does(a, operation{
		address: "DELETE /people/{id}/sessions/{session}", id: "endSession", tag: "People", summary: "End a session", text: "Ends one session of a person.",
	}, func(ctx context.Context, p access.Principal, in *endSessionInput) error {
		return a.opt.Sessions.EndSession(ctx, p, in.ID, in.Session)
	})
}
