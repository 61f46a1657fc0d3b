package people

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// linkLife is how long a link counts.
const linkLife = 24 * time.Hour

// postLogin signs somebody in by password. Whether the login or the password was wrong is not told, nor by the time it takes.
func (k *Keeper) postLogin(w http.ResponseWriter, r *http.Request) (back, error) {
	login, password := r.PostFormValue("login"), r.PostFormValue("password")
	again := back{page: LoginPage, said: "wrong", query: url.Values{}}
	if next := local(r.PostFormValue("next")); next != "/" {
		again.query.Set("next", next)
	}
	id, wait, err := k.recognise(r, login, password)
	if err != nil {
		return back{}, err
	}
	if wait > 0 {
		again.said = "wait"
		w.Header().Set("Retry-After", seconds(wait.Seconds()))
		return again, nil
	}
	if id == 0 {
		return again, nil
	}
	if err := k.begin(w, r, store.Session{Person: id, Way: wayPassword}); err != nil {
		return back{}, err
	}
	return to(local(r.PostFormValue("next")), ""), nil
}

// recognise finds out whose login and password these are, 0 for nobody's, unless there were too many tries: then it says how long to wait.
func (k *Keeper) recognise(r *http.Request, login, password string) (id int64, wait time.Duration, err error) {
	ctx, addr := r.Context(), k.address(r)
	if wait, err := k.try(ctx, login, addr); err != nil || wait > 0 {
		k.log.Warn("sign-in has to wait", "address", addr.String(), "wait", wait.String())
		return 0, wait, err
	}
	w, err := k.reg.World(ctx)
	if err != nil {
		return 0, 0, err
	}
	id = byLogin(w, login)
	right, err := k.check(ctx, id, password)
	if err != nil {
		return 0, 0, err
	}
	who, err := desk.PersonIn(w, id)
	if !right || err != nil || who.Disabled {
		k.log.Warn("sign-in refused", "address", addr.String(), "person", id)
		return 0, 0, nil
	}
	return id, 0, k.succeed(ctx, login, addr)
}

// postLogout ends the session.
func (k *Keeper) postLogout(w http.ResponseWriter, r *http.Request) (back, error) {
	id := k.held(r)
	if id == nil {
		return to(LoginPage, "out"), nil
	}
	s, err := k.db.Session(r.Context(), id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return back{}, err
	}
	if _, err := k.db.EndSession(r.Context(), id); err != nil {
		return back{}, err
	}
	k.setCookie(w, k.cookie(), "", 0)
	if s.Way == wayOIDC {
		if page := k.providerLogout(r.Context()); page != "" {
			return back{page: page, away: true}, nil
		}
	}
	return to(LoginPage, "out"), nil
}

// postPassword changes one's own password, ends all other sessions and begins a new one.
func (k *Keeper) postPassword(w http.ResponseWriter, r *http.Request) (back, error) {
	s, err := k.session(r)
	if err != nil {
		return back{}, err
	}
	who, err := k.person(r.Context(), s.Person)
	if err != nil {
		return back{}, err
	}
	p := who.Principal()
	if err := p.Can(access.Own); err != nil {
		return back{}, err
	}
	password := r.PostFormValue("new")
	if said := refusal(password, &who); said != "" {
		return to(ProfilePage, said), nil
	}
	id, wait, err := k.recognise(r, who.Login, r.PostFormValue("old"))
	switch {
	case err != nil:
		return back{}, err
	case wait > 0:
		w.Header().Set("Retry-After", seconds(wait.Seconds()))
		return to(ProfilePage, "wait"), nil
	case id != who.ID:
		return to(ProfilePage, "wrong"), nil
	}
	if err := k.setPassword(r.Context(), who.ID, password, nil); err != nil {
		return back{}, err
	}
	return to(ProfilePage, "changed"), k.begin(w, r, store.Session{Person: who.ID, Way: wayPassword})
}

