package people

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

func TestOIDC_groupsMakePeopleAndRoles(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		p, v := withProvider(t, db, nil)
		_, root := p.root()
		payments := p.team("payments")
		b := p.browser()
		if end := b.enter("s-1"); end != "/findings" {
			t.Fatalf("the sign-in ends at %s\n%s", end, p.log)
		}
		who := b.who()
		if who.Name != "grace" || who.Title != "Grace Hopper" || who.Check(access.Read, access.Object{}) != nil ||
			who.Check(access.Decide, access.Object{Team: payments}) != nil || who.Check(access.Decide, access.Object{}) == nil {
			t.Errorf("signed in as %+v", who)
		}
		grace, err := p.desk.Person(t.Context(), root, who.Person)
		if err != nil || grace.Subject != v.url+" s-1" || grace.Email != "grace@acme.example" || !slices.Equal(grace.Groups, []string{"dev", "payments"}) || grace.Grants != nil {
			t.Errorf("the person is %+v (%v)", grace, err)
		}
		head, err := p.db.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		again := p.browser()
		again.enter("s-1")
		if next, err := p.db.Head(t.Context()); err != nil || next.Seq != head.Seq || again.who().Person != who.Person {
			t.Errorf("a sign-in that changes nothing writes events up to %d after %d (%v), as %+v", next.Seq, head.Seq, err, again.who())
		}

		third := p.browser() // the same name there is not the same person
		if end := third.enter("s-3"); end != "/findings" || third.who().Name != "grace-2" || third.who().Person == who.Person {
			t.Errorf("the second Grace ends at %s as %+v", end, third.who())
		}
		fourth := p.browser()
		if end := fourth.enter("s-4"); end != "/findings" || fourth.who().Name != "root.x" {
			t.Errorf("a strange name ends at %s as %q", end, fourth.who().Name)
		}
		if end := p.browser().enter("s-2"); end != "/login?said=norole" || len(p.people()) != 4 {
			t.Errorf("somebody without a role ends at %s, there are %d people", end, len(p.people()))
		}

		changed := known() // a group less, another address, not verified
		changed["s-1"]["groups"], changed["s-1"]["email"], changed["s-1"]["email_verified"] = []string{"dev"}, "new@acme.example", false
		v.knows(changed)
		p.browser().enter("s-1")
		if who := b.who(); who.Check(access.Decide, access.Object{Team: payments}) == nil || who.Can(access.Read) != nil {
			t.Errorf("out of a group and still %+v", who)
		}
		if grace, err = p.desk.Person(t.Context(), root, who.Person); err != nil || grace.Email != "grace@acme.example" {
			t.Errorf("an address that is not verified was taken: %+v (%v)", grace, err)
		}
		if err := p.desk.SetDisabled(t.Context(), root, who.Person, true); err != nil {
			t.Fatal(err)
		}
		if end := p.browser().enter("s-1"); end != "/login?said=disabled" || b.who().Person != 0 {
			t.Errorf("somebody disabled ends at %s as %+v", end, b.who())
		}
	})
}

