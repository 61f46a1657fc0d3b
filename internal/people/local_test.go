package people

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

func TestFirst_oneLinkMakesOneAdmin(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		late, err := p.FirstLink(ctx)
		if err != nil {
			t.Fatal(err)
		}
		p.pass(linkLife)
		if to := p.browser().post("/auth/first", "link", linkOf(t, late), "login", "eve", "password", phrase); to != "/login?said=link" {
			t.Errorf("a link that is too old leads to %s", to)
		}
		link, err := p.FirstLink(ctx)
		if err != nil {
			t.Fatal(err)
		}
		second, err := p.FirstLink(ctx) // that of a replica
		if err != nil {
			t.Fatal(err)
		}
		text := linkOf(t, link)
		if _, first, err := p.LinkFor(ctx, text); err != nil || !first {
			t.Errorf("the link is not known: first %v, %v", first, err)
		}
		for login, want := range map[string]string{"": "login", "Ada Byron": "login", "reeve": "login"} {
			if to := p.browser().post("/auth/first", "link", text, "login", login, "password", phrase); !strings.Contains(to, "said="+want) {
				t.Errorf("login %q leads to %s", login, to)
			}
		}
		if to := p.browser().post("/auth/first", "link", text, "login", "ada", "password", "short"); !strings.Contains(to, "said=short") {
			t.Errorf("a short password leads to %s", to)
		}
		b := p.browser()
		if to := b.post("/auth/first", "link", text, "login", "ada", "name", "Ada", "password", phrase); to != "/" {
			t.Fatalf("the first sign-in leads to %s", to)
		}
		who := b.who()
		if who.Name != "ada" || who.Title != "Ada" || who.Can(access.Govern) != nil {
			t.Errorf("the first admin is %+v", who)
		}
		for _, used := range []string{text, linkOf(t, second), text[:len(text)-1] + "x", ""} {
			if to := p.browser().post("/auth/first", "link", used, "login", "eve", "password", phrase); to != "/login?said=link" {
				t.Errorf("link %.8s… leads to %s once there is an admin", used, to)
			}
		}
		if again, err := p.FirstLink(ctx); err != nil || again != "" {
			t.Errorf("there is another first link: %q, %v", again, err)
		}
	})
}

func TestFirst_manyAtOnceMakeOneAdmin(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		var wg sync.WaitGroup
		for i := range 6 {
			link, err := p.FirstLink(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			wg.Go(func() {
				p.browser().post("/auth/first", "link", linkOf(t, link), "login", fmt.Sprintf("ada%d", i), "password", phrase)
			})
		}
		wg.Wait()
		w, err := p.reg.World(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if people, err := desk.PeopleIn(w); err != nil || len(people) != 1 {
			t.Errorf("there are %d first admins (%v)", len(people), err)
		}
	})
}

func TestFirst_whatWasCutOffCanBeDoneAgain(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		_, root := p.root()
		write, _ := p.db.SQL()
		if _, err := write.ExecContext(t.Context(), "DELETE FROM credentials"); err != nil { // as if the program had died in between
			t.Fatal(err)
		}
		b, again := p.root()
		if again.Person != root.Person || b.who().Name != "ada" {
			t.Errorf("the admin is %+v, was %+v", again, root)
		}
	})
}

func TestLogin_whoGetsIn(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		_, root := p.root()
		gone := p.add(root, "gone", access.Grant{Role: access.Viewer})
		if err := p.desk.SetDisabled(t.Context(), root, gone, true); err != nil {
			t.Fatal(err)
		}
		if _, err := p.desk.AddPerson(t.Context(), root, desk.Person{Login: "nopass"}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ login, password, want string }{
			{"ada", phrase, "/findings?q=a"},
			{" Ada ", phrase, "/findings?q=a"},
			{"ada", phrase + " ", "/login?next=%2Ffindings%3Fq%3Da&said=wrong"},
			{"ada", "", "/login?next=%2Ffindings%3Fq%3Da&said=wrong"},
			{"ada", strings.Repeat("x", 5000), "/login?next=%2Ffindings%3Fq%3Da&said=wrong"},
			{"nobody", phrase, "/login?next=%2Ffindings%3Fq%3Da&said=wrong"},
			{"", "", "/login?next=%2Ffindings%3Fq%3Da&said=wrong"},
			{"gone", phrase, "/login?next=%2Ffindings%3Fq%3Da&said=wrong"},
			{"nopass", "", "/login?next=%2Ffindings%3Fq%3Da&said=wrong"},
		} {
			b := p.browser()
			before := p.hashed.Load()
			if to := b.post("/auth/login", "login", c.login, "password", c.password, "next", "/findings?q=a"); to != c.want {
				t.Errorf("login %q leads to %s, want %s", c.login, to, c.want)
			}
			if done := p.hashed.Load() - before; done != 1 {
				t.Errorf("login %q took the work of %d hashes: every try takes that of one", c.login, done)
			}
			if in := b.who().Person != 0; in != !strings.Contains(c.want, "said") {
				t.Errorf("login %q is signed in: %v", c.login, in)
			}
		}
		if strings.Contains(p.log.String(), phrase) {
			t.Error("the log holds a password")
		}
	})
}

