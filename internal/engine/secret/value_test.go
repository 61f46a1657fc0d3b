package secret

import (
	"encoding/asn1"
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestJudge_valuesThatAreNoSecrets(t *testing.T) {
	both := []string{
		"", "changeme", "change-me-please", "xxxxxxxxxxxx", "your_api_key_here", "<your-token>", "${DB_PASSWORD}", "$DB_PASSWORD", "{{ .Values.password }}", "%(password)s",
		"%s", "process.env.API_KEY", "os.environ['X']", "vault:secret/data/db#password", "ssm:/prod/db", "op://vault/item/field", "ENC[AES256_GCM,data:abc]", "12345678", "abcdefgh",
		"aaaaaaaaaa", "qwertyuiop", "example-password1", "lorem ipsum", "Enter your password", "Password must contain 8 characters", "forgot_password_url", "settings.password.label",
		"/etc/secrets/db-password", "./certs/server.key", "https://acme.test/reset", "config/secret.yaml", "admin@acme.test", "2024-01-31", "1.2.3", "v1.4.0-rc1", "true", "null",
		"$2b$12$KIXvG8xJ0y1Zq9w7m6n5Ou", "sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f9", "{SSHA}0a1b2c3d4e5f6071", "pbkdf2_sha256$260000$abc", "form-control input-lg", "text/plain", "getToken()",
		"current-password", "new-password", "API_TOKEN", "DB_PASSWORD", "string", "varchar(255)", "Пароль", "Mot de passe", "{password}", "[REDACTED]", "********", "__SECRET__",
		"^[a-z0-9]{8,}$", "System.String", "arn:aws:secretsmanager:eu-west-1:123:secret:x", "ssh-rsa AAAAB3NzaC1yc2E", "#ff00aa99", "app.module.ts", "0000-0000-0000",
	}
	for _, value := range both {
		for _, k := range []kind{chosen, generated} {
			if o := judge(value, k); o.ok {
				t.Errorf("kind %d: %q taken for a secret (%d %q)", k, value, o.step, o.reasons)
			}
		}
	}
	for _, value := range []string{"keycloak-client", "my-service-prod-01", "KeyvaultSecretProvider", "invalid_token", "refresh", "short1", "eu-west-1-cluster"} {
		if o := judge(value, generated); o.ok {
			t.Errorf("generated: %q taken for a secret (%d %q)", value, o.step, o.reasons)
		}
	}
	for _, value := range []string{"sunshine", "Passwort", "Welcome!", "required", "Password:", "forgot-password", "kodeord"} {
		if o := judge(value, chosen); o.ok && o.step > -2 {
			t.Errorf("chosen: %q taken for a secret (%d %q)", value, o.step, o.reasons)
		}
	}
}

func TestJudge_passwords(t *testing.T) {
	for value, step := range map[string]int{
		"OhG0d" + "Please1nsertLiquor!": 0, "ncc" + "-1701": 0, "admin" + "123": -2, "P@ssw0rd" + "!": -2, "password" + "1": -2, "Tr0ub4dor" + "&3": 0,
		"hG7$kq" + "!Zp2vLx9": 1, "0192023a7bbd7325" + "0516f069df18b500": -1, "s3cr3t-" + "Ops-2019": 0, "Winter" + "2024!": 0, "bunny" + "7": -1,
		"Test" + "Run#2021": -1,
	} {
		if o := judge(value, chosen); !o.ok || o.step != step {
			t.Errorf("%q: %+v, want step %d", value, o, step)
		}
	}
}

func TestJudge_base64(t *testing.T) {
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for name, test := range map[string]struct {
		value string
		kind  kind
		want  bool
	}{
		"padded key":          {encode("\x93\x0f\xc1\x77\xe2\x5a\x08\xb9\x6d\xf4\x31\x8c\xda\x45\xee\x12"), generated, true},
		"name of an example":  {encode("example-app-secret"), generated, false},
		"words":               {encode("shop client secret"), generated, false},
		"a password":          {encode("hG7$kq" + "!Zp2vLx9"), chosen, true},
		"a stand-in":          {encode("testpassword"), chosen, false},
		"a comparison":        {"a==b && c==d", generated, false},
		"a line of htpasswd":  {"shop:$2y$10$" + "KIXvG8xJ0y1Zq9w7m6n5OuKIXvG8xJ0y1Zq9w7m6n5Ou", generated, false},
		"a program's path":    {"/usr/local/sbin/dovecotpw", chosen, false},
		"a shell's expansion": {"${NEO4J_AUTH#neo4j/}", chosen, false},
		"a gap to fill":       {"yourStrong(!)Password", chosen, false},
		"a sealed secret":     {"AgB" + strings.Repeat("y3i4OJSWK+PiTySYZZA9rO43cGDEq", 25) + "abcd"[:(4-(3+29*25)%4)%4], generated, false},
		"not a sealed secret": {"XgB" + strings.Repeat("y3i4OJSWK+PiTySYZZA9rO43cGDEq", 25), generated, true},
		"a fingerprint":       {"3b:16:bf:e4:8b:00:8b:b8:59:8c:a9:d3:f0:19:45:fa", generated, false},
		"a note":              {"lookup..@TODO", chosen, false},
	} {
		if o := judge(test.value, test.kind); o.ok != test.want {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

func TestJudge_keyWithoutItsArmour(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	body := make([]byte, 1200)
	for i := range body {
		body[i] = byte(r.UintN(256))
	}
	type algorithm struct{ ID asn1.ObjectIdentifier }
	rsa := algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}}
	for name, test := range map[string]struct {
		value any
		want  bool
	}{
		"private": {struct {
			Version   int
			Algorithm algorithm
			Key       []byte
		}{0, rsa, body}, true},
		"public": {struct {
			Algorithm algorithm
			Key       asn1.BitString
		}{rsa, asn1.BitString{Bytes: body, BitLength: len(body) * 8}}, false},
	} {
		der, err := asn1.Marshal(test.value)
		if err != nil {
			t.Fatal(err)
		}
		if o := judge(base64.StdEncoding.EncodeToString(der), generated); o.ok != test.want {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

func TestJudge_randomValuesAreFound(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, alphabet := range map[string]string{"base62": alphabet62, "base64": alphabet64, "hex": hexLower, "urlsafe": alphabet64URL, "lowernum": lower + digits} {
		for _, n := range []int{20, 32, 40, 64} {
			missed := 0
			for range 1000 {
				if o := judge(pick(r, alphabet, n), generated); !o.ok || o.step < 0 {
					missed++
				}
			}
			if missed > 10 {
				t.Errorf("%s of %d: %d of 1000 missed", name, n, missed)
			}
		}
	}
	missed := 0
	for range 20000 {
		if value := pick(r, alnum+"!*+.^_~-", 16); !judge(value, chosen).ok {
			t.Errorf("password %q missed", value)
		} else if judge(value, chosen).step < 0 {
			missed++
		}
	}
	if missed > 250 {
		t.Errorf("passwords: %d of 20000 doubted", missed)
	}
}

func TestStandsIn_spareRandomTokens(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for name, alphabet := range map[string]string{"base62": alphabet62, "base64": alphabet64, "hex": hexLower, "urlsafe": alphabet64URL, "digits": digits} {
		for range 20000 {
			value := pick(r, alphabet, 24)
			if why := standsIn(value); why != "" && !strings.Contains(why, "few characters") {
				t.Fatalf("%s: %q %s", name, value, why)
			}
		}
	}
}

func TestStandsIn_namesInCapitals(t *testing.T) {
	for value, want := range map[string]bool{"PASS": true, "PASSWORD": true, "API_KEY": true, "YOUR_TOKEN": true, "Password1": false, "QXZKJVWQ": false} {
		if got := standsIn(value) != ""; got != want {
			t.Errorf("standsIn(%q) = %v, want %v", value, got, want)
		}
	}
}