// setPassword keeps a password and ends all sessions.
func (k *Keeper) setPassword(ctx context.Context, person int64, password string, link []byte) error {
	hash, err := k.hash(ctx, password)
	if err != nil {
		return err
	}
	return k.db.SetPassword(ctx, store.Password{Person: person, Hash: hash, Made: k.now().UnixMicro(), Link: link})
}

// postEnd ends one of one's own sessions, or all others where none is named.
func (k *Keeper) postEnd(w http.ResponseWriter, r *http.Request) (back, error) {
	s, err := k.session(r)
	if err != nil {
		return back{}, err
	}
	who, err := k.person(r.Context(), s.Person)
	if err != nil {
		return back{}, err
	}
	p := who.Principal()
	if name := r.PostFormValue("session"); name != "" {
		return to(ProfilePage, "ended"), k.EndSession(r.Context(), p, p.Person, name)
	}
	_, err = k.EndSessions(r, p, p.Person)
	return to(ProfilePage, "ended"), err
}

// Invite makes a link by which somebody sets a password, once and within a day; their earlier links no longer count. Only admins may, not by a
// token, and the log says who did.
func (k *Keeper) Invite(ctx context.Context, p access.Principal, person int64) (string, error) {
	if err := p.Can(access.Govern); err != nil {
		return "", err
	}
	if p.Only != nil {
		return "", fmt.Errorf("%w: a token invites nobody: sign in", access.ErrDenied)
	}
	return k.invite(ctx, p.Name, person)
}

// Recover makes such a link for whoever has a login, without asking who wants it: it is for the operator at the machine, and for no door.
func (k *Keeper) Recover(ctx context.Context, login string) (string, error) {
	w, err := k.reg.World(ctx)
	if err != nil {
		return "", err
	}
	return k.invite(ctx, "system", byLogin(w, login))
}

func (k *Keeper) invite(ctx context.Context, actor string, person int64) (link string, err error) {
	err = k.db.Exclusive(ctx, func() error {
		w, err := k.reg.World(ctx)
		if err != nil {
			return err
		}
		who, err := desk.PersonIn(w, person)
		if err != nil {
			return err
		}
		if who.Disabled || k.opt.NoPasswords {
			return fmt.Errorf("%w: the account or all passwords are switched off", desk.ErrConflict)
		}
		set := register.Set{Kind: register.KindPerson, ID: who.ID, Name: who.Login, Doc: who} // nothing changes: the event is what counts
		if _, err := k.reg.Put(ctx, actor, "invited to set a password", set); err != nil {
			return err
		}
		link, err = k.link(ctx, person)
		return err
	})
	return link, err
}

// FirstLink makes a link by which somebody becomes the first admin, once and within a day. It gives "" where there is an admin who can get in, or
// where nobody has a password.
func (k *Keeper) FirstLink(ctx context.Context) (string, error) {
	if k.opt.NoPasswords {
		return "", nil
	}
	there, err := k.adminIsThere(ctx)
	if err != nil || there {
		return "", err
	}
	return k.link(ctx, 0)
}

func (k *Keeper) link(ctx context.Context, person int64) (string, error) {
	text := desk.NewSecret(desk.LinkPrefix)
	digest, _ := desk.ReadSecret(desk.LinkPrefix, text)
	if err := k.db.AddLink(ctx, digest, person, k.now().Add(linkLife).UnixMicro()); err != nil {
		return "", err
	}
	return k.opt.BaseURL + LinkPage + "?" + url.Values{"link": {text}}.Encode(), nil
}

// adminIsThere tells whether an admin can get in: one who may, and who has a password or is known to the provider.
func (k *Keeper) adminIsThere(ctx context.Context) (bool, error) {
	w, err := k.reg.World(ctx)
	if err != nil {
		return false, err
	}
	people, err := desk.PeopleIn(w)
	if err != nil {
		return false, err
	}
	for i := range people {
		who := people[i].Principal()
		if people[i].Disabled || who.Can(access.Govern) != nil {
			continue
		}
		if people[i].Subject != "" && k.opt.OIDC != nil {
			return true, nil
		}
		if _, err := k.db.Hash(ctx, people[i].ID); err == nil {
			return true, nil
		} else if !errors.Is(err, store.ErrNotFound) {
			return false, err
		}
	}
	return false, nil
}

