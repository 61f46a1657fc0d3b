package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/clock"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// verified checks a request as a receiver does that knows Standard Webhooks.
func verified(t *testing.T, key string, g got) {
	t.Helper()
	secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(key, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	id, stamp := g.header.Get("webhook-id"), g.header.Get("webhook-timestamp")
	h := hmac.New(sha256.New, secret)
	fmt.Fprintf(h, "%s.%s.%s", id, stamp, g.body)
	if got := g.header.Get("webhook-signature"); got != "v1,"+base64.StdEncoding.EncodeToString(h.Sum(nil)) {
		t.Errorf("the signature %q does not fit", got)
	}
	if seconds, err := strconv.ParseInt(stamp, 10, 64); err != nil || time.Since(time.Unix(seconds, 0)).Abs() > time.Minute {
		t.Errorf("timestamp %q (%v)", stamp, err)
	}
	if !strings.HasPrefix(id, "msg_") || g.header.Get("Content-Type") != "application/json" || g.method != http.MethodPost {
		t.Errorf("id %q, content type %q, method %s", id, g.header.Get("Content-Type"), g.method)
	}
}

func TestWebhook_tellsWhatIsWantedOnce(t *testing.T) {
	both(t, func(t *testing.T, db *store.DB) {
		to, roots := receive(t, nil)
		b := open(t, db, roots)
		b.look("before", one) // nobody is told what was before there was a worker
		b.run(b.worker)
		b.run(b.another(Options{AllowPrivate: true, Roots: roots, BaseURL: "https://reeve.example.com"})) // a second replica tells nothing twice
		h, key, err := b.desk.SetHook(t.Context(), admin, 0, desk.HookChange{
			Name: "all", Secret: &desk.HookSecret{URL: to.URL + "/x?y=z"},
			HookSpec: desk.HookSpec{
				Kind: desk.HookWebhook, Query: "asset:shop*", Wants: []string{"opened", "verified", "regression", "escalated", "accepted", "import"},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		b.look("shop", one, two)
		b.look("other", three) // only its import is told
		b.look("shop", one, two)
		b.look("shop", one)
		b.look("shop", one, two)
		if _, err := b.desk.Change(t.Context(), admin, "", register.Change{Findings: []int64{2}, State: register.Accepted, Why: "a wall stands before it", Until: b.now().Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		b.settled(h, 9)
		b.skew.Store(int64(10 * 24 * time.Hour))
		if _, err := b.desk.Register().Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.settled(h, 10)
		counts := map[string]int{}
		for _, title := range to.titles(t) {
			counts[title]++
		}
		for _, title := range []string{
			"2 findings: 2 new",
			"Semgrep looked at repository:shop: 2 new, 0 verified, 0 regressions, 2 in all",
			"Semgrep looked at repository:other: 1 new, 0 verified, 0 regressions, 1 in all",
			"Semgrep looked at repository:shop: 0 new, 0 verified, 0 regressions, 2 in all",
			"Semgrep looked at repository:shop: 0 new, 1 verified, 0 regressions, 1 in all",
			"Semgrep looked at repository:shop: 0 new, 0 verified, 1 regression, 2 in all",
		} {
			if counts[title] != 1 {
				t.Errorf("%d times %q", counts[title], title)
			}
			delete(counts, title)
		}
		begins := map[string]bool{}
		for title := range counts {
			begins[title[:strings.Index(title, ":")]] = true
		}
		want(t, begins, map[string]bool{"Verified": true, "Regression": true, "Accepted": true, "Escalated": true})
		ids := map[string]bool{}
		for _, g := range to.got()[:9] {
			verified(t, key, g)
			ids[g.header.Get("webhook-id")] = true
			want(t, g.path, "/x?y=z")
		}
		if len(ids) != 9 || len(to.got()) != 10 {
			t.Errorf("%d requests, %d ids among the first 9", len(to.got()), len(ids))
		}
		var first Webhook
		for _, g := range to.got() {
			var hook Webhook
			if err := json.Unmarshal(g.body, &hook); err == nil && hook.Data.Total == 2 {
				first = hook
			}
		}
		if first.Type != "findings.changed" || first.Data.Items[0].Finding.Asset != "shop" || first.Data.Items[0].Why != "Semgrep found it" ||
			first.Links[first.Data.Items[0].Finding.ID] != fmt.Sprintf("https://reeve.example.com/findings/%d", first.Data.Items[0].Finding.ID) {
			t.Errorf("%+v", first)
		}
	})
}

func TestWebhook_partsHoldEverything(t *testing.T) {
	both(t, func(t *testing.T, db *store.DB) {
		to, roots := receive(t, nil)
		b := open(t, db, roots)
		b.run(b.worker)
		h := b.hook("all", desk.HookSpec{Kind: desk.HookWebhook}, desk.HookSecret{URL: to.URL})
		var many []hit
		for i := range 350 {
			many = append(many, hit{one.rule, fmt.Sprintf("app/file%d.py", i), fmt.Sprintf("cursor.execute(query_%d + user_input)", i), "Do not."})
		}
		b.look("shop", many...)
		b.settled(h, 4)
		seen := map[int64]int{}
		for _, g := range to.got() {
			var hook Webhook
			if err := json.Unmarshal(g.body, &hook); err != nil {
				t.Fatal(err)
			}
			want(t, []any{hook.Data.Total, hook.Data.Title, hook.Data.Counts["opened"]}, []any{350, "350 findings: 350 new", 350})
			for _, i := range hook.Data.Items {
				seen[i.Finding.ID]++
			}
		}
		if len(seen) != 350 || len(to.got()) != 4 {
			t.Errorf("%d findings in %d webhooks", len(seen), len(to.got()))
		}
	})
}

func TestDeliver_triesAgainWithTheSameIDAndGivesUp(t *testing.T) {
	both(t, func(t *testing.T, db *store.DB) {
		to, roots := receive(t, func(n int, w http.ResponseWriter, _ *http.Request) {
			switch n {
			case 1:
				http.Error(w, "secret inside", http.StatusInternalServerError)
			case 2:
				w.Header().Set("Retry-After", "1")
				w.WriteHeader(http.StatusTooManyRequests)
			case 4, 5:
				http.Redirect(w, &http.Request{}, "https://elsewhere.example.com/", http.StatusFound)
			}
		})
		b := open(t, db, roots)
		b.run(b.worker)
		h := b.hook("all", desk.HookSpec{Kind: desk.HookWebhook}, desk.HookSecret{URL: to.URL})
		b.look("shop", one)
		b.until("a failed try", func() bool { return len(to.got()) >= 1 })
		b.until("a note", func() bool { return fmt.Sprint(b.deliveries(h)) == "[waiting: it answered 500 Internal Server Error]" })
		b.settled(h, 1)
		want(t, b.deliveries(h), []string{"sent"})
		all := to.got()
		if len(all) != 3 || all[0].header.Get("webhook-id") != all[2].header.Get("webhook-id") || string(all[0].body) != string(all[2].body) {
			t.Errorf("%d tries", len(all))
		}
		b.look("shop", one, two)
		b.until("a redirect", func() bool { return len(to.got()) >= 4 })
		b.skew.Store(int64(73 * time.Hour)) // the next try is the last
		b.settled(h, 2)
		want(t, b.deliveries(h)[1], "dead: it answered 302 Found: redirects are not followed, so give the address that it leads to")
		all2, err := b.desk.HookDeliveries(t.Context(), admin, h.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.desk.ResendDelivery(t.Context(), admin, h.ID, all2[0].Event, all2[0].Part); err != nil {
			t.Fatal(err)
		}
		b.until("a delivery that is sent again", func() bool { return fmt.Sprint(b.deliveries(h)) == "[sent sent]" })
		part, err := b.desk.TestHook(t.Context(), admin, h.ID)
		if err != nil {
			t.Fatal(err)
		}
		b.settled(h, 3)
		titles := to.titles(t)
		want(t, titles[len(titles)-1], `Test of the hook "all": it works.`)
		if row, err := db.Delivery(t.Context(), h.ID, 0, part); err != nil || row.State != store.Sent {
			t.Errorf("%+v, %v", row.State, err)
		}
	})
}

func TestDigest_gathersButDoesNotHoldEscalations(t *testing.T) {
	both(t, func(t *testing.T, db *store.DB) {
		to, roots := receive(t, nil)
		b := open(t, db, roots)
		b.run(b.worker)
		h := b.hook("hourly", desk.HookSpec{Kind: desk.HookWebhook, Digest: true, Tell: []clock.Role{clock.Lead}}, desk.HookSecret{URL: to.URL})
		b.look("shop", one)
		b.look("other", two, three)
		b.until("what is held", func() bool { return fmt.Sprint(b.deliveries(h)) == "[held held]" })
		b.skew.Store(int64(10 * 24 * time.Hour))
		if _, err := b.desk.Register().Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.until("an escalation", func() bool { return len(to.got()) == 1 })
		want(t, to.titles(t), []string{"3 findings: 3 escalated"})
		g := &gatherWorker{worker: b.worker}
		for range 2 { // twice is once
			if err := g.Work(t.Context(), jobFor(h.ID)); err != nil {
				t.Fatal(err)
			}
		}
		b.until("the digest", func() bool { return len(to.got()) == 2 })
		b.until("its end", func() bool { return fmt.Sprint(b.deliveries(h)) == "[gathered gathered sent sent]" })
		want(t, to.titles(t)[1], "In the last hour: 3 findings: 3 new")
	})
}
