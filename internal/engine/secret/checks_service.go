package secret

import (
	"math/rand/v2"
	"strings"

	"github.com/reevehq/reeve/internal/entropy"
	"github.com/reevehq/reeve/internal/finding"
)

// testStripe follows Stripe's documentation of API keys: the kind, the mode, and a key; webhook secrets are "whsec_" and a key.
func testStripe(value string) (proof, []finding.Fact) {
	if body, ok := strings.CutPrefix(value, "whsec_"); ok {
		return shapeOf(made(body, alphabet64+"=", 32, 128)), nil
	}
	parts := strings.SplitN(value, "_", 3)
	if len(parts) != 3 || parts[0] != "sk" && parts[0] != "rk" && parts[0] != "pk" || !made(parts[2], alnum, 16, 247) || entropy.Of(parts[2]) < 3 {
		return broken, nil
	}
	if parts[1] != "live" && parts[1] != "test" {
		return broken, nil
	}
	return shaped, []finding.Fact{{Name: "mode", Value: parts[1]}}
}

func sampleStripe(prefix string, r *rand.Rand) string { return prefix + "51" + pick(r, alnum, 97) }

// shapeOf is the proof of a test that has nothing but a shape to go by.
func shapeOf(fits bool) proof {
	if fits {
		return shaped
	}
	return broken
}

// testOpenAI follows the marker that OpenAI puts into its keys, base64 of "OpenAI", with at least 20 characters on either side.
func testOpenAI(value string) (proof, []finding.Fact) {
	left, right, ok := strings.Cut(value, "T3BlbkFJ")
	return shapeOf(ok && strings.HasPrefix(left, "sk-") && made(left, alphabet64URL, 23, 140) && made(right, alphabet64URL, 20, 140)), nil
}

func sampleOpenAI(prefix string, r *rand.Rand) string {
	n := 20
	if len(prefix) > 3 {
		n = 74
	}
	return prefix + pick(r, alnum, n) + "T3BlbkFJ" + pick(r, alnum, n)
}

// testAnthropic follows the shape of Anthropic's keys in GitHub's list of supported patterns: a kind, 93 characters of base64url, and "AA".
func testAnthropic(value string) (proof, []finding.Fact) {
	body, ok := strings.CutPrefix(value, "sk-ant-")
	kind, key, two := strings.Cut(body, "-")
	return shapeOf(ok && two && made(kind, lower+digits, 4, 10) && made(key, alphabet64URL, 80, 120) && strings.HasSuffix(key, "AA")), nil
}

func sampleAnthropic(prefix string, r *rand.Rand) string {
	return prefix + pick(r, alphabet64URL, 93) + "AA"
}

// testSendGrid follows Twilio SendGrid's documentation of API keys: "SG.", 16 bytes in base64url, ".", 32 bytes in base64url.
func testSendGrid(value string) (proof, []finding.Fact) {
	parts := strings.Split(value, ".")
	if len(parts) != 3 || parts[0] != "SG" || !made(parts[1], alphabet64URL, 22, 22) || !made(parts[2], alphabet64URL, 43, 43) {
		return broken, nil
	}
	return shapeOf(entropy.Of(parts[2]) >= 3.5), nil
}

func sampleSendGrid(prefix string, r *rand.Rand) string {
	return prefix + pick(r, alphabet64URL, 22) + "." + pick(r, alphabet64URL, 43)
}

// testShopify follows Shopify's changelog "API credentials have new prefixes": shpat_, shpca_, shppa_, shpss_, shpua_, shptka_ and 32 hex digits.
func testShopify(value string) (proof, []finding.Fact) {
	kind, body, ok := strings.Cut(value, "_")
	return shapeOf(ok && strings.HasPrefix(kind, "shp") && made(kind, lower, 5, 7) && isHex(body, 32) && entropy.Of(body) >= 2), nil
}

func sampleShopify(prefix string, r *rand.Rand) string { return prefix + pick(r, hexLower, 32) }

// testSquare follows Square's documentation of access tokens and OAuth secrets.
func testSquare(value string) (proof, []finding.Fact) {
	switch {
	case strings.HasPrefix(value, "sq0atp-"), strings.HasPrefix(value, "sq0idp-"):
		return shapeOf(made(value[7:], alphabet64URL, 22, 22)), nil
	case strings.HasPrefix(value, "sq0csp-"):
		return shapeOf(made(value[7:], alphabet64URL, 43, 43)), nil
	case strings.HasPrefix(value, "EAAA"):
		return shapeOf(made(value[4:], alphabet64URL, 60, 60) && entropy.Of(value) >= 3.5), nil
	}
	return broken, nil
}

func sampleSquare(prefix string, r *rand.Rand) string {
	switch prefix {
	case "EAAA":
		return prefix + pick(r, alphabet64URL, 60)
	case "sq0csp-":
		return prefix + pick(r, alphabet64URL, 43)
	}
	return prefix + pick(r, alphabet64URL, 22)
}

// testTwilio follows Twilio's documentation of string identifiers: two letters and 32 hex digits.
func testTwilio(value string) (proof, []finding.Fact) {
	if len(value) != 34 || !made(value[:2], upper, 2, 2) || !isHex(value[2:], 32) || entropy.Of(value[2:]) < 2.5 {
		return broken, nil
	}
	return shaped, nil
}

func sampleTwilio(prefix string, r *rand.Rand) string { return prefix + pick(r, hexLower, 32) }

// testMailgun follows Mailgun's documentation: "key-" and 32 hex digits, or 32, 8 and 8 hex digits joined by "-".
func testMailgun(value string) (proof, []finding.Fact) {
	if body, ok := strings.CutPrefix(value, "key-"); ok {
		return shapeOf(isHex(body, 32) && entropy.Of(body) >= 2), nil
	}
	parts := strings.Split(value, "-")
	return shapeOf(len(parts) == 3 && isHex(parts[0], 32) && isHex(parts[1], 8) && isHex(parts[2], 8)), nil
}

func sampleMailgun(prefix string, r *rand.Rand) string {
	if prefix == "key-" {
		return prefix + pick(r, hexLower, 32)
	}
	return prefix + pick(r, hexLower, 32-min(32, len(prefix))) + "-" + pick(r, hexLower, 8) + "-" + pick(r, hexLower, 8)
}
