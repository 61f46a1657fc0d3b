package web

import (
	"net/http"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/reevehq/reeve/internal/desk"
)

// policiesPage is how long things may take.
type policiesPage struct {
	Tab  string
	List []policyText
	Can  map[string]bool
}

// policyText is a policy as people write it.
type policyText struct {
	desk.Policy
	Text string
}

func (v *visit) policies() error {
	page, err := v.desk.Policies(v.ctx(), v.who, desk.Slice{Limit: desk.MaxPage})
	if err != nil {
		return err
	}
	p := policiesPage{Tab: "policies", Can: rights(v.who)}
	for _, one := range page.Items {
		text, err := yaml.Marshal(&one.Policy)
		if err != nil {
			return err
		}
		p.List = append(p.List, policyText{one, string(text)})
	}
	return v.show(http.StatusOK, "policies", sheet{Title: "Clock policies", Nav: "admin", Body: p})
}

func (v *visit) savePolicy() error {
	if err := v.form(); err != nil {
		return err
	}
	if _, err := v.desk.SetPolicy(v.ctx(), v.who, strings.TrimSpace(v.r.PostFormValue("name")), []byte(v.r.PostFormValue("text"))); err != nil {
		return err
	}
	return v.back("/admin/policies", "The policy is saved; clocks follow it from now on.")
}

func (v *visit) dropPolicy() error {
	if err := v.form(); err != nil {
		return err
	}
	if err := v.desk.DropPolicy(v.ctx(), v.who, v.r.PostFormValue("name")); err != nil {
		return err
	}
	return v.back("/admin/policies", "The policy is gone.")
}

// trustsPage is which jobs of which forges are let in by their forge's word.
type trustsPage struct {
	Tab  string
	List []desk.Trust
	Can  map[string]bool
}

func (v *visit) trusts() error {
	list, err := v.desk.Trusts(v.ctx(), v.who)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "trust", sheet{Title: "Trusted pipelines", Nav: "admin", Body: trustsPage{"trust", list, rights(v.who)}})
}

// saveTrust makes a rule. Claims are typed a line each, "repository = acme/*".
func (v *visit) saveTrust() error {
	if err := v.form(); err != nil {
		return err
	}
	f := v.r.PostForm
	t := desk.Trust{Title: strings.TrimSpace(f.Get("title")), Issuer: strings.TrimSpace(f.Get("issuer")), Audience: strings.TrimSpace(f.Get("audience")),
		Asset: strings.TrimSpace(f.Get("asset")), Reuse: f.Get("reuse") != "", Claims: map[string]string{}}
	for text := range strings.Lines(f.Get("claims")) {
		name, pattern, ok := strings.Cut(text, "=")
		if name = strings.TrimSpace(name); name == "" && strings.TrimSpace(text) == "" {
			continue
		} else if !ok || name == "" {
			return errorf(desk.ErrInvalid, "claim %q: want a line such as repository = acme/*", clip(strings.TrimSpace(text), 100))
		}
		t.Claims[name] = strings.TrimSpace(pattern)
	}
	if _, err := v.desk.SetTrust(v.ctx(), v.who, t); err != nil {
		return err
	}
	return v.back("/admin/trust", "The rule is saved.")
}

func (v *visit) dropTrust() error {
	id, err := v.id()
	if err != nil {
		return err
	}
	if err := v.form(); err != nil {
		return err
	}
	if err := v.desk.DropTrust(v.ctx(), v.who, id); err != nil {
		return err
	}
	return v.back("/admin/trust", "The rule is gone, and with it all passes that it gave.")
}
