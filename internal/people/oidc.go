package people

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/store"
)

// OIDC is a provider of OpenID Connect to sign in with.
type OIDC struct {
	// Title is what its button says: "Sign in with Title".
	Title string
	// Issuer is its URL, below which its discovery document lies.
	Issuer string
	// ClientID and ClientSecret are what it knows this server by; without a secret, PKCE alone binds the answer to us.
	ClientID, ClientSecret string
	// Scopes are asked for besides openid; nil is profile and email.
	Scopes []string
	// GroupsClaim holds a person's groups; "" is groups.
	GroupsClaim string
	// Mappings give roles to groups (see ParseMapping).
	Mappings []Mapping
	// LinkByMail lets the first sign-in with a verified address become the person who has that address here and no other way at this provider.
	LinkByMail bool
	// EndSession also signs out at the provider when somebody signs out here.
	EndSession bool
}

func (o *OIDC) check() error {
	if err := desk.CheckIssuer(o.Issuer); err != nil {
		return err
	}
	if o.ClientID == "" {
		return errors.New("the provider needs a client id")
	}
	if o.Title == "" {
		u, _ := url.Parse(o.Issuer) // it was parsed before
		o.Title = u.Hostname()
	}
	if o.Scopes == nil {
		o.Scopes = []string{"profile", "email"}
	}
	if o.GroupsClaim == "" {
		o.GroupsClaim = "groups"
	}
	return nil
}

// flowLife is how long somebody may take at the provider.
const flowLife = 10 * time.Minute

func (k *Keeper) flowCookie() string { return k.cookie() + "-oidc" }

// client is how this server speaks to the provider.
func (k *Keeper) client(ctx context.Context) (*oidc.Provider, *oauth2.Config, context.Context, error) {
	o := k.opt.OIDC
	p, client, err := k.issue.find(ctx, o.Issuer)
	if err != nil {
		return nil, nil, nil, err
	}
	endpoint := p.Endpoint()
	var said struct {
		Auth []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := p.Claims(&said); err != nil {
		return nil, nil, nil, fmt.Errorf("read discovery document: %w", err)
	}
	endpoint.AuthStyle = oauth2.AuthStyleInHeader // what counts where nothing is said (OpenID Connect Discovery 1.0, 3)
	if o.ClientSecret == "" || said.Auth != nil && !slices.Contains(said.Auth, "client_secret_basic") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return p, &oauth2.Config{
		ClientID: o.ClientID, ClientSecret: o.ClientSecret, Endpoint: endpoint, RedirectURL: k.opt.BaseURL + "/auth/oidc/callback",
		Scopes: append([]string{oidc.ScopeOpenID}, o.Scopes...),
	}, oidc.ClientContext(ctx, client), nil
}

// getStart sends the browser to the provider. What is needed when it comes back it carries itself, sealed.
func (k *Keeper) getStart(w http.ResponseWriter, r *http.Request) (back, error) {
	_, config, _, err := k.client(r.Context())
	if err != nil {
		k.log.Error("the provider does not answer", "error", err.Error())
		return to(LoginPage, "provider"), nil
	}
	f := flow{State: random(), Nonce: random(), Verifier: oauth2.GenerateVerifier(), Next: local(r.FormValue("next")), Until: k.now().Add(flowLife)}
	sealed, err := k.seal.close(f)
	if err != nil {
		return back{}, err
	}
	k.setCookie(w, k.flowCookie(), sealed, flowLife)
	return to(config.AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), ""), nil
}

func random() string {
	bits := make([]byte, 32)
	_, _ = rand.Read(bits) // it never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(bits)
}

