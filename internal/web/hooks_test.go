package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/desk"
)

// hook makes a hook and gives its id.
func (h *house) hook(kind, address string) int64 {
	h.t.Helper()
	c := desk.HookChange{Name: "hook of " + kind, HookSpec: desk.HookSpec{Kind: kind, Query: "level:critical"}, Secret: &desk.HookSecret{URL: address, Password: "hunter-of-hooks"}}
	switch kind {
	case desk.HookMail:
		c.From, c.To = "reeve@shop.example", []string{"security@shop.example"}
	case desk.HookJira:
		c.Project, c.Type, c.Done, c.Labels, c.Most = "SEC", "Bug", "Close", []string{"reeve"}, 7
	}
	made, _, err := h.desk.SetHook(h.t.Context(), h.root, 0, c)
	h.must(err)
	return made.ID
}

// keyIn is the signing key that a page shows, "" for none.
func keyIn(body string) string {
	_, rest, found := strings.Cut(body, `readonly value="whsec_`)
	if !found {
		return ""
	}
	key, _, _ := strings.Cut(rest, `"`)
	return key
}

func TestHooks_areChanged(t *testing.T) {
	h := opened(t)
	id := h.hook(desk.HookJira, "https://jira.example/secret-path")
	path := fmt.Sprintf("/admin/hooks/%d", id)
	page := h.get(path)
	for _, part := range []string{`value="level:critical"`, `value="SEC"`, `value="Bug"`, `value="Close"`, `value="reeve"`, `value="7"`, `value="regression" checked`, `value="verified">`} {
		if !strings.Contains(page.body, part) {
			t.Errorf("the form does not show %s", part)
		}
	}
	a := h.sent(path, "do", "change", "q", "team:payments", "wants", "opened", "wants", "verified", "digest", "yes", "project", "PAY", "type", "Task", "done", "", "labels", "a, b", "most", "3")
	if a.header.Get("Location") != path {
		t.Errorf("sent to %q", a.header.Get("Location"))
	}
	got, err := h.desk.Hook(t.Context(), h.root, id)
	h.must(err)
	if got.Query != "team:payments" || !slices.Equal(got.Wants, []string{"opened", "verified"}) || !got.Digest || got.Project != "PAY" || got.Type != "Task" || got.Done != "" ||
		!slices.Equal(got.Labels, []string{"a", "b"}) || got.Most != 3 || got.Where != "https://jira.example" {
		t.Errorf("the hook is %+v", got)
	}
	h.sent(path, "do", "change", "q", "", "url", "https://other.example/x", "password", "new")
	if got, err = h.desk.Hook(t.Context(), h.root, id); err != nil || got.Where != "https://other.example" || got.Project != "PAY" {
		t.Errorf("the hook is %+v: %v", got, err)
	}
	for _, c := range []struct {
		form url.Values
		says string
	}{
		{url.Values{"q": {"levl:x"}}, "did you mean level"}, {url.Values{"wants": {"nothing"}}, "want some of"}, {url.Values{"project": {"a b"}}, "project"},
		{url.Values{"most": {"many"}}, "want a number"}, {url.Values{"most": {"1000"}}, "1 to 200"}, {url.Values{"password": {"only-this"}}, "address of the hook"},
	} {
		c.form.Set("do", "change")
		if a := h.send(path, c.form, h.cookie); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, c.says) {
			t.Errorf("%v: %d %s, want 422 with %q", c.form, a.status, problemIn(a.body), c.says)
		}
	}
	if again, err := h.desk.Hook(t.Context(), h.root, id); err != nil || again.Where != "https://other.example" {
		t.Errorf("a refused change changed it to %+v: %v", again, err)
	}
}

// TestHooks_secretsAreNotShown looks for what reaches the other side in every page about a hook, before and after changes.
func TestHooks_secretsAreNotShown(t *testing.T) {
	h := opened(t)
	a := h.send("/admin/hooks", url.Values{"name": {"chat"}, "kind": {"webhook"}, "url": {"https://hooks.example/deep-secret-path"}, "user": {"secret-user"}, "password": {"secret-word"}}, h.cookie)
	first := keyIn(a.body)
	if a.status != http.StatusOK || first == "" {
		t.Fatalf("no key is shown: %d %s", a.status, problemIn(a.body))
	}
	list, err := h.desk.Hooks(t.Context(), h.root, desk.Slice{})
	h.must(err)
	path := fmt.Sprintf("/admin/hooks/%d", list.Items[0].ID)
	unseen := func(when string, secrets ...string) {
		t.Helper()
		for _, page := range []string{"/admin/hooks", path, "/log/" + fmt.Sprint(h.lastEvent())} {
			body := h.get(page).body
			for _, secret := range append(secrets, "deep-secret-path", "secret-user", "secret-word", "whsec_") {
				if strings.Contains(body, secret) {
					t.Errorf("%s: %s shows %q", when, page, secret)
				}
			}
		}
	}
	unseen("made", first)
	h.sent(path, "do", "change", "q", "level:high") // the key stays, so there is none to show
	unseen("changed", first)
	a = h.send(path, url.Values{"do": {"change"}, "url": {"https://hooks.example/new-secret-path"}}, h.cookie)
	second := keyIn(a.body)
	if a.status != http.StatusOK || second == "" || second == first || strings.Contains(a.body, "new-secret-path") {
		t.Errorf("a new address: %d, the key is new: %t", a.status, second != first)
	}
	unseen("reaches elsewhere", first, second, "new-secret-path")
}

// lastEvent is the number of the last event of the log.
func (h *house) lastEvent() int64 {
	h.t.Helper()
	head, err := h.db.Head(h.t.Context())
	h.must(err)
	return head.Seq
}
