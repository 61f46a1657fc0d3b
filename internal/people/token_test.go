package people

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/store"
)

// token makes a token that must be made.
func (p *place) token(who access.Principal, t desk.Token) (desk.Token, string) {
	p.t.Helper()
	if t.Title == "" {
		t.Title = "nightly"
	}
	made, text, err := p.desk.NewToken(p.t.Context(), who, t)
	if err != nil {
		p.t.Fatal(err)
	}
	return made, text
}

func TestToken_neverGoesFurtherThanItsOwner(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		_, root := p.root()
		ours, theirs := p.team("ours"), p.team("theirs")
		p.asset("repository:ours", ours)
		p.asset("repository:theirs", theirs)
		id := p.add(root, "lee", access.Grant{Role: access.Lead, Team: ours})
		w := p.browser()
		w.post("/auth/login", "login", "lee", "password", phrase)
		lee := w.who()

		_, text := p.token(lee, desk.Token{Only: []access.Action{access.Read, access.Import}})
		who := p.bearer(text)
		if who.Person != id || who.Name != "lee#nightly" || who.Check(access.Read, access.Object{Team: ours}) != nil || who.Check(access.Decide, access.Object{Team: ours}) == nil ||
			who.Check(access.Read, access.Object{Team: theirs}) == nil {
			t.Errorf("the token is %+v", who)
		}
		_, narrow := p.token(lee, desk.Token{Only: []access.Action{access.Import}, Asset: "repository:ours"})
		if who := p.bearer(narrow); who.Can(access.Import) != nil || who.Check(access.Import, access.Object{Team: ours, Asset: "repository:ours"}) != nil || who.Can(access.Read) == nil {
			t.Errorf("the token for one asset is %+v", who)
		}
		for name, refused := range map[string]desk.Token{
			"not an owner's right":    {Title: "x", Only: []access.Action{access.Govern}},
			"another team's asset":    {Title: "x", Only: []access.Action{access.Import}, Asset: "repository:theirs"},
			"an asset not there yet":  {Title: "x", Only: []access.Action{access.Import}, Asset: "repository:new"},
			"no action":               {Title: "x"},
			"an action twice":         {Title: "x", Only: []access.Action{access.Read, access.Read}},
			"an action nobody knows":  {Title: "x", Only: []access.Action{"fly"}},
			"no title":                {Title: " ", Only: []access.Action{access.Read}},
			"a title of two lines":    {Title: "a\nb", Only: []access.Action{access.Read}},
			"expired":                 {Title: "x", Only: []access.Action{access.Read}, Expires: p.clock()},
			"lives too long":          {Title: "x", Only: []access.Action{access.Read}, Expires: p.clock().AddDate(2, 0, 0)},
			"an asset without a kind": {Title: "x", Only: []access.Action{access.Import}, Asset: "shop"},
		} {
			if _, _, err := p.desk.NewToken(ctx, lee, refused); err == nil {
				t.Errorf("%s: the token is made", name)
			}
		}
		if _, _, err := p.desk.NewToken(ctx, who, desk.Token{Title: "x", Only: []access.Action{access.Read}}); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a token makes a token: %v", err)
		}

		// What the owner loses, the token loses, at the next request.
		p.asset2(t, "repository:ours", theirs)
		if who := p.bearer(narrow); who.Can(access.Import) == nil {
			t.Errorf("the asset went to another team and the token still is %+v", who)
		}
		if err := p.desk.SetGrants(ctx, root, id, []access.Grant{{Role: access.Viewer, Team: ours}}); err != nil {
			t.Fatal(err)
		}
		if who := p.bearer(text); who.Can(access.Import) == nil || who.Can(access.Read) != nil {
			t.Errorf("the owner only views now and the token still is %+v", who)
		}
		if err := p.desk.SetDisabled(ctx, root, id, true); err != nil {
			t.Fatal(err)
		}
		if p.bearer(text).Person != 0 || w.who().Person != 0 {
			t.Error("somebody disabled gets in")
		}
		if err := p.desk.SetDisabled(ctx, root, id, false); err != nil {
			t.Fatal(err)
		}
		if w.who().Person != 0 {
			t.Error("a session from before comes back to life")
		}
		if to := w.post("/auth/login", "login", "lee", "password", phrase); to != "/" {
			t.Errorf("let in again one is led to %s", to)
		}
	})
}