func TestOIDC_answersAreBoundToTheirSignIn(t *testing.T) {
	p, _ := withProvider(t, lite(t), nil)
	p.root()
	b := p.browser()
	callback, end := b.walk(p.url+"/auth/oidc/start", "s-1")
	if end != "/" || !strings.Contains(callback, "/auth/oidc/callback?code=") {
		t.Fatalf("%s then %s", callback, end)
	}
	get := func(b *browser, address string) string {
		t.Helper()
		res, err := b.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.Header.Get("Location")
	}
	if to := get(b, callback); to != "/login?said=stale" {
		t.Errorf("the callback a second time leads to %s", to)
	}
	start := func(b *browser) (cookie *http.Cookie, state string) {
		t.Helper()
		u, err := url.Parse(get(b, p.url+"/auth/oidc/start"))
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43 || len(q.Get("nonce")) != 43 || len(q.Get("state")) != 43 {
			t.Errorf("the request is %s", u)
		}
		here, _ := url.Parse(p.url)
		for _, c := range b.Jar.Cookies(here) {
			if c.Name == "reeve-oidc" {
				cookie = c
			}
		}
		return cookie, q.Get("state")
	}
	victim := p.browser()
	start(victim)
	if to := get(victim, callback); to != "/login?said=stale" { // somebody else's answer, to sign the victim in as them
		t.Errorf("another's callback leads to %s", to)
	}
	if to := get(p.browser(), callback); to != "/login?said=stale" {
		t.Errorf("a callback that nobody began leads to %s", to)
	}
	_, state := start(victim)
	if to := get(victim, p.url+"/auth/oidc/callback?error=access_denied&state="+state); to != "/login?said=refused" {
		t.Errorf("a refusal leads to %s", to)
	}
	_, state = start(victim)
	if to := get(victim, p.url+"/auth/oidc/callback?code=x&iss=https://other.example&state="+state); to != "/login?said=provider" {
		t.Errorf("another provider's answer leads to %s", to)
	}
	_, state = start(victim)
	if to := get(victim, p.url+"/auth/oidc/callback?code=made-up&state="+state); to != "/login?said=provider" {
		t.Errorf("a made up code leads to %s", to)
	}
	cookie, state := start(victim)
	p.pass(flowLife)
	if to := get(victim, p.url+"/auth/oidc/callback?code=x&state="+state); to != "/login?said=stale" {
		t.Errorf("after ten minutes one is led to %s", to)
	}
	p.pass(-flowLife)
	here, _ := url.Parse(p.url)
	for name, change := range map[string]func(f *flow){
		"nonce": func(f *flow) { f.Nonce = random() }, "no nonce": func(f *flow) { f.Nonce = "" }, "verifier": func(f *flow) { f.Verifier = random() + random() },
	} {
		b := p.browser()
		first := get(b, p.url+"/auth/oidc/start")
		for _, c := range b.Jar.Cookies(here) {
			if c.Name != "reeve-oidc" {
				continue
			}
			f, err := p.seal.open(c.Value, p.clock())
			if err != nil {
				t.Fatal(err)
			}
			change(&f)
			sealed, err := p.seal.close(f)
			if err != nil {
				t.Fatal(err)
			}
			b.Jar.SetCookies(here, []*http.Cookie{{Name: "reeve-oidc", Value: sealed, Path: "/"}})
		}
		if _, end := b.walk(first, "s-1"); end != "/login?said=provider" || b.who().Person != 0 {
			t.Errorf("another %s ends at %s", name, end)
		}
	}
	for i := range cookie.Value { // nobody can change what is sealed
		if i%7 != 0 {
			continue
		}
		changed := cookie.Value[:i] + string("AB"[b2i(cookie.Value[i] == 'A')]) + cookie.Value[i+1:]
		if _, err := p.seal.open(changed, p.clock()); err == nil {
			t.Fatalf("the seal with another character at %d is opened", i)
		}
	}
	if strings.Contains(p.log.String(), "for tests") {
		t.Error("the log holds the client's secret")
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestOIDC_signOutReachesBothWays(t *testing.T) {
	p, v := withProvider(t, lite(t), func(o *OIDC) { o.EndSession = true })
	p.root()
	phone, desktop, other := p.browser(), p.browser(), p.browser()
	for _, b := range []*browser{phone, desktop} {
		if end := b.enter("s-1"); end != "/findings" {
			t.Fatal(end)
		}
	}
	other.enter("s-3")
	res, err := phone.PostForm(p.url+"/auth/logout", nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	to, ok := strings.CutPrefix(res.Header.Get("Refresh"), "0; url=")
	if !ok || !strings.HasPrefix(to, v.url+"/session/end?") || phone.who().Person != 0 || desktop.who().Person == 0 {
		t.Fatalf("signed out here one is sent to %q", to)
	}
	if end := phone.enter("s-1"); end != "/findings" { // the provider still knows the phone
		t.Fatal(end)
	}
	confirm := regexp.MustCompile(`action="([^"]+/session/end/confirm)"><input type="hidden" name="xsrf" value="([^"]+)"`)
	res, err = phone.Get(to)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(res.Body)
	res.Body.Close()
	form := confirm.FindStringSubmatch(string(text))
	if form == nil {
		t.Fatalf("the provider asks nothing: %s", text)
	}
	res, err = phone.PostForm(form[1], url.Values{"xsrf": {form[2]}, "logout": {"yes"}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if back := res.Header.Get("Location"); back != p.url+"/login" {
		t.Errorf("signed out there one is sent to %q", back)
	}
	for range 50 { // the provider tells us of its own
		if phone.who().Person == 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if phone.who().Person != 0 || desktop.who().Person == 0 || other.who().Person == 0 {
		t.Errorf("after the sign-out at the provider: phone %v, desktop %v, other %v; want only the phone out\n%s",
			phone.who().Person, desktop.who().Person, other.who().Person, p.log)
	}
	f := newForge(t)
	claims := map[string]any{
		"iss": v.url, "aud": "reeve", "sub": "s-1", "jti": "x", "iat": p.clock().Unix(), "exp": p.clock().Add(time.Minute).Unix(),
		"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}},
	}
	for _, token := range []string{"", "x", f.sign(map[string]any{"alg": "RS256", "kid": "one"}, claims), f.sign(map[string]any{"alg": "none"}, claims)} {
		if to := desktop.post("/auth/oidc/logout", "logout_token", token); !strings.HasPrefix(to, "400") || desktop.who().Person == 0 {
			t.Errorf("a forged sign-out: %s", to)
		}
	}
}

func TestOIDC_linksByMailOnlyWhereWantedAndVerified(t *testing.T) {
	db := lite(t)
	p, v := withProvider(t, db, func(o *OIDC) { o.LinkByMail = true })
	_, root := p.root()
	mine, err := p.desk.AddPerson(t.Context(), root, desk.Person{Login: "hopper", Email: "grace@acme.example", Grants: []access.Grant{{Role: access.Security}}})
	if err != nil {
		t.Fatal(err)
	}
	other, err := p.desk.AddPerson(t.Context(), root, desk.Person{Login: "other", Email: "grace@other.example"})
	if err != nil {
		t.Fatal(err)
	}
	b := p.browser()
	if end := b.enter("s-1"); end != "/findings" || b.who().Person != mine || b.who().Can(access.Organise) != nil {
		t.Errorf("a verified address ends at %s as %+v", end, b.who())
	}
	unverified := p.browser()
	if end := unverified.enter("s-3"); end != "/findings" || unverified.who().Person == other {
		t.Errorf("an address that is not verified ends at %s as %+v", end, unverified.who())
	}
	thief := known() // the address of somebody who is linked already
	thief["s-9"] = map[string]any{"name": "Thief", "email": "grace@acme.example", "email_verified": true, "groups": []string{"dev"}}
	v.knows(thief)
	stranger := p.browser()
	if end := stranger.enter("s-9"); end != "/findings" || stranger.who().Person == mine {
		t.Errorf("another subject with the same address ends at %s as %+v", end, stranger.who())
	}

	// The operator maps other groups: it counts from the start of the server.
	o := *p.opt.OIDC
	o.Mappings = []Mapping{{Group: "dev", Role: access.Auditor}}
	again := open(t, db, Options{OIDC: &o})
	who, err := again.desk.Person(t.Context(), root, mine)
	if err != nil || len(who.Given) != 1 || who.Given[0].Role != access.Auditor {
		t.Errorf("after the mappings changed: %+v (%v)", who, err)
	}
}

func TestOIDC_withoutLinkingAMailIsNothing(t *testing.T) {
	k := &Keeper{opt: Options{OIDC: &OIDC{}}}
	if _, known, err := k.byMail(nil, identity{Email: "a@b.example", Verified: true}); known || err != nil {
		t.Error("an address is somebody", err)
	}
}

func TestOIDC_providerAway(t *testing.T) {
	p := open(t, lite(t), Options{OIDC: &OIDC{Issuer: "http://127.0.0.1:1", ClientID: "reeve"}})
	p.root()
	for range 3 {
		if end := p.browser().enter("s-1"); end != "/login?said=provider" {
			t.Errorf("without the provider one ends at %s", end)
		}
	}
	if ways := p.Methods(); len(ways) != 2 || ways[0].Title != "127.0.0.1" || ways[1].Kind != "password" {
		t.Errorf("ways to sign in: %+v", ways)
	}
	for _, o := range []OIDC{{Issuer: "http://issuer.example", ClientID: "x"}, {Issuer: "https://issuer.example"}, {}} {
		if _, err := New(t.Context(), Options{Desk: p.desk, BaseURL: p.url, OIDC: &o}); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

func TestRead_claimsThatMakeNoSense(t *testing.T) {
	k := &Keeper{opt: Options{OIDC: &OIDC{Issuer: "https://i.example", GroupsClaim: "groups"}}}
	for _, subject := range []string{"", strings.Repeat("x", 256), "a\nb", "\xff"} {
		if _, err := k.read(subject, map[string]any{}); err == nil {
			t.Errorf("subject %.20q is taken", subject)
		}
	}
	id, err := k.read("s", map[string]any{"name": 7, "email": []any{"x"}, "email_verified": true, "groups": map[string]any{"a": 1}, "preferred_username": "a\x00b"})
	if err != nil || id.Name != "" || id.Email != "" || id.Verified || id.Groups != nil || id.Login != "ab" {
		t.Errorf("read as %+v (%v)", id, err)
	}
	id, err = k.read("s", map[string]any{"email": "A@b.example", "email_verified": "true", "groups": []any{"x", 7, "y"}})
	if err != nil || id.Email != "a@b.example" || !id.Verified || !slices.Equal(id.Groups, []string{"x", "y"}) {
		t.Errorf("read as %+v (%v)", id, err)
	}
}

func TestParseMapping_reads(t *testing.T) {
	for text, want := range map[string]Mapping{
		"dev = viewer":                 {"dev", access.Viewer, ""},
		"dev=lead@payments":            {"dev", access.Lead, "payments"},
		"* = viewer":                   {"*", access.Viewer, ""},
		"cn=sec,dc=acme = security":    {"cn=sec,dc=acme", access.Security, ""},
		" /acme/dev = developer @ web": {"/acme/dev", access.Developer, "web"},
	} {
		if got, err := ParseMapping(text); err != nil || got != want {
			t.Errorf("%q is %+v (%v)", text, got, err)
		}
	}
	for _, text := range []string{"", "dev", "= viewer", "dev = king", "dev = admin@payments", "dev = viewer@"} {
		if got, err := ParseMapping(text); err == nil {
			t.Errorf("%q is %+v", text, got)
		}
	}
}
