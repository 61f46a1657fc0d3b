package secret

import (
	"strings"
	"testing"
)

func classifyName(name string) naming {
	var w words
	w.split([]byte(name))
	return classify(&w)
}

func TestClassify_namesOfSecrets(t *testing.T) {
	for names, want := range map[string]kind{
		`password db_password DB_PASSWORD_2 userPassword passwd PGPASSWORD MYSQL_PWD smtp_pass dbpassword keystorePassword private_key_password
		 PASSWORD_PROD spring.datasource.password confirmPassword oldPassword pass admin-pass wachtwoord SENHA password_b64`: chosen,
		`api_key apiKey APIKEY API-KEY X-Api-Key client_secret clientSecret SECRET_KEY_BASE secret token access_token GITHUB_TOKEN authToken
		 jwt_secret encryptionKey AWS_SECRET_ACCESS_KEY subscription-key AccountKey credentials NPM_TOKEN_RO private_key TEST_API_KEY
		 AUTH_SALT LOGGED_IN_KEY stripeSecretKey refresh_token bearer READ_TOKEN`: generated,
		`password_hash passwordField token_type secretName forgot_password_url csrf_token tokenizer public_key key_id key keyCode primaryKey
		 foreign_key sort_key secret_length password.min.length hasPassword resetPasswordToken is_token_valid tokenEndpoint monkey keyboard passive
		 passenger compass bypass tokens nextPageToken X-CSRF-Token apiKeyId access_key_id secret_arn SecretProviderClass passwordValidator cache_key
		 password-input credentialsId apiVersion author authorize authority keyspace secretary cancellationToken max_tokens pad_token password_file
		 TOKEN_URL usePasswordFlag tokenHash password_env PASSWORD_PATTERN accessTokenLifetime site_key publishableKey PASSWD_CHANGED`: noSecret,
	} {
		for name := range strings.FieldsSeq(names) {
			if got := classifyName(name); got.kind != want || got.weak {
				t.Errorf("%s: got kind %d weak %v, want kind %d", name, got.kind, got.weak, want)
			}
		}
	}
}

func TestClassify_keyOfAProperName(t *testing.T) {
	for _, name := range []string{"LASTFM_KEY", "tumblrKey", "ACME_CTF_KEY"} {
		if got := classifyName(name); got.kind != generated || !got.weak {
			t.Errorf("%s: got kind %d weak %v", name, got.kind, got.weak)
		}
	}
	for _, name := range []string{"GPG_KEY", "gitlab_runner__apt_key", "recv-key", "sortKey", "primary_key"} {
		if got := classifyName(name); got.kind != noSecret {
			t.Errorf("%s: got kind %d", name, got.kind)
		}
	}
}

func TestClassify_whatIsHashedOrEncrypted(t *testing.T) {
	for _, name := range []string{"hashed_secret", "hashedPassword", "redacted_token"} {
		if got := classifyName(name); got.kind != noSecret {
			t.Errorf("%s: got kind %d", name, got.kind)
		}
	}
	for _, name := range []string{"encryptedPassword", "encrypted_api_key"} {
		if got := classifyName(name); got.kind == noSecret || !got.weak {
			t.Errorf("%s: got kind %d weak %v", name, got.kind, got.weak)
		}
	}
}

func TestClassify_weakWhereAnUnknownWordFollows(t *testing.T) {
	for name, want := range map[string]kind{"passwordPostgres": chosen, "token_github": generated, "secretSauce": generated, "SECRET_STRIPE": generated} {
		if got := classifyName(name); got.kind != want || !got.weak {
			t.Errorf("%s: got kind %d weak %v", name, got.kind, got.weak)
		}
	}
}

func TestRuleName_names(t *testing.T) {
	for _, c := range []struct {
		rule, name string
		ok, weak   bool
	}{
		{"heroku api key", "HEROKU_API_KEY", true, false},
		{"heroku api key", "herokuApiKey", true, false},
		{"heroku api key", "heroku-api-key", true, false},
		{"heroku api key", "herokuapikey", true, false},
		{"heroku api key", "heroku_apikey", true, false},
		{"heroku api key", "HEROKU_PROD_API_KEY", true, false},
		{"heroku api key", "MY_HEROKU_API_KEY_PROD", true, false},
		{"heroku api key", "HEROKU_API_KEY_OPS2", false, false},
		{"heroku api key", "heroku_api_key_file", false, false},
		{"heroku api key", "heroku_api_keyboard", false, false},
		{"heroku api key", "api_key_heroku", false, false},
		{"heroku", "heroku_api_key", true, false},
		{"heroku", "heroku_foo", true, true},
		{"secret key id", "SECRET_KEY_ID", true, false},
		{"public key", "myPublicKey", true, false},
	} {
		var w words
		w.split([]byte(c.name))
		if ok, weak := newRuleName(c.rule).names(&w); ok != c.ok || weak != c.weak {
			t.Errorf("%q in %q: got %v, weak %v", c.rule, c.name, ok, weak)
		}
	}
}
