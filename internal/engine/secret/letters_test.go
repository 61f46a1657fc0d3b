package secret

import (
	"math/rand/v2"
	"testing"
)

func TestWordShare_tellsNamesFromRandom(t *testing.T) {
	for _, name := range []string{
		"ultraPictureBox1", "my-service-production-key", "KeyvaultSecretProvider", "application/json", "forgot_password_url", "org.apache.directory.api",
		"settings.security.passwordPolicy", "form-control input-lg", "current-password", "Befaehigung", "invalid_token_signature", "authorizationCodeGrant",
	} {
		if share := wordShare(name); share < 0.6 {
			t.Errorf("%q: %.2f of it in words, want most", name, share)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for name, alphabet := range map[string]string{"base62": alphabet62, "base64": alphabet64, "hex": hexLower, "lower": lower + digits, "letters": lower} {
		wrong := 0
		for range 1000 {
			if wordShare(pick(r, alphabet, 24)) >= 0.6 {
				wrong++
			}
		}
		t.Logf("%s: %d of 1000 random values taken for words", name, wrong)
		if wrong > 20 {
			t.Errorf("%s: %d of 1000 random values taken for words", name, wrong)
		}
	}
}

func TestWords_split(t *testing.T) {
	for in, want := range map[string]string{
		"HEROKU_API_KEY": "heroku api key", "herokuApiKey": "heroku api key", "heroku-api-key": "heroku api key", "APIKey": "api key",
		"spring.datasource.password": "spring datasource password", "password2": "password 2", "oauth2Token": "oauth 2 token", "": "",
		"__x__": "x", "JSONWebToken": "json web token", "dbPASSWORD": "db password", "k8sToken": "k 8 s token",
	} {
		var w words
		w.split([]byte(in))
		if got := w.String(); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
