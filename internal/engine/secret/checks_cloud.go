package secret

import (
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/reevehq/reeve/internal/entropy"
	"github.com/reevehq/reeve/internal/finding"
)

// testAWSKeyID follows the AWS IAM user guide ("Unique identifiers") for the prefixes, and "A short note on AWS KEY ID"
// (Tal Be'ery, 2023) for the account: bits 1 to 40 of base32 part part. Keys whose fifth character is I or J are older
// than this encoding and tell no account.
func testAWSKeyID(value string) (proof, []finding.Fact) {
	if len(value) != 20 || !made(value[4:], alphabet32, 16, 16) {
		return broken, nil
	}
	switch value[:4] {
	case "AKIA", "ASIA", "ABIA", "ACCA", "AROA", "AIDA", "AGPA", "ANPA", "ANVA", "AIPA", "APKA", "ASCA":
	default:
		return broken, nil
	}
	if value[4] == 'I' || value[4] == 'J' {
		return shaped, nil
	}
	b, err := base32.StdEncoding.DecodeString(value[4:])
	if err != nil {
		return broken, nil
	}
	var n uint64
	for _, c := range b[:6] {
		n = n<<8 | uint64(c)
	}
	account := n & 0x7fff_ffff_ff80 >> 7
	if account >= 1_000_000_000_000 {
		return broken, nil
	}
	return shaped, []finding.Fact{{Name: "account", Value: fmt.Sprintf("%012d", account)}}
}

func sampleAWSKeyID(prefix string, r *rand.Rand) string {
	account := r.Uint64N(1_000_000_000_000)
	b := make([]byte, 6)
	n := 1<<47 | account<<7 | r.Uint64N(128)
	for i := 5; i >= 0; i, n = i-1, n>>8 {
		b[i] = byte(n)
	}
	return prefix + base32.StdEncoding.EncodeToString(append(b, randomBytes(r, 4)...))
}

// testAWSSecretKey follows the shape seen in AWS documentation: 40 characters of base64, which are 30 random bytes.
// A value of hex digits only is a hash, not a key; so is one that misses a whole class of characters.
func testAWSSecretKey(value string) (proof, []finding.Fact) {
	if !made(value, alphabet64, 40, 40) || isHex(value, 40) || entropy.Of(value) < 4 {
		return broken, nil
	}
	if !strings.ContainsAny(value, lower) || !strings.ContainsAny(value, upper) || !strings.ContainsAny(value, digits) {
		return broken, nil
	}
	return shaped, nil
}

func sampleAWSSecretKey(_ string, r *rand.Rand) string {
	return sampleUntil(func() string { return base64.StdEncoding.EncodeToString(randomBytes(r, 30)) }, testAWSSecretKey)
}

// sampleUntil draws until a value passes: some tests ask for a mix of characters that a draw may miss.
func sampleUntil(draw func() string, test func(string) (proof, []finding.Fact)) string {
	value := draw()
	for range 100 {
		if p, _ := test(value); p != broken {
			break
		}
		value = draw()
	}
	return value
}

// testAzureSecret follows the shape of Microsoft Entra client secrets that Microsoft's security-utilities publishes
// (SEC101/156): three characters, a digit, "Q~", and 31 to 34 more.
func testAzureSecret(value string) (proof, []finding.Fact) {
	if len(value) < 37 || len(value) > 40 || value[4:6] != "Q~" || value[3] < '0' || value[3] > '9' || !made(value, alnum+"_~.-", 37, 40) {
		return broken, nil
	}
	return shaped, nil
}

func sampleAzureSecret(_ string, r *rand.Rand) string {
	return pick(r, alnum, 3) + "8Q~" + pick(r, alnum+"_~.-", 34)
}

// testAzureStorageKey follows Microsoft's documentation of storage account keys: 512 bits in base64, 88 characters.
// Keys made since 2022 hold "+ASt" at position 76 (Microsoft security-utilities, identifiable keys).
func testAzureStorageKey(value string) (proof, []finding.Fact) {
	b, err := base64.StdEncoding.DecodeString(value)
	if err != nil || len(value) != 88 || len(b) != 64 || entropy.Of(value) < 4.5 {
		return broken, nil
	}
	return shaped, nil
}

func sampleAzureStorageKey(_ string, r *rand.Rand) string {
	return sampleUntil(func() string { return base64.StdEncoding.EncodeToString(randomBytes(r, 64)) }, testAzureStorageKey)
}

// testGoogleAPIKey follows the shape Google documents for API keys ("AIza" and 35 characters of base64url).
func testGoogleAPIKey(value string) (proof, []finding.Fact) {
	body, ok := strings.CutPrefix(value, "AIza")
	if !ok || !made(body, alphabet64URL, 35, 35) || entropy.Of(body) < 3 {
		return broken, nil
	}
	return shaped, nil
}

func sampleGoogleAPIKey(prefix string, r *rand.Rand) string {
	return prefix + pick(r, alphabet64URL, 35)
}

// testDatabricks follows Databricks' documentation of personal access tokens: "dapi", 32 hex digits, and in some clouds "-2".
func testDatabricks(value string) (proof, []finding.Fact) {
	body, ok := strings.CutPrefix(value, "dapi")
	if ok && len(body) == 34 && body[32] == '-' && body[33] >= '0' && body[33] <= '9' {
		body = body[:32]
	}
	if !ok || !isHex(body, 32) || entropy.Of(body) < 2 {
		return broken, nil
	}
	return shaped, nil
}

func sampleDatabricks(prefix string, r *rand.Rand) string { return prefix + pick(r, hexLower, 32) }

// testTerraformCloud follows HashiCorp's examples of API tokens: 14 characters, ".atlasv1.", and 60 or more.
func testTerraformCloud(value string) (proof, []finding.Fact) {
	id, key, ok := strings.Cut(value, ".atlasv1.")
	if !ok || !made(id, alphabet62, 14, 14) || !made(key, alphabet64URL+"=", 60, 70) {
		return broken, nil
	}
	return shaped, nil
}

func sampleTerraformCloud(prefix string, r *rand.Rand) string {
	return prefix + pick(r, alphabet62, 14-min(14, len(prefix))) + ".atlasv1." + pick(r, alphabet62, 67)
}

// testVault follows HashiCorp Vault's documentation of token prefixes since 1.10: "hvs." (service), "hvb." (batch) and "hvr." (recovery),
// then base64url; service tokens of older releases are "s." and 24 characters of base62.
func testVault(value string) (proof, []finding.Fact) {
	kind, body, _ := strings.Cut(value, ".")
	names := map[string]string{"hvs": "service", "hvb": "batch", "hvr": "recovery", "s": "service", "b": "batch", "r": "recovery"}
	name := names[kind]
	long := len(kind) == 3
	if name == "" || !long && kind == "s" && !made(body, alphabet62, 24, 24) || !made(body, alphabet64URL, 24, 600) {
		return broken, nil
	}
	return shaped, []finding.Fact{{Name: "type", Value: name}}
}

func sampleVault(prefix string, r *rand.Rand) string {
	if strings.HasPrefix(prefix, "hv") {
		return prefix + "CAESI" + pick(r, alphabet64URL, 87)
	}
	return prefix + pick(r, alphabet62, 24)
}
