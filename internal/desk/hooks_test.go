package desk_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/clock"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

func TestHooks_secretIsBesideTheLog(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		reg, err := register.New(ctx, db, register.Options{Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		d := desk.New(reg, time.Now)
		security := access.Principal{Name: "sec", Grants: []access.Grant{{Role: access.Security}}}
		lead := access.Principal{Name: "lead", Grants: []access.Grant{{Role: access.Lead, Team: 1}}}
		spec := desk.HookSpec{Kind: desk.HookWebhook, Query: "level:>=high", Wants: []string{"opened"}, Tell: []clock.Role{clock.Lead}}
		const hidden = "very-hidden-path"
		secret := &desk.HookSecret{URL: "https://chat.example.com/" + hidden, Password: hidden}
		if _, _, err := d.SetHook(ctx, lead, 0, desk.HookChange{Name: "chat", HookSpec: spec, Secret: secret}); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a lead makes a hook: %v", err)
		}
		h, key, err := d.SetHook(ctx, security, 0, desk.HookChange{Name: "chat", HookSpec: spec, Secret: secret})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := desk.SigningKey(key); err != nil || h.Where != "https://chat.example.com" {
			t.Errorf("key %v, where %q", err, h.Where)
		}
		read := func() desk.HookSecret {
			t.Helper()
			w, err := reg.World(ctx)
			if err != nil {
				t.Fatal(err)
			}
			_, refs := desk.HooksIn(w)
			s, err := desk.ReadHookSecret(ctx, db, refs[h.ID])
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		if s := read(); s.URL != secret.URL || s.Key != key {
			t.Error("the secret is not what was given")
		}
		spec.Off = true
		if _, again, err := d.SetHook(ctx, security, h.ID, desk.HookChange{Name: "chat", HookSpec: spec, Secret: nil}); err != nil || again != "" || read().Key != key {
			t.Errorf("a change without a secret keeps it: %v", err)
		}
		if _, _, err := d.SetHook(ctx, security, h.ID, desk.HookChange{Name: "chat", HookSpec: spec, Secret: &desk.HookSecret{URL: "https://other.example.com/" + hidden, Key: key}}); err != nil || !strings.Contains(read().URL, "other") {
			t.Errorf("a changed secret: %v", err)
		}
		if _, _, err := d.SetHook(ctx, security, h.ID, desk.HookChange{Name: "other", HookSpec: spec, Secret: nil}); !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("another name: %v", err)
		}
		if _, err := d.TestHook(ctx, lead, h.ID); !errors.Is(err, access.ErrDenied) {
			t.Errorf("a lead tests a hook: %v", err)
		}
		if _, err := d.TestHook(ctx, security, h.ID); err != nil {
			t.Error(err)
		}
		if all, err := d.HookDeliveries(ctx, security, h.ID); err != nil || len(all) != 1 || all[0].State != store.New || all[0].Title != `Test of the hook "chat": it works.` {
			t.Errorf("%+v, %v", all, err)
		}
		if err := d.ResendDelivery(ctx, security, h.ID, 0, 1); !errors.Is(err, desk.ErrConflict) {
			t.Errorf("what was not given up is sent again: %v", err)
		}
		w, err := reg.World(ctx)
		if err != nil {
			t.Fatal(err)
		}
		_, refs := desk.HooksIn(w)
		if err := d.DropHook(ctx, security, h.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := desk.ReadHookSecret(ctx, db, refs[h.ID]); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the secret of a removed hook: %v", err)
		}
		if _, err := d.Hook(ctx, security, h.ID); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("a removed hook: %v", err)
		}
		if page, err := d.Hooks(ctx, security, desk.Slice{}); err != nil || page.Total != 0 {
			t.Errorf("%+v, %v", page, err)
		}
		head, err := db.Head(ctx)
		if err != nil {
			t.Fatal(err)
		}
		unpack, err := zstd.NewReader(nil)
		if err != nil {
			t.Fatal(err)
		}
		for seq := range head.Seq {
			block, err := db.Block(ctx, seq+1, 0)
			if err != nil {
				t.Fatal(err)
			}
			text, err := unpack.DecodeAll(block, nil)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), hidden) || strings.Contains(string(text), key) || !strings.Contains(string(text), "chat") {
				t.Errorf("event %d is about another hook, or holds a secret: %s", seq+1, text)
			}
		}
	})
}