// LinkFor tells whether a link counts, and whom it is for: first is true for whoever becomes the first admin, who then also chooses a login.
func (k *Keeper) LinkFor(ctx context.Context, link string) (who desk.Person, first bool, err error) {
	digest, ok := desk.ReadSecret(desk.LinkPrefix, link)
	if !ok {
		return who, false, store.ErrNotFound
	}
	id, err := k.db.Link(ctx, digest, k.now().UnixMicro())
	if err != nil || id == 0 {
		return who, err == nil, err
	}
	w, err := k.reg.World(ctx)
	if err != nil {
		return who, false, err
	}
	who, err = desk.PersonIn(w, id)
	if err == nil && who.Disabled {
		err = store.ErrNotFound
	}
	return who, false, err
}

// postLink sets a password by a link, and signs in. It takes link and password, and for the first admin login and name.
func (k *Keeper) postLink(w http.ResponseWriter, r *http.Request) (back, error) {
	link, password := r.PostFormValue("link"), r.PostFormValue("password")
	again := func(said string) (back, error) {
		return back{page: LinkPage, said: said, query: url.Values{"link": {link}}}, nil
	}
	who, first, err := k.LinkFor(r.Context(), link)
	if errors.Is(err, store.ErrNotFound) {
		return to(LoginPage, "link"), nil
	}
	if err != nil {
		return back{}, err
	}
	if first {
		who.Login, who.Name = r.PostFormValue("login"), r.PostFormValue("name")
		switch {
		case desk.CheckLogin(who.Login) != nil:
			return again("login")
		case desk.CheckLine("name", who.Name, 200) != nil:
			return again("name")
		}
	}
	if said := refusal(password, &who); said != "" {
		return again(said)
	}
	digest, _ := desk.ReadSecret(desk.LinkPrefix, link)
	if first {
		who.ID, err = k.firstAdmin(r.Context(), who, password, digest)
	} else {
		err = k.setPassword(r.Context(), who.ID, password, digest)
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return to(LoginPage, "link"), nil
	case errors.Is(err, desk.ErrConflict):
		return again("login")
	case err != nil:
		return back{}, err
	}
	return to("/", ""), k.begin(w, r, store.Session{Person: who.ID, Way: wayLink})
}

// firstAdmin makes somebody the first admin, if there still is none. Somebody of that login who never had a way in is taken over: that is what
// is left of a first time that was cut off.
func (k *Keeper) firstAdmin(ctx context.Context, who desk.Person, password string, link []byte) (id int64, err error) {
	err = k.db.Exclusive(ctx, func() error {
		there, err := k.adminIsThere(ctx)
		if err != nil {
			return err
		}
		if there {
			return store.ErrNotFound
		}
		w, err := k.reg.World(ctx)
		if err != nil {
			return err
		}
		who.Grants = []access.Grant{{Role: access.Admin}}
		if have := w.ID(register.KindPerson, who.Login); have != 0 {
			old, err := desk.PersonIn(w, have)
			if err != nil {
				return err
			}
			_, err = k.db.Hash(ctx, have)
			if err == nil || old.Subject != "" {
				return desk.ErrConflict
			}
			if !errors.Is(err, store.ErrNotFound) {
				return err
			}
			who.ID = have
		}
		ids, err := k.reg.Put(ctx, actor, "first admin, by link", register.Set{Kind: register.KindPerson, ID: who.ID, Name: who.Login, Doc: who})
		if err != nil {
			return err
		}
		id = ids[0]
		return k.setPassword(ctx, id, password, link)
	})
	return id, err
}
