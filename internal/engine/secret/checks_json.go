package secret

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// plain makes text from inside a token fit to be shown: printable ASCII, at most 80 characters.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
	return s[:min(len(s), 80)]
}

// decodeJSON reads a JSON value in base64, in either alphabet.
func decodeJSON(part string, into any) bool {
	b, ok := decode64(part)
	return ok && len(b) > 1 && b[0] == '{' && json.Unmarshal(b, into) == nil
}

func encodeJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// testServiceAccount follows Google Cloud's documentation of service account keys: a JSON object of type "service_account" with a
// private key in PEM; the value may also be that key alone.
func testServiceAccount(value string) (proof, []finding.Fact) {
	key := value
	var facts []finding.Fact
	if strings.HasPrefix(strings.TrimSpace(value), "{") {
		var doc struct {
			Type, Project_id, Client_email, Private_key, Private_key_id string
		}
		if json.Unmarshal([]byte(value), &doc) != nil || doc.Type != "service_account" {
			return broken, nil
		}
		key = doc.Private_key
		facts = []finding.Fact{{Name: "account", Value: plain(doc.Client_email)}, {Name: "key id", Value: plain(doc.Private_key_id)}}
	}
	block, _ := pem.Decode([]byte(strings.ReplaceAll(key, `\n`, "\n")))
	if block == nil || block.Type != "PRIVATE KEY" || len(block.Bytes) < 300 || block.Bytes[0] != 0x30 {
		return broken, nil
	}
	return proven, slices.DeleteFunc(facts, func(f finding.Fact) bool { return f.Value == "" })
}

// sampleServiceAccount makes a document whose key has the outer structure of PKCS#8 and random content: no key pair, and no use to anyone.
func sampleServiceAccount(prefix string, r *rand.Rand) string {
	body := randomBytes(r, 1216)
	copy(body, []byte{0x30, 0x82, 0x04, 0xbc, 0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00})
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: body})
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	_ = enc.Encode(map[string]string{ // writing to memory cannot err
		"type": "service_account", "project_id": "project-" + pick(r, lower, 6), "private_key_id": pick(r, hexLower, 40),
		"private_key": string(key), "client_email": pick(r, lower, 8) + "@project.iam.gserviceaccount.com", "client_id": pick(r, digits[1:], 21),
	})
	return prefix + strings.TrimSpace(b.String())
}

// testSentry follows Sentry's RFC 91 ("CI upload tokens"): "sntrys_", JSON in base64 with the time, the server and the organisation, "_", and a secret.
func testSentry(value string) (proof, []finding.Fact) {
	body, ok := strings.CutPrefix(value, "sntrys_")
	i := strings.LastIndexByte(body, '_')
	if !ok || i < 0 || !made(body[i+1:], alphabet64+"-_=", 32, 64) {
		return broken, nil
	}
	var doc struct{ URL, Org string }
	if !decodeJSON(body[:i], &doc) || doc.Org == "" {
		return broken, nil
	}
	return proven, []finding.Fact{{Name: "organisation", Value: plain(doc.Org)}, {Name: "server", Value: host(doc.URL)}}
}

func sampleSentry(prefix string, r *rand.Rand) string {
	return prefix + encodeJSON(map[string]any{"iat": 1_700_000_000 + r.IntN(1e8), "url": "https://sentry.test", "org": pick(r, lower, 8)}) + "_" + pick(r, alphabet64, 43)
}

// host is the host of a URL, fit to be shown.
func host(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return plain(u.Host)
}

// testOnePassword follows 1Password's documentation of service account tokens: "ops_" and JSON in base64 that holds the account's own key.
func testOnePassword(value string) (proof, []finding.Fact) {
	body, ok := strings.CutPrefix(value, "ops_")
	var doc struct{ SignInAddress, SecretKey string }
	if !ok || !decodeJSON(body, &doc) || doc.SecretKey == "" {
		return broken, nil
	}
	return proven, []finding.Fact{{Name: "server", Value: plain(doc.SignInAddress)}}
}

func sampleOnePassword(prefix string, r *rand.Rand) string {
	return prefix + encodeJSON(map[string]string{
		"signInAddress": "my.1password.test", "secretKey": "A3-" + pick(r, upper+digits, 31), "email": pick(r, lower, 12) + "@1passwordserviceaccounts.test",
	})
}

// testMapbox follows Mapbox's documentation of tokens: "pk.", "sk." or "tk.", JSON in base64 that names the user, and a signature.
func testMapbox(value string) (proof, []finding.Fact) {
	parts := strings.Split(value, ".")
	var doc struct{ U, A string }
	if len(parts) != 3 || len(parts[0]) != 2 || parts[0][1] != 'k' || !decodeJSON(parts[1], &doc) || doc.U == "" || !made(parts[2], alphabet64URL, 20, 24) {
		return broken, nil
	}
	return proven, []finding.Fact{{Name: "user", Value: plain(doc.U)}}
}

func sampleMapbox(prefix string, r *rand.Rand) string {
	return prefix + encodeJSON(map[string]string{"u": pick(r, lower, 8), "a": pick(r, alnum, 25)}) + "." + pick(r, alphabet64URL, 22)
}

// testJFrogReference follows JFrog's documentation of reference tokens: base64 of "reftkn:01:", the expiry in seconds (0 for none), ":" and a secret.
func testJFrogReference(value string) (proof, []finding.Fact) {
	b, ok := decode64(value)
	parts := strings.Split(string(b), ":")
	if !ok || len(parts) != 4 || parts[0] != "reftkn" || !made(parts[3], alnum, 20, 64) {
		return broken, nil
	}
	n, err := strconv.ParseInt(parts[2], 10, 40)
	if err != nil {
		return broken, nil
	}
	if n == 0 {
		return proven, []finding.Fact{{Name: "expires", Value: "never"}}
	}
	return proven, []finding.Fact{{Name: "expires", Value: time.Unix(n, 0).UTC().Format(time.RFC3339)}}
}

func sampleJFrogReference(_ string, r *rand.Rand) string {
	return base64.RawStdEncoding.EncodeToString([]byte("reftkn:01:" + strconv.Itoa(1_700_000_000+r.IntN(1e8)) + ":" + pick(r, alnum, 28)))
}