// getCallback ends a sign-in at the provider. It does nothing for a browser that did not begin it.
func (k *Keeper) getCallback(w http.ResponseWriter, r *http.Request) (back, error) {
	c, err := r.Cookie(k.flowCookie())
	if err != nil {
		return to(LoginPage, "stale"), nil
	}
	f, err := k.seal.open(c.Value, k.now())
	if err != nil || subtle.ConstantTimeCompare([]byte(f.State), []byte(r.FormValue("state"))) != 1 {
		return to(LoginPage, "stale"), nil
	}
	k.setCookie(w, k.flowCookie(), "", 0)
	if code := r.FormValue("error"); code != "" {
		k.log.Warn("the provider refused a sign-in", "error", shorten(code, 100))
		return to(LoginPage, "refused"), nil
	}
	if iss := r.FormValue("iss"); iss != "" && iss != k.opt.OIDC.Issuer { // RFC 9207: the answer of another provider
		return to(LoginPage, "provider"), nil
	}
	id, err := k.identify(r.Context(), r.FormValue("code"), f)
	if err != nil {
		k.log.Error("a sign-in at the provider cannot be trusted", "error", shorten(err.Error(), 500))
		return to(LoginPage, "provider"), nil
	}
	who, said, err := k.admit(r.Context(), id)
	if err != nil {
		return back{}, err
	}
	if said != "" {
		k.log.Warn("sign-in refused", "subject", shorten(id.Subject, 200), "why", said)
		return to(LoginPage, said), nil
	}
	return to(f.Next, ""), k.begin(w, r, store.Session{Person: who, Way: wayOIDC, SID: k.sid(id.SID)})
}

// sid names a session at the provider.
func (k *Keeper) sid(sid string) string {
	if sid == "" {
		return ""
	}
	return k.opt.OIDC.Issuer + " " + shorten(sid, 300)
}

// identity is what a provider says about somebody, verified.
type identity struct {
	// Subject is the issuer, a space, and the subject.
	Subject string
	// Name, Login and Email are what it calls them; Verified tells that the address is theirs.
	Name, Login, Email string
	Verified           bool
	Groups             []string
	// SID is the provider's own session.
	SID string
}

// identify turns the code into what the provider says, and believes nothing of it that is not proven to be an answer to this very sign-in.
func (k *Keeper) identify(ctx context.Context, code string, f flow) (identity, error) {
	p, config, ctx, err := k.client(ctx)
	if err != nil {
		return identity{}, err
	}
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return identity{}, fmt.Errorf("exchange code: %w", err)
	}
	raw, _ := token.Extra("id_token").(string)
	verified, err := p.Verifier(&oidc.Config{ClientID: config.ClientID, SupportedSigningAlgs: algorithms(), Now: k.now}).Verify(ctx, raw)
	if err != nil {
		return identity{}, err
	}
	if f.Nonce == "" || subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(f.Nonce)) != 1 {
		return identity{}, errors.New("the token answers another sign-in: its nonce differs")
	}
	if verified.AccessTokenHash != "" {
		if err := verified.VerifyAccessToken(token.AccessToken); err != nil {
			return identity{}, err
		}
	}
	claims := map[string]any{}
	if err := verified.Claims(&claims); err != nil {
		return identity{}, fmt.Errorf("read claims: %w", err)
	}
	if azp, ok := claims["azp"]; ok && azp != config.ClientID || !ok && len(verified.Audience) > 1 {
		return identity{}, errors.New("the token was given to another client (azp)")
	}
	if err := k.moreClaims(ctx, p, token, verified.Subject, claims); err != nil {
		return identity{}, err
	}
	return k.read(verified.Subject, claims)
}

// moreClaims adds what the provider tells only when asked (UserInfo); what the token says counts first.
func (k *Keeper) moreClaims(ctx context.Context, p *oidc.Provider, token *oauth2.Token, subject string, claims map[string]any) error {
	_, mail := claims["email"]
	_, groups := claims[k.opt.OIDC.GroupsClaim]
	if p.UserInfoEndpoint() == "" || mail && groups {
		return nil
	}
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return fmt.Errorf("ask for more about the person: %w", err)
	}
	if info.Subject != subject {
		return errors.New("the provider tells about somebody else (sub)")
	}
	more := map[string]any{}
	if err := info.Claims(&more); err != nil {
		return err
	}
	if !mail { // an address and whether it is verified belong together
		claims["email"], claims["email_verified"] = more["email"], more["email_verified"]
	}
	for name, v := range more {
		if _, ok := claims[name]; !ok {
			claims[name] = v
		}
	}
	return nil
}

