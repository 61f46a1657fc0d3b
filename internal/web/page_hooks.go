package web

import (
	"net/http"
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
	spec := desk.HookSpec{Kind: f.Get("kind"), Query: f.Get("q"), Digest: f.Get("digest") != "", Contacts: f.Get("contacts") != "",
		From: f.Get("from"), To: listed(f.Get("to")), Project: strings.TrimSpace(f.Get("project"))}
	secret := &desk.HookSecret{URL: strings.TrimSpace(f.Get("url")), User: f.Get("user"), Password: f.Get("password")}
	_, key, err := v.desk.SetHook(v.ctx(), v.who, 0, desk.HookChange{Name: strings.TrimSpace(f.Get("name")), HookSpec: spec, Secret: secret})
	if err != nil {
		return err
	}
	return v.showHooks(key)
}

// hookPage is one hook and what it told.
type hookPage struct {
	*desk.Hook
	Deliveries []desk.Delivery
	Can        map[string]bool
}

func (v *visit) hook() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	h, err := v.desk.Hook(v.ctx(), v.who, id)
	if err != nil {
		return err
	}
	list, err := v.desk.HookDeliveries(v.ctx(), v.who, id)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "hook", sheet{Title: h.Name, Nav: "admin", Body: hookPage{h, list, rights(v.who)}})
}

// actHook tests a hook, switches it, removes it, or sends something again.
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