func TestLogin_goesNowhereElse(t *testing.T) {
	for next, want := range map[string]string{
		"/": "/", "/findings?q=sql+injection": "/findings?q=sql+injection", "": "/", "//evil.example": "/", "https://evil.example/": "/", `/\evil.example`: "/",
		"javascript:alert(1)": "/", "/\t/evil.example": "/", "evil": "/", "/auth/oidc/start": "/", "/x/../auth/logout": "/", "///evil.example": "/",
	} {
		if got := local(next); got != want {
			t.Errorf("after %q one goes to %q, want %q", next, got, want)
		}
	}
}

func TestLogin_triesAreBoundedOnAllReplicas(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		p := open(t, db, Options{})
		other := open(t, db, Options{})
		p.root()
		wrong, waits := 0, 0
		for i := range 10 {
			at := []*place{p, other}[i%2]
			switch to := at.browser().post("/auth/login", "login", "ada", "password", "wrong again and again"); to {
			case "/login?said=wrong":
				wrong++
			case "/login?said=wait":
				waits++
			default:
				t.Fatal(to)
			}
		}
		if wrong != 5 || waits != 5 {
			t.Errorf("%d tries got through and %d had to wait, want 5 and 5", wrong, waits)
		}
		before := p.hashed.Load()
		if to := p.browser().post("/auth/login", "login", "ada", "password", phrase); to != "/login?said=wait" {
			t.Errorf("who has to wait is led to %s", to)
		}
		if p.hashed.Load() != before {
			t.Error("a try that has to wait was hashed")
		}
		if to := p.browser().post("/auth/login", "login", "someone", "password", phrase); to != "/login?said=wrong" {
			t.Errorf("another login is led to %s", to)
		}
		p.pass(2 * time.Second)
		other.pass(2 * time.Second)
		if to := other.browser().post("/auth/login", "login", "ada", "password", phrase); to != "/" {
			t.Errorf("after the wait one is led to %s", to)
		}
		if to := p.browser().post("/auth/login", "login", "ada", "password", "wrong"); to != "/login?said=wrong" {
			t.Errorf("after a success one is led to %s", to)
		}
	})
}

func TestTry_manyAtOnceAndBackoff(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		through := 0
		for range 30 {
			wg.Go(func() {
				wait, err := p.try(t.Context(), "ada", netip.MustParseAddr("192.0.2.1"))
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				} else if wait == 0 {
					through++
				}
			})
		}
		wg.Wait()
		if through != 5 {
			t.Errorf("%d of 30 tries at one time got through, want 5", through)
		}
		last := time.Duration(0)
		for range 14 { // each failure makes the next wait longer, up to a bound
			wait, err := p.try(t.Context(), "ada", netip.MustParseAddr("192.0.2.1"))
			if err != nil || wait < last || wait > 15*time.Minute {
				t.Fatalf("wait %s after %s (%v)", wait, last, err)
			}
			last = wait
			p.pass(wait)
			if wait, err := p.try(t.Context(), "ada", netip.MustParseAddr("192.0.2.1")); err != nil || wait != 0 {
				t.Fatalf("after the wait there is another of %s (%v)", wait, err)
			}
		}
		if last != 15*time.Minute {
			t.Errorf("the longest wait is %s", last)
		}
		if wait, err := p.try(t.Context(), "ada", netip.MustParseAddr("198.51.100.7")); err != nil || wait != 0 {
			t.Errorf("the owner has to wait for %s at home because of somebody elsewhere (%v)", wait, err)
		}
		waits := 0
		for i := range 60 { // one network, many accounts; IPv6 gives a visitor a whole network
			wait, err := p.try(t.Context(), fmt.Sprint("user", i), netip.MustParseAddr(fmt.Sprintf("2001:db8::%x", i)))
			if err != nil {
				t.Fatal(err)
			}
			if wait > 0 {
				waits++
			}
		}
		if waits != 20 {
			t.Errorf("%d of 60 tries from one network had to wait, want 20", waits)
		}
	})
}
