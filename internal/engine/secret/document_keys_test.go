package secret

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

// newKeys makes keys for one test run, in each armour.
func newKeys(t *testing.T) map[string]string {
	t.Helper()
	r, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	e, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := x509.MarshalECPrivateKey(e)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed([]byte("0a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p")))
	if err != nil {
		t.Fatal(err)
	}
	armour := func(label string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
	}
	return map[string]string{
		"RSA":     armour("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(r)),
		"EC":      armour("EC PRIVATE KEY", ec),
		"Ed25519": armour("PRIVATE KEY", pkcs8),
		"openssh": armour("OPENSSH PRIVATE KEY", openSSHKey("none")),
	}
}

// openSSHKey is the outer structure of a key file of OpenSSH, with a comment and no key in it.
func openSSHKey(cipher string) []byte {
	str := func(parts ...string) (out []byte) {
		for _, p := range parts {
			out = append(binary.BigEndian.AppendUint32(out, uint32(len(p))), p...)
		}
		return out
	}
	public := string(str("ssh-ed25519", strings.Repeat("p", 32)))
	private := "\x01\x02\x03\x04\x01\x02\x03\x04" + public + string(str(strings.Repeat("s", 64), "deploy@build")) + "\x01\x02\x03"
	out := append([]byte(openSSHMagic), str(cipher, "none", "")...)
	return append(binary.BigEndian.AppendUint32(out, 1), str(public, private)...)
}

func TestDocument_privateKeyInEveryDress(t *testing.T) {
	e := newEngine(t, ruleOf("key", `{"document":"private-key"}`))
	for kind, key := range newKeys(t) {
		key = strings.TrimSpace(key)
		oneLine := strings.ReplaceAll(key, "\n", `\n`)
		lines := strings.Split(key, "\n")
		plainFinding := find(e, key)
		if len(plainFinding) != 1 {
			t.Fatalf("%s: got %v", kind, places(plainFinding))
		}
		for name, text := range map[string]string{
			"crlf":     strings.ReplaceAll(key, "\n", "\r\n"),
			"yaml":     "key: |\n  " + strings.ReplaceAll(key, "\n", "\n  ") + "\nnext: x\n",
			"json":     `{"private_key": "` + oneLine + `\n"}`,
			"twice":    `"{\"k\": \"` + strings.ReplaceAll(key, "\n", `\\n`) + `\"}"`,
			"env":      `KEY="` + oneLine + `"`,
			"spaces":   "KEY=" + strings.ReplaceAll(key, "\n", " "),
			"go":       "\"" + strings.Join(lines, "\\n\" +\n\t\"") + "\\n\"",
			"java":     "\"" + strings.Join(lines, "\\n\"\n\t+ \"") + "\"",
			"comment":  "# " + strings.ReplaceAll(key, "\n", "\n# "),
			"slashes":  "// " + strings.ReplaceAll(key, "\n", "\n// "),
			"base64":   "key: " + encode64(key+"\n"),
			"no_lines": strings.ReplaceAll(key, "\n", ""),
		} {
			got := find(e, text)
			if len(got) != 1 || got[0].Fingerprint != plainFinding[0].Fingerprint {
				t.Errorf("%s, %s: got %d findings, the same key %v", kind, name, len(got), len(got) == 1 && got[0].Fingerprint == plainFinding[0].Fingerprint)
			}
		}
		if r := plainFinding[0].Location.Region; r.StartLine != 1 || r.EndLine != len(lines) {
			t.Errorf("%s: the region is %+v, want the whole block", kind, r)
		}
	}
}