func TestSetHook_refusesWhatMakesNoSense(t *testing.T) {
	db, err := store.Open(t.Context(), storetest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	reg, err := register.New(t.Context(), db, register.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	d := desk.New(reg, time.Now)
	admin := access.Principal{Name: "admin", Grants: []access.Grant{{Role: access.Admin}}}
	web := desk.HookSecret{URL: "https://a.example.com/x"}
	smtp := desk.HookSecret{URL: "smtp://mail.example.com"}
	for _, c := range []struct {
		name   string
		spec   desk.HookSpec
		secret desk.HookSecret
		ok     bool
	}{
		{"webhook", desk.HookSpec{Kind: "webhook"}, web, true},
		{"mail", desk.HookSpec{Kind: "mail", From: "r@example.com", To: []string{"a@example.com"}}, smtp, true},
		{"github", desk.HookSpec{Kind: "github", Project: "acme/shop"}, desk.HookSecret{Password: "x"}, true},
		{"gitlab", desk.HookSpec{Kind: "gitlab", Project: "acme/group/shop"}, desk.HookSecret{}, true},
		{"jira", desk.HookSpec{Kind: "jira", Project: "SEC"}, web, true},
		{"kind", desk.HookSpec{Kind: "pager"}, web, false},
		{"query", desk.HookSpec{Kind: "webhook", Query: "level:awful"}, web, false},
		{"wants", desk.HookSpec{Kind: "webhook", Wants: []string{"everything"}}, web, false},
		{"tell", desk.HookSpec{Kind: "webhook", Tell: []clock.Role{"boss"}}, web, false},
		{"no address", desk.HookSpec{Kind: "slack"}, desk.HookSecret{}, false},
		{"password in the address", desk.HookSpec{Kind: "slack"}, desk.HookSecret{URL: "https://me:x@a.example.com/"}, false},
		{"scheme", desk.HookSpec{Kind: "teams"}, desk.HookSecret{URL: "file:///etc/passwd"}, false},
		{"mail by https", desk.HookSpec{Kind: "mail", From: "r@example.com", To: []string{"a@example.com"}}, web, false},
		{"two headers", desk.HookSpec{Kind: "mail", From: "r@example.com", To: []string{"a@example.com\r\nBcc: b@example.com"}}, smtp, false},
		{"name in the address", desk.HookSpec{Kind: "mail", From: "R <r@example.com>", To: []string{"a@example.com"}}, smtp, false},
		{"nobody", desk.HookSpec{Kind: "mail", From: "r@example.com"}, smtp, false},
		{"way up", desk.HookSpec{Kind: "github", Project: "acme/../../user"}, web, false},
		{"query in the project", desk.HookSpec{Kind: "gitlab", Project: "acme/shop?x"}, web, false},
		{"quote in the project", desk.HookSpec{Kind: "jira", Project: `SEC" OR "1`}, web, false},
		{"short key", desk.HookSpec{Kind: "webhook"}, desk.HookSecret{URL: web.URL, Key: "whsec_" + "AAAA"}, false},
		{"too many issues", desk.HookSpec{Kind: "jira", Project: "SEC", Most: 10_000}, web, false},
	} {
		_, _, err := d.SetHook(t.Context(), admin, 0, desk.HookChange{Name: c.name, HookSpec: c.spec, Secret: &c.secret})
		if c.ok && err != nil || !c.ok && !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil && strings.Contains(err.Error(), "a.example.com") {
			t.Errorf("%s: the error holds the address: %v", c.name, err)
		}
	}
}
