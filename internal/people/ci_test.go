package people

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// forge is a real server of a discovery document and of keys, as forges are one, and signs tokens.
type forge struct {
	*httptest.Server
	t     *testing.T
	rsa   *rsa.PrivateKey
	ec    *ecdsa.PrivateKey
	asked atomic.Int64
	// keysAt is where the document says the keys are; "" is here. kid is the key's name.
	keysAt, kid string
}

func newForge(t *testing.T) *forge {
	t.Helper()
	f := &forge{t: t, kid: "one"}
	var err error
	if f.rsa, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		t.Fatal(err)
	}
	if f.ec, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	f.Server = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	return f
}

func (f *forge) serve(w http.ResponseWriter, r *http.Request) {
	f.asked.Add(1)
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		keys := f.keysAt
		if keys == "" {
			keys = f.URL + "/keys"
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"issuer": f.URL, "jwks_uri": keys, "id_token_signing_alg_values_supported": []string{"RS256", "ES256", "HS256", "none"}})
	case "/keys":
		point, err := f.ec.PublicKey.Bytes()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"keys": []any{
			map[string]any{"kty": "RSA", "kid": f.kid, "use": "sig", "n": b64(f.rsa.N.Bytes()), "e": b64(big.NewInt(int64(f.rsa.E)).Bytes())},
			map[string]any{"kty": "EC", "kid": "curve", "crv": "P-256", "x": b64(point[1:33]), "y": b64(point[33:])},
		}})
	default:
		http.NotFound(w, r)
	}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// claims are those of a job that the rule of hub fits, with changes; nil takes one away.
func (f *forge) claims(now time.Time, changes map[string]any) map[string]any {
	c := map[string]any{
		"iss": f.URL, "aud": "https://reeve.example", "sub": "repo:acme/shop:ref:refs/heads/main", "jti": random(), "repository": "acme/shop",
		"ref": "refs/heads/main", "iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(),
	}
	maps.Copy(c, changes)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

// sign makes a token by the algorithm of its header.
func (f *forge) sign(header, claims map[string]any) string {
	f.t.Helper()
	h, _ := json.Marshal(header)
	c, err := json.Marshal(claims)
	if err != nil {
		f.t.Fatal(err)
	}
	text := b64(h) + "." + b64(c)
	sum := sha256.Sum256([]byte(text))
	var sig []byte
	switch header["alg"] {
	case "RS256":
		sig, err = rsa.SignPKCS1v15(rand.Reader, f.rsa, crypto.SHA256, sum[:])
	case "ES256":
		r, s, err := ecdsa.Sign(rand.Reader, f.ec, sum[:])
		if err != nil {
			f.t.Fatal(err)
		}
		sig = append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	case "HS256": // the old trick: the public key as a secret
		der, err := x509.MarshalPKIXPublicKey(&f.rsa.PublicKey)
		if err != nil {
			f.t.Fatal(err)
		}
		mac := hmac.New(sha256.New, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
		mac.Write([]byte(text))
		sig = mac.Sum(nil)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	return text + "." + b64(sig)
}

func (f *forge) job(now time.Time, changes map[string]any) string {
	return f.sign(map[string]any{"alg": "RS256", "kid": f.kid, "typ": "JWT"}, f.claims(now, changes))
}

// hub is a rule as one would write it.
func hub(issuer string) desk.Trust {
	return desk.Trust{
		Title: "acme", Issuer: issuer, Audience: "https://reeve.example", Asset: "repository:{repository}",
		Claims: map[string]string{"repository": "acme/*", "ref": "refs/heads/main"},
	}
}

// exchange presents a job's token and gives the pass, or the refusal's text.
func (p *place) present(token string) (Pass, string) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.url+"/auth/ci", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	var got struct {
		Pass
		Status int
		Detail string
	}
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
		p.t.Fatal(res.Status, err)
	}
	if (res.StatusCode == http.StatusOK) != (got.Token != "") || res.StatusCode != http.StatusOK && (got.Status != res.StatusCode || got.Detail == "") {
		p.t.Fatalf("%s with %+v", res.Status, got)
	}
	return got.Pass, got.Detail
}

func TestCI_letsJobsInForOneAsset(t *testing.T) {
	f := newForge(t)
	each(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		_, root := p.root()
		id, err := p.desk.SetTrust(ctx, root, hub(f.URL))
		if err != nil {
			t.Fatal(err)
		}
		pass, why := p.present(f.job(p.clock(), nil))
		if pass.Asset != "repository:acme/shop" || pass.Expires.Sub(p.clock()) != passLife {
			t.Fatalf("pass %+v: %s", pass, why)
		}
		who := p.bearer(pass.Token)
		if who.Person != 0 || who.Name != "ci:repository:acme/shop" || who.Asset != "repository:acme/shop" || who.Can(access.Import) != nil || who.Can(access.Read) == nil ||
			!strings.Contains(who.Title, "acme: repo:acme/shop") {
			t.Errorf("the job is %+v", who)
		}
		if _, _, err := p.desk.NewToken(ctx, who, desk.Token{Title: "x", Only: []access.Action{access.Import}}); err == nil {
			t.Error("a job makes a token")
		}
		curve := f.sign(map[string]any{"alg": "ES256", "kid": "curve"}, f.claims(p.clock(), map[string]any{"aud": []string{"x", "https://reeve.example"}}))
		if pass, why := p.present(curve); pass.Token == "" {
			t.Errorf("a token by elliptic curve: %s", why)
		}
		p.pass(passLife)
		if p.bearer(pass.Token).Name != "" {
			t.Error("a pass outlives its time")
		}
		pass, _ = p.present(f.job(p.clock(), nil))
		rule := hub(f.URL)
		rule.ID, rule.Claims["ref"] = id, "refs/heads/release"
		if _, err := p.desk.SetTrust(ctx, root, rule); err != nil {
			t.Fatal(err)
		}
		if p.bearer(pass.Token).Name != "" {
			t.Error("a pass outlives a change of its rule")
		}
		pass, _ = p.present(f.job(p.clock(), map[string]any{"ref": "refs/heads/release"}))
		if p.bearer(pass.Token).Name == "" {
			t.Error("the changed rule lets nobody in")
		}
		if err := p.desk.DropTrust(ctx, root, id); err != nil {
			t.Fatal(err)
		}
		if p.bearer(pass.Token).Name != "" {
			t.Error("a pass outlives its rule")
		}
	})
}