// asset2 gives an asset to another team.
func (p *place) asset2(t *testing.T, name string, team int64) {
	t.Helper()
	w, err := p.reg.World(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a := *w.Assets[w.ID("asset", name)]
	a.Team = team
	if _, err := p.reg.SetAsset(t.Context(), "test", a); err != nil {
		t.Fatal(err)
	}
}

func TestToken_endsWithRevocationAndTime(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		_, root := p.root()
		made, text := p.token(root, desk.Token{Only: []access.Action{access.Read}})
		if made.Expires.Sub(made.Made) != 90*24*time.Hour {
			t.Errorf("it lives %s", made.Expires.Sub(made.Made))
		}
		short, early := p.token(root, desk.Token{Title: "short", Only: []access.Action{access.Read}, Expires: p.clock().Add(time.Hour)})
		if p.bearer(text).Person == 0 || p.bearer(early).Person == 0 {
			t.Fatal("a token does not let in")
		}
		if err := p.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		list, err := p.desk.Tokens(ctx, root, root.Person)
		if err != nil || len(list) != 2 || list[0].ID != short.ID || !list[0].Used.Equal(p.clock()) {
			t.Errorf("tokens %+v (%v)", list, err)
		}
		p.pass(time.Hour)
		if p.bearer(early).Person != 0 {
			t.Error("an expired token lets in")
		}
		bob := access.Principal{Person: p.add(root, "bob", access.Grant{Role: access.Viewer}), Name: "bob", Grants: []access.Grant{{Role: access.Viewer}}}
		if err := p.desk.RevokeToken(ctx, bob, made.ID); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("bob revokes another's token: %v", err)
		}
		if _, err := p.desk.Tokens(ctx, bob, root.Person); !errors.Is(err, access.ErrDenied) {
			t.Errorf("bob lists another's tokens: %v", err)
		}
		if p.bearer(text).Person == 0 {
			t.Fatal("bob revoked it")
		}
		if err := p.desk.RevokeToken(ctx, root, made.ID); err != nil {
			t.Fatal(err)
		}
		if p.bearer(text).Person != 0 {
			t.Error("a revoked token lets in")
		}
		if err := p.desk.RevokeToken(ctx, root, made.ID); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("revoked twice: %v", err)
		}
		_, bobs := p.token(bob, desk.Token{Only: []access.Action{access.Read}})
		all, err := p.desk.Tokens(ctx, root, 0)
		if err != nil || len(all) != 2 {
			t.Fatalf("all tokens %+v (%v)", all, err)
		}
		if err := p.desk.RevokeToken(ctx, root, all[0].ID); err != nil || p.bearer(bobs).Person != 0 {
			t.Errorf("the admin revoked bob's: %v", err)
		}
	})
}

func TestToken_leavesNoTextAnywhere(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		b, root := p.root()
		_, text := p.token(root, desk.Token{Only: []access.Action{access.Read}})
		p.bearer(text)
		p.bearer(text[:len(text)-1] + "0")
		link, err := p.Invite(t.Context(), root, root.Person)
		if err != nil {
			t.Fatal(err)
		}
		_ = b
		err = p.db.Events(t.Context(), 0, 0, func(e store.Event) error {
			if bytes.Contains(e.Data, []byte(text)) || bytes.Contains(e.Data, []byte("argon2")) {
				t.Errorf("event %d holds a secret", e.Seq)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		err = p.db.Entities(t.Context(), 0, func(e store.Entity) error {
			if bytes.Contains(e.Doc, []byte(text[:20])) || bytes.Contains(e.Doc, []byte("argon2")) || strings.Contains(e.Name, text) {
				t.Errorf("%s %q holds a secret", e.Kind, e.Name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(p.log.String(), text) || strings.Contains(p.log.String(), linkOf(t, link)) {
			t.Error("the server's log holds a secret")
		}
	})
}

func TestWho_refusesWhatIsNoToken(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		b, root := p.root()
		_, text := p.token(root, desk.Token{Only: []access.Action{access.Read}})
		for _, header := range []string{
			"Bearer", "Bearer ", "Basic " + text, text, "Bearer " + text + "x", "Bearer x" + text, "Bearer " + strings.ToUpper(text), "Bearer " + text[:30],
			"Bearer " + desk.PassPrefix + text[len(desk.TokenPrefix):], "Bearer " + desk.NewSecret(desk.TokenPrefix), "Bearer " + desk.NewSecret(desk.PassPrefix),
			"Bearer " + strings.Repeat("a", maxBearer), "Bearer a.b.c",
		} {
			if who := p.ask(b.Client, header); who.Person != 0 { // nor does the cookie count then
				t.Errorf("Authorization %.40q is %+v", header, who)
			}
		}
		if who := p.ask(b.Client, "bearer  "+text); who.Name != "ada#nightly" {
			t.Errorf("the token beside a cookie is %+v", who)
		}
	})
}

func TestPeople_whoMayWhat(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		_, root := p.root()
		ours := p.team("ours")
		bob := p.add(root, "bob", access.Grant{Role: access.Lead, Team: ours})
		roles := map[access.Role]access.Principal{}
		for _, r := range access.Roles() {
			roles[r] = access.Principal{Person: 999, Name: string(r), Grants: []access.Grant{{Role: r}}}
		}
		for r, who := range roles {
			inspects := slices.Contains([]access.Role{access.Admin, access.Security, access.Auditor}, r)
			if _, err := p.desk.People(ctx, who); (err == nil) != inspects {
				t.Errorf("%s lists people: %v", r, err)
			}
			if _, err := p.desk.Person(ctx, who, bob); (err == nil) != inspects {
				t.Errorf("%s reads a person: %v", r, err)
			}
			if r == access.Admin {
				continue
			}
			_, add := p.desk.AddPerson(ctx, who, desk.Person{Login: "new-" + string(r)})
			_, trust := p.desk.SetTrust(ctx, who, hub("https://issuer.example"))
			mail := "x@y.example"
			for what, err := range map[string]error{
				"adds somebody": add, "sets roles": p.desk.SetGrants(ctx, who, bob, nil), "disables": p.desk.SetDisabled(ctx, who, bob, true),
				"renames": p.desk.Describe(ctx, who, bob, "Robert", nil), "sets an address": p.desk.Describe(ctx, who, bob, "Bob", &mail), "trusts a forge": trust,
			} {
				if !errors.Is(err, access.ErrDenied) {
					t.Errorf("%s %s: %v", r, what, err)
				}
			}
		}
		self, err := p.desk.Person(ctx, access.Principal{Person: bob, Grants: []access.Grant{{Role: access.Lead, Team: ours}}}, bob)
		if err != nil || self.Login != "bob" {
			t.Errorf("bob reads himself as %+v (%v)", self, err)
		}
	})
}

func TestPeople_adminsCannotShutThemselvesOut(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		_, root := p.root()
		viewer := []access.Grant{{Role: access.Viewer}}
		if err := p.desk.SetGrants(ctx, root, root.Person, viewer); !errors.Is(err, access.ErrDenied) {
			t.Errorf("an admin changes their own roles: %v", err)
		}
		if err := p.desk.SetDisabled(ctx, root, root.Person, true); !errors.Is(err, access.ErrDenied) {
			t.Errorf("an admin disables themselves: %v", err)
		}
		id := p.add(root, "bea", access.Grant{Role: access.Admin})
		bea := access.Principal{Person: id, Name: "bea", Grants: []access.Grant{{Role: access.Admin}}}

		// Two admins take each other's role away at the same time: one of them stays.
		done := make(chan error, 2)
		go func() { done <- p.desk.SetGrants(ctx, root, id, viewer) }()
		go func() { done <- p.desk.SetDisabled(ctx, bea, root.Person, true) }()
		first, second := <-done, <-done
		if (first == nil) == (second == nil) || !errors.Is(errors.Join(first, second), desk.ErrConflict) {
			t.Errorf("both at once: %v and %v", first, second)
		}
	})
}