// maxGroups is how many groups of a person are looked at.
const maxGroups = 2000

func (k *Keeper) read(subject string, claims map[string]any) (identity, error) {
	if subject == "" || len(subject) > 255 || desk.CheckLine("sub", subject, 255) != nil {
		return identity{}, errors.New("the token has no subject, or one that is no line of at most 255 bytes")
	}
	text := func(name string) string { s, _ := claims[name].(string); return strings.TrimSpace(shorten(s, 200)) }
	id := identity{
		Subject: k.opt.OIDC.Issuer + " " + subject, Name: text("name"), Login: text("preferred_username"),
		Email: strings.ToLower(text("email")), SID: text("sid"),
	}
	if desk.CheckEmail(id.Email) != nil {
		id.Email = ""
	}
	id.Verified = id.Email != "" && (claims["email_verified"] == true || claims["email_verified"] == "true")
	switch groups := claims[k.opt.OIDC.GroupsClaim].(type) {
	case string:
		id.Groups = []string{groups}
	case []any:
		for _, g := range groups[:min(len(groups), maxGroups)] {
			if s, ok := g.(string); ok {
				id.Groups = append(id.Groups, s)
			}
		}
	}
	return id, nil
}

// providerLogout is where to sign out at the provider, "" for nowhere (OpenID Connect RP-Initiated Logout 1.0).
func (k *Keeper) providerLogout(ctx context.Context) string {
	if k.opt.OIDC == nil || !k.opt.OIDC.EndSession {
		return ""
	}
	p, _, err := k.issue.find(ctx, k.opt.OIDC.Issuer)
	if err != nil {
		return ""
	}
	var said struct {
		End string `json:"end_session_endpoint"`
	}
	u, err := url.Parse("")
	if p.Claims(&said) == nil && said.End != "" {
		u, err = url.Parse(said.End)
	}
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	q := u.Query()
	q.Set("client_id", k.opt.OIDC.ClientID)
	q.Set("post_logout_redirect_uri", k.opt.BaseURL+LoginPage)
	u.RawQuery = q.Encode()
	return u.String()
}

// postBackChannel ends sessions because the provider says so (OpenID Connect Back-Channel Logout 1.0).
func (k *Keeper) postBackChannel(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	err := k.endByProvider(r.Context(), r.PostFormValue("logout_token"))
	if err != nil {
		k.log.Warn("a sign-out by the provider was refused", "error", shorten(err.Error(), 300))
		problem(w, http.StatusBadRequest, "the logout token cannot be trusted")
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (k *Keeper) endByProvider(ctx context.Context, raw string) error {
	p, _, err := k.issue.find(ctx, k.opt.OIDC.Issuer)
	if err != nil {
		return err
	}
	t, err := p.Verifier(&oidc.Config{ClientID: k.opt.OIDC.ClientID, SupportedSigningAlgs: algorithms(), Now: k.now}).VerifyLogout(ctx, raw)
	if err != nil {
		return err
	}
	fresh, err := k.db.Spend(ctx, digestOf("logout "+t.Issuer+" "+t.TokenID), t.Expiry.Add(time.Hour).UnixMicro())
	if err != nil {
		return err
	}
	if !fresh {
		return errors.New("the logout token was presented before")
	}
	if t.SessionID != "" {
		_, err := k.db.EndProviderSession(ctx, k.sid(t.SessionID))
		return err
	}
	w, err := k.reg.World(ctx)
	if err != nil {
		return err
	}
	who, ok, err := bySubject(w, k.opt.OIDC.Issuer+" "+t.Subject)
	if err != nil || !ok {
		return err
	}
	_, err = k.db.EndSessions(ctx, who.ID, nil)
	return err
}