func TestCI_refusesEverythingElse(t *testing.T) {
	f, stranger := newForge(t), newForge(t)
	each(t, func(t *testing.T, p *place) {
		_, root := p.root()
		if _, err := p.desk.SetTrust(t.Context(), root, hub(f.URL)); err != nil {
			t.Fatal(err)
		}
		now := p.clock()
		rs := map[string]any{"alg": "RS256", "kid": "one"}
		good := f.job(now, nil)
		head, rest, _ := strings.Cut(good, ".")
		body, sig, _ := strings.Cut(rest, ".")
		forged, _ := json.Marshal(f.claims(now, map[string]any{"repository": "acme/other"}))
		asked := stranger.asked.Load()
		for name, token := range map[string]string{
			"another audience":            f.job(now, map[string]any{"aud": "https://other.example"}),
			"no audience":                 f.job(now, map[string]any{"aud": nil}),
			"another owner":               f.job(now, map[string]any{"repository": "acme-evil/shop"}),
			"another branch":              f.job(now, map[string]any{"ref": "refs/heads/main2"}),
			"no branch":                   f.job(now, map[string]any{"ref": nil}),
			"a claim that is a list":      f.job(now, map[string]any{"ref": []string{"refs/heads/main"}}),
			"expired":                     f.job(now, map[string]any{"exp": now.Add(-time.Second).Unix()}),
			"no end":                      f.job(now, map[string]any{"exp": nil}),
			"not yet":                     f.job(now, map[string]any{"nbf": now.Add(10 * time.Minute).Unix()}),
			"from the future":             f.job(now, map[string]any{"iat": now.Add(10 * time.Minute).Unix()}),
			"no algorithm":                f.sign(map[string]any{"alg": "none"}, f.claims(now, nil)),
			"None":                        f.sign(map[string]any{"alg": "None", "kid": "one"}, f.claims(now, nil)),
			"the public key as key":       f.sign(map[string]any{"alg": "HS256", "kid": "one"}, f.claims(now, nil)),
			"a key nobody has":            f.sign(map[string]any{"alg": "RS256", "kid": "two"}, f.claims(now, nil)),
			"another's key":               stranger.sign(rs, f.claims(now, nil)),
			"the wrong kind of key":       f.sign(map[string]any{"alg": "ES256", "kid": "one"}, f.claims(now, nil)),
			"an issuer nobody named":      stranger.job(now, nil),
			"an issuer written otherwise": f.sign(rs, f.claims(now, map[string]any{"iss": f.URL + "/"})),
			"changed claims":              head + "." + b64(forged) + "." + sig,
			"no signature":                head + "." + body + ".",
			"two parts":                   head + "." + body,
			"four parts":                  good + ".x",
			"its own key":                 f.sign(map[string]any{"alg": "RS256", "kid": "two", "jwk": map[string]any{"kty": "oct", "k": "AAAA"}, "jku": stranger.URL + "/keys"}, f.claims(now, nil)),
			"no JSON":                     head + "." + b64([]byte("[1")) + "." + sig,
			"an asset of two lines":       f.job(now, map[string]any{"repository": "acme/a\nb"}),
			"a token of reeve's":          desk.NewSecret(desk.TokenPrefix),
		} {
			if pass, why := p.present(token); pass.Token != "" {
				t.Errorf("%s is let in for %s", name, pass.Asset)
			} else if why == "" {
				t.Errorf("%s: no reason is given", name)
			}
		}
		if stranger.asked.Load() != asked {
			t.Error("an issuer that nobody named was asked")
		}
		if pass, why := p.present(good); pass.Token == "" {
			t.Fatalf("the good token: %s", why)
		}
		if pass, _ := p.present(good); pass.Token != "" {
			t.Error("a token is let in twice")
		}
		jti := f.claims(now, nil)["jti"]
		p.present(f.job(now, map[string]any{"jti": jti}))
		if pass, _ := p.present(f.job(now, map[string]any{"jti": jti, "nbf": now.Add(-time.Second).Unix()})); pass.Token != "" {
			t.Error("a jti is let in twice")
		}
		bare := f.job(now, map[string]any{"jti": nil})
		first, _ := p.present(bare)
		if second, _ := p.present(bare); first.Token == "" || second.Token != "" {
			t.Error("a token without jti is let in not once")
		}
	})
}

