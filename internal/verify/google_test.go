package verify

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

// askGoogle gives the URL and the form that were sent for a secret.
func askGoogle(t *testing.T, secret Secret) (Answer, string, url.Values) {
	t.Helper()
	var sent url.Values
	tr := &transport{answer: func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		sent, err = url.ParseQuery(string(body))
		return respond(reply{status: 200, body: `{"access_token":"ya29.x"}`}), err
	}}
	got := New(Options{Transport: tr, Clock: newTestClock()}).Verify(t.Context(), "gcp-service-account", secret)
	return got, strings.Join(tr.asked, " "), sent
}

func TestGoogle_assertionIsSignedForGoogleAlone(t *testing.T) {
	got, asked, sent := askGoogle(t, Secret{Value: finding.Conceal(serviceAccountFile())})
	if got.State != Live || asked != googleTokenURL || sent.Get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
		t.Fatalf("%v (%s) from %q with %q", got.State, got.Why, asked, sent.Get("grant_type"))
	}
	parts := strings.Split(sent.Get("assertion"), ".")
	if len(parts) != 3 {
		t.Fatalf("assertion of %d parts", len(parts))
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(&testKey().PublicKey, crypto.SHA256, sum[:], decoded(t, parts[2])); err != nil {
		t.Errorf("signature: %v", err)
	}
	var head, claims map[string]any
	if err := json.Unmarshal(decoded(t, parts[0]), &head); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(decoded(t, parts[1]), &claims); err != nil {
		t.Fatal(err)
	}
	now := float64(newTestClock().Now().Unix())
	if d := cmp.Diff(map[string]any{"alg": "RS256", "typ": "JWT", "kid": "k1"}, head); d != "" {
		t.Errorf("header (-want +got):\n%s", d)
	}
	want := map[string]any{"iss": "ci@shop.iam.gserviceaccount.com", "aud": googleTokenURL, "scope": "https://www.googleapis.com/auth/userinfo.email", "iat": now, "exp": now + 600}
	if d := cmp.Diff(want, claims); d != "" {
		t.Errorf("claims (-want +got):\n%s", d)
	}
}

func decoded(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestGoogle_keyBesideItsAddress(t *testing.T) {
	for name, key := range map[string]string{"lines": testKeyPEM(), "escaped-lines": strings.ReplaceAll(testKeyPEM(), "\n", `\n`)} {
		got, _, _ := askGoogle(t, Secret{Value: finding.Conceal(key), With: with("client-email", "ci@shop.iam.gserviceaccount.com")})
		if got.State != Live {
			t.Errorf("%s: %v (%s)", name, got.State, got.Why)
		}
	}
}

func TestGoogle_whatIsNoKey(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	ecKey := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE" + " KEY", Bytes: der}))
	for name, value := range map[string]string{
		"broken-json": `{"private_key":`, "no-key": `{"client_email":"a@b.iam.gserviceaccount.com"}`, "no-address": testKeyPEM(),
		"no-pem": `{"client_email":"a@b","private_key":"` + fill(40) + `"}`, "not-rsa": `{"client_email":"a@b","private_key":` + quote(ecKey) + `}`, "wrong-type": `{"private_key":7}`,
	} {
		got, asked, _ := askGoogle(t, Secret{Value: finding.Conceal(value)})
		if got.State != Unknown || asked != "" || got.Why == "" {
			t.Errorf("%s: %v (%s), asked %q", name, got.State, got.Why, asked)
		}
	}
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}
