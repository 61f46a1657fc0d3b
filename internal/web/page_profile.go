package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/people"
)

// profilePage is what is one's own.
type profilePage struct {
	desk.Me
	Said string
	// Good tells that what is said is no refusal.
	Good     bool
	Sessions []people.Session
	Tokens   []desk.Token
	// Fresh is the text of a token that was just made; it is shown this once.
	Fresh string
	// Password tells that there are passwords here.
	Password bool
}

func (v *visit) profile() error { return v.showProfile("") }

func (v *visit) showProfile(fresh string) error {
	me, err := v.desk.Me(v.ctx(), v.who)
	if err != nil {
		return err
	}
	said := v.r.URL.Query().Get("said")
	p := profilePage{Me: me, Said: people.Said(said), Good: said == "changed" || said == "ended", Fresh: fresh}
	if v.who.Person != 0 && v.who.Can(access.Own) == nil {
		if p.Sessions, err = v.people.Sessions(v.r, v.who, v.who.Person); err != nil {
			return err
		}
		if p.Tokens, err = v.desk.Tokens(v.ctx(), v.who, v.who.Person); err != nil {
			return err
		}
	}
	for _, m := range v.people.Methods() {
		p.Password = p.Password || m.Kind == "password"
	}
	return v.show(http.StatusOK, "profile", sheet{Title: "Profile", Nav: "me", Body: p})
}

func (v *visit) saveProfile() error {
	if err := v.form(); err != nil {
		return err
	}
	if err := v.desk.Describe(v.ctx(), v.who, v.who.Person, strings.TrimSpace(v.r.PostFormValue("name")), nil); err != nil {
		return err
	}
	return v.back(people.ProfilePage, "Saved.")
}

// newToken makes a token and shows its text, this once: the answer is the page itself and no way leads back to it.
func (v *visit) newToken() error {
	if err := v.form(); err != nil {
		return err
	}
	f := v.r.PostForm
	t := desk.Token{Title: strings.TrimSpace(f.Get("title")), Asset: strings.TrimSpace(f.Get("asset"))}
	for _, a := range f["only"] {
		t.Only = append(t.Only, access.Action(a))
	}
	if text := f.Get("days"); text != "" {
		days, err := strconv.Atoi(text)
		if err != nil || days < 1 || days > 366 {
			return errorf(desk.ErrInvalid, "a token lives 1 to 366 days")
		}
		t.Expires = v.desk.Now().Add(time.Duration(days) * 24 * time.Hour)
	}
	_, text, err := v.desk.NewToken(v.ctx(), v.who, t)
	if err != nil {
		return err
	}
	return v.showProfile(text)
}
