package people

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/store"
)

// passLife is how long a job may use what its token was exchanged for. A report that is on its way by then arrives.
const passLife = 15 * time.Minute

// skew is how far another machine's clock may be off.
const skew = 5 * time.Minute

// Pass is what a job gets for its forge's token.
type Pass struct {
	// Token is sent as a Bearer token.
	Token string `json:"token"`
	// Asset is what it may bring in reports about.
	Asset   string    `json:"asset"`
	Expires time.Time `json:"expires"`
}

// refused is why a job is not let in; it may be told.
type refused struct{ why string }

func (r refused) Error() string { return r.why }

// postCI exchanges the token that a forge gave one of its jobs (Authorization: Bearer) for a pass: POST /auth/ci.
func (k *Keeper) postCI(w http.ResponseWriter, r *http.Request) {
	raw, ok := bearer(r.Header["Authorization"])
	if !ok {
		problem(w, http.StatusUnauthorized, "send the job's ID token in the Authorization header: Bearer, a blank, the token")
		return
	}
	pass, err := k.exchange(r.Context(), raw)
	var no refused
	switch {
	case errors.As(err, &no):
		k.log.Warn("a job was refused", "address", k.address(r).String(), "why", shorten(no.why, 300))
		problem(w, http.StatusUnauthorized, shorten(no.why, 500))
		return
	case err != nil:
		k.log.Error("a job cannot be let in", "error", shorten(err.Error(), 500))
		problem(w, http.StatusServiceUnavailable, "this cannot be answered now: try again in a minute")
		return
	}
	k.log.Info("a job was let in", "asset", pass.Asset, "address", k.address(r).String())
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(pass)
}

// exchange judges a job's token. The network is asked for nothing but the keys of an issuer that a rule names.
func (k *Keeper) exchange(ctx context.Context, raw string) (Pass, error) {
	issuer, err := issuerOf(raw)
	if err != nil {
		return Pass{}, err
	}
	w, err := k.reg.World(ctx)
	if err != nil {
		return Pass{}, err
	}
	rules, err := desk.TrustsIn(w)
	if err != nil {
		return Pass{}, err
	}
	rules = slices.DeleteFunc(rules, func(t desk.Trust) bool { return t.Issuer != issuer })
	if len(rules) == 0 {
		return Pass{}, refused{fmt.Sprintf("no trust rule names the issuer %.200q: an admin has to set one up", issuer)}
	}
	p, _, err := k.issue.find(ctx, issuer)
	if err != nil {
		return Pass{}, err
	}
	verifier := p.Verifier(&oidc.Config{SkipClientIDCheck: true, SupportedSigningAlgs: algorithms(), Now: k.now}) // the audience is the rule's to say
	token, err := verifier.Verify(ctx, raw)
	if err != nil && strings.Contains(err.Error(), "fetching keys") { // it may quote what the issuer answered
		return Pass{}, err
	}
	if err != nil {
		return Pass{}, refused{"the job's token is not valid: " + err.Error()}
	}
	if token.IssuedAt.After(k.now().Add(skew)) {
		return Pass{}, refused{"the job's token is from the future: set the clocks right"}
	}
	claims, err := claimsOf(token)
	if err != nil {
		return Pass{}, refused{"the claims of the job's token cannot be read"}
	}
	for i := range rules {
		rule := &rules[i]
		if !slices.Contains(token.Audience, rule.Audience) {
			continue
		}
		if asset, ok := rule.Fits(claims); ok {
			if err := k.spend(ctx, rule, token, raw, claims); err != nil {
				return Pass{}, err
			}
			return k.pass(ctx, rule, asset, token.Subject)
		}
	}
	return Pass{}, refused{fmt.Sprintf("no trust rule fits the job %.200q for the audience %.100q", token.Subject, strings.Join(token.Audience, " "))}
}

// issuerOf reads who signed a token, without believing it.
func issuerOf(raw string) (string, error) {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return "", refused{"this is no ID token: it has not three parts"}
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	var said struct {
		Issuer string `json:"iss"`
	}
	if err != nil || json.Unmarshal(payload, &said) != nil {
		return "", refused{"this is no ID token: its second part cannot be read"}
	}
	return said.Issuer, nil
}

// claimsOf gives all claims; numbers keep their digits.
func claimsOf(token *oidc.IDToken) (map[string]any, error) {
	var raw json.RawMessage
	if err := token.Claims(&raw); err != nil {
		return nil, err
	}
	claims := map[string]any{}
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	return claims, d.Decode(&claims)
}

// spend notes that a token was presented, and refuses it the second time unless the rule allows that. A token without a jti is known by
// what was signed.
func (k *Keeper) spend(ctx context.Context, rule *desk.Trust, token *oidc.IDToken, raw string, claims map[string]any) error {
	if rule.Reuse {
		return nil
	}
	key := "signed " + raw[:strings.LastIndexByte(raw, '.')]
	if jti, ok := claims["jti"].(string); ok && jti != "" {
		key = "jti " + token.Issuer + " " + jti
	}
	fresh, err := k.db.Spend(ctx, digestOf(key), token.Expiry.Add(skew).UnixMicro())
	if err == nil && !fresh {
		err = refused{"the job's token was presented before: ask the forge for a new one, or let the trust rule allow it"}
	}
	return err
}

func (k *Keeper) pass(ctx context.Context, rule *desk.Trust, asset, subject string) (Pass, error) {
	text := desk.NewSecret(desk.PassPrefix)
	digest, _ := desk.ReadSecret(desk.PassPrefix, text)
	expires := k.now().Add(passLife)
	err := k.db.AddPass(ctx, store.Pass{
		ID: digest, Trust: rule.ID, Touched: rule.Touched, Asset: asset, Title: shorten(rule.Title+": "+subject, 300), Expires: expires.UnixMicro(),
	})
	return Pass{Token: text, Asset: asset, Expires: expires.UTC().Truncate(time.Microsecond)}, err
}
