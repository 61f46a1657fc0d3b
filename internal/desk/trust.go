package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/register"
)

// KindTrust is the kind of the rules by which a forge's own word lets its jobs in.
const KindTrust = "trust"

// Trust is such a rule: jobs that an issuer vouches for, with these claims, may bring in reports about one asset.
type Trust struct {
	ID int64 `json:"-"`
	// Title is its name.
	Title string `json:"-"`
	// Issuer is who signs, as in the token's iss; Audience must be among the token's aud.
	Issuer   string `json:"issuer"`
	Audience string `json:"audience"`
	// Claims are patterns by the names of claims; all must fit. A * stands for any text.
	Claims map[string]string `json:"claims"`
	// Asset is the asset's name, with claims in braces: "repository:{repository}".
	Asset string `json:"asset"`
	// Reuse lets one token be presented more than once: for forges that give a job only one (GitLab).
	Reuse bool `json:"reuse,omitempty"`
	// Touched is the event that changed it last.
	Touched int64 `json:"-"`
}

// TrustsIn gives the rules of a world by title.
func TrustsIn(w *register.World) ([]Trust, error) {
	var out []Trust
	for id, e := range w.Others[KindTrust] {
		t := Trust{ID: id, Title: e.Name, Touched: e.Touched}
		if err := json.Unmarshal(e.Doc, &t); err != nil {
			return nil, fmt.Errorf("trust %q: %w", e.Name, err)
		}
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b Trust) int { return strings.Compare(a.Title, b.Title) })
	return out, nil
}

// Trusts lists the rules, for admins and those who read the log.
func (d *Desk) Trusts(ctx context.Context, p access.Principal) ([]Trust, error) {
	if err := inspects(p); err != nil {
		return nil, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return nil, err
	}
	return TrustsIn(w)
}

