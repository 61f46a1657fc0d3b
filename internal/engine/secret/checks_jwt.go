package secret

import (
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// testJWT follows RFC 7515 and RFC 7519: three parts in base64url, a JSON header that names an algorithm, a JSON object as payload.
// Whether the token has expired is not decided here: there is no clock. Its expiry is a fact, and others judge.
func testJWT(value string) (proof, []finding.Fact) {
	parts := strings.Split(value, ".")
	if len(parts) != 3 && len(parts) != 5 {
		return broken, nil
	}
	var header struct{ Alg, Kid, Typ, Enc string }
	if !decodeJSON(parts[0], &header) || header.Alg == "" || len(header.Alg) > 32 {
		return broken, nil
	}
	facts := []finding.Fact{{Name: "algorithm", Value: plain(header.Alg)}}
	if len(parts) == 5 {
		return shapeOf(header.Enc != "" && len(parts[3]) > 0), facts
	}
	var claims map[string]json.RawMessage
	if documented(parts[2]) || !decodeJSON(parts[1], &claims) || parts[2] != "" && !made(parts[2], alphabet64URL, 16, 2000) || parts[2] == "" && header.Alg != "none" {
		return broken, nil
	}
	return shaped, append(facts, claimFacts(claims)...)
}

// claimFacts tells the registered claims of RFC 7519 section 4.1 that help to judge a token; the subject may be a person, so it is masked.
func claimFacts(claims map[string]json.RawMessage) []finding.Fact {
	var facts []finding.Fact
	for _, c := range []struct{ claim, name string }{{"iss", "issuer"}, {"aud", "audience"}, {"sub", "subject"}} {
		var s string
		if json.Unmarshal(claims[c.claim], &s) != nil || s == "" {
			continue
		}
		if c.claim == "sub" {
			s = finding.Mask(s)
		}
		facts = append(facts, finding.Fact{Name: c.name, Value: plain(s)})
	}
	for _, c := range []struct{ claim, name string }{{"iat", "issued"}, {"exp", "expires"}} {
		var n float64
		if json.Unmarshal(claims[c.claim], &n) == nil && n > 0 && n < 1<<37 {
			facts = append(facts, finding.Fact{Name: c.name, Value: time.Unix(int64(n), 0).UTC().Format(time.RFC3339)})
		}
	}
	return facts
}

func sampleJWT(prefix string, r *rand.Rand) string {
	header := encodeJSON(map[string]string{"alg": "HS256", "typ": "JWT"})
	claims := encodeJSON(map[string]any{"iss": "https://issuer.test/" + pick(r, lower, 6), "exp": 1_700_000_000 + r.IntN(1e8), "sub": pick(r, alnum, 12)})
	return prefix + header + "." + claims + "." + base64.RawURLEncoding.EncodeToString(randomBytes(r, 32))
}