func TestPeople_whatIsRefused(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		_, root := p.root()
		for name, who := range map[string]desk.Person{
			"a login that is there":   {Login: "ada"},
			"no login":                {},
			"a login with capitals":   {Login: "Ada"},
			"a login of the log":      {Login: "system"},
			"a login like a token's":  {Login: "ada#x"},
			"a login like a job's":    {Login: "ci:repository"},
			"a name of two lines":     {Login: "x", Name: "a\nb"},
			"no address":              {Login: "x", Email: "nobody"},
			"an address with a name":  {Login: "x", Email: "Bob <bob@acme.example>"},
			"a role nobody knows":     {Login: "x", Grants: []access.Grant{{Role: "king"}}},
			"a team that is not":      {Login: "x", Grants: []access.Grant{{Role: access.Lead, Team: 12345}}},
			"an admin of one team":    {Login: "x", Grants: []access.Grant{{Role: access.Admin, Team: 1}}},
			"a login that is too big": {Login: strings.Repeat("x", 100)},
		} {
			if _, err := p.desk.AddPerson(ctx, root, who); err == nil {
				t.Errorf("%s is added", name)
			}
		}
		id, err := p.desk.AddPerson(ctx, root, desk.Person{Login: "bob", Subject: "x y", Disabled: true, Given: []access.Grant{{Role: access.Admin}}})
		if err != nil {
			t.Fatal(err)
		}
		if bob, err := p.desk.Person(ctx, root, id); err != nil || bob.Subject != "" || bob.Disabled || bob.Given != nil {
			t.Errorf("added as %+v (%v)", bob, err)
		}
		self := access.Principal{Person: id, Name: "bob", Grants: []access.Grant{{Role: access.Viewer}}}
		mail := "ada@acme.example"
		if err := p.desk.Describe(ctx, self, id, "Bob", &mail); !errors.Is(err, access.ErrDenied) { // by it he could be taken for her
			t.Errorf("bob sets his own address: %v", err)
		}
		if err := p.desk.Describe(ctx, self, id, "Bob", nil); err != nil {
			t.Error(err)
		}
		if err := p.desk.Describe(ctx, root, id, "Bob", &mail); err != nil {
			t.Error(err)
		}
		if bob, err := p.desk.Person(ctx, root, id); err != nil || bob.Name != "Bob" || bob.Email != mail {
			t.Errorf("described as %+v (%v)", bob, err)
		}
	})
}