// SetTrust makes a rule, or changes the one with its ID. Passes given by the rule as it was before no longer count.
func (d *Desk) SetTrust(ctx context.Context, p access.Principal, t Trust) (int64, error) {
	if err := p.Can(access.Govern); err != nil {
		return 0, err
	}
	if err := t.check(); err != nil {
		return 0, err
	}
	if err := d.trustIs(ctx, t.ID); t.ID != 0 && err != nil {
		return 0, err
	}
	ids, err := d.reg.Put(ctx, p.Name, "set", register.Set{Kind: KindTrust, ID: t.ID, Name: t.Title, Doc: t})
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// DropTrust removes a rule and with it all passes that it gave.
func (d *Desk) DropTrust(ctx context.Context, p access.Principal, id int64) error {
	if err := p.Can(access.Govern); err != nil {
		return err
	}
	if err := d.trustIs(ctx, id); err != nil {
		return err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return err
	}
	e := w.Others[KindTrust][id]
	_, err = d.reg.Put(ctx, p.Name, "dropped", register.Set{Kind: KindTrust, ID: id, Name: e.Name, Doc: json.RawMessage(e.Doc), Drop: true})
	return err
}

func (d *Desk) trustIs(ctx context.Context, id int64) error {
	w, err := d.reg.World(ctx)
	if err != nil {
		return err
	}
	if _, ok := w.Others[KindTrust][id]; !ok {
		return fmt.Errorf("trust %d: %w", id, ErrNotFound)
	}
	return nil
}

// whose are the claims that say whose job it is. A forge of everybody signs for everybody, so a rule must say one of them.
func whose() []string {
	return []string{"sub", "repository", "repository_id", "repository_owner", "repository_owner_id", "project_path", "project_id", "namespace_path",
		"namespace_id", "organization", "organization_id", "organization_slug", "workspaceUuid", "repositoryUuid", "oidc.circleci.com/project-id", "email"}
}

func (t *Trust) check() error {
	if err := CheckLine("title of a trust rule", t.Title, 100); err != nil {
		return err
	}
	if strings.TrimSpace(t.Title) == "" {
		return fmt.Errorf("%w: a trust rule needs a title", ErrInvalid)
	}
	if err := CheckIssuer(t.Issuer); err != nil {
		return err
	}
	if err := CheckLine("audience", t.Audience, 300); err != nil {
		return err
	}
	if t.Audience == "" {
		return fmt.Errorf("%w: say the audience that tokens must be for, such as this server's address", ErrInvalid)
	}
	if len(t.Claims) > 30 {
		return fmt.Errorf("%w: at most 30 claims a rule", ErrInvalid)
	}
	said := false
	for name, pattern := range t.Claims {
		if err := CheckLine("claim", name+pattern, 500); err != nil {
			return err
		}
		if !slices.Contains(whose(), name) {
			continue
		}
		before, _, wild := strings.Cut(pattern, "*")
		if wild && !strings.HasSuffix(before, "/") && !strings.HasSuffix(before, ":") {
			return fmt.Errorf("%w: claim %s: %q would also let in strangers whose name begins alike: put a / or a : before the *", ErrInvalid, name, pattern)
		}
		said = said || pattern != ""
	}
	if !said {
		return fmt.Errorf("%w: say whose jobs are let in, by one of the claims %s", ErrInvalid, strings.Join(whose(), ", "))
	}
	return t.checkAsset()
}

// checkAsset fills the template in as if every claim said x.
func (t *Trust) checkAsset() error {
	if strings.HasPrefix(t.Asset, "{") {
		return fmt.Errorf("%w: asset %.200q: the kind must be written out, such as repository:{repository}", ErrInvalid, t.Asset)
	}
	name, err := fill(t.Asset, func(string) (string, bool) { return "x", true })
	if err != nil {
		return fmt.Errorf("%w: asset %.200q: %w", ErrInvalid, t.Asset, err)
	}
	return checkAssetName(name)
}

// CheckIssuer tells whether a text can be an issuer's URL: https without query or fragment, or http on this very machine.
func CheckIssuer(issuer string) error {
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || len(issuer) > 300 {
		return fmt.Errorf("%w: issuer %.300q: want an https:// address without query", ErrInvalid, issuer)
	}
	addr, err := netip.ParseAddr(u.Hostname())
	local := err == nil && addr.IsLoopback() || u.Hostname() == "localhost"
	if u.Scheme != "https" && (u.Scheme != "http" || !local) {
		return fmt.Errorf("%w: issuer %.300q: want https", ErrInvalid, issuer)
	}
	return nil
}

// Fits tells whether a token's claims fit the rule, and which asset it is for then. Claims other than texts, numbers and truths fit nothing.
func (t *Trust) Fits(claims map[string]any) (asset string, ok bool) {
	for name, pattern := range t.Claims {
		if text, there := claimText(claims[name]); !there || !Like(pattern, text) {
			return "", false
		}
	}
	asset, err := fill(t.Asset, func(name string) (string, bool) { return claimText(claims[name]) })
	if err != nil || checkAssetName(asset) != nil {
		return "", false
	}
	return asset, true
}

func claimText(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, v != ""
	case bool:
		return strconv.FormatBool(v), true
	case json.Number:
		return v.String(), true
	}
	return "", false
}

// Like tells whether a text is like a pattern, in which * stands for any text. It takes time linear in their product.
func Like(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	rest, ok := strings.CutPrefix(text, parts[0])
	last := parts[len(parts)-1]
	if !ok || !strings.HasSuffix(rest, last) {
		return false
	}
	rest = rest[:len(rest)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(rest, part)
		if !found {
			return false
		}
		rest = after
	}
	return true
}

// fill puts values into a template's braces.
func fill(template string, value func(name string) (string, bool)) (string, error) {
	var b strings.Builder
	for {
		before, rest, more := strings.Cut(template, "{")
		b.WriteString(before)
		if !more {
			return b.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" {
			return "", fmt.Errorf("a { needs the name of a claim and a }")
		}
		v, ok := value(name)
		if !ok {
			return "", fmt.Errorf("there is no claim %.50q", name)
		}
		b.WriteString(v)
		template = after
	}
}
