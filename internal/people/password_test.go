package people

import (
	"errors"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

func TestPassword_changedEndsOtherSessions(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		b, _ := p.root()
		other := p.browser()
		other.post("/auth/login", "login", "ada", "password", phrase)
		const next = "nine glass herons"
		for _, c := range []struct{ old, new, want string }{
			{"wrong", next, "/profile?said=wrong"},
			{phrase, "short", "/profile?said=short"},
			{phrase, "Ada-Byron-2026", "/profile?said=known"},
			{phrase, next, "/profile?said=changed"},
		} {
			if to := b.post("/auth/password", "old", c.old, "new", c.new); to != c.want {
				t.Errorf("from %q to %q leads to %s, want %s", c.old, c.new, to, c.want)
			}
		}
		if b.who().Person == 0 || other.who().Person != 0 {
			t.Error("the own session ended, or another goes on")
		}
		if to := p.browser().post("/auth/login", "login", "ada", "password", phrase); to != "/login?said=wrong" {
			t.Errorf("the password of before leads to %s", to)
		}
		if to := p.browser().post("/auth/login", "login", "ada", "password", next); to != "/" {
			t.Errorf("the new password leads to %s", to)
		}
		if to := p.browser().post("/auth/password", "old", next, "new", phrase); to != "/login?next=%2Fprofile" {
			t.Errorf("nobody's change leads to %s", to)
		}
	})
}

func TestPassword_rehashedWhenTheCostChanged(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		_, root := p.root()
		weak := cost{memory: 64, passes: 1, lanes: 2}
		key, err := p.derive(t.Context(), phrase, weak, []byte("0123456789abcdef"), 32)
		if err != nil {
			t.Fatal(err)
		}
		old := encodeHash(weak, []byte("0123456789abcdef"), key)
		if err := p.db.SetPassword(t.Context(), store.Password{Person: root.Person, Hash: old, Made: 1}); err != nil {
			t.Fatal(err)
		}
		if right, err := p.check(t.Context(), root.Person, "wrong"); err != nil || right {
			t.Fatal(right, err)
		}
		if kept, err := p.db.Hash(t.Context(), root.Person); err != nil || kept != old {
			t.Error("a wrong password changed the hash", err)
		}
		for range 2 {
			if right, err := p.check(t.Context(), root.Person, phrase); err != nil || !right {
				t.Fatal(right, err)
			}
		}
		kept, err := p.db.Hash(t.Context(), root.Person)
		if err != nil {
			t.Fatal(err)
		}
		if c, _, _, err := decodeHash(kept); err != nil || c != usual() {
			t.Errorf("the hash has the cost %+v (%v)", c, err)
		}
	})
}

func TestInvite_setsAPasswordOnce(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		_, root := p.root()
		bob := p.add(root, "bob", access.Grant{Role: access.Viewer})
		first, err := p.Invite(t.Context(), root, bob)
		if err != nil {
			t.Fatal(err)
		}
		link, err := p.Invite(t.Context(), root, bob)
		if err != nil {
			t.Fatal(err)
		}
		if to := p.browser().post("/auth/first", "link", linkOf(t, first), "password", "nine glass herons"); to != "/login?said=link" {
			t.Errorf("the link before the last leads to %s", to)
		}
		b := p.browser()
		if to := b.post("/auth/first", "link", linkOf(t, link), "password", "nine glass herons", "login", "ada"); to != "/" || b.who().Name != "bob" {
			t.Errorf("the invitation leads to %s as %q", to, b.who().Name)
		}
		if to := b.post("/auth/first", "link", linkOf(t, link), "password", phrase); to != "/login?said=link" {
			t.Errorf("the link a second time leads to %s", to)
		}
		token := root
		token.Only = access.Actions()
		for name, who := range map[string]access.Principal{"bob": b.who(), "a token": token} {
			if _, err := p.Invite(t.Context(), who, root.Person); !errors.Is(err, access.ErrDenied) {
				t.Errorf("%s invites the admin to a new password: %v", name, err)
			}
		}
		again, err := p.Recover(t.Context(), "ada")
		if err != nil {
			t.Fatal(err)
		}
		if to := b.post("/auth/first", "link", linkOf(t, again), "password", "nine glass herons"); to != "/" || b.who().Name != "ada" {
			t.Errorf("the recovery leads to %s as %q", to, b.who().Name)
		}
		if _, err := p.Recover(t.Context(), "nobody"); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("nobody is recovered: %v", err)
		}
		invited := 0
		err = p.db.Events(t.Context(), 0, 0, func(e store.Event) error {
			if strings.Contains(string(e.Data), "invited") {
				invited++
			}
			return nil
		})
		if err != nil || invited != 4 {
			t.Errorf("the log says %d invitations (%v), want 4", invited, err)
		}
	})
}

func TestNoPasswords_switchesThemOff(t *testing.T) {
	db, err := store.Open(t.Context(), storetest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p := open(t, db, Options{NoPasswords: true})
	if link, err := p.FirstLink(t.Context()); link != "" || err != nil {
		t.Errorf("first link %q (%v)", link, err)
	}
	if to := p.browser().post("/auth/login", "login", "ada", "password", phrase); !strings.HasPrefix(to, "404") {
		t.Error(to)
	}
	if len(p.Methods()) != 0 {
		t.Errorf("ways to sign in: %v", p.Methods())
	}
}

func TestRefusal_ofPasswords(t *testing.T) {
	who := &desk.Person{Login: "margaret", Name: "Margaret Hamilton", Email: "mh@acme.example"}
	for password, want := range map[string]string{
		"eleven char": "short", "ααααβββγγγδ": "short", "password1234": "known", "P@ssw0rd12345678": "known", "123456789012": "known", "qwertyuiop12": "known",
		"aaaaaaaaaaaaaaa": "known", "abcabcabcabc": "known", "abcdefghijklmnop": "known", "changeme!changeme!": "known", "Margaret-2026!": "known",
		"hamilton-hamilton": "known", "Summer2026!!!": "known", "AdminAdmin123": "known", "letmein-letmein": "known", "reeve-reeve-1": "known",
		"seven tin giraffes": "", "correct battery staple": "", "9f$K2-8xQ-47Zu-w": "", "zwölf Boxkämpfer": "", "пять синих слонов": "",
		strings.Repeat("long phrase ", 100): "long", "bad \xff\xfe utf-8 text": "long",
	} {
		if got := refusal(password, who); got != want {
			t.Errorf("password %.40q is refused as %q, want %q", password, got, want)
		}
		if want != "" && Said(want) == "" {
			t.Errorf("there is no sentence for %q", want)
		}
	}
}

func TestSecret_oneFormForAllKeyboards(t *testing.T) {
	if string(secret("caf\u00e9 caf\u00e9")) != string(secret("cafe\u0301 cafe\u0301")) {
		t.Error("one password typed in two ways is two")
	}
}

func TestDecodeHash_readsOnlyWhatIsSane(t *testing.T) {
	good := encodeHash(usual(), make([]byte, 16), make([]byte, 32))
	if c, salt, key, err := decodeHash(good); err != nil || c != usual() || len(salt) != 16 || len(key) != 32 {
		t.Errorf("%q: %v", good, err)
	}
	for _, bad := range []string{"", "$", good[1:], strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=19456", "m=99999999", 1), strings.Replace(good, "t=2", "t=0", 1), strings.Replace(good, "p=1", "p=0", 1), good + "$x", good + "!"} {
		if _, _, _, err := decodeHash(bad); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}
