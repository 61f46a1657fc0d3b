package secret

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

func crc(s string) uint32 { return crc32.ChecksumIEEE([]byte(s)) }

// crcTail tells whether the last six characters of body are the base62 CRC-32 of those before.
func crcTail(body string) proof {
	if !made(body, alphabet62, 36, 36) || encode(crc(body[:30]), alphabet62, 6) != body[30:] {
		return broken
	}
	return proven
}

func sampleCRCTail(prefix string, r *rand.Rand) string {
	body := pick(r, alphabet62, 30)
	return prefix + body + encode(crc(body), alphabet62, 6)
}

// testGitHub follows "Behind GitHub's new authentication token formats" (github.blog, 2021): a prefix ending in "_",
// 30 characters of base62, and their CRC-32 in base62, six digits. Installation tokens may also carry a JWT in that place
// (github.blog changelog, 2026), whose own structure is then tested.
func testGitHub(value string) (proof, []finding.Fact) {
	prefix, body, ok := strings.Cut(value, "_")
	if !ok || len(prefix) != 3 || prefix[:2] != "gh" {
		return broken, nil
	}
	if _, token, ok := strings.Cut(body, "_"); ok && prefix == "ghs" && strings.Count(token, ".") == 2 {
		return testJWT(token)
	}
	return crcTail(body), nil
}

func sampleGitHub(prefix string, r *rand.Rand) string { return sampleCRCTail(prefix, r) }

// testGitHubFineGrained follows GitHub's documented prefix and the lengths seen in the field: 22 and 59 characters of base62.
// Its checksum is not public, so the test is one of shape.
func testGitHubFineGrained(value string) (proof, []finding.Fact) {
	body, ok := strings.CutPrefix(value, "github_pat_")
	id, key, two := strings.Cut(body, "_")
	if !ok || !two || !made(id, alphabet62, 22, 22) || !made(key, alphabet62, 59, 59) {
		return broken, nil
	}
	return shaped, nil
}

func sampleGitHubFineGrained(prefix string, r *rand.Rand) string {
	return prefix + "11" + pick(r, upper+digits, 9) + "0" + pick(r, alphabet62, 10) + "_" + pick(r, alphabet62, 59)
}

// testNPM follows "npm has a new access token format" (github.blog changelog, 2021): GitHub's scheme with the prefix "npm_".
func testNPM(value string) (proof, []finding.Fact) {
	body, ok := strings.CutPrefix(value, "npm_")
	if !ok {
		return broken, nil
	}
	return crcTail(body), nil
}

func sampleNPM(prefix string, r *rand.Rand) string { return sampleCRCTail(prefix, r) }

// testGitLab follows GitLab's design document "Cells: Routable Tokens" and its generator (routable_token.rb): base64url of random bytes,
// routing fields and their length; ".01."; the length of that base64 in two digits of base 36; CRC-32 of all before in seven digits of base 36.
// Older tokens are 20 characters of base64url without a checksum: shape only.
func testGitLab(value string) (proof, []finding.Fact) {
	head, rest, routable := strings.Cut(value, ".")
	if !routable {
		i := strings.IndexByte(value, '-')
		if i < 0 || !made(value[i+1:], alphabet64URL, 20, 64) {
			return broken, nil
		}
		return shaped, nil
	}
	version, tail, ok := strings.Cut(rest, ".")
	if !ok || version != "01" || len(tail) != 9 || encode(crc(value[:len(value)-7]), alphabet36, 7) != tail[2:] {
		return broken, nil
	}
	return proven, gitLabRoute(head, tail[:2])
}

// gitLabRoute reads the routing fields of a token's payload: "o:1\nu:2" after 16 random bytes.
func gitLabRoute(head, length string) []finding.Fact {
	n, err := strconv.ParseInt(length, 36, 32)
	if err != nil || int(n) > len(head) {
		return nil
	}
	payload, err := base64.RawURLEncoding.DecodeString(head[len(head)-int(n):])
	if err != nil || len(payload) < 18 {
		return nil
	}
	size := int(payload[len(payload)-1])
	if size > len(payload)-17 {
		return nil
	}
	names := map[string]string{"c": "cell", "o": "organisation", "g": "group", "p": "project", "u": "user"}
	var facts []finding.Fact
	for field := range strings.SplitSeq(string(payload[len(payload)-1-size:len(payload)-1]), "\n") {
		key, id, _ := strings.Cut(field, ":")
		n, err := strconv.ParseUint(id, 36, 64)
		if name := names[key]; name != "" && err == nil {
			facts = append(facts, finding.Fact{Name: name, Value: strconv.FormatUint(n, 10)})
		}
	}
	return facts
}

func sampleGitLab(prefix string, r *rand.Rand) string {
	route := "o:1\nu:" + pick(r, alphabet36[1:], 4)
	payload := append(randomBytes(r, 16), route...)
	body := base64.RawURLEncoding.EncodeToString(append(payload, byte(len(route))))
	token := prefix + body + ".01." + encode(uint32(len(body)), alphabet36, 2)
	return token + encode(crc(token), alphabet36, 7)
}

// testGrafana follows Grafana's own generator (pkg/components/satokengen): "glsa_", 32 characters, "_",
// and the CRC-32 of all before in hex, least significant byte first.
func testGrafana(value string) (proof, []finding.Fact) {
	i := strings.LastIndexByte(value, '_')
	if i < 0 || !strings.HasPrefix(value, "gl") || strings.Count(value, "_") != 2 || grafanaSum(value[:i]) != value[i+1:] {
		return broken, nil
	}
	return proven, nil
}

func grafanaSum(s string) string {
	return hex.EncodeToString(binary.LittleEndian.AppendUint32(nil, crc(s)))
}

func sampleGrafana(prefix string, r *rand.Rand) string {
	token := prefix + pick(r, alphabet62, 32)
	return token + "_" + grafanaSum(token)
}

// testAtlassian follows the checksum that Datadog's sensitive data scanner documents (atlassian_token_checksum):
// the last eight characters are the CRC-32 in hex of all before, the "=" included.
func testAtlassian(value string) (proof, []finding.Fact) {
	n := len(value) - 8
	if n < 1 || !strings.HasPrefix(value, "AT") || !made(value[:n], alphabet64URL+"=", 40, 400) || value[n-1] != '=' {
		return broken, nil
	}
	if !strings.EqualFold(strings.ToUpper(hex.EncodeToString(binary.BigEndian.AppendUint32(nil, crc(value[:n])))), value[n:]) {
		return broken, nil
	}
	return proven, nil
}

func sampleAtlassian(prefix string, r *rand.Rand) string {
	token := prefix + pick(r, alphabet64URL, 171) + "="
	return token + strings.ToUpper(hex.EncodeToString(binary.BigEndian.AppendUint32(nil, crc(token))))
}