func TestCI_reuseIsTheRulesToAllow(t *testing.T) {
	f := newForge(t)
	each(t, func(t *testing.T, p *place) {
		_, root := p.root()
		rule := hub(f.URL)
		rule.Reuse = true
		if _, err := p.desk.SetTrust(t.Context(), root, rule); err != nil {
			t.Fatal(err)
		}
		token := f.job(p.clock(), nil)
		for range 2 {
			if pass, why := p.present(token); pass.Token == "" {
				t.Error(why)
			}
		}
	})
}

func TestCI_asksAnIssuerSparingly(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		p := open(t, db, Options{})
		f := newForge(t)
		_, root := p.root()
		if _, err := p.desk.SetTrust(t.Context(), root, hub(f.URL)); err != nil {
			t.Fatal(err)
		}
		for range 20 {
			p.present(f.sign(map[string]any{"alg": "RS256", "kid": random()}, f.claims(p.clock(), nil)))
		}
		if n := f.asked.Load(); n != 2 {
			t.Errorf("20 tokens with keys that nobody has made %d requests, want 2", n)
		}
		f.kid = "two" // the forge changed its key
		p.pass(again)
		if pass, why := p.present(f.job(p.clock(), nil)); pass.Token == "" {
			t.Errorf("after the keys changed: %s", why)
		}
		f.Close()
		if pass, why := p.present(f.job(p.clock(), nil)); pass.Token == "" {
			t.Errorf("while the forge is away: %s", why)
		}
	})
}

func TestCI_followsAnIssuerNowhereElse(t *testing.T) {
	db, err := store.Open(t.Context(), storetest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p := open(t, db, Options{})
	_, root := p.root()
	for _, inside := range []string{"http://169.254.169.254/keys", "https://10.0.0.1/keys", "ftp://127.0.0.1/keys", "file:///etc/passwd"} {
		f := newForge(t)
		f.keysAt = inside
		rule := hub(f.URL)
		rule.Title = f.URL
		if _, err := p.desk.SetTrust(t.Context(), root, rule); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if pass, why := p.present(f.job(p.clock(), nil)); pass.Token != "" || strings.Contains(why, inside) || time.Since(began) > 5*time.Second {
			t.Errorf("keys at %s: pass %+v, %q after %s", inside, pass, why, time.Since(began))
		}
	}
}

func TestTrust_rulesThatLetStrangersInAreRefused(t *testing.T) {
	db, err := store.Open(t.Context(), storetest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	p := open(t, db, Options{})
	_, root := p.root()
	for name, change := range map[string]func(*desk.Trust){
		"no claims":              func(r *desk.Trust) { r.Claims = nil },
		"only a branch":          func(r *desk.Trust) { r.Claims = map[string]string{"ref": "refs/heads/main"} },
		"every owner":            func(r *desk.Trust) { r.Claims["repository"] = "*" },
		"owners who begin alike": func(r *desk.Trust) { r.Claims["repository"] = "acme*" },
		"owners who end alike":   func(r *desk.Trust) { r.Claims["repository"] = "*/shop" },
		"an empty owner":         func(r *desk.Trust) { r.Claims["repository"] = "" },
		"no audience":            func(r *desk.Trust) { r.Audience = "" },
		"an issuer without TLS":  func(r *desk.Trust) { r.Issuer = "http://issuer.example" },
		"an issuer with a login": func(r *desk.Trust) { r.Issuer = "https://a:b@issuer.example" },
		"an issuer with a query": func(r *desk.Trust) { r.Issuer = "https://issuer.example?x=1" },
		"no issuer":              func(r *desk.Trust) { r.Issuer = "" },
		"an asset without kind":  func(r *desk.Trust) { r.Asset = "{repository}" },
		"an asset of any kind":   func(r *desk.Trust) { r.Asset = "{kind}:{repository}" },
		"an unclosed brace":      func(r *desk.Trust) { r.Asset = "repository:{repository" },
		"no title":               func(r *desk.Trust) { r.Title = "" },
		"a rule that is not":     func(r *desk.Trust) { r.ID = 4711 },
	} {
		rule := hub("https://issuer.example")
		change(&rule)
		if _, err := p.desk.SetTrust(t.Context(), root, rule); err == nil {
			t.Errorf("%s: the rule is taken", name)
		}
	}
	if _, err := p.desk.SetTrust(t.Context(), root, hub("https://issuer.example")); err != nil {
		t.Error(err)
	}
	if list, err := p.desk.Trusts(t.Context(), root); err != nil || len(list) != 1 || list[0].Title != "acme" {
		t.Errorf("rules %+v (%v)", list, err)
	}
}