func TestDocument_privateKeyFacts(t *testing.T) {
	e := newEngine(t, ruleOf("key", `{"document":"private-key"}`))
	keys := newKeys(t)
	for kind, want := range map[string][]finding.Fact{
		"RSA": {{Name: "type", Value: "RSA"}, {Name: "bits", Value: "1024"}}, "EC": {{Name: "type", Value: "EC"}}, "Ed25519": {{Name: "type", Value: "Ed25519"}},
		"openssh": {{Name: "type", Value: "ssh-ed25519"}, {Name: "comment", Value: "dep*********"}},
	} {
		if diff := cmp.Diff(want, find(e, keys[kind])[0].Facts); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

func TestDocument_encryptedKeysAreWorthLess(t *testing.T) {
	e := newEngine(t, ruleOf("key", `{"document":"private-key"}`))
	secret := strings.Repeat("q7Zx0aLm", 40)
	legacy := "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B\n\n" + encode64(secret) + "\n-----END RSA PRIVATE KEY-----"
	for name, text := range map[string]string{
		"openssh": string(pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: openSSHKey("aes256-ctr")})), "legacy": legacy,
		"legacy_one_line": strings.ReplaceAll(legacy, "\n", `\n`),
		"pkcs8":           "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + base64.StdEncoding.EncodeToString(append([]byte{0x30, 0x82, 1, 64}, secret...)) + "\n-----END ENCRYPTED PRIVATE KEY-----",
	} {
		got := find(e, text)
		if len(got) != 1 || got[0].Severity != finding.Medium || got[0].Confidence != finding.Likely || got[0].Fact("encrypted") != "yes" {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestDocument_whatIsNoPrivateKey(t *testing.T) {
	e := newEngine(t, ruleOf("key", `{"document":"private-key"}`))
	begin, end := "-----BEGIN RSA PRIVATE KEY-----\n", "\n-----END RSA PRIVATE KEY-----\n"
	for name, text := range map[string]string{
		"empty":       begin + end,
		"dots":        begin + "MIIEpAIBAAKCAQEA...\n...\n" + end,
		"stars":       begin + strings.Repeat("*", 64) + end,
		"words":       begin + "your private key goes here" + end,
		"repeated":    begin + strings.Repeat("ABCD", 100) + end,
		"random":      begin + encode64(strings.Repeat("not a key at all ", 20)) + end,
		"cut":         begin + encode64(strings.Repeat("x7", 200)),
		"template":    begin + "{{ .Values.key }}" + end,
		"code":        `strings.Contains(s, "-----BEGIN RSA PRIVATE KEY-----")`,
		"public":      strings.ReplaceAll(begin+encode64(strings.Repeat("q8Zw", 80))+end, "PRIVATE", "PUBLIC"),
		"certificate": "-----BEGIN CERTIFICATE-----\n" + encode64(strings.Repeat("q8Zw", 80)) + "\n-----END CERTIFICATE-----",
		"other_end":   begin + encode64(strings.Repeat("q8Zw", 80)) + "\n-----END EC PRIVATE KEY-----",
	} {
		if got := find(e, text); len(got) > 0 {
			t.Errorf("%s: got %v", name, places(got))
		}
	}
}

func TestDocument_otherKeyFiles(t *testing.T) {
	age := sample(t, "age", "", 3)
	body := encode64(strings.Repeat("q8Zw7Lm1", 12))
	putty := func(encryption string) string {
		return "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: " + encryption + "\nComment: x\nPublic-Lines: 1\nAAAA\nPrivate-Lines: 2\n" + body[:64] + "\n" + body[64:] + "\nPrivate-MAC: 0a1b\n"
	}
	store := "\x30\x82\x04\x10\x02\x01\x03\x30\x82\x04\x0a\x06\x09" + pkcs7OID + "\x01\xa0\x82" + strings.Repeat("\x01\xfe", 100)
	for name, c := range map[string]struct {
		document, text string
		want           int
	}{
		"age":             {"age-key", "# public key: age1x\n" + age + "\n", 1},
		"age_broken":      {"age-key", age[:len(age)-1] + "Q", 0},
		"putty":           {"putty-key", putty("none"), 1},
		"putty_crlf":      {"putty-key", strings.ReplaceAll(putty("none"), "\n", "\r\n"), 1},
		"putty_encrypted": {"putty-key", putty("aes256-cbc"), 1},
		"putty_cut":       {"putty-key", putty("none")[:120], 0},
		"pkcs12":          {"pkcs12", store, 1},
		"pkcs12_inside":   {"pkcs12", strings.Repeat("x", 100) + store, 0},
		"jwt":             {"jwt", "Authorization: " + sample(t, "jwt", "", 5), 1},
		"jwt_published":   {"jwt", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "SflKxwRJSMeKKF2QT4fwp" + "MeJf36POk6yJV_adQssw5c", 0},
		"jwt_not_json":    {"jwt", "eyJhbGciOiJub25l.eyJhbGciOiJub25l.abcdefghijklmnopqrst", 0},
		"jwt_two_parts":   {"jwt", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0", 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := values(t, c.document, c.text); len(got) != c.want {
				t.Errorf("got %d findings, want %d", len(got), c.want)
			}
		})
	}
}
