package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/desk"
)

// hooksPage is whom reeve tells what happens.
type hooksPage struct {
	Tab   string
	List  []desk.Hook
	Kinds []string
	// Key is the signing key of a webhook that was just made; it is shown this once.
	Key string
	Can map[string]bool
}

func (v *visit) hooks() error { return v.showHooks("") }

func (v *visit) showHooks(key string) error {
	page, err := v.desk.Hooks(v.ctx(), v.who, desk.Slice{Limit: desk.MaxPage})
	if err != nil {
		return err
	}
	p := hooksPage{Tab: "hooks", List: page.Items, Kinds: desk.HookKinds(), Key: key, Can: rights(v.who)}
	return v.show(http.StatusOK, "hooks", sheet{Title: "Notifications", Nav: "admin", Body: p})
}

// saveHook makes a hook.
func (v *visit) saveHook() error {
	if err := v.form(); err != nil {
		return err
	}
	f := v.r.PostForm
	c := desk.HookChange{Name: strings.TrimSpace(f.Get("name")), HookSpec: desk.HookSpec{Kind: f.Get("kind")}, Secret: secretOf(f)}
	if err := fillSpec(&c.HookSpec, f); err != nil {
		return err
	}
	_, key, err := v.desk.SetHook(v.ctx(), v.who, 0, c)
	if err != nil {
		return err
	}
	return v.showHooks(key)
}

// secretOf reads what it takes to reach the other side.
func secretOf(f url.Values) *desk.HookSecret {
	return &desk.HookSecret{URL: strings.TrimSpace(f.Get("url")), User: f.Get("user"), Password: f.Get("password")}
}

// fillSpec reads what a hook shall do. What the form has no field for stays as it is.
func fillSpec(h *desk.HookSpec, f url.Values) (err error) {
	h.Query, h.Digest, h.Contacts, h.Wants = f.Get("q"), f.Get("digest") != "", f.Get("contacts") != "", f["wants"]
	for name, to := range map[string]*string{"from": &h.From, "project": &h.Project, "type": &h.Type, "done": &h.Done} {
		if f.Has(name) {
			*to = strings.TrimSpace(f.Get(name))
		}
	}
	for name, to := range map[string]*[]string{"to": &h.To, "labels": &h.Labels} {
		if f.Has(name) {
			*to = listed(f.Get(name))
		}
	}
	if text := f.Get("most"); text != "" {
		if h.Most, err = strconv.Atoi(text); err != nil {
			return errorf(desk.ErrInvalid, "%q: want a number of issues", clip(text, 40))
		}
	}
	return nil
}

// hookPage is one hook and what it told.
type hookPage struct {
	*desk.Hook
	Deliveries []desk.Delivery
	// Happenings is what it can tell of.
	Happenings []choice
	// Key is the signing key where a new one was just made; it is shown this once.
	Key string
}

// Mail tells that it sends mail.
func (p hookPage) Mail() bool { return p.Kind == desk.HookMail }

// SignsIn tells that reaching the other side can take a password or token.
func (p hookPage) SignsIn() bool { return p.Mail() || p.Tracks() }

func (v *visit) hook() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	return v.showHook(id, "")
}

func (v *visit) showHook(id int64, key string) error {
	h, err := v.desk.Hook(v.ctx(), v.who, id)
	if err != nil {
		return err
	}
	list, err := v.desk.HookDeliveries(v.ctx(), v.who, id)
	if err != nil {
		return err
	}
	p := hookPage{Hook: h, Deliveries: list, Key: key}
	for _, what := range desk.Happenings() {
		p.Happenings = append(p.Happenings, choice{what, human(what), h.Told(what)})
	}
	return v.show(http.StatusOK, "hook", sheet{Title: h.Name, Nav: "admin", Body: p})
}

// actHook changes a hook, tests it, switches it, removes it, or sends something again.
func (v *visit) actHook() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	if err := v.form(); err != nil {
		return err
	}
	to, done := "/admin/hooks/"+strconv.FormatInt(id, 10), "Saved."
	switch f := v.r.PostForm; f.Get("do") {
	case "change":
		var key string
		if key, err = v.changeHook(id, f); err == nil && key != "" {
			return v.showHook(id, key)
		}
	case "test":
		_, err = v.desk.TestHook(v.ctx(), v.who, id)
		done = "A test is on its way."
	case "switch":
		err = v.switchHook(id, f.Get("off") == "yes")
	case "drop":
		err = v.desk.DropHook(v.ctx(), v.who, id)
		to, done = "/admin/hooks", "The hook is gone."
	case "resend":
		var n []int64
		if n, err = numbers([]string{f.Get("event"), f.Get("part")}); err == nil {
			err = v.desk.ResendDelivery(v.ctx(), v.who, id, n[0], n[1])
		}
		done = "It is sent again."
	default:
		err = errorf(desk.ErrInvalid, "nothing is to be done")
	}
	if err != nil {
		return err
	}
	return v.back(to, done)
}

// changeHook changes what a hook does and, where the form says anything about it, how it reaches the other side. What it takes for that is not known
// here: it is kept whole or replaced whole, so that no part of an old secret is sent to a new address.
func (v *visit) changeHook(id int64, f url.Values) (key string, err error) {
	h, err := v.desk.Hook(v.ctx(), v.who, id)
	if err != nil {
		return "", err
	}
	c := desk.HookChange{Name: h.Name, HookSpec: h.HookSpec}
	if err := fillSpec(&c.HookSpec, f); err != nil {
		return "", err
	}
	if s := secretOf(f); *s != (desk.HookSecret{}) {
		c.Secret = s
	}
	_, key, err = v.desk.SetHook(v.ctx(), v.who, id, c)
	return key, err
}

func (v *visit) switchHook(id int64, off bool) error {
	h, err := v.desk.Hook(v.ctx(), v.who, id)
	if err != nil {
		return err
	}
	spec := h.HookSpec
	spec.Off = off
	_, _, err = v.desk.SetHook(v.ctx(), v.who, id, desk.HookChange{Name: h.Name, HookSpec: spec})
	return err
}
