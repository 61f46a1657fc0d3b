package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/people"
)

// People says who a visitor is and how they get in. A *people.Keeper is one.
type People interface {
	// Who says who a request comes from; people.ErrAnonymous where that is nobody.
	Who(r *http.Request) (access.Principal, error)
	// Methods are the ways to sign in, LinkFor tells whom a link for a password is for.
	Methods() []people.Method
	LinkFor(ctx context.Context, link string) (who desk.Person, first bool, err error)
	// Invite makes such a link, Sessions lists where somebody is signed in.
	Invite(ctx context.Context, p access.Principal, person int64) (string, error)
	Sessions(r *http.Request, p access.Principal, person int64) ([]people.Session, error)
}

// loginPage shows the ways to sign in.
type loginPage struct {
	Methods []people.Method
	Said    string
	// Good tells that what is said is no refusal.
	Good bool
	Next string
}

func (p *pages) login(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	said := asked.Get("said")
	body := loginPage{Methods: p.people.Methods(), Said: people.Said(said), Good: said == "out", Next: local(asked.Get("next"), "/")}
	p.outside(w, r, "login", sheet{Title: "Sign in", Body: body})
}

// linkPage lets somebody set a password.
type linkPage struct {
	Link, Said string
	// First tells that it makes the first admin, who chooses a login; else Login has one.
	First bool
	Login string
	// Dead tells that the link does not count (any more).
	Dead bool
}

func (p *pages) first(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	body := linkPage{Link: asked.Get("link"), Said: people.Said(asked.Get("said"))}
	who, first, err := p.people.LinkFor(r.Context(), body.Link)
	switch {
	case errors.Is(err, desk.ErrNotFound):
		body.Dead, body.Said = true, cmp.Or(body.Said, people.Said("link"))
	case err != nil:
		p.opt.Log.Error("a page broke", "path", r.URL.Path, "error", err)
		body.Dead, body.Said = true, "This cannot be answered now: try again in a minute."
	}
	body.First, body.Login = first, who.Login
	p.outside(w, r, "first", sheet{Title: "Choose a password", Body: body})
}

// outside shows a page to somebody who is not signed in.
func (p *pages) outside(w http.ResponseWriter, r *http.Request, name string, s sheet) {
	if err := p.show(w, r, http.StatusOK, name, s); err != nil {
		p.opt.Log.Error("a page broke", "path", r.URL.Path, "error", err)
		http.Error(w, "something broke here; it was noted in the server's log", http.StatusInternalServerError)
	}
}
